"""One commit or nothing: beside people's own work, eight processes at once, kills, full disks and foreign locks."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from archivectl.store import journal
from archivectl.store.journal import IndexLocked
from archivectl.store.objects import UnsafePath, object_id
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite, Damaged, DetachedHead, MergeInProgress
from archivectl.store.transaction import (
    Busy,
    ChangedMeanwhile,
    Draft,
    ForeignChanges,
    Moved,
    Unfinished,
    commit,
    writing,
)
from project import ROOT

Run = Callable[..., str]

RECORD = "customers/SH/0/SH-000001.yaml"
CHINESE = "customers/SH/0/上海 示例.yaml"
WHEN = datetime(2026, 3, 2, 1, 12, 44, tzinfo=UTC)


def draft(base: str | None, **writes: bytes | None) -> Draft:
    return Draft(base=base, writes=writes, message="update: SH-000001\n", author="李娜", email="li.na@example.cn", when=WHEN)


def files(top: Path) -> dict[str, bytes]:
    """Every file of the work tree; a link by where it points."""
    found = (path for path in sorted(top.rglob("*")) if ".git" not in path.relative_to(top).parts)
    return {
        str(path.relative_to(top)): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in found
        if path.is_symlink() or path.is_file()
    }


def leftovers(repository: Repository) -> list[str]:
    """What a finished transaction has no more need of."""
    own = {str(path.relative_to(repository.own_folder)) for path in repository.own_folder.rglob("*")}
    locks = {path.name for path in repository.place.git_dir.rglob("*.lock")}
    return sorted((own | locks) - {"lock", "index.mark", "journal"})


def assert_sound(repository: Repository, git: Run) -> None:
    assert git("status", "--porcelain") == ""
    assert git("fsck", "--strict", "--no-dangling") == ""
    assert leftovers(repository) == []


def test_the_first_commit_makes_branch_index_and_files(repository: Repository, act: Run, git: Run, top: Path) -> None:
    made = act({RECORD: b"a\n", CHINESE: b"b\n", "archive.yaml": b""}, "init: M4Q")
    assert git("rev-parse", "HEAD") == made
    assert git("rev-list", "--count", "HEAD") == "1"
    assert git("log", "-1", "--format=%an|%ae|%at|%cn|%ce|%ct|%s") == (
        "李娜|li.na@example.cn|1772413964|李娜|li.na@example.cn|1772413964|init: M4Q"
    )
    assert files(top) == {RECORD: b"a\n", CHINESE: b"b\n", "archive.yaml": b""}
    assert git("reflog", "-1", "--format=%gs") == "init: M4Q"
    assert_sound(repository, git)


def test_files_are_changed_made_and_removed_with_the_folders_they_leave_empty(
    repository: Repository, act: Run, git: Run, top: Path
) -> None:
    act({RECORD: b"a", "registers/loan/2026/0/x": b"x", "registers/y": b"y", "objects/b": b"b"})
    act({RECORD: b"b", CHINESE: b"c", "registers/loan/2026/0/x": None, "objects/b": None, "never": None})
    assert files(top) == {RECORD: b"b", CHINESE: b"c", "registers/y": b"y"}
    assert not (top / "registers" / "loan").exists()
    assert not (top / "objects").exists()
    assert_sound(repository, git)


def test_the_last_file_may_go(repository: Repository, act: Run, git: Run) -> None:
    act({RECORD: b"a"})
    act({RECORD: None})
    assert git("ls-tree", "-r", "HEAD") == ""
    assert_sound(repository, git)


def test_files_and_folders_are_put_in_the_order_git_wants(repository: Repository, act: Run, git: Run) -> None:
    act({"a/b": b"1", "a.b": b"2", "a-": b"3", "a0": b"4", "客/户": b"5"})
    act({"a/c": b"6", "a!": b"7"})
    assert_sound(repository, git)


def test_many_files_are_written_as_one_pack(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act({RECORD: b"a"})
    act({f"customers/SH/0/{number}": b"%d" % number for number in range(500)})
    assert "in-pack: 50" in git("count-objects", "-v")
    assert (top / "customers/SH/0/499").read_bytes() == b"499"
    assert_sound(repository, git)


def test_a_persons_hooks_and_line_ends_take_no_part(act: Run, git: Run, top: Path) -> None:
    hook = top / ".git/hooks/reference-transaction"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    hook.chmod(0o755)
    git("config", "core.autocrlf", "true")
    act({"a": b"line\r\n"})
    assert git("ls-files", "-s", "a").split()[1] == object_id("blob", b"line\r\n")


def test_a_written_file_is_never_executable(act: Run, git: Run, top: Path) -> None:
    act({RECORD: b"a"})
    (top / RECORD).chmod(0o755)
    act({RECORD: b"b"})
    assert not (top / RECORD).stat().st_mode & stat.S_IXUSR
    assert git("ls-files", "-s", RECORD).startswith("100644 ")


def test_a_name_cannot_bring_lines_into_a_commit(repository: Repository, git: Run) -> None:
    hostile = Draft(base=None, writes={"a": b"a"}, message="m", author="A <b>\nparent x", email="c>\n d", when=WHEN)
    with writing(repository, 5):
        commit(repository, hostile)
    assert git("log", "-1", "--format=%an|%ae|%P") == "A bparent x|c d|"
    assert_sound(repository, git)


def test_a_commit_may_join_another_branch(repository: Repository, act: Run, git: Run) -> None:
    first = act({"a": b"0"})
    side = act({"b": b"0"}, branch="side")
    joined = Draft(base=first, writes={"b": b"0"}, message="m", author="a", email="b", when=WHEN, merges=(side,))
    with writing(repository, 5):
        commit(repository, joined)
    assert git("log", "-1", "--format=%P") == f"{first} {side}"
    assert_sound(repository, git)


def test_another_branch_starts_by_itself_and_leaves_files_and_index_alone(act: Run, git: Run, top: Path) -> None:
    act({RECORD: b"a"})
    (top / RECORD).write_bytes(b"edited")
    act({"li.na/M/2026-03.jsonl": b"1\n"}, "log", "access-log")
    act({"li.na/M/2026-03.jsonl": b"1\n2\n"}, "log", "access-log")
    assert git("rev-list", "--count", "access-log") == "2"
    assert git("ls-tree", "-r", "--name-only", "access-log") == "li.na/M/2026-03.jsonl"
    assert files(top) == {RECORD: b"edited"}
    assert git("status", "--porcelain") == f" M {RECORD}"


def test_the_base_must_still_be_the_tip(repository: Repository, act: Run) -> None:
    first = act({RECORD: b"a"})
    act({"later": b"b"})
    for stale in (None, first):
        with writing(repository, 5), pytest.raises(Moved):
            commit(repository, draft(stale, later=b"c"))


def test_a_branch_that_moves_at_the_last_moment_is_not_overwritten(repository: Repository, act: Run, git: Run, top: Path) -> None:
    """A push moves the branch without asking for any lock of ours."""
    act({"a": b"a"})
    base = repository.tip()

    def push(_: bytes) -> str:
        git("commit", "-q", "--allow-empty", "-m", "pushed")
        return "signature"

    with writing(repository, 5), pytest.raises(Moved):
        commit(repository, draft(base, a=b"b"), push)
    assert git("log", "-1", "--format=%s") == "pushed"
    assert files(top) == {"a": b"a"}
    assert_sound(repository, git)


def test_what_was_decided_on_must_be_as_it_was(repository: Repository, act: Run) -> None:
    act({"read": b"1", "never": None})
    expected = {"read": object_id("blob", b"1"), "never": None}
    with writing(repository, 5):
        commit(repository, draft(repository.tip(), written=b"1"), expected=expected)
        for path, blob in (("read", object_id("blob", b"2")), ("read", None), ("never", object_id("blob", b"1"))):
            with pytest.raises(ChangedMeanwhile, match=path):
                commit(repository, draft(repository.tip(), written=b"2"), expected={**expected, path: blob})


WORK = {
    "edited": "printf edited >folder/mine",
    "edited and staged": "printf edited >folder/mine; git add -A",
    "staged, then put back": "printf edited >folder/mine; git add -A; printf committed >folder/mine",
    "removed": "rm folder/mine",
    "its removal staged": "git rm -q --cached folder/mine",
    "a link": "mv folder/mine same; ln -s ../same folder/mine",
    "a folder": "rm folder/mine; mkdir folder/mine",
    "in a linked folder": "mv folder elsewhere; ln -s elsewhere folder",
    "under a file": "rm -r folder; printf file >folder",
}


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("content", [b"ours", None])
def test_a_persons_own_work_on_a_file_is_refused_and_kept(
    repository: Repository, act: Run, git: Run, top: Path, work: str, content: bytes | None
) -> None:
    act({"folder/mine": b"committed"})
    subprocess.run(["sh", "-ec", WORK[work]], cwd=top, check=True)
    before = files(top), git("status", "--porcelain"), git("rev-parse", "main"), git("ls-files", "-s")
    with pytest.raises(ForeignChanges, match="folder/mine"):
        act({"folder/mine": content, "other": b"x"})
    assert (files(top), git("status", "--porcelain"), git("rev-parse", "main"), git("ls-files", "-s")) == before
    assert leftovers(repository) == []


@pytest.mark.parametrize("staged", [False, True])
def test_a_file_of_a_person_where_none_was_committed_is_refused_and_kept(act: Run, git: Run, top: Path, staged: bool) -> None:  # noqa: FBT001 - a column
    act({"a": b"a"})
    (top / CHINESE).parent.mkdir(parents=True)
    (top / CHINESE).write_bytes(b"mine")
    if staged:
        git("add", CHINESE)
    with pytest.raises(ForeignChanges, match="上海"):
        act({CHINESE: b"ours"})
    assert (top / CHINESE).read_bytes() == b"mine"


def test_work_on_other_files_stays_as_it_is_staged_or_not(act: Run, git: Run, top: Path) -> None:
    act(dict.fromkeys(("ours", "staged", "edited", "both"), b"0\n"))
    (top / "staged").write_bytes(b"1\n")
    (top / "both").write_bytes(b"1\n")
    (top / "new").write_bytes(b"1\n")
    git("add", "staged", "both", "new")
    (top / "edited").write_bytes(b"1\n")
    (top / "both").write_bytes(b"2\n")
    (top / "untracked").write_bytes(b"1\n")
    before = git("status", "--porcelain")
    act({"ours": b"1\n", CHINESE: b"1\n"})
    assert git("status", "--porcelain") == before == "MM both\n M edited\nA  new\nM  staged\n?? untracked"
    assert git("show", "--format=", "--name-only", "-z", "HEAD") == f"{CHINESE}\0ours\0"


def test_a_file_that_stays_as_it_is_may_have_edits(act: Run, git: Run, top: Path) -> None:
    act({"same": b"0", "a": b"0"})
    (top / "same").write_bytes(b"edited")
    act({"same": b"0", "a": b"1"})
    assert git("status", "--porcelain") == " M same"
    assert (top / "same").read_bytes() == b"edited"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../out",
        "a/../../out",
        "a//b",
        "./a",
        "a/.",
        "a/",
        ".git/config",
        "a/.GIT/hooks/x",
        "a\nb",
        "a\x7f",
        "a\\b",
    ],
)
def test_a_path_that_leaves_the_archive_or_hides_is_refused(repository: Repository, act: Run, path: str) -> None:
    with pytest.raises(UnsafePath):
        act({"good": b"a", path: b"b"})
    assert repository.tip() is None


def test_a_file_never_replaces_a_folder_nor_a_folder_a_file(repository: Repository, act: Run) -> None:
    made = act({"folder/file": b"a"}, branch="log")
    for path in ("folder", "folder/file/below"):
        with pytest.raises(UnsafePath):
            act({path: b"b"}, branch="log")
    assert repository.tip("log") == made


def test_a_name_that_only_some_systems_take_for_git_is_refused_by_git(repository: Repository, act: Run) -> None:
    with pytest.raises(CannotWrite, match="hasDotgit"):
        act({"GIT~1/config": b"a"})
    assert repository.tip() is None
    assert leftovers(repository) == []


def test_a_detached_head_and_a_merge_are_refused(act: Run, git: Run, top: Path) -> None:
    act({"a": b"0\n"})
    git("switch", "-qc", "side")
    (top / "a").write_bytes(b"side\n")
    git("commit", "-qam", "side")
    with pytest.raises(DetachedHead):
        act({"b": b"1"})
    act({"b": b"1"}, branch="access-log")
    git("switch", "-q", "main")
    act({"a": b"main\n"})
    with pytest.raises(subprocess.CalledProcessError):
        git("merge", "side")
    with pytest.raises(MergeInProgress):
        act({"b": b"1"})


@pytest.fixture
def signer(tmp_path: Path) -> Callable[[bytes], str]:
    """A signature by stock ssh-keygen, whose key git knows to be of Li Na."""
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    public = key.with_suffix(".pub").read_text(encoding="ascii")
    (tmp_path / "signers").write_text(f"li.na@example.cn {public}", encoding="ascii")

    def sign(payload: bytes) -> str:
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", str(key)]
        return subprocess.run(command, input=payload, capture_output=True, check=True).stdout.decode("ascii")

    return sign


def test_a_signed_commit_is_accepted_by_git(
    repository: Repository, git: Run, tmp_path: Path, signer: Callable[[bytes], str]
) -> None:
    with writing(repository, 5):
        commit(repository, draft(None, a=b"a"), signer)
        signed = commit(repository, draft(repository.tip(), a=b"b"), signer)
    git("-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}", "verify-commit", signed)
    read = repository.commit(signed)
    assert read.signature == signer(read.payload).strip()  # ed25519 signs the same bytes the same way
    assert_sound(repository, git)


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit, writing
top, name = Path(sys.argv[1]), sys.argv[2]
with Repository.open(top) as repository:
    for number in range(5):
        with writing(repository, 600):
            old = repository.read("main", "shared") or b""
            writes = {"shared": old + f"{name} {number}\\n".encode(), f"own/{name}/{number}": b"x"}
            base, when = repository.tip(), datetime.now(UTC)
            commit(repository, Draft(base=base, writes=writes, message=name, author=name, email="e", when=when))
"""


def test_eight_processes_at_once_lose_nothing(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act({"shared": b""})
    names = [f"writer-{number}" for number in range(8)]
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(top), name], cwd=ROOT) for name in names]
    assert [writer.wait() for writer in writers] == [0] * 8
    lines = (top / "shared").read_text(encoding="ascii").splitlines()
    assert sorted(lines) == sorted(f"{name} {number}" for name in names for number in range(5))
    assert len(files(top)) == 41
    assert git("rev-list", "--count", "main") == "41"
    assert_sound(repository, git)


def test_who_waits_too_long_for_the_lock_is_told(repository: Repository) -> None:
    repository.own_folder.mkdir()
    with FileLock(repository.own_folder / "lock"), pytest.raises(Busy), writing(repository, 0):
        pass
    with writing(repository, 0):
        pass


def test_who_holds_the_lock_may_ask_for_it_again_and_goes_on_holding_it(repository: Repository) -> None:
    lock = FileLock(repository.own_folder / "lock", timeout=0)
    with writing(repository, 0):
        with writing(repository, 0):
            pass
        with pytest.raises(Timeout):
            lock.acquire()
    lock.acquire()
    lock.release()


def test_a_lock_of_git_is_waited_for_and_never_broken(
    repository: Repository, act: Run, git: Run, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act({"a": b"a"})
    lock = top / ".git" / "index.lock"
    lock.touch()
    monkeypatch.setattr(journal, "_TRIES", 2)
    with pytest.raises(IndexLocked, match="at work"):
        act({"a": b"b"})
    assert lock.exists()
    lock.unlink()
    act({"a": b"b"})
    assert_sound(repository, git)


def test_a_lock_is_known_for_ours_where_the_disk_has_no_links(
    repository: Repository, act: Run, git: Run, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act({"a": b"a"})

    def no_link(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_link)
    lock = top / ".git" / "index.lock"
    with journal.index_held(repository):
        left_by_a_kill = lock.read_bytes()
    lock.write_bytes(left_by_a_kill)
    act({"a": b"b"})
    assert_sound(repository, git)


def test_while_we_write_a_person_can_neither_stage_nor_commit(repository: Repository, act: Run, git: Run) -> None:
    act({"a": b"a"})
    with writing(repository, 5), journal.index_held(repository), pytest.raises(subprocess.CalledProcessError):
        git("add", "-A")


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A disk that is full as soon as a file needs more; Python already ignores the signal for it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_for_a_file_nothing_is_changed(repository: Repository, act: Run, git: Run, top: Path) -> None:
    first = act({"a": b"a"})
    with files_no_larger_than(100_000), pytest.raises(CannotWrite):
        act({"a": b"b", "new/large": bytes(200_000)})
    assert repository.tip() == first
    assert files(top) == {"a": b"a"}
    assert_sound(repository, git)


def test_without_room_for_gits_objects_nothing_is_changed(repository: Repository, act: Run, git: Run, top: Path) -> None:
    first = act({"a": b"a"})
    (top / ".git" / "objects").rename(top / ".git" / "kept")
    (top / ".git" / "objects").write_bytes(b"a file where a folder should be")
    with pytest.raises((CannotWrite, Damaged)):
        act({"a": b"b"})
    (top / ".git" / "objects").unlink()
    (top / ".git" / "kept").rename(top / ".git" / "objects")
    repository.close()
    assert repository.tip() == first
    assert files(top) == {"a": b"a"}
    assert_sound(repository, git)


def test_a_place_that_cannot_be_written_is_told(repository: Repository, act: Run) -> None:
    repository.own_folder.write_bytes(b"a file where a folder should be")
    with pytest.raises(CannotWrite, match="File exists"):
        act({"a": b"a"})


def test_without_room_for_the_index_the_commit_stands_and_the_next_command_finishes_it(
    repository: Repository, act: Run, git: Run, top: Path
) -> None:
    act({f"folder/{number:0200}": b"" for number in range(400)})
    (top / "edited").write_bytes(b"mine")
    with files_no_larger_than(50_000), pytest.raises(Unfinished) as told:
        act({"a": b"a"})
    assert repository.tip() == told.value.values["commit"]
    with writing(repository, 5):
        pass
    assert git("status", "--porcelain") == "?? edited"
    assert leftovers(repository) == []


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import filelock, shutil
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit, writing
top, when = sys.argv[1], sys.argv[2]
steps = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "subprocess.Popen", "fcntl.flock", "open"}
seen = 0
def dying(event, args):
    global seen
    if event in steps and (event != "open" or str(args[0]).startswith(top)):
        seen += 1
        installing = event == "os.rename" and not str(args[1]).startswith(top + "/.git")
        if str(seen) == when or when == "installing" and installing:
            os._exit(9)
with Repository.open(Path(top)) as repository:
    number = len(list(repository.commits("main")))
    writes = {"update": b"%d" % number, f"made/{number}/客户": b"x", f"made/{number - 1}/客户": None, "same": b"same"}
    draft = Draft(base=repository.tip(), writes=writes, message="m", author="a", email="e", when=datetime.now(UTC))
    sys.addaudithook(dying)
    with writing(repository, 10):
        commit(repository, draft)
"""
START: dict[str, bytes | None] = {"update": b"0", "made/0/客户": b"x", "same": b"same"}


def killed(top: Path, when: str, path: str | None = None) -> int:
    """A commit in a process that dies at its n-th step, or when it begins to put files in place; answers how it ended."""
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run([sys.executable, "-c", KILLED, str(top), when], cwd=ROOT, env=environment, check=False).returncode


@pytest.mark.kill
def test_killed_at_any_step_it_is_all_or_nothing(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act(START)
    (top / "mine").write_bytes(b"mine")
    git("add", "mine")
    before, after = 0, 0
    for step in range(1, 1000):
        tip = repository.tip()
        ended = killed(top, str(step))
        moved = repository.tip() != tip
        with writing(repository, 10):
            pass
        number = int(git("rev-list", "--count", "main")) - 1
        assert files(top) == {
            "update": b"%d" % number,
            f"made/{number}/客户": b"x",
            "same": b"same",
            "mine": b"mine",
        }
        assert git("status", "--porcelain") == "A  mine"
        assert leftovers(repository) == []
        if ended == 0:
            break
        assert ended == 9
        before, after = before + (not moved), after + moved
    assert before > 15
    assert after > 15
    assert git("fsck", "--strict", "--no-dangling") == ""


def git_that(folder: Path, does: str) -> str:
    """A PATH with a git that does something else than ``update-ref``."""
    git = folder / "bin" / "git"
    git.parent.mkdir()
    script = f'#!/bin/sh\ngit={shutil.which("git")}\ncase "$*" in *update-ref*) {does};; *) exec "$git" "$@";; esac\n'
    git.write_text(script, encoding="utf-8")
    git.chmod(0o755)
    return f"{git.parent}{os.pathsep}{os.environ['PATH']}"


def test_a_branch_that_moved_though_git_says_otherwise_has_moved(
    repository: Repository, act: Run, git: Run, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act({"a": b"a"})
    with monkeypatch.context() as patched:
        patched.setenv("PATH", git_that(tmp_path, '"$git" "$@"; exit 1'))
        made = act({"a": b"b"})
    assert repository.tip() == made
    assert files(top) == {"a": b"b"}
    assert_sound(repository, git)


def test_a_persons_edits_between_a_kill_and_the_next_command_stay(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act(START)
    assert killed(top, "installing") == 9
    (top / "update").write_bytes(b"edited")
    (top / "made/1").mkdir()
    (top / "made/1/客户").write_bytes(b"mine")
    (top / ".git/index.lock").unlink()
    git("add", "update")
    with writing(repository, 5):
        pass
    assert files(top) == {"update": b"edited", "made/1/客户": b"mine", "same": b"same"}
    assert git("status", "--porcelain") == " M made/1/客户\nM  update"
    assert leftovers(repository) == []


def test_what_a_later_commit_changed_is_not_brought_back(repository: Repository, act: Run, git: Run, top: Path) -> None:
    act(START)
    assert killed(top, "installing") == 9
    (top / ".git/index.lock").unlink()
    git("reset", "-q", "--hard")
    (top / "update").write_bytes(START["update"] or b"")
    git("commit", "-qam", "a person's commit, taking one change back")
    with writing(repository, 5):
        pass
    assert files(top) == {"update": b"0", "made/1/客户": b"x", "same": b"same"}
    assert_sound(repository, git)


def test_what_is_unfinished_waits_until_the_work_tree_is_on_main_again(
    repository: Repository, act: Run, git: Run, top: Path
) -> None:
    act(START)
    git("branch", "other")
    assert killed(top, "installing") == 9
    (top / ".git/index.lock").unlink()
    git("switch", "-q", "other")
    with pytest.raises(DetachedHead), writing(repository, 5):
        pass
    git("switch", "-q", "main")
    with writing(repository, 5):
        pass
    assert files(top) == {"update": b"1", "made/1/客户": b"x", "same": b"same"}
    assert_sound(repository, git)


def test_a_git_that_outlives_its_command_is_waited_for(
    repository: Repository, act: Run, git: Run, top: Path, tmp_path: Path
) -> None:
    """The command is killed while git moves the branch; who comes next must not forget the journal before git is done."""
    act(START)
    tip = repository.tip()
    os.mkfifo(tmp_path / "go")
    path = git_that(tmp_path, f'kill -9 $PPID; read go <{tmp_path}/go; exec "$git" "$@"')
    assert killed(top, "never", path) == -signal.SIGKILL

    def next_command() -> None:
        with writing(repository, 5):
            pass

    following = threading.Thread(target=next_command)
    following.start()
    following.join(0.3)
    assert following.is_alive()
    (tmp_path / "go").write_text("go\n", encoding="ascii")
    following.join()
    assert repository.tip() != tip
    assert files(top) == {"update": b"1", "made/1/客户": b"x", "same": b"same"}
    assert_sound(repository, git)
