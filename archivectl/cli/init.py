"""``init``: found an archive."""

from pathlib import Path

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.i18n import _

app = typer.Typer()
APPS = {"init": app}


@app.command(epilog="archivectl init archive --office SH --member li.na --name 李娜 --email li.na@example.cn")
def init(
    ctx: typer.Context,
    folder: Path = typer.Argument(help="A new or empty folder."),
    office: str = typer.Option(..., "--office", help="The code that record numbers begin with."),
    member: str = typer.Option(..., "--member", help="The handle of the first member, its administrator."),
    name: str = typer.Option("", "--name", help="The member's name."),
    email: str = typer.Option("", "--email", help="The member's e-mail."),
    regime: list[str] = typer.Option([], "--regime", help="A regulation to adopt; may be repeated."),
    simulated: bool = typer.Option(False, "--simulated", help="An archive whose dates are made up, for trying things."),
) -> None:
    """Found an archive with its first member, keys, recovery identity and sheet."""
    from archivectl import founding  # noqa: PLC0415 - loads git and age

    options: Options = ctx.obj
    address = email or f"{member}@archive.invalid"
    charter = founding.Charter(member, name or member, address, office, tuple(regime), options.at, simulated=simulated)
    if options.dry_run:
        founding.check(folder, charter)
        return
    made = founding.found(folder, context.home(options), charter)
    document = {"archive": made.archive, "fingerprint": made.fingerprint, "sheet": str(made.sheet), "folder": str(folder)}
    console.emit(options, document, _next(made.fingerprint, str(made.sheet), folder))


def _next(fingerprint: str, sheet: str, folder: Path) -> list[str]:
    return [
        _("A new archive in {folder}.", folder=folder),
        _("Fingerprint: {fingerprint}", fingerprint=fingerprint),
        _("Recovery sheet: {sheet}", sheet=sheet),
        _("Print the sheet twice, lock it away in two places, and delete the file: whoever has it can read everything."),
        "",
        _("Values about persons are sealed and shown as dots; open them with: archivectl show NUMBER --reveal --purpose TEXT"),
        _("Take on a colleague: archivectl member add HANDLE --name NAME --role clerk --clearance internal --generate-keys"),
        _("Take in a table: archivectl import FILE --dry-run"),
    ]
