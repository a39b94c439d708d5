"""Asking whether an act would be allowed, without doing it."""

from typing import Any

from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles
from archivectl.records.numbering import NoEntryNumber
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import unchanged
from archivectl.registers.kinds import Column, Kind, Step, resolve
from archivectl.registers.situation import Situation
from archivectl.snapshot import UnknownEntry


class UnknownAct(WrongUsage):
    """A step that no register has."""

    message = "There is no act “{act}”."
    hint = "The acts of {kind} are: {known}"


# What would be typed besides the record does not change whether it may be done: these stand in for it.
_STAND_INS = {
    "mode": "loan",
    "borrower": "—",
    "purpose": "—",
    "reason": "—",
    "outcome": "confirmed",
    "forbid": "destroy",
    "receiver": "—",
}


def why(archive: Archive, act: str, reference: str) -> Decision:
    """The decision on an act (``loan.request``) about a record, or the next step of an entry, by the actor now."""
    kind_name, _dot, step_name = act.partition(".")
    kind = archive.kind(kind_name)
    if step_name not in kind.steps:
        raise UnknownAct(act=act, kind=Titles([kind.title]), known=Titles(kind.steps))
    step = kind.steps[step_name]
    if step.start:
        return _of_entry(archive, step, _entry(archive, step, reference))
    if archive.names_entry(kind.name, reference):
        case = archive.case(reference)
        found = [_of_entry(archive, each, case) for each in _like(kind, step, case)]
        return next((each for each in found if not each.reasons), next(iter(found), None)) or _of_entry(archive, step, case)
    columns = {name: _STAND_INS.get(name) or _stand_in(archive, kind.column(name)) for name in kind.required}
    columns |= {name: wanted[0] if isinstance(wanted, list) else wanted for name, wanted in step.when.items()}
    asked = {need for name in step.needs if (need := str(name)) in kind.columns}
    asked |= {need for name, column in kind.columns.items() for need in column.asked(columns.get(name))}
    columns |= {need: _stand_in(archive, kind.column(need)) for need in asked - columns.keys()}
    records, told = (archive.record(reference),), {"reason": "—"}
    return decide(Situation(archive, kind, step, archive.me, archive.now, None, records, columns=columns, data=told))


def _entry(archive: Archive, step: Step, reference: str) -> Case:
    """The entry of a number; or the only one about a file of that number that stands where the step begins."""
    try:
        return archive.case(reference)
    except (UnknownEntry, NoEntryNumber) as unknown:
        try:
            record = archive.record(reference)
        except WrongUsage:
            raise unknown from None
        found = [case for case in archive.cases(record.uid, step.kind) if case.state in step.start]
        if len(found) != 1:
            raise unknown from None
        return found[0]


def _like(kind: Kind, step: Step, case: Case) -> list[Step]:
    """The steps that the same command takes an entry further by, that for which it waits first."""
    word, waits = step.command.split(" ")[0], [row.get("do") for row in kind.waits.get(case.state, ())]
    steps = [each for each in kind.steps.values() if case.state in each.start and word and each.command.split(" ")[0] == word]
    return sorted(steps, key=lambda each: each.name not in waits)


def _of_entry(archive: Archive, step: Step, case: Case) -> Decision:
    """The decision on a step of an entry."""
    kind, records = case.kind, archive.records_of(case.entry.uids)
    data = {name: _stand_in(archive, kind.column(name)) for name in step.needs if isinstance(name, str)}
    data |= {"pages": case.promised.get("pages", 1), "checked": len(unchanged(case, records))}
    return decide(Situation(archive, kind, step, archive.me, archive.now, case, records, data=data))


def _stand_in(archive: Archive, column: Column | None) -> Any:  # noqa: ANN401 - any value of a column
    """Something that the column may hold: today, the edge of its bounds, or a word."""
    if column is None or column.type not in {"date", "integer", "number"}:
        return "—"
    if column.type == "date":
        return archive.today
    bounds = resolve(archive.regime, column.bounds) or ()
    edge = next(iter([bounds] if isinstance(bounds, str) else bounds), "0").lstrip("<>=")
    return int(edge) if column.type == "integer" else edge
