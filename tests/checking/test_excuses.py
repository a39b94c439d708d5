"""A false alarm of the leak guard: excused by an entry for what was looked at, shown so, and found again when it changes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from archivectl.checking import run
from office import Office

ALARM = "批号 13800138000 的货\n"
HEAD = "# 说明\n"


@pytest.fixture(autouse=True)
def _alarm(office: Office) -> None:
    write(office, HEAD + ALARM)


def write(office: Office, text: str) -> None:
    (office.archive / "README.md").write_text(text, encoding="utf-8")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.cn", "-c", "core.hooksPath=/dev/null")
    for words in (("add", "README.md"), (*who, "commit", "-qm", "x")):
        subprocess.run(["git", *words], cwd=office.archive, check=True, capture_output=True)
    # A stranger's commit would be refused by what follows; here only the tree matters.
    tip = subprocess.run(["git", "rev-parse", "HEAD"], cwd=office.archive, check=True, capture_output=True, text=True)
    with office.acting() as archive:
        archive.home.save_pin(archive.home.pin(archive.id)._replace(main=tip.stdout.strip(), alike=()))


def alarms(office: Office) -> list[tuple[str, int, str | None]]:
    return [(row["path"], row["line"], row["excused"]) for row in office.run("check", "--json").json]


def excuse(office: Office, member: str | None = None) -> int:
    hint = next(row["hint"] for row in office.run("check", "--json").json if not row["excused"])
    words = hint[hint.index("register add") :].split()
    return office.run(*words[:-1], "reason=货物批号", member=member).status


def test_the_hint_is_the_command_that_excuses_it(office: Office) -> None:
    assert alarms(office) == [("README.md", 2, None)]
    assert office.run("check").status == 1
    assert excuse(office) == 0
    assert alarms(office) == [("README.md", 2, "ZR-2026-0001")]
    checked = office.run("check")
    assert (checked.status, "ZR-2026-0001" in checked.out) == (0, True)
    assert "13800138000" not in checked.out


def test_every_format_tells_it_apart(office: Office) -> None:
    excuse(office)
    assert (
        office.run("check", "--format", "sarif").json["runs"][0]["results"][0]["suppressions"][0]["justification"]
        == "ZR-2026-0001"
    )
    assert office.run("check", "--format", "github").out == ""
    assert office.run("check", "--format", "gitlab").json == []
    assert 'failures="0"' in office.run("check", "--format", "junit").out


def test_a_clerk_excuses_nothing(office: Office) -> None:
    assert excuse(office, "wang.wei") == 3
    assert alarms(office) == [("README.md", 2, None)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# 新说明\n\n" + ALARM, [("README.md", 3, "ZR-2026-0001")]),
        (HEAD + "批号 13800138001 的货\n", [("README.md", 2, None)]),
        (HEAD + ALARM + "电话 13800138000\n", [("README.md", 2, "ZR-2026-0001"), ("README.md", 3, None)]),
    ],
)
def test_an_excuse_holds_for_the_lines_that_were_looked_at(
    office: Office, text: str, left: list[tuple[str, int, str | None]]
) -> None:
    assert excuse(office) == 0
    write(office, text)
    assert sorted(alarms(office)) == left


def test_an_excuse_is_good_for_one_file_alone(office: Office) -> None:
    assert excuse(office) == 0
    (office.archive / ".gitignore").write_text(ALARM, encoding="utf-8")
    assert sorted(alarms(office)) == [(".gitignore", 1, None), ("README.md", 2, "ZR-2026-0001")]


def test_without_git_an_excuse_holds_for_the_very_version(office: Office, tmp_path: Path) -> None:
    assert excuse(office) == 0
    bare = tmp_path / "bare"
    shutil.copytree(office.archive, bare, ignore=shutil.ignore_patterns(".git"))
    assert [each.excused for each in run.run(bare, ["README.md"]).excused] == ["ZR-2026-0001"]
    (bare / "README.md").write_text(ALARM, encoding="utf-8")
    assert run.run(bare, ["README.md"]).excused == ()
    assert [each.line for each in run.run(bare, ["README.md"]).findings] == [1]


def test_the_hooks_know_the_excuse_too(office: Office) -> None:
    office.run("git-hook", "install")
    write(office, HEAD)
    (office.archive / "README.md").write_text(HEAD + ALARM, encoding="utf-8")
    subprocess.run(["git", "add", "README.md"], cwd=office.archive, check=True)
    assert office.run("git-hook", "pre-commit", cwd=office.archive).status == 1
    assert excuse(office) == 0
    assert office.run("git-hook", "pre-commit", cwd=office.archive).status == 0
