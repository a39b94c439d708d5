"""No two records have one uid or number, and no two entries one uid or number."""

from collections.abc import Iterable, Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_

RULE = "unique"
_UID = N_("The uid {value} is that of {other} as well.")
_NUMBER = N_("The number {value} is that of {other} as well.")
_HINT = N_("See in history which of them had it first; the other one is a copy, or needs one of its own.")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    yield from _twice(tree, "uid", _UID, ((each.uid, each.path) for each in facts.records))
    yield from _twice(tree, "number", _NUMBER, ((each.number, each.path) for each in facts.records if each.number))
    yield from _twice(tree, "uid", _UID, ((each.uid, each.path) for each in facts.entries))
    yield from _twice(tree, "id", _NUMBER, ((each.id, each.path) for each in facts.entries))


def _twice(tree: Tree, key: str, message: str, pairs: Iterable[tuple[str | None, str]]) -> Iterator[Finding]:
    first: dict[str | None, str] = {}
    for value, path in pairs:
        other = first.setdefault(value, path)
        if other != path:
            yield tree.file(path).finding(RULE, message, (key,), _HINT, value=value, other=places.shown(other))
