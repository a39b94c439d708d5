"""Only the command line reads the clock, the environment and the home directory; everything below it is given values."""

import ast
from collections.abc import Iterator

import pytest

from project import sources

FORBIDDEN = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.environ",
    "os.environb",
    "os.getenv",
    "os.path.expanduser",
    "os.path.expandvars",
    "pathlib.Path.home",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
ALLOWED = {
    # Hooks run archivectl with GIT_DIR and its like set: the one door to git removes them for the git it starts.
    "archivectl.store.repository": {"os.environ"},
}


def bound(tree: ast.AST) -> dict[str, str]:
    """What each imported name of a module means, in full."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(
                {
                    alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0]
                    for alias in node.names
                }
            )
        elif isinstance(node, ast.ImportFrom):
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def meaning(node: ast.AST, names: dict[str, str]) -> str:
    """The full name of an expression such as ``dt.now``, as far as imports tell; else what is known of its end."""
    if isinstance(node, ast.Attribute):
        return f"{meaning(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def readings(module: str, source: str) -> Iterator[str]:
    """Every place where a module reads the world instead of being told."""
    if module.startswith("archivectl.cli"):
        return
    tree = ast.parse(source)
    names = bound(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            full = meaning(node, names)
            if (full in FORBIDDEN or full.endswith(".expanduser")) and full not in ALLOWED.get(module, ()):
                yield f"{module}:{node.lineno} reads {full}: take the value as a parameter"


def test_nothing_below_the_command_line_reads_the_clock_or_the_environment() -> None:
    assert [reading for name, source in sources().items() for reading in readings(name, source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as moment\nclock = moment.now",
        "import datetime\ndef f(day=datetime.date.today()): ...",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "import os\nos.environ.get('HOME')",
        "import os.path\nos.path.expanduser('~')",
        "from os import getenv\ngetenv('HOME')",
        "from pathlib import Path\nPath.home()",
        "from pathlib import Path\nPath('~').expanduser()",
    ],
)
def test_a_reading_is_told(source: str) -> None:
    assert len(list(readings("archivectl.loans", source))) == 1
    assert list(readings("archivectl.cli.context", source)) == []


def test_a_value_that_only_looks_like_a_clock_is_not_told() -> None:
    source = "import time\nfrom datetime import date\ntime.monotonic()\nday = archive.now\ndate.fromisoformat(text)\narchive.home"
    assert list(readings("archivectl.loans", source)) == []
