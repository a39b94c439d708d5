"""``key remote``: the folders on shares and disks that hold a second copy of the keyring."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import N_, _, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
LOGGED = N_("The access log now has what was read on other machines, too.")
_GONE = N_("{name}: {destroyed} keys of what was destroyed were taken away.")
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
    anew: bool = typer.Option(False, "--anew", help="The keyring that had this name is lost; the folder takes its place."),
) -> None:
    """Keep a copy of the keys in a folder, and unite with it; entered in the register of copies first."""
    from archivectl.custody import remotes  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        done = remotes.add(archive, name, folder, anew=anew)
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
            accepted += [_(LOGGED)] if log.unite(archive) else []
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


def _told(ctx: typer.Context, done: "Sequence[Synced]", first: list[str]) -> int:
    """Show what came of remotes; the exit status."""
    console.emit(ctx.obj, documents(done), [*first, *lines_of(done)] or [_(_NONE)])
    return status(done)


def status(done: "Iterable[Synced]") -> int:
    """The exit status of what came of remotes."""
    return _AWAY if any(each.united is None or each.united.damaged for each in done) else 0


def documents(done: "Iterable[Synced]") -> list[dict[str, Any]]:
    """What came of remotes, for scripts."""
    return [
        {"remote": each.name, "reached": each.united is not None, **_counts(each), "problems": _problems(each)} for each in done
    ]


def lines_of(done: "Iterable[Synced]") -> "Iterator[str]":
    """What came of remotes, for a person."""
    for each in done:
        counts = _counts(each)
        if each.united:
            some = [_(text, count=counts[key]) for key, text in _PARTS.items() if counts[key]] or [
                _("nothing new on either side")
            ]
            yield _("{name}: {done}.", name=each.name, done=listed(some))
        if counts["destroyed"]:
            yield _(_GONE, name=each.name, **counts)
        for problem in _problems(each):
            yield _("{name}: {problem}", name=each.name, problem=problem)


def _counts(each: "Synced") -> dict[str, int]:
    return {key: getattr(each.united, key, 0) for key in ("taken", "given", "shared", "destroyed", "superseded")}


def _problems(each: "Synced") -> list[str]:
    return [console.clean(one) for one in (each.united.damaged if each.united else [each.problem])]
