"""``import`` and ``undo``: take in a table of customers in one commit, and take it back."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Known
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, console, context, values
from archivectl.cli.answers import MANY, SHOWN, NotConfirmed, watched
from archivectl.cli.progress import Bar
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _, keyed, listed, pick

if TYPE_CHECKING:
    from archivectl.exchange.importing import Plan, Result
    from archivectl.exchange.mapping import Choice, Mapping
    from archivectl.search.index import Row

importing = typer.Typer()
undoing = typer.Typer()
APPS = {"import": importing, "undo": undoing}
SOME = 5  # rows or files named of those that share a line
_REJECTED = (N_("Rejected: row {row}: {reasons}"), N_("Rejected: {count} rows ({row}): {reasons}"))
_REMARK = (N_("Remark: row {row}: {reasons}"), N_("Remark: {count} rows ({row}): {reasons}"))
CHANGED = 20  # files on the screen of a dry run, with what would change in them


class UnknownSubject(WrongUsage):
    """A subject that the archive does not know."""

    message = "“{subject}” is no kind of customer."
    hint = "It is one of: {known}"


@importing.command("import", epilog="archivectl import 三月新客户.xlsx --dry-run")
def bring(
    ctx: typer.Context,
    file: Path = typer.Argument(help="A CSV file or a workbook."),
    map: Path = typer.Option(None, "--map", help="A YAML file that says which column is which field."),
    accept_good: bool = typer.Option(False, "--accept-good", help="Import the good rows although others are rejected."),
    rejects: Path = typer.Option(None, "--rejects", help="Where rejected rows go; without it, beside the table."),
    encoding: str = typer.Option("", "--encoding", help="The encoding, where it is not told by the content."),
    sheet: str = typer.Option("", "--sheet", help="The worksheet, where it is not the first."),
    subject: str = typer.Option("", "--subject", help="What a row is that does not say: person or organisation."),
    office: str = typer.Option("", "--office", help="The office, where there are several."),
) -> None:
    """Take in a table of customers: new files and updates in one commit, every bad row back with its reason."""
    from archivectl import intake  # noqa: PLC0415 - loads git
    from archivectl.crew import Crew  # noqa: PLC0415
    from archivectl.exchange import importing as imports  # noqa: PLC0415 - loads the schema
    from archivectl.exchange import mapping as maps  # noqa: PLC0415
    from archivectl.exchange import reading  # noqa: PLC0415

    default = _subject(subject or "person")
    table = reading.read(file, encoding or None, sheet or None)
    mapping = maps.propose(table.columns, table.rows, maps.load(map) if map else None)
    result = None
    with Bar() as bar, Crew(bar.show) as crew, context.writing(ctx) as archive:
        made = imports.plan(archive, table, mapping, crew, default)
        bar.end()
        back = _give_back(file, made, rejects, beside=not ctx.obj.dry_run)
        known = intake.namesakes(archive, (str(each.values["name"]) for each in made.created if each.subject == "person"))
        refused = bool(made.rejected) and not accept_good
        if not refused and not ctx.obj.dry_run:
            _confirm(ctx, made)
            result = imports.carry_out(archive, made, crew, office)
    shown = _changes(made) if ctx.obj.dry_run else iter(())
    notes = chain(() if subject else _assumed(made, default), _alike(known))
    lines = chain(_lines(made, mapping, back), notes, shown, _remarks(made), _outcome(made, result, refused=refused))
    console.emit(ctx.obj, _document(made, mapping, result, back), lines)
    raise typer.Exit(1 if refused else 0)


def _subject(text: str) -> str:
    from archivectl.records import fields  # noqa: PLC0415

    choices = fields.known("subject").choices
    if (found := values.choice(text, choices)) not in choices:
        raise UnknownSubject(subject=text, known=keyed(choices))
    return found


def _confirm(ctx: typer.Context, made: "Plan") -> None:
    """From three records up a person is asked; a script is not, for an import can be undone."""
    new, changed = len(made.created), len(made.updated)
    if new + changed >= MANY and watched():
        for line in chain(_summary(made), _changes(made)):
            console.note(line)
        if not console.ask(ctx.obj, _("Open {new} files and change {changed}?", new=new, changed=changed)):
            raise NotConfirmed


def _give_back(source: Path, made: "Plan", wanted: Path | None, *, beside: bool) -> Path | None:
    """Write the rejected rows to the file that is wanted, or ``beside`` the table, if a folder lets it; they are in clear."""
    from archivectl.exchange import rejects  # noqa: PLC0415

    if not made.rejected or not (wanted or beside):
        return None
    rows = rejects.table(made.sheet, made.rejected)
    path = wanted or rejects.place(source, made.sheet, rows)
    try:
        rejects.write(path, rows, source)
    except rejects.RejectsUnwritable as error:
        if wanted:
            raise
        console.note(console.sentence(error.message, error.values))
        return None
    return path


def _document(made: "Plan", mapping: "Mapping", result: "Result | None", back: Path | None) -> dict[str, Any]:
    problems = [problem for _row, found in made.rejected for problem in found if problem.rejects]
    return {
        "import": result.number if result else None,
        "created": len(made.created),
        "updated": len(made.updated),
        "unchanged": made.unchanged,
        "rejected": len(made.rejected),
        "by_hand": made.by_hand,
        "assumed": len(made.assumed),
        "changes": [
            {"row": each.row, "number": each.record.label, "fields": list(each.values), "by_hand": list(each.by_hand)}
            for each in made.updated
        ],
        "encoding": made.sheet.encoding,
        "header_row": made.sheet.header_row,
        "columns": {choice.column: choice.target for choice in mapping.columns if choice.target},
        "unmatched": [{"column": choice.column, "reason": _(choice.reason)} for choice in mapping.unmatched],
        "problems": [{"row": each.row, "column": each.column, "message": str(each)} for each in problems],
        "remarks": [{"row": each.row, "column": each.column, "message": str(each)} for each in made.remarks],
        "rejects": str(back) if back else None,
    }


def _summary(made: "Plan") -> Iterator[str]:
    yield _(
        "{encoding} · titles in row {header} · {rows} rows: "
        "{created} new, {updated} updated, {unchanged} unchanged, {rejected} rejected",
        encoding=made.sheet.encoding,
        header=made.sheet.header_row,
        rows=len(made.sheet.rows),
        created=len(made.created),
        updated=len(made.updated),
        unchanged=made.unchanged,
        rejected=len(made.rejected),
    )


def _lines(made: "Plan", mapping: "Mapping", back: Path | None) -> Iterator[str]:
    from archivectl.exchange.rejects import told  # noqa: PLC0415
    from archivectl.records import fields  # noqa: PLC0415

    yield from _summary(made)
    if subjects := made.subjects:
        titles = fields.known("subject").choices
        counted = listed(f"{pick(titles[subject])} {count}" for subject, count in sorted(subjects.items()))
        yield _("New: {subjects}", subjects=counted)
    if left := mapping.unmatched:
        yield _("Columns that are not imported: {columns}", columns=_("; ").join(_by_reason(left)))
    if made.sheet.others:
        yield _("Worksheets not read: {names}", names=listed(map(console.clean, made.sheet.others)))
    yield from _grouped(((row.number, told(problems)) for row, problems in made.rejected), _REJECTED)
    if back:
        yield _("All rejected rows with their reasons: {path}", path=back)


def _changes(made: "Plan") -> Iterator[str]:
    """The files that would change, each with the titles of its fields; never a value."""
    for each in made.updated[:CHANGED]:
        titles = {path: console.title(path) for path in each.values}
        marked = [_("{field} (set by hand)", field=title) if path in each.by_hand else title for path, title in titles.items()]
        yield _("Would change: {number}: {fields}", number=each.record.label, fields=_("; ").join(marked))
    if (more := len(made.updated) - CHANGED) > 0:
        yield _("… and {count} more: --json shows them all.", count=more)
    if made.by_hand:
        yield _("Values set by hand, not by an import, that would be replaced: {count}.", count=made.by_hand)


def _by_reason(left: "Sequence[Choice]") -> Iterator[str]:
    for reason in dict.fromkeys(choice.reason for choice in left):
        titles = [console.clean(choice.column) or "—" for choice in left if choice.reason == reason]
        yield _("{columns} ({reason})", columns=listed(titles), reason=_(reason))


def _remarks(made: "Plan") -> Iterator[str]:
    from archivectl.exchange.rejects import told_one  # noqa: PLC0415

    yield from _grouped(((remark.row, told_one(remark)) for remark in made.remarks), _REMARK)


def _grouped(told: Iterable[tuple[int, str]], forms: tuple[str, str]) -> Iterator[str]:
    """What is said of rows, once for all rows of which the same is said; ``forms`` are for one row and for several."""
    groups: dict[str, dict[int, None]] = {}  # of a row the same may be said of several cells
    for row, text in told:
        groups.setdefault(text, {})[row] = None
    for text, found in list(groups.items())[:SHOWN]:
        rows = list(found)
        some = listed(map(str, rows[:SOME])) + (" …" if len(rows) > SOME else "")
        yield _(forms[len(rows) > 1], row=some, count=len(rows), reasons=console.clean(text))
    if more := sum(map(len, list(groups.values())[SHOWN:])):
        yield _("… and {count} more: --json shows them all.", count=more)


def _assumed(made: "Plan", default: str) -> Iterator[str]:
    from archivectl.records import fields  # noqa: PLC0415

    if count := len(made.assumed):
        title = pick(fields.known("subject").choices[default])
        yield _("Subject assumed: {subject}; {count} rows; --subject says otherwise.", subject=title, count=count)


def _alike(known: "Known[str, Sequence[Row]]") -> Iterator[str]:
    if known:
        numbers = [row.number or row.uid for rows in known.values() for row in rows]
        some = listed(numbers[:SOME]) + (" …" if len(numbers) > SOME else "")
        yield _("Persons whose name other files bear already: {count} ({numbers}).", count=len(known), numbers=some)


def _outcome(made: "Plan", result: "Result | None", *, refused: bool) -> Iterator[str]:
    if refused:
        yield _("Nothing is imported while rows are rejected: mend them, or import the others with --accept-good.")
    elif result and result.number:
        if made.by_hand:
            yield _("Values set by hand, not by an import, that were replaced: {count}.", count=made.by_hand)
        yield _("Imported as {number}; to take it back: archivectl undo {number} --reason TEXT", number=result.number)
    elif result:
        yield _("Nothing to import: every row stands there already.")


@undoing.command(epilog="archivectl undo DR-1 --reason 导错文件")
def undo(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The import; DR-1 is that of this year."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Take an import back: what it opened is withdrawn, what it changed is as before."""
    answers.need(reason=reason)
    from archivectl.exchange import undoing as undos  # noqa: PLC0415 - loads the schema

    with Bar() as bar, context.writing(ctx) as archive:
        count = sum(archive.case(entry).entry.columns.get(name, 0) for name in ("created", "updated"))
        if count >= MANY and watched() and not console.ask(ctx.obj, _("Take back what was done to {count} files?", count=count)):
            raise NotConfirmed
        done = undos.undo(archive, entry, reason, bar.show)
    document = {"import": done.number, "state": "undone", "withdrawn": done.withdrawn, "restored": done.restored}
    text = N_("{number} is taken back: {withdrawn} files withdrawn, {restored} as they were before.")
    console.emit(ctx.obj, document, [_(text, number=done.number, withdrawn=done.withdrawn, restored=done.restored)])
