"""Entries and registers on paper: a slip or letter for one case, a ledger for a whole register."""

from collections.abc import Iterable, Mapping
from typing import Any

from archivectl import ledger
from archivectl.archive import Archive
from archivectl.i18n import N_, Sentence, Word, _, listed, pick
from archivectl.records import parts
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Column, Kind
from archivectl.tables.page import Page, Table

MASK = "••••••"


def slip(archive: Archive, case: Case) -> Page:
    """One entry as the slip or letter that its kind is printed as, with everything that was done."""
    kind = case.kind
    columns = ledger.columns_of(archive, case)
    facts = [(_("Records"), _records(archive, case)), (_("State"), str(case.state_word))]
    facts += [
        (pick(column.titles), shown(column, columns[name]) if name in columns else "") for name, column in kind.columns.items()
    ]
    done = tuple(_line(kind, line, archive.regime.get("posts", {})) for line in ledger.lines_of(archive, case))
    heads = (_("Date"), _("Step"), _("By"), _("Post"), _("How"), _("Notes"))
    layout = kind.form.get("layout", "slip")
    layout, title = "slip" if layout == "ledger" else layout, str(kind.form.get("slip") or pick(kind.title))
    if layout == "letter":
        facts = [(name, value) for name, value in facts if value]
    page = Page(layout, title, case.id, tuple(facts), (), signs(kind), made(archive), case.id)
    return page._replace(tables=(Table(_("Course"), heads, done),))


def register(archive: Archive, kind: Kind, cases: Iterable[Case]) -> Page:
    """A register as a ledger: a line for each entry, its columns, and room to sign."""
    columns = list(kind.columns.values())
    heads = (
        _("Number"),
        _("Date"),
        _("Records"),
        *(pick(column.titles) for column in columns),
        _("State"),
        _("Until"),
        *signs(kind),
    )
    rows = tuple(_row(archive, kind, case, columns) for case in cases)
    title = str(kind.form.get("ledger") or pick(kind.title))
    return Page("ledger", title, "", (), (Table("", heads, rows),), (), made(archive))


def made(archive: Archive) -> str:
    """What stands at the foot: when it was printed, by whom, from which state of the archive."""
    text = N_("Printed {date} by {member} from commit {commit}.")
    return str(Sentence(text, date=archive.today, member=archive.me.name, commit=archive.tip[:12]))


def signs(kind: Kind) -> tuple[str, ...]:
    """Who signs a kind's form."""
    return tuple(map(pick, kind.form.get("sign", ())))


def shown(column: Column | None, value: Any) -> str:  # noqa: ANN401 - any value of a column
    """A cell as it is printed; what the reader may not know is dots."""
    if value is None:
        return MASK
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column and isinstance(value, str) and value in column.choices:
        return pick(column.choices[value])
    return listed(map(str, value)) if isinstance(value, list) else str(value)


def _row(archive: Archive, kind: Kind, case: Case, columns: Iterable[Column]) -> tuple[str, ...]:
    known = ledger.columns_of(archive, case)
    cells = (shown(column, known[column.name]) if column.name in known else "" for column in columns)
    date = case.done[0].date if case.done else ""
    return (case.id, date, _records(archive, case), *cells, str(case.state_word), case.due or "", *("" for _sign in signs(kind)))


def _records(archive: Archive, case: Case) -> str:
    told = []
    for item in case.entry.about:
        row = archive.index.record(uid=str(item.get("uid", "")))
        if row:
            part = str(item.get("part", ""))
            named = parts.title(archive.read(row.path), part) if part.startswith(("volumes[", "documents[")) else part
            told.append(" ".join(filter(None, (row.number or row.uid, row.name, named))))
    return listed(told)


def _line(kind: Kind, line: ledger.Line, posts: Mapping[str, Any]) -> tuple[str, ...]:
    told = listed(f"{_titled(kind, name)} {shown(kind.column(name), value)}" for name, value in line.data.items())
    return line.date, str(Word(kind.name, line.act)), line.by, pick(posts.get(line.post, line.post)), _(line.means), told


def _titled(kind: Kind, name: str) -> str:
    column = kind.column(name)
    return pick(column.titles) if column else _(name)
