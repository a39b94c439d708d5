"""Conditions on records: ``field=value field~text field<date``, with ``or``, ``not`` and brackets; a space is *and*.

``field=`` alone selects where the field is empty; a sealed one may be asked for that much. ``place=3柜`` is every place that
begins so, 3柜2层 too.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, fitting, keyed
from archivectl.members.member import LEVELS
from archivectl.records import fields, naming
from archivectl.records.fields import Field

_TOKEN = re.compile(r"""\s*(?:(\(|\))|("[^"]*"|[^\s()"]+(?:"[^"]*")?))""")
_TERM = re.compile(r"""([^=~<>＝]+?)(<=|>=|=|＝|~|<|>)(.*)\Z""", re.DOTALL)
_NUMBERS = frozenset({"integer", "decimal", "money"})
_CLEAR = frozenset({"open", "internal"})
_HOLDERS = frozenset({"group", "list", "map"})
_FILES = "files"
_NONE: Mapping[str, Any] = {}
_COLUMNS = frozenset({"number", "uid", "subject", "status", "secrecy", "name"})


class BadCondition(WrongUsage):
    """A text that is no condition."""

    message = "“{text}” is no condition."
    hint = "Write field=value, field~text or field<2026-01-01; join them with spaces, or, not."


class Unclosed(WrongUsage):
    """A bracket that is opened and not closed."""

    message = "A bracket is not closed."
    hint = "Each ( needs its ); quote the whole condition."


class UnknownValue(WrongUsage):
    """A value that a field to choose from cannot have."""

    message = "{title}: “{value}” is not what stands there."
    hint = "It is one of: {known}"


class SealedField(WrongUsage):
    """A condition on a field that no index holds."""

    message = "“{path}” is sealed and cannot be searched here."
    hint = "Search by what is in clear, by a name or a whole number: archivectl search NAME, archivectl list id_number=NUMBER"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in the index's language, with its values."""

    where: str
    values: tuple[Any, ...]


# The uids of those of the selected records that hold a sealed value at or under a path, which the index does not tell.
Sealed = Callable[[str, Condition], Iterable[str]]
# The uids of the records that hold exactly that value, sealed, at a field; None where such a field cannot be asked.
Holding = Callable[[Field, str], Iterable[str] | None]


def compile_(
    text: str,
    axes: Mapping[str, Any],
    sealed: Sealed,
    holding: Holding = lambda _field, _value: None,
    kinds: Mapping[str, Any] = _NONE,
) -> Condition:
    """The condition a text states; an empty text selects everything. ``kinds`` are the titles of kinds of file.

    Raises:
        BadCondition, UnknownField, UnknownValue, SealedField, and what ``holding`` raises.
    """
    words = [bracket or word for bracket, word in _TOKEN.findall(text)]
    if not words:
        return Condition("1", ())
    if sum(word.lower() in {"(", "not", "非"} for word in words) > _DEEPEST:
        raise BadCondition(text=text[:60] + "…")
    reader = _Reader(words, axes, sealed, holding, kinds)
    condition = reader.either()
    if reader.left:
        raise BadCondition(text=text)
    return condition


_DEEPEST = 100  # brackets and negations that anybody writes


def names(text: str) -> set[str]:
    """The paths of the fields that a condition asks about, those that it knows."""
    terms = (_TERM.match(word) for _bracket, word in _TOKEN.findall(text) if word)
    return {field.path for term in terms if term for field in naming.called(term[1])[:1]}


class _Reader:
    def __init__(
        self, words: list[str], axes: Mapping[str, Any], sealed: Sealed, holding: Holding, kinds: Mapping[str, Any]
    ) -> None:
        self.left = words
        self.axes = axes
        self.kinds = kinds
        self.sealed = sealed
        self.holding = holding

    def either(self) -> Condition:
        parts = [self.both()]
        while self.left and self.left[0].lower() in {"or", "或"}:
            self.left.pop(0)
            parts.append(self.both())
        return _joined(parts, " OR ")

    def both(self) -> Condition:
        parts = [self.one()]
        while self.left and self.left[0] != ")" and self.left[0].lower() not in {"or", "或"}:
            if self.left[0].lower() in {"and", "且"}:
                self.left.pop(0)
            parts.append(self.one())
        return _joined(parts, " AND ")

    def one(self) -> Condition:
        if not self.left:
            raise BadCondition(text="")
        word = self.left.pop(0)
        if word.lower() in {"not", "非"}:
            inner = self.one()
            return Condition(f"NOT coalesce({inner.where}, 0)", inner.values)
        if word == "(":
            inner = self.either()
            if not self.left or self.left.pop(0) != ")":
                raise Unclosed
            return Condition(f"({inner.where})", inner.values)
        return self.term(word)

    def term(self, word: str) -> Condition:
        match = _TERM.match(word)
        if match is None:
            raise BadCondition(text=word)
        name, sign, value = match[1], match[2].replace("＝", "="), match[3].strip('"')
        axis = self.axis(name)
        if sign == "=" and not value:
            if axis:
                return _empty(_held(f"classification.{axis}"))
            return _joined([self.empty(field) for field in _fields(name)], " AND ")
        if axis:
            values = self.axes[axis].get("values", {})
            return _compared(_held(f"classification.{axis}"), _chosen(Titles([self.axes[axis]]), values, value, sign), sign)
        several = _fields(name)
        clear = [field for field in several if _levels(field) & _CLEAR]
        held = [uids for field in several if sign == "=" and (uids := self.holding(field, value)) is not None]
        if not clear and not held:
            raise SealedField(path=several[0].path)
        if sign == "=" and clear and fields.field_at(name) is None and clear[0].path.endswith(".place"):
            sign = "^"
        asked = (self.told(field, value) for field in clear)
        return _joined([*(_asked(field, value, sign) for field in asked), *map(_one_of, held)], " OR ")

    def told(self, field: Field, value: str) -> Field:
        """The field; with the archive's kinds of file to choose from, where it holds those: only a key may be another's."""
        return field._replace(choices=self.kinds, other=value.isascii()) if field.path == _FILES else field

    def axis(self, name: str) -> str:
        """The axis of that key, path or title; empty where there is none."""
        return naming.axis(name, self.axes)

    def empty(self, field: Field) -> Condition:
        """Where a field holds nothing: what the index has nothing of may still be sealed."""
        condition = _without(field)
        if _levels(field) <= _CLEAR and not field.raised:
            return condition
        sealed = _one_of(self.sealed(field.path, condition))
        return _joined([condition, Condition(f"NOT {sealed.where}", sealed.values)], " AND ")


def _one_of(uids: Iterable[str]) -> Condition:
    return Condition("uid IN (SELECT value FROM json_each(?))", (json.dumps(list(uids)),))


def _fields(name: str) -> list[Field]:
    """The field of that path; else all that are called so and stand as near the top of a record as the first of them."""
    if field := fields.field_at(name):
        return [field]
    found = naming.called(name) or [fields.known(name)]
    return [
        field for field in found if field.path.count(".") == found[0].path.count(".") and field.type not in _HOLDERS
    ] or found[:1]


def _levels(field: Field) -> set[str]:
    return {field.secrecy} if isinstance(field.secrecy, str) else set(field.secrecy.values())


def _asked(field: Field, value: str, sign: str) -> Condition:
    """A field compared; of one in a list, or one that is a list, any item will do."""
    value = _chosen(field.title, field.choices, value, "~" if field.other else sign)
    rows, inside = _rows(field)
    held = field.path if field.path in _COLUMNS else inside if rows else _held(field.path)
    if value in LEVELS and sign[0] in "<>":
        named = tuple(level for level in LEVELS if sign in _signs(level, value))
        condition = Condition(f"{held} IN ({', '.join('?' * len(named))})", named)
        return _among(rows, condition) if rows else condition
    condition = _compared(f"CAST({held} AS REAL)" if field.type in _NUMBERS else held, value, sign)
    return _among(rows, condition) if rows else condition


def _signs(level: str, other: str) -> tuple[str, ...]:
    """The signs that hold between two levels, which have an order of their own."""
    difference = LEVELS.index(level) - LEVELS.index(other)
    return (">", ">=") if difference > 0 else ("<", "<=") if difference else ("=", ">=", "<=")


def _chosen(title: str | Titles, choices: Mapping[str, Any], text: str, sign: str) -> str:
    """The key of the choice that is meant; raises UnknownValue where a value is asked for that no record can have."""
    wanted = fields.folded(text)
    for key, titles in choices.items():
        if wanted in {fields.folded(each) for each in (key, titles.get("zh", ""), titles.get("en", ""))}:
            return key
    if choices and sign == "=":
        raise UnknownValue(value=text, title=title, known=keyed(fitting(text, choices)))
    return text


def _among(rows: str, condition: Condition) -> Condition:
    return Condition(f"EXISTS (SELECT 1 FROM {rows} WHERE {condition.where})", condition.values)  # noqa: S608 - paths are plain


def _compared(column: str, value: str, sign: str) -> Condition:
    if column.startswith("CAST"):
        return Condition(f"{column} {sign} CAST(? AS REAL)", (value,))
    if sign == "~":
        return Condition(f"instr(lower({column}), lower(?)) > 0", (value,))
    if sign == "^":  # begins with
        return Condition(f"instr({column}, ?) = 1", (value,))
    return Condition(f"{column} {sign} ?", (value,))


def _rows(field: Field) -> tuple[str, str]:
    """The items among which a field stands, and it in one of them, in the index's language; empty where it stands alone."""
    above, several, rest = field.path.partition("[].")
    if several:
        return f"json_each(data, {_place(above)})", f"json_extract(data, json_each.fullkey || substr({_place(rest)}, 2))"
    return (f"json_each(data, {_place(above)})", "json_each.value") if field.type == "texts" else ("", "")


def _without(field: Field) -> Condition:
    """Where the index has nothing of a field: in no item, where it is one of a list's items."""
    if "[]." not in field.path:
        return _empty(field.path if field.path in _COLUMNS else _held(field.path))
    rows, inside = _rows(field)
    return Condition("NOT " + _among(rows, Condition(f"NOT {_empty(inside).where}", ())).where, ())


def _held(path: str) -> str:
    """What the index has of a field, in its language."""
    return f"json_extract(data, {_place(path)})"


def _place(path: str) -> str:
    return "'$.{}'".format(".".join(f'"{key}"' for key in _plain(path).split(".")))


def _empty(held: str) -> Condition:
    return Condition(f"coalesce({held}, '') IN ('', '{{}}', '[]')", ())


def _plain(path: str) -> str:
    """A path that may stand inside a query: letters, digits, dots, dashes and underscores."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", path):
        raise BadCondition(text=path)
    return path


def _joined(parts: list[Condition], word: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    return Condition("(" + word.join(part.where for part in parts) + ")", tuple(value for part in parts for value in part.values))
