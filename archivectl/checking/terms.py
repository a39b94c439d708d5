"""The words that a rule about collecting and filing takes: channels, fields, media, aims and stages, and conditions by state."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from archivectl.checking import nearest
from archivectl.checking.wording import Fault, conditions
from archivectl.i18n import N_
from archivectl.records import fields
from archivectl.regime.model import Regime
from archivectl.registers import filling
from archivectl.registers.collecting import DEFER
from archivectl.registers.guards.taking_in import ANY_FORM
from archivectl.yaml_text import Path

AIMS = (
    *("completeness", "accuracy", "timeliness", "security", "confidentiality"),
    *("compliance", "effectiveness", "reliability", "convenience", "standard-form"),
)
STAGES = (
    *("create", "collect", "sort", "file", "keep", "use"),
    *("update", "lend", "hand-over", "secrecy", "analyse", "destroy"),
)
_ROW = ("when", "fields", "within")
_WORD = N_("“{word}” means nothing here.")
_KNOWN = N_("Known here: {known}")
_FIELD = N_("There is no field “{word}”.")
_FIELDS = N_("Write it as it is set: identity.uscc; docs/fields.md lists them all.")
_NO_ROWS = N_("Rows of conditions are a list; each has fields, and may have when and within.")


def _choices(path: str) -> tuple[str, ...]:
    return tuple(fields.known(path).choices)


def _channels(regime: Regime) -> Iterable[str]:
    return (*_choices("collection[].channel"), *(regime.get("collect.channels") or ()))


# What may stand at a path, alone or in a list.
_CLOSED: Mapping[str, Callable[[Regime], Iterable[Any]]] = {
    "governing.aims": lambda _regime: AIMS,
    "governing.stages": lambda _regime: STAGES,
    "collect.manner": lambda regime: regime.get("collect.manners") or (),
    "collect.verify": _channels,
    "collect.report.what": _channels,
    "consent.capacity": lambda _regime: _choices("consent[].capacity"),
    "intake.holidays": lambda _regime: (DEFER,),
    "intake.one_copy": lambda _regime: (True, False, ANY_FORM),
    "media.of_file": lambda _regime: _choices("filing.media"),
}
_PATHS = ("collect.basics", "intake.filing", "intake.verify", "intake.stub")


def faults(data: Mapping[str, Any], regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    """Every word of a regulation or of the house rules that means nothing there: where, an English template, values, a hint."""
    for path, known in _CLOSED.items():
        for at, word in _stated(data, path):
            if word not in tuple(known(regime)):
                yield at, _WORD, {"word": word, "known": nearest.known(word, known(regime))}, _KNOWN
    for path in _PATHS:
        yield from _no_fields(_stated(data, path))
    for at, when in _stated(data, "governing.focus"):
        yield from conditions({"when": when}, at, regime, posts)
    for at, row in _stated(data, "collect.complete"):
        if not isinstance(row, Mapping) or not {"fields"} <= row.keys() <= {*_ROW}:
            yield at, _NO_ROWS, {}, ""
            continue
        yield from conditions(row, at, regime, posts)
        yield from _no_fields(_stated(row, "fields", at))


def _stated(data: Any, path: str, above: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - values of a regime
    """What stands at a path, each item of a list by itself; nothing where nothing is stated."""
    value, at = data, above
    for key in path.split("."):
        value, at = value.get(key) if isinstance(value, Mapping) else None, (*at, key)
    if isinstance(value, list):
        yield from (((*at, place), item) for place, item in enumerate(value))
    elif value is not None:
        yield at, value


def _no_fields(stated: Iterable[tuple[Path, Any]]) -> Iterator[Fault]:
    for at, word in stated:
        if filling.field_named(str(word)) is None:
            yield at, _FIELD, {"word": word}, _FIELDS
