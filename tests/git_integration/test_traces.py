"""What git keeps beside the files: found wherever it holds something in clear, each with a way to be rid of it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
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


def replaced(office: Office) -> None:
    git(office, "replace", "HEAD", "HEAD~1")


def grafted(office: Office) -> None:
    place = office.archive / ".git/info"
    place.mkdir(exist_ok=True)
    (place / "grafts").write_text(git(office, "rev-parse", "HEAD").stdout, encoding="ascii")


@pytest.mark.parametrize("trick", [replaced, grafted])
def test_what_shows_stock_git_another_history_is_told_by_check_and_verify(
    office: Office, trick: Callable[[Office], None]
) -> None:
    assert office.run("verify").status == 0
    trick(office)
    (path,) = paths(office)
    assert path.startswith(("refs/replace/", ".git/info/grafts"))
    answer = office.run("verify", "--json")
    assert (answer.status, [row["path"] for row in answer.json]) == (1, [path])


def test_a_shallow_clone_is_said_to_be_one_and_how_it_is_made_whole(office: Office, tmp_path: Path) -> None:
    fingerprint = next(office.home.folder.glob("trust/*.yaml")).read_text().split("fingerprint: ")[1].split()[0].strip('"')
    office.run("create", "--subject", "person", "--set", "name=张三")
    subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{office.archive}", str(tmp_path / "ci")], check=True)
    there = replace(office.run, environment={**office.run.environment, "ARCHIVECTL_ARCHIVE": str(tmp_path / "ci")})
    for home in ("home", "fresh"):
        run = replace(there, environment={**there.environment, "ARCHIVECTL_HOME": str(tmp_path / home)})
        answer = run("verify", "--trust", fingerprint, "--json")
        assert (answer.status, answer.json["error"]) == (3, "shallow-clone")
        assert "git fetch --unshallow" in answer.json["hint"]
    assert ".git/shallow" in {row["path"] for row in there("check", "--git", "--json").json}
    subprocess.run(["git", "fetch", "-q", "--unshallow"], cwd=tmp_path / "ci", check=True)
    assert run("verify", "--trust", fingerprint).status == 0


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
