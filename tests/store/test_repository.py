"""Reading a repository: real git, real damage, and an environment that would lead git astray."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archivectl.store.objects import FOREIGN, Change, Entry, Standing, object_id, parse_commit
from archivectl.store.repository import Repository
from archivectl.store.states import (
    Damaged,
    DetachedHead,
    GitMissing,
    GitTooOld,
    MergeInProgress,
    NotAnArchive,
    UnknownRevision,
)
from archivectl.store.transaction import Draft, commit, writing

Run = Callable[..., str]

CHINESE = "customers/SH/0/上海 示例.yaml"
ODD = "registers/a\"b'.yaml"


def test_a_new_repository_is_on_main_and_keeps_names_and_bytes(repository: Repository, git: Run) -> None:
    assert git("symbolic-ref", "HEAD") == "refs/heads/main"
    settings = ("core.quotePath", "core.autocrlf", "merge.renames", "transfer.fsckObjects")
    assert [git("config", "--local", name) for name in settings] == ["false", "false", "false", "true"]
    assert repository.tip() is None


def test_a_repository_is_found_from_a_folder_deep_in_it(act: Run, top: Path) -> None:
    act({CHINESE: b"a\n"})
    with Repository.open(top / "customers" / "SH") as found:
        assert found.place.work_tree == top


def test_a_linked_work_tree_reads_the_same_history(act: Run, git: Run, top: Path) -> None:
    first = act({CHINESE: b"a\n"})
    git("worktree", "add", "-q", "-b", "beside", str(top.parent / "beside"))
    with Repository.open(top.parent / "beside") as beside:
        assert (beside.tip("main"), beside.read("HEAD", CHINESE)) == (first, b"a\n")


def test_a_folder_without_repository_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match=str(tmp_path)):
        Repository.open(tmp_path)


def test_a_machine_without_git_is_told(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing):
        Repository.open(repository.place.work_tree)


def test_an_old_git_is_told_with_its_version(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.30.9\n", encoding="ascii")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitTooOld, match=r"2\.30\.9"):
        Repository.open(repository.place.work_tree)


def test_files_are_read_at_any_revision(repository: Repository, act: Run) -> None:
    first = act({CHINESE: b"a\n", ODD: b"odd\n"})
    act({CHINESE: b"b\n", ODD: None})
    assert repository.read("main", CHINESE) == b"b\n"
    assert repository.read(first, CHINESE) == b"a\n"
    assert repository.blob(first, ODD) == object_id("blob", b"odd\n")
    assert repository.read("main~1", ODD) == b"odd\n"
    assert repository.read("main", ODD) is None
    assert repository.read("main", "customers") is None
    assert repository.read("main", "two\nlines") is None
    assert repository.read("nowhere", CHINESE) is None


def test_the_tree_lists_files_at_and_under_a_path_only(repository: Repository, act: Run) -> None:
    act({"customers/SH/1/a": b"a", "customers/SH/10/b": b"b", CHINESE: b"c", "archive.yaml": b"d"})
    assert [entry.path for entry in repository.tree("main")] == ["archive.yaml", CHINESE, "customers/SH/1/a", "customers/SH/10/b"]
    assert list(repository.tree("main", "customers/SH/1")) == [Entry("customers/SH/1/a", "100644", object_id("blob", b"a"))]
    assert [entry.path for entry in repository.tree("main", CHINESE)] == [CHINESE]
    assert list(repository.tree("main", "nothing")) == []


def test_changes_are_told_by_blobs_and_never_as_renames(repository: Repository, act: Run) -> None:
    first = act({CHINESE: b"a" * 99, "gone": b"x" * 99})
    second = act({CHINESE: b"b" * 99, "gone": None, "come": b"x" * 99})
    a, b, x = (object_id("blob", letter * 99) for letter in (b"a", b"b", b"x"))
    assert repository.changes(first, second) == [
        Change("come", None, x, "100644"),
        Change(CHINESE, a, b, "100644"),
        Change("gone", x, None, "000000"),
    ]
    assert repository.changes(None, first, ["customers"]) == [Change(CHINESE, None, a, "100644")]


def test_many_blobs_are_read_in_order_through_one_process(repository: Repository, act: Run) -> None:
    contents = {f"customers/SH/0/{number}": b"%d" % number * 500 for number in range(1200)}
    act(contents)
    ids = [object_id("blob", content) for content in contents.values()]
    assert list(repository.blobs(ids)) == list(zip(ids, contents.values(), strict=True))


def test_a_reading_begun_and_given_up_disturbs_no_other(repository: Repository, act: Run) -> None:
    act({"a": b"a", "b": b"b"})
    begun = repository.blobs([object_id("blob", b"a"), object_id("blob", b"b")])
    assert next(begun)[1] == b"a"
    assert repository.read("main", "b") == b"b"
    assert next(begun)[1] == b"b"
    del begun
    assert repository.read("main", "a") == b"a"


def test_a_missing_blob_and_a_broken_object_are_told(repository: Repository, act: Run, top: Path) -> None:
    act({"a": b"content"})
    blob = object_id("blob", b"content")
    with pytest.raises(Damaged, match=r"blob 0{39}1 is missing"):
        list(repository.blobs(["0" * 39 + "1"]))
    loose = top / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"broken")
    with pytest.raises(Damaged, match="a is broken in main"):
        repository.read("main", "a")
    assert repository.tip() is not None


def test_commits_come_children_first_whatever_their_clocks_say(repository: Repository, git: Run) -> None:
    def made(day: int, base: str | None, branch: str = "main", merges: tuple[str, ...] = ()) -> str:
        when = datetime(2026, 3, day, tzinfo=UTC)
        writes = {f"{branch}-{day}": b"x"}
        draft = Draft(base=base, writes=writes, message=str(day), author="a", email="b", when=when, branch=branch, merges=merges)
        return commit(repository, draft)

    with writing(repository, 5):
        root = made(5, None)
        git("branch", "side")
        left, right = made(10, root), made(1, root, "side")
        made(11, left, merges=(right,))
    subjects = [commit.subject for commit in repository.commits("main")]
    assert sorted(subjects) == ["1", "10", "11", "5"]
    assert (subjects[0], subjects[-1]) == ("11", "5")
    assert [commit.subject for commit in repository.commits("main", newest_first=False)] == subjects[::-1]
    assert [commit.subject for commit in repository.commits("main^..main~1")] == []
    assert [commit.subject for commit in repository.commits(f"{root}..side")] == ["1"]


def test_commits_of_a_path_include_what_a_merge_gave_up_and_the_merge(repository: Repository, act: Run, git: Run) -> None:
    act({"a": b"0\n"}, "base: a")
    git("switch", "-qc", "side")
    (repository.place.work_tree / "a").write_bytes(b"side\n")
    git("commit", "-qam", "given up")
    git("switch", "-q", "main")
    act({"b": b"1\n"}, "beside: b")
    git("merge", "-q", "-s", "ours", "-m", "merge", "side")
    assert [commit.subject for commit in repository.commits("main", ["a"])] == ["merge", "given up", "base: a"]


@pytest.mark.parametrize("span", ["nowhere", "main..nowhere", "--all", "-n1"])
def test_a_revision_that_is_none_is_told(repository: Repository, act: Run, span: str) -> None:
    act({"a": b"a"})
    with pytest.raises(UnknownRevision, match=span):
        list(repository.commits(span))
    with pytest.raises(UnknownRevision):
        repository.resolve(span)
    with pytest.raises(UnknownRevision):
        list(repository.tree(span))


def test_a_commit_is_read_whole(repository: Repository, act: Run) -> None:
    first = act({"a": b"a"})
    second = act({"a": b"b"}, "update: SH-000001\n\nTwo\nlines.\n\nArchive-Act: record.update\nArchive-Reason: 更正: 电话\n")
    commit = repository.commit("main")
    assert (commit.id, commit.parents, commit.tree) == (second, (first,), repository.resolve("main", "tree"))
    assert (commit.author, commit.email) == ("李娜", "li.na@example.cn")
    assert commit.when == datetime(2026, 3, 2, 1, 12, 44, tzinfo=UTC)
    assert (commit.subject, commit.body) == ("update: SH-000001", "Two\nlines.")
    assert commit.trailers == (("Archive-Act", "record.update"), ("Archive-Reason", "更正: 电话"))
    assert commit.signature is None
    assert commit.payload == commit.raw
    assert object_id("commit", commit.raw) == second


@pytest.mark.parametrize(
    ("message", "trailers"),
    [
        ("Archive-Act: record.update\n", ()),
        ("s\n\nArchive-Act: a\nArchive-Act: b\n", (("Archive-Act", "a"), ("Archive-Act", "b"))),
        ("s\n\nArchive-Act: a\n\nArchive-Entry: b\n", (("Archive-Entry", "b"),)),
        ("s\n\nArchive-Act: a\n\nprose\n", ()),
        ("s\n\nArchive-Act: a\nprose\n", ()),
        ("s\n\nArchive-Act: a\n continued\n", ()),
        ("s\nArchive-Act: a\n", ()),
        ("s\n \nArchive-Act: a\n\n\n", (("Archive-Act", "a"),)),
    ],
)
def test_trailers_are_the_last_paragraph_and_nothing_else(message: str, trailers: tuple[tuple[str, str], ...]) -> None:
    raw = f"tree {'0' * 40}\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\n{message}".encode()
    assert parse_commit("0" * 40, raw).trailers == trailers


@pytest.mark.parametrize(
    "head", ["", "tree x\nauthor a <b> 1 +0000", "tree x\nauthor a <b> 1 +0\ncommitter a <b> " + "9" * 30 + " +0"]
)
def test_a_malformed_commit_is_named(head: str) -> None:
    with pytest.raises(Damaged, match="commit 1234 is malformed"):
        parse_commit("1234", f"{head}\n\nmessage\n".encode())


def test_the_signed_bytes_are_the_commit_without_its_signatures() -> None:
    before, after = b"tree x\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000", b"\nencoding UTF-8\n\ngpgsig in the message\n"
    signature = b"\ngpgsig -----BEGIN-----\n line\n \n -----END-----\ngpgsig-sha256 x\n y"
    commit = parse_commit("0" * 40, before + signature + after)
    assert commit.payload == before + after
    assert commit.signature == "-----BEGIN-----\nline\n\n-----END-----"


def test_ancestors_are_known(repository: Repository, act: Run) -> None:
    first = act({"a": b"a"})
    second = act({"a": b"b"})
    assert repository.is_ancestor(first, second)
    assert repository.is_ancestor(first, first)
    assert not repository.is_ancestor(second, first)
    assert not repository.is_ancestor("1" * 40, first)


def test_replaced_objects_do_not_show(repository: Repository, act: Run, git: Run) -> None:
    first = act({"a": b"true"})
    second = act({"a": b"false"})
    git("replace", first, second)
    repository.close()
    assert repository.read(first, "a") == b"true"


def test_grafts_do_not_show(repository: Repository, act: Run, top: Path) -> None:
    act({"a": b"a"})
    second = act({"a": b"b"})
    (top / ".git/info").mkdir(exist_ok=True)
    (top / ".git/info/grafts").write_text(f"{second}\n", encoding="ascii")
    repository.close()
    assert len(list(repository.commits("main"))) == 2


def test_variables_of_the_environment_lead_nowhere(
    repository: Repository, act: Run, git: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act({"a": b"a", CHINESE: b"c"})
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    astray = {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / "index",
        "GIT_OBJECT_DIRECTORY": other / ".git" / "objects",
        "GIT_COMMON_DIR": "/nowhere",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_COMMITTER_DATE": "nonsense",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.logAllRefUpdates",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_PARAMETERS": "'core.logAllRefUpdates=false'",
    }
    with monkeypatch.context() as led:
        for name, value in astray.items():
            led.setenv(name, str(value))
        with Repository.open(repository.place.work_tree) as again:
            assert again.read("main", "a") == b"a"
            assert [entry.path for entry in again.tree("main", "customers")] == [CHINESE]
        repository.close()
        second = act({"a": b"b"})
        act({"log": b"1"}, branch="access-log")
    assert git("rev-parse", "main") == second
    assert git("reflog", "--format=%gs", "access-log") == "update: SH-000001"
    assert git("status", "--porcelain") == ""


def test_a_settled_main_is_ready(repository: Repository, act: Run) -> None:
    repository.ready_to_write()
    act({"a": b"a"})
    repository.ready_to_write()


@pytest.mark.parametrize("where", [["--detach"], ["-c", "other"]])
def test_another_place_than_main_is_not_ready_but_readable(repository: Repository, act: Run, git: Run, where: list[str]) -> None:
    act({"a": b"a"})
    git("switch", "-q", *where)
    with pytest.raises(DetachedHead):
        repository.ready_to_write()
    assert repository.read("main", "a") == b"a"


@pytest.mark.parametrize("what", ["merge", "cherry-pick", "rebase"])
def test_what_a_person_has_begun_is_not_ready(repository: Repository, act: Run, git: Run, what: str) -> None:
    act({"a": b"0\n"})
    git("branch", "side")
    act({"a": b"1\n"})
    git("switch", "-q", "side")
    (repository.place.work_tree / "a").write_bytes(b"2\n")
    git("commit", "-qam", "side")
    git("switch", "-q", "main")
    with pytest.raises(subprocess.CalledProcessError):
        git(what, "side")
    with pytest.raises(MergeInProgress, match=what):
        repository.ready_to_write()
    assert repository.status_of(["a"])["a"].index == FOREIGN
    git(what, "--abort")
    repository.ready_to_write()


def test_the_standing_of_paths_tells_index_and_disk_apart(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act(dict.fromkeys(("same", "staged", "edited", "gone", "link", "folder", CHINESE), b"old"))
    (top / "staged").write_bytes(b"new")
    git("add", "staged")
    (top / "edited").write_bytes(b"new")
    for name in ("gone", "link", "folder"):
        (top / name).unlink()
    (top / "link").symlink_to("same")
    (top / "folder").mkdir()
    (top / "alias").symlink_to("customers")
    old, new = object_id("blob", b"old"), object_id("blob", b"new")
    expected = {
        "same": Standing(old, old),
        "staged": Standing(new, new),
        "edited": Standing(old, new),
        "gone": Standing(old, None),
        "link": Standing(old, FOREIGN),
        "folder": Standing(old, FOREIGN),
        CHINESE: Standing(old, old),
        "never": Standing(None, None),
        "same/below": Standing(None, FOREIGN),
        CHINESE.replace("customers", "alias"): Standing(None, FOREIGN),
    }
    assert repository.status_of(expected) == expected


def test_the_standing_of_very_many_paths_is_the_same(repository: Repository, act: Run) -> None:
    contents = {f"f{number}": b"%d" % number for number in range(300)}
    act(dict(contents))
    standing = repository.status_of(contents)
    assert standing == {path: Standing(*[object_id("blob", content)] * 2) for path, content in contents.items()}
