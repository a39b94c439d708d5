"""Imports point down, siblings do not know each other, and every foreign library has one door."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import archivectl
from project import ROOT, sources

# From top to bottom; names beside each other do not import each other. A name is a module or a folder of the package.
LAYERS = [
    "__main__",
    "cli",
    "syncing | cloning",
    "git_integration",
    "merging",
    "backups | rulebook | linting | compliance",
    "verifying | checking | reports | exchange",
    "destruction | handover | inventory | lfs | requests | renaming | amending | volumes",
    "retention | duties",
    "intake | loans | reviews | stops | membership | ledger | deliberation | changes",
    "approvals | custody | disclosure | founding | leasing | proof",
    "cases | seeking",
    "attachments | blocks | drafts | key_copies",
    "archive",
    "snapshot",
    "search",
    "registers",
    "regime",
    "records",
    "members",
    "encryption",
    "store | tables",
    "yaml_text",
    "canonical_text",
    "scalars",
    "finding | crew",
    "errors | i18n",
    "__init__ | regulations | pages",  # the version, and folders of data
]
HEIGHT = {name: -depth for depth, layer in enumerate(LAYERS) for name in layer.split(" | ")}

# The one module, or folder, that may import a library. Any other library may have one importer, wherever it is.
DOORS = {
    "cryptography": "archivectl.members.signing",
    "git": "archivectl.store.repository",
    "jsonschema": "archivectl.records.schema",
    "jsonschema_rs": "archivectl.records.schema",
    "openpyxl": "archivectl.tables.xlsx",
    "platformdirs": "archivectl.cli",
    "pyrage": "archivectl.encryption.age",
    "rich": "archivectl.cli",
    "sqlite3": "archivectl.search",
    "typer": "archivectl.cli",
    "yaml": "archivectl.yaml_text",
}


class Import(NamedTuple):
    """One import of one module by another, wherever in the file it stands."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def part(module: str) -> str:
    """The name in the list of layers: ``archivectl.records.text`` is in ``records``."""
    return (*module.split("."), "__init__")[1]


def imports(module: str, source: str, modules: set[str]) -> Iterator[Import]:
    """Every import of a module, also inside functions; ``from a import b`` means ``a.b`` where that is a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield Import(module, full if full in modules else base, node.lineno)


def wrong_arrow(found: Import) -> str | None:
    """What is wrong with an import of our own module, if anything."""
    above, below = part(found.importer), part(found.imported)
    if found.imported.startswith("."):
        return f"{found}: relative imports hide the direction"
    if below not in HEIGHT:
        return f"{found}, which is in no layer"
    if above != below and HEIGHT.get(above, 0) == HEIGHT[below]:
        return f"{found}, its sibling"
    if HEIGHT.get(above, 0) < HEIGHT[below]:
        return f"{found}, which is above it"
    return None


def wrong_doors(foreign: list[Import]) -> Iterator[str]:
    """Libraries imported elsewhere than through their one door."""
    importers: dict[str, set[str]] = {}
    for found in foreign:
        library = found.imported.split(".")[0]
        door = DOORS.get(library)
        if door and not f"{found.importer}.".startswith(f"{door}."):
            yield f"{found}, whose door is {door}"
        if not door and library not in sys.stdlib_module_names:
            importers.setdefault(library, set()).add(found.importer)
    yield from (f"{library} has {len(who)} importers: {sorted(who)}" for library, who in importers.items() if len(who) > 1)


def hidden_imports(module: str, source: str) -> Iterator[str]:
    """Imports by a name in a string, which this test cannot follow; the table of commands needs them."""
    names = {"import_module", "__import__"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and part(module) != "cli":
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield f"{module}:{node.lineno} imports by {called}: only cli may"


def faults(tree: dict[str, str]) -> list[str]:
    """Everything wrong with the imports of a tree of modules (dotted name to source)."""
    found = [each for name, source in tree.items() for each in imports(name, source, set(tree))]
    own = [each for each in found if each.imported.startswith((".", "archivectl"))]
    foreign = [each for each in found if each not in own]
    told = [f"{name} is in no layer" for name in tree if part(name) not in HEIGHT]
    told += [wrong for each in own if (wrong := wrong_arrow(each))]
    told += wrong_doors(foreign)
    told += [hidden for name, source in tree.items() for hidden in hidden_imports(name, source)]
    graph: dict[str, set[str]] = {name: set() for name in tree}
    for each in own:
        graph[each.importer].add(each.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        told.append(f"a circle of imports: {' → '.join(cycle.args[1])}")
    return told


def test_the_imports_of_the_package_keep_the_layers() -> None:
    assert faults(sources()) == []


def test_the_layers_are_written_down_as_they_are() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Layers\n")[2].split("```")[1]
    assert [line.split("  ")[0] for line in told.strip().splitlines()] == LAYERS[1:-1]  # between the start and the data


def test_every_name_among_the_layers_is_a_module_or_folder_of_the_package() -> None:
    package = Path(archivectl.__file__).parent
    there = {
        path.name.removesuffix(".py") for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert set(HEIGHT) - there == set()


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"archivectl.records.text": "from archivectl import loans", "archivectl.loans": ""}, "which is above it"),
        (
            {"archivectl.records.text": "def f():\n    import archivectl.loans"},
            "text:2 imports archivectl.loans",
        ),
        ({"archivectl.loans": "from archivectl.reviews import due"}, "its sibling"),
        ({"archivectl.store.history": "from archivectl.tables.table import Table"}, "its sibling"),
        (
            {"archivectl.records": "import archivectl.records.text", "archivectl.records.text": "import archivectl.records"},
            "circle",
        ),
        ({"archivectl.loans": "from . import errors"}, "relative imports"),
        ({"archivectl.utils": ""}, "archivectl.utils is in no layer"),
        ({"archivectl.loans": "from archivectl.common import x"}, "which is in no layer"),
        ({"archivectl.loans": "def f():\n    from git import Repo"}, "whose door is archivectl.store.repository"),
        ({"archivectl.store.repository_two": "import git.exc"}, "whose door is archivectl.store.repository"),
        ({"archivectl.loans": "import rich.cells"}, "whose door is archivectl.cli"),
        ({"archivectl.loans": "import stdnum", "archivectl.intake": "from stdnum.cn import uscc"}, "stdnum has 2 importers"),
        ({"archivectl.loans": "import importlib\nimportlib.import_module('git')"}, "imports by import_module"),
    ],
)
def test_a_fault_is_told(tree: dict[str, str], told: str) -> None:
    assert [fault for fault in faults(tree) if told in fault], faults(tree)


def test_what_is_allowed_is_not_told() -> None:
    tree = {
        "archivectl": "__version__ = '1'",
        "archivectl.cli": "import typer\nfrom importlib import import_module\nimport_module('archivectl.cli.show')",
        "archivectl.cli.show": "import rich.cells\nfrom archivectl import __version__, archive, loans",
        "archivectl.archive": "import json\nfrom archivectl.store.repository import Repository",
        "archivectl.loans": "",
        "archivectl.records.text": "from archivectl.records.model import Record\nfrom archivectl.errors import Refused",
        "archivectl.records.model": "",
        "archivectl.store.repository": "def f():\n    import git",
        "archivectl.errors": "",
    }
    assert faults(tree) == []
