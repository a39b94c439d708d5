"""Contents too large for memory: staged, taken in by git or git-lfs, read in pieces, and brought along after a kill."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archivectl.store.contents import ContentAway, Staged
from archivectl.store.journal import recover
from archivectl.store.objects import object_id
from archivectl.store.pointers import pointed, pointer
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite
from archivectl.store.transaction import Draft, ForeignChanges, Moved, commit, writing
from store.conftest import Act, Git

CONTENT = bytes(range(256)) * 70_000  # above the size from which git reads in pieces
PATH = "objects/ab/scan.age"
WHEN = datetime(2026, 3, 2, 1, 12, 44, tzinfo=UTC)


def staged(repository: Repository, content: bytes = CONTENT, *, lfs: bool = False) -> Staged:
    repository.own_folder.mkdir(parents=True, exist_ok=True)
    path = repository.own_folder / "pending-test"
    path.write_bytes(content)
    return Staged(path, hashlib.sha256(content).hexdigest() if lfs else "")


def write(repository: Repository, content: Staged | None, base: str | None = "") -> str:
    tip = repository.tip() if base == "" else base
    with writing(repository, 10):
        return commit(repository, Draft(tip, {PATH: content}, "x: y\n", "李娜", "li.na@example.cn", WHEN))


@pytest.mark.parametrize("lfs", [False, True])
def test_a_staged_file_is_in_git_and_in_the_work_tree_and_nowhere_else(
    repository: Repository, act: Act, git: Git, top: Path, *, lfs: bool
) -> None:
    act({"a": b"a"})
    content = staged(repository, lfs=lfs)
    made = write(repository, content)
    assert (top / PATH).read_bytes() == CONTENT
    kept = pointer(content.lfs, len(CONTENT)) if lfs else CONTENT
    assert repository.blob(made, PATH) == object_id("blob", kept)
    assert git("ls-files", "-s", "--", PATH).split()[1] == object_id("blob", kept)
    assert not list(repository.own_folder.glob("*-*"))
    assert lfs or git("status", "--porcelain") == ""
    assert git("fsck", "--strict") == ""
    with repository.contents.opened(object_id("blob", kept)) as stream:
        assert stream.read() == CONTENT
    told = repository.contents.told(object_id("blob", kept))
    assert (told.digest, told.pointer, told.start) == (hashlib.sha256(CONTENT).hexdigest(), lfs, CONTENT[: len(told.start)])
    assert told.start
    assert repository.contents.pointers(made) == ({PATH: content.lfs} if lfs else {})


@pytest.mark.parametrize("lfs", [False, True])
def test_a_staged_file_is_taken_away_again(repository: Repository, act: Act, git: Git, top: Path, *, lfs: bool) -> None:
    act({"a": b"a"})
    write(repository, staged(repository, lfs=lfs))
    write(repository, None)
    assert not (top / "objects").exists()
    assert git("status", "--porcelain") == ""


@pytest.mark.parametrize("lfs", [False, True])
def test_a_file_that_a_person_has_edited_is_neither_written_over_nor_taken_away(
    repository: Repository, act: Act, top: Path, *, lfs: bool
) -> None:
    act({"a": b"a"})
    write(repository, staged(repository, lfs=lfs))
    (top / PATH).write_bytes(b"mine")
    with pytest.raises(ForeignChanges):
        write(repository, None)
    with pytest.raises(ForeignChanges):
        write(repository, staged(repository, b"other", lfs=lfs))
    assert (top / PATH).read_bytes() == b"mine"
    assert not list(repository.own_folder.glob("*-*"))


def test_nothing_is_left_of_a_staged_file_whose_commit_is_refused(repository: Repository, act: Act) -> None:
    first = act({"a": b"a"})
    act({"a": b"b"})
    with pytest.raises(Moved):
        write(repository, staged(repository), base=first)
    assert not list(repository.own_folder.glob("*-*"))


def test_a_folder_where_git_lfs_cannot_write_is_a_refusal_before_anything_is_done(repository: Repository, act: Act) -> None:
    act({"a": b"a"})
    (repository.place.git_dir / "lfs").write_bytes(b"in the way")
    before = repository.tip()
    with pytest.raises(CannotWrite):
        write(repository, staged(repository, lfs=True))
    assert repository.tip() == before


@pytest.mark.parametrize("lfs", [False, True])
def test_a_large_file_is_brought_along_after_a_kill(repository: Repository, act: Act, git: Git, top: Path, *, lfs: bool) -> None:
    act({"a": b"a"})
    base, made = repository.tip(), write(repository, staged(repository, lfs=lfs))
    shutil.rmtree(top / "objects")
    git("read-tree", str(base))
    journal = repository.own_folder / "journal" / "killed.json"
    paths = {PATH: (None, repository.blob(made, PATH))}
    journal.write_text(json.dumps({"branch": "main", "base": base, "commit": made, "paths": paths}), encoding="ascii")
    recover(repository)
    assert (top / PATH).read_bytes() == CONTENT
    assert git("ls-files", "-s", "--", PATH).split()[1] == repository.blob(made, PATH)
    assert not journal.exists()


def test_a_content_that_git_lfs_has_not_brought_yet_is_said_to_be_away(repository: Repository, act: Act) -> None:
    act({"a": b"a"})
    content = staged(repository, lfs=True)
    made = write(repository, content)
    repository.contents.place_of(content.lfs).unlink()
    with pytest.raises(ContentAway, match=content.lfs[:12]), repository.contents.opened(str(repository.blob(made, PATH))):
        pass


@pytest.mark.parametrize(
    "text",
    [
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 1",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"A" * 64 + b"\nsize 1\n",
        b"version https://git-lfs.github.com/spec/v1\next-0-x sha256:" + b"a" * 64 + b"\nsize 1\n",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 1\n\n",
        b"",
    ],
)
def test_only_an_exact_pointer_is_one(text: bytes) -> None:
    assert pointed(text) is None
    assert pointed(pointer("a" * 64, 1)) == "a" * 64
