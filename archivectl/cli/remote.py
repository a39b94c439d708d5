"""``key remote``: the folders on shares and disks that hold a second copy of the keyring."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import N_, _, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archivectl.archive import Archive
    from archivectl.custody.remotes import Synced

app = typer.Typer(help="Keyring remotes: plain folders with a second copy of the keys.", no_args_is_help=True)
_AWAY = Unreadable.status
_PARTS = {
    "taken": N_("{count} keys taken over"),
    "given": N_("{count} keys given"),
    "shared": N_("{count} level keys shared"),
    "superseded": N_("{count} old wraps dropped"),
}
_LOGGED = N_("The access log now has what was read on other machines, too.")
_NONE = N_("There is no keyring remote yet: archivectl key remote add NAME FOLDER")


class ReasonForSingle(WrongUsage):
    """A single copy is to be accepted for nothing."""

    message = "Going on with a single copy of keys needs a reason, which is entered."
    hint = "Say why: --accept-single-copy --reason TEXT"


@app.command(epilog="archivectl key remote add nas /mnt/nas/keys")
def add(
    ctx: typer.Context,
    name: str = typer.Argument(help="What every machine calls it."),
    folder: Path = typer.Argument(help="Its folder on this machine; it must be there."),
) -> None:
    """Keep a copy of the keys in a folder, and unite with it; entered in the register of copies first."""
    from archivectl.custody import remotes  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        done = remotes.add(archive, name, folder)
    raise typer.Exit(_told(ctx, done, [_("{name} is a keyring remote, in {folder}.", name=name, folder=console.clean(folder))]))


@app.command("list", epilog="archivectl key remote list")
def list_(ctx: typer.Context) -> None:
    """The keyring remotes, where they lie, and which commits they hold the keys of."""
    from archivectl.custody import places  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        found = places.listed(archive)
    document = [
        {"name": each.name, "folder": str(each.folder) if each.folder else None, "here": each.here, "united": each.united or None}
        for each in found
    ]
    states = {True: N_("there"), False: N_("not mounted")}
    rows = [(e.name, e.folder, _(states[e.here] if e.folder else N_("no folder set here")), e.united[:12] or None) for e in found]
    heads = (_("Name"), _("Folder"), _("State"), _("United up to"))
    console.emit(ctx.obj, document, console.table(rows, heads) if rows else [_(_NONE)])


@app.command(epilog="archivectl key remote sync nas")
def sync(
    ctx: typer.Context,
    names: list[str] = typer.Argument(None, help="Which remotes; without it, all."),
    single: bool = typer.Option(
        False, "--accept-single-copy", help="Enter that what only this machine has keys of may be pushed."
    ),
    reason: str = typer.Option("", "--reason", help="Why a single copy has to do."),
) -> None:
    """Unite the keyring with remotes, both ways, and the access log with what git fetched. Exit 4 if a remote is away."""
    from archivectl.custody import log, remotes  # noqa: PLC0415 - loads git and age
    from archivectl.encryption.access_log import Rewritten  # noqa: PLC0415

    if single and not reason.strip():
        raise ReasonForSingle
    with context.writing(ctx) as archive:
        _reapply(archive)
        done = remotes.sync(archive, names or ())
        entry = remotes.accept_single_copy(archive, reason).id if single else ""
        accepted = [_("Entered in {entry}: this machine's keys are the only copy for now.", entry=entry)] if entry else []
        try:
            accepted += [_(_LOGGED)] if log.unite(archive) else []
        except Rewritten as error:  # told after what was done all the same
            raise typer.Exit(max(_told(ctx, done, accepted), console.refuse(error, as_json=False))) from None
    raise typer.Exit(_told(ctx, done, accepted))


def _reapply(archive: "Archive") -> None:
    """Destroy here what is destroyed, before the register says that it is."""
    from contextlib import suppress  # noqa: PLC0415 - only here

    from archivectl import requests  # noqa: PLC0415 - loads git and age
    from archivectl.destruction.acts import reapply  # noqa: PLC0415
    from archivectl.members.home import NoIdentity  # noqa: PLC0415

    with suppress(NoIdentity):  # who has no identity on this machine has no names here either
        reapply(archive)
        requests.reapply(archive)


def _told(ctx: typer.Context, done: "Iterable[Synced]", first: list[str]) -> int:
    """Show what came of remotes; the exit status."""
    lines, document, status = list(first), [], 0
    gone = N_("{name}: {destroyed} keys of what was destroyed were taken away.")
    for each in done:
        told = each.united
        problems = [console.clean(one) for one in (told.damaged if told else [each.problem])]
        counts = {key: getattr(told, key, 0) for key in ("taken", "given", "shared", "destroyed", "superseded")}
        some = [_(text, count=counts[key]) for key, text in _PARTS.items() if counts[key]] or [_("nothing new on either side")]
        lines += [_("{name}: {done}.", name=each.name, done=listed(some))] if told else []
        lines += [_(gone, name=each.name, **counts)] if counts["destroyed"] else []
        lines += [_("{name}: {problem}", name=each.name, problem=problem) for problem in problems]
        document.append({"remote": each.name, "reached": told is not None, **counts, "problems": problems})
        status = _AWAY if problems else status
    console.emit(ctx.obj, document, lines or [_(_NONE)])
    return status
