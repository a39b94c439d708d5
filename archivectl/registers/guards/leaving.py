"""Guards of leaving: what a member who goes still has.

They see what the files and registers say in clear. Whom a file was lent to is sealed: that, the act looks at beside them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_
from archivectl.members.member import Member
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import unchanged
from archivectl.registers.guards.passing_on import confirmed
from archivectl.registers.situation import NO_RECORD, Guard, Situation, holds

_SHOWN = 10


def _leaver(s: Situation) -> Member | None:
    return s.world.members.get(str(s.column("giver"))) if s.column("mode") == "leave" else None


def files_left(s: Situation) -> Iterator[Reason]:
    """Who leaves keeps no file but those that go over to others with this slip."""
    if (member := _leaver(s)) and s.case:
        yield from files_of(s, member, {record.uid for record in unchanged(s.case, s.records)} & set(confirmed(s.case)))


def files_of(s: Situation, member: Member, passed: Container[str] = ()) -> Iterator[Reason]:
    """Whether a member keeps other files than those passed on."""
    kept = s.world.kept(member.handle).items()
    if left := [label for uid, label in kept if uid not in passed and not (s.case and _accepted(s, uid))]:
        message = N_("{member} still keeps {count} files: {records}")
        hint = N_("Hand them over: archivectl handover propose --of {member} --to WHO")
        if s.case:
            hint = N_("Hand them over by a slip of their own: {how}; or withdraw this one: {withdraw}")
        shown = ", ".join(left[:_SHOWN]) + (" …" if len(left) > _SHOWN else "")
        values: dict[str, Any] = {"member": member.handle, "count": len(left), "records": shown}
        if s.case:
            values["how"] = f"archivectl handover propose {left[0]} --from {member.handle} --to WHO --reason WHY"
            values["withdraw"] = f"archivectl register step {s.case.id} withdraw opinion=WHY"
        yield s.why("files_left", message, hint=hint, **values)


def _accepted(s: Situation, uid: str) -> bool:
    """Whether who receives a file has confirmed it on another slip, which waits for nothing but to be registered."""
    others = (case for case in s.world.cases(uid, "handover") if s.case is None or case.uid != s.case.uid)
    return any(case.at("register") and uid in confirmed(case) for case in others)


def signatures_left(s: Situation) -> Iterator[Reason]:
    """Nothing about these files, or about none in particular, waits for a signature that only who leaves can give.

    To read every register for this is left to the act: a replay would read all of them for each slip.
    """
    if member := _leaver(s):
        uids = (NO_RECORD, *(record.uid for record in s.records))
        beside = {case.uid: case for uid in uids for case in s.world.cases(uid)}
        yield from signatures_of(s, member, beside.values())


def signatures_of(s: Situation, member: Member, cases: Iterable[Case]) -> Iterator[Reason]:
    """Which of these entries wait for a member, and for nobody else."""
    for case in cases:
        if _alone(s, case, member):
            message = N_("{entry} waits for {member}, and nobody else may sign it.")
            hint = N_("Let {member} approve or reject it: archivectl approve {entry}")
            yield s.why("signatures_left", message, hint=hint, entry=case.id, member=member.handle)


def _alone(s: Situation, case: Case, member: Member) -> bool:
    """Whether an open signature can be given by this member and by nobody else."""
    step, signed = case.awaiting(), {event.by for _slot, event in case.closed}
    if step is None or member.handle in signed:
        return False
    their = Situation(s.world, case.kind, step, member, s.now, case, s.world.records_of(case.entry.uids))
    others = [one for one in s.world.members.values() if not one.retired and one.handle not in {member.handle, *signed}]
    return any(
        any(holds(their, member, post) for post in slot.posts)
        and not any(holds(their._replace(actor=one), one, post) for one in others for post in slot.posts)
        for slot in case.open_slots(step)
    )


GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in (files_left, signatures_left)}
