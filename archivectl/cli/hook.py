"""``git-hook``: what git calls before it takes or sends anything, and the way to have it called."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.finding import Finding

app = typer.Typer(help="What git calls before it takes or sends anything; install has it called.", no_args_is_help=True)
APPS = {"git-hook": app}
_PUSHED = ("LOCAL_BRANCH", "TO_REF", "REMOTE_BRANCH", "FROM_REF")
_HOMES = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")


def user() -> Mapping[str, str]:
    """Where the user's own settings of git lie."""
    return {name: value for name in _HOMES if (value := os.environ.get(name))}


def _end(found: "Sequence[Finding]") -> None:
    """Say what was found, and refuse what git is about to do."""
    if found:
        from archivectl.checking.formats import text  # noqa: PLC0415 - only where there is something to say

        console.note(text.written(found).rstrip("\n"))
        raise typer.Exit(1)


@app.command("pre-commit", epilog="archivectl git-hook pre-commit")
def pre_commit(_files: list[str] = typer.Argument(None, hidden=True)) -> None:
    """Refuse a commit whose staged files hold something in clear."""
    from archivectl.git_integration import hooks  # noqa: PLC0415 - loads the schema

    index = os.environ.get("GIT_INDEX_FILE")
    _end(hooks.pre_commit(Path(), Path(index).absolute() if index else None))


@app.command("commit-msg", epilog="archivectl git-hook commit-msg .git/COMMIT_EDITMSG")
def commit_msg(file: Path = typer.Argument(help="The file that holds the message.")) -> None:
    """Refuse a commit message that holds something in clear."""
    from archivectl.git_integration import hooks  # noqa: PLC0415

    _end(hooks.commit_msg(file.read_text(encoding="utf-8", errors="replace")))


@app.command("pre-push", epilog="archivectl git-hook pre-push origin URL")
def pre_push(
    ctx: typer.Context,
    remote: str = typer.Argument("", help="The name of the remote."),
    _url: str = typer.Argument("", hidden=True),
) -> None:
    """Refuse to push names, messages or files that hold something in clear."""
    from archivectl.git_integration import pushing  # noqa: PLC0415 - loads git
    from archivectl.members.home import NotPinned  # noqa: PLC0415 - loads git

    told = {name: os.environ.get(f"PRE_COMMIT_{name}", "") for name in _PUSHED}  # pre-commit reads git's words itself
    one = (told["LOCAL_BRANCH"], told["TO_REF"] or told["LOCAL_BRANCH"], told["REMOTE_BRANCH"], told["FROM_REF"])
    rows = [one] if told["REMOTE_BRANCH"] else [tuple(line.split()) for line in sys.stdin]
    updates = [pushing.Update(*row) for row in rows if len(row) == len(pushing.Update._fields)]
    name = remote or os.environ.get("PRE_COMMIT_REMOTE_NAME") or "origin"
    ctx.obj = replace(ctx.obj, folder="")  # git calls a hook in the repository that it is about
    with context.reading(ctx, quiet=True) as archive:
        try:
            verified = archive.home.pin(archive.id).main
        except NotPinned:
            verified = None
        found = [*pushing.leaks(Path(), updates, name, verified), *pushing.alone(archive, updates)]
    _end(found)


@app.command(epilog="archivectl git-hook install")
def install(ctx: typer.Context) -> None:
    """Have git call these hooks, mask what it shows and merge by field, in this clone of the archive."""
    from archivectl.git_integration import hooks  # noqa: PLC0415

    made = hooks.install(Path(ctx.obj.folder or "."), user())
    told = _("git now calls: {hooks}", hooks=listed(path.name for path in made))
    told_too = _("It shows what is sealed as dots, and merges records by field.")
    console.emit(ctx.obj, [str(path) for path in made], [told, told_too])
