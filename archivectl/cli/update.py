"""``update`` and ``classify``: change a record, with a reason."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context, values
from archivectl.errors import WrongUsage
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.intake import Regraded

updating = typer.Typer()
classifying = typer.Typer()
APPS = {"update": updating, "classify": classifying}


class AloneAsOf(WrongUsage):
    """A record is to be put back and changed at once."""

    message = "--as-of puts the whole record back; it does not go with --set or --unset."
    hint = "Put it back first, then change it."


class WhichRecord(WrongUsage):
    """Neither a record nor a report about one."""

    message = "Which record?"
    hint = "archivectl update NUMBER --set PATH=VALUE --reason TEXT; archivectl update --change BG-3 --set PATH=VALUE"


def advise(advice: Iterable[tuple[str, str]]) -> None:
    """Say what may be wrong with values that were taken all the same."""
    for path, text in advice:
        console.note(_("{field}: {advice}; it was taken as it is.", field=console.title(path), advice=_(text)))


def report(ctx: typer.Context, saved: object) -> None:
    """Say what changed, or that nothing did."""
    from archivectl.intake import Saved  # noqa: PLC0415 - for its shape

    assert isinstance(saved, Saved)  # noqa: S101 - the callers have nothing else
    document = {"number": saved.number, "uid": saved.uid, "changed": list(saved.changed)}
    text = _("{number}: changed {fields}.", number=saved.number, fields=listed(map(console.title, saved.changed)))
    advise(saved.advice)
    lines = [text] if saved.changed else []
    if made := saved.regraded:
        document |= {"sealed_anew": list(made.anew), "older_keys": list(made.left)}
        lines += _regraded(saved.number, made)
    console.emit(ctx.obj, document, lines or [_("{number}: nothing changed.", number=saved.number)])


def _regraded(number: str, made: "Regraded") -> Iterator[str]:
    """Say what another grade came to, and what it cannot reach."""
    if made.anew:
        yield _("{number}: sealed anew for its grade: {fields}.", number=number, fields=listed(map(console.title, made.anew)))
        yield _("Its older versions stay in the history, and who could read them still can.")
    if made.left:
        left = listed(map(console.title, made.left))
        yield _("{number}: still under the keys they have: {fields}.", number=number, fields=left)
        yield _("To seal them anew, too: archivectl key rekey {number} --reason TEXT", number=number)
    if made.lower:
        yield _("{number}: what is sealed higher than the grade now asks stays so until it is entered again.", number=number)


@updating.command(epilog="archivectl update 212 --set address.city=杭州市 --reason 搬迁")
def update(
    ctx: typer.Context,
    number: str = typer.Argument("", help="The record's number; 212 is SH-000212."),
    sets: list[str] = typer.Option(
        [],
        "--set",
        help="A field and its value: path=value, or 题名=值; documents[ID].file=@scan.pdf attaches a file.",
        metavar="PATH=VALUE",
    ),
    unsets: list[str] = typer.Option([], "--unset", help="A field to empty.", metavar="PATH"),
    as_of: str = typer.Option("", "--as-of", help="Put it back as it stood at a commit, or at the end of a day.", metavar="WHEN"),
    under: str = typer.Option("", "--change", help="The report that this enters, and closes: BG-3.", metavar="ENTRY"),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
) -> None:
    """Change fields of a record in one commit, or put it back as it stood before."""
    from archivectl import amending, intake  # noqa: PLC0415 - loads the schema

    if as_of and (sets or unsets or under):
        raise AloneAsOf
    if not number and not under:
        raise WhichRecord
    with context.writing(ctx) as archive:
        emptied = [values.place(name, archive.regime.get("axes", {})) for name in unsets]
        stated = values.assignments(sets, archive.regime)
        if as_of:
            report(ctx, intake.restore(archive, number, as_of, reason))
        elif under:
            report(ctx, amending.enter(archive, under, number, stated, emptied, reason))
        else:
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
