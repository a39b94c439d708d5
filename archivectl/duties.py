"""What is due, and for whom: files to come back, signatures to give, findings to remedy, the recovery sheet to lock away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archivectl.archive import Archive
from archivectl.i18n import N_
from archivectl.loans import late
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation, holds

_ORDER = {"overdue": 0, "due": 1, "coming": 2}
_SOON = 7


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that waits for somebody; ``state`` is due, overdue or coming, ``message`` a template over ``values``."""

    duty: str
    about: str
    record: str
    due: str | None
    state: str
    message: str
    clause: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def due(archive: Archive, *, everyone: bool = False) -> list[Due]:
    """What waits for the actor (or for everyone), most urgent first."""
    found = [one for case in open_cases(archive) for one in _of_case(archive, case, everyone=everyone)]
    if archive.home.sheet(archive.id) and "admin" in archive.me.titles:
        message = N_("Print the recovery sheet {path}, lock it away, and delete the file.")
        found.append(Due("recovery-sheet", "—", "", None, "due", message, values={"path": archive.home.sheet(archive.id)}))
    return sorted(found, key=lambda one: (_ORDER[one.state], one.due or "9999", one.about))


def open_cases(archive: Archive) -> Iterator[Case]:
    """The entries that still wait for something."""
    for name in ("loan", "destruction", "handover", "review"):
        for case in archive.register(name):
            if case.awaiting() or case.marked("out") or case.state in {"approved", "supervised", "executing", "found"}:
                yield case


def _of_case(archive: Archive, case: Case, *, everyone: bool) -> Iterator[Due]:
    record = ", ".join(row.number or row.uid for uid in case.entry.uids[:3] if (row := archive.index.record(uid=uid)))
    titles = archive.me.titles
    step = case.awaiting()
    if step and (everyone or _may_sign(archive, case)):
        path = step.chain.removeprefix("$") if step.chain.startswith("$") else f"{case.kind.rules}.approve"
        message = N_("waits for a signature: archivectl {how} {entry}")
        how = "destroy supervise" if step.name == "supervise" else "approve"
        values = {"entry": case.id, "how": how}
        yield Due(f"{case.kind.name}.{step.name}", case.id, record, None, "due", message, archive.regime.clause(path), values)
    if not everyone and not titles & {"archivist", "clerk"}:
        return
    if case.marked("out"):
        yield from _out(archive, case, record)
    elif case.kind.name == "loan" and case.state == "approved":
        message = N_("is approved; hand it out: archivectl lend {entry}")
        yield Due("loan.hand_out", case.id, record, None, "due", message, values={"entry": case.id})
    elif case.state in {"supervised", "executing"}:
        message = N_("may be carried out: archivectl destroy execute {entry}")
        yield Due("destruction.execute", case.id, record, None, "due", message, values={"entry": case.id})
    elif case.state == "found":
        message = N_("is to be rectified: archivectl review {entry} --note …")
        yield Due("review.remedy", case.id, record, None, "due", message, values={"entry": case.id})


def _may_sign(archive: Archive, case: Case) -> bool:
    step = case.awaiting()
    if step is None or any(event.by == archive.me.handle for _slot, event in case.closed):
        return False
    situation = Situation(archive, case.kind, step, archive.me, archive.now, case, archive.records_of(case.entry.uids))
    return any(holds(situation, archive.me, post) for slot in case.open_slots(step) for post in slot.posts)


def _out(archive: Archive, case: Case, record: str) -> Iterator[Due]:
    from archivectl.regime.spans import hours_between  # noqa: PLC0415 - a few lines below need it

    clause = archive.regime.clause("lend.return")
    if case.due is None or case.due == "unlimited":
        return
    left = hours_between(archive.now, case.due) / 24
    values = {"due": case.due, "days": round(-left)}
    if late(case, archive.now):
        yield Due(
            "loan.give_back", case.id, record, case.due, "overdue", N_("was due back {due}, {days} days late"), clause, values
        )
    elif left <= _SOON:
        state = "due" if left <= 0 else "coming"
        yield Due("loan.give_back", case.id, record, case.due, state, N_("is due back {due}"), clause, values)
