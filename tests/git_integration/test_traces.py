"""What git keeps beside the files: found wherever it holds something in clear, each with a way to be rid of it."""

import subprocess
from pathlib import Path

import pytest

from git_integration.test_hooks import ID_NUMBER, MOBILE, git, put
from office import Office


def found(office: Office) -> list[tuple[str, str]]:
    answer = office.run("check", "--git", "--json")
    assert all(value not in answer.out for value in (MOBILE, ID_NUMBER))
    assert all(row["hint"] for row in answer.json)
    assert answer.status == (1 if answer.json else 0)
    return [(row["path"], row["message"]) for row in answer.json]


def paths(office: Office) -> set[str]:
    return {path for path, _message in found(office)}


def test_what_the_program_itself_does_leaves_no_trace(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", f"phone={MOBILE}")
    office.run("show", "1", "--reveal", "--purpose", "核对")
    office.run("list", f"phone={MOBILE}")
    assert found(office) == []


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("words", [("branch", f"tel{MOBILE}"), ("tag", "138-0013-8000"), ("branch", f"x/{ID_NUMBER}")])
def test_a_secret_in_the_name_of_a_branch_or_tag(office: Office, words: tuple[str, ...], pack: bool) -> None:  # noqa: FBT001
    git(office, *words)
    if pack:
        git(office, "pack-refs", "--all")
    assert any(path.startswith("refs/") for path in paths(office))


def test_a_secret_in_the_reflog(office: Office) -> None:
    git(office, "update-ref", "-m", f"回电 {MOBILE}", "--create-reflog", "refs/heads/x", "HEAD")
    assert paths(office) == {".git/logs/refs/heads/x"}


def test_a_secret_in_what_was_fetched(office: Office, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(office.archive), str(tmp_path / "other")], check=True)
    subprocess.run(["git", "branch", f"tel{MOBILE}"], cwd=tmp_path / "other", check=True)
    git(office, "fetch", str(tmp_path / "other"), f"tel{MOBILE}")
    assert ".git/FETCH_HEAD" in paths(office)


def test_a_secret_in_a_message_that_was_given_up(office: Office) -> None:
    (office.archive / ".git/COMMIT_EDITMSG").write_text(f"回电 {MOBILE}\n", encoding="utf-8")
    assert paths(office) == {".git/COMMIT_EDITMSG"}


def test_a_secret_in_the_message_of_a_commit_that_only_the_reflog_holds(office: Office) -> None:
    put(office, "README.md", "nothing\n")
    git(office, "commit", "-m", f"回电 {MOBILE}")
    name = git(office, "rev-parse", "--short=12", "HEAD").stdout.strip()
    git(office, "reset", "-q", "--hard", "HEAD~1")
    assert name in paths(office)
    git(office, "reflog", "expire", "--expire=now", "--all")
    git(office, "gc", "-q", "--prune=now")
    assert name not in paths(office)


def test_a_secret_in_the_message_of_a_tag(office: Office) -> None:
    git(office, "tag", "-a", "v1", "-m", f"回电 {MOBILE}")
    assert any("message of a commit or tag" in message for _path, message in found(office))


def test_a_secret_in_the_settings_of_a_clone(office: Office) -> None:
    git(office, "config", "branch.main.description", f"找 {MOBILE}")
    assert paths(office) == {".git/config"}


def test_a_secret_in_a_cache_of_textconv(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    git(office, "config", "diff.archivectl.textconv", f"echo {'138'}00138000; cat")
    git(office, "config", "diff.archivectl.cachetextconv", "true")
    office.run("update", "1", "--set", "note=x", "--reason", "x")
    git(office, "diff", "HEAD~1", "HEAD")
    kept = git(office, "grep", "-c", MOBILE, "refs/notes/textconv/archivectl").stdout
    assert kept  # git did keep it
    assert {"refs/notes/textconv/archivectl", "config"} <= paths(office)


@pytest.mark.parametrize(("value", "told"), [("true", True), ("yes", True), ("false", False)])
def test_a_setting_by_which_git_would_keep_values(office: Office, tmp_path: Path, value: str, told: bool) -> None:  # noqa: FBT001
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[diff "archivectl"]\n\tcachetextconv = {value}\n', encoding="utf-8")
    environment = {**office.run.environment, "GIT_CONFIG_GLOBAL": str(settings)}
    answer = office.run.start(["check", "--git", "--json"], environment, office.archive, "")
    assert bool(answer.json) is told


@pytest.mark.parametrize("place", [".git/worktrees/side/COMMIT_EDITMSG", ".git/COMMIT_EDITMSG"])
def test_a_linked_work_tree_and_its_repository_are_looked_into(office: Office, tmp_path: Path, place: str) -> None:
    git(office, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (office.archive / place).write_text(f"回电 {MOBILE}\n", encoding="utf-8")
    answer = office.run("-C", str(tmp_path / "side"), "check", "--git", "--json")
    assert [row["path"] for row in answer.json] == [place]
