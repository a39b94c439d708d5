"""``add`` and ``remove``: papers, contacts, relations, consent, and what happened with the customer."""

import typer

from archivectl.cli import console, context
from archivectl.cli.update import advise, report
from archivectl.cli.values import FILE, file_of, split
from archivectl.i18n import _, listed

adding, removing = typer.Typer(), typer.Typer()
APPS = {"add": adding, "remove": removing}


@adding.command(epilog="archivectl add 640 document kind=承租合同 form=原件 pages=12 file=@合同.pdf")
def add(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number, or the uid of a draft."),
    section: str = typer.Argument(help="What is added: document, contact, relation, consent, visit, complaint ..."),
    cells: list[str] = typer.Argument(
        None,
        help="What is said of it: key=value, or 题名=值; file=@scan.pdf is encrypted and attached to a paper.",
        metavar="KEY=VALUE",
    ),
) -> None:
    """Add an item to a record, or enter what happened with the customer; prints the item's id."""
    from archivectl.intake import contents  # noqa: PLC0415 - loads the schema

    told = dict(split(cell) for cell in cells or ())
    scans = [file_of(told.pop(name)) for name in FILE if name in told]
    with context.writing(ctx) as archive:
        added = contents.add(archive, number, section, told, next(iter(scans), None))
    asked, lacks = added.papers
    document = {
        "number": added.number,
        "uid": added.uid,
        "section": added.section,
        "id": added.id,
        "lacks": [{"papers": list(lack.papers), "what": lack.what, "wanted": list(lack.wanted)} for lack in lacks],
    }
    advise(added.advice)
    lines = [added.id]
    if scans:
        lines.append(_("The file is encrypted and attached; the one you named still lies where it was."))
    if added.section == "documents" and asked:
        done = asked - len({lack.papers for lack in lacks})
        lines.append(_("Papers: {done} of {asked}. Lacking: {lacks}", done=done, asked=asked, lacks=listed(lacks) or "—"))
    console.emit(ctx.obj, document, lines)


@removing.command(epilog="archivectl remove 640 dK3F7Q --reason 重复归入")
def remove(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number, or the uid of a draft."),
    what: str = typer.Argument(help="The item's id, or the path of a section or field.", metavar="ITEM"),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
) -> None:
    """Take an item, a section or a field out of a record."""
    from archivectl.intake import contents  # noqa: PLC0415 - loads the schema

    with context.writing(ctx) as archive:
        report(ctx, contents.remove(archive, number, what, reason))
