"""``list`` and ``search``: which records there are."""

from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.show import MASK
from archivectl.i18n import _, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.search.index import Row

listing, searching = typer.Typer(), typer.Typer()
APPS = {"list": listing, "search": searching}


def _show(ctx: typer.Context, archive: "Archive", rows: "list[Row]", names: dict[str, str]) -> None:
    from archivectl.records import fields  # noqa: PLC0415 - reads the schema

    statuses, subjects = fields.known("status").choices, fields.known("subject").choices
    documents: list[dict[str, Any]] = []
    shown = []
    for row in rows:
        name = row.name if row.name is not None else names.get(row.uid)
        documents.append({"number": row.number, "uid": row.uid, "subject": row.subject, "name": name, "status": row.status})
        subject, status = pick(subjects.get(row.subject, row.subject)), pick(statuses.get(row.status, row.status))
        gone = row.status in {"destroyed", "withdrawn"}
        shown.append((row.number or row.uid, name or (None if gone else MASK), subject, status))
    heads = (_("Number"), _("Name"), _("Kind"), _("State"))
    console.emit(ctx.obj, documents, console.table(shown, heads) if shown else [_("No record fits.")])
    if broken := len(archive.index.broken()):
        console.note(_("Not shown, because they cannot be read: {count} files. See: archivectl check", count=broken))


def _names(archive: "Archive", rows: "list[Row]") -> dict[str, str]:
    from archivectl import disclosure  # noqa: PLC0415 - loads age where persons are listed

    return disclosure.names(archive, rows)


@listing.command("list", epilog="archivectl list 'address.city=上海市 客户等级=A'")
def list_(
    ctx: typer.Context,
    words: list[str] = typer.Argument(None, help="Conditions: field=value, field~text, field<date; or, not.", metavar="EXPR"),
) -> None:
    """List the records that a condition selects; names of persons only as far as you may read them."""
    from archivectl.search import expression  # noqa: PLC0415

    with context.reading(ctx) as archive:
        condition = expression.compile_(" ".join(words or ()), archive.regime.get("axes", {}))
        rows = list(archive.index.records(condition.where, condition.values))
        _show(ctx, archive, rows, _names(archive, rows))


@searching.command(epilog="archivectl search 示例贸易")
def search(
    ctx: typer.Context, words: list[str] = typer.Argument(help="Any part of a name, number or clear field.", metavar="TEXT")
) -> None:
    """Find records by any word of their clear fields, or by a person's name or pinyin as far as you may read it."""
    from archivectl.search import text  # noqa: PLC0415 - loads pinyin

    with context.reading(ctx) as archive:
        rows = list(archive.index.records())
        names = _names(archive, rows)
        found = text.matching(" ".join(words), archive.index.texts(), rows, names)
        _show(ctx, archive, found, names)
