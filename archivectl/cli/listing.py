"""``list`` and ``search``: which records there are."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.errors import WrongUsage
from archivectl.i18n import MASK, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.search.index import Row

listing, searching = typer.Typer(), typer.Typer()
APPS = {"list": listing, "search": searching}
_SEVERAL = {"group", "list", "map"}


class NoColumn(WrongUsage):
    """A field that cannot stand in a column, since it holds others."""

    message = "“{path}” holds several fields and is no column."
    hint = "Name those that you want to see: {known}"


def _show(
    ctx: typer.Context,
    archive: "Archive",
    rows: "Sequence[Row]",
    names: Mapping[str, str],
    columns: Sequence[str] = (),
    found: "Mapping[str, Sequence[str]] | None" = None,
) -> None:
    from archivectl.records import fields  # noqa: PLC0415 - reads the schema
    from archivectl.regime import titles  # noqa: PLC0415

    statuses, subjects = fields.known("status").choices, fields.known("subject").choices
    documents: list[dict[str, Any]] = []
    shown: list[tuple[object, ...]] = []
    axes = titles.of_values(archive.regime.values)
    for row, cells in zip(rows, _cells(archive, rows, columns), strict=True):
        name = row.name if row.name is not None else names.get(row.uid)
        document = {"number": row.number, "uid": row.uid, "subject": row.subject, "name": name, "status": row.status}
        documents.append({**document, **{path: _open(cell) for path, cell in cells.items() if path not in document}})
        subject, status = pick(subjects.get(row.subject, row.subject)), pick(statuses.get(row.status, row.status))
        title = name or (None if row.status in {"destroyed", "withdrawn"} else MASK)
        told = [title if path == "name" else _told(path, cell, axes) for path, cell in cells.items()]
        where = [listed(_title(path, axes) for path in found.get(row.uid, ()))] if found is not None else []
        shown.append((row.number or row.uid, *(told if columns else (title, subject, status)), *where))
        if found is not None:
            documents[-1]["found_in"] = list(found.get(row.uid, ()))
    heads = [_("Number"), *([_title(path, axes) for path in columns] if columns else (_("Name"), _("Kind"), _("State")))]
    heads += [_("Found in")] if found is not None else []
    console.emit(ctx.obj, documents, console.table(shown, heads) if shown else [_("No record fits.")])
    if broken := len(archive.index.broken()):
        console.note(_("Not shown, because they cannot be read: {count} files. See: archivectl check", count=broken))


def columns_of(text: str, axes: Mapping[str, Any]) -> list[str]:
    """The field paths that were asked for, by path or title. Raises NoColumn, UnknownField, Ambiguous."""
    from archivectl.cli.values import path_of  # noqa: PLC0415 - reads the schema
    from archivectl.records import fields  # noqa: PLC0415

    titles = {title: f"classification.{key}" for key, axis in axes.items() for title in (axis.get("zh"), axis.get("en"))}
    words = (word.strip() for word in text.replace("，", ",").split(","))
    paths = [titles.get(word) or path_of(word) for word in words if word]
    for path in paths:
        if fields.known(path).type in _SEVERAL:
            within = path if path.endswith("]") else path + ("[]" if fields.known(path).type == "list" else "")
            inside = [one for one in fields.vocabulary() if one.startswith(f"{within}.")]
            raise NoColumn(path=path, known=fields.named(inside))
    return list(dict.fromkeys(paths))


def _cells(archive: "Archive", rows: "Sequence[Row]", columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What stands in the columns of each record, still sealed; a list where the field is one of a list's items."""
    if not columns:
        yield from ({} for _row in rows)
        return
    from archivectl.records import text  # noqa: PLC0415

    for row, (_blob, content) in zip(rows, archive.repository.blobs(row.blob for row in rows), strict=True):
        data = text.read_canonical(content) or text.parse(content, row.path).data
        yield {path: _at(data, path) for path in columns}


def _at(data: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any value of a record
    from archivectl.records import fields  # noqa: PLC0415

    above, several, rest = path.partition("[].")
    if not several:
        return fields.get(data, path)
    found = [_at(item, rest) if "[]." in rest else item.get(rest) for item in fields.get(data, above) or ()]
    return [value for value in found if value is not None]


def _open(cell: Any) -> Any:  # noqa: ANN401 - any value of a record
    """A value as scripts read it: null where it is sealed."""
    if isinstance(cell, list):
        return [_open(each) for each in cell]
    return None if isinstance(cell, str) and cell.startswith("enc:") else cell


def _told(path: str, cell: Any, axes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value of a record
    """A value as a person reads it: dots where it is sealed."""
    if isinstance(cell, list):
        return listed(_told(path, each, axes) for each in cell) or None
    return MASK if cell is not None and _open(cell) is None else console.value(path, cell, axes)


def _title(path: str, axes: Mapping[str, Any]) -> str:
    axis = axes.get(path.removeprefix("classification."))
    return pick(axis) if axis and path.startswith("classification.") else console.title(path)


def _names(archive: "Archive", rows: "list[Row]") -> dict[str, str]:
    from archivectl import disclosure  # noqa: PLC0415 - loads age where persons are listed

    return disclosure.names(archive, rows)


def selected(archive: "Archive", words: Sequence[str], *, everything: bool = False) -> "list[Row]":
    """The records that a condition selects; those that are gone only where it asks for a status."""
    from archivectl import seeking  # noqa: PLC0415 - loads age
    from archivectl.search import expression  # noqa: PLC0415

    text = " ".join(words)
    return seeking.selected(archive, text, living=not (everything or "status" in expression.names(text)))


@listing.command("list", epilog="archivectl list 'address.city=上海市 not phone=' --columns name,phone,客户等级")
def list_(
    ctx: typer.Context,
    words: list[str] = typer.Argument(
        None, help="Conditions: field=value, field~text, field<date, field= (is empty); or, not.", metavar="EXPR"
    ),
    columns: str = typer.Option("", "--columns", help="Fields to show, between commas: name,phone,address.city."),
    everything: bool = typer.Option(False, "--all", help="Also what was withdrawn or destroyed."),
) -> None:
    """List the records that a condition selects; names of persons only as far as you may read them."""
    with context.reading(ctx, anybody=True) as archive:
        shown = columns_of(columns, archive.regime.get("axes", {}))
        rows = selected(archive, words or (), everything=everything)
        _show(ctx, archive, rows, _names(archive, rows), shown)


@searching.command(epilog="archivectl search 示例贸易")
def search(
    ctx: typer.Context, words: list[str] = typer.Argument(help="Any part of a name, number or clear field.", metavar="TEXT")
) -> None:
    """Find records by any word of their clear fields, or by a name, its pinyin or a whole sealed number that you may read."""
    from archivectl import disclosure, seeking  # noqa: PLC0415 - loads age
    from archivectl.search import text  # noqa: PLC0415 - loads pinyin

    with context.reading(ctx, anybody=True) as archive:
        rows = list(archive.index.records())
        sealed = seeking.places(archive, " ".join(words))
        contacts = disclosure.contacts(archive, rows)  # before the names, which it opens along with them
        names = _names(archive, rows)
        known = {row.uid: [name for name in (row.name or names.get(row.uid), *contacts.get(row.uid, ())) if name] for row in rows}
        wanted = " ".join(words)
        found = text.matching(wanted, archive.index.texts(), known) | sealed.keys()
        rows = [row for row in rows if row.uid in found]
        stands = _where(archive, wanted, rows, (names, contacts))
        _show(ctx, archive, rows, names, found={uid: [*stands.get(uid, ()), *sealed.get(uid, ())] for uid in found})


def _where(
    archive: "Archive", wanted: str, rows: "Sequence[Row]", known: "tuple[Mapping[str, str], Mapping[str, Sequence[str]]]"
) -> dict[str, list[str]]:
    """The fields in which something was found, by record: of what is sealed only the names that the reader may know."""
    from archivectl.search import text  # noqa: PLC0415 - loads pinyin

    names, contacts = known
    own = {row.uid: [row.name or names.get(row.uid, "")] for row in rows}
    found = {uid: ["name"] for uid in text.matching(wanted, (), own)}
    for uid in text.matching(wanted, (), {uid: contacts[uid] for uid in own if uid in contacts}):
        found.setdefault(uid, []).append("contacts[].name")
    chosen = ("uid IN (SELECT value FROM json_each(?))", (json.dumps([row.uid for row in rows]),))
    for row, data in archive.index.clear_texts(*chosen):
        found[row.uid] = list(dict.fromkeys([*found.get(row.uid, ()), *text.places(wanted, json.loads(data))]))
    return found
