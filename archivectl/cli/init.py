"""``init``: found an archive."""

from dataclasses import replace
from pathlib import Path

import typer

from archivectl.cli import answers, console, context
from archivectl.cli.options import Options
from archivectl.errors import NotAllowed
from archivectl.i18n import _

app = typer.Typer()
APPS = {"init": app}


@app.command(epilog="archivectl init archive --office SH --member li.na --name 李娜 --email li.na@example.cn")
def init(
    ctx: typer.Context,
    folder: Path = typer.Argument(help="A new or empty folder."),
    office: str = typer.Option("", "--office", help="The code that record numbers begin with."),
    member: str = typer.Option("", "--member", help="The handle of the first member, its administrator."),
    name: str = typer.Option("", "--name", help="The member's name."),
    email: str = typer.Option("", "--email", help="The member's e-mail."),
    regime: list[str] = typer.Option(
        [], "--regime", help="A regulation to adopt, or a file of your own such as house.yaml; may be repeated."
    ),
    simulated: bool = typer.Option(False, "--simulated", help="An archive whose dates are made up, for trying things."),
    lfs: bool = typer.Option(False, "--lfs", help="Let git-lfs keep the scans; alone, for an archive that is there already."),
) -> None:
    """Found an archive with its first member, keys, recovery identity and sheet."""
    from archivectl import founding  # noqa: PLC0415 - loads git and age

    options: Options = ctx.obj
    if lfs and not office and (folder / ".git").exists():
        _give_to_lfs(ctx, folder)
        return
    answers.need(office=office, member=member)
    address = email or f"{member}@archive.invalid"
    charter = founding.Charter(member, name or member, address, office, tuple(regime), options.at, options.today, simulated)
    warnings = _judge(regime)
    if options.dry_run:
        founding.check(folder, charter)
        return
    made = founding.found(folder, context.home(options), charter)
    document = {"archive": made.archive, "fingerprint": made.fingerprint, "sheet": str(made.sheet), "folder": str(folder)}
    console.emit(options, document, _next(made.fingerprint, str(made.sheet), folder, ruled=bool(regime)))
    for warning in warnings:
        console.warn(warning)
    if lfs:
        _give_to_lfs(ctx, folder, member)


def _give_to_lfs(ctx: typer.Context, folder: Path, member: str = "") -> None:
    """Let git-lfs keep the scans that come from now on."""
    from archivectl import lfs  # noqa: PLC0415 - loads git

    ctx.obj = replace(ctx.obj, folder=str(folder), member=member or ctx.obj.member)
    with context.writing(ctx) as archive:
        begun = lfs.begin(archive)
    said = _("Scans that come from now on are kept by git-lfs; every clone needs it: git lfs install --local")
    if member:  # the founding is told already, as one document
        console.note(said)
    else:
        told = said if begun else _("git-lfs keeps the scans already.")
        console.emit(ctx.obj, {"folder": str(folder), "lfs": True, "changed": begun}, [told])


def _judge(names: list[str]) -> list[str]:
    """Refuse files of one's own that do not hold together; returns what they no longer ask for. Raises NotAllowed."""
    from archivectl.regime import load  # noqa: PLC0415 - not for the help

    given = {name: load.content(name) for name in names}
    own = {name: text for name, text in given.items() if name not in load.shipped()}
    if not own:
        return []
    from archivectl import linting  # noqa: PLC0415 - loads git
    from archivectl.cli import ruling  # noqa: PLC0415
    from archivectl.rulebook import unsound  # noqa: PLC0415

    load.texts(names)
    if faults := linting.judge(given):
        raise NotAllowed(tuple(unsound("regime.adopt", fault) for fault in faults))
    around = {f"regime/{name}.yaml": text for name, text in given.items() if name not in own}
    return ruling.lost(*linting.loosened_by(own, {**linting.fresh(), **around}))


def _next(fingerprint: str, sheet: str, folder: Path, *, ruled: bool) -> list[str]:
    posts = _("Posts that somebody has to hold under these rules: archivectl regime lint")
    return [
        _("A new archive in {folder}.", folder=folder),
        _("Fingerprint: {fingerprint}", fingerprint=fingerprint),
        _("Recovery sheet: {sheet}", sheet=sheet),
        _("Print the sheet twice, lock it away in two places, and delete the file: whoever has it can read everything."),
        "",
        _("Values about persons are sealed and shown as dots; open them with: archivectl show NUMBER --reveal --purpose TEXT"),
        _("Take on a colleague: archivectl member add HANDLE --name NAME --role clerk --clearance internal --generate-keys"),
        _("On a machine of their own, colleagues make their keys themselves: archivectl member request HANDLE -o FILE"),
        _("Take in a table: archivectl import FILE --dry-run"),
        *([posts] if ruled else ()),
    ]
