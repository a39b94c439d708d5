"""Spans of time: how long they are from any day, and what is late."""

import pytest

from archivectl.regime import calendar, spans
from archivectl.regime.calendar import WEEKDAYS, Calendar
from archivectl.regime.spans import NoDate, NoPeriod, NoSpan

ANNOUNCED = Calendar(calendar.around(2025), "09:00-17:30")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("4h", "2026-03-02T10:00", "2026-03-02T14:00"),
        ("4h", "2026-12-31T22:30", "2027-01-01T02:30"),
        ("4h", "2026-03-02", "2026-03-02T04:00"),
        ("14d", "2026-03-02T10:00", "2026-03-16"),
        ("1d", "2028-02-28", "2028-02-29"),
        ("1d", "2026-02-28", "2026-03-01"),
        ("2wk", "2026-12-25", "2027-01-08"),
        ("1mo", "2026-01-31", "2026-02-28"),
        ("1mo", "2028-01-31", "2028-02-29"),
        ("1mo", "2026-12-15", "2027-01-15"),
        ("13mo", "2026-08-31", "2027-09-30"),
        ("1y", "2028-02-29", "2029-02-28"),
        ("4y", "2028-02-29", "2032-02-29"),
        ("30y", "2026-03-02", "2056-03-02"),
        ("1wd", "2026-03-02", "2026-03-03"),  # a Monday
        ("1wd", "2026-03-06", "2026-03-09"),  # a Friday
        ("1wd", "2026-03-07", "2026-03-09"),
        ("5wd", "2026-03-04", "2026-03-11"),
        ("at-once", "2026-03-02T10:00", "2026-03-02T10:00"),
        ("at-once", "2026-03-02", "2026-03-02"),
        ("same-day", "2026-03-02", "2026-03-02"),
        ("close-of-business", "2026-03-02", "2026-03-02"),
        ("process", "2026-03-02", None),
        ("unlimited", "2026-03-02", None),
    ],
)
def test_a_span_ends_on_a_day_of_the_calendar(text: str, start: str, end: str | None) -> None:
    assert spans.span(text).after(start, WEEKDAYS) == end
    assert str(spans.span(text)) == text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1wd", "2026-02-13", "2026-02-14"),  # the Saturday before Spring Festival is worked
        ("1wd", "2026-02-14", "2026-02-24"),  # nine days free
        ("1wd", "2026-02-19", "2026-02-24"),
        ("4wd", "2026-02-24", "2026-02-28"),  # and a Saturday worked after it
        ("2wd", "2026-02-27", "2026-03-02"),
        ("1wd", "2026-09-30", "2026-10-08"),  # National Day
        ("3wd", "2026-09-30", "2026-10-10"),
        ("1wd", "2026-09-18", "2026-09-20"),  # a Sunday worked
        ("1wd", "2025-12-31", "2026-01-04"),  # into the next year
        ("3wd", "2025-12-30", "2026-01-05"),
        ("1wd", "2029-09-28", "2029-10-01"),  # beyond the calendar: the plain week
        ("1wd", "2026-02-14T18:00", "2026-02-24"),
        ("3d", "2026-02-14", "2026-02-17"),  # plain days know no holidays
        ("1mo", "2026-01-17", "2026-02-17"),
        ("4h", "2026-03-02T16:00", "2026-03-02T20:00"),  # hours of the clock, also past closing time
        ("24h", "2026-02-14T17:00", "2026-02-15T17:00"),
        ("close-of-business", "2026-03-02", "2026-03-02T17:30"),
        ("close-of-business", "2026-03-02T17:30", "2026-03-02T17:30"),
        ("close-of-business", "2026-03-02T17:31", "2026-03-03T17:30"),
        ("close-of-business", "2026-02-14T20:00", "2026-02-24T17:30"),
        ("close-of-business", "2026-02-15T10:00", "2026-02-15T17:30"),  # who works on a free day ends it
        ("same-day", "2026-03-02T18:00", "2026-03-02"),
    ],
)
def test_working_days_keep_to_the_announced_calendar(text: str, start: str, end: str) -> None:
    assert spans.span(text).after(start, ANNOUNCED) == end


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("4h", True),
        ("at-once", True),
        ("close-of-business", True),
        ("14d", False),
        ("1wd", False),
        ("same-day", False),
        ("1mo", False),
    ],
)
def test_it_is_known_which_spans_need_the_time_of_day(text: str, counts: bool) -> None:  # noqa: FBT001 - a table
    assert spans.timed(text) is counts
    ends = {spans.span(text).after(f"2026-03-02T{hour}", ANNOUNCED) for hour in ("08:00", "12:00", "18:00")}
    assert (len(ends) > 1) is counts


@pytest.mark.parametrize(
    ("day", "name", "end"),
    [
        ("2028-02-10", "month", "2028-02-29"),
        ("2026-02-28T23:59", "month", "2026-02-28"),
        ("2026-03-31", "quarter", "2026-03-31"),
        ("2026-04-01", "quarter", "2026-06-30"),
        ("2026-01-01", "year", "2026-12-31"),
        ("2026-03-31", "04-01", "2026-03-31"),
        ("2026-04-01", "04-01", "2027-03-31"),
        ("2026-05-03", "01-01", "2026-12-31"),
        ("2027-05-03", "02-29", "2028-02-28"),  # a year that begins on a day not every year has
        ("2027-02-10", "02-29", "2027-02-27"),
        ("9999-12-31", "year", "9999-12-31"),
        ("9999-11-30", "month", "9999-11-30"),
        ("9999-06-01", "04-01", "9999-12-31"),  # the calendar ends there
        ("0001-02-01", "04-01", "0001-03-31"),
    ],
)
def test_a_cut_off_is_the_last_day_of_the_period(day: str, name: str, end: str) -> None:
    assert spans.cut_off(day, name) == end


@pytest.mark.parametrize("name", ["", "week", "13-01", "04-32", "4-1", "2026"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(NoPeriod):
        spans.cut_off("2026-03-02", name)


@pytest.mark.parametrize(
    "text", ["", "14", "d", "0d", "-1d", "1.5d", "14 d", "14D", "１４d", "100000d", "14d;", "14d\n1", "ever"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(NoSpan):
        spans.span(text)


@pytest.mark.parametrize("text", ["99999y", "99999mo", "9000y"])
def test_a_span_that_outlasts_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(NoSpan):
        spans.span(text).after("2026-03-02", WEEKDAYS)


@pytest.mark.parametrize("text", ["2026-03-02", "2028-02-29", "2026-03-02T00:00", "2026-03-02T23:59"])
def test_a_day_or_a_time_is_read(text: str) -> None:
    assert spans.moment(text).isoformat(timespec="minutes").startswith(text)


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-29", "2026-3-2", "2026-03- 2", "2026-03-0２", "20260302", "2026-W10-1", "2026-03-02T24:00", "2026-03-02 10:00",
     "2026-03-02T10:00:00", "02-03-2026", "0000-01-01", "2026-03-02\n", "tomorrow"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(NoDate):
        spans.moment(text)


@pytest.mark.parametrize(
    ("due", "now", "late"),
    [
        ("2026-03-16", "2026-03-16T23:59", False),
        ("2026-03-16", "2026-03-17T00:00", True),
        ("2026-03-16T14:00", "2026-03-16T14:00", False),
        ("2026-03-16T14:00", "2026-03-16T14:01", True),
        ("2026-03-16T14:00", "2026-03-17", True),
        ("unlimited", "2999-01-01T00:00", False),
        (None, "2026-03-16T00:00", False),
    ],
)
def test_what_is_promised_for_a_day_is_late_when_the_day_is_over(due: str | None, now: str, late: bool) -> None:  # noqa: FBT001 - a table
    assert spans.overdue(due, now) is late


@pytest.mark.parametrize(
    ("end", "limit", "outlasts"),
    [
        ("2026-03-16", "2026-03-16", False),
        ("2026-03-16T23:59", "2026-03-16", False),
        ("2026-03-17", "2026-03-16", True),
        ("2026-03-02T14:00", "2026-03-02T14:00", False),
        ("2026-03-02T14:01", "2026-03-02T14:00", True),
        ("2026-03-02", "2026-03-02T14:00", True),
        ("2026-03-01", "2026-03-02T14:00", False),
        (None, "2026-03-16", True),
        ("unlimited", "2026-03-16", True),
        (None, None, False),
        ("2999-01-01", None, False),
    ],
)
def test_an_end_keeps_a_limit_or_outlasts_it(end: str | None, limit: str | None, outlasts: bool) -> None:  # noqa: FBT001 - a table
    assert spans.beyond(end, limit) is outlasts


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T10:00", "2026-03-16", 336),
        ("2026-03-02T10:00", "2026-03-02T14:30", 4.5),
        ("2026-03-02T10:00", "2026-03-01", -24),
        ("2026-02-28", "2026-03-01", 24),
    ],
)
def test_a_stretch_of_time_is_measured_in_hours(start: str, end: str, hours: float) -> None:
    assert spans.hours_between(start, end) == hours
