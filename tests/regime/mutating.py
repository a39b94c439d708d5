"""Another legal value for every value of a regulation: one mutant for each change that can be made alone.

A number is one more, a switch flipped, a span, post, level or word another one; of a list each element is left out in turn, and
where order means something it is turned round; a name that has a title is left out. What the linter refuses is no mutant.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.checking import coherence, contents, keys, terms, upkeep, wording
from archivectl.members.member import LEVELS, ROLES
from archivectl.records import fields
from archivectl.regime import load
from archivectl.regime.model import Regime
from archivectl.registers import kinds

At = tuple[str | int, ...]
_ABOUT = frozenset({"regulation", "title", "clauses"})
_TITLES = frozenset({"zh", "en"})
_GONE = object()
_NONSENSE = "nonsense"
# Lists of which the order says something: chains, tables of which the first row counts, what is sorted by.
_ORDERED = re.compile(
    r"(.*\.)?(approve|supervise|sign|confirm|attest|amends|rules|originals|complete)|arrange|arrange\.by"
    r"|volumes\.order|volumes\.process|secrecy\.grading|responsible\.chain|review\.every"
)
_SPANS = {"regularly": "2y", "timely": "4wd", "at-once": "2d", "same-day": "2d", "close-of-business": "2d"}
_OPEN_ENDED = {"process": "5d", "unlimited": "30d", "stated": "30d"}
_BOUND = re.compile(r"([<>]=?)(\d+)")
_LENGTH = re.compile(r"(\d+)(h|d|wd|wk|mo|y)")
_BASE = {**load.texts([]), **kinds.texts()}
_LOANS = ("loan", "on-site", "query", "copy", "provision")
_FIELDS = ("fax", "website", "email", "note", "address.postcode")
_SECTIONS = ("household", "vehicles", "finances", "interactions.campaign", "employees")


class Mutant(NamedTuple):
    """A regulation with one value changed: where, how, and what it says then."""

    path: str
    change: str
    at: At
    data: Mapping[str, Any]
    law: Regime


def mutants(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every legal mutant of a regulation."""
    law = law_of(data)
    sound = {fault[:2] for fault in _faults(data, law)}
    for at, changes in _spots({key: value for key, value in data.items() if key not in _ABOUT}, (), data, law):
        for value in changes:
            changed = _put(data, at, value)
            after = law_of(changed)
            if all(fault[:2] in sound for fault in _faults(changed, after)):
                yield Mutant(written(at), "left out" if value is _GONE else str(value), at, changed, after)
                break


def law_of(data: Mapping[str, Any]) -> Regime:
    """The regime of base and one regulation as data."""
    return load.load({**_BASE, f"regime/{data['regulation']}.yaml": yaml_text.dump(data).encode()})


def written(at: At) -> str:
    """A place in a regulation as a person writes it: ``lend.rules[0].term``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at).removeprefix(".")


def values(data: Mapping[str, Any]) -> set[str]:
    """The places of the values of a regulation; titles and what it says of itself are none."""
    return {written(at) for at in _values({key: value for key, value in data.items() if key not in _ABOUT}, ())}


def _values(value: Any, at: At) -> Iterator[At]:
    if isinstance(value, Mapping) and not value.keys() <= _TITLES:
        for key, inner in value.items():
            yield from _values(inner, (*at, key)) if key not in _TITLES or "papers" in at else ()
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _values(inner, (*at, place))
    elif not isinstance(value, Mapping):
        yield at


def _spots(value: Any, at: At, data: Mapping[str, Any], law: Regime) -> Iterator[tuple[At, Iterable[Any]]]:
    """Where a regulation can be changed, and what may stand there instead; the first that is legal will do."""
    if isinstance(value, Mapping) and value and not value.keys() <= _TITLES:
        for key, inner in value.items():
            if key not in _TITLES or "papers" in at:
                yield from _spots(inner, (*at, key), data, law)
    elif isinstance(value, Mapping):
        if at[-1] != "title" and (_of_base(at) or {}).get("zh") != value.get("zh"):
            yield at, [_GONE]
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _spots(inner, (*at, place), data, law)
            if len(value) > 1 or at[-1] not in {"who", "rules"}:  # somebody has to; a table has a row
                yield (*at, place), [_GONE]
        if isinstance(at[-1], str) and _ORDERED.fullmatch(_general(at)) and not _apart(value):
            yield at, [value[::-1]]
    else:
        beside = _at(data, at[:-1]) if isinstance(at[-1], int) else [value]
        yield at, (other for other in _others(at, value, data, law) if other not in beside)


def _apart(rows: list[Any]) -> bool:
    """Whether rows come to the same in any order: there is only one, or each is about something else."""
    whens = [row.get("when", {}) if isinstance(row, Mapping) else None for row in rows]
    if len(rows) < 2 or None in whens or len({tuple(when) for when in whens}) > 1 or len(whens[0] or ()) != 1:  # type: ignore[arg-type]
        return len(rows) < 2
    words = [
        word for when in whens if when for value in when.values() for word in (value if isinstance(value, list) else [value])
    ]
    return len(words) == len({*map(str, words)}) and not any(str(word)[0] in "<>" for word in words)


def _of_base(at: At) -> Any:
    return _at(yaml_text.load(_BASE["regime/base.yaml"], "base"), at)


def _at(value: Any, at: At) -> Any:
    for key in at:
        rows = isinstance(value, list) and isinstance(key, int) and key < len(value)
        value = value[key] if rows else _below(value, key)
    return value


def _below(value: Any, key: str | int) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _general(at: At) -> str:
    """A place without the numbers of rows."""
    return ".".join(str(key) for key in at if not isinstance(key, int))


def _put(data: Any, at: At, value: Any) -> Any:
    """A copy of plain data with another value at a place, or without what stands there."""
    key, *rest = at
    if isinstance(data, list) and isinstance(key, int):
        changed = [] if value is _GONE and not rest else [_put(data[key], tuple(rest), value) if rest else value]
        return [*data[:key], *changed, *data[key + 1 :]]
    if not rest and value is _GONE:
        return {name: inner for name, inner in data.items() if name != key}
    return {**data, key: _put(data[key], tuple(rest), value) if rest else value}


def _faults(data: Mapping[str, Any], law: Regime) -> Iterator[wording.Fault]:
    """What the linter says of a regulation."""
    posts = frozenset(ROLES) | frozenset(law.get("posts"))
    yield from (*wording.faults(data, law, posts), *keys.faults(data, law), *coherence.faults(data))
    for module in (contents, terms, upkeep):
        yield from module.faults(data, law, posts)


def _others(at: At, value: Any, data: Mapping[str, Any], law: Regime) -> Iterator[Any]:
    """What else may stand at a place, likely ones first."""
    if value is None:
        yield _GONE
    elif isinstance(value, bool):
        yield from (not value, _GONE)
    elif isinstance(value, int):
        yield from range(1, 13) if "months" in at else (value + 1,)
    elif value == []:
        yield from ([word] for word in (*_words(_general(at), law), *_typed("", "archivist", law)))
    else:
        path = _general(at)
        yield from _words(path, law) or _typed(path, str(value), law) or _known(at, data, law) or [f"{value}乙"]
        yield _GONE


def _typed(path: str, value: str, law: Regime) -> list[str]:
    """Another word of the same kind: a span, a level, a bound, a number, a post; nothing for any other word."""
    bare, (post, of, whom) = value.lstrip("<>="), value.partition(" of ")
    sign = value.removesuffix(bare)
    posts = sorted(
        {*law.get("posts"), *law.get("roles")} - {"anyone", "member"},
        key=lambda name: (law.origin(f"posts.{name}") == "base", name),
    )
    if value in _SPANS or (value in _OPEN_ENDED and path.endswith(("term", "within"))):
        return [{**_SPANS, **_OPEN_ENDED}[value]]
    if length := _LENGTH.fullmatch(value):
        return [f"{int(length[1]) + 1}{length[2]}"]
    if bound := _BOUND.fullmatch(value):
        return [f"{bound[1]}{int(bound[2]) + 1}"]
    if bare in LEVELS:
        return [f"{sign}{level}" for level in LEVELS if level != bare]
    if value.isdigit():
        return [str(int(value) + 1)]
    return [f"{other}{of}{whom}" for other in posts if other != post] if post in posts else []


def _known(at: At, data: Mapping[str, Any], law: Regime) -> list[str]:
    """The words that the linter knows at a place, asked with one that it cannot know."""
    for fault in _faults(_put(data, at, _NONSENSE), law):
        if fault[2].get("word") == _NONSENSE and "known" in fault[2]:
            return str(fault[2]["known"]).split(", ")
    return []


def _words(path: str, law: Regime) -> list[Any]:
    """The words of a list that the linter leaves to people, by the end of a path."""
    first, last = path.partition(".")[0], path.rpartition(".")[2]
    if last == "term" and first == "lend":
        return ["15d", "30d"]
    if path.endswith("rules.checks"):
        return list(law.get("handover.checks"))
    if path.endswith("when.mode"):
        kind = kinds.kind({"handover": "handover", "store": "store"}.get(first, "loan"), law)
        return list(kind.columns["mode"].choices)
    found = next((words for end, words in _LISTS.items() if path == end or path.endswith(f".{end}")), ())
    return list(
        found
        or {"owners": law.get("departments"), "lead": law.get("departments")}.get(
            (*path.split("."), "", "")[2 if first == "files" else 0]
        )
        or ()
    )


def _choices(path: str) -> tuple[str, ...]:
    return tuple(fields.known(path).choices)


_LISTS: Mapping[str, tuple[Any, ...]] = {
    "papers.form": _choices("documents[].form"),
    "any_of.form": _choices("documents[].form"),
    "contains.form": _choices("documents[].form"),
    "when.relation": _choices("relations[].kind"),
    "when.happened": ("lent", "returned", "moved"),
    "care.rules.by": _choices("interactions[].kind"),
    "before": ("meet", "audit", "pack", "send"),
    "after": ("sort_in", "train", "evaluate"),
    "handover.plan": ("scope", "aim", "time", "place", "people", "material", "duties", "rights"),
    "handover.rules.plan": ("scope", "registry", "tax", "accepted"),
    "refusal": ("applicant", "previous"),
    "intake.number": ("at-creation", "after-approval"),
    "rename.by": ("update", "case"),
    "rename.account.by": ("update", "case"),
    "lend.renew": ("same", "phone", "mail", "in-person", "formalities", "barred"),
    "media.keep": ("either", "both"),
    "volumes.order": ("date", "number", "kind", "process"),
    "volumes.gather": ("customer", "material"),
    "destroy.grounds": ("expired", "useless", "unneeded", "asked"),
    "never_from": ("trade-stopped", "contract-ended"),
    "rules.from": ("archived", "contract-ended"),
    "means": ("signed", "paper", "message"),
    "collect.channels": _choices("collection[].channel"),
    "of": ("quarter", "year", "month"),
    "intake.one_copy": (True, False, "any-form"),
    "intake.filing": _FIELDS,
    "intake.stub": _FIELDS,
    "intake.verify": _FIELDS,
    "collect.basics": _FIELDS,
    "complete.fields": _FIELDS,
    "provide.never": _FIELDS,
    "required": _FIELDS,
    "required.fields": _FIELDS,
    "sections": _SECTIONS,
    "barred": _SECTIONS,
    "arrange.by": ("filing.place", "keeper", "classification.region"),
    "delegate.while": ("absent", "always"),
}
