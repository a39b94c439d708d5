"""``show NUMBER --interactions``: what happened with a customer, sealed parts as dots; or opened and logged."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.i18n import MASK, _, pick
from archivectl.records import fields

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.records.model import Record

_HEAD = ("id", "kind", "date", "by")


def show(ctx: typer.Context, number: str, *, reveal: bool, purpose: str) -> None:
    """The interactions of a record, oldest first; opened ones are logged before they are shown."""
    from archivectl.intake import contents  # noqa: PLC0415 - loads the schema

    with context.writing(ctx) if reveal else context.reading(ctx) as archive:
        record = archive.record(number)
        rows = contents.interactions_of(archive, record)
        opened = _opened(archive, record, rows, purpose) if reveal and rows else {}
    for row in rows:
        row.update({key: opened.get(_path(row, key), value) for key, value in row.items()})
    documents = [{key: None if _sealed(value) else value for key, value in row.items()} for row in rows]
    masked = [_path(row, key) for row in rows for key, value in row.items() if _sealed(value)]
    document = {"number": record.number, "uid": record.uid, "interactions": documents, "masked": masked}
    lines = [line for row in rows for line in _lines(row)]
    console.emit(ctx.obj, document, lines or [_("Nothing is entered of what happened with {number}.", number=record.label)])


def _opened(archive: "Archive", record: "Record", rows: list[dict[str, Any]], purpose: str) -> dict[str, Any]:
    from archivectl import disclosure  # noqa: PLC0415 - loads git and age

    sealed = [(_path(row, key), value) for row in rows for key, value in row.items() if _sealed(value)]
    return disclosure.opened(archive, record, sealed, purpose)


def _path(row: Mapping[str, Any], key: str) -> str:
    return f"interactions[{row['id']}].{key}"


def _sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith("enc:")


def _lines(row: Mapping[str, Any]) -> list[str]:
    """One interaction: when, what kind, whose and its id; below it what is said of it."""
    kinds = fields.known("interactions[].kind").choices
    head = f"{console.said(row['date'])}  {pick(kinds.get(row['kind'], row['kind']))}  {row.get('by', '')}  {row['id']}"
    rest = {key: MASK if _sealed(value) else value for key, value in row.items() if key not in _HEAD}
    told = [
        (fields.known(f"interactions[].{key}").title, console.value(f"interactions[].{key}", each, {}))
        for key, each in rest.items()
    ]
    return [console.paint(console.clean(head), "bold"), *(f"  {line}" for line in console.pairs(told))]
