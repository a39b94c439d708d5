"""Which fields a file holds, must hold and may not: how the rules of its kinds narrow the one vocabulary.

``files.<kind>`` and, for every file, ``fields`` state: ``sections``, a list of sections and fields, ``basic``, ``interactions``
or ``interactions.<kind>`` (null: all); ``extra``, what becomes of anything else (allow, flag, refuse); ``barred`` fields;
``required``, a list of fields, of lists of which any will do, and of ``{when: …, fields: […]}``; ``blank`` (flag, refuse);
``owners``, the department that feeds a section. A file that names no kind counts as of the only kind there is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from archivectl.records import facts, fields
from archivectl.regime.model import Regime, first

ALLOW, FLAG, REFUSE = "allow", "flag", "refuse"
EXTRA = (ALLOW, FLAG, REFUSE)
BLANK = (FLAG, REFUSE)
INTERACTIONS = "interactions"
BASIC = "basic"
_OWN = "own-company"
_BASIC = frozenset({"phone", "fax", "email", "website", "address", "identity", "registration", "size", "people", "person"})
# What says how a file was made and is kept; no rule about a customer's content leaves it out.
_APART = frozenset(
    {"schema", "uid", "number", "subject", "status", "secrecy", "files", "name", "former_names", "keeper", "department", "note"}
    | {"classification", "filing", "volumes", "documents", "purposes", "consent", "identity_checks", "collection", "retention"}
    | {"source", "destroyed", "withdrawn", "keys"}
)
_ITEM = re.compile(r"\[[^\[\]]*\]")


class Rules(NamedTuple):
    """What is asked of one file; ``sections`` is None where it may hold everything, of each in ``required`` any field will do."""

    sections: tuple[str, ...] | None
    extra: str
    barred: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    blank: str


def stating(data: Mapping[str, Any], regime: Regime) -> list[tuple[str, Mapping[str, Any]]]:
    """What holds for a file, each with its path in the regime: the rules of every file, and those of its kinds."""
    kinds = regime.get("files") or {}
    named = data.get("files") or ([*kinds] if len(kinds) == 1 and data.get("subject") != _OWN else [])
    found = [("fields", regime.get("fields")), *((f"files.{name}", kinds.get(name)) for name in named)]
    return [(path, stated) for path, stated in found if isinstance(stated, Mapping)]


def rules(data: Mapping[str, Any], regime: Regime) -> Rules:
    """All that is asked of a file, the strictest of what its kinds say."""
    found = [stated for _path, stated in stating(data, regime)]
    listed = [stated["sections"] for stated in found if stated.get("sections") is not None]
    return Rules(
        tuple(dict.fromkeys(word for words in listed for word in words)) if listed else None,
        _strictest(EXTRA, (stated.get("extra") for stated in found)),
        tuple(word for stated in found for word in stated.get("barred") or ()),
        _required(found, data),
        _strictest(BLANK, (stated.get("blank") for stated in found)),
    )


def owners(data: Mapping[str, Any], regime: Regime) -> dict[str, str]:
    """The departments that feed the sections of a file, by section."""
    return {section: unit for _path, stated in stating(data, regime) for section, unit in (stated.get("owners") or {}).items()}


def _required(found: Iterable[Mapping[str, Any]], data: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(need for stated in found for need in _needs(stated.get("required") or (), data)))


def _strictest(known: Sequence[str], stated: Iterable[Any]) -> str:
    return max((str(each) for each in stated if each in known), key=known.index, default=known[0])


def _needs(rows: Iterable[Any], data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The fields asked for of this file, each as those of which any will do."""
    for row in rows:
        if isinstance(row, Mapping):
            if first([row], facts.of(data)) is not None:
                yield from _needs(row.get("fields") or (), data)
        else:
            yield tuple(row) if isinstance(row, list) else (str(row),)


def lacking(data: Mapping[str, Any], regime: Regime) -> list[tuple[str, ...]]:
    """The required fields that stand blank. Needs no key."""
    return [need for need in asked(data, regime) if not any(filled(data, path) for path in need)]


def asked(data: Mapping[str, Any], regime: Regime) -> list[tuple[str, ...]]:
    """What is required of a file, each as the fields of which any will do; what may not stand for its subject is not asked."""
    subject = str(data.get("subject"))
    wanted = _required([stated for _path, stated in stating(data, regime)], data)
    known = (tuple(path for path in need if (at := field_named(path)) and subject in at.subjects) for need in wanted)
    return [need for need in known if need]


def filled(data: Any, path: str) -> bool:  # noqa: ANN401 - plain data of any shape
    """Whether anything stands at a path, sealed (null, where it comes from the index) or not; of a list, in any of its items."""
    key, _dot, rest = _general(path).partition(".")
    if not isinstance(data, Mapping) or key not in data:
        return False
    value = data[key]
    if not rest:
        return value not in ("", [], {})
    return any(filled(item, rest) for item in (value if isinstance(value, list) else [value]))


def excess(paths: Iterable[str], data: Mapping[str, Any], regime: Regime) -> Iterator[tuple[str, str]]:
    """Of some paths those that the rules of a file leave out, each with why: ``barred``, or ``extra``."""
    found = rules(data, regime)
    for path in dict.fromkeys(map(_general, paths)):
        if any(covers(word, path) for word in found.barred):
            yield path, "barred"
        elif found.sections is not None and not _listed(path, found.sections):
            yield path, "extra"


def _listed(path: str, sections: Iterable[str]) -> bool:
    return path.partition(".")[0] in _APART or any(covers(word, path) for word in sections)


def covers(word: str, path: str) -> bool:
    """Whether a word of ``sections`` or ``barred`` takes in a path, whose items bear no id."""
    if word == BASIC:
        return path.partition(".")[0] in _BASIC
    return path == word or path.startswith(f"{word}.")


def _general(path: str) -> str:
    return _ITEM.sub("", path)


def is_word(word: str) -> bool:
    """Whether a word names a section, a field or a kind of interaction."""
    top, _dot, kind = word.partition(".")
    if top == INTERACTIONS:
        return not kind or kind in fields.known(f"{INTERACTIONS}[].kind").choices
    return word == BASIC or field_named(word) is not None


@lru_cache(maxsize=1024)
def field_named(word: str) -> fields.Field | None:
    """The field of a path without brackets: ``contacts.phone``, ``finances.years.turnover``."""
    at, found = "", None
    for key in word.split("."):
        found = fields.field_at(f"{at}{key}")
        if found is None:
            return None
        at += f"{key}[]." if found.type == "list" else f"{key}."
    return found


def command(label: str, path: str) -> str:
    """What is typed to fill in a field of a file: an item of a list is added."""
    section, _dot, rest = path.partition(".")
    found = fields.field_at(section)
    if found is not None and found.type == "list":
        return f"add {label} {section} {rest}=…" if rest else f"add {label} {section} …"
    return f"update {label} --set {path}=…"


def title(path: str) -> dict[str, str]:
    """What a field, section or kind of interaction is called."""
    top, _dot, kind = path.partition(".")
    if top == INTERACTIONS and kind:
        return {**fields.known(f"{INTERACTIONS}[].kind").choices.get(kind, {"zh": kind, "en": kind})}
    if path == BASIC:
        return {"zh": "基本资料", "en": "Basic data"}
    found = field_named(path)
    return {"zh": found.zh, "en": found.en} if found else {"zh": path, "en": path}


def titles(needs: Iterable[tuple[str, ...]], most: int) -> dict[str, str]:
    """What some fields are called, in one text by language; of many only the first."""
    shown = [[title(path) for path in need] for need in needs]
    more = " …" if len(shown) > most else ""
    between = {"zh": "、", "en": ", "}
    return {
        language: mark.join(" / ".join(each[language] for each in need) for need in shown[:most]) + more
        for language, mark in between.items()
    }
