"""What an act is decided from: the case at hand and a view of the archive, as it stands or as it stood."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from archivectl.errors import Reason
from archivectl.members.member import Member, called
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers import entry
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, Step

OUTSIDE = entry.OUTSIDE


class World(Protocol):
    """What a decision may look at: the archive as it stands, or as it stood."""

    @property
    def regime(self) -> Regime: ...  # noqa: D102 - the names say it

    @property
    def members(self) -> Mapping[str, Member]: ...  # noqa: D102

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """Every entry of these kinds about a record."""
        ...

    def register(self, kind: str) -> list[Case]:
        """Every entry of a kind, oldest first."""
        ...


class Situation(NamedTuple):
    """Everything an act is decided from; ``now`` is the civil evaluation time (``2026-03-02T14:30``)."""

    world: World
    kind: Kind
    step: Step
    actor: Member
    now: str
    case: Case | None = None
    records: tuple[Record, ...] = ()
    parts: tuple[str, ...] = ()
    columns: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    means: str = "signed"
    rule: Mapping[str, Any] | None = None
    recorder: Member | None = None

    def column(self, name: str) -> Any:  # noqa: ANN401 - any value of a column
        """A column of the new or the existing entry."""
        columns = self.columns if self.columns is not None else self.case.entry.columns if self.case else {}
        return columns.get(name)

    def given(self, name: str) -> Any:  # noqa: ANN401 - any value of an event
        """What the act itself states."""
        return (self.data or {}).get(name)

    def others(self, record: Record, *kinds: str) -> list[Case]:
        """Other entries about a record."""
        return [case for case in self.world.cases(record.uid, *kinds) if self.case is None or case.uid != self.case.uid]

    def why(self, guard: str, message: str, *, hint: str = "", path: str = "", **values: Any) -> Reason:  # noqa: ANN401
        """A reason of this act, with the clause that governs ``path``."""
        regime = self.world.regime
        clause, source = (regime.clause(path), regime.origin(path)) if path else ("", "")
        return Reason(f"{self.step.code}/{guard}", message, values, hint, clause, source)


Guard = Callable[[Situation], Iterator[Reason]]


def department_of(s: Situation, whom: str) -> str | None:
    """The department of the applicant, borrower, keeper or record, as far as the archive knows it."""
    members = s.world.members
    if whom == "applicant":
        opener = s.case.done[0].by if s.case and s.case.done else s.actor.handle
        return members[opener].department if opener in members else None
    if whom == "borrower":
        unit = s.column("unit")
        return str(unit) if unit else None
    record = s.records[0] if s.records else None
    if record is None:
        return None
    keeper = called(members, str(record.data.get("keeper", "")))
    if whom == "record" or keeper is None or keeper.department is None:
        return record.data.get("department")
    return keeper.department


def holds(s: Situation, member: Member, post: str) -> bool:
    """Whether a member holds a post, of the right department where one is asked for (an outsider's recorder vouches for it)."""
    name, _of, whom = post.partition(" of ")
    if name not in member.titles:
        return False
    if member.handle == OUTSIDE:
        return True
    return not whom or (member.department is not None and member.department == department_of(s, whom))
