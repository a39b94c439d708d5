"""``register``: kinds, list, show, add, step."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, console, context
from archivectl.cli.values import awaited, split
from archivectl.i18n import N_, Titles, Word, _, listed, pick, several

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.ledger import Line
    from archivectl.registers.fold import Case
    from archivectl.registers.kinds import Kind
    from archivectl.reports.wording import Wording

app = typer.Typer(help="Any register: add an entry, list, show.", no_args_is_help=True)
APPS = {"register": app}
LONGEST = 60
ENTRY = N_("The entry's number; JY-33 is that of this year.")


@app.command(epilog="archivectl register kinds")
def kinds(
    ctx: typer.Context, kind: str = typer.Argument("", help="The columns of this register; without it, the registers.")
) -> None:
    """The registers of this archive, or the columns of one."""
    from archivectl.registers import kinds as registers  # noqa: PLC0415 - loads yaml

    with context.reading(ctx) as archive:
        if kind:
            return _columns(ctx, archive.kind(_named(archive, kind)))
        found = [archive.kind(name) for name in registers.kept_by_people(archive.regime)]
    documents = [
        {"kind": kind.name, "title": dict(kind.title), "number": kind.number, "steps": list(kind.steps)} for kind in found
    ]
    rows = [(kind.name, kind.number, pick(kind.title), listed(Word(kind.name, step) for step in kind.steps)) for kind in found]
    return console.emit(ctx.obj, documents, console.table(rows, (_("Register"), _("Number"), _("Title"), _("Steps"))))


def _columns(ctx: typer.Context, kind: "Kind") -> None:
    """Show what may be entered of a register: with the entry, and with its steps."""
    found = {**kind.columns, **kind.data}
    documents = [
        {"column": name, "title": dict(one.titles), "type": one.type, "choices": list(one.choices)} for name, one in found.items()
    ]
    rows = [(name, pick(one.titles), listed(map(pick, one.choices.values())) or None) for name, one in found.items()]
    console.emit(ctx.obj, documents, console.table(rows, (_("Column"), _("Title"), _("Choices"))))


@app.command("list", epilog="archivectl register list loan")
def list_(
    ctx: typer.Context,
    kind: str = typer.Argument(help="The register: loan, review, hold, destruction ..."),
    state: str = typer.Option("", "--state", help="Only entries in this state."),
    year: str = typer.Option("", "--year", help="Only entries of this year."),
) -> None:
    """The entries of a register, oldest first."""
    from archivectl.records.layout import REGISTERS  # noqa: PLC0415 - not for the help

    with context.reading(ctx) as archive:
        kind = _named(archive, kind)
        cases = [case for case in archive.register(kind) if not year or case.entry.year == year]
        cases = [case for case in cases if not state or state in {case.state, str(case.state_word)}]
        numbers = {row.uid: row.number or row.uid for row in archive.index.records()}
        broken = sum(path.startswith(f"{REGISTERS}{kind}/") for path in archive.index.broken())
        due = {case.uid: _due(archive, case) for case in cases}
    documents = [_document(case, numbers, due[case.uid]) for case in cases]
    rows = [
        (
            *(case.id, case.state_word, _about(case, numbers), case.done[0].date if case.done else None),
            console.said(due[case.uid]),
        )
        for case in cases
    ]
    heads = (_("Number"), _("State"), _("Records"), _("Since"), _("Back by") if kind == "loan" else _("Due"))
    console.emit(ctx.obj, documents, console.table(rows, heads) if rows else [_("The register is empty.")])
    if broken:
        console.note(_("Not shown, because they cannot be read: {count} files. See: archivectl check", count=broken))


def _named(archive: "Archive", text: str) -> str:
    """A register by its name, the letters of its numbers or its title, or a command. Raises UnknownKind, the nearest first."""
    from archivectl.cli import ALIASES  # noqa: PLC0415 - the table of words
    from archivectl.registers import kinds as registers  # noqa: PLC0415 - loads yaml

    found = []
    for name in registers.names(archive.regime):
        kind = archive.kind(name)
        if text in {*_words(kind), kind.number, kind.number.lower()}:
            return name
        found.append(kind)
    word = ALIASES.get(text, text)
    for kind in found:
        if word == kind.name or word in {step.command.split(" ")[0] for step in kind.steps.values() if not step.start}:
            return kind.name
    from difflib import SequenceMatcher  # noqa: PLC0415 - needed only once somebody mistyped

    found.sort(key=lambda kind: max(SequenceMatcher(None, text, each).ratio() for each in _words(kind)), reverse=True)
    known = Titles({"zh": f"{kind.title['zh']}（{kind.number}）", "en": f"{kind.name} ({kind.number})"} for kind in found)
    raise registers.UnknownKind(kind=text, known=known)


def _words(kind: "Kind") -> set[str]:
    """What a register is called."""
    return {kind.name, *kind.title.values(), kind.form.get("ledger", kind.name)}


def _about(case: "Case", numbers: dict[str, str]) -> str:
    records = [numbers.get(uid, uid) for uid in case.entry.uids]
    return several(records, len(records))


def _due(archive: "Archive", case: "Case") -> str | None:
    """The day that was promised, by which it is to be answered, or until which the rules let it wait."""
    from archivectl.registers.waiting import waiting  # noqa: PLC0415 - loads the rules

    if promised := case.due or case.entry.columns.get("due"):
        return str(promised)
    found = waiting(case, archive.regime)
    return found.due if found else None


def _document(case: "Case", numbers: dict[str, str], due: str | None) -> dict[str, Any]:
    records = [numbers.get(uid, uid) for uid in case.entry.uids]
    return {"id": case.id, "uid": case.uid, "kind": case.kind.name, "state": case.state, "records": records, "due": due}


@app.command(epilog="archivectl register due loan --until 2026-04-01")
def due(
    ctx: typer.Context,
    kind: str = typer.Argument("", help="The register; without it, all of them."),
    until: str = typer.Option("", "--until", help="Also what will be due by that day.", metavar="DATE"),
) -> None:
    """What waits in a register, for anybody, the most urgent first."""
    from archivectl import duties  # noqa: PLC0415 - loads the index
    from archivectl.regime import spans  # noqa: PLC0415

    if until:
        spans.moment(until)
    with context.reading(ctx) as archive:
        name = _named(archive, kind) if kind else ""
        asked = duties.asked(archive, everyone=True, until=until[:10])
        found = [
            one for one in duties.due(archive.index.db.execute, asked).rows if one.duty.startswith(f"{name}." if name else "")
        ]
    told = [console.sentence(one.message.sentence, one.message.values) for one in found]
    documents = [
        {**one._asdict(), "record": ", ".join(one.records), "message": text} for one, text in zip(found, told, strict=True)
    ]
    rows = [(_(one.state), one.about, several(one.records, one.total), text) for one, text in zip(found, told, strict=True)]
    console.emit(ctx.obj, documents, console.table(rows) if rows else [_("Nothing is due.")])


@app.command(epilog="archivectl register show JY-33")
def show(ctx: typer.Context, entry: str = typer.Argument(help=ENTRY)) -> None:
    """One entry with everything that was done, sealed columns as far as you may read them."""
    from archivectl import ledger  # noqa: PLC0415 - loads git
    from archivectl.cli import granted as changes  # noqa: PLC0415 - not for the help
    from archivectl.reports import wording as reading  # noqa: PLC0415 - loads age

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        kind, wording = case.kind, reading.Wording(archive, [case])
        numbers = {record.uid: record.label for record in archive.records_of(case.entry.uids)}
        columns, lines, waits = ledger.columns_of(archive, case), ledger.lines_of(archive, case), awaited(archive, case)
        granted = changes.changed(archive, case) if changes.is_one(case) else []
        shown = {name: value for name, value in columns.items() if not (granted and name == changes.TEXT)}
        rows: list[tuple[str, object]] = [
            (_("Number"), case.id),
            (_("State"), case.state_word),
            (_("Records"), _about(case, numbers)),
            *((pick(kind.columns[name].titles), wording.cell(kind, name, value)) for name, value in shown.items()),
            *_by_rule(case),
        ]
        done = [_row(wording, kind, line) for line in lines]
        document = {**_document(case, numbers, _due(archive, case)), "columns": columns, "awaits": waits or None}
    document["events"] = [asdict(line) for line in lines]
    heads = [console.paint(pick(kind.title), "bold"), *console.pairs(rows), *granted, "", *console.table(done)]
    console.emit(ctx.obj, document, [*heads, *answers.waiting_line(waits)])


def _by_rule(case: "Case") -> list[tuple[str, object]]:
    """The term that the rules give where none was asked for."""
    term, column = case.rule.get("term"), case.kind.column("term")
    if not term or column is None or case.entry.columns.get("term"):
        return []
    return [(pick(column.titles), _("{term} (by the rules)", term=console.said(term)))]


def _row(wording: "Wording", kind: "Kind", line: "Line") -> tuple[str, ...]:
    from archivectl.reports.wording import means  # noqa: PLC0415 - not for the help

    notes = [text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in wording.notes(kind, line)]
    return line.date, str(Word(kind.name, line.act)), line.by, wording.post(line.post), means(line), " · ".join(notes)


@app.command(epilog="archivectl register add store mode=climate 温度=21.5 湿度=44")
def add(
    ctx: typer.Context,
    kind: str = typer.Argument(help="The register: store, handover ..."),
    cells: list[str] = typer.Argument(None, help="Columns and values: column=value.", metavar="COLUMN=VALUE"),
    about: list[str] = typer.Option([], "--about", help="A record it is about; repeatable.", metavar="NUMBER"),
) -> None:
    """Make an entry in a register that has no command of its own."""
    from archivectl import ledger  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = ledger.add(archive, _named(archive, kind), about, dict(split(cell) for cell in cells or ()))
        answers.standing(ctx, archive, case)


@app.command(epilog="archivectl register lease")
def lease(
    ctx: typer.Context,
    series: list[str] = typer.Argument(None, help="record.SH, loan.2026 ...; without it, what runs out.", metavar="SERIES"),
    size: int = typer.Option(0, "--size", help="How many numbers of each.", min=0, max=10_000, show_default=False),
) -> None:
    """Take numbers for this machine on the git remote, so that no other machine gives the same."""
    from archivectl import leasing  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        found = leasing.lease(archive, series or (), size)
    documents = [{"series": each.series, "from": each.first, "to": each.last} for each in found]
    rows = [(each.series, each.first, each.last) for each in found]
    heads = (_("Series"), _("First number"), _("Last number"))
    console.emit(ctx.obj, documents, console.table(rows, heads) if rows else [_("Enough numbers are left of every series.")])


@app.command(epilog="archivectl register step CK-3 correct 处理措施=开除湿机")
def step(
    ctx: typer.Context,
    entry: str = typer.Argument(help=ENTRY),
    name: str = typer.Argument(help="The step, as `register kinds` lists it."),
    cells: list[str] = typer.Argument(None, help="Columns and values: column=value.", metavar="COLUMN=VALUE"),
) -> None:
    """Take the next step of an entry of any register."""
    from archivectl import ledger  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        kind = archive.case(entry).kind
        chosen = next((step for step in kind.steps if name in {step, str(Word(kind.name, step))}), name)
        case = ledger.carry_on(archive, entry, chosen, dict(split(cell) for cell in cells or ()))
        answers.standing(ctx, archive, case)
