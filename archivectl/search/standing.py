"""Where entries and files stand, as the index keeps it: computed anew with every file and rule that changes."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from archivectl.errors import UNAPPLICABLE
from archivectl.members.member import Member
from archivectl.records import facts
from archivectl.regime.model import Regime, first
from archivectl.registers import owed, owing, reviewing, updating
from archivectl.registers.entry import Entry
from archivectl.registers.fold import ENDED, Case, fold
from archivectl.registers.kinds import kind
from archivectl.registers.owing import File, Owed
from archivectl.registers.waiting import waiting

_FIRST, _LATER = 0, 1


class Standing(NamedTuple):
    """A state since a day, and what the entry waits for (``step`` None: nothing).

    ``who`` are posts, roles, ``@`` members and ``!`` those who may not, between commas; ``say`` is JSON; ``shown`` is the day
    from which on it is told. ``title`` of the register, as JSON, stands where the state says something of the files it is
    about. ``topic`` is as JSON what it shows to be done once more and when, ``happened`` what it says of the files' past, ``out``
    the uids and parts of files that are out by it.
    """

    state: str
    since: str
    step: str | None = None
    who: str = ""
    due: str | None = None
    shown: str = ""
    say: str = ""
    how: str = ""
    title: str | None = None
    clause: str = ""
    topic: str | None = None
    happened: str | None = None
    out: str | None = None


class Duty(NamedTuple):
    """What is owed, as the index keeps it, in the order of its columns; of a lower ``rank`` is what is told first."""

    duty: str
    who: str
    due: str | None
    shown: str
    say: str
    how: str
    clause: str
    rank: int


class Judge:
    """Says where entries and files stand, under some rules and among some members; helpers are handed a copy."""

    def __init__(self, regime: Regime, members: Mapping[str, Member]) -> None:
        self.regime, self.members = regime, members
        self._clauses = dict[tuple[str, str], str]()  # the same few are asked for with every file

    @cached_property
    def sources(self) -> tuple[owing.Source, ...]:
        """What the rules ask of every file; nothing where they ask nothing."""
        return owed.sources(self.regime)

    @property
    def dated(self) -> bool:
        """Whether the rules ask when a file last changed."""
        return updating.dated(self.regime)

    @cached_property
    def founded(self) -> str:
        """The day of the oldest key of a member: since when anything can be due."""
        return min((key.since for member in self.members.values() for key in (*member.age, *member.signing)), default="")

    @property
    def takers(self) -> str:
        """Who may take files back."""
        return _among(self.regime.get("who.return") or ())

    @property
    def titles(self) -> Mapping[str, Any]:
        """The titles of posts and roles."""
        return {**self.regime.get("roles", {}), **self.regime.get("posts", {})}

    def entry(self, entry: Entry) -> Standing | None:
        """Where an entry stands; None where its register is not to be read, which `check` tells."""
        try:
            case = fold(entry, kind(entry.kind, self.regime))
            return self._standing(case)
        except UNAPPLICABLE:
            return None

    def _standing(self, case: Case) -> Standing:
        regime, found = self.regime, waiting(case, self.regime)
        telling = any(case.marked(mark) for mark in case.kind.marks if mark != ENDED)
        past = reviewing.happenings(case)
        bare = Standing(
            state=case.state,
            since=case.done[-1].date if case.done else "",
            who=_among([f"@{case.entry.columns['to']}"]) if case.marked("acting") and "to" in case.entry.columns else "",
            due=case.due,
            title=_json(dict(case.kind.title)) if telling else None,
            topic=_json(shows) if (shows := owed.shown(case, regime)) else None,
            happened=_json(past) if past else None,
            out=_json([[item["uid"], item.get("part", "")] for item in case.entry.about if "uid" in item])
            if case.marked("out")
            else None,
        )
        if found is None:
            return bare
        return bare._replace(
            step=found.step,
            who=_among(found.who),
            due=found.due or case.due,
            shown=_shown(found.due, found.ahead),
            say=_json(found.say),
            how=found.how,
            clause=regime.clause(found.path, f"check:duty/{case.kind.name}.{found.step}"),
        )

    def file(self, data: Mapping[str, Any], label: str, past: Iterable[tuple[str, str, int, str | None]]) -> list[Duty]:
        """What a file asks for; nothing where the rules about it are not to be read.

        Args:
            data: what stands in clear.
            label: what to call it.
            past: of every entry about it the register, the state, whether something is open there, and as JSON what it says of
                the past.
        """
        happened, under_way = dict[str, str](), set[str]()
        for register, state, is_open, text in past:
            under_way |= {register, f"{register}.{state}"} if is_open else set()
            happened |= {name: max(day, happened.get(name, "")) for name, day in json.loads(text or "{}").items()}
        file = File(data, label, happened, self.founded)
        try:
            found = list(owed.of_file(file, self.regime, self.sources))
        except UNAPPLICABLE:
            return []
        rank = _FIRST if self._comes_first(data) else _LATER
        return [self._kept(one, rank) for one in found if under_way.isdisjoint(one.unless)]

    def _comes_first(self, data: Mapping[str, Any]) -> bool:
        """Whether it is the file of a customer that the rules put first."""
        asked = self.regime.get("governing.focus")
        return bool(asked) and first([{"when": when} for when in asked], facts.of(data)) is not None

    def archive(self, last: Mapping[str, str]) -> list[Duty]:
        """What is to be done again and again."""
        try:
            return [self._kept(one) for one in owed.of_archive(self.regime, last, self.founded)] if self.founded else []
        except UNAPPLICABLE:
            return []

    def _kept(self, one: Owed, rank: int = _LATER) -> Duty:
        asked = one.path, one.duty
        if asked not in self._clauses:
            self._clauses[asked] = self.regime.clause(one.path, f"check:duty/{one.duty.removeprefix('duty.')}")
        clause = self._clauses[asked]
        return Duty(one.duty, _among(one.who), one.due, _shown(one.due, one.ahead), _json(one.say), one.how, clause, rank)


_json = json.JSONEncoder(ensure_ascii=False).encode


def _among(words: Iterable[str]) -> str:
    return f",{','.join(words)},"


@lru_cache(4096)  # files are owed the same on the same few days
def _shown(due: str | None, ahead: int) -> str:
    """From which day on something is told; at once, where that would be before the first of all days."""
    if due is None or (first := date.fromisoformat(due[:10])) - date.min < timedelta(days=ahead):
        return ""
    return (first - timedelta(days=ahead)).isoformat()
