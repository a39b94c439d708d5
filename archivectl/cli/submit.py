"""``submit``, ``accept`` and ``send-back``: from the papers handed in to a file that has its number."""

from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, context
from archivectl.cli.values import chosen
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.intake.submission import Submission

submitting, accepting, returning = typer.Typer(), typer.Typer(), typer.Typer()
APPS = {"submit": submitting, "accept": accepting, "send-back": returning}


def _report(ctx: typer.Context, archive: "Archive", made: "Submission") -> None:
    from archivectl.regime import spans  # noqa: PLC0415 - only an act needs it
    from archivectl.registers import materials  # noqa: PLC0415

    case = made.case
    lacks = [{"papers": list(lack.papers), "what": lack.what, "wanted": list(lack.wanted)} for lack in made.lacks]
    head, lines = _("{entry}: {record} is {state}.", entry=case.id, record=made.record, state=case.state_word), []
    if made.late:
        lines.append(_("It was due on {due}.", due=made.late))
    accepted = case.acts("accept")
    if accepted and (words := accepted[-1].data.get("attested")):
        lines.append(_("By accepting, {member} attests of the papers: {words}.", member=accepted[-1].by, words=words))
    if made.lacks:
        lines.append(_("Lacking: {lacks}", lacks=listed(made.lacks)))
    asked = str(archive.regime.get("intake.within") or ""), case.entry.columns.get("due")
    if case.state == "incomplete":
        due = case.promised.get("due", "—")
        asked = materials.incomplete(archive.records_of(case.entry.uids)[0].data, archive.regime)[1] or "", due
        lines.append(_("To be completed by {due}; then: archivectl submit {record}", due=due, record=made.record))
    years = spans.uncounted(asked[0], min(archive.today, asked[1] or ""), asked[1], archive.regime.calendar)
    lines += answers.plain_weeks(years)
    more: dict[str, Any] = {"late": made.late, "lacks": lacks, **({"calendar": years} if years else {})}
    answers.standing(ctx, archive, case, *lines, head=head, record=made.record, **more)


@submitting.command(epilog="archivectl submit 640")
def submit(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number, the uid of a draft, or an intake that was sent back."),
    note: str = typer.Option("", "--note", help="What the archivist should know."),
) -> None:
    """Hand a file in: its papers are checked against the list, and the archivist accepts it or sends it back."""
    from archivectl.intake import submission  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, submission.submit(archive, number, note))


@accepting.command(epilog="archivectl accept SJ-3")
def accept(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The entry of the intake; SJ-3 is that of this year."),
    counted: int = typer.Option(None, "--counted", help="How many papers there are, counted one by one.", min=0),
) -> None:
    """Take in what was submitted; what needs no approval, or has it, is filed and gets its number."""
    from archivectl.intake import submission  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, submission.accept(archive, entry, counted))


@returning.command(epilog="archivectl send-back SJ-3 缺章 --note 骑缝章")
def send_back(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The entry of the intake; SJ-3 is that of this year."),
    defect: str = typer.Argument(help="What is wrong: missing-item (缺件), missing-seal (缺章), illegible (字迹不清) ..."),
    note: str = typer.Option("", "--note", help="More about it."),
) -> None:
    """Return what was submitted, with the reason."""
    from archivectl.intake import submission  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        reason = chosen(archive.kind("intake"), "defect", defect)
        _report(ctx, archive, submission.send_back(archive, entry, reason, note))
