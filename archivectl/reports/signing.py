"""The boxes of a form: who signed the step that a box stands for, when and by what means; else room for a pen.

A kind's ``form.sign`` lists them: a plain title is signed on the printed page; ``{zh: 批准人, en: approved by, step: approve}``
shows who took that step, ``approve/manager`` only who took it in that post, ``apply/giver`` only the party that the entry names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.i18n import _, pick
from archivectl.ledger import Line
from archivectl.regime.model import Regime
from archivectl.registers.entry import Event
from archivectl.registers.fold import Case, Slot
from archivectl.registers.kinds import Kind, Step
from archivectl.reports.wording import means
from archivectl.tables.page import Sign


def titles(kind: Kind) -> tuple[str, ...]:
    """Who signs a kind's form."""
    return tuple(map(pick, kind.form.get("sign", ())))


def boxes(case: Case, lines: Mapping[str, Line]) -> tuple[Sign, ...]:
    """The boxes of an entry's form, but for steps that are none of entries like it; ``lines`` are its events by id, readable."""
    return tuple(_box(case, row, lines) for row in case.kind.form.get("sign", ()) if _fits(case, row))


def cells(case: Case, lines: Mapping[str, Line]) -> tuple[str, ...]:
    """The same as cells of a ledger's line: also says where a signature that the entry waits for is missing."""
    rows = case.kind.form.get("sign", ())
    return tuple("\n".join(_box(case, row, lines).signed) or (_("not signed") if _lacks(case, row) else "") for row in rows)


def lacking(case: Case, regime: Regime) -> list[str]:
    """Whose signatures an entry still waits for: the boxes of its form; or the posts, where no box stands for them."""
    step = case.awaiting()
    found = [pick(row) for row in case.kind.form.get("sign", ()) if _lacks(case, row)]
    if step is None or found:
        return found
    return [pick(regime.titled(*slot.posts)) for slot in case.open_slots(step)]


def unasked(case: Case) -> list[tuple[str, str]]:
    """The boxes that nobody was asked to sign before the files went over, each with the member whose it is."""
    found = ((pick(row), _unasked(case, row)) for row in case.kind.form.get("sign", ()))
    return [(title, member) for title, member in found if member]


def _unasked(case: Case, row: Any) -> str:  # noqa: ANN401 - a title, or titles with a step
    """The member that an entry names for a box, where its files went over without that signature and none is awaited."""
    if not any(case.kind.steps[event.act].happened == "moved" for event in case.done) or _signatures(case, row):
        return ""
    party = next((party for _name, post in _wanted(case, row) if post and (party := _party(case, post))), "")
    return "" if _lacks(case, row) else party


def _box(case: Case, row: Any, lines: Mapping[str, Line]) -> Sign:  # noqa: ANN401 - a title, or titles with a step
    signed = tuple(_told(case, lines[event.id]) for event in _signatures(case, row))
    return Sign(pick(row), signed or ((_("not signed; the rules do not ask for it"),) if _unasked(case, row) else ()))


def _fits(case: Case, row: Any) -> bool:  # noqa: ANN401 - a title, or titles with a step
    """Whether a box is for a pen, or for a step that an entry like this may take."""
    steps, course = [case.kind.steps[name] for name, _post in _wanted(case, row)], case.kind.course(case.entry.columns)
    return not steps or any(step in course for step in steps)


def _told(case: Case, line: Line) -> str:
    behalf = case.kind.data["for"]
    told = [line.by, line.date, means(line)]
    return " ".join([*told, *([f"{pick(behalf.titles)} {line.data['for']}"] if line.data.get("for") else [])])


def _wanted(case: Case, row: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a title, or titles with a step
    """The steps that a box stands for, each with the post it is taken in (empty: any)."""
    steps = row.get("step", ()) if isinstance(row, Mapping) else ()
    for word in (steps,) if isinstance(steps, str) else steps:
        name, _slash, post = word.partition("/")
        if name in case.kind.steps:
            yield name, post


def _signatures(case: Case, row: Any) -> list[Event]:  # noqa: ANN401 - a title, or titles with a step
    found = {}
    for name, post in _wanted(case, row):
        for event in _standing(case, name):
            own = event.by if not case.kind.steps[name].chain else None
            if not post or event.post == post or (own and own == _party(case, post)):
                found[event.id] = event
    return list(found.values())


def _party(case: Case, name: str) -> str | None:
    """The member that an entry itself names in a column; None where it names nobody there."""
    column = case.kind.columns.get(name)
    return case.entry.columns.get(name) if column and column.type == "member" else None


def _standing(case: Case, name: str) -> list[Event]:
    """The signatures under a step that count: of a chain those since it began anew, of anything else the last one."""
    step, waiting = case.kind.steps[name], case.awaiting()
    if not step.chain or step.refuses:
        return list(case.acts(name)[-1:])
    if waiting and waiting.name == name:
        return [event for _slot, event in case.closed]
    begun = 0
    if case.rule.get("refusal") != "previous":
        begun = max((at for at, event in enumerate(case.done, 1) if case.kind.steps[event.act].refuses), default=0)
    newest = {(event.by, event.post, event.data.get("who")): event for event in case.done[begun:] if event.act == name}
    return list(newest.values())


def _lacks(case: Case, row: Any) -> bool:  # noqa: ANN401 - a title, or titles with a step
    """Whether the entry still waits, now or at a later step, for a signature that belongs into this box."""
    if not any(case.state in step.start for step in case.kind.steps.values()):
        return False
    wanted, course = [(case.kind.steps[name], post) for name, post in _wanted(case, row)], case.kind.course(case.entry.columns)
    fitting = [(step, post) for step, post in wanted if step in course]
    chains = [(step, post) for step, post in fitting if step.chain and not step.refuses]
    return any(not post or post in slot.names() for step, post in chains for slot in _open(case, step))


def _open(case: Case, step: Step) -> list[Slot]:
    """The signatures of a chain that are still to be given; none of one that lies behind."""
    waiting, slots = case.awaiting(), case.slots(step)
    if waiting and waiting.name == step.name:
        closed = {number for number, _event in case.closed}
        return [slot for slot in slots if slot.number not in closed]
    return [] if _standing(case, step.name) else slots
