"""The words that a report of figures is described by: labels to group by, columns to list; a title and a value for each.

A word is a column of what is counted (an interaction, an item of a section, an entry), a field of the file by its path or title,
an axis, or one of ``customer``, ``name``, ``kind``, ``day``, ``month``, ``quarter``, ``year``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _, listed, pick
from archivectl.records import fields, naming
from archivectl.records.fields import Field
from archivectl.registers.kinds import Kind
from archivectl.reports.files import called, shown

SPECIAL = {
    "customer": N_("Customer"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "day": N_("Day"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Year"),
}
_NUMBERS = frozenset({"integer", "decimal", "money", "number"})
_HANDLES = frozenset({"by", "approved_by", "relationship.contact_staff"})


class UnknownLabel(WrongUsage):
    """A word that nothing of what is counted is called by."""

    message = "“{word}” is no label here."
    hint = "Group by an axis ({axes}), a field of the file, or a column: {columns}"


class Label(NamedTuple):
    """A word: ``of`` is ``own`` (of the thing counted), ``file``, ``special`` or ``made`` (one number less another)."""

    word: str
    of: str
    title: str
    path: str = ""
    number: bool = False
    money: bool = False
    made: tuple[str, ...] = ()


class Words:
    """What the words of a report mean; ``section`` is where what it counts stands in the vocabulary, or ``kind`` its register."""

    def __init__(self, archive: Archive, section: str, kind: Kind | None) -> None:
        self.archive, self.section, self.kind = archive, section, kind
        self.axes: Mapping[str, Any] = archive.regime.get("axes") or {}

    def label(self, asked: Any) -> Label:  # noqa: ANN401 - a word, or titles with what is taken from what
        """The label that a word means, or ``{zh: …, minus: [a, b]}``. Raises UnknownLabel."""
        if isinstance(asked, Mapping):
            return Label(pick(asked), "made", pick(asked), number=True, money=True, made=tuple(asked["minus"]))
        return self._own(asked) or self._special(asked) or self._of_file(asked)

    def _own(self, word: str) -> Label | None:
        if self.kind is not None:
            column = self.kind.columns.get(word)
            return Label(word, "own", pick(column.titles), word, column.type in _NUMBERS) if column else None
        field = fields.field_at(f"{self.section}[].{word}") if self.section and "." not in word else None
        if field is None and self.section:
            field = next((each for each in self._columns() if word in {each.zh, each.en}), None)
        return _labelled(field, "own") if field else None

    def _columns(self) -> list[Field]:
        begins = f"{self.section}[]."
        return [each for path, each in fields.vocabulary().items() if path.startswith(begins) and "." not in path[len(begins) :]]

    def _special(self, word: str) -> Label | None:
        key = next((key for key, title in SPECIAL.items() if word in {key, title, _(title)}), "")
        return Label(key, "special", _(SPECIAL[key])) if key else None

    def _of_file(self, word: str) -> Label:
        for key, axis in self.axes.items():
            if word in {key, f"classification.{key}", axis.get("zh"), axis.get("en")}:
                return Label(f"classification.{key}", "file", pick(axis), f"classification.{key}")
        field = fields.field_at(word) or next((each for each in naming.by_title(word) if "[]" not in each.path), None)
        if field is None:
            columns = [each.title for each in self._columns()] if self.section else list(self.kind.columns) if self.kind else []
            raise UnknownLabel(word=word, axes=listed(map(pick, self.axes.values())), columns=listed(columns))
        return _labelled(field, "file")

    def told(self, label: Label, value: Any) -> str:  # noqa: ANN401 - any value of a record or a column
        """A value as it is printed."""
        if value is None:
            return ""
        if label.path in _HANDLES:
            handles = value if isinstance(value, list) else [value]
            return listed(self.archive.members[each].name if each in self.archive.members else each for each in handles)
        if self.kind is not None and label.of == "own":
            choices = self.kind.columns[label.word].choices
            return pick(choices[value]) if value in choices else str(value)
        path = f"{self.section}[].{label.path}" if label.of == "own" else label.path
        return shown(path, called(self.archive, path, value), self.axes)


def _labelled(field: Field, of: str) -> Label:
    word = field.path.rpartition("[].")[2]
    title = fields.titled(word) if of == "file" and word.count(".") > 1 else field.title
    return Label(word, of, title, word, field.type in _NUMBERS, field.type == "money")
