"""What the program says: text, tables, JSON, refusals; safe for terminals and scripts."""

import json
import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from archivectl.cli import wording
from archivectl.cli.columns import padded, width
from archivectl.cli.options import Options, home_folder
from archivectl.errors import ArchiveError, NotAllowed, Reason, Refused, Unreadable, told_by
from archivectl.i18n import N_, UNITS, Sentence, _, clock, listed, pick, spoken

BUG = 70
INTERRUPTED = 130
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}
_UNSAFE = {code: f"\\x{code:02x}" for code in _CONTROLS - {0x09, 0x0A}}
_SPAN = re.compile(r"([0-9]+)(h|d|wd|wk|mo|y)")
_ITEM = re.compile(r"\[[^\]]*\]")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "dim": "2", "bold": "1"}


class NotShown(ArchiveError):
    """The answer could not be written; what the command did stands."""

    message = "The answer could not be written: {reason}."
    hint = "What the command did stands. Look before you repeat it: archivectl history NUMBER, or archivectl todo"


def prepare() -> None:
    """Never crash on an output that is closed or not UTF-8: what it cannot show becomes a question mark, and that is said."""
    if sys.stdout is None or sys.stderr is None:
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the program
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if (stream.encoding or "").lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if (sys.stdout.encoding or "").lower().replace("-", "") not in {"utf8", "gb18030", "gbk", "cp936"}:
        note(
            _(
                "The output's encoding is {encoding}; characters it lacks are shown as “?”. Set PYTHONUTF8=1.",
                encoding=sys.stdout.encoding,
            )
        )


def clean(text: object) -> str:
    """Text made harmless for a terminal: control characters and direction marks are shown, not obeyed."""
    return str(text).translate(_UNSAFE)


def _coloured(stream: Any) -> bool:  # noqa: ANN401 - a text stream
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: Any = None) -> str:  # noqa: ANN401 - a text stream
    """The text in a colour, where colours are seen."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if colour and _coloured(stream or sys.stdout) else text


def say(text: str) -> None:
    """A line on standard output. Raises NotShown, BrokenPipeError."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        closed()
        raise NotShown(reason=told_by(error)) from error


def note(text: str) -> None:
    """A line on standard error: for the person, not for the pipe."""
    sys.stderr.write(text + "\n")


def warn(text: str) -> None:
    """A line on standard error that says what is easily overlooked."""
    note(paint(_("warning: "), "yellow", sys.stderr) + text)


def emit(options: Options, document: Any, lines: Iterable[str]) -> None:  # noqa: ANN401 - any JSON
    """The JSON document, or the lines for a person."""
    if options.json:
        say(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in (*([_("If it were done, this would be the answer:")] if options.rehearsed else ()), *lines):
            say(line)


def table(rows: Sequence[Sequence[object]], heads: Sequence[str] = ()) -> list[str]:
    """Rows in aligned columns, two spaces apart; what is None is shown as a dash."""
    cells = [["—" if cell is None else clock(clean(cell).replace("\n", " ")) for cell in row] for row in rows]
    shown = [list(heads), *cells] if heads else cells
    if not shown:
        return []
    widths = [max(width(row[at]) for row in shown) for at in range(len(shown[0]))]
    lines = ["  ".join(padded(cell, room) for cell, room in zip(row, widths, strict=True)).rstrip() for row in shown]
    return [paint(lines[0], "dim"), *lines[1:]] if heads else lines


def pairs(rows: Iterable[tuple[str, object]]) -> list[str]:
    """Titles and values, the values beginning in one column."""
    return table([(title, value) for title, value in rows])


def ask(options: Options, question: str) -> bool:
    """A question with yes or no; without a terminal at both ends it is never asked, and the answer is what --yes says."""
    if options.yes or options.dry_run:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是", "好"}


def title(path: str, axes: Mapping[str, Any] | None = None) -> str:
    """What a field is called where it stands, by its path, an axis as the rules call it; of none the path as it is."""
    from archivectl.records import fields  # noqa: PLC0415 - reads the schema

    if path.startswith(("columns.", "events[")):
        from archivectl.registers import kinds  # noqa: PLC0415 - only where a value of an entry does not open

        return pick(kinds.titles_of(path.rpartition(".")[2]))
    return fields.titled(path, axes)


def value(path: str, kept: Any, axes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value of a record
    """A field's value as a person reads it: a choice, or a value that the rules have a title for."""
    from archivectl.records import fields  # noqa: PLC0415 - reads the schema

    field, axis = fields.field_at(path), axes.get(_ITEM.sub("[]", path).removeprefix("classification."), {})
    stated = {name: title for name, title in (axis.get("values") or {}).items() if title}
    titles = {**(field.choices if field else {}), **stated}
    if isinstance(kept, list):
        return listed(pick(titles.get(each, each)) for each in kept)
    return pick(titles[kept]) if isinstance(kept, str) and kept in titles else kept


def translated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a person reads them: fields by their titles, words in the reader's language, everything harmless."""
    return {
        key: clean(title(value) if key == "path" and isinstance(value, str) else said(value)) for key, value in values.items()
    }


def said(value: object) -> object:
    """A value as a person reads it: a span in words, a word of the program in the reader's language, a list with commas."""
    if not isinstance(value, str):
        return value
    if match := _SPAN.fullmatch(value):
        return _(UNITS[match[2]][match[1] != "1"], number=match[1])
    if _TIME.fullmatch(value):
        return clock(value)
    return listed(map(_, value.split(", ")))


def sentence(template: str, values: Mapping[str, Any]) -> str:
    """A sentence of the program in the reader's language."""
    return str(Sentence(template, **translated(values)))


def worded(found: Sentence) -> str:
    """A sentence about an archive's content, its fields by their titles."""
    return sentence(found.sentence, found.values)


def told(reason: Reason, titles: Mapping[str, Any]) -> tuple[str, str]:
    """A reason and its hint as a person reads them, the rule behind it named."""
    text = sentence(reason.message, reason.values)
    rule = " · ".join(part for part in (pick(titles.get(reason.source, "")), reason.clause) if part)
    if rule:
        text += f"（{rule}）" if spoken() == "zh" else f" ({rule})"
    return text, sentence(reason.hint, reason.values) if reason.hint else ""


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as scripts read it."""
    found = {"code": reason.code, "clause": reason.clause, "message": sentence(reason.message, reason.values)}
    return {**found, "hint": sentence(reason.hint, reason.values)} if reason.hint else found


def _complain(lines: Sequence[tuple[str, str]]) -> None:
    for place, (text, hint) in enumerate(lines):
        note(paint(_("refused: "), "red", sys.stderr) + text)
        if hint and [each for _text, each in lines[place + 1 : place + 2]] != [hint]:  # of the same hints the last is enough
            note(paint(_("hint: "), "yellow", sys.stderr) + hint)


def ended(error: Exception, options: Options) -> int:
    """The exit status of a command that an exception ended, after saying what a person needs to know of it."""
    try:
        return refuse(error, as_json=False) if isinstance(error, NotShown) else _ended(error, options)
    except NotShown as unsaid:
        return refuse(unsaid, as_json=False)


def _ended(error: Exception, options: Options) -> int:
    if isinstance(error, typer.Exit):
        return int(error.exit_code)
    if isinstance(error, typer.Abort):
        return interrupted()
    if isinstance(error, typer.TyperException):
        return usage(error, options.json)
    if isinstance(error, ArchiveError):
        return refuse(error, options.json)
    if isinstance(error, BrokenPipeError):
        return closed()
    return system(error, options.json) if isinstance(error, OSError) else bug(error, options)


def system(error: OSError, as_json: bool) -> int:
    """The system refused to read or write something; that is for the person to mend."""

    class Refusing(Unreadable):
        message = N_("{path}: the system says: {problem}.")
        hint = N_("Check the name, the permissions and the room on the disk; nothing half done stays in the archive.")

    return refuse(Refusing(path=error.filename or "—", problem=told_by(error)), as_json)


def interrupted() -> int:
    """The person stopped it."""
    note(_("Interrupted; nothing half done."))
    return INTERRUPTED


def refuse(error: ArchiveError, as_json: bool) -> int:
    """Show what a person can mend; returns the exit status of its kind."""
    if isinstance(error, NotAllowed):
        if as_json:
            say(json.dumps({"error": "not-allowed", "reasons": [reason_json(r) for r in error.reasons]}, ensure_ascii=False))
        else:
            _complain([told(reason, error.titles) for reason in error.reasons])
        return error.status
    text, hint = sentence(error.message, error.values), sentence(error.hint, error.values) if error.hint else ""
    if as_json:
        say(json.dumps({"error": error.code, "message": text, "hint": hint}, ensure_ascii=False))
    else:
        note(paint(_("refused: ") if isinstance(error, Refused) else _("error: "), "red", sys.stderr) + text)
        if hint:
            note(paint(_("hint: "), "yellow", sys.stderr) + hint)
    return error.status


def usage(wrong: Any, as_json: bool) -> int:  # noqa: ANN401 - typer's usage errors
    """Show what is wrong with the line itself."""
    if not (text := clean(wording.told(str(wrong.format_message())))):
        return int(wrong.exit_code)
    hint = _("See: {command} --help", command=wrong.ctx.command_path if getattr(wrong, "ctx", None) else "archivectl")
    if as_json:
        say(json.dumps({"error": "usage", "message": text, "hint": hint}, ensure_ascii=False))
    else:
        note(paint(_("error: "), "red", sys.stderr) + text)
        note(paint(_("hint: "), "yellow", sys.stderr) + hint)
    return int(getattr(wrong, "exit_code", 2))


def closed() -> int:
    """The reader of our output went away; that is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def bug(error: Exception, options: Options) -> int:
    """One line, and a log that holds the places in our code but no values."""
    frames = traceback.extract_tb(error.__traceback__)
    text = "".join(f"{frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames) + type(error).__name__ + "\n"
    folder = home_folder(options) / "logs"
    where = folder / f"{options.at:%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        where.write_text(text, encoding="utf-8")
    except OSError:
        where = None  # type: ignore[assignment]
    note(
        _(
            "This is a bug in archivectl ({kind}); nothing of yours is to blame. Log: {log}",
            kind=type(error).__name__,
            log=where or "—",
        )
    )
    return BUG


def finish(options: Options) -> None:
    """Say at the end that nothing was written, where that was asked for."""
    if options.rehearsed:
        note(_("Dry run: nothing was written."))
