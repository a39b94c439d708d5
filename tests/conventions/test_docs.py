"""The papers keep up with the program: every command, link and dependency is accounted for."""

import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from project import ROOT, files

CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)


def read(name: str) -> str:
    """A paper of the project; empty where there is none."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def mentions(papers: str, command: str) -> bool:
    """Whether a paper shows how the command is called, or names it as code."""
    return re.search(rf"archivectl (?:-\S+ )*{re.escape(command)}\b(?!-)|`{re.escape(command)}\b[^`\n]*`", papers) is not None


def broken_links(page: Path) -> Iterator[str]:
    """Relative links of a Markdown page that lead nowhere."""
    for inline, reference in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        target = unquote((inline or reference).split("#")[0])
        if target and not re.match(r"[a-z][a-z0-9+.-]*:", target) and not (page.parent / target).exists():
            yield f"{page.name}: {target}"


def test_every_command_is_in_the_readme_or_in_the_list_of_commands() -> None:
    from archivectl.cli import COMMANDS  # noqa: PLC0415 - the other papers are tested without a command line

    papers = read("README.md") + read("docs/commands.md")
    # git calls the commands of its own name; nobody types them.
    assert [name for name in COMMANDS if not name.startswith("git-") and not mentions(papers, name)] == []


def test_every_relative_link_leads_somewhere() -> None:
    pages = [path for path in files() if path.suffix == ".md"]
    assert pages
    assert [broken for page in pages for broken in broken_links(page)] == []


def test_every_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [line for group in (project["dependencies"], *project["optional-dependencies"].values()) for line in group]
    names = [re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in wanted]
    said = read("CONTRIBUTING.md").lower()
    assert [name for name in names if f"`{name}`" not in said] == []


def test_every_feature_names_a_scenario_or_test_that_is_there() -> None:
    rows = [line for line in read("docs/features.md").splitlines() if line.startswith("| ") and "shown by" not in line]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(rows) > 50
    assert [name for name in named if not (ROOT / ("" if "/" in name else "tests/scenarios") / name).exists()] == []
    assert [row for row in rows if not re.findall(r"`([^`]+)`", row) and "not yet" not in row] == []


def test_the_readme_has_the_test_command_that_ci_runs() -> None:
    assert "\npython -m pip install -q -e '.[test]' && python -m pytest -q -n auto\n" in read("README.md")


@pytest.mark.parametrize(
    ("paper", "known"),
    [
        ("$ archivectl lend 212 --to 王伟", True),
        ("archivectl --json lend 212", True),
        ("use `lend` or `return`", True),
        ("`lend NUMBER --to WHO`", True),
        ("we lend files", False),
        ("archivectl lending", False),
    ],
)
def test_a_mention_is_a_call_or_code(paper: str, known: bool) -> None:  # noqa: FBT001 - a table
    assert mentions(paper, "lend") is known


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "[a](gone.md) [b](page.md#top) [c](https://archive.example/x) `[d](code.md)`\n\n[e]: lost.md\n", encoding="utf-8"
    )
    assert list(broken_links(page)) == ["page.md: gone.md", "page.md: lost.md"]


CALLED = re.compile(r"archivectl(?: --?[a-z-]+(?:[= ][A-Z]+|[= ][a-z]+\.[a-z]+)?+)*+ ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
PROSE = frozenset({"can", "digests", "does", "event", "is", "itself", "makes", "starts", "takes", "that", "tip", "writes"})


@lru_cache
def below(command: str) -> frozenset[str]:
    """The words below a command; none where it has no such."""
    from archivectl.cli import COMMANDS  # noqa: PLC0415 - the other papers are tested without a command line

    app = importlib.import_module(f"archivectl.cli.{COMMANDS[command].module}").APPS[command]
    named = [each.name or each.callback.__name__.replace("_", "-") for each in app.registered_commands]
    return frozenset((*named, *(each.name for each in app.registered_groups))) if len(named) > 1 else frozenset()


def unknown_calls(text: str) -> Iterator[str]:
    """What a text calls the program with that is no command, or no command below one."""
    from archivectl.cli import COMMANDS  # noqa: PLC0415 - the other papers are tested without a command line

    for command, word in CALLED.findall(text):
        words = below(command) if command in COMMANDS else frozenset()
        if command not in COMMANDS.keys() | PROSE or (words and word and word not in words):
            yield f"archivectl {command} {word}".strip()


def test_every_call_in_a_sentence_or_paper_is_of_a_command_that_there_is() -> None:
    sentences = json.loads(read("archivectl/locale/zh.json"))
    papers = [path.read_text(encoding="utf-8") for path in files() if path.suffix == ".md" and "CHANGELOG" not in path.name]
    assert len(sentences) > 1000
    assert [call for text in (*sentences, *sentences.values(), *papers) for call in unknown_calls(text)] == []


def test_a_call_of_nothing_is_found() -> None:
    told = list(unknown_calls("archivectl doctor; archivectl key lend; archivectl --as li.na key share li.na"))
    assert told == ["archivectl doctor", "archivectl key lend"]
