"""The merge driver, called by git itself: fields are united, what both sides dispute is marked, and nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conventions.test_startup import HEAVY, LOADED
from git_integration.test_hooks import git
from machines import connect, second
from office import Office
from project import ROOT

FIRM = ("create", "--subject", "organisation", "--set")
WHY = ("--reason", "核对")
LEND = ("--to", "王伟", "--purpose", "核对", "--for", "3d", "--json")
RECORD = "customers/SH/0/SH-000001.yaml"
MARKED = ("<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n")


def done(machine: Office, *words: str) -> None:
    answer = machine.run(*words)
    assert answer.status == 0, answer.err


def update(machine: Office, *fields: str) -> None:
    done(machine, "update", "1", *(word for field in fields for word in ("--set", field)), *WHY)


@pytest.fixture
def pair(office: Office) -> tuple[Office, Office]:
    """Two clones of an archive with one file, in which git calls the driver."""
    done(office, *FIRM, "name=甲公司", "--set", "phone=021-5555", "--set", "note=旧")
    connect(office)
    there = second(office)
    for machine in (office, there):
        done(machine, "git-hook", "install")
    return office, there


def pull(pair: tuple[Office, Office], **more: str) -> subprocess.CompletedProcess[str]:
    """Let the first clone take in what the second pushed, as a person does who has git alone, and none of the keys."""
    here, there = pair
    pushed = git(there, "push", "--quiet", "--no-verify", "origin", "main")
    assert pushed.returncode == 0, pushed.stderr
    more = {"ARCHIVECTL_HOME": str(here.run.folder / "nobody"), **more}
    return git(here, "-c", "core.hooksPath=/dev/null", "pull", "--no-rebase", "--no-edit", "origin", "main", **more)


def text(machine: Office, path: str = RECORD) -> str:
    return (machine.archive / path).read_text("utf-8")


def sound(machine: Office) -> None:
    for command in ("check", "verify"):
        answer = machine.run(command)
        assert answer.status == 0, answer.out


@contextmanager
def program(folder: Path, body: str | None) -> Iterator[str]:
    """A PATH on which archivectl is another program, or is not at all."""
    folder.mkdir()
    for name in ("git", "sh", "grep", "sed"):
        (folder / name).symlink_to(str(shutil.which(name)))
    if body is not None:
        (folder / "archivectl").write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (folder / "archivectl").chmod(0o755)
    yield str(folder)


def test_fields_that_stand_beside_each_other_are_united_where_lines_would_be_disputed(pair: tuple[Office, Office]) -> None:
    here, there = pair
    update(here, "phone=021-6666")
    update(there, "note=新")
    done(here, "add", "1", "contact", "name=张三", "phone=13800138000")
    done(there, "add", "1", "contact", "name=李四", "phone=13800138001")
    done(here, "add", "1", "interaction", "kind=visit", "content=来访")
    done(there, "add", "1", "interaction", "kind=visit", "content=回访")
    merged = pull(pair)
    assert merged.returncode == 0, merged.stdout + merged.stderr
    sound(here)
    shown = here.run("show", "1", "--json").json
    assert (shown["phone"], shown["note"], len(shown["contacts"])) == ("021-6666", "新", 2)
    [year] = (here.archive / "interactions").rglob("*.yaml")
    assert year.read_text("utf-8").count("visit") == 2


def test_a_field_that_both_changed_is_marked_and_sync_lets_a_person_choose(pair: tuple[Office, Office]) -> None:
    here, there = pair
    update(here, "note=这边")
    update(there, "note=那边")
    merged = pull(pair)
    assert (merged.returncode, "git merge --abort, then archivectl sync" in merged.stderr) == (1, True)
    assert [text(here).count(mark) for mark in (*MARKED, "note: 这边\n", "note: 那边\n")] == [1] * 5
    assert here.run("sync").status == 4
    assert git(here, "merge", "--abort").returncode == 0
    done(here, "sync", "resolve", "1", "note=ours")
    sound(here)
    assert "note: 这边" in text(here)


@pytest.mark.parametrize("body", [None, "exit 1", "exit 70", "kill -9 $$"], ids=["missing", "failing", "a bug", "killed"])
def test_without_the_program_git_marks_what_both_changed_and_takes_no_side(pair: tuple[Office, Office], body: str | None) -> None:
    here, there = pair
    update(here, "note=这边")
    update(there, "note=那边")
    with program(here.run.folder / "bin", body) as path:
        merged = pull(pair, PATH=path)
    assert merged.returncode == 1
    assert all(mark in text(here) for mark in (*MARKED, "这边", "那边"))


@pytest.mark.parametrize("body", [None, "exit 70"], ids=["missing", "a bug"])
def test_without_the_program_git_unites_lines_that_lie_apart(pair: tuple[Office, Office], body: str | None) -> None:
    here, there = pair
    update(here, "note=这边")
    update(there, "name=乙公司")
    with program(here.run.folder / "bin", body) as path:
        assert pull(pair, PATH=path).returncode == 0
    assert all(word in text(here) for word in ("这边", "乙公司"))
    sound(here)


def test_a_list_that_both_changed_in_lines_far_apart_is_marked_all_the_same(pair: tuple[Office, Office]) -> None:
    here, there = pair
    update(here, "filing.circulation=甲,乙,丙,丁")
    assert git(here, "push", "--quiet", "--no-verify", "origin", "main").returncode == 0
    assert git(there, "pull", "--quiet", "origin", "main").returncode == 0
    update(here, "filing.circulation=乙,丙,丁")
    update(there, "filing.circulation=甲,乙,丙,丁,戊")
    merged = pull(pair)
    assert merged.returncode == 1
    assert all(mark in text(here) for mark in MARKED), text(here)


def test_what_cannot_be_read_is_merged_by_lines(pair: tuple[Office, Office]) -> None:
    here, there = pair
    for machine, name in ((here, "这边"), (there, "那边")):
        path = machine.archive / RECORD
        path.write_text(path.read_text("utf-8").replace("name:", f"{name}: [\nname:"), "utf-8")
        assert git(machine, "-c", "core.hooksPath=/dev/null", "commit", "-qam", "x").returncode == 0
    assert pull(pair).returncode == 1
    assert all(mark in text(here) for mark in (*MARKED, "这边: [", "那边: ["))


@pytest.mark.parametrize(("theirs", "status"), [("1\n2\n3\n4\n五: [\n", 0), ("一二: [\n2\n3\n4\n5\n", 1)])
def test_the_driver_itself_merges_by_lines_what_it_cannot_read(office: Office, tmp_path: Path, theirs: str, status: int) -> None:
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for file, content in zip(files, ("1\n2\n3\n4\n5\n", "一: [\n2\n3\n4\n5\n", theirs), strict=True):
        file.write_text(content, "utf-8")
    assert office.run("git-merge", *map(str, files), RECORD, "9").status == status
    merged = files[1].read_text("utf-8")
    assert merged == "一: [\n2\n3\n4\n五: [\n" if status == 0 else "<<<<<<<<< ours\n" in merged


def test_two_files_of_one_number_are_marked_and_sync_gives_one_of_them_another(pair: tuple[Office, Office]) -> None:
    here, there = pair
    done(here, *FIRM, "name=乙公司")
    done(there, *FIRM, "name=丙公司")
    assert pull(pair).returncode == 1
    assert all(mark in text(here, RECORD.replace("1.", "2.")) for mark in (*MARKED, "乙公司", "丙公司"))
    assert git(here, "merge", "--abort").returncode == 0
    done(here, "sync")
    sound(here)
    assert {row["name"] for row in here.run("list", "--json").json} == {"甲公司", "乙公司", "丙公司"}


def test_two_entries_of_one_number_that_git_made_one_get_numbers_of_their_own_by_sync(pair: tuple[Office, Office]) -> None:
    here, there = pair
    done(there, *FIRM, "name=乙公司")
    lent = [machine.run("lend", number, *LEND).json["loan"] for machine, number in ((here, "1"), (there, "2"))]
    assert lent == ["JY-2026-0001"] * 2
    assert pull(pair).returncode == 0
    assert here.run("verify").status == 1
    assert git(here, "reset", "--quiet", "--keep", "HEAD~1").returncode == 0
    (here.run.folder / "nas").mkdir()
    done(here, "key", "remote", "add", "nas", str(here.run.folder / "nas"))
    done(here, "sync")
    sound(here)
    assert len(here.run("register", "list", "loan", "--json").json) == 2


def test_what_was_destroyed_on_one_side_stays_so(pair: tuple[Office, Office]) -> None:
    here, there = pair
    update(here, "note=新")
    shutil.rmtree(there.archive / ".git/hooks")  # which ask for a second copy of the keys first
    there.destroy()
    assert pull(pair).returncode == 0
    sound(here)
    assert here.run("show", "1", "--json").json["status"] == "destroyed"


@pytest.mark.parametrize("made", ["init", "git-hook install", "clone", "backup restore"])
def test_every_clone_has_the_driver(office: Office, made: str) -> None:
    folder = office.archive
    if made == "git-hook install":
        folder = second(office).archive if connect(office) else folder
        assert office.run("-C", str(folder), "git-hook", "install").status == 0
    if made == "clone":
        folder = office.run.folder / "new"
        assert office.run("clone", str(office.archive), str(folder)).status == 0
    if made == "backup restore":
        folder = office.run.folder / "restored"
        assert office.run("backup", "make", "backup", "--keys", "keys").status == 0
        assert office.run("backup", "restore", "backup", str(folder), "--keys", "keys").status == 0
    for setting in ("merge.archivectl.driver", "diff.archivectl.textconv"):
        assert git(office, "-C", str(folder), "config", "--local", setting).stdout.strip()


def test_one_file_is_merged_without_what_other_commands_need(office: Office, tmp_path: Path) -> None:
    done(office, *FIRM, "name=甲公司", "--set", "note=旧")
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for file, note in zip(files, ("旧", "旧", "新"), strict=True):
        file.write_text(text(office).replace("note: 旧", f"note: {note}"), "utf-8")
    command = [sys.executable, "-c", LOADED, "git-merge", *map(str, files), RECORD, "7"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert (ended.returncode, "note: 新" in files[1].read_text("utf-8")) == (0, True), ended.stderr
    assert HEAVY & set(json.loads(ended.stderr.splitlines()[-1])[1]) == set()
