"""Everything in the tree is a plain file that has its place in an archive, and nothing an archive needs is missing.

No links, pipes or repositories within, no leftovers of other programs; ``.gitattributes`` says how git treats records.
"""

from collections.abc import Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.founding import ATTRIBUTES
from archivectl.i18n import N_

RULE = "strays"
_STRAY = N_("This file has no place in an archive.")
_MOVE = N_("Move it elsewhere.")
_MISSING = N_("This file is missing.")
_BACK = N_("Take the file back from history: git checkout HEAD -- {file}")
_LINE = N_("This line is missing: {line}")
_PLAIN = N_("Put a plain file or folder in its place, or take it away.")


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    for odd in tree.odd:
        yield Finding(places.shown(odd.path), 1, 1, RULE, odd.message, odd.values, _PLAIN)
    for path in tree.files:
        if not places.kind_of(path):
            yield Finding(places.shown(path), 1, 1, RULE, _STRAY, hint=_MOVE)
    there = {*tree.files, *(odd.path for odd in tree.odd)}
    for path in places.DEMANDED:
        if path not in there:
            yield Finding(path, 1, 1, RULE, _MISSING, {"file": path}, _BACK)
    for path in tree.of_kind("attributes"):
        lines = tree.file(path).text.decode("utf-8", "replace").split("\n")
        for line in ATTRIBUTES.splitlines():
            if line not in lines:
                yield Finding(path, 1, 1, RULE, _LINE, {"line": line, "file": path}, _BACK)
