"""Founding: all of an archive or nothing, and what its first commit holds."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from program import Program

WORDS = ("--office", "SH", "--member", "li.na", "--name", "李娜", "--email", "li.na@example.cn")


def git(run: Program, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(run.folder / "archive"), *words], capture_output=True, check=True).stdout


def test_the_first_commit_holds_control_files_alone_and_its_hash_is_the_fingerprint(run: Program, home: Path) -> None:
    made = run("init", "archive", *WORDS, "--regime", "stack-room", "--json").json
    root = git(run, "rev-list", "--max-parents=0", "main").decode().strip()
    assert hashlib.sha256(git(run, "cat-file", "commit", root)).hexdigest() == made["fingerprint"]
    names = git(run, "ls-tree", "-r", "--name-only", root).decode().split()
    folders = {"archive.yaml", "members", "keys", "regime", "schemas", ".gitattributes", "READ-WITHOUT-ARCHIVECTL.md"}
    assert {name.split("/")[0] for name in names} == folders
    assert {"regime/base.yaml", "regime/stack-room.yaml", "members/recovery.yaml"} <= set(names)
    assert git(run, "status", "--porcelain") == b""
    sheet = Path(made["sheet"])
    assert sheet.is_relative_to(home)
    assert made["fingerprint"] in sheet.read_text(encoding="utf-8")
    assert {path.stat().st_mode & 0o077 for path in (home, *home.rglob("*"))} == {0}
    assert run("-C", "archive", "list", "--json").json == []


def test_git_knows_the_founder_by_name_for_the_merges_it_makes(run: Program) -> None:
    assert run("init", "archive", *WORDS).status == 0
    known = [git(run, "config", "--local", f"user.{what}").decode().strip() for what in ("name", "email")]
    assert known == ["李娜", "li.na@example.cn"]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--office", "../x"), 2, "cannot be"),
        (("--office", "sh"), 2, "cannot be"),
        (("--member", "Li Na"), 2, "cannot be"),
        (("--member", "recovery"), 2, "cannot be"),
        (("--member", "outside"), 2, "cannot be"),
        (("--regime", "no-such"), 2, "no regulation"),
    ],
)
def test_what_cannot_be_founded_leaves_nothing_behind(
    run: Program, home: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    answer = run("init", "archive", *WORDS, *words)
    assert (answer.status, told in answer.err) == (status, True)
    assert list(run.folder.iterdir()) == []
    assert not home.exists()


def test_what_comes_round_counts_from_the_day_that_is_stated_and_the_commit_from_the_clock(run: Program) -> None:
    assert run("init", "archive", *WORDS, "--regime", "hotel", "--today", "2020-03-02").status == 0
    assert b'since: "2020-03-02"' in git(run, "show", "main:members/li.na.yaml")
    assert b'since: "2020-03-02"' in git(run, "show", "main:keys/levels.yaml")
    assert git(run, "show", "main:regime/calendar/2020.yaml").startswith(b"year: 2020")
    assert not git(run, "log", "-1", "--format=%cs").startswith(b"2020")
    due = run("-C", "archive", "--today", "2021-03-03", "todo", "--json").json
    assert ("duty.training", "2021-03-02") in {(each["duty"], each["due"]) for each in due}


def test_files_of_ones_own_are_judged_before_anything_is_made(run: Program) -> None:
    run.folder.joinpath("bad.yaml").write_text("lend: {renewal: notice}\n", encoding="utf-8")
    answer = run("init", "archive", *WORDS, "--regime", "bad.yaml")
    assert (answer.status, "bad.yaml, line 1" in answer.err) == (3, True)
    assert not run.folder.joinpath("archive").exists()


def test_a_folder_that_holds_something_is_left_alone(run: Program) -> None:
    run.folder.joinpath("archive").mkdir()
    run.folder.joinpath("archive", "letter.txt").touch()
    assert run("init", "archive", *WORDS).status == 3
    assert [path.name for path in run.folder.rglob("*")] == ["archive", "letter.txt"]


def test_a_dry_run_founds_nothing(run: Program) -> None:
    assert run("init", "archive", *WORDS, "--dry-run").status == 0
    assert list(run.folder.iterdir()) == []
