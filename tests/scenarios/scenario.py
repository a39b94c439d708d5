"""A day in the archive as a readable text: what is typed and what is answered, played from beginning to end.

A scenario is a file ``<name>.txt`` beside this one; adding a file adds a test. It begins with its title and, as needed, headers::

    # A file is lent and comes back
    # language: zh                   the program answers in Chinese (default: en)
    # today: 2026-03-02T10:00        the date and time it takes for today's
    # leaves: findings               `check` or `verify` has something to say at the end

Then follow its steps. A step with an answer ends at an empty line or at the next ``$``; every other kind of line needs an
empty line before it.

``$ archivectl show SH-000001``
    calls the program in the scenario's own folder; words are split as a shell does. The archive of all commands is the folder
    ``archive``, ``ARCHIVECTL_HOME`` is the folder ``home``.
``@li.na$ archivectl show SH-000001``
    the same, by that member.
``@li.na:office2$ archivectl show SH-000001``, ``@:office2$ …``
    the same on another machine, by that member or by who acts there: its archive is the folder ``office2/archive``,
    its ``ARCHIVECTL_HOME`` the folder ``office2/home``.
``$ LOAN = archivectl --json lend SH-000001 --to 王伟 --purpose 核对 | loan``
    keeps the key ``loan`` of the JSON answer as ``$LOAN`` for every later command and answer.
``git log --oneline``
    calls git in the first machine's archive, as somebody who is no member.
``write customers.csv <<END`` … ``END``
    makes a file of the lines between.
``# …``
    a remark.

The lines below a command are fragments of its answer: each must stand in its output (stdout, then stderr) after the one before
it. ``…`` in a fragment is any text within the line, one space is any white space within it. A line ``[3]`` is the exit status;
without one it must be 0.

After the last step of a scenario that made an archive, ``check`` and ``verify`` find nothing and ``git status`` is clean, on each
machine.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from program import Answer, Program

HEADER = re.compile(r"# (?P<name>[a-z]+): (?P<value>.+)")
HEADERS: dict[str, set[str]] = {"language": {"en", "zh"}, "leaves": {"findings"}, "today": set()}
PROMPT = re.compile(r"(@\S+)?\$ ")
COMMAND = re.compile(
    r"(?:@(?P<member>[^\s:]*)(?::(?P<machine>\S+))?)?\$ (?:(?P<variable>[A-Z][A-Z0-9_]*) = )?archivectl(?: (?P<words>.*))?"
)
WRITE = re.compile(r"write (?P<name>\S+) <<(?P<end>\S+)")
STATUS = re.compile(r"\[(\d+)\]")
VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
NOT_AN_ANSWER = re.compile(r"# |git |write ")
STRANGER = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "A Stranger", "EMAIL": "stranger@example.com"}.items()
}


class Unreadable(ValueError):
    """A scenario that is not written as the format wants it."""


@dataclass(frozen=True, slots=True)
class Write:
    """A file to make in the scenario's folder."""

    line: int
    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of archivectl or git, and what must come of it."""

    line: int
    program: str
    words: str
    member: str | None = None
    variable: str = ""
    key: str = ""
    answer: tuple[str, ...] = ()
    status: int = 0
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A title, headers, and steps in order."""

    title: str
    headers: dict[str, str]
    steps: tuple[Write | Call, ...]


def parse(text: str) -> Scenario:
    """The scenario that a text tells; ``Unreadable`` names the line that is wrong."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith("# "):
        raise Unreadable("1: a scenario begins with its title: # A file is lent and comes back")
    headers, first = {}, 1
    while first < len(lines) and (header := HEADER.fullmatch(lines[first])):
        name, value = header["name"], header["value"]
        if name not in HEADERS or (HEADERS[name] and value not in HEADERS[name]):
            raise Unreadable(f"{first + 1}: there is no header {name}: {value}")
        headers[name] = value
        first += 1
    return Scenario(lines[0].removeprefix("# "), headers, tuple(_steps(lines, first)))


def _steps(lines: list[str], at: int) -> Iterator[Write | Call]:
    while at < len(lines):
        line = lines[at]
        if (header := HEADER.fullmatch(line)) and header["name"] in HEADERS:
            raise Unreadable(f"{at + 1}: a header stands right below the title: {line}")
        if not line or line.startswith("#"):
            at += 1
        elif write := WRITE.fullmatch(line):
            if write["end"] not in lines[at:]:
                raise Unreadable(f"{at + 1}: {write['name']} has no line {write['end']} to end it")
            end = lines.index(write["end"], at)
            yield Write(at + 1, write["name"], "".join(f"{each}\n" for each in lines[at + 1 : end]))
            at = end + 1
        else:
            end = next((each for each in range(at + 1, len(lines)) if not lines[each] or PROMPT.match(lines[each])), len(lines))
            yield _answered(_call(at + 1, line), lines[at + 1 : end])
            at = end


def _call(number: int, line: str) -> Call:
    if line.startswith("git "):
        return Call(number, "git", line.removeprefix("git "))
    if not (command := COMMAND.fullmatch(line)):
        raise Unreadable(f"{number}: neither a command nor below one: {line}")
    words, bar, key = (command["words"] or "").rpartition(" | ") if command["variable"] else (command["words"] or "", "", "")
    if command["variable"] and not bar:
        raise Unreadable(f"{number}: which key of the answer is {command['variable']}? End the line with: | key")
    variable, machine = command["variable"] or "", command["machine"] or ""
    return Call(number, "archivectl", words, command["member"] or None, variable, key.strip(), machine=machine)


def _answered(call: Call, lines: list[str]) -> Call:
    if wrong := [line for line in lines if NOT_AN_ANSWER.match(line)]:
        raise Unreadable(f"{call.line}: put an empty line between this command and: {wrong[0]}")
    statuses = [int(found[1]) for line in lines if (found := STATUS.fullmatch(line))]
    if len(statuses) > 1:
        raise Unreadable(f"{call.line}: a command has one exit status, not {statuses}")
    return replace(call, answer=tuple(line for line in lines if not STATUS.fullmatch(line)), status=sum(statuses))


def play(scenario: Scenario, program: Program) -> None:
    """Play a scenario in the program's folder; an ``AssertionError`` tells the line and the whole answer."""
    settings = {"ARCHIVECTL_LANG": scenario.headers.get("language", "en")}
    if "today" in scenario.headers:
        settings["ARCHIVECTL_TODAY"] = scenario.headers["today"]
    program = replace(program, environment={**program.environment, **settings})
    machines = dict.fromkeys(["", *(step.machine for step in scenario.steps if isinstance(step, Call))])
    programs = {machine: _on(program, machine) for machine in machines}
    variables: dict[str, str] = {}
    for step in scenario.steps:
        if isinstance(step, Write):
            path = program.folder / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.content, encoding="utf-8", newline="\n")
            continue
        words = shlex.split(_filled(step, step.words, variables))
        here = programs[step.machine]
        answer = _git(here, *words) if step.program == "git" else here(*words, member=step.member)
        _compare(step, answer, variables)
        if step.variable:
            variables[step.variable] = str(answer.json[step.key])
    for here in programs.values():
        if (Path(here.environment["ARCHIVECTL_ARCHIVE"]) / "archive.yaml").exists():
            _judge(scenario, here)


def _on(program: Program, machine: str) -> Program:
    """The program on one of the machines; the first has no name."""
    folder = program.folder / machine
    home = {"ARCHIVECTL_HOME": str(folder / "home")} if machine else {}
    return replace(program, environment={**program.environment, "ARCHIVECTL_ARCHIVE": str(folder / "archive"), **home})


def _filled(call: Call, text: str, variables: dict[str, str]) -> str:
    unknown = [name for name in VARIABLE.findall(text) if name not in variables]
    if unknown:
        raise Unreadable(f"{call.line}: nothing has set ${unknown[0]}")
    return VARIABLE.sub(lambda name: variables[name[1]], text)


def _git(program: Program, *words: str) -> Answer:
    environment = {**os.environ, **program.environment, **STRANGER}
    command = ["git", "-C", program.environment["ARCHIVECTL_ARCHIVE"], *words]
    ended = subprocess.run(command, cwd=program.folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    return Answer(ended.returncode, ended.stdout, ended.stderr)


def _compare(call: Call, answer: Answer, variables: dict[str, str]) -> None:
    told = f"line {call.line}: {call.program} {call.words}\n[{answer.status}]\n{answer.out}{answer.err}"
    assert answer.status == call.status, f"exit status {answer.status} instead of {call.status}: {told}"
    output, at = answer.out + answer.err, 0
    for fragment in call.answer:
        parts = (re.escape(part) for part in _filled(call, fragment, variables).split("…"))
        found = re.compile(".*?".join(parts).replace(r"\ ", r"[^\S\n]+")).search(output, at)
        assert found, f"no {fragment!r}{' after the one before it' if at else ''}: {told}"
        at = found.end()


def _judge(scenario: Scenario, program: Program) -> None:
    answers = {name: program(name) for name in ("check", "verify")}
    statuses = {answer.status for answer in answers.values()}
    wanted = {"findings": ({1}, {0, 1})}.get(scenario.headers.get("leaves", ""), ({0},))
    assert statuses in wanted, f"the archive that {scenario.title!r} leaves behind: {answers}"
    left = _git(program, "status", "--porcelain")
    assert (left.status, left.out) == (0, ""), f"uncommitted: {left}"
