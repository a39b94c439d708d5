"""Entries played by the rules of a regime: every step of every kind tried by those who may and by somebody who may not.

An entry goes every way that its kind knows, whether the rules let it or not; what is told on the way are the verdicts, with the
reasons, the clauses and whose signatures are awaited, and at each state what it waits for, who is asked and until when.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from archivectl.errors import Reason
from archivectl.members.member import Member
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.entry import Entry, Event
from archivectl.registers.fold import Case, apply
from archivectl.registers.kinds import Column, Kind, Step
from archivectl.registers.situation import Situation, holds
from archivectl.registers.waiting import waiting
from regime.paperwork import DAY
from regime.sampling import ALL, NOBODY, UID, UNIT
from registers.world import World

_FILLED = {"date": DAY, "integer": 2, "number": "2", "boolean": True, "span": "3d", "member": ALL, "entry": "XX-2026-0001"}
_WORDS: Mapping[str, Any] = {
    "until": "2026-12-31", "due": "2026-12-31", "away_until": "2026-12-31", "unit": UNIT, "scope": UNIT, "to": f"{ALL}-2",
    "giver": ALL, "taker": f"{ALL}-2", "confirmed": UID, "pages": 2, "condition": "intact", "fields": "name", "year": 2026,
    "term": "99y", "from": DAY, "temperature": "99", "humidity": "99", "method": "oral", "unverified": 0,
}  # fmt: skip
_BLANK = ("outside", "store", "late")  # what means something else than is meant where it is filled in
_MORE = {"loan.renew": ("asked",)}  # what may be said with a step beside what must
_MOST = 8  # steps that are taken without leaving a state


class Try(NamedTuple):
    """An act that opens an entry, or one on a file itself: about which files, what is said, by whom, and what there is beside."""

    step: Step
    people: Mapping[str, Member]
    about: tuple[Record, ...]
    columns: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    who: str = ALL
    beside: tuple[Case, ...] = ()

    def situation(self, law: Regime) -> Situation:
        """What it is decided from."""
        kind, world = kinds.kind(self.step.kind, law), World(law, self.people, self.beside, self.about)
        now = f"{DAY}T10:00"
        step, actor = kind.steps[self.step.name], self.people[self.who]
        return Situation(world, kind, step, actor, now, None, self.about, (), self.columns, self.data)

    def decided(self, law: Regime) -> tuple[Any, ...]:
        """What somebody is told who asks for it."""
        return _told(decide(self.situation(law)))


def _told(decision: Decision) -> tuple[Any, ...]:
    """What of a decision somebody is told: the verdict, the reasons with their clauses, the term, and who signs."""
    rule, reasons = decision.rule, [(each.code, each.clause, each.source, *_said(each)) for each in decision.reasons]
    return decision.verdict, reasons, rule.get("clause"), rule.get("term"), decision.awaits


def _said(reason: Reason) -> tuple[str, str]:
    return reason.message.format_map(reason.values), reason.hint.format_map(reason.values)


def filled(columns: Mapping[str, Column], more: Mapping[str, Any]) -> dict[str, Any]:
    """Every column filled with something."""
    return {**{name: _cell(column) for name, column in columns.items() if name not in _BLANK}, **more}


def _cell(column: Column) -> Any:
    if column.name in _WORDS:
        return _WORDS[column.name]
    return next(iter(column.choices)) if column.choices else _FILLED.get(column.type, "内容")


class Play(NamedTuple):
    """An entry to be played: how it is opened, what is said with its steps, and how many days go by between them."""

    opened: Try
    words: Mapping[str, Any]
    pause: int = 1

    def data(self, kind: Kind) -> dict[str, Any]:
        """Everything that can be said with a step, as those say it who do all that is asked."""
        known = {name: column for name, column in kind.data.items() if name != "for"}
        return filled(known, {name: words for name, words in self.words.items() if name in known})

    def least(self, kind: Kind, step: Step) -> dict[str, Any]:
        """What must be said with a step, and no more."""
        full = self.data(kind)
        return {name: full[name] for name in _needed(step) if name in full}

    def day(self, case: Case) -> str:
        """The day of the next step."""
        return (date.fromisoformat(DAY) + timedelta(days=self.pause * len(case.done))).isoformat()

    def asking(self, case: Case, step: Step, world: World, who: str = ALL) -> Situation:
        """The situation of a next step of which nothing is said yet."""
        return Situation(world, case.kind, step, world.members[who], f"{self.day(case)}T10:00", case, world.records)

    def after(self, case: Case, step: Step, who: str, post: str = "") -> Case:
        """The entry after a step, with which no more is said than must be."""
        return _after(case, step, self.event(case, step, (who, post), self.least(case.kind, step)))

    def event(self, case: Case, step: Step, by: tuple[str, str], data: Mapping[str, Any]) -> Event:
        """The event of a step, by somebody in a post."""
        items, day, name = {each.uid: each.digest for each in self.opened.about}, self.day(case), f"E{len(case.done):011}"
        return Event(name, step.name, by[0], "", by[1], day, f"{day}T02:00:00Z", (), "signed", "", items, data, (), "", "")

    def played(self, law: Regime) -> Iterator[Any]:
        """What is told of the entry while it goes every way there is."""
        situation = self.opened.situation(law)
        decision, kind = decide(situation), situation.kind
        yield _told(decision)
        entry = _entry(kind, self.opened)
        first = self.event(Case(entry, kind), situation.step, (self.opened.who, ""), {"rule": decision.rule})
        left, seen = [_after(Case(entry, kind), situation.step, first)], set[Any]()
        while left:
            case = left.pop(0)
            if (place := (case.state, len(case.closed))) not in seen:
                seen.add(place)
                world = World(law, self.opened.people, self.opened.beside, self.opened.about)
                yield from self._stayed(case, world, left)

    def _stayed(self, case: Case, world: World, left: list[Case]) -> Iterator[Any]:
        """What is told of the entry in one state, and in ``left`` what it goes on to."""
        steps = [each for each in case.kind.steps.values() if case.state in each.start and each.fits(self.opened.columns or {})]
        aside = [each for each in steps if each.to in {"", case.state} and not each.chain]
        prepared = case
        for number in range(_MOST if aside else 0):  # what it waits for here is done first, then all else there is
            awaited = waiting(prepared, world.regime)
            yield awaited
            step = next((each for each in aside if awaited and each.name == awaited.step), aside[number % len(aside)])
            prepared = self.after(prepared, step, (ALL, f"{ALL}-2")[number % 2])
        for now in (case, prepared) if aside else (case,):
            yield waiting(now, world.regime)
            for step in steps:
                yield from self._tried(now, step, world)
        for step in steps:
            if step not in aside:
                left.append(self._taken(case, step, world))
                yield step.name, left[-1].state, len(left[-1].closed)

    def _tried(self, case: Case, step: Step, world: World) -> Iterator[Any]:
        """The verdicts on a step: by somebody without a post, and by who may, with as much and with as little as can be said."""
        full, least, acting = self.data(case.kind), self.least(case.kind, step), self._actor(case, step, world)
        for who, data in (
            (NOBODY, full),
            (acting, full),
            (acting, least),
            *((acting, {**least, **c}) for c in _choices(case, step)),
        ):
            yield step.name, _told(decide(self.asking(case, step, world, who)._replace(data=data)))

    def _taken(self, case: Case, step: Step, world: World) -> Case:
        """The entry after a step by who may take it, in the post that is asked for."""
        who = self._actor(case, step, world)
        asked = self.asking(case, step, world, who)
        posts = [post for slot in _slots(case, step) for post in slot.posts if holds(asked, asked.actor, post)]
        return self.after(case, step, who, posts[0].partition(" of ")[0] if posts else "")

    def _actor(self, case: Case, step: Step, world: World) -> str:
        """Somebody who may take a step: of a chain one who has not signed and bears the post, else who bears them all."""
        signed, asked = {event.by for _slot, event in case.closed}, self.asking(case, step, world)
        posts = [post for slot in _slots(case, step) for post in slot.posts]
        people = (one for one in world.members.values() if one.handle not in signed)
        return next((one.handle for one in people if any(holds(asked, one, post) for post in posts)), ALL)


def _slots(case: Case, step: Step) -> list[Any]:
    """The signatures that are open at a step of a chain."""
    return case.open_slots(case.awaiting() or step) if step.chain else []


def _entry(kind: Kind, opened: Try) -> Entry:
    number, about = "XX-2026-0001", tuple({"uid": each.uid} for each in opened.about)
    path = f"registers/{kind.name}/2026/0/{number}.yaml"
    return Entry(path, number, kind.name, "Q" * 26, about, opened.columns or {}, (), "", ())


def _after(case: Case, step: Step, event: Event) -> Case:
    return apply(case._replace(entry=case.entry._replace(events=(*case.entry.events, event))), step, event)


def _needed(step: Step) -> list[str]:
    return [need if isinstance(need, str) else next(iter(need)) for need in step.needs]


def _choices(case: Case, step: Step) -> list[dict[str, Any]]:
    """Every choice there is for what a step needs."""
    columns = (case.kind.column(name) for name in (*_needed(step), *_MORE.get(step.code, ())))
    return [{column.name: choice} for column in columns if column for choice in column.choices]
