"""Changing the archive's own rules: the calendar of a year, by an administrator, in a commit of its own."""

import subprocess

import pytest

from archivectl import rulebook
from archivectl.archive import Change
from archivectl.errors import NotAllowed
from archivectl.regime import calendar
from archivectl.verifying import trust
from office import Office

PATH = "regime/calendar/2015.yaml"


def log(office: Office) -> list[str]:
    command = ["git", "-C", str(office.archive), "log", "-1", "--name-only", "--format=%s"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_a_year_is_written_once_and_refreshed_where_it_differs(office: Office) -> None:
    with office.acting() as archive:
        assert rulebook.write_calendar(archive, 2015).changed
        assert log(office) == ["regime.calendar:", "2015", PATH]
        written = archive.tip
        assert not rulebook.write_calendar(archive, 2015).changed
        assert archive.tip == written
        assert archive.regime.calendar.unknown_years("2014-12-31", "2016-01-01") == [2014, 2016]
    found = calendar.published(2015)
    assert found is not None
    assert (office.archive / PATH).read_bytes() == found.text
    with office.acting() as archive:
        trust.ensure(archive)


def test_an_archive_of_before_learns_that_git_need_not_compare_ciphertexts(office: Office) -> None:
    def delta() -> str:
        command = ["git", "-C", str(office.archive), "check-attr", "delta", "--", "objects/ab/x.age"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]

    assert delta() == "unset"
    older = (office.archive / ".gitattributes").read_bytes().replace(b"*.age -delta\n", b"")
    with office.acting() as archive:
        archive.commit(Change(("regime.upgrade",), "regime.upgrade: x", {".gitattributes": older}))
    assert (delta(), office.run("check").status) == ("unspecified", 0)
    assert office.run("regime", "upgrade").status == 0
    assert (delta(), office.run("verify").status, office.run("check").status) == ("unset", 0, 0)


def test_only_an_administrator_writes_one(office: Office) -> None:
    with office.acting("wang.wei") as archive, pytest.raises(NotAllowed, match="This is for"):
        rulebook.write_calendar(archive, 2015)
    assert not (office.archive / PATH).exists()


def test_a_year_that_nobody_announced_is_refused(office: Office) -> None:
    with office.acting() as archive, pytest.raises(rulebook.NoHolidays, match="2999"):
        rulebook.write_calendar(archive, 2999)


def test_a_new_archive_has_the_calendar_of_its_year(office: Office) -> None:
    with office.acting() as archive:
        assert archive.regime.calendar.unknown_years("2025-01-01", "2026-12-31") == []
        assert archive.regime.calendar.closes == "17:30"
