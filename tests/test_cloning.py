"""Cloning: another machine knows the archive by its fingerprint, judges all of it, and keeps nothing that does not belong."""

import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from archivectl import cloning
from archivectl.members.home import Home
from archivectl.store import cloning as store
from machines import connect, git, second
from office import Office
from program import Program
from project import ROOT

FIRM = ("create", "--subject", "organisation", "--set", "name=甲公司")


@pytest.fixture
def shared(office: Office) -> Office:
    """An office with one file, which somebody opened, a keyring remote, and a git remote that has all of it."""
    (office.run.folder / "nas").mkdir()
    for words in (
        FIRM,
        ("add", "1", "contact", "name=张三"),
        ("show", "1", "--reveal", "--purpose", "核对"),
        ("key", "remote", "add", "nas", str(office.run.folder / "nas")),
    ):
        assert office.run(*words).status == 0
    connect(office)
    git(office.archive, "push", "--quiet", "--no-verify", "origin", "access-log")
    return office


@pytest.fixture
def elsewhere(shared: Office) -> Program:
    """The program on a machine that knows nothing yet."""
    (shared.run.folder / "there").mkdir()
    known = {key: value for key, value in shared.run.environment.items() if key != "ARCHIVECTL_ARCHIVE"}
    home = str(shared.run.folder / "new home")
    return replace(shared.run, folder=shared.run.folder / "there", environment={**known, "ARCHIVECTL_HOME": home})


def hub(office: Office) -> str:
    return str(office.run.folder / "hub.git")


def identity(office: Office) -> str:
    with office.acting() as archive:
        return archive.id


def fingerprint(office: Office) -> str:
    return office.home.pin(identity(office)).fingerprint


def there(run: Program) -> list[str]:
    return sorted(path.name for path in run.folder.iterdir())


def stranger(folder: Path, *paths: str) -> None:
    """Push what lies in a folder as somebody who is no member."""
    git(folder, "add", "--", *paths)
    git(folder, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "x")
    git(folder, "push", "--quiet", "--no-verify", "origin", "HEAD:main")


def test_a_clone_is_the_whole_archive_judged_and_set_up(shared: Office, elsewhere: Program) -> None:
    done = elsewhere("clone", hub(shared), "--trust", fingerprint(shared).upper(), "--json")
    assert done.status == 0, done.err
    folder = elsewhere.folder / "hub"
    commits = int(git(folder, "rev-list", "--count", "main"))
    known: dict[str, object] = {
        "folder": "hub",
        "fingerprint": fingerprint(shared),
        "got": "given",
        "member": None,
        "findings": [],
    }
    assert done.json == {**known, "archive": identity(shared), "commits": commits}
    assert git(folder, "rev-parse", "main", "access-log") == git(shared.archive, "rev-parse", "main", "access-log")
    assert git(folder, "status", "--porcelain", "--branch") == "## main...origin/main\n"
    assert elsewhere("-C", "hub", "list", "--json").json[0]["name"] == "甲公司"
    verified = elsewhere("-C", "hub", "verify")
    assert (verified.status, "0 of them now" in verified.out, "access log" in verified.err) == (0, True, False)
    assert elsewhere("-C", "hub", "check").status == 0
    assert {path.name for path in (folder / ".git/hooks").iterdir()} == {"pre-commit", "commit-msg", "pre-push"}
    for setting in ("core.quotePath", "core.autocrlf", "merge.renames"):
        assert git(folder, "config", "--local", setting) == "false\n"


def test_what_comes_next_is_said(shared: Office, elsewhere: Program) -> None:
    told = elsewhere("clone", hub(shared), "--trust", fingerprint(shared)).out
    assert all(command in told for command in ("member request HANDLE", "member add --from FILE", "key remote add nas FOLDER"))


@pytest.mark.parametrize("words", [(), ("--yes",), ("--json",)])
def test_nobody_trusts_an_unknown_archive_without_having_looked_at_the_sheet(
    shared: Office, elsewhere: Program, words: tuple[str, ...]
) -> None:
    done = elsewhere("clone", hub(shared), *words)
    told = done.out + done.err
    assert (done.status, "recovery sheet" in told, fingerprint(shared) in told) == (3, True, False)
    assert there(elsewhere) == []
    assert not Path(elsewhere.environment["ARCHIVECTL_HOME"]).exists()


def at_a_terminal(run: Program, answer: str, *words: str) -> tuple[int, str]:
    """The program at a terminal where a person answers its question; how it ended, and what was shown."""
    own, other = pty.openpty()
    command = [sys.executable, "-m", "archivectl", *words]
    with subprocess.Popen(
        command, env={**os.environ, **run.environment, "PYTHONPATH": str(ROOT)}, stdin=other, stdout=other, stderr=other,
        start_new_session=True, cwd=run.folder,
    ) as process:  # fmt: skip
        os.close(other)
        seen = b""
        try:
            while chunk := os.read(own, 4096):
                seen += chunk
                if seen.endswith(b"[y/N] "):
                    os.write(own, f"{answer}\n".encode())
        except OSError:  # the other end is closed
            pass
        status = process.wait()
    os.close(own)
    return status, seen.decode()


@pytest.mark.parametrize(
    ("answer", "option", "status", "left"), [("y", "--yes", 0, ["new"]), ("n", "--yes", 3, []), ("y", "--json", 3, [])]
)
def test_at_a_terminal_the_fingerprint_is_shown_and_a_person_decides(
    shared: Office, elsewhere: Program, answer: str, option: str, status: int, left: list[str]
) -> None:
    ended, shown = at_a_terminal(elsewhere, answer, "clone", hub(shared), "new", option)
    assert (ended, fingerprint(shared) in shown, there(elsewhere)) == (status, option == "--yes", left)
    if left:
        pin = Home(Path(elsewhere.environment["ARCHIVECTL_HOME"])).pin(identity(shared))
        assert (pin.got, pin.fingerprint, pin.main) == (
            "first-use",
            fingerprint(shared),
            git(shared.archive, "rev-parse", "main").strip(),
        )


def test_what_does_not_begin_with_the_fingerprint_is_not_kept(shared: Office, elsewhere: Program) -> None:
    done = elsewhere("clone", hub(shared), "--trust", "f" * 64)
    assert (done.status, there(elsewhere)) == (3, [])


def test_what_cannot_be_a_fingerprint_is_refused_before_anything_is_fetched(elsewhere: Program) -> None:
    done = elsewhere("clone", "/nowhere", "--trust", "3f7a")
    assert (done.status, "is no fingerprint" in done.err) == (2, True)


def test_an_archive_that_this_machine_knows_needs_no_fingerprint_and_takes_no_other(shared: Office) -> None:
    done = shared.run("clone", hub(shared), "again", "--json")
    assert (done.status, done.json["got"]) == (0, "made-here")
    refused = shared.run("clone", hub(shared), "third", "--trust", "f" * 64)
    assert (refused.status, (shared.run.folder / "third").exists()) == (3, False)


def test_a_forged_archive_of_the_same_id_is_not_kept(shared: Office) -> None:
    forged = shared.run.folder / "forged"
    shutil.copytree(shared.archive, forged, ignore=shutil.ignore_patterns(".git"))
    git(shared.run.folder, "init", "--quiet", "--initial-branch=main", str(forged))
    git(forged, "add", ".")
    git(forged, "commit", "--quiet", "-m", "archive.init: a new archive")
    for words in ((), ("--trust", fingerprint(shared))):
        refused = shared.run("clone", str(forged), "new", *words)
        assert (refused.status, "another archive, or forged" in refused.err) == (3, True)
        assert not (shared.run.folder / "new").exists()


def no_archive(office: Office, what: str) -> str:
    folder = office.run.folder / "other.git"
    if what == "nothing":
        git(office.run.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(folder))
    elif what == "something else":
        git(office.run.folder, "init", "--quiet", "--initial-branch=main", str(folder))
        git(folder, "commit", "--quiet", "--allow-empty", "-m", "x")
    elif what == "shallow":
        git(office.run.folder, "clone", "--quiet", "--depth=1", f"file://{hub(office)}", str(folder))
    return str(folder)


@pytest.mark.parametrize(
    ("what", "status", "told"),
    [
        ("nothing", 3, "no archive there"),
        ("something else", 3, "no archive there"),
        ("shallow", 3, "git fetch --unshallow"),
        ("away", 4, "git ls-remote"),
    ],
)
def test_what_is_no_whole_archive_is_not_kept(shared: Office, elsewhere: Program, what: str, status: int, told: str) -> None:
    done = elsewhere("clone", no_archive(shared, what), "new", "--trust", fingerprint(shared))
    assert (done.status, told in done.err, there(elsewhere)) == (status, True, []), done.err


@pytest.mark.parametrize("text", ["x: 1\n", "x: [\n"])
@pytest.mark.parametrize("path", ["members/li.na.yaml", "archive.yaml"])
def test_an_archive_whose_newest_commit_opens_nothing_is_not_kept(
    shared: Office, elsewhere: Program, path: str, text: str
) -> None:
    (shared.archive / path).write_text(text, "utf-8")
    known = fingerprint(second(shared))
    stranger(shared.archive, path)
    done = elsewhere("clone", hub(shared), "--trust", known)
    assert (done.status, "git revert" in done.err, there(elsewhere)) == (4, True, []), done.err


def test_a_folder_that_holds_something_is_left_alone(shared: Office, elsewhere: Program) -> None:
    (elsewhere.folder / "new").mkdir()
    (elsewhere.folder / "new/letter.txt").touch()
    assert elsewhere("clone", hub(shared), "new", "--trust", fingerprint(shared)).status == 3
    assert [path.name for path in elsewhere.folder.rglob("*")] == ["new", "letter.txt"]


def test_what_breaks_a_rule_is_told_and_stays_to_be_looked_at(shared: Office, elsewhere: Program) -> None:
    path = shared.archive / "customers/SH/0/SH-000001.yaml"
    path.write_text(path.read_text("utf-8").replace("甲公司", "假公司"), "utf-8")
    stranger(shared.archive, "customers")
    done = elsewhere("clone", hub(shared), "new", "--trust", fingerprint(shared), "--json")
    assert (done.status, [finding["rule"] for finding in done.json["findings"]]) == (1, ["verify/signature"])
    assert elsewhere("-C", "new", "list", "--json").json[0]["name"] == "假公司"
    shutil.copytree(shared.home.folder / "identities", Path(elsewhere.environment["ARCHIVECTL_HOME"]) / "identities")
    refused = elsewhere("-C", "new", *FIRM, member="li.na")
    assert (refused.status, "do not stand up to verification" in refused.err) == (3, True)


def test_an_access_log_that_somebody_else_wrote_to_is_told(shared: Office, elsewhere: Program) -> None:
    forger = shared.run.folder / "forger"
    git(shared.run.folder, "clone", "--quiet", "--branch=access-log", hub(shared), str(forger))
    [log] = [path for path in forger.rglob("*.jsonl") if path.is_file()]
    log.write_text("", "utf-8")
    git(forger, "commit", "--quiet", "-am", "x")
    git(forger, "push", "--quiet", "origin", "access-log")
    done = elsewhere("clone", hub(shared), "--trust", fingerprint(shared), "--json")
    assert (done.status, [finding["rule"] for finding in done.json["findings"]]) == (1, ["verify/reads"])


def test_a_remote_without_what_this_machine_verified_is_a_finding_with_both_ids(shared: Office) -> None:
    assert shared.run("update", "1", "--set", "note=新", "--reason", "核对").status == 0
    done = shared.run("clone", hub(shared), "again", "--json")
    assert done.status == 1
    [finding] = done.json["findings"]
    pinned, tip = git(shared.archive, "rev-parse", "main", "origin/main").split()
    assert (pinned in finding["message"], tip in finding["message"], "another copy" in finding["hint"]) == (True, True, True)


@pytest.mark.parametrize(
    ("here", "words", "acts"),
    [
        (("wang.wei",), (), "wang.wei"),
        (("wang.wei", "li.na"), (), None),
        (("wang.wei", "li.na"), ("--member", "wang.wei"), "wang.wei"),
        ((), ("--member", "sun.yan"), "sun.yan"),
        ((), (), None),
    ],
)
def test_who_acts_is_who_is_named_or_whose_keys_are_here_alone(
    shared: Office, elsewhere: Program, here: Sequence[str], words: Sequence[str], acts: str | None
) -> None:
    home = Path(elsewhere.environment["ARCHIVECTL_HOME"])
    for path in (shared.home.folder / "identities").rglob("*.*"):
        if path.stem in here:
            (home / "identities" / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, home / "identities" / path.parent.name)
    done = elsewhere("clone", hub(shared), "new", "--trust", fingerprint(shared), *words, "--json")
    assert (done.status, done.json["member"]) == (0, acts)
    assert Home(home).member(done.json["archive"]) == acts
    name = subprocess.run(
        ["git", "config", "--local", "user.name"], cwd=elsewhere.folder / "new", capture_output=True, text=True, check=False
    )
    assert name.stdout.strip() == {"wang.wei": "王伟", "sun.yan": "孙燕", None: ""}[acts]


def test_the_keys_of_who_left_do_not_act(shared: Office, elsewhere: Program) -> None:
    home = Path(elsewhere.environment["ARCHIVECTL_HOME"])
    shutil.copytree(shared.home.folder / "identities" / identity(shared), home / "identities" / identity(shared))
    for handle in ("sun.yan", "zhao.lei", "chen.jing", "wang.wei"):
        done = shared.run("member", "retire", handle, "--reason", "离职")
        assert done.status == 0, done.err
    git(shared.archive, "push", "--quiet", "--no-verify", "origin", "main")
    assert elsewhere("clone", hub(shared), "--trust", fingerprint(shared), "--json").json["member"] == "li.na"


def test_who_acts_here_already_goes_on_and_that_is_said(shared: Office) -> None:
    done = shared.run("clone", hub(shared), "again", "--member", "wang.wei")
    assert (done.status, "li.na acts" in done.err, "--as wang.wei" in done.err) == (0, True, True)


def test_who_is_no_member_cannot_be_who_acts(shared: Office, elsewhere: Program) -> None:
    done = elsewhere("clone", hub(shared), "new", "--trust", fingerprint(shared), "--member", "wu.lei")
    assert (done.status, "wu.lei" in done.err, there(elsewhere)) == (2, True, [])


def test_hooks_that_git_would_not_call_are_said_and_nothing_else_is_missing(shared: Office, elsewhere: Program) -> None:
    settings = shared.run.folder / "gitconfig"
    settings.write_text("[core]\n\thooksPath = /somewhere\n", "utf-8")
    run = replace(elsewhere, environment={**elsewhere.environment, "GIT_CONFIG_GLOBAL": str(settings)})
    done = run("clone", hub(shared), "new", "--trust", fingerprint(shared))
    assert (done.status, "/somewhere" in done.out, "git-hook install" in done.out) == (0, True, True)
    assert git(run.folder / "new", "config", "--local", "merge.archivectl.driver")


def test_a_machine_that_joins_takes_in_what_comes_with_an_empty_keyring(shared: Office, elsewhere: Program) -> None:
    done = elsewhere("clone", hub(shared), "new", "--trust", fingerprint(shared), "--json")
    home = Home(Path(elsewhere.environment["ARCHIVECTL_HOME"]))
    assert home.keyring(done.json["archive"]).folder.is_dir()
    shutil.rmtree(shared.home.keyring(done.json["archive"]).folder)
    assert shared.run("clone", hub(shared), "again").status == 0
    assert not shared.home.keyring(done.json["archive"]).folder.exists(), "a keyring that was lost is not made anew in silence"


def test_a_repository_named_by_a_folder_is_found_from_the_clone(shared: Office, elsewhere: Program) -> None:
    assert elsewhere("clone", "../hub.git", "new", "--trust", fingerprint(shared)).status == 0
    assert git(elsewhere.folder / "new", "fetch", "--quiet") == ""


def heard() -> None:
    """Let every signal end a process, also where the tests run in the background of a shell or under nohup, which ignore some."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_what_ends_the_program_leaves_nothing_behind(shared: Office, elsewhere: Program, number: signal.Signals) -> None:
    slow = Path(hub(shared)) / "packed-refs"  # git waits for what this says
    slow.unlink(missing_ok=True)
    os.mkfifo(slow)
    environment = {**os.environ, **elsewhere.environment, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "archivectl", "clone", hub(shared), "new", "--trust", fingerprint(shared)],
        env=environment, cwd=elsewhere.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, preexec_fn=heard,  # noqa: PLW1509 - no threads here
    ) as process:  # fmt: skip
        waiting = opened(slow, process)
        assert len(there(elsewhere)) == 1
        process.send_signal(number)
        process.communicate(timeout=60)
    os.close(waiting)
    assert (process.returncode, there(elsewhere)) == (130, [])


def opened(pipe: Path, process: "subprocess.Popen[bytes]") -> int:
    """The end of a pipe that is written to, once somebody reads from the other."""
    while process.poll() is None:
        with suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    pytest.fail("the program ended before it was stopped")


def test_how_far_it_is_is_told(shared: Office) -> None:
    told = list[tuple[str, int, int]]()
    with store.clone(hub(shared), shared.run.folder / "new", (), lambda *step: told.append(step)):
        received = [step[1:] for step in told if step[0] == "Receiving"]
    assert received[-1][0] == received[-1][1] > 1


def test_a_dry_run_says_where_it_would_go_and_fetches_nothing(shared: Office, elsewhere: Program) -> None:
    done = elsewhere("clone", hub(shared), "--dry-run")
    assert (done.status, "hub" in done.out, "nothing was written" in done.err, there(elsewhere)) == (0, True, True, [])
    (elsewhere.folder / "hub").mkdir()
    (elsewhere.folder / "hub/letter.txt").touch()
    assert elsewhere("clone", hub(shared), "--dry-run").status == 3


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("server:archive.git", "archive"),
        ("https://git.example.cn/teams/档案.git/", "档案"),
        ("/mnt/hub", "hub"),
        ("git@server:archive", "archive"),
        ("..", "archive"),
        ("/", "archive"),
    ],
)
def test_a_clone_is_named_after_the_repository(url: str, name: str) -> None:
    assert cloning.named(url) == Path(name)
