"""``clone``: another machine gets the archive."""

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.i18n import N_, _

if TYPE_CHECKING:
    from archivectl.cloning import Cloned

app = typer.Typer()
APPS = {"clone": app}
FOUND = 1
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_COMPARE = N_("The fingerprint of this archive, which this machine does not know yet, is:\n  {fingerprint}")
_ASK = N_("Compare it with the recovery sheet. Is it the same?")


@app.command(epilog="archivectl clone server:archive.git archive --trust 3f7a…")
def clone(
    ctx: typer.Context,
    url: str = typer.Argument(help="Where git reaches the archive: server:archive.git, https://…, a folder."),
    folder: Path = typer.Argument(None, help="A new or empty folder; without it, one of the repository's name."),
    fingerprint: str = typer.Option(
        "", "--trust", help="The archive's fingerprint, from the recovery sheet.", metavar="FINGERPRINT"
    ),
    member: str = typer.Option("", "--member", help="Who acts in it on this machine; without it, the one whose keys are here."),
) -> None:
    """Bring an archive to this machine, known by its fingerprint and judged from its first commit."""
    from archivectl import cloning  # noqa: PLC0415 - loads git and age
    from archivectl.cli.hook import user  # noqa: PLC0415
    from archivectl.cli.progress import Bar  # noqa: PLC0415

    options: Options = ctx.obj
    target = folder or cloning.named(url)
    wanted = cloning.Wanted(url, target, fingerprint, member)
    if options.dry_run:
        cloning.check(wanted)
        options.rehearsed.append(url)
        console.emit(options, {"folder": str(target)}, [_("It would be cloned to {folder}.", folder=console.clean(target))])
        return
    with Bar() as bar, _interruptible():

        def confirm(shown: str) -> bool:
            bar.end()
            return _confirmed(options, shown)

        home = context.home(options)
        done = cloning.clone(home, wanted, options.at, confirm, user(), bar.show)
    _tell(options, done, target)
    if member and member != done.member:
        text = N_("On this machine {member} acts in this archive already; for one command: --as {other}")
        console.note(_(text, member=done.member, other=member))
    raise typer.Exit(FOUND if done.findings else 0)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let what ends the program be an interruption, so that nothing half done is left behind."""

    def stop(_number: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    heeded = [number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _confirmed(options: Options, fingerprint: str) -> bool:
    """Whether a person at a terminal says that the fingerprint is right; nothing else can, --yes neither."""
    if options.json:
        return False
    question = f"{_(_COMPARE, fingerprint=fingerprint)}\n{_(_ASK)}"
    return console.ask(replace(options, yes=False, dry_run=False), question)


def _tell(options: Options, done: "Cloned", folder: Path) -> None:
    from archivectl.checking import formats  # noqa: PLC0415 - loads what it writes with

    document = {
        "archive": done.archive,
        "folder": str(folder),
        "fingerprint": done.fingerprint,
        "got": done.got,
        "member": done.member or None,
        "commits": done.commits,
        "findings": json.loads(formats.FORMATS["json"](done.findings)),
    }
    told = formats.FORMATS["text"](done.findings).rstrip("\n").split("\n") if done.findings else []
    console.emit(options, document, [*_said(done, folder), *told, "", *_next(done)])


def _said(done: "Cloned", folder: Path) -> list[str]:
    counted = _("{commits} commits, judged from the first.", commits=done.commits)
    return [
        _("The archive is in {folder}: {counted}", folder=console.clean(folder), counted=counted),
        _("Fingerprint: {fingerprint}", fingerprint=done.fingerprint),
    ]


def _next(done: "Cloned") -> Sequence[str]:
    """What comes now, in the folder of the clone."""
    lines = []
    if done.findings:
        lines.append(_("It can be read; nothing can be done in it before this is settled: archivectl verify"))
    if done.member and done.identity:
        lines.append(_("{member} acts here.", member=done.member))
    elif done.member:
        lines.append(_("{member} acts here, once their keys are in ARCHIVECTL_HOME too.", member=done.member))
    else:
        lines += [
            _("Ask to become a member: archivectl member request HANDLE -o FILE"),
            _("An administrator takes you on: archivectl member add --from FILE --role ROLE --clearance LEVEL"),
            _("Then both sync, there first: archivectl sync"),
        ]
    lines += [_("Say where the keys lie here: archivectl key remote add {name} FOLDER", name=name) for name in done.unset]
    if done.lfs:
        lines.append(_("git-lfs keeps the scans: git lfs install --local, then git lfs pull"))
    if done.unguarded:
        lines.append(str(done.unguarded))
        lines.append(_("So the hooks that keep what is sensitive out of git are not called: archivectl git-hook install"))
    return lines
