"""What a regulation costs: founding under one, reading it with a command, and answering for its clauses."""

import statistics
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.archives import filled
from benchmarks.commands import LARGE, by_turns, program, timed
from benchmarks.figures import Figure

SLUG = "hotel"
_FEW = 3


def founding(folder: Path) -> list[Figure]:
    """``init --regime`` and a command under that regulation, each less what the same takes without: start, or base alone."""
    home, numbers = folder / "home", count()

    def init() -> None:
        options = ("--office", "SH", "--member", "li.na", "--regime", SLUG)
        program("init", str(folder / f"{next(numbers)}"), *options, home=home, archive=folder)

    start, begun = by_turns(timed(lambda: program("--version", home=home, archive=folder)), timed(init), _FEW)
    ruled, plain = (filled(folder / name, 1, regulations=slugs) for name, slugs in (("ruled", (SLUG,)), ("plain", ())))
    with_, without = by_turns(_shown(ruled), _shown(plain), 31)
    return [
        Figure(f"init --regime {SLUG}, above --version", begun - start, start, 1, absolute=True),
        Figure(f"show under {SLUG}, above base alone", with_ - without, without, 0.02, absolute=True),
    ]


def _shown(archive: Path) -> Callable[[], float]:
    return timed(lambda: program("show", "1", home=archive.parent / "home", archive=archive))


def complying(folder: Path) -> list[Figure]:
    """``comply`` among 100,000 records, without an index and with it."""
    archive, home = filled(folder, LARGE, regulations=(SLUG,)), folder / "home"
    comply = timed(lambda: program("comply", home=home, archive=archive))
    start = timed(lambda: program("--version", home=home, archive=archive))()
    cold = statistics.median(_cold(archive, comply) for _turn in range(_FEW))
    warm = statistics.median(comply() for _turn in range(_FEW))
    name = f"comply under {SLUG}, {LARGE:,} records"
    return [
        Figure(f"{name}, cold / --version", cold, start, 10, absolute=True),
        Figure(f"{name}, warm / --version", warm, start, 2, absolute=True),
    ]


def _cold(archive: Path, command: Callable[[], float]) -> float:
    for index in (archive / ".git/archivectl").glob("records-*"):
        index.unlink()
    return command()


def measure() -> list[Figure]:
    """Every figure of this module, each in a folder of its own."""
    found = []
    for figures in (founding, complying):
        with tempfile.TemporaryDirectory() as folder:
            found += figures(Path(folder))
    return found
