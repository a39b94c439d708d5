"""What is about to leave this machine: names, messages, files and keys, judged by git's own pre-push."""

import subprocess
from pathlib import Path

import pytest

from git_integration.test_hooks import MOBILE, commits, git, put
from office import Office

KEPT = "A mobile number stands in"


@pytest.fixture
def guarded(office: Office, tmp_path: Path) -> Office:
    """An office whose keys have a second copy, with a remote that has what there is so far."""
    folder = tmp_path / "nas"
    folder.mkdir()
    assert office.run("key", "remote", "add", "nas", str(folder)).status == 0
    assert office.run("git-hook", "install").status == 0
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote")], check=True)
    git(office, "remote", "add", "origin", str(tmp_path / "remote"))
    assert (pushed := git(office, "push", "origin", "main")).returncode == 0, pushed.stderr
    return office


def refused(office: Office, *words: str) -> str:
    ended = git(office, "push", "origin", *words)
    assert ended.returncode == 1, ended.stderr
    assert MOBILE not in ended.stderr.replace("To ", "").split("error: failed")[0]
    return ended.stderr


@pytest.mark.parametrize("target", [f"main:tel{MOBILE}", "main:138-0013-8000", f"main:refs/tags/{MOBILE}"])
def test_a_name_that_holds_something_in_clear_is_not_pushed(guarded: Office, target: str) -> None:
    assert KEPT in refused(guarded, target if target.count("refs") else target.replace(":", ":refs/heads/"))


def test_a_name_that_is_to_go_may_go(guarded: Office) -> None:
    git(guarded, "push", "--no-verify", "origin", f"main:refs/heads/tel{MOBILE}")
    assert git(guarded, "push", "origin", f":refs/heads/tel{MOBILE}").returncode == 0


@pytest.mark.parametrize(("text", "message"), [("nothing\n", f"回电 {MOBILE}"), (f"电话 {MOBILE}\n", "x")])
def test_what_was_committed_around_the_hooks_is_not_pushed(guarded: Office, text: str, message: str) -> None:
    before = commits(guarded)
    git(guarded, "switch", "-q", "-c", "draft")
    put(guarded, "README.md", text)
    assert git(guarded, "commit", "--no-verify", "-m", message).returncode == 0
    put(guarded, "README.md", "better\n")
    git(guarded, "commit", "--no-verify", "-m", "y")
    assert KEPT.replace("stands in", "stands") in refused(guarded, "draft")
    assert commits(guarded) == before


def test_a_tag_that_says_something_in_clear_is_not_pushed(guarded: Office) -> None:
    git(guarded, "tag", "-a", "v1", "-m", f"回电 {MOBILE}")
    assert KEPT in refused(guarded, "v1")


def test_values_that_git_kept_are_not_pushed(guarded: Office) -> None:
    git(guarded, "notes", "--ref", "textconv/archivectl", "add", "-m", "x")
    assert "showed in clear" in refused(guarded, "refs/notes/textconv/archivectl")


def test_what_the_remote_has_is_not_judged_again(guarded: Office) -> None:
    put(guarded, "README.md", f"电话 {MOBILE}\n")
    git(guarded, "commit", "--no-verify", "-m", "x")
    git(guarded, "push", "--no-verify", "origin", "main")
    git(guarded, "commit", "--no-verify", "--allow-empty", "-m", "y")
    assert git(guarded, "push", "origin", "main").returncode == 0


def test_a_commit_whose_keys_lie_here_alone_is_not_pushed(guarded: Office, tmp_path: Path) -> None:
    guarded.run("create", "--subject", "person", "--set", "name=张三")
    assert "second-copy" in refused(guarded, "main")
    assert guarded.run("key", "remote", "sync").status == 0
    assert git(guarded, "push", "origin", "main").returncode == 0
    assert (tmp_path / "nas").is_dir()


def test_keys_without_a_second_copy_are_told_once_with_what_helps_here(guarded: Office) -> None:
    for name in ("张三", "李四"):
        guarded.run("create", "--subject", "person", "--set", f"name={name}")
    said = refused(guarded, "main")
    assert said.count("second-copy") == 1
    assert "Keys of 2 files or entries, made in 2 commits, lie on this machine alone." in said
    assert "Give them a second copy: archivectl key remote sync (" in said


def test_without_a_keyring_remote_one_is_to_be_added(office: Office, tmp_path: Path) -> None:
    office.run("git-hook", "install")
    office.run("create", "--subject", "person", "--set", "name=张三")
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote")], check=True)
    git(office, "remote", "add", "origin", str(tmp_path / "remote"))
    assert "Give them a second copy: archivectl key remote add NAME FOLDER" in refused(office, "main")


def test_what_is_committed_already_is_to_be_taken_back_with_its_commit(guarded: Office) -> None:
    git(guarded, "switch", "-q", "-c", "draft")
    put(guarded, "README.md", f"电话 {MOBILE}\n")
    git(guarded, "commit", "--no-verify", "-m", "x")
    first = git(guarded, "rev-parse", "--short=12", "HEAD").stdout.strip()
    put(guarded, "README.md", f"电话 {MOBILE} 张三\n")
    git(guarded, "commit", "--no-verify", "-m", "y")
    assert f"git reset --keep {first}~1" in refused(guarded, "draft")
    assert git(guarded, "reset", "--keep", f"{first}~1").returncode == 0
    assert git(guarded, "push", "origin", "draft").returncode == 0


def test_the_access_log_may_be_pushed(guarded: Office) -> None:
    guarded.run("create", "--subject", "person", "--set", "name=张三")
    guarded.run("show", "1", "--reveal", "--purpose", "核对")
    guarded.run("key", "remote", "sync")
    assert (pushed := git(guarded, "push", "origin", "main", "access-log")).returncode == 0, pushed.stderr
