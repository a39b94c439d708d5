"""Every scenario of this folder and those below it, played; ``scenario.py`` says how one is written."""

from pathlib import Path

import pytest

from program import Program
from scenarios.scenario import parse, play

SCENARIOS = sorted(Path(__file__).parent.rglob("*.txt"))


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_scenario(path: Path, run: Program) -> None:
    play(parse(path.read_text(encoding="utf-8")), run)
