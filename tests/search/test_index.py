"""The index never stands in anybody's way: what it cannot keep or judge it does without."""

import pytest

from archivectl.search.changes import changes_of
from archivectl.search.index import Index
from office import Office


@pytest.fixture(autouse=True)
def _firm(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")


def test_a_day_before_all_reminders_stops_nothing(office: Office) -> None:
    office.run("request", "1", "--mode", "access", "--by", "张三", "--received", "0001-01-01")
    assert office.run("todo").status == 0
    assert office.run("show", "1").status == 0


def test_where_no_index_can_be_kept_reading_goes_on(office: Office) -> None:
    folder = office.archive / ".git" / "archivectl"
    for file in folder.glob("records-*"):
        file.unlink()
    with office.acting() as archive:
        archive.index.path.unlink()
        archive.index.path.mkdir()
    assert len(office.run("list", "--json").json) == 1
    assert office.run("show", "1").status == 0
    assert office.run("update", "1", "--set", "note=x", "--reason", "y").status == 0
    assert office.run("todo").status == 0


def test_what_cannot_be_taken_in_after_a_commit_is_taken_in_later(office: Office) -> None:
    with office.acting() as archive:
        index, text = archive.index, archive.record("1").text
        before = index.tree
        index.db.execute("PRAGMA query_only = ON")
        index.follow("1" * 40, changes_of({archive.record("1").path: text}))
        assert index.tree == before
        index.db.execute("PRAGMA query_only = OFF")
        index.follow("1" * 40, ())
        assert index.tree == "1" * 40


def test_an_index_in_memory_begins_empty(office: Office) -> None:
    folder = office.archive.parent / "elsewhere"
    (folder / Index(folder).path.name).unlink()
    (folder / Index(office.archive.parent / "third").path.name).mkdir()
    assert Index(folder).count() == 0
