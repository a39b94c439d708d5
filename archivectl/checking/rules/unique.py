"""No two records have one uid or number, and no two entries; where a customer has one file, no two bear what tells it."""

from collections.abc import Iterable, Iterator

from archivectl.checking import places
from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records.model import GONE

RULE = "unique"
_UID = N_("The uid {value} is that of {other} as well.")
_NUMBER = N_("The number {value} is that of {other} as well.")
_HINT = N_("See in history which of them had it first; the other one is a copy, or needs one of its own.")
_USCC = N_("The social credit code {value} is that of {other} as well.")
_EXTERNAL = N_("The external id {value} is that of {other} as well.")
_ONE = N_("One customer has one file: correct the number in one of them, or go on with one of them alone.")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    yield from _twice(tree, "uid", _UID, ((each.uid, each.path) for each in facts.records))
    yield from _twice(tree, "number", _NUMBER, ((each.number, each.path) for each in facts.records if each.number))
    yield from _twice(tree, "uid", _UID, ((each.uid, each.path) for each in facts.entries))
    yield from _twice(tree, "id", _NUMBER, ((each.id, each.path) for each in facts.entries))
    if tree.regime and tree.regime.get("intake.one_file"):
        yield from _told_twice(tree, facts)


def _told_twice(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Two living files that are of one customer, by its social credit code or its number in the source."""
    first: dict[tuple[str, str], str] = {}
    marks = ((each.path, mark) for each in facts.records if each.status not in GONE for mark in each.telling)
    for path, (key, value, at) in marks:
        other = first.setdefault((key, value), path)
        if other != path:
            message = _USCC if key == "uscc" else _EXTERNAL
            yield tree.file(path).finding(RULE, message, at, _ONE, value=value, other=places.shown(other))


def _twice(tree: Tree, key: str, message: str, pairs: Iterable[tuple[str | None, str]]) -> Iterator[Finding]:
    first: dict[str | None, str] = {}
    for value, path in pairs:
        other = first.setdefault(value, path)
        if other != path:
            yield tree.file(path).finding(RULE, message, (key,), _HINT, value=value, other=places.shown(other))
