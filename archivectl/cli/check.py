"""``check`` and ``verify``: the files as they lie here, and the history that led to them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.cli.progress import Bar
from archivectl.errors import WrongUsage
from archivectl.i18n import N_

if TYPE_CHECKING:
    from archivectl.finding import Finding

checking, verifying = typer.Typer(), typer.Typer()
APPS = {"check": checking, "verify": verifying}
FOUND = 1


class UnknownFormat(WrongUsage):
    """A format of findings that nobody writes."""

    message = "There is no format “{format}”."
    hint = "The formats are: {known}"


def _format(options: Options, name: str) -> "Callable[[Sequence[Finding]], str]":
    """What writes findings in the format asked for; raises UnknownFormat."""
    from archivectl.checking.formats import FORMATS  # noqa: PLC0415 - loads what it writes with

    chosen = name or ("json" if options.json else "text")
    if chosen not in FORMATS:
        raise UnknownFormat(format=chosen, known=", ".join(FORMATS))
    return FORMATS[chosen]


def _print(text: str) -> None:
    """A report, where there is one: some formats say nothing about nothing."""
    if text:
        console.say(text.rstrip("\n"))


@checking.command(epilog="archivectl check --format github")
def check(
    ctx: typer.Context,
    paths: list[Path] = typer.Argument(None, help="Only these files or folders."),
    form: str = typer.Option("", "--format", help="text, json, sarif, junit, github or gitlab."),
) -> None:
    """Judge the files of the archive; exit 1 when something is found."""
    from archivectl.checking import run  # noqa: PLC0415 - loads the schema
    from archivectl.store import states  # noqa: PLC0415

    options: Options = ctx.obj
    written = _format(options, form)
    chosen_paths = [str(path.absolute() if path.exists() else path) for path in paths or ()]
    with Bar() as bar:
        where = states.locate(Path(options.folder or ".")).work_tree
        report = run.run(where, chosen_paths, progress=lambda done, total: bar.show(N_("Checking"), done, total))
    _print(written(report.findings))
    raise typer.Exit(FOUND if report.findings else 0)


@verifying.command(epilog="archivectl verify")
def verify(
    ctx: typer.Context,
    form: str = typer.Option("", "--format", help="text, json, sarif, junit, github or gitlab."),
) -> None:
    """Replay the history from the first commit and judge every step; exit 1 when something is found."""
    from archivectl.verifying import trust  # noqa: PLC0415 - loads git

    written = _format(ctx.obj, form)
    with context.reading(ctx, quiet=True) as archive:
        found = trust.verify(archive)
    _print(written(found))
    raise typer.Exit(FOUND if found else 0)
