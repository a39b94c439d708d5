"""``git-merge``: what git calls to merge one file of an archive."""

from pathlib import Path

import typer

from archivectl.cli import console
from archivectl.i18n import N_, _

app = typer.Typer()
APPS = {"git-merge": app}
DISPUTED = 1
_SIZE = 7  # of git's marks, where nothing else is asked for


@app.command(epilog="archivectl git-merge %O %A %B %P %L")
def merge(
    base: Path = typer.Argument(help="The file as both sides had it; empty where they had none."),
    ours: Path = typer.Argument(help="The file as this side has it; gets the result."),
    theirs: Path = typer.Argument(help="The file as the other side has it."),
    path: str = typer.Argument(help="Its path in the archive."),
    size: int = typer.Argument(_SIZE, help="How long git's marks of a conflict are."),
) -> None:
    """Unite one file by field and item; exit 1, with git's marks in it, where both sides changed something differently."""
    from archivectl.git_integration import driver  # noqa: PLC0415 - loads what reads records and entries

    if driver.merge(path, ours, base, theirs, size):
        return
    text = N_(
        "{path}: both sides changed the same, each in its own way. To choose by field: git merge --abort, then archivectl sync"
    )
    console.note(_(text, path=console.clean(path)))
    raise typer.Exit(DISPUTED)
