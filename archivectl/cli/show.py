"""``show``: a record, masked without loading git or age; or its sealed fields, opened and logged."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from archivectl import yaml_text
from archivectl.cli import console, context
from archivectl.cli.options import Options, home_folder
from archivectl.i18n import _
from archivectl.records import fields, layout, numbering, settings, text
from archivectl.records.model import Record
from archivectl.store import reader, states

app = typer.Typer()
APPS = {"show": app}
MASK = "••••••"


def _masked(options: Options, number: str) -> Record | None:
    """The record by the light reader; None where the reference is no number that leads straight to a path."""
    place = states.locate(Path(options.folder or "."))
    try:
        config = settings.parse((place.work_tree / settings.NAME).read_bytes())
    except FileNotFoundError as error:
        raise states.NotAnArchive(folder=place.work_tree) from error
    grammar, offices = config["numbering"]["record"], config["offices"]
    try:
        full = numbering.record(number, grammar, offices)
    except numbering.NoNumber:
        return None
    parts = numbering.split(grammar, full) or {}
    path = layout.record(parts.get("office") or next(iter(offices)), full)
    (found,) = reader.read_head(place.work_tree, [path])
    _warn(options, place, str(config["id"]))
    return text.parse(found, path) if found is not None else None


def _warn(options: Options, place: states.Place, archive: str) -> None:
    """Say so when the newest commit is not the one that this machine verified, as far as two small files tell."""
    tip, pin = place.common_dir / "refs/heads/main", home_folder(options) / "trust" / f"{archive}.yaml"
    if not tip.exists():
        return
    verified = yaml_text.load(pin.read_bytes(), str(pin))["verified"]["main"] if pin.exists() else None
    if verified != tip.read_text(encoding="ascii").strip():
        console.note(_("The last commit is not verified; check it with: archivectl verify"))


def lines(record: Record, opened: Mapping[str, Any], axes: Mapping[str, Any]) -> list[str]:
    """The record as a person reads it: titles and values, hidden ones as dots."""
    rows: list[tuple[str, object]] = []
    for path, value in fields.walk(record.data):
        if path.startswith(("keys", "schema")):
            continue
        shown = opened.get(path, MASK if isinstance(value, str) and value.startswith("enc:") else value)
        rows.append((console.title(path), console.value(path, shown, axes)))
    return console.pairs(rows)


def _axes(options: Options, record: Record) -> Mapping[str, Any]:
    """The axes that adopted regulations add, where the record has a value on any; the vocabulary knows those of base."""
    if not record.data.get("classification"):
        return {}
    folder = states.locate(Path(options.folder or ".")).work_tree / "regime"
    added = [yaml_text.load(path.read_bytes(), str(path)) for path in sorted(folder.glob("*.yaml")) if path.stem != "base"]
    return {name: axis for stated in added for name, axis in (stated.get("axes") or {}).items()}


def document(record: Record, opened: Mapping[str, Any]) -> dict[str, Any]:
    """The record as scripts read it: hidden values null and listed in ``masked``."""
    data = yaml_text.load(record.text, record.path)
    masked = []
    for path, value in fields.walk(record.data):
        if isinstance(value, str) and value.startswith("enc:"):
            fields.set_(data, path, opened.get(path))
            masked += [] if path in opened else [path]
    data.pop("keys", None)
    return {**data, "masked": masked}


@app.command(epilog="archivectl show 212 --reveal phone --purpose 续租谈判")
def show(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    paths: list[str] = typer.Argument(None, help="With --reveal: only these fields."),
    reveal: bool = typer.Option(False, "--reveal", help="Open sealed fields; logged before they are shown."),
    purpose: str = typer.Option("", "--purpose", help="What the values are needed for."),
) -> None:
    """Show a record, masked; with --reveal in clear, which needs a purpose and is logged."""
    options: Options = ctx.obj
    if reveal or purpose:
        from archivectl import disclosure  # noqa: PLC0415 - loads git and age
        from archivectl.cli.values import path_of  # noqa: PLC0415

        with context.writing(ctx) as archive:
            record = archive.record(number)
            opened = disclosure.reveal(archive, record, [path_of(path) for path in paths or ()], purpose)
            console.emit(options, document(record, opened), lines(record, opened, archive.regime.get("axes", {})))
        return
    found = _masked(options, number)
    if found is None:
        with context.reading(ctx) as archive:
            found = archive.record(number)
    console.emit(options, document(found, {}), lines(found, {}, _axes(options, found)))
