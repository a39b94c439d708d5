"""``review``: the outcome of looking a record over."""

import typer

from archivectl.cli import console, context
from archivectl.cli.values import choice
from archivectl.errors import WrongUsage
from archivectl.i18n import _

app = typer.Typer()
APPS = {"review": app}


class UnknownOutcome(WrongUsage):
    """An outcome that is none of the three."""

    message = "“{outcome}” is no outcome of a review."
    hint = "It is confirmed (属实), corrected (已更正) or rectify (须整改)."


@app.command(epilog="archivectl review 212 --outcome 属实")
def review(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; or FH-7, to enter what was done about a finding."),
    outcome: str = typer.Option("", "--outcome", help="confirmed, corrected or rectify."),
    note: str = typer.Option("", "--note", help="What was found or done; it is kept encrypted."),
) -> None:
    """Enter the outcome of a review; what has to be rectified stays open until `review FH-… --note` says what was done."""
    from archivectl import reviews  # noqa: PLC0415 - loads git
    from archivectl.records.numbering import folded  # noqa: PLC0415

    with context.writing(ctx) as archive:
        if not outcome and folded(number).startswith("FH"):
            case = reviews.remedy(archive, number, note)
        else:
            choices = archive.kind("review").columns["outcome"].choices
            chosen = choice(outcome, choices)
            if chosen not in choices:
                raise UnknownOutcome(outcome=outcome)
            case = reviews.review(archive, number, chosen, note)
    document = {"review": case.id, "state": case.state}
    console.emit(ctx.obj, document, [_("{entry}: {state}.", entry=case.id, state=_(case.state))])
