"""Entries and registers on paper: a slip or letter for one case, a ledger for a whole register.

What stands there a kind's ``form`` says: ``layout``; ``sign``, the boxes; ``columns``, the ledger's; ``items``, the list that
goes with an entry; ``text``, the sentences of a letter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl import ledger
from archivectl.archive import Archive
from archivectl.i18n import Word, _, listed, pick
from archivectl.regime.model import first
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, resolve
from archivectl.reports import items, signing
from archivectl.reports.wording import Wording, made, means
from archivectl.tables.page import Page, Sign, Table

_OWN: Mapping[str, Callable[["_Row"], str]] = {
    "number": lambda row: row.case.id,
    "date": lambda row: row.case.done[0].date if row.case.done else "",
    "records": lambda row: row.wording.about(row.case),
    "state": lambda row: str(row.case.state_word),
    "until": lambda row: row.case.due or "",
}


class _Row(NamedTuple):
    """What a line of a ledger is filled from: ``columns`` and ``lines`` are opened as far as the reader may know them."""

    wording: Wording
    case: Case
    columns: Mapping[str, Any]
    lines: Mapping[str, ledger.Line]


def slip(archive: Archive, case: Case, asked: Sequence[Any] = ()) -> Page:
    """One entry as the slip or letter that its kind is printed as, with everything that was done; ``asked`` are its columns."""
    kind = case.kind
    row = _row(archive, Wording(archive, [case]), case)
    text, layout = tuple(_letter(row)), kind.form.get("layout", "slip")
    page = Page(layout, pick(kind.title), case.id, (), (), signing.boxes(case, row.lines), made(archive), case.id)
    if text:
        return page._replace(text=text)
    about = [(pick(column.titles), _column(row, name)) for name, column in kind.columns.items() if name in case.entry.columns]
    if asked:
        about = [(title, cell(row)) for title, cell in (_ledger_column(kind, each) for each in asked)]
    state = (_("State"), str(case.state_word))
    course = Table(_("Course"), _course_heads(), tuple(_course(row)))
    if listing := items.LISTS.get(str(kind.form.get("items", ""))):
        facts, table = listing(row.wording, case)
        return page._replace(facts=(state, *facts, *about), tables=(table,), course=(course,))
    facts = tuple(about) if asked else ((_("Records"), row.wording.about(case)), state, *about)
    return page._replace(layout="slip" if layout == "ledger" else layout, facts=facts, course=(course,))


def register(archive: Archive, kind: Kind, cases: Iterable[Case], year: str = "") -> Page:
    """A register, or what it has of a year, as a ledger: a line for each entry, the columns of its form, and who signed."""
    found = list(cases)
    wording = Wording(archive, found)
    usual = ("number", "date", "records", *kind.columns, "state", "until")
    columns = [_ledger_column(kind, each) for each in kind.form.get("columns", usual)]
    rows = [_row(archive, wording, case) for case in found]
    lines = tuple((*(cell(row) for _title, cell in columns), *signing.cells(row.case, row.lines)) for row in rows)
    heads = (*(title for title, _cell in columns), *(title + _(" (signature)") for title in signing.titles(kind)))
    title = str(kind.form.get("ledger") or pick(kind.title))
    facts = ((_("Year"), year),) if year else ()
    return Page("ledger", title, "", facts, (Table("", heads, lines),), (), made(archive))


def certificate(archive: Archive, case: Case) -> Page:
    """What can honestly be said of a destruction, to be signed. Raises NotDestroyedYet."""
    row = _row(archive, Wording(archive, [case]), case)
    page = Page("letter", _("Certificate of destruction"), case.id, (), (), (), made(archive), case.id)
    text, tables, course = items.certified(row.wording, case)
    signs = (*signing.boxes(case, row.lines), Sign(_("For the archive")))
    return page._replace(text=text, tables=tables, course=course, signs=signs)


def _row(archive: Archive, wording: Wording, case: Case) -> _Row:
    lines = zip(case.entry.events, ledger.lines_of(archive, case), strict=True)
    return _Row(wording, case, ledger.columns_of(archive, case), {event.id: line for event, line in lines})


def _column(row: _Row, name: str) -> str:
    return row.wording.cell(row.case.kind, name, row.columns[name]) if name in row.columns else ""


def _ledger_column(kind: Kind, asked: Any) -> tuple[str, Callable[[_Row], str]]:  # noqa: ANN401 - a word, or titles with a step
    """The title of a ledger's column and what fills it.

    ``asked`` is a column of the kind, a word of ``_OWN``, or ``{zh: 借出日期, of: hand_out, show: date}``: of the last of these
    steps its ``date``, ``by``, ``post``, ``means`` or ``data.…``; also ``{zh: 处理结果, column: result}`` for a title of its own,
    and a title alone, for room to write.
    """
    if isinstance(asked, Mapping) and "of" not in asked:
        own = str(asked.get("column", ""))
        return pick(asked), (lambda row: _column(row, own)) if own else (lambda _row: "")
    if isinstance(asked, Mapping):
        steps = (asked["of"],) if isinstance(asked["of"], str) else tuple(asked["of"])
        return pick(asked), lambda row: _of_step(row, steps, str(asked["show"]))
    if asked in kind.columns:
        return pick(kind.columns[asked].titles), lambda row: _column(row, asked)
    titles = {"number": _("Number"), "date": _("Date"), "records": _("Records"), "state": _("State"), "until": _("Until")}
    return titles[asked], _OWN[asked]


def _of_step(row: _Row, steps: tuple[str, ...], show: str) -> str:
    done = row.case.acts(*steps)
    if not done:
        return ""
    if show.startswith("data."):
        name = show.removeprefix("data.")
        stated = [row.lines[event.id].data[name] for event in done if name in row.lines[event.id].data]
        return row.wording.cell(row.case.kind, name, stated[-1]) if stated else ""
    line = row.lines[done[-1].id]
    told = {"date": line.date, "by": line.by, "post": row.wording.post(line.post), "means": means(line)}
    return told[show]


def _course_heads() -> tuple[str, ...]:
    return _("Date"), _("Step"), _("By"), _("Post"), _("How"), _("Notes")


def _course(row: _Row) -> Iterator[tuple[str, ...]]:
    kind, wording = row.case.kind, row.wording
    for event in row.case.entry.events:
        line = row.lines[event.id]
        told = listed(wording.notes(kind, line))
        yield line.date, str(Word(kind.name, line.act)), line.by, wording.post(line.post), means(line), told


def _listed(row: _Row, sentence: Mapping[str, Any]) -> str:
    regime = row.wording.archive.regime
    titles = resolve(regime, sentence.get("of")) or {}
    return listed(pick(titles.get(word, {"zh": word, "en": word})) for word in resolve(regime, sentence.get("list")) or ())


def _letter(row: _Row) -> Iterator[str]:
    """The sentences of a letter; one that needs what was not stated, or is of another state or other columns, is left out.

    They may name columns, the data of events, ``number``, ``records``, ``date``, and of each step ``…_by`` and ``…_date``; and
    ``list``, the words of the regime at a path of the sentence's own, by the titles that stand at another (``of``).
    """
    kind, case = row.case.kind, row.case
    text = kind.form.get("text", ())
    values = {name: cell(row) for name, cell in _OWN.items()}
    values |= {name: _column(row, name) for name in kind.columns}
    for event in case.done:
        line = row.lines[event.id]
        values |= {name: row.wording.cell(kind, name, value) for name, value in line.data.items()}
        values |= {f"{line.act}_by": line.by, f"{line.act}_date": line.date}
    for sentence in (text,) if isinstance(text, Mapping) else text:
        template = pick(sentence)
        values["list"] = _listed(row, sentence)
        if first([{"when": sentence.get("when", {})}], case.entry.columns) is None:
            continue
        known = all(values.get(word) not in {None, "", "0"} for word in re.findall(r"{(\w+)}", template))
        if known and case.state in sentence.get("in", (case.state,)):
            yield template.format_map(values)
