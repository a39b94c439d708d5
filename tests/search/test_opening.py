"""The file of the index among several commands: none takes in what another did, and none throws away what another fills."""

import sqlite3
from pathlib import Path

import pytest

from archivectl.search import opening
from archivectl.search.changes import IndexChange, changes_of
from archivectl.search.index import Index
from archivectl.search.opening import IndexBusy
from archivectl.search.standing import Judge
from archivectl.snapshot import Snapshot
from archivectl.store.repository import Repository
from office import Office

TABLES = ("records", "entries", "about", "happened", "duties", "broken")
ONE, TWO, THREE = ("1" * 40, "2" * 40, "3" * 40)


@pytest.fixture
def judge(office: Office) -> Judge:
    """Who says what a file asks for: an office whose rules ask for something of every file."""
    office.run("create", "--subject", "organisation", "--set", "name=甲公司")
    office.run("--today", "2026-03-09", "lend", "1", "--to", "王伟", "--purpose", "核对")
    with office.acting() as archive:
        return Judge(archive.regime, archive.members)


@pytest.fixture
def changes(office: Office, judge: Judge) -> list[IndexChange]:
    assert judge
    with office.acting() as archive:
        read = archive.repository.files
        return [
            *changes_of({path: text for above in ("customers", "registers") for path, text in read(archive.tip, above).items()})
        ]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that wait but a moment."""
    monkeypatch.setattr(opening, "PATIENCE", 0.01)


def counted(index: Index) -> dict[str, int]:
    return {table: index.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}  # noqa: S608 - ours


def test_two_commands_that_find_it_empty_fill_it_once(tmp_path: Path, changes: list[IndexChange], judge: Judge) -> None:
    first, second = (Index(tmp_path, "law", lambda: judge) for _ in range(2))
    first.bring_to(ONE, changes)
    once = counted(first)
    assert min(once["about"], once["duties"]) > 0
    second.bring_to(ONE, changes)
    assert counted(first) == once
    assert second.tree == ONE


def test_who_is_late_does_not_put_older_files_under_a_newer_tree(tmp_path: Path, changes: list[IndexChange]) -> None:
    Index(tmp_path).bring_to(ONE, changes)
    late, early = Index(tmp_path), Index(tmp_path)
    early.bring_to(TWO, [IndexChange(change.path, None, None) for change in changes])
    late.bring_to(THREE, changes)
    assert (late.tree, Index(tmp_path).tree) == (TWO, TWO)
    assert late.count() == 0
    late.bring_to(THREE, changes)
    assert (late.tree, late.count()) == (THREE, 1)


def test_what_another_law_filled_is_judged_anew_and_whole(tmp_path: Path, changes: list[IndexChange], judge: Judge) -> None:
    old, new = Index(tmp_path, "old", lambda: judge), Index(tmp_path, "new", lambda: judge)
    old.bring_to(ONE, changes)
    once = counted(old)
    new.bring_to(ONE, changes)
    assert counted(new) == once
    old.bring_to(TWO, ())
    assert (old.tree, counted(new)) == (None, once)


def test_a_command_goes_on_from_what_another_took_in_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲公司", "乙公司"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")
    for path in (office.archive / ".git" / "archivectl").glob("records-*"):
        path.unlink()
    compare = Repository.changes
    with office.acting() as archive:
        earlier = Snapshot(archive.repository, archive.at)
        earlier.stand_at(archive.repository.resolve("main~1", "commit"))

        def comparing(*asked: object, **under: object) -> object:
            monkeypatch.setattr(Repository, "changes", compare)
            assert earlier.index.count() == 1
            return compare(*asked, **under)  # type: ignore[arg-type]

        monkeypatch.setattr(Repository, "changes", comparing)
        assert archive.index.count() == 2


@pytest.mark.usefixtures("impatient")
def test_an_index_that_another_command_fills_is_waited_for_and_left_in_place(tmp_path: Path, changes: list[IndexChange]) -> None:
    filling, waiting = Index(tmp_path, "law"), Index(tmp_path, "law")
    filling.db.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexBusy):
        waiting.bring_to(ONE, changes)
    waiting.follow(ONE, changes)
    inode = waiting.path.stat().st_ino
    assert Index(tmp_path, "another").tree is None
    assert waiting.path.stat().st_ino == inode
    filling.db.execute("COMMIT")
    waiting.bring_to(ONE, changes)
    assert waiting.count() == 1


@pytest.mark.usefixtures("impatient")
def test_an_index_that_another_command_begins_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with sqlite3.connect(path, isolation_level=None) as beginning:
        beginning.execute("PRAGMA journal_mode = WAL")
        beginning.execute("BEGIN IMMEDIATE")
        inode = path.stat().st_ino
        with pytest.raises(IndexBusy):
            opening.opened(path)
        assert path.stat().st_ino == inode
    beginning.close()


@pytest.mark.usefixtures("impatient")
def test_a_command_that_waits_in_vain_says_what_for(office: Office) -> None:
    with office.acting() as archive:
        index = archive.index
        index.db.execute("DELETE FROM meta WHERE key = 'tree'")
        index.db.execute("BEGIN IMMEDIATE")
        done = office.run("list", "--json")
        index.db.execute("ROLLBACK")
    assert (done.status, done.json["error"]) == (4, "index-busy")


@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\0" + bytes(4000), None])
def test_a_file_of_no_use_is_made_anew(tmp_path: Path, damage: bytes | None, changes: list[IndexChange]) -> None:
    folder = tmp_path / "index"
    path = Index(folder).path
    path.unlink()
    if damage is None:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE broken (other)")
        db.close()
    else:
        path.write_bytes(damage)
    Index(folder).bring_to(ONE, changes)
    again = Index(folder)
    assert (again.tree, again.count()) == (ONE, 1)
