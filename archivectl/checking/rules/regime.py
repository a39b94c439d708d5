"""The regime can be read, and every word in it means something: posts, levels, axes, guards, spans, keys.

A calendar states days of its own year, each free or worked. Two adopted regulations that state one thing differently are a
finding until ``house.yaml`` decides.
"""

from collections.abc import Iterator, Mapping

from archivectl.checking import coherence, contents, keys, nearest, terms, upkeep, wording
from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.regime import calendar
from archivectl.regime.lint import at as stands
from archivectl.regime.lint import conflicts, written
from archivectl.regime.load import NoRegime
from archivectl.registers import kinds
from archivectl.registers.guards import GUARDS

RULE = "regime"
_BASE, _HOUSE = "regime/base.yaml", "regime/house.yaml"
_NO_RULES = N_("This file states no rules: it is not a mapping.")
_TWO = N_("{where} is {here} here, and {there} in {other}.")
_DECIDE = N_("State in house.yaml what holds here, and adopt it with them: archivectl regime adopt … house.yaml")
_NO_KIND = N_("This is no kind of register: {problem} is missing or not of the right form.")
_NAME = N_("This file describes the kind “{kind}”, not the one it is named after.")
_GUARD = N_("There is no guard “{guard}”.")
_GUARDS = N_("The guards are: {known}")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if file.kind != "regime" or file.problem or file.unreadable:
        return
    if file.path.startswith(calendar.FOLDER):
        for at, message, values in calendar.faults(file.data, file.path):
            yield file.finding(RULE, message, at, calendar.NotACalendar.hint, **values)
    elif not isinstance(file.data or {}, Mapping):
        yield file.finding(RULE, _NO_RULES)
    elif file.path.startswith("regime/registers/"):
        yield from _kind(file, tree)
    elif file.path.count("/") == 1 and tree.regime:
        data = file.data or {}
        found = (
            *wording.faults(data, tree.regime, tree.posts),
            *keys.faults(data, tree.regime),
            *coherence.faults(data),
            *contents.faults(data, tree.regime, tree.posts),
            *terms.faults(data, tree.regime, tree.posts),
            *upkeep.faults(data, tree.regime, tree.posts),
        )
        for at, message, values, hint in found:
            yield file.finding(RULE, message, at, hint, **values)


def of_tree(tree: Tree, _facts: Facts | None) -> Iterator[Finding]:
    """Judge the regulations together."""
    if _BASE not in tree.files:
        yield Finding(_BASE, 1, 1, RULE, NoRegime.message, hint=NoRegime.hint)
    stated = {file.path: file for file in tree.regime_files if file.path.count("/") == 1 and isinstance(file.data, Mapping)}
    house = stated[_HOUSE].data if _HOUSE in stated else {}
    adopted = [file for path, file in stated.items() if path not in {_BASE, _HOUSE}]
    for number, file in enumerate(adopted):
        for other in adopted[:number]:
            for at in conflicts(other.data, file.data, house):
                here, there = (written(stands(each.data, at)) for each in (file, other))
                values = {"where": ".".join(map(str, at)), "here": here, "there": there, "other": other.path}
                yield file.finding(RULE, _TWO, at, _DECIDE, **values)


def _kind(file: File, tree: Tree) -> Iterator[Finding]:
    try:
        kind = kinds.parse(file.data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield file.finding(RULE, _NO_KIND, problem=error)
        return
    if f"regime/registers/{kind.name}.yaml" != file.path:
        yield file.finding(RULE, _NAME, ("kind",), kind=kind.name)
    for name, step in kind.steps.items():
        for place, guard in enumerate(step.guards):
            if guard not in tuple(GUARDS):
                known = nearest.known(guard, GUARDS)
                yield file.finding(RULE, _GUARD, ("steps", name, "guards", place), _GUARDS, guard=guard, known=known)
    if tree.regime:
        found = (*wording.faults_of_kind(file.data, tree.regime, tree.posts), *keys.faults_of_kind(file.data))
        for at, message, values, hint in found:
            yield file.finding(RULE, message, at, hint, **values)
