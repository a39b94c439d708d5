"""``rename``: a customer's new name, with its papers and its approval."""

import typer

from archivectl.cli import answers, context
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, _

app = typer.Typer()
APPS = {"rename": app}


class NotBoth(WrongUsage):
    """A record without a new name, or an entry with one."""

    message = "A record needs its new name; an entry has it already."
    hint = "Begin with: archivectl rename 212 --to NAME, and go on with: archivectl rename BG-3 --paper notice"


@app.command(epilog="archivectl rename 212 --to 上海新名贸易有限公司 --paper notice --paper contract --paper licence")
def rename(
    ctx: typer.Context,
    what: str = typer.Argument(help="The record's number; or an entry (BG-3) to go on with."),
    to: str = typer.Option("", "--to", help="The new name; it is kept encrypted until it stands in the file."),
    papers: list[str] = typer.Option([], "--paper", help="A paper that is there: notice, contract, licence.", metavar="PAPER"),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Change a customer's name: notice and papers, approval, then the file; the old name stays among the former ones."""
    from archivectl import renaming  # noqa: PLC0415 - loads git
    from archivectl.records.numbering import folded  # noqa: PLC0415

    with context.writing(ctx) as archive:
        numbers = tuple(archive.kind(each).number for each in renaming.REGISTERS if each in archive.regime.kinds)
        if folded(what).startswith(numbers) == bool(to):
            raise NotBoth
        case = renaming.notify(archive, what, to, papers, reason) if to else renaming.go_on(archive, what, papers)
        left = renaming.lacking(archive, case) if case.at("submit") else {}
        lines = [_("Lacking: {lacks}", lacks=Titles(left.values()))] if left else []
        answers.standing(ctx, archive, case, *lines, key="rename", lacks=list(left))
