"""From options to an open archive, to look at or to act on."""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console
from archivectl.cli.options import Options, home_folder
from archivectl.cli.progress import Bar
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.members.home import Home
    from archivectl.store.states import Place

WAIT = 120.0
_SHOWN = 3  # numbers named in one line


def home(options: Options) -> "Home":
    """What this machine keeps for the user."""
    from archivectl.cli.asking import Terminal  # noqa: PLC0415 - loads what a masked show does not need
    from archivectl.encryption import asking  # noqa: PLC0415
    from archivectl.members.home import Home  # noqa: PLC0415

    asking.through(Terminal())
    return Home(home_folder(options))


def _collect_rarely() -> None:
    """Switch the collection of garbage on again, for long commands only: what is loaded stays, and a short one makes none.

    Once in a process: what an earlier command left behind is no longer loaded for good.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(100_000, 20, 20)
        gc.enable()


@contextmanager
def reading(ctx: typer.Context, *, quiet: bool = False, anybody: bool = False) -> "Iterator[Archive]":
    """The archive, to look at, ``anybody`` without being a member too; says so when its last commit was not verified."""
    from archivectl.archive import Archive  # noqa: PLC0415 - loads git
    from archivectl.store.repository import Repository  # noqa: PLC0415
    from archivectl.verifying import trust  # noqa: PLC0415

    _collect_rarely()
    options: Options = ctx.obj
    with Bar() as bar, Repository.open(Path(options.folder or ".")) as repository:
        archive = Archive(repository, home(options), at=options.at, today=options.today, member=options.member)
        archive.progress = bar.show
        if anybody:
            archive.look_on()
        if not quiet and trust.state(archive) != "verified":
            console.note(_("The last commit is not verified; check it with: archivectl verify"))
        with closing(archive):
            yield archive


@contextmanager
def writing(ctx: typer.Context, *, verified: bool = True, at_once: bool = False) -> "Iterator[Archive]":
    """The archive, locked and verified, to act on; unverified only for who mends that it cannot be verified.

    ``at_once`` is as in ``Repository.open``.
    """
    from archivectl.archive import Archive  # noqa: PLC0415 - loads git
    from archivectl.store.repository import Repository  # noqa: PLC0415
    from archivectl.store.transaction import writing as lock  # noqa: PLC0415
    from archivectl.verifying import trust  # noqa: PLC0415

    _collect_rarely()
    options: Options = ctx.obj
    with Bar() as bar, Repository.open(Path(options.folder or "."), at_once=at_once) as repository, lock(repository, WAIT):
        repository.ready_to_write()
        archive = Archive(repository, home(options), at=options.at, today=options.today, member=options.member)
        archive.rehearsal, archive.progress = options.dry_run, bar.show
        options.rehearsed.extend([archive.id] if options.dry_run else ())
        if verified:
            trust.ensure(archive)
        begun = archive.tip
        with closing(archive):
            yield archive
            if archive.tip != begun:
                tell_provisional(archive, begun)


def tell_provisional(archive: "Archive", since: str = "", number: str = "") -> None:
    """Say which numbers given after a commit, or whether one, another machine may give as well."""
    from archivectl import blocks  # noqa: PLC0415 - loads git

    numbers = [each for each in blocks.provisional(archive, since) if not number or each == number]
    if numbers:
        shown = listed(numbers[:_SHOWN]) + (f" … ({len(numbers)})" if len(numbers) > _SHOWN else "")
        console.note(
            _(
                "Provisional until pushed, another machine may give the same: {numbers}. Have numbers of your own: "
                "archivectl register lease",
                numbers=shown,
            )
        )


def warn(options: Options, place: "Place", archive: str) -> None:
    """Say so when the newest commit is not the one that this machine verified, as far as two small files tell."""
    from archivectl.members import machine_files  # noqa: PLC0415 - who opens the archive whole need not ask

    tip, pin = place.common_dir / "refs/heads/main", home_folder(options) / "trust" / f"{archive}.yaml"
    if not tip.exists():
        return
    verified = machine_files.pin(pin)["verified"]["main"] if pin.exists() else None
    if verified != tip.read_text(encoding="ascii").strip():
        console.note(_("The last commit is not verified; check it with: archivectl verify"))
