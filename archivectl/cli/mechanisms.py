"""What stands for a clause, in words: gates by the steps they guard; duties, checks, registers, forms and fields by title."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archivectl.cli import report
from archivectl.i18n import N_, Word, _, pick
from archivectl.records import fields
from archivectl.registers import filling, kinds, owed
from archivectl.reports import law

if TYPE_CHECKING:
    from archivectl.regime.model import Regime

_SORTS = {
    "gate": N_("refused otherwise: {what}"),
    "check": N_("looked for by check: {what}"),
    "duty": N_("told when due: {what}"),
    "register": N_("register: {what}"),
    "form": N_("form: {what}"),
    "report": N_("report: {what}"),
    "field": N_("field: {what}"),
}


def told(mechanisms: Iterable[str], regime: "Regime") -> dict[str, list[str]]:
    """What is said of mechanisms, each with those that are called so: several gates of one step are one."""
    found: dict[str, list[str]] = {}
    for each in mechanisms:
        found.setdefault(_told(each, regime), []).append(each)
    return found


def _told(mechanism: str, regime: "Regime") -> str:
    sort, _colon, name = mechanism.partition(":")
    if name.startswith("duty/"):
        sort, name = "duty", name.removeprefix("duty/")
    return _(_SORTS[sort], what=_what(sort, name, regime))


def _what(sort: str, name: str, regime: "Regime") -> str:
    if sort == "gate":
        return _step(name.partition("/")[0], regime)
    if sort == "check":
        return law.titled("checks", name)
    if sort == "duty":
        return duty(name, regime)
    if sort == "register":
        return pick(dict(kinds.kind(name, regime).title))
    if sort == "report":
        return pick({**report.FILE, **report.ALL}.get(name, name))
    return _field(name) if sort == "field" else name


def duty(name: str, regime: "Regime") -> str:
    """What a duty is called: what a file asks for, what comes round again and again, or the next step of an entry."""
    own = name.removeprefix("duty.")
    routine = owed.routine(regime)
    if own in routine:
        return pick(routine[own]["title"])
    if (title := law.titled("tasks", name)) != name:
        return title
    return _step(name, regime)


def _step(code: str, regime: "Regime") -> str:
    """A step of a register, or the register where it is no step of it."""
    register, _dot, step = code.partition(".")
    if register not in regime.kinds:
        return code
    kind = kinds.kind(register, regime)
    return " · ".join([pick(dict(kind.title)), *([str(Word(register, step)).replace("_", " ")] if step in kind.steps else [])])


def _field(path: str) -> str:
    """A field by its title, below that of the section which it stands in."""
    section, _dot, rest = path.partition(".")
    titles = [pick(filling.title(each)) for each in ((path,) if section == filling.INTERACTIONS or not rest else (section, path))]
    if rest and (axis := fields.field_at(path)) and section == "classification":
        titles[-1] = axis.title
    return " · ".join(titles)
