"""The text of a record as a person edits it: what stands in it, what a change of it means, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.cli import console
from archivectl.errors import ArchiveError, Conflict, NotAllowed, WrongUsage
from archivectl.i18n import MASK, _, listed
from archivectl.records import fields
from archivectl.records.model import Record

_OWN = ("schema", "uid", "number", "subject", "status", "keys")


class BadText(WrongUsage):
    """A text that came back from the editor and is not YAML; ``within`` is the line without the comments at the top."""

    message = "Line {line}, column {column} of your text: {problem}."
    hint = "Nothing was saved; go on with it: archivectl edit NUMBER --draft"


class Empty(WrongUsage):
    """A text without a word, as an editor leaves it that could not write."""

    message = "Your text is empty; nothing was saved."
    hint = "To empty a single field, take its line out: archivectl edit NUMBER"


class ChangedBelow(Conflict):
    """Somebody changed the same fields while they were being edited."""

    message = "{record} was changed by somebody else while you were editing: {fields}."
    hint = "Look at both, then save again: archivectl edit {record} --draft"


class Sheet(NamedTuple):
    """A text to be edited: the version of the record it begins with, what was opened of that, and what is wrong with it."""

    base: Record
    opened: Mapping[str, Any]
    body: str
    wrong: Sequence[str] = ()

    @property
    def head(self) -> list[str]:
        """The comments at its top."""
        first = [*self.wrong, _("Correct it and save; or close it as it is: then it is kept, encrypted, and nothing is saved.")]
        last = _("Dots stand for what is sealed; leave them to keep it. Save and close when done.")
        return [f"# {line}\n" for each in (*(first if self.wrong else ()), last) for line in each.splitlines()]

    @property
    def text(self) -> str:
        """The text with its comments."""
        return "".join(self.head) + self.body


def of_record(record: Record, opened: Mapping[str, Any]) -> Sheet:
    """The text of a record as it stands."""
    return Sheet(record, opened, yaml_text.dump(plain(record, opened)))


def body_of(text: bytes) -> bytes:
    """A text without the comments at its top."""
    return _split(text)[0]


def _split(text: bytes) -> tuple[bytes, int]:
    lines = text.splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not line.startswith(b"#")), len(lines))
    return b"".join(lines[count:]), count


def read(text: bytes) -> Mapping[str, Any]:
    """The fields that a text states; raises BadText, Empty."""
    body, above = _split(text)
    if not body.strip():
        raise Empty
    try:
        data = yaml_text.load(body, "record.yaml")
    except yaml_text.NotYaml as error:
        within = int(str(error.values["line"]))
        raise BadText(**{**error.values, "within": within, "line": within + above}) from error
    if not isinstance(data, dict):
        raise BadText(within=1, line=1 + above, column=1, problem=_("it holds no fields"))
    return data


def plain(record: Record, opened: Mapping[str, Any]) -> dict[str, Any]:
    """What may be edited: clear values, opened ones, and dots for those that stay sealed."""
    data: dict[str, Any] = yaml_text.load(record.text, record.path)
    for path, value in fields.walk(record.data):
        if isinstance(value, str) and value.startswith("enc:"):
            fields.set_(data, path, opened.get(path, MASK))
    return {key: value for key, value in data.items() if key not in _OWN}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What was set and what was emptied, by path; dots that were left alone are no change, an item that is gone goes whole."""
    old, new = dict(fields.walk(before)), dict(fields.walk(after))
    sets = {path: _typed(path, value) for path, value in new.items() if old.get(path) != value and value not in (None, MASK)}
    kept = {_item(path) for path in new}
    emptied = (path if not _item(path) or _item(path) in kept else _item(path) for path in old if new.get(path) is None)
    return sets, list(dict.fromkeys(emptied))


def _typed(path: str, value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """A number that was typed for a text, as a telephone number without quotation marks: the same digits as text."""
    field = fields.field_at(path)
    return str(value) if field is not None and field.type == "text" and type(value) is int else value


def _item(path: str) -> str:
    """The path of the innermost item of a list that a path leads into; empty where it leads into none."""
    item, bracket, _key = path.rpartition("].")
    return item + bracket.removesuffix(".")


def changes(sheet: Sheet, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What a person set and emptied in a text."""
    return differences(plain(sheet.base, sheet.opened), data)


def moved(sheet: Sheet, current: Record, data: Mapping[str, Any]) -> tuple[Sheet, list[str]]:
    """A text moved to the newest version of its record, and the fields that both it and somebody else have changed."""
    sets, unsets = changes(sheet, data)
    opened = {path: value for path, value in sheet.opened.items() if _same(sheet.base, current, path)}
    after = plain(current, opened)
    for path, value in sets.items():
        fields.set_(after, path, value)
    for path in unsets:
        if fields.get(after, path) is not None:
            fields.unset(after, path)
    both = [path for path in (*sets, *unsets) if not _same(sheet.base, current, path)]
    return Sheet(current, opened, yaml_text.dump(after)), both


def _same(one: Record, other: Record, path: str) -> bool:
    return bool(fields.get(one.data, path) == fields.get(other.data, path))


def changed(record: Record, paths: Sequence[str]) -> ChangedBelow:
    """The refusal of a text that would undo what somebody else did."""
    return ChangedBelow(record=record.label, fields=listed(map(console.title, paths)))


def with_error(sheet: Sheet, error: ArchiveError) -> Sheet:
    """A text with what is wrong with it at its top; a line is counted with the comments that are then there."""
    told = sheet._replace(wrong=_told(error))
    if isinstance(error, BadText):
        told = sheet._replace(wrong=_told(BadText(**{**error.values, "line": int(str(error.values["within"])) + len(told.head)})))
    return told


def _told(error: ArchiveError) -> list[str]:
    """What is wrong, as comments say it."""
    if isinstance(error, NotAllowed):
        return [line for reason in error.reasons for line in console.told(reason, error.titles) if line]
    problems: Sequence[object] = error.values.get("problems") or ()  # type: ignore[assignment]  # values are objects
    return [str(each) for each in problems] or [console.sentence(error.message, error.values)]
