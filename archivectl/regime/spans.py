"""Spans of time as regulations state them: ``14d``, ``4h``, ``1wd``, ``5y``, ``unlimited``; and the arithmetic of dates."""

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from archivectl.errors import WrongUsage
from archivectl.regime.calendar import WEEKDAYS, Calendar

WORDS = ("at-once", "same-day", "close-of-business", "process", "unlimited", "stated")
_SPAN = re.compile(r"([1-9][0-9]{0,4})(h|d|wd|wk|mo|y)\Z")
PERIODS = {"month": 1, "quarter": 3, "year": 12}  # and how many months they have
_YEARLY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?")


class NoSpan(WrongUsage):
    """A text that names no span of time."""

    message = "“{text}” is no span of time."
    hint = "Write a number and a unit: 14d (days), 4h (hours), 3wd (working days), 2wk, 6mo, 5y."


class NoDate(WrongUsage):
    """A text that names no day or time."""

    message = "“{text}” is no date."
    hint = "Write it as 2026-03-02, or with a time as 2026-03-02T14:30."


class NoPeriod(WrongUsage):
    """A name of no period."""

    message = "“{text}” is no period."
    hint = "It is month, quarter or year, or the day on which a year begins: 04-01."


class Span(NamedTuple):
    """A number of units, or one of the words of ``WORDS`` (number 0)."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number}{self.unit}" if self.number else self.unit

    def after(self, start: str, calendar: Calendar = WEEKDAYS) -> str | None:
        """The civil date (or time) this span ends when it begins at ``start``; None when nothing here ends it. Raises NoSpan.

        Hours are those of the clock, closing time or not: who may have a file for four hours has it for no fifth.
        """
        if self.unit in {"unlimited", "process", "stated"}:
            return None
        begin = moment(start)
        try:
            if self.unit == "h":
                return (begin + timedelta(hours=self.number)).strftime("%Y-%m-%dT%H:%M")
            if self.unit == "close-of-business":
                return _closing(begin, calendar)
            return start if self.unit == "at-once" else _day_after(begin.date(), self, calendar).isoformat()
        except (ValueError, OverflowError) as error:  # it would end after the year 9999
            raise NoSpan(text=self) from error


@lru_cache(4096)
def span(text: str) -> Span:
    """The span a text names; raises NoSpan."""
    if text in WORDS:
        return Span(0, text)
    match = _SPAN.match(text.strip())
    if match is None:
        raise NoSpan(text=text)
    return Span(int(match[1]), match[2])


def uncounted(text: str, start: str, end: str | None, calendar: Calendar) -> list[int]:
    """The years without a calendar in which a term of working days counted Monday to Friday; none for any other term."""
    return calendar.unknown_years(start, end) if text.endswith("wd") and end else []


def timed(text: str) -> bool:
    """Whether the end of this span depends on the time of day at which it begins."""
    return text.endswith("h") or text in {"at-once", "close-of-business"}


def _closing(begin: datetime, calendar: Calendar) -> str:
    """The next time that work ends; the end of the day where the archive has no hours."""
    day = begin.date()
    if not calendar.closes:
        return day.isoformat()
    if begin.strftime("%H:%M") > calendar.closes:
        day = _day_after(day, Span(1, "wd"), calendar)
    return f"{day.isoformat()}T{calendar.closes}"


def _day_after(day: date, length: Span, calendar: Calendar) -> date:
    if length.unit == "wd":
        left = length.number
        while left:
            day += timedelta(days=1)
            left -= calendar.works(day)
        return day
    if length.unit in {"mo", "y"}:
        months = day.year * 12 + day.month - 1 + length.number * (12 if length.unit == "y" else 1)
        return _clipped(months // 12, months % 12 + 1, day.day)
    return day + timedelta(days=length.number * {"d": 1, "wk": 7}.get(length.unit, 0))


def _clipped(year: int, month: int, day: int) -> date:
    """The day of that month, or the month's last day where it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def period(day: date, name: str) -> tuple[date, date]:
    """The first and last day of the month, quarter or year that a day lies in, or of the year that begins on ``04-01``.

    Raises:
        NoPeriod: for another name.
    """
    if months := PERIODS.get(name):
        start = date(day.year, (day.month - 1) // months * months + 1, 1)
        return start, _clipped(day.year, start.month + months - 1, 31)
    if not _YEARLY.fullmatch(name):
        raise NoPeriod(text=name)
    month, first = (int(part) for part in name.split("-"))
    begins = [_clipped(year, month, first) for year in (day.year - 1, day.year, day.year + 1) if MINYEAR <= year <= MAXYEAR]
    start = max((each for each in begins if each <= day), default=date.min)
    return start, min((each - timedelta(days=1) for each in begins if each > day), default=date.max)


def cut_off(day: str, name: str) -> str:
    """The last day of the period of that name that a day lies in; raises NoDate, NoPeriod."""
    return period(moment(day).date(), name)[1].isoformat()


@lru_cache(4096)  # most files share their days with others
def moment(text: str) -> datetime:
    """The civil time a date or time names (midnight for a date); raises NoDate."""
    try:
        found = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise NoDate(text=text)
    return found


def hours_between(start: str, end: str) -> float:
    """How long a stretch of civil time is, in hours; counted in whole days where either end is a date without a time."""
    if 10 in {len(start), len(end)}:  # noqa: PLR2004 - a day without a time
        start, end = start[:10], end[:10]
    return (moment(end) - moment(start)).total_seconds() / 3600


def beyond(end: str | None, limit: str | None) -> bool:
    """Whether an end (None: never) lies after a limit; a day as an end lasts until its midnight."""
    if limit is None:
        return False
    return end is None or (end + "T24" if len(end) < len(limit) else end[: len(limit)]) > limit


def overdue(due: str | None, now: str) -> bool:
    """Whether a promised day is over, or a promised time has passed."""
    return due is not None and now[: len(due)] > due
