"""Whole commands beside what a process, git and another checker need for the same, taken by turns in one run."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.members.home import Home
from archivectl.store.repository import Repository
from archivectl.store.transaction import writing
from benchmarks.archives import filled, lent, staffed
from benchmarks.figures import Figure

SMALL, LARGE = 10_000, 100_000
OPEN = 20_000
DESTROYED = 1_000
TURNS = 15
PATIENCE = 2  # seconds after which somebody who watches wants to see a bar
_PROGRAM = Path(sys.executable).with_name("archivectl")
_EVENT = ("retention.events[eAAAAA].event", "retention.events[eAAAAA].date")


def program(*arguments: str, home: Path, archive: Path) -> None:
    subprocess.run([_PROGRAM, *arguments], env=_environment(home, archive), check=True, stdout=subprocess.DEVNULL)


def _environment(home: Path, archive: Path) -> dict[str, str]:
    return {**os.environ, "ARCHIVECTL_HOME": str(home), "ARCHIVECTL_ARCHIVE": str(archive)}


def by_turns(ours: Callable[[], float], rival: Callable[[], float], turns: int = TURNS) -> tuple[float, float]:
    """The medians of both, after one turn that does not count."""
    ours(), rival()
    pairs = [(ours(), rival()) for _turn in range(turns)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def timed(action: Callable[[], object]) -> Callable[[], float]:
    def once() -> float:
        began = time.perf_counter()
        action()
        return time.perf_counter() - began

    return once


def showing(folder: Path) -> list[Figure]:
    """``show`` among 10,000 records beside a process that imports typer and yaml."""
    archive = filled(folder, SMALL)
    show = timed(lambda: program("show", "212", home=folder / "home", archive=archive))
    floor = timed(lambda: subprocess.run([sys.executable, "-c", "import typer, yaml"], check=True))
    return [Figure(f"show, {SMALL:,} records / python -c 'import typer, yaml'", *by_turns(show, floor, 31), 1.6)]


def planning(folder: Path) -> list[Figure]:
    """``todo`` and the retention list among 100,000 records of which 20,000 should have come back and a tenth is due.

    Both beside the start of the program; and a thousand of those that are due destroyed, watched at a terminal.
    """
    archive, home = filled(folder, LARGE, _kept), folder / "home"
    lent(folder, archive, OPEN)
    size = f"{LARGE:,} records, {OPEN:,} open entries"

    def todo() -> None:
        program("--today", "2026-03-20", "todo", home=home, archive=archive)

    def due() -> None:
        program("--today", "2026-03-20", "destroy", "due", home=home, archive=archive)

    todo()  # takes in what the last commit brought
    floor = timed(lambda: program("--version", home=home, archive=archive))
    return [
        Figure(f"todo, {size} / --version", *by_turns(timed(todo), floor, 31), 2.5),
        Figure(f"destroy due, {size} / --version", *by_turns(timed(due), floor, 5), 5, absolute=True),
        *_destroying(folder, archive),
    ]


def _kept(sequence: int) -> dict[str, str]:
    """How long a record is kept: a tenth of them until ten years ago, the others for years to come."""
    ended = "2015-06-30" if sequence % 10 == 0 else "2025-06-30"
    return {"retention.term": "1y" if sequence % 10 == 0 else "5y", **dict(zip(_EVENT, ("contract-ended", ended), strict=True))}


def _destroying(folder: Path, archive: Path) -> list[Figure]:
    """``destroy execute`` of a thousand records that are due and not lent: its time and memory, with its bar on the screen."""
    home = folder / "home"
    staffed(folder, archive)
    numbers = [str(number) for number in range(LARGE, LARGE - 10 * DESTROYED, -10)]
    program("--as", "li.na", "destroy", "propose", *numbers, "--reason", "期满", home=home, archive=archive)
    program("--as", "chen.jing", "approve", "XH-1", home=home, archive=archive)
    for supervisor in ("zhao.lei", "sun.yan"):
        program("--as", supervisor, "destroy", "supervise", "XH-1", home=home, archive=archive)
    floor = _watched("--version", home=home, archive=archive)
    ours = _watched("--as", "li.na", "--yes", "destroy", "execute", "XH-1", home=home, archive=archive)
    if ours["seconds"] > PATIENCE and "%" not in ours["drawn"]:
        raise AssertionError(f"no bar was drawn: {ours['drawn']!r}")
    name = f"destroy execute, {DESTROYED:,} of {LARGE:,} records / --version"
    return [
        Figure(name, ours["seconds"], floor["seconds"], 30, absolute=True),
        Figure(f"memory of {name}", ours["megabytes"], floor["megabytes"], 200, "MB", absolute=True),
    ]


def _watched(*arguments: str, home: Path, archive: Path) -> dict[str, Any]:
    """What ``watched.py`` tells of a command of ours."""
    environment = {**_environment(home, archive), "TERM": "xterm", "COLUMNS": "80"}
    command = [sys.executable, str(Path(__file__).with_name("watched.py")), str(_PROGRAM), *arguments]
    told: dict[str, Any] = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    if told["status"]:
        raise subprocess.CalledProcessError(told["status"], arguments, stderr=told["drawn"])
    return told


def updating(folder: Path) -> list[Figure]:
    """``update`` among 100,000 records, whole and without the process, beside ``git commit -- FILE`` in a copy."""
    archive, home, plain = filled(folder, LARGE), folder / "home", folder / "plain"
    shutil.copytree(archive, plain)
    for name, value in (("user.name", "x"), ("user.email", "x@example.cn")):
        subprocess.run(["git", "-C", plain, "config", name, value], check=True)
    file, count = plain / "customers/SH/0/SH-000778.yaml", iter(range(10**6))
    program("list", "number=SH-000001", home=home, archive=archive)

    def ours() -> None:
        program("update", "777", "--set", f"phone=021-5556 {next(count):04}", "--reason", "benchmark", home=home, archive=archive)

    def rival() -> float:
        file.write_text(file.read_text(encoding="utf-8") + f"# {next(count)}\n", encoding="utf-8")
        return timed(lambda: subprocess.run(["git", "-C", plain, "commit", "-qm", "x", "--", file], check=True))()

    whole = by_turns(timed(ours), rival)
    commit = by_turns(lambda: _act(archive, home, f"021-5557 {next(count):04}"), rival)
    name = f"update, {LARGE:,} records / git commit -qm x -- FILE"
    return [Figure(name, *whole, 1.6), Figure(f"the act and commit of {name}", *commit, 0.5)]


def _act(archive: Path, home: Path, phone: str) -> float:
    """The time from deciding to the moved verified mark, process start and opening apart."""
    with Repository.open(archive) as repository, writing(repository, 10):
        opened = Archive(repository, Home(home), at=datetime.now(UTC), member="li.na")
        opened.index.count()
        return timed(lambda: intake.update(opened, "778", {"phone": phone}, [], "benchmark"))()


def checking(folder: Path) -> list[Figure]:
    """``check`` of 10,000 records, cold, beside check-jsonschema on the same files and schema."""
    rival = shutil.which("check-jsonschema")
    if rival is None:
        print("check-jsonschema is not installed: python -m pip install '.[bench]'")
        return []
    contact = {"name": "赵六", "position": "采购经理", "phone": "13800138000"}
    told = {f"contacts[cAAAAA].{field}": value for field, value in contact.items()}
    archive = filled(folder, SMALL, lambda _sequence: told)
    files = [str(path) for path in sorted((archive / "customers").rglob("*.yaml"))]
    schema = archive / "schemas/customer.schema.json"
    check = timed(lambda: program("check", home=folder / "home", archive=archive))
    ours = statistics.median(check() for _turn in range(5))
    began = time.perf_counter()
    subprocess.run([rival, "--schemafile", schema, *files], check=True, stdout=subprocess.DEVNULL)
    return [Figure(f"check, {SMALL:,} records / check-jsonschema", ours, time.perf_counter() - began, 1 / 15)]


def measure() -> list[Figure]:
    """Every figure of this module, each in a folder of its own."""
    found = []
    for figures in (showing, planning, updating, checking):
        with tempfile.TemporaryDirectory() as folder:
            found += figures(Path(folder))
    return found
