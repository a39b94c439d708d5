"""Conditions on records: ``field=value field~text field<date``, with ``or``, ``not`` and brackets; a space is *and*."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.records import fields

_TOKEN = re.compile(r"""\s*(?:(\(|\))|("[^"]*"|[^\s()"]+(?:"[^"]*")?))""")
_TERM = re.compile(r"""([^=~<>＝]+?)(<=|>=|=|＝|~|<|>)(.*)\Z""", re.DOTALL)
_NUMBERS = frozenset({"integer", "decimal", "money"})
_COLUMNS = frozenset({"number", "uid", "subject", "status", "secrecy", "name"})


class BadCondition(WrongUsage):
    """A text that is no condition."""

    message = "“{text}” is no condition."
    hint = "Write field=value, field~text or field<2026-01-01; join them with spaces, or, not."


class SealedField(WrongUsage):
    """A condition on a field that no index holds."""

    message = "“{path}” is sealed and cannot be searched here."
    hint = "Search by what is in clear, or by a person's name: archivectl search NAME"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in the index's language, with its values."""

    where: str
    values: tuple[Any, ...]


def compile_(text: str, axes: Mapping[str, Any]) -> Condition:
    """The condition a text states; an empty text selects everything. Raises BadCondition, UnknownField, SealedField."""
    words = [bracket or word for bracket, word in _TOKEN.findall(text)]
    if not words:
        return Condition("1", ())
    reader = _Reader(words, axes)
    condition = reader.either()
    if reader.left:
        raise BadCondition(text=text)
    return condition


class _Reader:
    def __init__(self, words: list[str], axes: Mapping[str, Any]) -> None:
        self.left = words
        self.axes = axes

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
                raise BadCondition(text="(")
            return Condition(f"({inner.where})", inner.values)
        return self.term(word)

    def term(self, word: str) -> Condition:
        match = _TERM.match(word)
        if match is None:
            raise BadCondition(text=word)
        name, sign, value = match[1], match[2].replace("＝", "="), match[3].strip('"')
        column, found = self.column(name, value)
        if column.startswith("CAST"):
            return Condition(f"{column} {sign} CAST(? AS REAL)", (found,))
        if sign == "~":
            return Condition(f"instr(lower({column}), lower(?)) > 0", (found,))
        return Condition(f"{column} {sign} ?", (found,))

    def column(self, name: str, value: str) -> tuple[str, Any]:
        for key, axis in self.axes.items():
            if name in {key, f"classification.{key}", axis.get("zh"), axis.get("en")}:
                titles = {title: k for k, one in axis.get("values", {}).items() for title in (one.get("zh"), one.get("en"))}
                return f"json_extract(data, '$.classification.\"{_plain(key)}\"')", titles.get(value, value)
        field = fields.field_at(name) or next(iter(fields.by_title(name)), None) or fields.known(name)
        levels = {field.secrecy} if isinstance(field.secrecy, str) else set(field.secrecy.values())
        if not levels & {"open", "internal"}:
            raise SealedField(path=field.path)
        for key, names in field.choices.items():
            if value in {key, names.get("zh"), names.get("en")}:
                value = key
        if field.path in _COLUMNS:
            return field.path, value
        held = f"json_extract(data, '$.{_plain(field.path)}')"
        return (f"CAST({held} AS REAL)" if field.type in _NUMBERS else held), value


def _plain(path: str) -> str:
    """A path that may stand inside a query: letters, digits, dots, dashes and underscores."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", path):
        raise BadCondition(text=path)
    return path


def _joined(parts: list[Condition], word: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    return Condition("(" + word.join(part.where for part in parts) + ")", tuple(value for part in parts for value in part.values))
