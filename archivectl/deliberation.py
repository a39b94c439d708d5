"""Asking whether an act would be allowed, without doing it."""

from typing import Any

from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.guards.files import unchanged
from archivectl.registers.kinds import Column, resolve
from archivectl.registers.situation import Situation


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
        case = archive.case(reference)
        records = archive.records_of(case.entry.uids)
        data = {name: _stand_in(archive, kind.column(name)) for name in step.needs if isinstance(name, str)}
        data |= {"pages": case.promised.get("pages", 1), "checked": len(unchanged(case, records))}
        return decide(Situation(archive, kind, step, archive.me, archive.now, case, records, data=data))
    columns = {name: _STAND_INS.get(name) or _stand_in(archive, kind.column(name)) for name in kind.required}
    columns |= {name: wanted[0] if isinstance(wanted, list) else wanted for name, wanted in step.when.items()}
    asked = {need for name in step.needs if (need := str(name)) in kind.columns}
    asked |= {need for name, column in kind.columns.items() for need in column.asked(columns.get(name))}
    columns |= {need: _stand_in(archive, kind.column(need)) for need in asked - columns.keys()}
    records, told = (archive.record(reference),), {"reason": "—"}
    return decide(Situation(archive, kind, step, archive.me, archive.now, None, records, columns=columns, data=told))


def _stand_in(archive: Archive, column: Column | None) -> Any:  # noqa: ANN401 - any value of a column
    """Something that the column may hold: today, the edge of its bounds, or a word."""
    if column is None or column.type not in {"date", "integer", "number"}:
        return "—"
    if column.type == "date":
        return archive.today
    bounds = resolve(archive.regime, column.bounds) or ()
    edge = next(iter([bounds] if isinstance(bounds, str) else bounds), "0").lstrip("<>=")
    return int(edge) if column.type == "integer" else edge
