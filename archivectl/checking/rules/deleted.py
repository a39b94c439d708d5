"""No file of the archive that git keeps was deleted here; what is to go goes by a command, which commits it.

A deletion that was staged is on its way into a commit, and for ``verify`` to judge.
"""

from collections.abc import Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.store import reader, states

RULE = "deleted"
_FOLDERS = ("customers/", "registers/", "members/", "regime/", "schemas/", "keys/", "interactions/", "objects/")
_GONE = N_("This file was deleted here, but not from the archive.")
_BACK = N_("Take the file back from history: git checkout HEAD -- {file}")


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree, where it is that of a repository; what is demanded of every archive is missed by ``strays``."""
    try:
        place = states.locate(tree.folder)
    except states.NotAnArchive:
        return
    if place.work_tree != tree.folder.resolve():
        return
    for path in reader.deleted(tree.folder):
        if path.startswith(_FOLDERS) and path not in places.DEMANDED:
            shown = places.shown(path)
            yield Finding(shown, 1, 1, RULE, _GONE, {"file": shown}, _BACK)
