"""The history of files over merges: every edit by its own commit, and a merge only for what it made itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archivectl.store.history import of_paths
from archivectl.store.objects import Change, object_id
from archivectl.store.repository import Repository
from archivectl.store.states import UnknownRevision

Run = Callable[..., str]
A, B = "customers/SH/0/客户.yaml", "registers/b"


def told(repository: Repository, *paths: str) -> list[tuple[str, list[Change]]]:
    return [(commit.subject, changes) for commit, changes in of_paths(repository, "main", paths)]


def change(path: str, before: bytes | None, after: bytes | None) -> Change:
    ids = [None if content is None else object_id("blob", content) for content in (before, after)]
    return Change(path, ids[0], ids[1], "000000" if after is None else "100644")


def test_only_commits_that_changed_the_paths_are_told_newest_first(repository: Repository, act: Run) -> None:
    act({A: b"1", B: b"1"}, "create")
    act({B: b"2"}, "other")
    act({A: b"2"}, "update")
    act({A: None, B: b"3"}, "remove")
    assert told(repository, A) == [
        ("remove", [change(A, b"2", None)]),
        ("update", [change(A, b"1", b"2")]),
        ("create", [change(A, None, b"1")]),
    ]
    assert [subject for subject, _ in told(repository, A, B)] == ["remove", "update", "other", "create"]
    assert told(repository, A, B)[0][1] == [change(A, b"2", None), change(B, b"2", b"3")]
    assert [subject for subject, _ in told(repository, "customers")] == ["remove", "update", "create"]
    assert told(repository, "nothing") == []


def test_a_path_is_no_pattern(repository: Repository, act: Run) -> None:
    act({"a*": b"1", "ab": b"1"}, "create")
    act({"ab": b"2"}, "update")
    assert told(repository, "a*") == [("create", [change("a*", None, b"1")])]
    assert told(repository, "a?") == []


@pytest.mark.parametrize(
    ("result", "subjects"),
    [
        (b"side", ["side", "main", "create"]),
        (b"main", ["side", "main", "create"]),
        (b"new", ["merge", "side", "main", "create"]),
    ],
)
def test_edits_on_both_sides_of_a_merge_are_told(
    repository: Repository, act: Run, git: Run, top: Path, result: bytes, subjects: list[str]
) -> None:
    act({A: b"0"}, "create")
    git("switch", "-qc", "side")
    (top / A).write_bytes(b"side")
    git("commit", "-qam", "side")
    git("switch", "-q", "main")
    act({A: b"main"}, "main")
    git("merge", "-q", "-s", "ours", "--no-commit", "side")
    (top / A).write_bytes(result)
    git("commit", "-qam", "merge")
    history = told(repository, A)
    assert sorted(subject for subject, _ in history) == sorted(subjects)
    assert history[-1] == ("create", [change(A, None, b"0")])
    if result == b"new":
        assert history[0] == ("merge", [change(A, b"main", b"new")])


def test_an_unknown_revision_is_told(repository: Repository) -> None:
    with pytest.raises(UnknownRevision, match="main"):
        told(repository, A)
