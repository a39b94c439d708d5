"""``export``: records as a table, for a spreadsheet program and back again by ``import``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.listing import columns_of, selected
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.exchange.exporting import Table
    from archivectl.exchange.scans import Folder

app = typer.Typer()
APPS = {"export": app}
SHOWN = 10  # cells and files named on the screen


@app.command(epilog="archivectl export 上海客户.xlsx address.city=上海市 --columns name,phone,客户等级")
def export(
    ctx: typer.Context,
    file: Path = typer.Argument(help="A new file outside the archive, .csv or .xlsx."),
    words: list[str] = typer.Argument(None, help="Conditions, as with list; without them, every file.", metavar="EXPR"),
    columns: str = typer.Option("", "--columns", help="The fields, between commas; else all that any of the files has."),
    reveal: bool = typer.Option(False, "--reveal", help="Open sealed fields too, as far as you are cleared; logged first."),
    purpose: str = typer.Option("", "--purpose", help="What they are opened for; it stands in the access log in clear."),
    scans: Path = typer.Option(None, "--scans", help="A new folder for the scans of their papers, in clear; logged first."),
) -> None:
    """Write records to a table, to be read or edited in a spreadsheet program; import takes it back by file number."""
    from archivectl.exchange import exporting  # noqa: PLC0415 - loads the schema
    from archivectl.exchange import scans as attached  # noqa: PLC0415

    # A dry run logs nothing, so it opens nothing.
    opening = purpose if reveal and not ctx.obj.dry_run else None
    with context.writing(ctx) if opening is not None or scans else context.reading(ctx, anybody=True) as archive:
        exporting.refuse_place(archive, file)
        wanted = columns_of(columns, archive.regime.get("axes", {}))
        rows = selected(archive, words or ())
        made = exporting.table(archive, rows, wanted, opening)
        folder = attached.export(archive, rows, scans, purpose) if scans else None
        if not ctx.obj.dry_run:
            exporting.save(archive, made, file, purpose)
    document = {
        "file": str(file),
        "records": len(made.rows),
        "columns": list(made.columns),
        "opened": sum(map(len, made.opened.values())),
        "sealed": made.sealed,
        "stopped": made.stopped,
        "left_out": made.numberless,
        "unfit": [{"number": number, "path": path} for number, path in made.unfit],
    }
    if folder:
        lost = [name for name, _error in folder.lost]
        document["scans"] = {"files": folder.names, "sealed": folder.sealed, "stopped": folder.stopped, "lost": lost}
    console.emit(ctx.obj, document, [*_lines(made, file), *(_attached(folder, scans) if folder else ())])


def _lines(made: "Table", file: Path) -> Iterator[str]:
    yield _("{file}: {records} files, {columns} columns.", file=file, records=len(made.rows), columns=len(made.columns))
    yield _("Columns: {columns}", columns=listed(map(console.title, made.columns)))
    if made.opened:
        yield _(
            "Opened sealed values of {count} files, which is logged. Delete the table when it is not needed.",
            count=len(made.opened),
        )
    if made.sealed:
        yield _("Sealed values left out: {count}.", count=made.sealed)
    if made.stopped:
        yield _("Stopped, and so not opened: {numbers}", numbers=_some(made.stopped))
    if made.numberless:
        yield _(
            "Not in the table, since an import could not tell them: {count} drafts, withdrawn or destroyed.",
            count=made.numberless,
        )
    if made.unfit:
        unfit = [f"{number} {console.title(path)}" for number, path in made.unfit]
        yield _("Left empty, since no cell gives them back as they are: {fields}", fields=_some(unfit))


def _attached(made: "Folder", folder: Path) -> Iterator[str]:
    yield _("{folder}: {count} scans, in clear. Delete them when they are not needed.", folder=folder, count=len(made.names))
    if made.sealed:
        yield _("Scans above your clearance left out: {count}.", count=made.sealed)
    if made.stopped:
        yield _("Stopped, and so not opened: {numbers}", numbers=_some(made.stopped))
    for name, error in made.lost[:SHOWN]:
        yield f"{name}: {console.sentence(error.message, error.values)}"


def _some(words: list[str]) -> str:
    return listed(words[:SHOWN]) + (" …" if len(words) > SHOWN else "")
