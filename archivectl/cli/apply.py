"""``apply``: bring the archive to what stands on paper today."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.answers import MANY, SHOWN, NotConfirmed, watched
from archivectl.cli.progress import Bar
from archivectl.i18n import _, pick

if TYPE_CHECKING:
    from archivectl.exchange.applying import Review

app = typer.Typer()
APPS = {"apply": app}
REFUSED = 1


@app.command(epilog="archivectl apply 纸质台账.xlsx --dry-run")
def apply(
    ctx: typer.Context,
    file: Path = typer.Argument(help="A workbook, a CSV file, or JSON lines (.jsonl)."),
    accept_good: bool = typer.Option(False, "--accept-good", help="Take the good rows although others are rejected."),
    rejects: Path = typer.Option(None, "--rejects", help="Where rejected rows go; without it, beside the table."),
    encoding: str = typer.Option("", "--encoding", help="The encoding, where it is not told by the content."),
    sheet: str = typer.Option("", "--sheet", help="The worksheet, where it is not the first."),
    subject: str = typer.Option("person", "--subject", help="What a file is that does not say: person or organisation."),
    office: str = typer.Option("", "--office", help="The office, where there are several."),
) -> None:
    """Take over what exists on paper: files, volumes, papers, open loans, stops; a second run changes nothing."""
    from archivectl.crew import Crew  # noqa: PLC0415
    from archivectl.exchange import applying, papers  # noqa: PLC0415 - loads the schema

    rows = papers.read(file, encoding or None, sheet or None)
    number = None
    with Bar() as bar, Crew(bar.show) as crew, context.writing(ctx) as archive:
        made = applying.review(archive, rows, crew, subject, office)
        bar.end()
        back = None if ctx.obj.dry_run and not rejects else _give_back(file, made, rejects)
        refused = bool(made.rejected) and not accept_good
        if not refused and not ctx.obj.dry_run:
            _confirm(ctx, made)
            number = applying.carry_out(made)
    lines = [*_lines(made, back), *_outcome(number, made, refused=refused, dry=ctx.obj.dry_run)]
    told = {"problems": _problems(made), "rejects": str(back) if back else None}
    console.emit(ctx.obj, {"import": number, **_counts(made), **told}, lines)
    raise typer.Exit(REFUSED if refused else 0)


def _counts(made: "Review") -> dict[str, int]:
    return {
        "created": len(made.files.created),
        "updated": len(made.files.updated),
        "volumes": made.done["volume"],
        "documents": made.done["document"],
        "loans": made.done["loan"],
        "holds": made.done["hold"],
        "unchanged": made.unchanged,
        "rejected": len(made.rejected),
    }


def _problems(made: "Review") -> list[dict[str, object]]:
    found = [problem for _row, problems in made.rejected for problem in problems if problem.rejects]
    return [{"row": each.row, "column": each.column, "message": console.clean(str(each))} for each in found]


def _confirm(ctx: typer.Context, made: "Review") -> None:
    count = sum(_counts(made).values()) - made.unchanged - len(made.rejected)
    if count >= MANY and watched():
        for line in _lines(made, None):
            console.note(line)
        if not console.ask(ctx.obj, _("Take over all this?")):
            raise NotConfirmed


def _give_back(source: Path, made: "Review", wanted: Path | None) -> Path | None:
    """Write the rejected rows to a table like the one they came from."""
    from archivectl.exchange import rejects  # noqa: PLC0415

    if not made.rejected:
        return None
    rows = rejects.table(made.papers.sheet, made.rejected)
    path = wanted or rejects.place(source, made.papers.sheet, rows)
    rejects.write(path, rows, source)
    return path


def _lines(made: "Review", back: Path | None) -> Iterator[str]:
    from archivectl.exchange.rejects import told  # noqa: PLC0415

    yield _(
        "{created} new files, {updated} changed; {volumes} volumes, {documents} papers, {loans} loans, {holds} stops; "
        "{unchanged} rows stand there already, {rejected} rejected",
        **_counts(made),
    )
    for work in made.prospect.entered[:SHOWN]:
        case = work.standing
        about, date = ", ".join(record.label for record in work.records), case.done[0].date[:10]
        values = {"kind": pick(case.kind.title), "entry": case.id, "about": about, "date": date, "state": case.state_word}
        yield _("{kind} {entry}: {about}, {date}, {state}", **values)
    if (more := len(made.prospect.entered) - SHOWN) > 0:
        yield _("… and {count} more.", count=more)
    for row, problems in made.rejected[:SHOWN]:
        yield _("Rejected: row {row}: {reasons}", row=row.number, reasons=console.clean(told(problems)))
    if back:
        yield _("All rejected rows with their reasons: {path}", path=back)


def _outcome(number: str | None, made: "Review", *, refused: bool, dry: bool) -> Iterator[str]:
    if refused:
        yield _("Nothing is taken over while rows are rejected: mend them, or take the others with --accept-good.")
    elif number:
        yield _("Taken over as {number}.", number=number)
    elif made.empty and not dry:
        yield _("Nothing to do: everything stands there already.")
