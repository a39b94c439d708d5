"""Spans of time: how long they are from any day, and what is late."""

import pytest

from archivectl.regime import spans
from archivectl.regime.spans import NoDate, NoSpan


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
        ("at-once", "2026-03-02T10:00", "2026-03-02"),
        ("same-day", "2026-03-02", "2026-03-02"),
        ("close-of-business", "2026-03-02", "2026-03-02"),
        ("process", "2026-03-02", None),
        ("unlimited", "2026-03-02", None),
    ],
)
def test_a_span_ends_on_a_day_of_the_calendar(text: str, start: str, end: str | None) -> None:
    assert spans.span(text).after(start) == end
    assert str(spans.span(text)) == text


@pytest.mark.parametrize(
    "text", ["", "14", "d", "0d", "-1d", "1.5d", "14 d", "14D", "１４d", "100000d", "14d;", "14d\n1", "ever"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(NoSpan):
        spans.span(text)


@pytest.mark.parametrize("text", ["99999y", "99999mo", "9000y"])
def test_a_span_that_outlasts_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(NoSpan):
        spans.span(text).after("2026-03-02")


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
