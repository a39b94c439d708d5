"""Working days: an archive's own calendar, ``regime/calendar/<year>.yaml``, and the one door to the library that knows holidays.

A file says which weekdays of a year are free (``off``) and which days of its weekends are worked (``work``, 调休). Deadlines ask
these files alone, so that they are the same for ever; a year without a file has the plain week, Monday to Friday.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence

FOLDER = "regime/calendar/"
_KEYS = ("year", "off", "work")
_WEEKEND = 5
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHAPE = N_("A calendar states its year, and in lists the days off and the weekend days worked.")
_YEAR = N_("This calendar is of the year {year}, not the one it is named after.")
_NO_DAY = N_("“{day}” is no day of {year}.")
_BOTH = N_("{day} is both free and worked.")

Fault = tuple[tuple[str | int, ...], str, dict[str, object]]


class NotACalendar(Unreadable):
    """A file of the calendar that does not say which days are worked."""

    message = "{path} is no calendar: {problem}"
    hint = "Write it anew: archivectl regime calendar YEAR"


class Year(NamedTuple):
    """A year's exceptions to the plain week: weekdays that are free and weekend days that are worked, in order."""

    year: int
    off: tuple[str, ...]
    work: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where an archive keeps it."""
        return f"{FOLDER}{self.year:04}.yaml"

    @property
    def text(self) -> bytes:
        """Its file."""
        return yaml_text.dump({"year": self.year, "off": list(self.off), "work": list(self.work)}).encode()


class Calendar(NamedTuple):
    """The working days of an archive: its files by path, each read when one of its days is asked for, and its working hours."""

    files: Mapping[str, bytes]
    hours: str = ""

    @property
    def closes(self) -> str:
        """The time of day at which work ends; empty where the archive does not say."""
        return self.hours.partition("-")[2]

    def works(self, day: date) -> bool:
        """Whether a day is worked; raises NotACalendar, NotYaml."""
        path = _path(day.year)
        if path not in self.files:
            return day.weekday() < _WEEKEND
        stated = _read(self.files[path], path)
        return day.isoformat() not in stated.off if day.weekday() < _WEEKEND else day.isoformat() in stated.work

    def unknown_years(self, start: str, end: str) -> list[int]:
        """The years from one day to another that have no file: their working days are the plain week's."""
        return [year for year in range(int(start[:4]), int(end[:4]) + 1) if _path(year) not in self.files]

    def check(self) -> None:
        """Read every file; raises NotACalendar, NotYaml."""
        for path, text in self.files.items():
            _read(text, path)


WEEKDAYS = Calendar({})


def _path(year: int) -> str:
    return f"{FOLDER}{year:04}.yaml"


def faults(data: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401 - plain data of any shape
    """What is wrong with the data of a calendar file: where, an English template and its values."""
    lists = [data.get(key) for key in ("off", "work")] if isinstance(data, Mapping) else []
    if not lists or sorted(data) != sorted(_KEYS) or not all(isinstance(days, list) for days in lists):
        yield (), _SHAPE, {}
        return
    if path != f"{FOLDER}{data['year']}.yaml":
        yield ("year",), _YEAR, {"year": data["year"]}
    for key in ("off", "work"):
        for place, day in enumerate(data[key]):
            if not _is_day(day) or day[:4] != str(data["year"]):
                yield (key, place), _NO_DAY, {"day": day, "year": data["year"]}
            elif key == "work" and day in data["off"]:
                yield (key, place), _BOTH, {"day": day}


def _is_day(text: Any) -> bool:  # noqa: ANN401 - plain data of any shape
    try:
        return isinstance(text, str) and _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


@cache
def _read(text: bytes, path: str) -> Year:
    data = yaml_text.load(text, path)
    for _at, message, values in faults(data, path):
        raise NotACalendar(path=path, problem=Sentence(message, **values))
    return Year(data["year"], tuple(data["off"]), tuple(data["work"]))


def published(year: int) -> Year | None:
    """The working days of a year as the State Council announced them; None where the library does not know them."""
    import chinese_calendar  # noqa: PLC0415 - only founding and refreshing need it

    off = sorted(day for day in chinese_calendar.holidays if day.year == year and day.weekday() < _WEEKEND)
    work = sorted(day for day in chinese_calendar.workdays if day.year == year and day.weekday() >= _WEEKEND)
    return Year(year, *(tuple(day.isoformat() for day in days) for days in (off, work))) if off else None


def around(year: int) -> dict[str, bytes]:
    """The files of a new archive, by path: the year, the one before and the one after, as far as they are announced."""
    known = (published(each) for each in (year - 1, year, year + 1))
    return {found.path: found.text for found in known if found}
