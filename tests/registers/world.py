"""An archive in memory, as far as a decision looks at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archivectl.members.member import Member
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers.fold import Case
from archivectl.registers.situation import NO_RECORD


@dataclass(frozen=True, slots=True)
class World:
    """An archive as far as a decision looks at it."""

    regime: Regime
    members: Mapping[str, Member]
    entries: tuple[Case, ...] = ()
    records: tuple[Record, ...] = ()

    def cases(self, uid: str, *names: str) -> list[Case]:
        """The entries about a record."""
        about = (one for one in self.entries if uid in (one.entry.uids or (NO_RECORD,)))
        return [one for one in about if not names or one.kind.name in names]

    def register(self, name: str) -> list[Case]:
        """The entries of a kind."""
        return [one for one in self.entries if one.kind.name == name]

    def records_of(self, uids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these uids."""
        return tuple(one for one in self.records if one.uid in set(uids))

    def kept(self, handle: str) -> Mapping[str, str]:
        """The records of a keeper."""
        return {one.uid: one.label for one in self.records if one.data.get("keeper") == handle}
