"""``review``: the outcome of looking a record over."""

import typer

from archivectl.cli import answers, context
from archivectl.cli.values import chosen
from archivectl.errors import WrongUsage

app = typer.Typer()
APPS = {"review": app}


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

    if not number and year is None:
        raise NothingToReview
    with context.writing(ctx) as archive:
        if year is not None:
            case = reviews.summarise(archive, year, note)
        elif propose:
            case = reviews.propose(archive, number, propose)
        elif not outcome and archive.names_entry("review", number):
            answers.need(note=note)
            case = reviews.remedy(archive, number, note)
        else:
            answers.need(outcome=outcome)
            case = reviews.review(archive, number, chosen(archive.kind("review"), "outcome", outcome), note)
        answers.standing(ctx, archive, case, key="review")
