"""Which use of a file is meant, how it stands, and who waits for the file."""

from dataclasses import dataclass

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import KeyMissing, Refused, WrongUsage
from archivectl.members.member import Member
from archivectl.records import fields
from archivectl.records.numbering import NoEntryNumber
from archivectl.records.opening import NotCleared
from archivectl.regime import spans
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import overlaps
from archivectl.registers.guards.use import rank
from archivectl.snapshot import UnknownEntry


class NotALoan(WrongUsage):
    """The number of something else than a use of a file."""

    message = "{entry} is no use of a file."
    hint = "See them: archivectl register list loan"


class NotOnLoan(Refused):
    """A file of which nothing is out."""

    message = "{record} is not on loan."
    hint = "See where it is: archivectl show {record}"


class SeveralOut(WrongUsage):
    """A file of which several parts are out."""

    message = "Several loans of {record} are open: {loans}."
    hint = "Name the one that is meant."


@dataclass(frozen=True, slots=True)
class Loan:
    """What a use of a file looks like from outside: its number, state and the day it is due.

    ``incident`` is the report that was opened with it, ``first`` the reservation whose turn has come; both may be empty.
    """

    case: Case
    number: str
    state: str
    due: str | None
    record: str
    incident: str = ""
    first: str = ""


def standing(work: Work, incident: Work | None = None, following: Work | None = None) -> Loan:
    """The use of a file in hand as it looks from outside, with what was opened or went on beside it."""
    case = work.standing
    record = work.records[0].label if work.records else ""
    others = (other.number if other else "" for other in (incident, following))
    return Loan(case, case.id, case.state, case.due, record, *others)


def of(archive: Archive, reference: str) -> Case:
    """The loan of a number, or of the file that is out. Raises NotALoan, NotOnLoan, SeveralOut, UnknownEntry, UnknownRecord."""
    try:
        return entry_of(archive, reference)
    except (UnknownEntry, NoEntryNumber) as unknown:
        try:
            record = archive.record(reference)
        except WrongUsage:
            raise unknown from None
    out = [case for case in archive.cases(record.uid, "loan") if case.marked("out")]
    if not out:
        raise NotOnLoan(record=record.label)
    if len(out) > 1:
        raise SeveralOut(record=record.label, loans=", ".join(case.id for case in out))
    return out[0]


def entry_of(archive: Archive, reference: str) -> Case:
    """The loan of a number. Raises NotALoan, UnknownEntry, NoEntryNumber."""
    case = archive.case(reference)
    if case.kind.name != "loan":
        raise NotALoan(entry=case.id)
    return case


def lent_to(archive: Archive, case: Case, member: Member) -> bool:
    """Whether a loan is this member's, as far as the actor may know it."""
    try:
        borrower = archive.opener.open(case.entry.columns["borrower"], "columns.borrower", case.uid, case.entry.all_keys)
    except (KeyMissing, NotCleared):
        return False
    return borrower == member.handle or fields.folded(str(borrower)) == fields.folded(member.name)


def next_in_queue(archive: Archive, work: Work) -> Work | None:
    """The first reservation of what is free now, carried a step further; None if nobody waits or somebody was told already."""
    for record in work.records:
        others = [case for case in archive.cases(record.uid, "loan") if case.uid != work.uid]
        queue = sorted((case for case in others if case.marked("queued") and overlaps(case, record, work.parts)), key=rank)
        for case in queue[:1]:
            parts = tuple(item["part"] for item in case.entry.about if "part" in item)
            following = Work.on(archive, case)
            taken = any(other.marked("out") and overlaps(other, record, parts) for other in others)
            if not taken and not decide(following.situation("call", {}, archive.me, "signed")).reasons:
                following.step("call")
                return following
    return None


def late(case: Case, now: str) -> bool:
    """Whether a file that is out should be back."""
    return case.due not in (None, "unlimited") and spans.overdue(case.due, now)
