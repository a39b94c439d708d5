"""``review``: the outcome of looking a record over."""

import typer

from archivectl.cli import console, context
from archivectl.cli.values import awaited, choice
from archivectl.errors import WrongUsage
from archivectl.i18n import _

app = typer.Typer()
APPS = {"review": app}


class UnknownOutcome(WrongUsage):
    """An outcome that is none of the three."""

    message = "“{outcome}” is no outcome of a review."
    hint = "It is confirmed (属实), corrected (已更正) or rectify (须整改)."


class NothingToReview(WrongUsage):
    """Neither a record nor a year."""

    message = "Which record, or which year?"
    hint = "archivectl review NUMBER --outcome confirmed; archivectl review --year 2026"


@app.command(epilog="archivectl review 212 --outcome 属实")
def review(
    ctx: typer.Context,
    number: str = typer.Argument("", help="The record's number; or FH-7, to enter what was done about a finding."),
    outcome: str = typer.Option("", "--outcome", help="confirmed, corrected or rectify."),
    note: str = typer.Option("", "--note", help="What was found or done; it is kept encrypted."),
    propose: str = typer.Option("", "--propose", help="What is to be done about a finding (FH-7); it is kept encrypted."),
    year: int = typer.Option(None, "--year", min=1900, help="Enter the results of this year's reviews, to be signed."),
) -> None:
    """Enter the outcome of a review; what has to be rectified stays open until `review FH-… --note` says what was done."""
    from archivectl import reviews  # noqa: PLC0415 - loads git
    from archivectl.records.numbering import folded  # noqa: PLC0415

    if not number and year is None:
        raise NothingToReview
    with context.writing(ctx) as archive:
        if year is not None:
            case = reviews.summarise(archive, year, note)
        elif propose:
            case = reviews.propose(archive, number, propose)
        elif not outcome and folded(number).startswith("FH"):
            case = reviews.remedy(archive, number, note)
        else:
            choices = archive.kind("review").columns["outcome"].choices
            chosen = choice(outcome, choices)
            if chosen not in choices:
                raise UnknownOutcome(outcome=outcome)
            case = reviews.review(archive, number, chosen, note)
        waits = awaited(archive, case)
    document = {"review": case.id, "state": case.state, "awaits": waits or None}
    lines = [_("{entry}: {state}.", entry=case.id, state=case.state_word)]
    console.emit(ctx.obj, document, [*lines, *([_("It waits for: {who}", who=waits)] if waits else [])])
