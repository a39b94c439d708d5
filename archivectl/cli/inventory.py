"""``inventory``: start, count by scanning, note anomalies, see what is misplaced or missing, close."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, console, context
from archivectl.cli.values import chosen
from archivectl.i18n import N_, _, listed

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.inventory import Counted
    from archivectl.registers.counting import Tally
    from archivectl.registers.fold import Case

app = typer.Typer(help="Count what is in the store, and compare it with what should be.", no_args_is_help=True)
APPS = {"inventory": app}
SESSION = N_("The inventory; PD-1 is that of this year.")
BATCH = 50  # codes scanned at a terminal before they are entered: what a lost connection may cost
PIPED = 5000


@app.command(epilog="archivectl inventory start --place 3柜")
def start(
    ctx: typer.Context,
    where: str = typer.Option("", "--where", help="Only the records that a condition selects.", metavar="EXPR"),
    place: str = typer.Option("", "--place", help="Only what should be at this place: 3柜 means 3柜1层 too."),
    by: str = typer.Option("record", "--by", help="What is counted: record or volume."),
) -> None:
    """Begin an inventory: what should be there is listed now."""
    from archivectl import inventory, seeking  # noqa: PLC0415 - loads git
    from archivectl.registers import counting  # noqa: PLC0415

    with context.writing(ctx) as archive:
        unit = chosen(archive.kind("inventory"), "unit", by)
        uids = [row.uid for row in seeking.selected(archive, where, living=True)]
        case = inventory.start(archive, uids, unit=unit, store=place, where=where)
    expected = len(counting.expected(case))
    lines = [_("{entry}: {count} to be counted. Scan: archivectl inventory count {entry}", entry=case.id, count=expected)]
    console.emit(ctx.obj, {"inventory": case.id, "state": case.state, "expected": expected}, lines)


@app.command(epilog="archivectl inventory count PD-1 --at 3柜2层")
def count(
    ctx: typer.Context,
    entry: str = typer.Argument(help=SESSION),
    codes: list[str] = typer.Argument(
        None, help="Codes: numbers, 212/vABCDE for a volume, archive numbers.", metavar="[CODE]..."
    ),
    source: Path = typer.Option(None, "--from", help="A file with one code a line."),
    at: str = typer.Option("", "--at", help="Where this is scanned."),
) -> None:
    """Enter codes as they are scanned, one a line; stop and go on at any time. An empty line enters what was scanned."""
    for batch in [codes] if codes else _lines_of(source) if source else _scanned():
        _enter(ctx, entry, batch, at)


def _lines_of(source: Path) -> Iterator[list[str]]:
    try:
        lines = answers.small(source).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise answers.CannotRead(path=source, problem=_("the text is not UTF-8")) from error
    yield from _batches(lines, PIPED, by_empty=False)


def _scanned() -> Iterator[list[str]]:
    """What comes from standard input: at a terminal in small batches, so that an interruption costs little."""
    terminal = sys.stdin.isatty()
    yield from _batches(sys.stdin, BATCH if terminal else PIPED, by_empty=terminal)


def _batches(lines: Iterable[str], most: int, *, by_empty: bool) -> Iterator[list[str]]:
    """Codes in batches; Ctrl-C gives the last one before it interrupts."""
    batch: list[str] = []
    entered, interrupted = False, False
    following = iter(lines)
    while not interrupted:
        try:
            line = next(following, None)
        except KeyboardInterrupt:
            line, interrupted = None, True
        if line is not None and line.strip():
            batch.append(line.strip().removeprefix("\ufeff"))
        if batch and (line is None or len(batch) >= most or (by_empty and not line.strip())):
            yield batch
            batch, entered = [], True
        if line is None:
            break
    if interrupted:
        raise KeyboardInterrupt
    if not entered:
        yield []


def _enter(ctx: typer.Context, entry: str, batch: list[str], at: str) -> None:
    from archivectl import inventory  # noqa: PLC0415 - loads git
    from archivectl.registers import counting  # noqa: PLC0415

    with context.writing(ctx) as archive:
        found = inventory.count(archive, entry, batch, at)
    seen, expected = counting.seen(found.case), counting.expected(found.case)
    document = {
        "inventory": found.case.id,
        "counted": len(seen.keys() & expected.keys()),
        "expected": len(expected),
        "new": list(found.new),
        "again": list(found.again),
        "surplus": list(found.surplus),
        "unknown": list(found.unknown),
        "present": [{"item": item, "entry": case.id} for item, case in found.present],
    }
    console.emit(ctx.obj, document, _counted(found, document))


def _counted(found: "Counted", document: dict[str, Any]) -> Iterator[str]:
    yield _("{entry}: {counted} of {expected} counted.", entry=found.case.id, **{k: document[k] for k in ("counted", "expected")})
    if found.again:
        yield _("Counted before: {items}", items=listed(found.again))
    if found.surplus:
        yield _("Not expected here: {items}", items=listed(found.surplus))
    for item, case in found.present:
        yield _("{item} is here, but by {entry} it is {state}.", item=item, entry=case.id, state=case.state_word)
    if found.unknown:
        yield _("Nothing bears these codes: {items}", items=console.clean(listed(found.unknown)))


@app.command(epilog="archivectl inventory note PD-1 212 --note 第3件缺页")
def note(
    ctx: typer.Context,
    entry: str = typer.Argument(help=SESSION),
    code: str = typer.Argument(help="The item's code.", metavar="CODE"),
    text: str = typer.Option("", "--note", help="What is wrong with it; it is kept encrypted."),
) -> None:
    """Enter an anomaly of one item, as the check form in a volume has it."""
    from archivectl import inventory  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = inventory.note(archive, entry, code, text)
        answers.standing(ctx, archive, case, key="inventory")


@app.command(epilog="archivectl inventory show PD-1")
def show(ctx: typer.Context, entry: str = typer.Argument(help=SESSION)) -> None:
    """What was counted, and what is missing, away, misplaced or too much so far."""
    from archivectl import inventory  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        document, lines = _result(archive, case, inventory.tally(archive, case))
        answers.standing(ctx, archive, case, *lines, key="inventory", **document)


@app.command(epilog="archivectl inventory place PD-1")
def place(ctx: typer.Context, entry: str = typer.Argument(help=SESSION)) -> None:
    """What was seen at another place than the one recorded."""
    from archivectl import inventory  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        label = inventory.Holdings(archive, str(case.entry.columns["unit"])).label
        found = [(label(item), recorded, at) for item, recorded, at in inventory.tally(archive, case).misplaced]
    documents = [{"item": item, "recorded": recorded, "seen": at} for item, recorded, at in found]
    heads = (_("Number"), _("Recorded place"), _("Seen at"))
    console.emit(ctx.obj, documents, console.table(found, heads) if found else [_("Nothing is misplaced.")])


@app.command(epilog="archivectl inventory close PD-1")
def close(ctx: typer.Context, entry: str = typer.Argument(help=SESSION)) -> None:
    """Compute the result and enter it; what is missing, misplaced or too much stays open, each as a finding of its own."""
    from archivectl import inventory  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case, findings = inventory.close(archive, entry)
        document, lines = _result(archive, case, inventory.tally(archive, case))
        document["findings"] = {matter: finding.id for matter, finding in findings.items()}
        opened = N_("{what}: open as {finding}. When it is put right: archivectl review {finding} --note …")
        lines += [_(opened, what=_titles()[matter], finding=finding.id) for matter, finding in findings.items()]
        answers.standing(ctx, archive, case, *lines, key="inventory", **document)


def _result(archive: "Archive", case: "Case", found: "Tally") -> tuple[dict[str, Any], list[str]]:
    from archivectl import inventory  # noqa: PLC0415 - loads git

    label = inventory.Holdings(archive, str(case.entry.columns["unit"])).label
    items = {name: [label(item) for item in getattr(found, name)] for name in ("missing", "away", "surplus", "present")}
    items["misplaced"] = [label(item) for item, _recorded, _at in found.misplaced]
    counted = len(found.seen.keys() & found.expected.keys())
    document = {"expected": len(found.expected), "counted": counted, **items, "unknown": found.strange}
    rows = [(title, len(items[name]), listed(items[name][:10]) or None) for name, title in _titles().items()]
    rows.append((_("Unknown codes"), found.strange, None))
    line = _("{counted} of {expected} counted.", counted=counted, expected=len(found.expected))
    return document, [line, *console.table(rows)]


def _titles() -> dict[str, str]:
    """What may be the matter with items, or why they are not there."""
    return {
        "missing": _("Missing"),
        "away": _("On loan"),
        "surplus": _("Not expected"),
        "misplaced": _("Misplaced"),
        "present": _("On loan, yet here"),
    }
