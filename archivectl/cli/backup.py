"""``backup``: make one, restore one on trial, restore one in earnest."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.i18n import N_, _

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.backups.medium import Manifest
    from archivectl.backups.restoring import Restored
    from archivectl.custody.drill import Reader

app = typer.Typer(help="Backups: make, verify, restore.", no_args_is_help=True)
APPS = {"backup": app}
FOUND = 1
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, for its owner alone
_KEYS = N_("Where its keys lie, if not in DIR/keys.")
_SHEET = N_("A file with the decryption identity of the recovery sheet, where no member's identity is at hand.")
_FOLDER = N_("The backup's folder.")


@app.command(epilog="archivectl backup make /media/usb/2026-03 --keys /media/safe/2026-03 --off-site")
def make(
    ctx: typer.Context,
    folder: Path = typer.Argument(help="A new or empty folder, on the medium."),
    keys: Path = typer.Option(None, "--keys", help="A new or empty folder for the keys, on another medium."),
    medium: str = typer.Option("", "--medium", help="What it is kept on: a disk, a tape ..."),
    place: str = typer.Option("", "--place", help="Where it is kept; without it, the folder."),
    off_site: bool = typer.Option(False, "--off-site", help="It is kept in another building."),
) -> None:
    """Write the archive to a folder, and its keys to another, encrypted; entered in the register of backups."""
    from archivectl.backups import making  # noqa: PLC0415 - loads git and age

    wanted = making.Wanted(folder, keys or folder / "keys", medium, place, off_site)
    with context.writing(ctx) as archive:
        case = making.make(archive, wanted)
    lines = [_("{entry}: {state}.", entry=case.id, state=case.state_word)]
    if wanted.keys.resolve().is_relative_to(folder.resolve()):
        text = N_("The keys lie beside the archive, in {folder}: move them to another place, lest one loss be the loss of both.")
        lines.append(_(text, folder=console.clean(wanted.keys)))
    document = {"backup": case.id, "state": case.state, "folder": str(folder), "keys": str(wanted.keys)}
    console.emit(ctx.obj, document, lines)


@app.command(epilog="archivectl backup verify /media/usb/2026-03 --keys /media/safe/2026-03")
def verify(
    ctx: typer.Context,
    folder: Path = typer.Argument(help=_FOLDER),
    keys: Path = typer.Option(None, "--keys", help=_KEYS),
    recovery: Path = typer.Option(None, "--recovery", help=_SHEET),
) -> None:
    """Restore a backup on trial, judge its whole history and open a sample of its values; exit 1 when something is found."""
    from archivectl.backups import looking, medium  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        scratch = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
        place = keys or folder / "keys"
        medium.refuse_other_keys(medium.read(folder), folder, place)  # before anybody is asked for an identity
        report = looking.verify(archive, folder, place, _reader(archive, recovery), scratch)
    found = [console.clean(each) for each in report.findings]
    document = {
        "backup": report.case.id,
        "state": report.case.state,
        "findings": found,
        "commits": report.commits,
        "records": report.records,
        "sealed": report.sealed,
        "opened": report.opened,
    }
    text = N_("{entry} verified: {commits} commits, {records} files, {opened} of {sealed} sealed values opened.")
    values = {key: value for key, value in document.items() if key not in {"backup", "state", "findings"}}
    last = _("{entry}: {state}.", entry=report.case.id, state=report.case.state_word) if found else ""
    said = map(console.worded, report.findings)
    console.emit(ctx.obj, document, [*said, last or _(text, entry=report.case.id, **values)])
    raise typer.Exit(FOUND if found else 0)


def _reader(archive: "Archive", recovery: Path | None) -> "Reader":
    from archivectl.backups import medium  # noqa: PLC0415 - loads age
    from archivectl.custody.drill import Reader  # noqa: PLC0415

    if recovery:
        return medium.by_sheet(recovery)
    return Reader(archive.me, archive.home.identities(archive.id, archive.me.handle))


@app.command(epilog="archivectl backup restore /media/usb/2026-03 archive --keys /media/safe/2026-03 --trust 3f7a…")
def restore(
    ctx: typer.Context,
    folder: Path = typer.Argument(help=_FOLDER),
    target: Path = typer.Argument(help="A new or empty folder."),
    keys: Path = typer.Option(None, "--keys", help=_KEYS),
    recovery: Path = typer.Option(None, "--recovery", help=_SHEET),
    trust: str = typer.Option("", "--trust", help="The archive's fingerprint, from the recovery sheet.", metavar="FINGERPRINT"),
) -> None:
    """Bring an archive back from a backup, with its keys; what was destroyed stays destroyed."""
    from archivectl.backups import medium, restoring  # noqa: PLC0415 - loads git and age

    options: Options = ctx.obj
    manifest = medium.read(folder)
    place = keys or folder / "keys"
    with_keys = place if medium.with_keys(place) else None
    if not with_keys and (keys or not context.home(options).keyring(manifest.archive).folder.is_dir()):
        raise medium.NoKeysThere(folder=place)
    member = options.member or context.home(options).member(manifest.archive) or ""
    reader = _opener(options, manifest, recovery, member) if with_keys else None
    source = restoring.Source(folder, with_keys, reader, trust)
    if options.dry_run:
        return
    done = restoring.restore(context.home(options), source, target, options.at, member)
    document = {
        "backup": done.number,
        "archive": done.archive,
        "folder": str(target),
        "tip": done.tip,
        "keys": done.keys,
        "behind": done.behind or None,
    }
    console.emit(options, document, _told(done, target))


def _opener(options: Options, manifest: "Manifest", recovery: Path | None, member: str) -> "Reader":
    """Who opens the keys: whoever holds the sheet, or the member whose identity is on this machine; raises NoIdentity."""
    from archivectl.backups import medium  # noqa: PLC0415 - loads age
    from archivectl.custody.drill import Reader  # noqa: PLC0415
    from archivectl.members.member import Member  # noqa: PLC0415

    if recovery:
        return medium.by_sheet(recovery)
    who = Member(member, member, "", None, (), (), "open", None, (), ())
    return Reader(who, context.home(options).identities(manifest.archive, member))


def _told(done: "Restored", target: Path) -> list[str]:
    """What was restored, and what is left to do."""
    names = {"backup": console.clean(done.number), "folder": console.clean(target)}
    lines = [_("{backup} is restored in {folder}; its history stands up to verification.", **names)]
    if done.keys is not None:
        lines.append(_("Keys taken over: {count}.", count=done.keys))
    elif not done.behind:
        lines.append(_("No keys were taken over, for they do not lie beside the backup; name their folder: --keys DIR"))
    if done.behind:
        lines += _older(done)
    if done.machine:
        text = N_("Enter this machine among the copies of keys: archivectl register add key-copy place=machine name={machine}")
        lines.append(_(text, machine=done.machine))
    return lines


def _older(done: "Restored") -> list[str]:
    """What it means that this machine has verified commits that the backup lacks."""
    lines = [_("This backup is older than what this machine has verified: it lacks {commit}.", commit=done.behind[:12])]
    if done.back:
        return [
            *lines,
            _("The mark of what is verified was taken back to the backup. What was done since is to be done again,"),
            _("destructions first: the keys of files destroyed since then are here again."),
        ]
    return [
        *lines,
        _("No keys were taken over. Before anything is done in it, fetch those commits from another copy: git pull"),
        _("If no copy is left that has them, restore again with --trust and the fingerprint on the recovery sheet."),
    ]
