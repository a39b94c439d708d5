"""The hooks, called by git itself: what is staged and said is judged, not what lies about; and nothing else is in the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from office import Office
from project import ROOT

MOBILE, ID_NUMBER, CARD = "13800138000", "11010519491231002X", "4111111111111111"


def git(office: Office, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
           {"NAME": "A Stranger", "EMAIL": "stranger@example.com"}.items()}  # fmt: skip
    # What is tested stands in this tree; the program that git finds by name may be another one.
    known = {**os.environ, **who, "ARCHIVECTL_HOME": str(office.home.folder), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(["git", *words], cwd=office.archive, env=known, capture_output=True, encoding="utf-8", check=False)


def put(office: Office, path: str, text: str | bytes, *, stage: bool = True) -> None:
    file = office.archive / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    if stage:
        assert git(office, "add", "--", path).returncode == 0


def commits(office: Office) -> int:
    return int(git(office, "rev-list", "--count", "main").stdout)


@pytest.fixture
def guarded(office: Office) -> Office:
    assert office.run("git-hook", "install").status == 0
    return office


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", f"电话 {MOBILE}\n"),
        ("README.md", f"证号 {ID_NUMBER}\n"),
        ("README.md", f"卡号 {CARD}\n"),
        ("README.md", f"电话 {MOBILE}\n".encode("utf-16")),
        ("README.md", f"电话 {MOBILE}\n".encode("gb18030")),
        (f".github/{MOBILE}.md", "x\n"),
        ("regime/house.yaml", f"note: 找 {MOBILE}\n"),
        ("客户.docx", b"PK\x03\x04"),
        ("customers/SH/0/SH-000001.yaml", "phone: [\n"),
    ],
)
def test_what_holds_something_in_clear_is_not_committed(guarded: Office, path: str, text: str | bytes) -> None:
    before = commits(guarded)
    put(guarded, path, text)
    refused = git(guarded, "commit", "-m", "x")
    assert refused.returncode == 1
    assert commits(guarded) == before
    assert not any(value in refused.stdout + refused.stderr for value in (MOBILE, ID_NUMBER, CARD))


def test_a_sensitive_field_in_clear_is_not_committed(guarded: Office) -> None:
    guarded.run("create", "--subject", "person", "--set", "name=张三")
    path = "customers/SH/0/SH-000001.yaml"
    text = (guarded.archive / path).read_text(encoding="utf-8")
    start = text.index('name: "enc:')
    put(guarded, path, f"{text[:start]}name: 张三\n{text[text.index(chr(10), start) + 1 :]}")
    refused = git(guarded, "commit", "-m", "x")
    assert (refused.returncode, "schema" in refused.stderr) == (1, True)
    assert "张三" not in refused.stderr


def test_the_index_is_judged_and_not_the_folder(guarded: Office) -> None:
    put(guarded, "README.md", f"电话 {MOBILE}\n")
    put(guarded, "README.md", "nothing\n", stage=False)
    assert git(guarded, "commit", "-m", "x").returncode == 1
    put(guarded, "README.md", "nothing\n")
    put(guarded, "README.md", f"电话 {MOBILE}\n", stage=False)
    assert git(guarded, "commit", "-m", "x").returncode == 0


@pytest.mark.parametrize("words", [("commit", "-a", "-m", "x"), ("commit", "-m", "x", "README.md")])
def test_the_index_that_git_makes_for_one_commit_is_judged(guarded: Office, words: tuple[str, ...]) -> None:
    put(guarded, "README.md", "nothing\n")
    git(guarded, "commit", "-m", "x")
    put(guarded, "README.md", f"电话 {MOBILE}\n", stage=False)
    assert git(guarded, *words).returncode == 1


def test_a_link_is_not_committed(guarded: Office) -> None:
    (guarded.archive / "README.md").symlink_to("/etc/passwd")
    git(guarded, "add", "README.md")
    assert git(guarded, "commit", "-m", "x").returncode == 1


@pytest.mark.parametrize("message", [f"回电 {MOBILE}", "subject\n\n138 0013 8000", f"# {ID_NUMBER}"])
def test_a_message_that_holds_something_in_clear_is_refused(guarded: Office, message: str) -> None:
    put(guarded, "README.md", "nothing\n")
    refused = git(guarded, "commit", "-m", message)
    assert refused.returncode == 1
    assert MOBILE not in refused.stderr


def test_what_git_cuts_off_a_message_is_not_judged(guarded: Office, tmp_path: Path) -> None:
    file = tmp_path / "message"
    file.write_text(f"subject\n# ------------------------ >8 ------------------------\n+{MOBILE}\n", encoding="utf-8")
    assert guarded.run("git-hook", "commit-msg", str(file), cwd=guarded.archive).status == 0


def test_a_hook_judges_the_repository_that_calls_it_whatever_the_environment_names(guarded: Office, tmp_path: Path) -> None:
    put(guarded, "README.md", f"电话 {MOBILE}\n")
    assert git(guarded, "commit", "-m", "x", ARCHIVECTL_ARCHIVE=str(tmp_path)).returncode == 1


def test_hooks_are_installed_again_over_ours_and_never_over_others(office: Office) -> None:
    hook = office.archive / ".git/hooks/pre-commit"
    for _time in range(2):
        assert office.run("git-hook", "install").status == 0
    assert os.access(hook, os.X_OK)
    hook.write_text("#!/bin/sh\nmake lint\n", encoding="utf-8")
    (hook.parent / "pre-push").unlink()
    refused = office.run("git-hook", "install")
    assert (refused.status, "git-hook pre-commit" in refused.err) == (3, True)
    assert (hook.read_text(encoding="utf-8"), (hook.parent / "pre-push").exists()) == ("#!/bin/sh\nmake lint\n", False)


def test_hooks_that_git_would_not_call_are_not_installed(office: Office) -> None:
    git(office, "config", "core.hooksPath", "/somewhere")
    refused = office.run("git-hook", "install")
    assert (refused.status, "core.hooksPath" in refused.err) == (3, True)


def test_without_the_program_nothing_is_committed(guarded: Office) -> None:
    put(guarded, "README.md", "nothing\n")
    there = Path(shutil.which("git") or "").parent
    bare = git(guarded, "commit", "-m", "x", PATH=str(there))
    assert bare.returncode == (0 if shutil.which("archivectl", path=str(there)) else 1)


@pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
def test_pre_commit_calls_the_same_hooks(office: Office, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@y.cn", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=hooks, check=True)
    put(office, ".pre-commit-config.yaml", (
        "default_install_hook_types: [pre-commit, commit-msg, pre-push]\n"
        f"repos:\n- repo: {hooks}\n  rev: main\n"
        "  hooks: [{id: archivectl-staged}, {id: archivectl-message}, {id: archivectl-pushed}]\n"))  # fmt: skip
    more = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    subprocess.run(["pre-commit", "install"], cwd=office.archive, env={**os.environ, **more}, check=True, capture_output=True)
    assert git(office, "commit", "-m", "x", **more).returncode == 0
    put(office, "README.md", f"电话 {MOBILE}\n")
    assert git(office, "commit", "-m", "x", **more).returncode == 1
    put(office, "README.md", "nothing\n")
    assert git(office, "commit", "-m", f"回电 {MOBILE}", **more).returncode == 1
    assert git(office, "commit", "-m", "x", **more).returncode == 0
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote")], check=True)
    git(office, "remote", "add", "origin", str(tmp_path / "remote"))
    refused = git(office, "push", "origin", f"main:tel{MOBILE}", **more)
    assert (refused.returncode, "name of a branch" in refused.stdout + refused.stderr) == (1, True)
    assert git(office, "push", "origin", "main", **more).returncode == 0


def test_the_program_that_git_finds_is_the_one_under_test(office: Office) -> None:
    assert shutil.which("archivectl") == str(Path(sys.executable).parent / "archivectl")
    assert office.archive.exists()
