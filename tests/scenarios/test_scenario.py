"""The runner itself, with a program that only pretends: each promise of the format, and that a broken one is told."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from program import Answer, Program
from scenarios.scenario import Call, Scenario, Unreadable, Write, parse, play

DAY = """# A file is lent and comes back
# language: zh
# today: 2026-03-02T10:00

# The first remark.
$ archivectl init archive --office SH
made…archive
second line

write lists/new.csv <<END
name
$NAME is not filled in

END
@li.na$ LOAN = archivectl --json lend 1 --to "王 伟" | loan
$ archivectl return $LOAN
[3]
refused

git log --oneline
init
"""


class Pretender:
    """A program that repeats its words, keeps what it was called with, and knows four commands."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[str, ...], dict[str, str]]] = []
        self.findings = 0

    def __call__(self, args: Sequence[str], environment: Mapping[str, str], cwd: Path, stdin: str) -> Answer:
        self.calls.append((tuple(args), dict(environment)))
        assert stdin == ""
        if args[0] == "init":
            archive = cwd / "archive"
            archive.mkdir()
            archive.joinpath("archive.yaml").touch()
            identity = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
            for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "init"]):
                subprocess.run(["git", *command], cwd=archive, env={**os.environ, **identity}, check=True)
            return Answer(0, "made the archive\n", "second   line\n")
        if args[0] == "--json":
            return Answer(0, json.dumps({"loan": "JY-1", "args": args}), "")
        if args[0] == "check":
            return Answer(self.findings, "", "")
        return Answer(3 if args[0] == "return" else 0, "", f"refused {' '.join(args)}\n")


@pytest.fixture
def pretender() -> Pretender:
    return Pretender()


@pytest.fixture
def program(tmp_path: Path, pretender: Pretender) -> Program:
    return Program(pretender, tmp_path, {"ARCHIVECTL_HOME": str(tmp_path / "home")})


def test_a_scenario_is_read_as_it_is_written() -> None:
    assert parse(DAY) == Scenario(
        "A file is lent and comes back",
        {"language": "zh", "today": "2026-03-02T10:00"},
        (
            Call(6, "archivectl", "init archive --office SH", answer=("made…archive", "second line")),
            Write(10, "lists/new.csv", "name\n$NAME is not filled in\n\n"),
            Call(15, "archivectl", '--json lend 1 --to "王 伟"', member="li.na", variable="LOAN", key="loan"),
            Call(16, "archivectl", "return $LOAN", answer=("refused",), status=3),
            Call(20, "git", "log --oneline", answer=("init",)),
        ),
    )


def test_a_scenario_is_played_as_it_is_written(program: Program, pretender: Pretender) -> None:
    play(parse(DAY), program)
    words = [args for args, _ in pretender.calls]
    assert words[1:] == [("--json", "lend", "1", "--to", "王 伟"), ("return", "JY-1"), ("check",), ("verify",)]
    settings = {
        "ARCHIVECTL_HOME": str(program.folder / "home"),
        "ARCHIVECTL_ARCHIVE": str(program.folder / "archive"),
        "ARCHIVECTL_LANG": "zh",
        "ARCHIVECTL_TODAY": "2026-03-02T10:00",
    }
    assert [environment for _, environment in pretender.calls] == [
        {**settings, "ARCHIVECTL_MEMBER": "li.na"} if number == 1 else settings for number in range(5)
    ]
    assert (program.folder / "lists" / "new.csv").read_text(encoding="utf-8") == "name\n$NAME is not filled in\n\n"


def test_another_machine_has_an_archive_and_a_home_of_its_own(program: Program, pretender: Pretender) -> None:
    play(parse("# T\n\n@li.na:b$ archivectl todo\n@:b$ archivectl list\n$ archivectl todo\n"), program)
    told = [{name: known.get(f"ARCHIVECTL_{name}") for name in ("MEMBER", "ARCHIVE", "HOME")} for _, known in pretender.calls]
    there = {"ARCHIVE": str(program.folder / "b/archive"), "HOME": str(program.folder / "b/home")}
    here = {"ARCHIVE": str(program.folder / "archive"), "HOME": str(program.folder / "home")}
    assert told == [{"MEMBER": "li.na", **there}, {"MEMBER": None, **there}, {"MEMBER": None, **here}]


def test_what_another_machine_leaves_behind_is_judged(program: Program, pretender: Pretender) -> None:
    pretender.findings = 1
    (program.folder / "b/archive").mkdir(parents=True)
    (program.folder / "b/archive/archive.yaml").touch()
    with pytest.raises(AssertionError, match="leaves behind"):
        play(parse("# T\n\n@:b$ archivectl todo\n"), program)


def test_english_is_spoken_and_the_day_is_open_unless_a_header_says_otherwise(program: Program, pretender: Pretender) -> None:
    play(parse("# T\n\n$ archivectl todo\n"), program)
    assert pretender.calls[0][1]["ARCHIVECTL_LANG"] == "en"
    assert "ARCHIVECTL_TODAY" not in pretender.calls[0][1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("refused todo", None),
        ("ref…todo", None),
        ("refused\ntodo", None),
        ("re", None),
        ("todo\nrefused", "after the one before it"),
        ("refused\nrefused", "after the one before it"),
        ("accepted", "no 'accepted'"),
        ("refused.todo", "no 'refused.todo'"),
        ("[3]", "exit status 0 instead of 3"),
    ],
)
def test_an_answer_has_every_fragment_in_order(program: Program, answer: str, told: str | None) -> None:
    scenario = parse(f"# T\n\n$ archivectl todo\n{answer}\n")
    if told is None:
        play(scenario, program)
    else:
        with pytest.raises(AssertionError, match="line 3: archivectl todo") as failure:
            play(scenario, program)
        assert told in str(failure.value)


def test_an_ellipsis_stays_within_its_line(program: Program) -> None:
    with pytest.raises(AssertionError, match="no 'made…line'"):
        play(parse("# T\n\n$ archivectl init\nmade…line\n"), program)


@pytest.mark.parametrize(
    ("line", "told"), [("git no-such-command", "exit status 1 instead of 0"), ("git log\nlater", "no 'later'")]
)
def test_a_failing_git_fails_the_scenario(program: Program, line: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        play(parse(f"# T\n\n$ archivectl init\n\n{line}\n"), program)


@pytest.mark.parametrize(
    ("header", "findings", "passes"),
    [
        ("", 0, True),
        ("", 1, False),
        ("# leaves: findings\n", 1, True),
        ("# leaves: findings\n", 0, False),
        ("# leaves: findings\n", 4, False),
    ],
)
def test_the_archive_left_behind_is_judged(
    program: Program,
    pretender: Pretender,
    header: str,
    findings: int,
    passes: bool,  # noqa: FBT001 - a table
) -> None:
    pretender.findings = findings
    scenario = parse(f"# T\n{header}\n$ archivectl init\n")
    if passes:
        play(scenario, program)
    else:
        with pytest.raises(AssertionError, match="leaves behind"):
            play(scenario, program)


def test_what_lies_uncommitted_fails_the_scenario(program: Program) -> None:
    with pytest.raises(AssertionError, match=r"uncommitted: .*stray\.txt"):
        play(parse("# T\n\n$ archivectl init\n\nwrite archive/stray.txt <<END\nEND\n"), program)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: a scenario begins with its title"),
        ("$ archivectl todo\n", "1: a scenario begins with its title"),
        ("# T\n# langauge: zh\n", "2: there is no header langauge"),
        ("# T\n# language: fr\n", "2: there is no header language: fr"),
        ("# T\n\n# today: 2026-03-02\n", "3: a header stands right below the title"),
        ("# T\n\nrefused\n", "3: neither a command nor below one: refused"),
        ("# T\n\n$ ls\n", r"3: neither a command nor below one: \$ ls"),
        ("# T\n\n$ archivectl todo\n@li.na$ archivctl list\n", "4: neither a command"),
        ("# T\n\n$ archivectl todo\ngit log\n", "3: put an empty line between"),
        ("# T\n\n$ archivectl todo\n[1]\n[2]\n", "3: a command has one exit status"),
        ("# T\n\n$ LOAN = archivectl --json lend 1\n", "3: which key of the answer is LOAN"),
        ("# T\n\nwrite a.csv <<END\nname\n", "3: a.csv has no line END to end it"),
    ],
)
def test_a_scenario_that_is_not_well_written_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        parse(text)


@pytest.mark.parametrize("lines", ["$ archivectl return $LOAN\n", "$ archivectl todo\n$LOAN\n"])
def test_a_variable_that_nothing_has_set_is_refused(program: Program, lines: str) -> None:
    with pytest.raises(Unreadable, match=r"3: nothing has set \$LOAN"):
        play(parse(f"# T\n\n{lines}"), program)
