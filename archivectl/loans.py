"""Lending, handing out, renewing and taking back; who has what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import WrongUsage
from archivectl.members.member import called
from archivectl.records import fields
from archivectl.regime import spans
from archivectl.registers.fold import Case


class UnknownPart(WrongUsage):
    """A document or volume that the record does not list."""

    message = "{record} has no {part}."
    hint = "See what it holds: archivectl show {record}"


class EndsBeforeItBegins(WrongUsage):
    """A loan that would be due in the past."""

    message = "{until} lies before {today}."
    hint = "Give a day to come, or a term: --for 14d"


@dataclass(frozen=True, slots=True)
class Loan:
    """What a loan looks like from outside: its number, state and the day it is due."""

    case: Case
    number: str
    state: str
    due: str | None
    record: str


def _loan(work: Work) -> Loan:
    case = work.standing
    record = work.records[0].label if work.records else ""
    return Loan(case, case.id, case.state, case.due, record)


def term(archive: Archive, until: str, length: str) -> tuple[str, str]:
    """The term asked for and the day it ends, from ``--until`` or ``--for``; both empty when neither is given."""
    if length:
        return str(spans.span(length)), spans.span(length).after(archive.now) or ""
    if until:
        ends = until if len(until) > 10 else until[:10]  # noqa: PLR2004 - a day, or a time
        hours = spans.hours_between(archive.now, ends)
        if hours < 0:
            raise EndsBeforeItBegins(until=until, today=archive.today)
        return (f"{ceil(hours / 24)}d" if hours >= 24 else f"{max(1, ceil(hours))}h"), ends  # noqa: PLR2004 - hours of a day
    return "", ""


def lend(
    archive: Archive, reference: str, columns: Mapping[str, Any], asked: tuple[str, str], part: str = "", pages: int | None = None
) -> Loan:
    """Request the use of a file and, where no approval is needed, hand it out in the same commit.

    Args:
        archive: the open archive.
        reference: the record's number or uid.
        columns: ``borrower``, ``purpose``, ``mode`` and, if any, ``unit`` and ``outside``.
        asked: the term and the day it ends, as ``term`` gives them; empty for the longest that is allowed.
        part: a document or volume instead of the whole record: ``documents[dK3F7Q]``.
        pages: how many pages are handed out.

    Raises:
        NotAllowed: with every reason against it.
    """
    record = archive.record(reference)
    if part and fields.get(record.data, part) is None:
        raise UnknownPart(record=record.label, part=part)
    length, ends = asked
    borrower = called(archive.members, str(columns.get("borrower", "")))
    unit = borrower.department if borrower else columns.get("unit")
    work = Work.opening(archive, "loan", [record], {**columns, "unit": unit, "term": length or None}, part)
    work.step("request")
    if work.standing.state == "approved":
        work.step("hand_out", {"due": ends or _longest(archive, work.standing), "pages": pages})
    work.commit()
    return _loan(work)


def hand_out(archive: Archive, reference: str, *, pages: int | None = None) -> Loan:
    """Hand out what was approved; the term runs from now."""
    case = archive.case(reference)
    work = Work.on(archive, case)
    asked = case.entry.columns.get("term")
    due = spans.span(asked).after(archive.now) if asked else _longest(archive, case)
    work.step("hand_out", {"due": due, "pages": pages})
    work.commit()
    return _loan(work)


def _longest(archive: Archive, case: Case) -> str:
    limit = case.rule.get("term")
    return (spans.span(limit).after(archive.now) if limit else None) or "unlimited"


def renew(archive: Archive, reference: str, until: str, length: str, reason: str) -> Loan:
    """Promise a later day for a file that is out."""
    work = Work.on(archive, archive.case(reference))
    _asked, ends = term(archive, until, length)
    work.step("renew", {"due": ends, "reason": reason})
    work.commit()
    return _loan(work)


def give_back(archive: Archive, reference: str, *, condition: str = "intact", pages: int | None = None) -> Loan:
    """Take a file back, its condition and pages noted."""
    work = Work.on(archive, archive.case(reference))
    work.step("report_lost" if condition == "lost" else "give_back", {"condition": condition, "pages": pages})
    work.commit()
    return _loan(work)


def late(case: Case, now: str) -> bool:
    """Whether a file that is out should be back."""
    return case.due not in (None, "unlimited") and spans.overdue(case.due, now)
