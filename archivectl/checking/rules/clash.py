"""No file, and no part of one, is out on two loans at once.

Two offices that lend the same file before they hear of each other do nothing wrong; the clash is ended by returning one.
"""

from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_

RULE = "clash"
_TWO = N_("{entry} and {other} have lent out the same file.")
_HINT = N_("Find out who has it and end the other loan: archivectl return {entry}")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    lent: dict[str, list[tuple[str, str]]] = {}
    for each in facts.entries:
        for uid, part in each.about if each.out else ():
            others = [other for other, its in lent.setdefault(uid, []) if not part or not its or part == its]
            if others:
                yield tree.file(each.path).finding(RULE, _TWO, ("about",), _HINT, entry=each.id, other=others[0])
            lent[uid].append((each.id, part))
