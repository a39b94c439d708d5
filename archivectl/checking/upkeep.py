"""The words of a regulation about upkeep: what is done again and again, what files follow, who answers, what offences bring."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.checking import nearest
from archivectl.checking.wording import Fault, span
from archivectl.i18n import N_
from archivectl.records import fields
from archivectl.regime import schedule, spans
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.yaml_text import Path

_ROUTINE = ("title", "who", "how", "attest", "event", "every", "months", "first", "last", "of", "within")
_TIMES = ("every", "months", "first", "last", "of", "within", "event")
_DUTIES = ("collect", "sort", "enter", "update", "file", "keep", "inspect", "keep-secret", "serve-readers", "serve-audit")
_WORD = N_("“{word}” means nothing here.")
_KNOWN = N_("Known here: {known}")


def faults(data: Mapping[str, Any], regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    """Every word about upkeep that means nothing: where, an English template, its values, a hint."""
    for name, row in _mapping(data.get("routine")).items():
        for key in _mapping(row):
            yield from _among([key], ("routine", name, key), _ROUTINE)
    happenings = fields.known("interactions[].kind").choices
    for kind, within in _mapping(_mapping(data.get("update")).get("after")).items():
        yield from _among([kind], ("update", "after", kind), happenings)
        yield from span(str(within), ("update", "after", kind))
    departments = regime.get("departments") or ()
    for task, named in _mapping(data.get("separation")).items():
        yield from _among(named, ("separation", task), departments)
    for task, named in _mapping(data.get("responsible")).items():
        known = _DUTIES if task == "duties" else (*posts, *departments)
        yield from _among(named, ("responsible", task), known)
    yield from _media(data)
    yield from _among(_mapping(data.get("keep")).get("hazards"), ("keep", "hazards"), regime.get("keep.dangers") or ())
    yield from _turns(data)
    yield from _discipline(_mapping(data.get("discipline")), kinds.kind("conduct", regime).columns["mode"].choices)


def _media(data: Mapping[str, Any]) -> Iterator[Fault]:
    media, known = _mapping(data.get("media")), fields.known("documents[].medium").choices
    yield from _among([media["first"]] if media.get("first") else [], ("media", "first"), known)
    yield from _among(media.get("only"), ("media", "only"), known)
    yield from _among([media["encrypt"]] if media.get("encrypt") else [], ("media", "encrypt"), ("all",))


def _turns(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Judge when things come round again and again: a schedule that is none would have nothing told at all."""
    found: list[tuple[Path, Any]] = [(("routine", name), row) for name, row in _mapping(data.get("routine")).items()]
    tables: list[tuple[Path, Any]] = [(("duties",), data.get("duties"))]
    tables += [
        ((section, key), _mapping(data.get(section)).get(key)) for section, key in (("care", "rules"), ("intake", "windows"))
    ]
    found += [((*at, place), row) for at, rows in tables for place, row in enumerate(rows if isinstance(rows, list) else ())]
    for where, row in found:
        stated = {key: value for key, value in _mapping(row).items() if key in _TIMES and value}
        period = stated.pop("of", "month") if stated.keys().isdisjoint({"first", "last"}) else "month"
        if period not in spans.PERIODS:
            yield (*where, "of"), _WORD, {"word": period, "known": ", ".join(spans.PERIODS)}, _KNOWN
        if stated and "every" not in stated:  # a span is judged wherever it stands
            try:
                schedule.schedule(stated)
            except schedule.NoSchedule as error:
                yield where, error.message, error.values, error.hint


def _discipline(stated: Mapping[str, Any], known: Iterable[str]) -> Iterator[Fault]:
    yield from _among(stated.get("ladder"), ("discipline", "ladder"), known)
    rows = stated.get("consequences")
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from _among(_mapping(row).get("do"), ("discipline", "consequences", place, "do"), known)


def _among(words: Any, at: Path, known: Iterable[str]) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    choices = list(known)
    for word in words if isinstance(words, list) else ():
        if word not in choices:
            yield at, _WORD, {"word": word, "known": nearest.known(word, choices)}, _KNOWN


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - values of a regime
    return value if isinstance(value, Mapping) else {}
