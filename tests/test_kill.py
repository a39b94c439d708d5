"""Killed at any step, a command has done everything or nothing; eight at once lose nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Any, cast

import pytest

from archivectl.archive import Archive
from office import Office
from program import Program
from project import ROOT

DIED = 9
PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
Kill = Callable[[Office, tuple[str, ...], int], int]
pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def killer() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, str(ROOT / "tests/killing.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process
        cast("IO[str]", process.stdin).close()


@pytest.fixture
def kill(killer: "subprocess.Popen[str]") -> Kill:
    """Run a command that dies at its n-th step; answers how it ended."""

    def run(office: Office, args: tuple[str, ...], step: int) -> int:
        known = {**os.environ, **office.run.environment, "ARCHIVECTL_MEMBER": "li.na"}
        asked = {"args": args, "environment": known, "folder": str(office.run.folder), "step": step}
        stdin, stdout = cast("IO[str]", killer.stdin), cast("IO[str]", killer.stdout)
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        return int(stdout.readline())

    return run


def git(office: Office, *words: str) -> str:
    command = ["git", "-C", str(office.archive), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def copied(office: Office, name: str) -> Office:
    """The same office in another folder."""
    folder = office.run.folder.with_name(f"{office.run.folder.name}-{name}")
    shutil.copytree(office.run.folder, folder, symlinks=True)
    there = {"ARCHIVECTL_HOME": str(folder / "home"), "ARCHIVECTL_ARCHIVE": str(folder / "archive")}
    run = Program(office.run.start, folder, {**office.run.environment, **there})
    return replace(office, archive=folder / "archive", home=type(office.home)(folder / "home"), run=run)


def readable(archive: Archive) -> bool:
    """Whether every key of every record that is there can be had."""
    records = [archive.read(row.path) for row in archive.index.records("status = 'filed'")]
    return all(archive.opener.holds(record.uid, row) for record in records for row in record.data.get("keys") or ())


def killed(office: Office, kill: Kill, words: tuple[str, ...], after: Callable[[Office], Any], stride: int = 1) -> None:
    """Kill a command at its steps, each time in another copy of the office; the next command recovers."""
    before, commits = git(office, "rev-parse", "main"), [0, 0]
    for number, step in enumerate(range(1, 200, stride)):
        copy = copied(office, str(step))
        ended = kill(copy, words, step)
        commits[git(copy, "rev-parse", "main") != before] += 1
        assert copy.run("create", "--subject", "organisation", "--set", "name=下一户").status == 0
        after(copy)
        assert git(copy, "status", "--porcelain") == ""
        assert not list(copy.archive.rglob(".git/archivectl/journal/*"))
        with copy.acting() as archive:
            assert readable(archive)
        assert number % 3 or git(copy, "fsck", "--strict", "--no-dangling") == ""
        assert number % 8 or copy.run("verify").status == 0
        shutil.rmtree(copy.run.folder)
        if ended != DIED:
            break
    assert ended == 0
    assert min(commits) * stride > 10


def test_a_record_is_created_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)

    def after(copy: Office) -> None:
        assert len(copy.run("list", "--json").json) == len(list(copy.archive.rglob("customers/**/*.yaml")))

    killed(office, kill, PERSON, after)


def test_a_file_is_lent_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)

    def after(copy: Office) -> None:
        again = copy.run("lend", "1", "--to", "王伟", "--purpose", "核对")
        assert again.status in {0, 3}
        assert [loan["state"] for loan in copy.run("register", "list", "loan", "--json").json] == ["lent"]

    killed(office, kill, ("lend", "1", "--to", "王伟", "--purpose", "核对"), after, stride=2)


def test_a_member_is_taken_on_or_not(office: Office, kill: Kill) -> None:
    words = ("member", "add", "new", "--name", "新人", "--role", "clerk", "--clearance", "secret", "--generate-keys")

    def after(copy: Office) -> None:
        known = copy.archive.joinpath("members/new.yaml").exists()
        assert copy.run(*words).status == (2 if known else 0)
        assert copy.run("create", "--subject", "person", "--set", "name=李四", member="new").status == 0

    killed(office, kill, words, after)


def test_a_destruction_is_carried_to_its_end(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    office.run("list")
    office.run("destroy", "propose", "1", "--reason", "期满")
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    with office.acting() as archive:
        uid = archive.record("1").uid

    def after(copy: Office) -> None:
        resumed = copy.run("destroy", "resume", "XH-1")
        shown = copy.run("register", "show", "XH-1", "--json").json
        assert shown["state"] == "destroyed", resumed
        assert [event["act"] for event in shown["events"]].count("complete") == 1
        assert copy.run("show", "1", "--json").json["status"] == "destroyed"
        assert copy.home.keyring(next(copy.home.folder.glob("keyrings/*")).name).rows(uid) == []

    killed(office, kill, ("destroy", "execute", "XH-1"), after, stride=2)


def test_a_destruction_is_reported_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    office.run("destroy", "propose", "1", "--reason", "期满")
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    office.run("destroy", "execute", "XH-1")
    office.run("destroy", "verify", "XH-1")

    def after(copy: Office) -> None:
        done = [event["act"] for event in copy.run("register", "show", "XH-1", "--json").json["events"]]
        again = copy.run("destroy", "feedback", "XH-1", "--to", "总经理", "--opinion", "已销毁")
        assert (done.count("feedback") <= 1, again.status) == (True, 0)

    killed(office, kill, ("destroy", "feedback", "XH-1", "--to", "总经理", "--opinion", "已销毁"), after, stride=3)


def test_a_backup_is_finished_or_passes_for_none(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    words = ("backup", "make", "backup")

    def after(copy: Office) -> None:
        folder = copy.run.folder / "backup"
        finished = (folder / "manifest.json").exists()
        entered = copy.run("register", "list", "key-copy", "--json").json
        assert len(entered) == 2 or not list(folder.rglob("*.age")), "no keys lie where the register names none"
        assert copy.run("backup", "verify", "backup").status == (0 if finished else 4)
        assert copy.run(*words).status == (3 if finished else 0)
        assert copy.run("backup", "verify", "backup").status == 0

    killed(office, kill, words, after, stride=5)


def test_a_backup_is_restored_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    office.run("backup", "make", "backup")
    archive = next(office.home.folder.glob("trust/*")).stem
    words = ("backup", "restore", "backup", "restored", "--trust", office.home.pin(archive).fingerprint)
    done = [0, 0]
    for step in range(1, 400, 7):
        copy = copied(office, f"restored-{step}")
        shutil.rmtree(copy.home.folder / "keyrings" / archive / "records")
        ended = kill(copy, words, step)
        there = (copy.run.folder / "restored").exists()
        done[there] += 1
        assert copy.run(*words).status == (3 if there else 0)
        assert copy.run("-C", "restored", "verify").status == 0
        restored = replace(copy, archive=copy.run.folder / "restored")
        with restored.acting() as found:
            assert readable(found)
        shutil.rmtree(copy.run.folder)
        if ended != DIED:
            break
    assert ended == 0
    assert min(done) > 0


def test_a_stop_with_a_scope_stands_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    words = ("hold", "--where", "subject=person", "--reason", "诉讼")

    def after(copy: Office) -> None:
        stands = bool(copy.run("register", "list", "hold", "--json").json)
        assert copy.run("destroy", "propose", "1", "--reason", "期满").status == (3 if stands else 0)

    killed(office, kill, words, after, stride=3)


def test_files_are_handed_over_with_the_slip_or_not(office: Office, kill: Kill) -> None:
    """The register and every record of the slip change together."""
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")
    office.run("handover", "propose", "1", "2", "--to", "王伟", "--place", "9柜", "--reason", "轮岗")
    office.run("approve", "JJ-1", member="chen.jing")
    office.run("handover", "confirm", "JJ-1", "--all", member="wang.wei")

    def after(copy: Office) -> None:
        done = copy.run("register", "show", "JJ-1", "--json").json["state"] == "handed-over"
        keepers = {copy.run("show", number, "--json").json["keeper"] for number in ("1", "2")}
        assert keepers == {"wang.wei" if done else "li.na"}
        assert copy.run("handover", "register", "JJ-1").status == (3 if done else 0)

    killed(office, kill, ("handover", "register", "JJ-1"), after, stride=3)


def test_an_inventory_is_closed_with_its_finding_or_not(office: Office, kill: Kill) -> None:
    for name in ("甲", "乙"):
        office.run("create", "--subject", "organisation", "--set", f"name={name}")
    office.run("inventory", "start")
    office.run("inventory", "count", "PD-1", "1")

    def after(copy: Office) -> None:
        closed = copy.run("register", "show", "PD-1", "--json").json["state"] == "closed"
        assert len(copy.run("register", "list", "review", "--json").json) == closed
        assert copy.run("inventory", "close", "PD-1").status == (3 if closed else 0)
        assert [row["records"] for row in copy.run("register", "list", "review", "--json").json] == [["SH-000002"]]

    killed(office, kill, ("inventory", "close", "PD-1"), after, stride=3)


def test_eight_processes_at_once_lose_nothing(office: Office) -> None:
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archivectl", *PERSON]
    started = [
        subprocess.Popen([*command, "--as", member], env=environment, stdout=subprocess.PIPE, text=True)
        for member in ["li.na", "wang.wei"] * 4
    ]
    numbers = [process.communicate()[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * 8
    assert sorted(numbers) == [f"SH-{number:06}" for number in range(1, 9)]
    with office.acting() as archive:
        assert readable(archive)
    assert office.run("verify").status == 0
    assert git(office, "status", "--porcelain") == ""
