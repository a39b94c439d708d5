"""``update`` and ``classify``: change a record, with a reason."""

import typer

from archivectl.cli import console, context, values
from archivectl.i18n import _, listed

updating = typer.Typer()
classifying = typer.Typer()
APPS = {"update": updating, "classify": classifying}


def report(ctx: typer.Context, saved: object) -> None:
    """Say what changed, or that nothing did."""
    from archivectl.intake import Saved  # noqa: PLC0415 - for its shape

    assert isinstance(saved, Saved)  # noqa: S101 - the callers have nothing else
    document = {"number": saved.number, "uid": saved.uid, "changed": list(saved.changed)}
    text = _("{number}: changed {fields}.", number=saved.number, fields=listed(map(console.title, saved.changed)))
    console.emit(ctx.obj, document, [text if saved.changed else _("{number}: nothing changed.", number=saved.number)])


@updating.command(epilog="archivectl update 212 --set address.city=杭州市 --reason 搬迁")
def update(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    sets: list[str] = typer.Option([], "--set", help="A field and its value: path=value, or 题名=值.", metavar="PATH=VALUE"),
    unsets: list[str] = typer.Option([], "--unset", help="A field to empty.", metavar="PATH"),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
) -> None:
    """Change fields of a record in one commit."""
    from archivectl import intake  # noqa: PLC0415 - loads the schema

    stated = values.assignments(sets)
    emptied = [values.path_of(path) for path in unsets]
    with context.writing(ctx) as archive:
        report(ctx, intake.update(archive, number, stated, emptied, reason))


@classifying.command(epilog="archivectl classify 212 客户等级=A --reason 年度评级")
def classify(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    axes: list[str] = typer.Argument(help="An axis and its value: grade=A.", metavar="AXIS=VALUE"),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
) -> None:
    """Give a customer its value on one or more axes."""
    from archivectl import intake  # noqa: PLC0415 - loads the schema

    with context.writing(ctx) as archive:
        report(ctx, intake.classify(archive, number, values.axes(axes, archive.regime), reason))
