"""Working days: the archive's own calendar, what is wrong with one, and what the library knows."""

from datetime import date

import pytest

from archivectl import yaml_text
from archivectl.regime import calendar, load
from archivectl.regime.calendar import WEEKDAYS, Calendar, NotACalendar
from archivectl.yaml_text import NotYaml

SPRING = b"""\
year: 2026
off:
  - "2026-02-16"
  - "2026-02-17"
work:
  - "2026-02-14"
"""
PATH = "regime/calendar/2026.yaml"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),  # a Friday
        ("2026-02-14", True),  # a Saturday that is worked
        ("2026-02-15", False),
        ("2026-02-16", False),  # a Monday that is free
        ("2026-02-18", True),
        ("2026-02-21", False),
        ("2027-02-16", True),  # of another year: the plain week
        ("2027-02-14", False),
    ],
)
def test_a_day_is_worked_as_the_archives_own_calendar_says(day: str, works: bool) -> None:  # noqa: FBT001 - a table
    assert Calendar({PATH: SPRING}).works(date.fromisoformat(day)) is works


def test_years_without_a_file_can_be_asked_for() -> None:
    own = Calendar({PATH: SPRING})
    assert own.unknown_years("2026-01-01", "2026-12-31") == []
    assert own.unknown_years("2025-12-31T17:00", "2027-01-04") == [2025, 2027]
    assert WEEKDAYS.unknown_years("9999-01-01", "9999-12-31") == [9999]


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        (b"- 2026\n", (), "states its year"),
        (b"year: 2026\noff: []\n", (), "states its year"),
        (b"year: 2026\noff: []\nwork: 2026-02-14\n", (), "states its year"),
        (b"year: 2026\noff: []\nwork: []\nrest: []\n", (), "states its year"),
        (b"year: 2025\noff: []\nwork: []\n", ("year",), "of the year 2025"),
        (b"year: 2026\noff: [2026-02-30]\nwork: []\n", ("off", 0), "“2026-02-30” is no day of 2026"),
        (b"year: 2026\noff: [2025-02-03]\nwork: []\n", ("off", 0), "“2025-02-03” is no day of 2026"),
        (b"year: 2026\noff: []\nwork: [2026-02-14, 20260228]\n", ("work", 1), "“20260228” is no day of 2026"),
        (b"year: 2026\noff: [2026-02-14]\nwork: [2026-02-14]\n", ("work", 0), "both free and worked"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_told_with_its_place(text: bytes, at: tuple[str | int, ...], told: str) -> None:
    broken = Calendar({PATH: text})
    with pytest.raises(NotACalendar, match=told):
        broken.works(date(2026, 3, 2))
    with pytest.raises(NotACalendar, match=told):
        broken.check()
    assert broken.works(date(2027, 3, 2))
    assert [place for place, _message, _values in calendar.faults(yaml_text.load(text), PATH)] == [at]


def test_a_regime_reads_its_calendar_only_when_a_working_day_is_asked_for() -> None:
    regime = load.load(load.texts([]) | {PATH: b"off: [\n"}, "08:30-17:00")
    assert regime.calendar.closes == "17:00"
    with pytest.raises(NotYaml, match=r"2026\.yaml, line 2"):
        regime.calendar.works(date(2026, 3, 2))


def test_a_regime_without_a_calendar_has_the_plain_week_and_no_closing_time() -> None:
    found = load.load(load.texts([])).calendar
    assert (found.works(date(2026, 10, 1)), found.works(date(2026, 10, 10)), found.closes) == (True, False, "")


def test_a_published_year_holds_the_weekdays_free_and_the_weekends_worked() -> None:
    found = calendar.published(2026)
    assert found is not None
    assert found.path == PATH
    assert [day for day in found.off if day[5:7] in {"02", "10"}] == [
        *(f"2026-02-{day}" for day in (16, 17, 18, 19, 20, 23)),
        *(f"2026-10-0{day}" for day in (1, 2, 5, 6, 7)),
    ]
    assert found.work == ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
    Calendar({found.path: found.text}).check()


def test_a_new_archive_gets_the_years_beside_the_present_one_that_are_known() -> None:
    assert list(calendar.around(2016)) == [f"regime/calendar/{year}.yaml" for year in (2015, 2016, 2017)]
    assert calendar.around(2000) == {}
    assert calendar.published(9999) is None
