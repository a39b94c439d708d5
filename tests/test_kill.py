"""Killed at any step, a command has done everything or nothing; eight at once lose nothing.

What all acts share, the keys and the commit after them, is killed before each of its steps once, in ``create`` (``killed``).
Every act of the paths of use, destruction, handover and inventory is killed where what lies on disk changes its meaning: at all
such ``POINTS`` where it writes otherwise than others, at the two between which it comes to be done for the rest. ``destroy
execute``, two commits and the end of the keys between them, is killed at all points of both and before each key. What takes on
members, lets them go, makes backups and restores them is killed at every second to seventh step.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Any, Protocol, cast

import pytest

import machines
from archivectl import yaml_text
from archivectl.archive import Archive, Change
from archivectl.custody import rotation
from archivectl.encryption.keyring import Keyring
from office import Office
from program import Program
from project import ROOT

DIED = 9
# Where a commit may break off: the words of killing.py, and whether the act is done by then.
POINTS = (
    ("subprocess.Popen", "unpack-objects", False),  # the files lie beside the archive
    ("os.rename", "/journal/", False),  # its objects are made, its journal is not in force
    ("subprocess.Popen", "update-ref", False),  # the journal is in force, the branch has not moved
    ("os.rename", "/staged-", True),  # the branch has moved, the work tree has not
    ("os.rename", "/index-", True),  # git's index has not
    ("os.remove", "/journal/", True),  # nothing is left to do but to tidy
    ("os.rename", "/trust/", True),  # the verified mark stands behind
)
BRANCH = POINTS[2:4]
RULES = {"inventory": {"approve": ["archivist"]}, "handover": {"tell": ["archivist"]}}
# The paths act by act: by whom, where it is killed, and what is typed.
PATHS = {
    "use": (
        ("li.na", POINTS, "lend 1 --to 王伟 --purpose 核对"),
        ("li.na", POINTS, "return 1 --condition damaged"),
        ("li.na", POINTS, "hold --where subject=person --reason 诉讼"),
    ),
    "destruction": (
        ("li.na", POINTS, "destroy propose 1 2 --reason 期满"),
        ("chen.jing", BRANCH, "destroy appraise XH-1 --opinion 已无价值"),
        ("chen.jing", POINTS, "approve XH-1"),
        ("zhao.lei", POINTS, "destroy supervise XH-1"),
        ("sun.yan", BRANCH, "destroy supervise XH-1"),
        ("li.na", (), "destroy execute XH-1"),
        ("zhao.lei", BRANCH, "destroy attest XH-1"),
        ("sun.yan", BRANCH, "destroy attest XH-1"),
        ("li.na", BRANCH, "register step XH-1 shred method=粉碎"),
        ("li.na", POINTS, "destroy verify XH-1"),
        ("li.na", BRANCH, "destroy feedback XH-1 --to 总经理 --opinion 已销毁"),
    ),
    "handover": (
        ("li.na", POINTS, "handover propose 1 2 --to 王伟 --place 9柜 --reason 轮岗"),
        ("chen.jing", BRANCH, "approve JJ-1"),
        ("li.na", BRANCH, "handover audit JJ-1 --counted 2"),
        ("li.na", BRANCH, "register step JJ-1 pack note=装箱"),
        ("li.na", BRANCH, "register step JJ-1 send note=已交快递"),
        ("wang.wei", POINTS, "handover confirm JJ-1 --all"),
        ("li.na", POINTS, "handover register JJ-1"),
        ("li.na", BRANCH, "approve JJ-1"),
        ("li.na", BRANCH, "register step JJ-1 sort_in note=已归档"),
        ("li.na", BRANCH, "register step JJ-1 evaluate note=顺利"),
    ),
    "inventory": (
        ("li.na", BRANCH, "inventory start"),
        ("li.na", POINTS, "inventory count PD-1 1"),
        ("li.na", BRANCH, "inventory note PD-1 1 --note 破损"),
        ("li.na", POINTS, "inventory close PD-1"),
        ("li.na", BRANCH, "approve PD-1"),
    ),
}
REGISTERS = ("destruction", "handover", "hold", "incident", "inventory", "loan", "review")
PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
Step = int | tuple[str, str, int]
pytestmark = pytest.mark.kill


class Kill(Protocol):
    """A command that dies at a step."""

    def __call__(self, office: Office, args: tuple[str, ...], step: Step, member: str = "li.na") -> int: ...


@pytest.fixture(scope="module")
def killer() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, str(ROOT / "tests/killing.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process
        cast("IO[str]", process.stdin).close()


@pytest.fixture
def kill(killer: "subprocess.Popen[str]") -> Kill:
    """Run a command that dies at a step; answers how it ended."""

    def run(office: Office, args: tuple[str, ...], step: Step, member: str = "li.na") -> int:
        known = {**os.environ, **office.run.environment, "ARCHIVECTL_MEMBER": member}
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


def killed(
    office: Office, kill: Kill, words: tuple[str, ...], after: Callable[[Office], Any], stride: int = 1, most: int = 200
) -> None:
    """Kill a command at its steps once it has the lock, each time in another copy of the office; the next command recovers."""
    git(office, "gc", "--quiet")  # few files to copy
    before, commits = git(office, "rev-parse", "main"), [0, 0]
    for number, step in enumerate(range(9, most, stride)):
        copy = copied(office, str(step))
        ended = kill(copy, words, step)
        commits[git(copy, "rev-parse", "main") != before] += 1
        assert copy.run("create", "--subject", "organisation", "--set", "name=下一户").status == 0
        after(copy)
        assert git(copy, "status", "--porcelain") == ""
        assert not list(copy.archive.rglob(".git/archivectl/journal/*"))
        with copy.acting() as archive:
            assert readable(archive)
        assert number % 6 or git(copy, "fsck", "--strict", "--no-dangling") == ""
        assert number % 12 or copy.run("verify").status == 0
        shutil.rmtree(copy.run.folder)
        if ended != DIED:
            break
    assert ended == 0
    assert min(commits) * stride > 10


def test_a_record_is_created_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)

    def after(copy: Office) -> None:
        with copy.acting() as archive:
            assert archive.index.count() == len(list(copy.archive.rglob("customers/**/*.yaml")))

    killed(office, kill, PERSON, after)


def test_a_scan_is_attached_or_not(office: Office, kill: Kill) -> None:
    """With its paper or not at all; no piece of it is left anywhere, in clear or sealed."""
    office.run(*PERSON)
    scan = office.run.folder / "scan.pdf"
    scan.write_bytes(b"%PDF " + bytes(range(256)) * 500)

    def after(copy: Office) -> None:
        with copy.acting() as archive:
            papers = archive.record("1").data.get("documents") or ()
        assert len(papers) == len(list(copy.archive.rglob("objects/*/*.age")))
        assert not list(copy.archive.glob(".git/archivectl/staged-*"))
        for paper in papers:
            shown = copy.run("show", "1", "--document", paper["id"], "-o", "back.pdf", "--purpose", "核对")
            assert (shown.status, (copy.run.folder / "back.pdf").read_bytes()) == (0, scan.read_bytes())
        assert copy.run("check").status == 0

    killed(office, kill, ("add", "1", "document", "kind=合同", f"file=@{scan}"), after)


def test_a_member_is_taken_on_or_not(office: Office, kill: Kill) -> None:
    words = ("member", "add", "new", "--name", "新人", "--role", "clerk", "--clearance", "secret", "--generate-keys")

    def after(copy: Office) -> None:
        known = copy.archive.joinpath("members/new.yaml").exists()
        assert copy.run(*words).status == (2 if known else 0)
        assert copy.run("create", "--subject", "person", "--set", "name=李四", member="new").status == 0

    killed(office, kill, words, after, stride=2)


def keyrings(office: Office) -> tuple[Keyring, Keyring]:
    """The keyring of the machine, and that of the remote."""
    own = office.home.keyring(next(office.home.folder.glob("trust/*")).stem)
    return own, Keyring(office.run.folder / "nas" / own.folder.name)


def generations(keyring: Keyring) -> set[int]:
    return {row.generation for uid in keyring.uids() for row in keyring.rows(uid) if row.level == "confidential"}


def test_a_rotation_goes_on_where_it_stopped(office: Office, kill: Kill) -> None:
    """Every key opens at every moment; the same command ends with all of them under the newest generation."""
    for _ in range(3):
        office.run(*PERSON)
    (office.run.folder / "nas").mkdir()
    words = ("key", "rotate", "confidential", "--reason", "例行")

    def after(copy: Office) -> None:
        before = copy.home.settings()["archives"]
        ours = next(iter(before.values()))
        assert "keyrings" not in ours
        assert copy.run("key", "list", "--missing").status == 0
        assert copy.run(*words).status == 0
        with copy.acting() as archive:
            assert rotation.owed(archive) == ()
            current = archive.levels["confidential"].generation
        assert current in {2, 3}
        assert generations(keyrings(copy)[0]) == {current}
        sheet = next(copy.home.folder.glob("recovery/*.txt"))
        assert copy.run("key", "drill", "--recovery", str(sheet)).status == 0

    killed(office, kill, words, after, stride=3)


def test_a_member_leaves_and_the_same_command_ends_it(office: Office, kill: Kill) -> None:
    """Whoever stays reads everything at every moment; who left reads nothing once it is ended."""
    office.run(*PERSON)
    words = ("member", "retire", "chen.jing", "--reason", "离职")

    def after(copy: Office) -> None:
        assert copy.run(*words).status == 0
        with copy.acting() as archive:
            assert rotation.owed(archive) == ()
            assert archive.members["chen.jing"].retired
            assert {level.generation for name, level in archive.levels.items() if name != "top-secret"} == {2}
        again = copy.run(*words, "--json")
        assert (again.status, again.json["rotated"]) == (0, None)

    killed(office, kill, words, after, stride=4)


def test_new_keys_for_a_record_are_made_or_not(office: Office, kill: Kill) -> None:
    office.run(*PERSON)

    def after(copy: Office) -> None:
        with copy.acting() as archive:
            count = len(archive.record("1").data["keys"])
        assert count in {1, 2}
        assert copy.run("key", "rekey", "1", "--reason", "遗失").status == 0
        assert copy.run("show", "1", "--reveal", "name", "--purpose", "核对").status == 0

    killed(office, kill, ("key", "rekey", "1", "--reason", "遗失"), after, stride=3)


def test_a_new_recovery_sheet_is_issued_or_not(office: Office, kill: Kill) -> None:
    """What lies in the home afterwards is the sheet in use, or the same command makes it so; and it opens every level key."""
    office.run(*PERSON)
    next(office.home.folder.glob("recovery/*.txt")).unlink()
    words = ("key", "recovery", "--reason", "恢复单遗失")

    def after(copy: Office) -> None:
        page = next(copy.home.folder.glob("recovery/*.txt"), None)
        drilled = copy.run("key", "drill", "--recovery", str(page)).status if page else 5
        again = copy.run(*words)
        assert again.status == (3 if drilled in {0, 1} else 0), again.err
        assert copy.run("key", "share").status == 0
        page = next(copy.home.folder.glob("recovery/*.txt"))
        assert copy.run("key", "drill", "--recovery", str(page)).status == 0

    killed(office, kill, words, after, stride=3)


def test_a_keyring_remote_is_added_and_united_by_the_same_command(office: Office, kill: Kill) -> None:
    office.run(*PERSON)
    (office.run.folder / "nas").mkdir()

    def after(copy: Office) -> None:
        own, remote = keyrings(copy)
        entered = copy.run("register", "list", "key-copy", "--json").json
        assert len(entered) == 2 or not list(remote.folder.rglob("*.*")), "no keys lie where the register names none"
        assert copy.run("key", "remote", "add", "nas", str(copy.run.folder / "nas")).status == 0
        assert {row for uid in own.uids() for row in own.rows(uid)} == {row for uid in remote.uids() for row in remote.rows(uid)}
        assert len(copy.run("register", "list", "key-copy", "--json").json) == 2

    killed(office, kill, ("key", "remote", "add", "nas", "nas"), after, stride=4)


def test_a_sync_that_was_killed_is_ended_by_the_next(office: Office, kill: Kill) -> None:
    """Both machines opened a file of one number, and changed one that both have."""
    firm = ("create", "--subject", "organisation", "--set")
    office.run(*firm, "name=甲公司", "--set", "note=旧")
    machines.connect(office)
    there = machines.second(office)
    for each, field in ((office, "phone=021-5555"), (there, "note=新")):
        each.run(*firm, f"name={field}")
        each.run("update", "1", "--set", field, "--reason", "核对")
    assert there.run("sync").status == 0
    git(office, "remote", "set-url", "origin", "../hub.git")  # each copy has its own

    def after(copy: Office) -> None:
        assert copy.run("sync").status == 0
        names = {row["name"] for row in copy.run("list", "--json").json}
        assert names == {"甲公司", "phone=021-5555", "note=新", "下一户"}
        shown = copy.run("show", "1", "--json").json
        assert (shown["note"], shown["phone"]) == ("新", "021-5555")
        assert git(copy, "rev-parse", "main") == git(copy, "rev-parse", "origin/main")

    killed(office, kill, ("sync",), after, stride=13, most=600)


def standing(office: Office) -> tuple[dict[str, list[str]], list[tuple[str, str, str, str]]]:
    """What was entered in the registers of the paths, and how each file stands: its status, keeper and place."""
    with office.acting() as archive:
        cases = [case for kind in REGISTERS for case in archive.register(kind)]
        files = [archive.read(row.path) for row in archive.index.records()]
        told = [(each.label, each.status, str(each.data.get("keeper")), str(each.data.get("filing"))) for each in files]
        assert readable(archive)
        return {case.id: [event.act for event in case.entry.events] for case in cases}, told


@pytest.mark.parametrize("path", PATHS)
def test_every_act_of_a_path_is_done_or_not(office: Office, kill: Kill, path: str) -> None:
    """Up to the moment in which the branch moves nothing was done, and the same command does it; from then on all of it was."""
    with office.acting() as archive:
        archive.commit(Change(("regime.house",), "regime.house: rules", {"regime/house.yaml": yaml_text.dump(RULES).encode()}))
    for name in ("甲", "乙"):
        office.run("create", "--subject", "person", "--set", f"name={name}", member="li.na")
    for place, (member, points, typed) in enumerate(PATHS[path]):
        git(office, "gc", "--quiet")  # few files to copy
        before, words = git(office, "rev-parse", "main"), tuple(shlex.split(typed))
        unkilled, stood = copied(office, f"{place}"), standing(office)
        assert office.run(*words, member=member).status == 0, typed
        stands = standing(office)
        assert stands != stood
        for does, what, done in points:
            copy = copied(unkilled, what.strip("/-"))
            assert kill(copy, words, (does, what, 1), member) == DIED, (typed, what)
            assert (git(copy, "rev-parse", "main") != before) is done, (typed, what)
            if not done:
                assert standing(copy) == stood, (typed, what)
                assert copy.run(*words, member=member).status == 0, (typed, what)
            assert standing(copy) == stands, (typed, what)
            assert git(copy, "status", "--porcelain") == ""
            assert not list(copy.archive.rglob(".git/archivectl/journal/*"))
            shutil.rmtree(copy.run.folder)
        shutil.rmtree(unkilled.run.folder)
    assert office.run("verify").status == 0
    assert git(office, "fsck", "--strict", "--no-dangling") == ""


def test_a_destruction_is_carried_to_its_end(office: Office, kill: Kill) -> None:
    """Killed before, between and after its two commits, and before each key that goes between them."""
    for name in ("甲", "乙"):
        office.run("create", "--subject", "person", "--set", f"name={name}", member="li.na")
    office.run("list", member="li.na")
    for member, _points, typed in PATHS["destruction"][:5]:
        assert office.run(*shlex.split(typed), member=member).status == 0
    git(office, "gc", "--quiet")
    with office.acting() as archive:
        uids, before = [archive.record(number).uid for number in ("1", "2")], git(office, "rev-parse", "main")
    between = [("os.remove", "/keyrings/", 1), ("os.remove", "/keyrings/", 2), ("os.rename", "/names/", 1)]
    for does, what, nth in [*((does, what, nth) for nth in (1, 2) for does, what, _done in POINTS), *between]:
        copy = copied(office, f"{what.strip('/-')}-{nth}")
        assert kill(copy, ("destroy", "execute", "XH-1"), (does, what, nth)) == DIED, (what, nth)
        rows = copy.home.keyring(next(copy.home.folder.glob("keyrings/*")).name).rows
        if git(copy, "rev-parse", "main") == before:
            assert all(rows(uid) for uid in uids), "no key is gone of what nobody began to destroy"
            assert copy.run("destroy", "execute", "XH-1", member="li.na").status == 0
        assert copy.run("destroy", "resume", "XH-1", member="li.na").status == 0
        acts, files = standing(copy)
        assert acts["XH-2026-0001"][-2:] == ["execute", "complete"]
        assert acts["XH-2026-0001"].count("complete") == 1
        assert [status for _label, status, *_rest in files] == ["destroyed", "destroyed"]
        assert not any(rows(uid) for uid in uids)
        assert git(copy, "status", "--porcelain") == ""
        shutil.rmtree(copy.run.folder)


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
