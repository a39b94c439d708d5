"""Handing out: asked for, reserved, delivered, promised for longer, withdrawn."""

from collections.abc import Mapping
from math import ceil
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import WrongUsage
from archivectl.loans.finding import Loan, entry_of, next_in_queue, of, standing
from archivectl.members.member import called
from archivectl.records import parts
from archivectl.regime import spans
from archivectl.registers.guards.use import DELIVERED


class EndsBeforeItBegins(WrongUsage):
    """A loan that would be due in the past."""

    message = "{until} lies before {today}."
    hint = "Give a day to come, or a term: --for 14d"


class Desk(NamedTuple):
    """What is seen to where a file is served: pages handed out, what was confirmed of the applicant, the borrower's promise."""

    pages: int | None = None
    verified: str = ""
    promised: bool = False


AT_ONCE = Desk()  # where nothing of it is asked for


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
    return standing(work)


def reserve(archive: Archive, reference: str, columns: Mapping[str, Any], length: str = "", part: str = "") -> Loan:
    """Stand in the queue for a file that is out. Raises NotAllowed."""
    work = _opened(archive, reference, {**columns, "term": length or None}, part)
    work.step("reserve")
    work.commit()
    return standing(work)


def provide(archive: Archive, reference: str, columns: Mapping[str, Any], part: str = "") -> Loan:
    """Tell somebody outside what a file says, once that is approved; ``columns`` may name ``fields``, ``basis`` and ``able``."""
    work = _opened(archive, reference, {**columns, "mode": "provision"}, part)
    work.step("provide")
    if work.standing.at("deliver"):
        _deliver(work)
    work.commit()
    return standing(work)


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
    case = entry_of(archive, reference)
    work = Work.on(archive, case)
    if case.marked("queued"):
        work.step("claim")
    if desk.verified:
        work.step("verify", {"verified": desk.verified})
    if not (case.marked("queued") or desk.verified) or work.standing.at("hand_out"):
        _deliver(work, desk=desk)
    work.commit()
    return standing(work)


def withdraw(archive: Archive, reference: str, reason: str) -> Loan:
    """Take back a request or a reservation; who is next in the queue is told."""
    work = Work.on(archive, entry_of(archive, reference))
    work.step("withdraw", {"reason": reason})
    following = next_in_queue(archive, work)
    archive.commit(work.change().with_(following.change() if following else None))
    return standing(work, None, following)


def renew(archive: Archive, reference: str, until: str, length: str, reason: str, asked: str = "") -> Loan:
    """Promise a later day for a file that is out."""
    work = Work.on(archive, of(archive, reference))
    _term, ends = term(archive, until, length)
    work.step("renew", {"due": ends, "reason": reason, "asked": asked})
    work.commit()
    return standing(work)
