"""What somebody asks of a report: of which files and of which time, grouped by what, and what sealed values are opened for."""

from datetime import date
from typing import NamedTuple

from archivectl.errors import WrongUsage
from archivectl.regime import spans


class TwoPeriods(WrongUsage):
    """A month or a year together with other days."""

    message = "A report is of one time: a month, a year, or from one day until another."
    hint = "Give --month 2026-03, or --year 2026, or --from and --until."


class NoMonth(WrongUsage):
    """A text that names no month or no year."""

    message = "“{text}” is no month and no year."
    hint = "Write it as 2026-03, or as 2026."


class NoTime(WrongUsage):
    """A time whose last day lies before its first."""

    message = "From {since} until {until} there is no day."
    hint = "Put the earlier day first: --from {until} --until {since}"


def refuse_backwards(since: str, until: str) -> None:
    """Raise NoTime where a time ends before it begins; either end may be open."""
    if since and until and until < since[: len(until)]:
        raise NoTime(since=since, until=until)


class Asked(NamedTuple):
    """``numbers`` are those of files or entries; ``since`` and ``until`` are days or empty; ``by`` are labels to group by.

    ``where`` is a condition on files, ``purpose`` what sealed values are opened for; without one they are refused, or ``masked``.
    """

    numbers: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    by: tuple[str, ...] = ()
    where: str = ""
    purpose: str = ""
    masked: bool = False

    def covers(self, day: str) -> bool:
        """Whether a day lies in the time asked for; what has no day lies in all of it and in no part of it."""
        if not (self.since or self.until):
            return True
        return bool(day) and self.since <= day[:10] and (not self.until or day[:10] <= self.until)

    def year_fits(self, year: str) -> bool:
        """Whether anything of a year can lie in the time asked for."""
        return self.since[:4] <= year and (not self.until or year <= self.until[:4])


def period(month: str = "", year: str = "", since: str = "", until: str = "") -> tuple[str, str]:
    """The first and the last day of the time asked for; empty where it has no such end. Raises TwoPeriods, NoMonth, NoDate."""
    if (bool(month) + bool(year) + bool(since or until)) > 1:
        raise TwoPeriods
    for day in filter(None, (since, until)):
        spans.moment(day)
    refuse_backwards(since, until)
    if not (month or year):
        return since[:10], until[:10]
    try:
        first = date.fromisoformat(f"{month}-01" if month else f"{year}-01-01")
    except ValueError:
        raise NoMonth(text=month or year) from None
    start, end = spans.period(first, "month" if month else "year")
    return start.isoformat(), end.isoformat()
