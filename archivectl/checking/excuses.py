"""False alarms of the leak guard, excused one by one: an entry names the rule, the file and the version that was looked at.

An excuse holds for the lines that the version has. A new line, or one that was changed, is a finding again.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from archivectl.checking.rules import clear_text
from archivectl.checking.tree import Tree
from archivectl.errors import Unreadable
from archivectl.finding import Finding
from archivectl.store import reader
from archivectl.store.objects import object_id
from archivectl.store.states import locate

_FOLDER = "registers/ratification"
_RULES = (clear_text.RULE,)


def applied(tree: Tree, finding: Finding) -> Finding:
    """The finding, with the number of the entry that excuses it, where one does."""
    if finding.rule not in _RULES or "version" not in finding.values:
        return finding
    text = tree.file(finding.path).text
    line = b"".join(text.split(b"\n")[finding.line - 1 : finding.line])
    for entry, excuse in _excuses(tree):
        if (excuse.get("rule"), excuse.get("path")) == (finding.rule, finding.path):
            version = str(excuse.get("version"))
            if version == object_id("blob", text) or line in _lines(tree, version):
                return replace(finding, excused=entry)
    return finding


def _excuses(tree: Tree) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The number and columns of every entry that excuses a finding."""
    proposed = [path for path, text in tree.instead if path.startswith(f"{_FOLDER}/") and text is not None]
    listed = [
        f"{os.path.relpath(above, tree.folder)}/{name}".replace(os.sep, "/")
        for above, _folders, names in os.walk(tree.folder / _FOLDER)
        for name in names
    ]
    for path in sorted({*listed, *proposed}):
        entry = tree.file(path).entry
        if entry and entry.columns.get("mode") == "finding" and any(event.act == "ratify" for event in entry.events):
            yield entry.id, entry.columns


def _lines(tree: Tree, version: str) -> frozenset[bytes]:
    """The lines of an earlier version of a file; none where git does not have it."""
    return _kept(tree.folder, version)


@lru_cache(maxsize=64)
def _kept(folder: Path, version: str) -> frozenset[bytes]:
    try:
        (found,) = reader.objects(locate(folder), [version])
    except Unreadable:
        return frozenset()
    return frozenset(found.content.split(b"\n")) if found and found.kind == "blob" else frozenset()
