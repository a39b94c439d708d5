"""What a person can do wrong around the program: each ends with its status and one sentence, and shows nothing it should not."""

import ast
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from office import Office
from program import in_a_process
from project import sources

CREATE = ("create", "--subject", "person", "--set", "name=李四", "--set", "phone=13900139000")
REVEAL = ("show", "1", "--reveal", "--purpose", "核对")
FIRM = ("create", "--subject", "organisation", "--set")


def identities(office: Office) -> Path:
    return next(office.home.folder.glob("identities/*"))


def remove_identity(office: Office) -> None:
    for path in identities(office).glob("li.na.*"):
        path.unlink()


def empty_identity(office: Office) -> None:
    identities(office).joinpath("li.na.age").write_bytes(b"")
    identities(office).joinpath("li.na.ssh").write_bytes(b"")


def another_identity(office: Office) -> None:
    for suffix in ("age", "ssh"):
        shutil.copy(identities(office) / f"wang.wei.{suffix}", identities(office) / f"li.na.{suffix}")


def remove_keyring(office: Office) -> None:
    shutil.rmtree(office.home.folder / "keyrings")


def remove_home(office: Office) -> None:
    shutil.rmtree(office.home.folder)


@pytest.mark.parametrize(
    ("damage", "revealing", "creating", "listing"),
    [
        (remove_identity, 5, 5, 0),
        (empty_identity, 5, 5, 0),
        (another_identity, 5, 5, 0),
        (remove_keyring, 5, 4, 0),
        (remove_home, 3, 3, 0),
    ],
)
def test_without_the_right_keys_nothing_is_opened_or_written(
    office: Office, damage: Callable[[Office], None], revealing: int, creating: int, listing: int
) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
    before = sorted(path.name for path in office.archive.rglob("*.yaml"))
    damage(office)
    for words, status in ((REVEAL, revealing), (CREATE, creating), (["list"], listing)):
        answer = office.run(*words)
        assert answer.status == status, words
        assert "张三" not in answer.out + answer.err
        assert len(re.findall("^(?:error|refused): ", answer.err, re.MULTILINE)) == int(status > 0)
        assert answer.err.count("\n") < 4
    assert sorted(path.name for path in office.archive.rglob("*.yaml")) == before


HOSTILE = [
    *("a\x1b[31mb", "a\x1b]0;pwned\x07b", "a\x9bb", "a\u202eb", "a\x08\x08b"),
    *("[bold red]a[/]", "[link=file:///]a", ":smile:", "{a}", "%s"),
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_is_shown_and_never_obeyed(office: Office, name: str) -> None:
    assert office.run(*FIRM, f"name={name}").status == 0
    office.run("lend", "1", "--to", name, "--purpose", name)
    office.run("update", "1", "--set", "note=x", "--reason", name)
    for words in (
        ["show", "1"],
        ["list"],
        ["search", name],
        ["register", "show", "JY-1"],
        ["history", "1"],
    ):
        answer = office.run(*words)
        assert answer.status == 0, words
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", answer.out + answer.err), words
        assert name in answer.out or re.search(r"a\\x[0-9a-f]{2}", answer.out), words
    assert office.run("show", "1", "--json").json["name"] == name
    refused = office.run("show", name)
    assert (refused.status, bool(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", refused.err))) == (2, False)


def test_two_lines_are_no_name(office: Office) -> None:
    assert office.run(*FIRM, "name=a\nb").status == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_is_not_utf8_is_told_and_never_crashes(office: Office, encoding: str) -> None:
    office.run(*FIRM, "name=上海😀")
    environment = {**office.run.environment, "PYTHONIOENCODING": f"{encoding}:strict"}
    answer = replace(office.run, start=in_a_process, environment=environment)("list")
    assert (answer.status, "SH-000001" in answer.out, "PYTHONUTF8" in answer.err) == (0, True, True)


def test_every_error_says_what_helps() -> None:
    silent = [
        f"{module}:{node.name}"
        for module, source in sources().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        and "message" in (stated := {getattr(name, "id", "") for line in node.body for name in getattr(line, "targets", ())})
        and "hint" not in stated
    ]
    assert silent == []
