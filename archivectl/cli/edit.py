"""``edit``: a record in the person's own editor; the text lies in memory where there is such a folder, for the owner alone."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from archivectl import yaml_text
from archivectl.cli import console, context
from archivectl.cli.update import report
from archivectl.errors import ArchiveError, Conflict, WrongUsage
from archivectl.i18n import MASK, _
from archivectl.records import fields
from archivectl.records.model import Record

app = typer.Typer()
APPS = {"edit": app}
OWN = ("schema", "uid", "number", "subject", "status", "keys")


class NoEditor(WrongUsage):
    """An editor that cannot be started."""

    message = "The editor “{editor}” could not be started, or gave up."
    hint = "Name one in the environment: EDITOR=nano. Nothing was saved."


class NoEditorNamed(WrongUsage):
    """No editor is set, and no terminal is there for the usual one."""

    message = "No editor is set."
    hint = "Set one: EDITOR=nano archivectl edit NUMBER --reason TEXT. Nothing was saved."


class BadText(WrongUsage):
    """A text that came back from the editor and is not YAML."""

    message = "Line {line}, column {column} of your text: {problem}."
    hint = "Nothing was saved; edit it again."


class ChangedBelow(Conflict):
    """Somebody changed the record while it was being edited."""

    message = "{record} was changed by somebody else while you were editing; your text was not saved."
    hint = "Edit it again; it now shows what is there."


@contextmanager
def _private_file(text: str) -> Iterator[Path]:
    """A file for the owner alone, in memory where there is such a folder, gone afterwards."""
    shared = Path("/dev/shm")  # noqa: S108 - memory, not disk; the folder in it is private
    with tempfile.TemporaryDirectory(prefix="archivectl-", dir=shared if os.access(shared, os.W_OK) else None) as folder:
        path = Path(folder, "record.yaml")
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        yield path


def _edited(path: Path) -> bytes:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("vi" if sys.stdin.isatty() else "")
    if not editor:
        raise NoEditorNamed
    try:
        subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - the person's own choice
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise NoEditor(editor=editor) from error
    return path.read_bytes()


def _read(text: bytes) -> Mapping[str, Any]:
    try:
        data = yaml_text.load(text, "record.yaml") or {}
    except yaml_text.NotYaml as error:
        raise BadText(**error.values) from error
    if not isinstance(data, dict):
        raise BadText(line=1, column=1, problem=_("it holds no fields"))
    return data


def plain(record: Record, opened: Mapping[str, Any]) -> dict[str, Any]:
    """What may be edited: clear values, opened ones, and dots for those that stay sealed."""
    data: dict[str, Any] = yaml_text.load(record.text, record.path)
    for path, value in fields.walk(record.data):
        if isinstance(value, str) and value.startswith("enc:"):
            fields.set_(data, path, opened.get(path, MASK))
    return {key: value for key, value in data.items() if key not in OWN}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What was set and what was emptied, by path; dots that were left alone are no change, an item that is gone goes whole."""
    old, new = dict(fields.walk(before)), dict(fields.walk(after))
    sets = {path: value for path, value in new.items() if old.get(path) != value and value not in (None, MASK)}
    kept = {_item(path) for path in new}
    emptied = (path if not _item(path) or _item(path) in kept else _item(path) for path in old if new.get(path) is None)
    return sets, list(dict.fromkeys(emptied))


def _item(path: str) -> str:
    """The path of the innermost item of a list that a path leads into; empty where it leads into none."""
    item, bracket, _key = path.rpartition("].")
    return item + bracket.removesuffix(".")


@app.command(epilog="EDITOR=nano archivectl edit 212 --reason 更正地址")
def edit(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
    reveal: bool = typer.Option(False, "--reveal", help="Open sealed fields; logged before they are shown."),
    purpose: str = typer.Option("", "--purpose", help="What the values are needed for."),
) -> None:
    """Change a record in your editor; what stays dots stays as it is."""
    from archivectl import disclosure, intake  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        record = archive.record(number)
        opened = disclosure.reveal(archive, record, [], purpose) if reveal else {}
    before = plain(record, opened)
    note = "# " + _("Dots stand for what is sealed; leave them to keep it. Save and close when done.") + "\n"
    with _private_file(note + yaml_text.dump(before)) as path:
        while True:
            try:
                sets, unsets = differences(before, _read(_edited(path)))
                with context.writing(ctx) as archive:
                    if archive.record(number).text != record.text:
                        raise ChangedBelow(record=record.label)
                    report(ctx, intake.update(archive, number, sets, unsets, reason, opened.values()))
            except ArchiveError as error:
                if isinstance(error, ChangedBelow) or not sys.stdin.isatty():
                    raise
                console.refuse(error, as_json=False)
                if not console.ask(ctx.obj, _("Go back to the editor?")):
                    raise
            else:
                return
