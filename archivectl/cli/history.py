"""``history`` and ``diff``: what happened to a record."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.errors import WrongUsage
from archivectl.i18n import MASK, N_, Word, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.changes import Act, FieldChange

looking_back, comparing = typer.Typer(), typer.Typer()
APPS = {"history": looking_back, "diff": comparing}
SHOWN = 60
_UID, _DIGEST = re.compile("[A-Z2-7]{26}"), re.compile("[0-9a-f]{64}")


class WhichRecord(WrongUsage):
    """A history of nothing in particular."""

    message = "The history of which record?"
    hint = "Name it: archivectl history 212; the whole access log: archivectl history --reads"


class OnlyReads(WrongUsage):
    """A table of anything but the access log."""

    message = "Only the access log goes into a file."
    hint = "Ask for it: archivectl history --reads -o FILE.csv; of acts: archivectl report running NUMBER -o FILE.csv"


def _numbers(archive: "Archive", changes: "Iterable[FieldChange]") -> dict[str, str]:
    """The numbers of the entries and files that fields name by their uids."""
    from archivectl.search import telling  # noqa: PLC0415 - loads SQLite

    values = {value for change in changes for value in (change.before, change.after) if isinstance(value, str)}
    return telling.numbers(archive.index.db.execute, filter(_UID.fullmatch, values))


def _lines(changes: "tuple[FieldChange, ...]", axes: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    def shown(change: "FieldChange", value: Any, *, sealed: bool) -> object:  # noqa: ANN401 - any value of a record
        if isinstance(value, str) and change.path != "uid":
            value = f"{value[:10]}…" if _DIGEST.fullmatch(value) else numbers.get(value, value)
        return MASK if sealed else console.value(change.path, value, axes)

    return console.table(
        [
            (
                f"  {console.title(change.path, axes)}",
                shown(change, change.before, sealed=change.sealed[0]),
                "→",
                shown(change, change.after, sealed=change.sealed[1]),
            )
            for change in changes
        ]
    )


def _documents(changes: "tuple[FieldChange, ...]") -> list[dict[str, Any]]:
    return [{"path": change.path, "before": change.before, "after": change.after} for change in changes]


def _did(archive: "Archive", code: str) -> str:
    """What an act is called: in Chinese by its own words, or those of its step in its register; in English its code says it."""
    kind, _dot, step = code.partition(".")
    if (own := _(code)) != code or (word := str(Word(kind, step))) == step or kind not in archive.regime.kinds:
        return own
    return f"{pick(archive.kind(kind).title)}：{word}"


def _done(archive: "Archive", act: "Act") -> str:
    """What a commit did, in words."""
    own = _(_UNITED) if act.subject.startswith("sync: ") else act.subject
    return listed(_did(archive, code) for code in act.acts) or own


def _act(act: "Act", did: str, axes: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    head = "  ".join(filter(None, (act.date, act.commit[:10], act.by, did, act.reason)))
    return [
        console.paint(console.clean(head), "bold"),
        *(_lines(act.changes, axes, numbers) if len(act.changes) <= SHOWN else []),
    ]


def _document(act: "Act") -> dict[str, Any]:
    first, by, date = act.acts[0] if act.acts else None, act.by, act.date
    known = {"commit": act.commit, "act": first, "acts": list(act.acts), "by": by, "date": date, "reason": act.reason or None}
    return {**known, "changes": _documents(act.changes)}


_UNITED = N_("united with what others did")
_NO_LOG = N_("No access log is here; where others opened something, fetch it: git fetch origin access-log:access-log")


def _show_reads(
    ctx: typer.Context, archive: "Archive", number: str, fits: "Callable[[str, str], bool]", file: Path | None
) -> None:
    """The access log, newest first: of one record, or whole; on the screen, or as a table in a file."""
    from archivectl.encryption import access_log  # noqa: PLC0415 - who asks for the history does not need it

    logged = access_log.readings(archive.repository, archive.record(number).uid if number else "")
    civil = [(archive.civil(datetime.fromisoformat(access.at)), by, access) for by, access in logged]
    found = sorted((one for one in civil if fits(one[0], one[1])), key=lambda one: one[2].at)[::-1]
    known = {row.uid: row.number for row in archive.index.records()}
    documents = [{"by": by, **asdict(access), "number": known.get(access.uid)} for _when, by, access in found]
    rows = [
        (
            when.replace("T", " "),
            by,
            Word("access", access.act),
            known.get(access.uid) or access.uid or _("{count} files", count=access.count),
            listed(map(console.title, access.paths)),
            access.purpose,
        )
        for when, by, access in found
    ]
    heads = (_("Time"), _("Who"), _("Act"), _("Number"), _("Fields"), _("Purpose"))
    if file:
        from archivectl.exchange import exporting  # noqa: PLC0415 - loads the schema

        exporting.refuse_place(archive, file)
        cells = [tuple(map(str, row)) for row in (heads, *rows)]
        exporting.put(file, exporting.written(cells, file, _("Access log")))
        console.emit(ctx.obj, documents, [_("{file}: {count} readings.", file=file, count=len(rows))])
        return
    none = _("Nothing was opened.") if archive.repository.tip(access_log.BRANCH) else _(_NO_LOG)
    console.emit(ctx.obj, documents, console.table(rows, heads) if rows else [none])


@looking_back.command(epilog="archivectl history 212")
def history(
    ctx: typer.Context,
    number: str = typer.Argument("", help="The record's number; 212 is SH-000212. With --reads it may be left out."),
    reads: bool = typer.Option(False, "--reads", help="Who opened sealed fields, from the access log."),
    since: str = typer.Option("", "--from", "--since", help="Only from that day on.", metavar="DATE"),
    until: str = typer.Option("", "--until", help="Only up to that day.", metavar="DATE"),
    by: str = typer.Option("", "--by", help="Only what that member did.", metavar="MEMBER"),
    output: Path = typer.Option(None, "--output", "-o", help="With --reads: into this new .csv or .xlsx file.", metavar="FILE"),
) -> None:
    """Every act on a record, newest first, with what it changed; with --reads who opened what, also of all records."""
    from archivectl import changes  # noqa: PLC0415 - loads git
    from archivectl.archive import UnknownMember  # noqa: PLC0415
    from archivectl.regime import spans, titles  # noqa: PLC0415 - loads the calendar
    from archivectl.reports import asking  # noqa: PLC0415 - not for the help

    for day in filter(None, (since, until)):
        spans.moment(day)
    asking.refuse_backwards(since, until)

    def fits(date: str, who: str) -> bool:
        return since <= date and date[: len(until)] <= until and by in {"", who}

    if not (number or reads):
        raise WhichRecord
    if output and not reads:
        raise OnlyReads
    with context.reading(ctx) as archive:
        if by and by not in archive.members:
            raise UnknownMember(handle=by, known=listed(archive.members))
        if reads:
            _show_reads(ctx, archive, number, fits, output)
            return
        acts = [act for act in changes.of(archive, archive.record(number)) if fits(act.date, act.by)]
        axes = titles.of_values(archive.regime.values)
        numbers = _numbers(archive, [change for act in acts for change in act.changes])
        told = [_done(archive, act) for act in acts]
    documents = [_document(act) for act in acts]
    lines = [line for act, did in zip(acts, told, strict=True) for line in _act(act, did, axes, numbers)]
    console.emit(ctx.obj, documents, lines or [_("Nothing was done in that time.")])


@comparing.command(epilog="archivectl diff 212 --since main~5")
def diff(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    since: str = typer.Option("HEAD~1", "--since", help="The commit to compare with."),
) -> None:
    """What changed in a record since a commit, sealed values masked."""
    from archivectl import changes  # noqa: PLC0415 - loads git
    from archivectl.regime import titles  # noqa: PLC0415

    with context.reading(ctx) as archive:
        record = archive.record(number)
        old = changes.before(archive, record, archive.repository.resolve(since))
        found, axes = tuple(changes.between(old, changes.leaves(record))), titles.of_values(archive.regime.values)
        numbers = _numbers(archive, found)
    lines = _lines(found, axes, numbers) or [_("{number}: nothing changed.", number=record.label)]
    console.emit(ctx.obj, _documents(found), lines)
