"""The fields of a record and of its interactions: their titles, types and secrecy, and how a path reaches a value.

A path is made of keys, list items by their id: ``contacts[cK3F7Q].phone``. In the path of a field, ``[]`` stands for any item.
Light: it reads the shipped schemas and loads nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, keyed, pick
from archivectl.records import schema
from archivectl.records.formats import SEALED

SUBJECTS = ("organisation", "person", "own-company")
HANDLE = "handle"  # the check of a field that names a member
_CLEAR = ("open", "internal")
_RANKS = (*_CLEAR, *SEALED)
_STEP = re.compile(r"([^.\[\]]+)(?:\[([^\[\]]+)\])?(?:\.(?=.)|\Z)")
_PATH = re.compile(r"[^.\[\]]+(?:\[[^\[\]]+\])?(?:\.[^.\[\]]+(?:\[[^\[\]]+\])?)*")
_ITEM = re.compile(r"\[[^\[\]]*\]")
_CLOSE = 3


class UnknownField(WrongUsage):
    """A path that leads to no field."""

    message = "There is no field “{path}”."
    hint = "The nearest are: {close}. All of them stand in schemas/customer.schema.json"


class Field(NamedTuple):
    """One field; ``secrecy`` is a level or a level by subject, ``choices`` maps keys to titles, ``other`` admits more than these.

    ``raised`` says that the grade of the file may raise it, ``signed`` that a number may be below zero, ``subjects`` for whom it
    may stand.
    """

    path: str
    zh: str
    en: str
    also: tuple[str, ...]
    type: str
    secrecy: str | Mapping[str, str]
    check: str
    choices: Mapping[str, Mapping[str, str]]
    other: bool
    layout: str
    raised: bool
    signed: bool
    subjects: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return pick({"zh": self.zh, "en": self.en})

    def level(self, subject: str) -> str:
        """How secret it is for a subject."""
        return schema.at(self.secrecy, subject)


def read(shape: Mapping[str, Any], before: str = "", subjects: tuple[str, ...] = SUBJECTS) -> Iterator[Field]:
    """Every field of a schema, groups and lists before what they hold."""
    for key, each in shape["properties"].items():
        path, own = before + key, tuple(each.get("x-for", subjects))
        yield _field(path, each, own)
        if "properties" in each:
            yield from read(each, f"{path}.", own)
        elif "properties" in each.get("items", ()):
            yield from read(each["items"], f"{path}[].", own)


def _field(path: str, shape: Mapping[str, Any], subjects: tuple[str, ...]) -> Field:
    return Field(
        path=path,
        zh=shape["x-title"]["zh"],
        en=shape["x-title"]["en"],
        also=tuple(shape.get("x-also", ())),
        type=shape["x-type"],
        secrecy=shape["x-secrecy"],
        check=shape.get("x-check", ""),
        choices=shape.get("x-choices", {}),
        other="x-other" in shape or "propertyNames" in shape,
        layout=shape.get("x-layout", ""),
        raised="x-raised" in shape,
        signed="x-signed" in shape,
        subjects=subjects,
    )


@cache
def _shape() -> Mapping[str, Any]:
    """The properties of a record, and after them its interactions."""
    own, interactions = schema.load("customer")["properties"], schema.load("interactions")["properties"]
    return {"properties": {**own, "interactions": interactions["interactions"]}}


@cache
def vocabulary() -> Mapping[str, Field]:
    """Every field by its path."""
    return MappingProxyType({field.path: field for field in read(_shape())})


@cache
def of_members() -> frozenset[str]:
    """The last keys of the fields that name a member; other fields may end so too."""
    return frozenset(path.rpartition(".")[2] for path, field in vocabulary().items() if field.check == HANDLE)


def titled(path: str, axes: Mapping[str, Any] | None = None) -> str:
    """What a field is called where it stands, an axis as the rules call it, after the group above; of none the path as it is."""
    if (field := field_at(path)) is None:
        return path
    group, _dot, key = path.rpartition(".")
    axis = (axes or {}).get(key) if group == "classification" else None
    own, above = pick(axis) if axis else field.title, field_at(group) if group else None
    return f"{above.title} · {own}" if above else own


def field_at(path: str) -> Field | None:
    """The field a path leads to, or None; an item of a list is the list, an axis of the archive's own a text."""
    general = _ITEM.sub("[]", path)
    if found := _at(general.removesuffix("[]")):
        return found
    group, _, key = general.rpartition(".")
    parent = _at(group) if key else None
    if parent is None or parent.type != "group" or not parent.other:
        return None
    level = _shape()["properties"][group]["additionalProperties"]["x-secrecy"]
    return parent._replace(path=general, zh=key, en=key, also=(), type="text", secrecy=level, other=False)


@cache
def _at(path: str) -> Field | None:
    """The field of the vocabulary at a path, found without looking at any other."""
    shape, subjects = _shape(), SUBJECTS
    for key in path.split("."):
        inside = shape.get("properties") or shape.get("items", {}).get("properties", {})
        shape = inside.get(key.removesuffix("[]"), {})
        subjects = tuple(shape.get("x-for", subjects))
        if ("items" in shape and "properties" in shape["items"]) != key.endswith("[]") and not path.endswith(key):
            return None
    return _field(path, shape, subjects) if "x-type" in shape else None


def known(path: str) -> Field:
    """The field a path leads to; raises UnknownField."""
    found = field_at(path)
    if found is None:
        raise UnknownField(path=path, close=named(_close(path)))
    return found


def named(paths: Iterable[str]) -> Titles:
    """Paths to choose from; in Chinese, with the titles of the fields."""
    return keyed({path: {"zh": field.zh if (field := field_at(path)) else path} for path in paths})


def entitled(paths: Iterable[str]) -> Titles:
    """What fields are called, each title once."""
    found = ((field.zh, field.en) if (field := field_at(path)) else (path, path) for path in paths)
    return Titles({"zh": zh, "en": en} for zh, en in dict.fromkeys(found))


def _close(path: str) -> list[str]:
    import difflib  # noqa: PLC0415 - needed only once somebody mistyped

    names = {name: field.path for field in reversed(tuple(vocabulary().values())) for name in _names(field)}
    found = difflib.get_close_matches(_ITEM.sub("[]", path), names, n=_CLOSE, cutoff=0)
    return list(dict.fromkeys(names[name] for name in found))


def _names(field: Field) -> tuple[str, ...]:
    """What a field may have been meant to be called, after its group too."""
    group = field_at(field.path.rpartition(".")[0])
    within = [f"{group.zh}{'[]' * (group.type == 'list')}.{field.zh}"] if group else []
    return (field.path, field.zh, *field.also, *within)


def level_of(path: str, subject: str, grade: str = "") -> str:
    """How secret the field at a path is for a subject; raises UnknownField.

    ``grade`` is what the file's grade raises its content to, where the rules want that: what is sealed anyway, and clear content.
    """
    field = known(path)
    level = field.level(subject)
    if grade not in SEALED or not (field.raised or level in SEALED):
        return level
    return max(level, grade, key=_RANKS.index)


def secret(path: str, subject: str, grade: str = "") -> bool:
    """Whether the field at a path is encrypted for a subject, in a file of that grade; raises UnknownField."""
    return level_of(path, subject, grade) not in _CLEAR


def folded(text: str) -> str:
    """Text as titles are compared: half width, lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def walk(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value of a record or of its interactions with its path, in the order of the schema; lists of text are one value."""
    return _walk(data, _shape(), "")


def _walk(data: Mapping[str, Any], shape: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    properties = shape.get("properties", {})
    rank = {key: place for place, key in enumerate(properties) if key in data}
    for key in sorted(data, key=lambda key: rank.get(key, len(properties))):
        value, path = data[key], before + key
        if isinstance(value, str):  # most are, and that is told at once
            yield path, value
        elif isinstance(value, Mapping):
            yield from _walk(value, properties.get(key, {}), f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            items = properties.get(key, {}).get("items", {})
            for place, item in enumerate(value):
                yield from _walk(item, items, f"{path}[{item.get('id', place)}].")
        else:
            yield path, value


def _steps(path: str) -> list[tuple[str, str]]:
    known(path)
    if not _PATH.fullmatch(path):
        raise UnknownField(path=path, close=named(_close(path)))
    return [(match[1], match[2] or "") for match in _STEP.finditer(path)]


def get(data: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any value of a record
    """The value at a path, or None; raises UnknownField."""
    value: Any = data
    for key, item in _steps(path):
        value = value.get(key) if isinstance(value, Mapping) else None
        if item:
            value = _item(value or (), item)
    return value


def _item(rows: Sequence[Any], item: str) -> Any:  # noqa: ANN401 - an item of a list
    return next((row for row in rows if row.get("id") == item), None)


def set_(data: dict[str, Any], path: str, value: Any) -> None:  # noqa: ANN401 - any value of a record
    """Put a value at a path, making groups and items on the way; raises UnknownField."""
    steps = _steps(path)
    for place, (key, item) in enumerate(steps):
        last = place == len(steps) - 1
        if not item:
            if last:
                data[key] = value
            else:
                data = data.setdefault(key, {})
            continue
        rows = data.setdefault(key, [])
        row = _item(rows, item)
        if row is None:
            row = {"id": item}
            rows.append(row)
        if last:
            row.clear()
            row.update({"id": item, **value})
        data = row


def unset(data: dict[str, Any], path: str) -> None:
    """Take the value at a path away, and groups and lists that are empty then; raises UnknownField."""
    _unset(data, _steps(path))


def _unset(data: dict[str, Any], steps: Sequence[tuple[str, str]]) -> None:
    (key, item), *rest = steps
    if key not in data:
        return
    inner: Any = _item(data[key], item) if item else data[key]
    if rest and inner is not None:
        _unset(inner, rest)
    elif item:
        data[key] = [row for row in data[key] if row.get("id") != item]
    if (not rest and not item) or data[key] in ({}, []):
        del data[key]
