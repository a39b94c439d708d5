"""The use of files: lending, reserving, copying, providing, renewing, taking back; who has what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import Refused, WrongUsage
from archivectl.members.member import called
from archivectl.records import parts
from archivectl.records.numbering import NoEntryNumber
from archivectl.regime import spans
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import overlaps
from archivectl.registers.guards.storing import must_be_disinfested
from archivectl.registers.guards.use import DELIVERED, rank
from archivectl.snapshot import UnknownEntry


class NotALoan(WrongUsage):
    """The number of something else than a use of a file."""

    message = "{entry} is no use of a file."
    hint = "See them: archivectl register list loan"


class EndsBeforeItBegins(WrongUsage):
    """A loan that would be due in the past."""

    message = "{until} lies before {today}."
    hint = "Give a day to come, or a term: --for 14d"


class NotOnLoan(Refused):
    """A file of which nothing is out."""

    message = "{record} is not on loan."
    hint = "See where it is: archivectl show {record}"


class SeveralOut(WrongUsage):
    """A file of which several parts are out."""

    message = "Several loans of {record} are open: {loans}."
    hint = "Name the one that is meant."


class ReturnedAlready(Refused):
    """A loan that ended."""

    message = "{loan} was returned on {date}; nothing is left to do."
    hint = "See what happened to it: archivectl register show {loan}"


class Desk(NamedTuple):
    """What is seen to where a file is served: pages handed out, what was confirmed of the applicant, the borrower's promise."""

    pages: int | None = None
    verified: str = ""
    promised: bool = False


AT_ONCE = Desk()  # where nothing of it is asked for


class Look(NamedTuple):
    """How what comes back was found: its condition, its pages, how it was looked at, and when it was disinfested."""

    condition: str = "intact"
    pages: int | None = None
    examined: str = ""
    disinfested: str = ""


INTACT = Look()


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


def _loan(work: Work, incident: Work | None = None, following: Work | None = None) -> Loan:
    case = work.standing
    record = work.records[0].label if work.records else ""
    others = (other.number if other else "" for other in (incident, following))
    return Loan(case, case.id, case.state, case.due, record, *others)


def of(archive: Archive, reference: str) -> Case:
    """The loan of a number, or of the file that is out. Raises NotALoan, NotOnLoan, SeveralOut, UnknownEntry, UnknownRecord."""
    try:
        return _case(archive, reference)
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


def _case(archive: Archive, reference: str) -> Case:
    case = archive.case(reference)
    if case.kind.name != "loan":
        raise NotALoan(entry=case.id)
    return case


def term(archive: Archive, until: str, length: str) -> tuple[str, str]:
    """The term asked for and the day it ends, from ``--until`` or ``--for``; both empty when neither is given."""
    if length:
        return str(spans.span(length)), spans.span(length).after(archive.now, archive.regime.calendar) or ""
    if until:
        ends = until if len(until) > 10 else until[:10]  # noqa: PLR2004 - a day, or a time
        hours = spans.hours_between(archive.now, ends)
        if hours < 0:
            raise EndsBeforeItBegins(until=until, today=archive.today)
        return (f"{ceil(hours / 24)}d" if hours >= 24 else f"{max(1, ceil(hours))}h"), ends  # noqa: PLR2004 - hours of a day
    return "", ""


def lend(
    archive: Archive, reference: str, columns: Mapping[str, Any], asked: tuple[str, str], part: str = "", desk: Desk = AT_ONCE
) -> Loan:
    """Request the use of a file and, where no approval is needed, hand it out (or deliver the copy) in the same commit.

    Args:
        archive: the open archive.
        reference: the record's number or uid.
        columns: ``borrower``, ``purpose``, ``mode`` and, if any, ``unit``, ``outside`` and ``fields``.
        asked: the term and the day it ends, as ``term`` gives them; empty for the longest that is allowed.
        part: a document or volume instead of the whole record: ``documents[dK3F7Q]``.
        desk: what was seen to.

    Raises:
        NotAllowed: with every reason against it.
    """
    work = _opened(archive, reference, {**columns, "term": asked[0] or None}, part)
    work.step("request")
    if desk.verified:
        work.step("verify", {"verified": desk.verified})
    if work.standing.at("hand_out"):
        _deliver(work, asked[1], desk)
    work.commit()
    return _loan(work)


def reserve(archive: Archive, reference: str, columns: Mapping[str, Any], length: str = "", part: str = "") -> Loan:
    """Stand in the queue for a file that is out. Raises NotAllowed."""
    work = _opened(archive, reference, {**columns, "term": length or None}, part)
    work.step("reserve")
    work.commit()
    return _loan(work)


def provide(archive: Archive, reference: str, columns: Mapping[str, Any], part: str = "") -> Loan:
    """Tell somebody outside what a file says, once that is approved; ``columns`` may name ``fields``, ``basis`` and ``able``."""
    work = _opened(archive, reference, {**columns, "mode": "provision"}, part)
    work.step("provide")
    if work.standing.at("deliver"):
        _deliver(work)
    work.commit()
    return _loan(work)


def _opened(archive: Archive, reference: str, columns: Mapping[str, Any], part: str) -> Work:
    record = archive.record(reference)
    borrower = called(archive.members, str(columns.get("borrower", "")))
    unit = borrower.department if borrower else columns.get("unit")
    return Work.opening(archive, "loan", [record], {**columns, "unit": unit}, parts.named(record, reference, part))


def _deliver(work: Work, ends: str = "", desk: Desk = AT_ONCE) -> None:
    """Hand out what comes back, with the day of its return; deliver what does not."""
    archive, case = work.archive, work.standing
    if case.entry.columns.get("mode") in DELIVERED:
        work.step("deliver", {"pages": desk.pages})
        return
    length = case.entry.columns.get("term") or case.rule.get("term")
    longest = spans.span(length).after(archive.now, archive.regime.calendar) if length else None
    if case.entry.columns.get("mode") == "on-site":  # what is read on the premises is back before they close
        closing = spans.span("close-of-business").after(archive.now, archive.regime.calendar)
        longest = closing if spans.beyond(longest, closing) else longest
    work.step("hand_out", {"due": ends or longest or "unlimited", "pages": desk.pages, "promised": desk.promised or None})


def hand_out(archive: Archive, reference: str, desk: Desk = AT_ONCE) -> Loan:
    """Hand out what was approved, the term running from now; or ask for what was reserved and is back.

    What was confirmed of the applicant is entered also where the approval is still to come.
    """
    case = _case(archive, reference)
    work = Work.on(archive, case)
    if case.marked("queued"):
        work.step("claim")
    if desk.verified:
        work.step("verify", {"verified": desk.verified})
    if not (case.marked("queued") or desk.verified) or work.standing.at("hand_out"):
        _deliver(work, desk=desk)
    work.commit()
    return _loan(work)


def withdraw(archive: Archive, reference: str, reason: str) -> Loan:
    """Take back a request or a reservation; who is next in the queue is told."""
    work = Work.on(archive, _case(archive, reference))
    work.step("withdraw", {"reason": reason})
    following = _next(archive, work)
    archive.commit(work.change().with_(following.change() if following else None))
    return _loan(work, None, following)


def renew(archive: Archive, reference: str, until: str, length: str, reason: str, asked: str = "") -> Loan:
    """Promise a later day for a file that is out."""
    work = Work.on(archive, of(archive, reference))
    _term, ends = term(archive, until, length)
    work.step("renew", {"due": ends, "reason": reason, "asked": asked})
    work.commit()
    return _loan(work)


def give_back(archive: Archive, reference: str, look: Look = INTACT) -> Loan:
    """Take a file back, its condition and pages noted; what is damaged or lost is reported in the same commit."""
    work = Work.on(archive, of(archive, reference))
    last = work.standing.done[-1]
    if work.kind.steps[last.act].command.startswith("return") and not work.standing.marked("out"):
        raise ReturnedAlready(loan=work.number, date=last.date[:10])
    data: dict[str, Any] = look._asdict()
    step = _way_back(work, data)
    if step == "shelve":
        data = {"disinfested": look.disinfested}
    work.step(step, data)
    incident = _report(archive, work, step, data)
    following = _next(archive, work) if not work.standing.marked("out") else None
    archive.commit(work.change().with_(*(other.change() for other in (incident, following) if other)))
    return _loan(work, incident, following)


def _way_back(work: Work, data: Mapping[str, Any]) -> str:
    """The step by which a file comes back: shelved at once, kept for disinfestation, found again, or reported lost."""
    case = work.standing
    if case.marked("in"):
        return "shelve"
    if data["condition"] == "lost":
        return "report_lost"
    if case.marked("missing"):
        return "find"
    waits = must_be_disinfested(work.situation("give_back", data, work.archive.me, "signed")) and not data["disinfested"]
    return "take_in" if waits and case.marked("out") else "give_back"


def _report(archive: Archive, work: Work, step: str, data: Mapping[str, Any]) -> Work | None:
    """The report that the step opens, if any."""
    kind = work.kind.steps[step].opened(data)
    if not kind:
        return None
    what = "loss" if data["condition"] == "lost" else "damage"
    report = Work.opening(archive, kind, work.records, {"what": what, "loan": work.uid}, "".join(work.parts[:1]))
    report.step("report")
    return report


def _next(archive: Archive, work: Work) -> Work | None:
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
