"""What several commands answer or ask alike: where an entry stands, what is missing from the line, whether many files may go."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console
from archivectl.cli.values import awaited, awaited_by
from archivectl.errors import Refused, Unreadable, WrongUsage, told_by
from archivectl.i18n import N_, _, listed

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case

LARGEST = 4 << 20  # bytes of a file of text
_STDIN = {"-", "/dev/stdin"}
MANY = 3  # from so many files up a person is asked
SHOWN = 10  # lines of a kind on the screen
SIGNED = N_("{entry}: {done} of {total} signed.")


class CannotRead(Unreadable):
    """A file named on the command line that cannot be read."""

    message = "{path} cannot be read: {problem}."
    hint = "Check the name and the permissions of the file."


class NotConfirmed(Refused):
    """Many records, and the answer was no."""

    message = "Nothing was changed."
    hint = "Answer the question with y, or add --yes."


class OptionMissing(WrongUsage):
    """A command without what it cannot do without."""

    message = "{name} is missing."
    hint = "Add {option}"


def need(**given: object) -> None:
    """Raise OptionMissing where options that an act needs are not given; called before anything is opened or judged."""
    if left := [name for name, value in given.items() if value in (None, "")]:
        raise OptionMissing(name=listed(f"--{name}" for name in left), option=" ".join(f"--{name} …" for name in left))


def read(path: Path) -> bytes:
    """The content of a file named on the command line; raises CannotRead."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRead(path=path, problem=told_by(error)) from error


def small(path: Path) -> bytes:
    """The content of a file of text, or of standard input for ``-``; raises CannotRead, also for what has no end."""
    try:
        if str(path) in _STDIN:
            found = sys.stdin.buffer.read(LARGEST + 1)
        elif path.exists() and not path.is_file():
            raise CannotRead(path=path, problem=_("it is no file"))
        else:
            with path.open("rb") as file:
                found = file.read(LARGEST + 1)
    except OSError as error:
        raise CannotRead(path=path, problem=told_by(error)) from error
    if len(found) > LARGEST:
        raise CannotRead(path=path, problem=_("it is larger than 4 MB"))
    return found


def watched() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def standing(
    ctx: typer.Context,
    archive: "Archive",
    case: "Case",
    *lines: str,
    head: str = "",
    key: str = "entry",
    **more: Any,  # noqa: ANN401 - JSON
) -> None:
    """Say where an entry stands after an act, with what else there is to say, and what it waits for.

    ``head`` is the first line where it is another one; ``key`` and ``more`` are keys of the JSON document.
    """
    waits = awaited(archive, case)
    document = {key: case.id, "state": case.state, "awaits": waits or None, **more}
    first = head or partly(case) or _("{entry}: {state}.", entry=case.id, state=case.state_word)
    after = [*_following(archive, case), *waiting_line(waits), *nobody_line(archive, case)]
    console.emit(ctx.obj, document, [first, *lines, *after])


def plain_weeks(years: list[int]) -> list[str]:
    """What is to be known of a term of working days that enters years without a calendar."""
    message = N_("{year} has no calendar; Monday to Friday were counted. Write it: archivectl regime calendar {year}")
    return [_(message, year=year) for year in years]


def waiting_line(waits: str) -> list[str]:
    """The line that says whose signature is awaited; none where nobody's is."""
    return [_("It waits for: {who}", who=waits)] if waits else []


def nobody_line(archive: "Archive", case: "Case") -> list[str]:
    """The line that says that no member can give a signature that an entry waits for, or will; none where somebody can."""
    from archivectl import approvals  # noqa: PLC0415 - loads git

    slots, on_paper = approvals.nobody_here(archive, case)
    if not slots:
        return []
    alone = N_("No member can sign as {who}; only paper will do: archivectl approve {entry} --by WHO --paper FILE")
    never = N_("No member can sign as {who}. Take one on with that post: archivectl member add HANDLE --post POST")
    return [_(alone if on_paper else never, who=awaited_by(archive, slots), entry=case.id)]


def passed(case: "Case") -> bool:
    """Whether the entry moved on by itself, over an approval that nobody has to give."""
    step = case.kind.steps[case.done[-1].act]
    return not step.chain and case.state not in {step.to, *step.start}


def partly(case: "Case", template: str = SIGNED) -> str:
    """How many of several signatures are given; empty where that is none, or all."""
    step = case.awaiting()
    return _(template, entry=case.id, done=len(case.closed), total=len(case.slots(step))) if step and case.closed else ""


def _following(archive: "Archive", case: "Case") -> list[str]:
    """Of an entry that needs no approval and is not at its end: so much, and the command that comes next."""
    if not passed(case):
        return []
    from archivectl.registers.waiting import waiting  # noqa: PLC0415 - loads the rules

    found = waiting(case, archive.regime)
    return [_("No approval is needed."), _("Next: {command}", command=f"archivectl {found.how}")] if found else []
