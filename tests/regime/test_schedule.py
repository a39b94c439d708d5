"""Schedules: when the next turn is due, from the last one."""

from typing import Any

import pytest

from archivectl.regime import calendar
from archivectl.regime.calendar import WEEKDAYS, Calendar
from archivectl.regime.schedule import NoSchedule, Window, schedule
from archivectl.regime.spans import NoSpan

ANNOUNCED = Calendar(calendar.around(2025), "09:00-17:30")
FILING = {"months": [4, 7, 10, 1]}
MONTH_END = {"last": "4wd", "of": "month"}
BACKUP = {"first": "1d", "of": "month"}


@pytest.mark.parametrize(
    ("stated", "since", "opens", "due"),
    [
        ({"every": "1y"}, "2026-03-02", "2026-03-02", "2027-03-02"),
        ({"every": "1y"}, "2028-02-29", "2028-02-29", "2029-02-28"),
        ({"every": "1mo"}, "2026-01-31", "2026-01-31", "2026-02-28"),
        ({"every": "1wd"}, "2026-02-14", "2026-02-14", "2026-02-24"),
        ({"every": "4h"}, "2026-03-02T16:00", "2026-03-02", "2026-03-02T20:00"),
        (FILING, "2026-03-02", "2026-04-01", "2026-04-30"),
        (FILING, "2026-04-10", "2026-07-01", "2026-07-31"),  # done in April
        (FILING, "2026-05-10", "2026-07-01", "2026-07-31"),  # done late
        (FILING, "2026-03-31T23:59", "2026-04-01", "2026-04-30"),
        (FILING, "2026-10-01", "2027-01-01", "2027-01-31"),
        ({"months": [2]}, "2027-02-28", "2028-02-01", "2028-02-29"),
        (MONTH_END, "2026-02-01", "2026-02-25", "2026-02-28"),  # the 28th is a Saturday worked
        (MONTH_END, "2026-02-26", "2026-03-26", "2026-03-31"),
        (MONTH_END, "2026-05-01", "2026-05-26", "2026-05-29"),  # the month ends on a Sunday
        (MONTH_END, "2026-09-01", "2026-09-24", "2026-09-30"),  # a Friday free before National Day
        (MONTH_END, "2028-02-01", "2028-02-24", "2028-02-29"),  # beyond the calendar
        ({"last": "3d", "of": "quarter"}, "2026-03-02", "2026-03-29", "2026-03-31"),
        ({"last": "1wk", "of": "year"}, "2026-12-24", "2026-12-25", "2026-12-31"),
        ({"last": "90d", "of": "month"}, "2026-01-31", "2026-02-01", "2026-02-28"),
        (BACKUP, "2026-03-01", "2026-04-01", "2026-04-01"),
        (BACKUP, "2026-12-31", "2027-01-01", "2027-01-01"),
        ({"first": "1wd", "of": "month"}, "2026-09-30", "2026-10-08", "2026-10-08"),
        ({"within": "1wd", "event": "signed"}, "2026-09-30", "2026-09-30", "2026-10-08"),
        ({"within": "close-of-business"}, "2026-03-02T11:00", "2026-03-02", "2026-03-02T17:30"),
        (FILING, "9999-09-30", "9999-10-01", "9999-10-31"),
    ],
)
def test_the_next_turn_follows_the_last_one(stated: dict[str, Any], since: str, opens: str, due: str) -> None:
    assert schedule(stated).following(since, ANNOUNCED) == Window(opens, due)


@pytest.mark.parametrize(
    ("stated", "since"),
    [
        ({"every": "regularly"}, "2026-03-02"),
        ({"every": None}, "2026-03-02"),
        ({"within": "unlimited"}, "2026-03-02"),
        (FILING, "9999-10-01"),
        (BACKUP, "9999-12-31"),
    ],
)
def test_what_has_no_figure_or_no_day_left_is_never_due(stated: dict[str, Any], since: str) -> None:
    assert schedule(stated).following(since, WEEKDAYS) is None


def test_a_turn_after_the_year_9999_is_refused() -> None:
    with pytest.raises(NoSpan):
        schedule({"every": "1y"}).following("9999-03-02", WEEKDAYS)


def test_a_month_without_a_working_day_has_its_turn_in_plain_days() -> None:
    free = [f"2026-02-{day:02}" for day in range(1, 29)]
    file = calendar.Year(2026, tuple(free), ())
    assert schedule(MONTH_END).following("2026-02-01", Calendar({file.path: file.text})) == Window("2026-02-25", "2026-02-28")


@pytest.mark.parametrize(
    "stated",
    [
        None,
        "1y",
        {},
        {"every": "often"},
        {"every": "unlimited"},
        {"every": "same-day"},
        {"every": ["1y"]},
        {"every": "1y", "of": "month"},
        {"months": []},
        {"months": [13]},
        {"months": [True]},
        {"months": "4"},
        {"last": "4wd"},
        {"last": "4wd", "of": "week"},
        {"last": "4wd", "of": ["month"]},
        {"last": "4h", "of": "month"},
        {"first": "1mo", "of": "year"},
        {"first": "1d", "last": "1d", "of": "month"},
        {"event": "signed"},
    ],
)
def test_what_is_no_schedule_is_refused(stated: Any) -> None:
    with pytest.raises(NoSchedule):
        schedule(stated)
