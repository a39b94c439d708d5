"""Measure every figure and print the table: ``python tests/benchmarks/run.py [--readme]`` (some minutes)."""

import compileall
import os
import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from benchmarks import commands, importing, keys, regulated, sops, verifying  # noqa: E402 - the folder of the tests must be known first
from benchmarks.figures import Figure  # noqa: E402


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [("measured", "ours", "rival or floor", "ratio", "bar", "met"), ("---",) * 6, *(figure.row for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _as_installed() -> None:
    """Compile the program as an installer does: from a checkout whose bytecode is not kept each start would compile it anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(TESTS.parent / "archivectl", quiet=1)


def main() -> int:
    """Print the table, put it into README.md where asked; 1 when a bar is missed."""
    _as_installed()
    parts = (commands, importing, keys, regulated, sops, verifying)
    figures = [figure for part in parts for figure in part.measure()]
    text = table(figures)
    print(text)
    if "--readme" in sys.argv:
        readme = TESTS.parent / "README.md"
        inside = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)
        readme.write_text(inside.sub(lambda m: f"{m[1]}{text}\n{m[2]}", readme.read_text(encoding="utf-8")), encoding="utf-8")
    return int(not all(figure.kept for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
