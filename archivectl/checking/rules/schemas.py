"""The schemas in the archive are byte copies of those the tool brings along and judges by."""

from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import schema
from archivectl.yaml_text import Mark

RULE = "schemas"
_MISSING = N_("The schema is missing.")
_DIFFERS = N_("From this line on, the schema is not the one that the tool judges by.")
_UNKNOWN = N_("The tool knows no such schema.")
_REMOVE = N_("Take it away: git rm {file}")
_HINT = N_("Editors would go by it. Take it back from history, or use the release that wrote it.")


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    shipped = {f"schemas/{path.name}": path.read_bytes() for path in schema.folder().glob("*.json")}
    here = tree.of_kind("schema")
    for path in sorted({*shipped, *here}):
        if path not in here:
            yield Finding(path, 1, 1, RULE, _MISSING, hint=_HINT)
            continue
        file = tree.file(path)
        if path not in shipped:
            yield file.finding(RULE, _UNKNOWN, hint=_REMOVE)
        elif file.text != shipped[path] and not file.unreadable:
            yield file.finding(RULE, _DIFFERS, Mark(file.difference(shipped[path]), 1), _HINT)
