"""``show``: a record, masked without loading git or age; or its sealed fields, opened and logged."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl import yaml_text
from archivectl.cli import console, context, dealings
from archivectl.cli.options import Options
from archivectl.errors import WrongUsage
from archivectl.i18n import MASK, Word, _, pick
from archivectl.records import fields, layout, numbering, settings, text
from archivectl.records.model import Record
from archivectl.regime import titles
from archivectl.store import reader, states

if TYPE_CHECKING:
    from archivectl.search.telling import Seen, Told

app = typer.Typer()
APPS = {"show": app}
_ITEM = re.compile(r"\[[^\]]*\]")
_UID = re.compile("[A-Z2-7]{26}")
_SCAN = re.compile(r"documents\[[^\]]*\]\.object")


class OntoScreen(WrongUsage):
    """A scan that would go to a terminal."""

    message = "A scan is not written to the screen."
    hint = "Name a file: -o FILE, or send it on: archivectl show {number} --document {document} --purpose TEXT | VIEWER"


class NoDocument(WrongUsage):
    """A file for a scan, and no scan."""

    message = "Which paper's scan is to go to {file} is not said."
    hint = "Name the paper: archivectl show {number} --document ID -o FILE --purpose TEXT"


class NotAsked(WrongUsage):
    """Words after the number, which only name fields to reveal."""

    message = "That is too much: {words}"
    hint = "One file at a time. Fields are named to open them: archivectl show {number} --reveal phone --purpose TEXT"


def _masked(options: Options, number: str) -> "tuple[Record, Seen] | None":
    """The record and its standing by the light reader; None where the reference is no number, or the index lags behind."""
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
    top, registers, found = reader.look(place.work_tree, ["", layout.REGISTERS.rstrip("/"), path])
    context.warn(options, place, str(config["id"]))
    if top is None or found is None or found.kind != "blob":
        return None
    record = text.parse(found.content, path)
    if registers is None:  # nothing was ever entered, and SQLite need not be loaded
        return record, ((), {})
    from archivectl.search.telling import telling  # noqa: PLC0415 - loads SQLite

    seen = telling(place.git_dir / "archivectl", top.id, record.uid, named(record))
    return None if seen is None else (record, seen)


def named(record: Record) -> list[str]:
    """The uids in a record other than its own: of entries that made or ended it, and of related files."""
    return [
        value for path, value in fields.walk(record.data) if path != "uid" and isinstance(value, str) and _UID.fullmatch(value)
    ]


def lines(record: Record, opened: Mapping[str, Any], axes: Mapping[str, Any], seen: "Seen") -> list[str]:
    """The record as a person reads it: titles and values, hidden ones as dots, and where it stands."""
    rows: list[tuple[str, object]] = []
    standing, numbers = seen
    for path, value in fields.walk(record.data):
        if path.startswith(("keys", "schema")) or path == "uid":
            continue
        shown = opened.get(path, MASK if isinstance(value, str) and value.startswith("enc:") else value)
        shown = numbers.get(shown, shown) if isinstance(shown, str) else shown
        shown = _("attached; open it with --document") if _SCAN.fullmatch(path) else shown
        rows.append((console.title(path, axes), console.value(path, shown, axes)))
    for one in standing:
        due = [f"{_('Back by') if one.kind == 'loan' else _('Due')} {console.said(one.due)}"] if one.due else []
        rows.append((pick(json.loads(one.title)), " · ".join([one.entry, str(Word(one.kind, one.state)), *due])))
    return console.pairs([*rows, (console.title("uid"), record.uid)])


def _axes(options: Options, record: Record) -> Mapping[str, Any]:
    """What adopted regulations call the values of a record, where it has any that they do; the vocabulary knows those of base."""
    if not any(record.data.get(name) for name in ("classification", "files", "documents", "volumes")):
        return {}
    folder = states.locate(Path(options.folder or ".")).work_tree / "regime"
    added = [yaml_text.load(path.read_bytes(), str(path)) for path in sorted(folder.glob("*.yaml")) if path.stem != "base"]
    found: dict[str, Any] = {}
    for stated in added:
        for name, axis in titles.of_values(stated).items():
            found[name] = {**axis, "values": {**found.get(name, {}).get("values", {}), **(axis.get("values") or {})}}
    return found


def document(record: Record, opened: Mapping[str, Any], standing: "Sequence[Told]") -> dict[str, Any]:
    """The record as scripts read it: hidden values null and listed in ``masked``, and where it stands."""
    data = yaml_text.load(record.text, record.path)
    masked = []
    for path, value in fields.walk(record.data):
        if isinstance(value, str) and value.startswith("enc:"):
            fields.set_(data, path, opened.get(path))
            masked += [] if path in opened else [path]
    data.pop("keys", None)
    open_ = [{"entry": one.entry, "kind": one.kind, "state": one.state, "due": one.due} for one in standing]
    return {**data, "masked": masked, "standing": open_}


@app.command(epilog="archivectl show 212 --reveal phone --purpose 续租谈判")
def show(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    paths: list[str] = typer.Argument(None, help="With --reveal: only these fields."),
    reveal: bool = typer.Option(False, "--reveal", help="Open sealed fields; logged before they are shown."),
    purpose: str = typer.Option("", "--purpose", help="What the values are needed for."),
    interactions: bool = typer.Option(
        False, "--interactions", "--往来", help="What happened with the customer instead: visits, complaints ..."
    ),
    paper: str = typer.Option(
        "", "--document", "--文件", help="The scan of this paper instead, in clear; logged first.", metavar="ID"
    ),
    out: Path = typer.Option(None, "-o", "--out", help="A new file for the scan; without it, it goes to the next program."),
) -> None:
    """Show a record, masked; with --reveal in clear, which needs a purpose and is logged. Or the scan of one of its papers."""
    options: Options = ctx.obj
    if paper or out:
        _scan(ctx, number, paper, out, purpose)
        return
    if paths and (interactions or not (reveal or purpose)):
        raise NotAsked(words=" ".join(paths), number=number)
    if interactions:
        dealings.show(ctx, number, reveal=reveal or bool(purpose), purpose=purpose)
        return
    if reveal or purpose:
        _revealed(ctx, number, paths or (), purpose)
        return
    found = _masked(options, number)
    if found is None:
        from archivectl.search.telling import seen  # noqa: PLC0415 - loads SQLite

        with context.reading(ctx) as archive:
            record = archive.record(number)
            found = record, seen(archive.index.db.execute, record.uid, named(record))
    _tell_provisional(ctx, found[0])
    _say(options, found[0], {}, {} if options.json else _axes(options, found[0]), found[1])


def _tell_provisional(ctx: typer.Context, record: Record) -> None:
    """Say so where the number is not final; what the git remote has is, and needs no more than a look."""
    place = states.locate(Path(ctx.obj.folder or "."))
    if (name := states.remote(place)) and not reader.objects(place, [f"refs/remotes/{name}/main:{record.path}"])[0]:
        with context.reading(ctx, quiet=True) as archive:
            context.tell_provisional(archive, number=str(record.number))


def _revealed(ctx: typer.Context, number: str, paths: Sequence[str], purpose: str) -> None:
    """Show a record with its sealed fields in clear, or those that are named."""
    from archivectl import disclosure  # noqa: PLC0415 - loads git and age
    from archivectl.search.telling import seen  # noqa: PLC0415

    with context.writing(ctx, at_once=True) as archive:
        record = archive.record(number)
        wanted = _wanted(paths, [path for path, _value in disclosure.sealed_values(record)]) if paths else []
        opened = disclosure.reveal(archive, record, wanted, purpose)
        axes = titles.of_values(archive.regime.values)
        _say(ctx.obj, record, opened, axes, seen(archive.index.db.execute, record.uid, named(record)))


def _wanted(paths: Sequence[str], known: Sequence[str]) -> list[str]:
    """The sealed fields at and below some paths or titles."""
    from archivectl.cli.values import path_of  # noqa: PLC0415 - loads what reads values, too

    return [path for name in paths for path in _leaves(path_of(name), known)]


def _scan(ctx: typer.Context, number: str, paper: str, out: Path | None, purpose: str) -> None:
    """Write the scan of a paper to a new file, or to the program that reads our output."""
    from archivectl.exchange import scans  # noqa: PLC0415 - loads git and age

    if not paper:
        raise NoDocument(file=out, number=number)
    if out is None and (sys.stdout.isatty() or ctx.obj.json):
        raise OntoScreen(number=number, document=paper)
    with context.writing(ctx) as archive:
        if out:
            scans.refuse_place(archive, out)
        record = archive.record(number)
        scan = scans.disclosed(archive, record, paper, purpose)
    with context.reading(ctx, quiet=True) as archive:  # whoever reads slowly keeps nobody from writing
        if out is None:
            scans.pour(archive, scan, sys.stdout.buffer)
            return
        size = scans.save(archive, scan, out)
    told = {"number": record.label, "document": paper, "file": str(out), "bytes": size}
    console.emit(ctx.obj, told, [_("{file}: {bytes} bytes, in clear. Delete it when it is not needed.", **told)])


def _leaves(path: str, known: Sequence[str]) -> list[str]:
    """The sealed fields at or below a path, where a list's name stands for all its items; the path itself if there are none."""
    general = path.replace("[]", "")
    below = (f"{path}.", f"{path}[", f"{general}.")
    found = [each for each in known if f"{each}.".startswith(below) or f"{_ITEM.sub('', each)}.".startswith(below)]
    return found or [path]


def _say(options: Options, record: Record, opened: Mapping[str, Any], axes: Mapping[str, Any], seen: "Seen") -> None:
    """Show the record in the form asked for; making the other one as well would cost as much again."""
    if options.json:
        console.emit(options, document(record, opened, seen[0]), ())
    else:
        console.emit(options, None, lines(record, opened, axes, seen))
