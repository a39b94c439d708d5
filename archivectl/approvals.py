"""Approving and rejecting whatever an entry waits for, by signature, on paper or by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import NotAllowed, Reason, Refused, WrongUsage
from archivectl.members.member import Member, called
from archivectl.records import fields
from archivectl.registers.deciding import SIGNED_ALREADY
from archivectl.registers.fold import Case, Slot
from archivectl.registers.guards import authority
from archivectl.registers.kinds import Step, resolve
from archivectl.registers.situation import OUTSIDE, Situation


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


def nobody_here(archive: Archive, case: Case) -> tuple[list[Slot], bool]:
    """The signatures that an entry waits for, or will, and that none of the members can give; and whether paper will do."""
    kind, lacking, on_paper = case.kind, list[Slot](), True
    for step in kind.course(case.entry.columns):
        if not step.chain or step.refuses or (case.acts(step.name) and case.awaiting() != step) or not _ahead(case, step):
            continue
        s = Situation(archive, kind, step, archive.me, archive.now, case, archive.records_of(case.entry.uids))
        slots = case.open_slots(step) if case.awaiting() == step else case.slots(step)
        left = authority.nobody_for(s, slots)
        lacking += left
        on_paper &= len(left) <= authority.on_paper(s, step)
    return lacking, on_paper


def _ahead(case: Case, step: Step) -> bool:
    """Whether an entry may still come to a step."""
    reached = {case.state}
    while more := {each.to for each in case.kind.steps.values() if each.to and reached & {*each.start}} - reached:
        reached |= more
    return bool(reached & {*step.start})


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


def bearers(archive: Archive, reference: str, by: str) -> list[Member]:
    """The members who hold a post that the entry waits for, where a name is that of no member at all; else none."""
    slots = awaiting(archive.case(reference))
    if not by or _person(archive, by, slots).handle != OUTSIDE:
        return []
    wanted = {post for slot in slots for post in slot.names()}
    return [one for one in archive.members.values() if not one.retired and one.titles & wanted]


def _refuse_twice(archive: Archive, case: Case, step: str, name: str) -> None:
    """One person signs once; who is outside is known by name alone, as far as the recorder may read it."""
    apart = set(resolve(archive.regime, case.kind.apart) or ())
    earlier = case.acts(*apart - {step}) if step in apart else ()
    for event in (*earlier, *(event for _slot, event in case.closed)):
        if event.by != OUTSIDE or not archive.me.cleared("confidential"):
            continue
        who = archive.opener.open(event.data["who"], f"events[{event.id}].data.who", case.uid, case.entry.all_keys)
        if fields.folded(str(who)) == fields.folded(name):
            raise NotAllowed((Reason(f"{case.kind.name}.{step}/distinct", SIGNED_ALREADY, {"member": name}),))


def _person(archive: Archive, by: str, slots: Sequence[Slot]) -> Member:
    """Who signed on paper: a member by handle or name, however it is spaced; else someone outside who holds the open post."""
    member = called(archive.members, by)
    if member is not None:
        return member
    name = fields.folded(by)
    same = [each for each in archive.members.values() if name in {fields.folded(each.handle), fields.folded(each.name)}]
    if len(same) == 1:
        return same[0]
    if same:
        raise SeveralOfThatName(who=by, handles=", ".join(each.handle for each in same))
    posts = tuple(sorted(slots[0].names()))
    return Member(OUTSIDE, by, "", None, posts[:1], (), "open", None, (), ())
