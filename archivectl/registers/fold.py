"""From the events of an entry to its state; order comes from what each author had seen, never from position or clock."""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

from archivectl.i18n import Word
from archivectl.registers.entry import OUTSIDE, Entry, Event
from archivectl.registers.kinds import Kind, Step

ENDED = "ended"  # the mark of states after which the file is no longer there


class Slot(NamedTuple):
    """One signature a chain asks for: its stage, and the posts (``post`` or ``post of whom``) of which any will do."""

    number: int
    stage: int
    posts: tuple[str, ...]

    def names(self) -> set[str]:
        """The bare posts."""
        return {post.partition(" of ")[0] for post in self.posts}


def slots(chain: Iterable[Any]) -> list[Slot]:
    """A chain laid out: ``post`` is a stage, ``[any, of]`` one too, ``{all: [...]}`` a stage of several signatures."""
    laid: list[Slot] = []
    for stage, step in enumerate(chain):
        parts = step["all"] if isinstance(step, Mapping) else [step]
        for part in parts:
            laid.append(Slot(len(laid), stage, tuple(part) if isinstance(part, list) else (part,)))
    return laid


class Case(NamedTuple):
    """An entry folded: its state, what it still waits for, and what was done by whom.

    ``closed`` pairs slots of the chain in progress with the events that closed them; ``void`` are events without effect.
    """

    entry: Entry
    kind: Kind
    state: str = ""
    rule: Mapping[str, Any] = {}
    closed: tuple[tuple[int, Event], ...] = ()
    done: tuple[Event, ...] = ()
    void: tuple[Event, ...] = ()
    promised: Mapping[str, Any] = {}

    def marked(self, mark: str) -> bool:
        """Whether the state is one that the kind marks so: ``out``, ``pending``, ``listed``, ``stopping``, ``ended``."""
        return self.state in self.kind.marked(mark)

    def at(self, *steps: str) -> bool:
        """Whether it stands where one of these steps begins."""
        return any(self.state in self.kind.steps[step].start for step in steps)

    @property
    def uid(self) -> str:
        """The entry's uid."""
        return self.entry.uid

    @property
    def id(self) -> str:
        """The entry's number."""
        return self.entry.id

    @property
    def state_word(self) -> Word:
        """The state as a person reads it."""
        return Word(self.kind.name, self.state)

    def slots(self, step: Step) -> list[Slot]:
        """The signatures that the chain of a step asks for, in order."""
        return slots(self.rule.get(chain_name(step)) or ())

    def open_slots(self, step: Step) -> list[Slot]:
        """The signatures that may be given next: the open ones of the first unfinished stage."""
        left = [slot for number, slot in enumerate(self.slots(step)) if number not in {at for at, _event in self.closed}]
        return [slot for slot in left if slot.stage == left[0].stage]

    def awaiting(self) -> Step | None:
        """The chain step this entry waits at, if it waits for an approval."""
        chained = (step for step in self.kind.steps.values() if step.chain and self.state in step.start and not step.refuses)
        return next((step for step in chained if step.fits(self.entry.columns)), None)

    def acts(self, *names: str) -> tuple[Event, ...]:
        """The effective events of these steps, in order."""
        return tuple(event for event in self.done if event.act in names)

    @property
    def heads(self) -> list[str]:
        """The events that nobody has seen yet: what the next event comes after."""
        seen = {earlier for event in self.entry.events for earlier in event.after}
        return [event.id for event in self.entry.events if event.id not in seen]

    @property
    def due(self) -> str | None:
        """The day promised, while the thing is out and may come back; None once it is missing or in the house again."""
        return self.promised.get("due") if self.marked("out") and not self.marked("missing") and not self.marked("in") else None


def chain_name(step: Step) -> str:
    """The key under which the opening event keeps a step's chain."""
    return step.chain.rsplit(".", 1)[-1]


def fold(entry: Entry, kind: Kind) -> Case:
    """The case an entry stands at."""
    case = Case(entry, kind)
    ordered = _ordered(entry.events)
    if late := _late(ordered, kind):
        ordered = [*(event for event in ordered if event.id not in late), *(event for event in ordered if event.id in late)]
    overruled = _overruled([event for event in ordered if event.id not in late], kind)
    for event in ordered:
        step = kind.steps.get(event.act)
        if step is None or event.id in overruled or not _possible(case, step):
            case = case._replace(void=(*case.void, event))
        else:
            case = apply(case, step, event)
    return case


def _possible(case: Case, step: Step) -> bool:
    return case.state in step.start if step.start else not case.state


def apply(case: Case, step: Step, event: Event) -> Case:
    """The case after one more event of a step that is possible."""
    rule = event.data.get("rule", case.rule)
    case = case._replace(rule=rule, done=(*case.done, event), promised={**case.promised, **_promises(event)})
    if step.chain and step.refuses:
        return _refused(case, step)
    if step.chain:
        slot = next((slot for slot in case.open_slots(step) if event.post in slot.names()), None)
        if slot is None or signed_by(case, event.by):
            return case._replace(done=case.done[:-1], void=(*case.void, event))
        closed = (*case.closed, (slot.number, event))
        if len(closed) < len(case.slots(step)):
            return case._replace(closed=closed)
    return _advanced(case._replace(state=step.to, closed=())) if step.to else case


def signed_by(case: Case, who: str) -> bool:
    """Whether somebody closed a slot of the chain in progress already; who is outside is told apart by name elsewhere."""
    return who != OUTSIDE and any(event.by == who for _slot, event in case.closed)


def _promises(event: Event) -> dict[str, Any]:
    return {key: value for key, value in event.data.items() if key in {"due", "pages", "condition"}}


def _refused(case: Case, step: Step) -> Case:
    """A refusal ends the entry, sends it back to the applicant, or reopens the step before."""
    if case.rule.get("refusal") == "previous" and case.closed:
        return case._replace(closed=case.closed[:-1])
    return case._replace(state=step.to, closed=())


def _advanced(case: Case) -> Case:
    """A chain with no step left moves the entry on at once."""
    while (step := case.awaiting()) and not case.slots(step):
        case = case._replace(state=step.to)
    return case


def _ancestors(ordered: Iterable[Event]) -> dict[str, set[str]]:
    above: dict[str, set[str]] = {}
    for event in ordered:
        above[event.id] = set(event.after).union(*(above.get(earlier, set()) for earlier in event.after))
    return above


def _overruled(ordered: list[Event], kind: Kind) -> set[str]:
    """Of events that did not know of each other, a refusal beats an approval of the same chain."""
    chained = [(event, step) for event in ordered if (step := kind.steps.get(event.act)) and step.chain]
    refusals = [(event, step) for event, step in chained if step.refuses]
    if not refusals:
        return set()
    above = _ancestors(ordered)
    return {
        event.id
        for event, step in chained
        if not step.refuses
        for refusal, refusing in refusals
        if refusing.chain == step.chain and refusal.id not in above[event.id] and event.id not in above[refusal.id]
    }


def _late(ordered: list[Event], kind: Kind) -> set[str]:
    """The events that did not know of a step which cannot be taken back, nor that step of them: they come after it."""
    final = {event.id for event in ordered if (step := kind.steps.get(event.act)) and step.final}
    above = _ancestors(ordered) if final else {}
    return {
        event.id for event in ordered for one in final - {event.id} if one not in above[event.id] and event.id not in above[one]
    } - final


def _ordered(events: tuple[Event, ...]) -> list[Event]:
    """Topological by ``after``, ties by id; events that claim to follow each other come last, by id."""
    by_id = {event.id: event for event in events}
    waits = {event.id: sum(earlier in by_id for earlier in set(event.after)) for event in events}
    followers: dict[str, list[str]] = {}
    for event in events:
        for earlier in set(event.after):
            followers.setdefault(earlier, []).append(event.id)
    ready = [name for name, count in waits.items() if not count]
    heapify(ready)
    order = []
    while ready:
        name = heappop(ready)
        order.append(by_id.pop(name))
        for later in followers.get(name, ()):
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, later)
    return order + [by_id[name] for name in sorted(by_id)]
