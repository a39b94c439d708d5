"""Approving and rejecting whatever an entry waits for, by signature, on paper or by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import NotAllowed, Reason, Refused, WrongUsage
from archivectl.members.member import Member, called
from archivectl.registers.deciding import SIGNED_ALREADY
from archivectl.registers.fold import Case, Slot
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import OUTSIDE


class NothingToApprove(Refused):
    """An entry that waits for nobody's signature."""

    message = "{entry} is {state}; it waits for no approval."
    hint = "See what happened to it: archivectl register show {entry}"


class SeveralOfThatName(WrongUsage):
    """A name that more than one member bears."""

    message = "Several members are called {who}."
    hint = "Give the handle of the one who signed: {handles}"


class PaperMissing(WrongUsage):
    """Someone else's approval without the evidence of it."""

    message = "What {who} approved on paper needs the scan of the paper."
    hint = "Add --paper FILE (or --message FILE for a message)."


def awaiting(case: Case) -> list[Slot]:
    """The signatures that an entry waits for next. Raises NothingToApprove."""
    step = case.awaiting()
    if step is None:
        raise NothingToApprove(entry=case.id, state=case.state_word)
    return case.open_slots(step)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A signature given away from the terminal: whose, the scan of it or a file that holds it, and ``paper`` or ``message``."""

    by: str = ""
    scan: bytes | Path = b""
    means: str = "paper"


def approve(archive: Archive, reference: str, elsewhere: Elsewhere | None = None) -> Case:
    """Sign the next open step of an entry's chain as the actor, or record what somebody signed elsewhere.

    Raises:
        NotAllowed, NothingToApprove, PaperMissing, UnknownEntry.
    """
    return _decided(archive, reference, "approve", "", elsewhere or Elsewhere())


def reject(archive: Archive, reference: str, reason: str, elsewhere: Elsewhere | None = None) -> Case:
    """Refuse the next open step; the kind and the regime say whether this ends the entry or sends it back."""
    return _decided(archive, reference, "refuse", reason, elsewhere or Elsewhere())


def _decided(archive: Archive, reference: str, what: str, opinion: str, elsewhere: Elsewhere) -> Case:
    case = archive.case(reference)
    slots = awaiting(case)
    work = Work.on(archive, case)
    step = work.next_step(what)
    if not elsewhere.by:
        work.step(step, {"opinion": opinion})
        return work.commit()
    if not elsewhere.scan:
        raise PaperMissing(who=elsewhere.by)
    person = _person(archive, elsewhere.by, slots)
    if person.handle == OUTSIDE and what == "approve":
        _refuse_twice(archive, case, step, elsewhere.by)
    data = {"opinion": opinion, elsewhere.means: work.attach(elsewhere.scan)}
    work.step(step, data, actor=person, means=elsewhere.means)
    return work.commit()


def _refuse_twice(archive: Archive, case: Case, step: str, name: str) -> None:
    """One person signs once; who is outside is known by name alone, as far as the recorder may read it."""
    apart = set(resolve(archive.regime, case.kind.apart) or ())
    earlier = case.acts(*apart - {step}) if step in apart else ()
    for event in (*earlier, *(event for _slot, event in case.closed)):
        if event.by != OUTSIDE or not archive.me.cleared("confidential"):
            continue
        if archive.opener.open(event.data["who"], f"events[{event.id}].data.who", case.uid, case.entry.all_keys) == name:
            raise NotAllowed((Reason(f"{case.kind.name}.{step}/distinct", SIGNED_ALREADY, {"member": name}),))


def _person(archive: Archive, by: str, slots: Sequence[Slot]) -> Member:
    """Who signed on paper: a member by handle or name, else someone outside who holds the post that is open."""
    member = called(archive.members, by)
    if member is not None:
        return member
    if same := [each.handle for each in archive.members.values() if each.name == by]:
        raise SeveralOfThatName(who=by, handles=", ".join(same))
    posts = tuple(sorted(slots[0].names()))
    return Member(OUTSIDE, by, "", None, posts[:1], (), "open", None, (), ())
