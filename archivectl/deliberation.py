"""Asking whether an act would be allowed, without doing it."""

from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.guards.files import unchanged
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
        data = {name: "—" for name in step.needs if isinstance(name, str)} | {"pages": case.promised.get("pages", 1)}
        data |= {"due": archive.today} if "due" in step.needs else {}
        data["checked"] = len(unchanged(case, records))
        return decide(Situation(archive, kind, step, archive.me, archive.now, case, records, data=data))
    columns = {name: _STAND_INS.get(name, "—") for name in kind.required}
    return decide(Situation(archive, kind, step, archive.me, archive.now, None, (archive.record(reference),), columns=columns))
