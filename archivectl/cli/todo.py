"""``todo``: what is due for the current member; also what runs without a command."""

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.i18n import _

app = typer.Typer()
APPS = {"todo": app}
_COLOURS = {"overdue": "red", "due": "yellow", "coming": "dim"}


@app.command(epilog="archivectl todo --all")
def todo(ctx: typer.Context, everyone: bool = typer.Option(False, "--all", help="For every member, not only for you.")) -> None:
    """What is due, most urgent first."""
    from archivectl import duties  # noqa: PLC0415 - loads git

    options: Options = ctx.obj
    with context.reading(ctx) as archive:
        found = list(duties.due(archive, everyone=everyone))
        head = _("{date} · {member}", date=archive.today, member=archive.me.name)
    documents = []
    rows = []
    for one in found:
        message = console.sentence(one.message, one.values)
        documents.append(
            {"duty": one.duty, "about": one.about, "due": one.due, "state": one.state, "clause": one.clause, "message": message}
        )
        rows.append((_(one.state), one.about, one.record, message))
    lines = console.table(rows)
    painted = [console.paint(line, _COLOURS[one.state]) for line, one in zip(lines, found, strict=True)]
    console.emit(options, documents, [console.paint(head, "bold"), *(painted or [_("Nothing is due.")])])
