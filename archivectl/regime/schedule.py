"""Schedules as regulations state them, and when the next turn is due.

``{every: 1y}`` from the last time; ``{months: [4, 7, 10, 1]}`` within each of these months; ``{last: 4wd, of: month}`` or
``{first: 1d, of: month}`` within the last or first days of each month, quarter or year; ``{within: 1wd, event: signed}`` once,
from that event. ``{every: regularly}`` states no figure: it is never due unless the regime says what that means.
"""

from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, date, timedelta
from typing import Any, NamedTuple

from archivectl.errors import WrongUsage
from archivectl.regime.calendar import Calendar
from archivectl.regime.spans import PERIODS, WORDS, NoSpan, Span, moment, period, span

REGULARLY = "regularly"
_MONTHS = range(1, 13)
_EDGES = ("first", "last")


class NoSchedule(WrongUsage):
    """A value that says no schedule."""

    message = "{stated} is no schedule."
    hint = "Write it as one of these: every: 1y; months: [4, 7, 10, 1]; last: 4wd, of: month; first: 1d, of: month; within: 1wd."


class Window(NamedTuple):
    """One turn: the day from which it counts, and the day (or time) by which it is to be done."""

    opens: str
    due: str


class Schedule(NamedTuple):
    """How often something is to be done; ``shape`` is its first key, ``length`` None where no figure is stated."""

    shape: str
    length: Span | None = None
    months: tuple[int, ...] = ()
    of: str = "month"

    def following(self, since: str, calendar: Calendar) -> Window | None:
        """The turn after the last one done, or after the day that the archive was founded or the event happened.

        A turn done late, but before the next one opens, still counts as that turn. None: nothing is ever due. Raises NoSpan.
        """
        begun = moment(since).date()
        if self.shape in {"every", "within"}:
            due = self.length.after(since, calendar) if self.length else None
            return Window(since[:10], due) if due else None
        windows = self._windows(begun, calendar)
        return next((Window(*map(date.isoformat, window)) for window in windows if window[0] > begun), None)

    def _windows(self, begun: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
        """The first and last day of each turn, from the period of a day on, to the end of the calendar."""
        start, end = period(begun, self.of)
        while True:
            if self.length:
                yield _edge(start, end, self, calendar)
            elif start.month in self.months:
                yield start, end
            if end.year == MAXYEAR and end.month == _MONTHS[-1]:
                return
            start, end = period(end + timedelta(days=1), self.of)


def _edge(start: date, end: date, schedule: Schedule, calendar: Calendar) -> tuple[date, date]:
    """The first or last days of a period; working days where those are counted, and never more than it has."""
    length = schedule.length or Span(1, "d")
    number = length.number * (7 if length.unit == "wk" else 1)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    if length.unit == "wd":
        days = [day for day in days if calendar.works(day)] or days
    chosen = days[:number] if schedule.shape == "first" else days[-number:]
    return chosen[0], chosen[-1]


def schedule(stated: Any) -> Schedule:  # noqa: ANN401 - a value of a regime
    """The schedule that a value of the regime states; raises NoSchedule."""
    found = _parsed(stated) if isinstance(stated, Mapping) else None
    if found is None:
        raise NoSchedule(stated=stated)
    return found


def _parsed(stated: Mapping[str, Any]) -> Schedule | None:
    keys = set(stated)
    if keys == {"every"} or (keys <= {"within", "event"} and "within" in keys):
        shape = min(keys - {"event"})
        return Schedule(shape, None) if stated[shape] in (None, REGULARLY) else _counted(shape, stated, "")
    if keys == {"months"}:
        months = stated["months"]
        good = isinstance(months, list) and months and all(type(month) is int and month in _MONTHS for month in months)
        return Schedule("months", months=tuple(months)) if good else None
    edge = next((shape for shape in _EDGES if keys == {shape, "of"}), "")
    return _counted(edge, stated, "d wd wk") if edge and stated["of"] in tuple(PERIODS) else None


def _counted(shape: str, stated: Mapping[str, Any], units: str) -> Schedule | None:
    """A schedule with a span, of certain units where any are named; only what is due once may have a word for its span."""
    try:
        length = span(str(stated[shape]))
    except NoSpan:
        return None
    if (units and length.unit not in units.split()) or (shape != "within" and length.unit in WORDS):
        return None
    return Schedule(shape, length, of=str(stated.get("of", "month")))
