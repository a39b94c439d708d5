"""Changes of the archive's own rules by an administrator: the calendar of a year."""

from typing import NamedTuple

from archivectl.archive import Archive, Change
from archivectl.errors import WrongUsage
from archivectl.membership import refuse_unless_admin
from archivectl.regime import calendar


class NoHolidays(WrongUsage):
    """A year whose working days nobody announced yet, or that is long past."""

    message = "The working days of {year} are not known to this version."
    hint = "They are announced in the November before; then update the library: pip install --upgrade chinesecalendar"


class Written(NamedTuple):
    """A year's calendar as it stands now, and whether that is new."""

    year: calendar.Year
    changed: bool


def write_calendar(archive: Archive, year: int) -> Written:
    """Write or refresh the calendar of a year as it was announced.

    Raises:
        NotAllowed, NoHolidays.
    """
    act = "regime.calendar"
    refuse_unless_admin(archive, act)
    found = calendar.published(year)
    if found is None:
        raise NoHolidays(year=year)
    changed = archive.repository.read(archive.tip, found.path) != found.text
    if changed:
        archive.commit(Change((act,), f"{act}: {year}", {found.path: found.text}))
    return Written(found, changed)
