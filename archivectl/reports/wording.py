"""How a page calls what the archive names by handles, uids and keys: records by number and name, members by name."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from archivectl import blocks, disclosure
from archivectl.archive import Archive
from archivectl.errors import WrongUsage
from archivectl.i18n import MASK, N_, UNITS, Sentence, _, clock, listed, pick
from archivectl.ledger import Line
from archivectl.records import fields, parts
from archivectl.records.model import GONE
from archivectl.regime import spans
from archivectl.registers import owed
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind
from archivectl.search.index import Row
from archivectl.tables.page import Page, Table

_UID = re.compile(r"\b([A-Z2-7]{26})(?:/([vd][A-Z2-7]{5}))?\b")
_NUMBER = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
# Columns that list words, by their type, and what a word of each is called.
_LISTS: Mapping[str, Callable[[Archive, str], str]] = {
    "fields": lambda _archive, path: field.title if (field := fields.field_at(path)) else path,
    "checks": lambda archive, word: pick((archive.regime.get("lend.checks") or {}).get(word, word)),
    "purpose": lambda archive, word: pick((archive.regime.get("purposes") or {}).get(word) or word),
}
# Times that are words.
_TIMES = {
    "at-once": N_("at once"),
    "same-day": N_("the same day"),
    "close-of-business": N_("before work ends"),
    "process": N_("as long as the process takes"),
    "unlimited": N_("as long as needed"),
    "permanent": N_("for good"),
    "regularly": N_("regularly"),
    "timely": N_("in time"),
    "stated": N_("as the borrower states"),
}
# What was signed elsewhere, by the means: the paper itself is kept with the entry.
_ATTACHED = {"paper": N_("{means} (scan attached)"), "message": N_("{means} (message attached)")}
_MOST = 5  # items that one cell names; of more it tells how many


class Wording:
    """The words of one page, for its reader; names of persons as far as they may know them."""

    def __init__(self, archive: Archive, cases: Iterable[Case] = ()) -> None:
        self.archive = archive
        uids = dict.fromkeys(uid for case in cases for uid in case.entry.uids)
        rows = [row for uid in uids if (row := archive.index.record(uid=uid))]
        self._names = disclosure.names(archive, rows)

    def name(self, uid: str) -> str:
        """The name of a record; of one that is gone that it is, dots where it is sealed."""
        row = self.archive.index.record(uid=uid)
        return "" if row is None else row.name or self._names.get(uid) or gone(row) or MASK

    def record(self, uid: str, part: str = "") -> str:
        """A record, or a part of it, as people say it: its number and name; an entry by its number."""
        row = self.archive.index.record(uid=uid)
        if row is None:
            try:
                return self.archive.case(uid).id
            except WrongUsage:
                return uid
        named = parts.title(self.archive.read(row.path), part) if part.startswith(("volumes[", "documents[")) else part
        called = row.name or self._names.get(uid) or gone(row)
        return " ".join(filter(None, (row.number or row.uid, called, named)))

    def about(self, case: Case) -> str:
        """What an entry is about; of many records only the first and how many."""
        items = case.entry.about
        told = listed(self.record(str(item.get("uid", "")), str(item.get("part", ""))) for item in items[:_MOST])
        return told if len(items) <= _MOST else _("{records} and more, {count} in all", records=told, count=len(items))

    def member(self, handle: str) -> str:
        """A member by name; whoever else it is, as it stands."""
        return self.archive.members[handle].name if handle in self.archive.members else handle

    def post(self, post: str) -> str:
        """A post, or a role, by its title."""
        return pick(self.archive.regime.titled(post)) if post else ""

    def notes(self, kind: Kind, line: Line) -> list[str]:
        """What an event states, each by its title; not the digest of the paper that it rests on, for ``means`` says so."""
        stated = {name: value for name, value in line.data.items() if name not in _ATTACHED}
        return [f"{titled(kind, name)} {self.cell(kind, name, value)}" for name, value in stated.items()]

    def cell(self, kind: Kind, name: str, value: Any) -> str:  # noqa: ANN401 - any value of a column
        """A value of a column as it is printed; what the reader may not know is dots."""
        if value is None:
            return MASK
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return listed(self.cell(kind, name, each) for each in value)
        return self._text(kind, name, str(value))

    def _text(self, kind: Kind, name: str, text: str) -> str:
        column = kind.column(name)
        if column and text in column.choices:
            return pick(column.choices[text])
        if column and column.type in _LISTS:
            return listed(_LISTS[column.type](self.archive, word) for word in re.split(r"[\s,，、]+", text))
        if column and column.type == "span":
            return spanned(text)
        if name == "post":
            return self.post(text)
        if name == "kinds":
            return listed(self._register(each) for each in re.split(r"[\s,，、]+", text))
        return self._duty(kind, name, text) or clock(self.told(self.member(text)))

    def _duty(self, kind: Kind, name: str, text: str) -> str:
        """A duty by its title, in the column that names duties."""
        named = {row.get("by") for row in kind.due}
        duty = owed.named(text, self.archive.regime) if name in named else None
        return pick(owed.plain(self.archive.regime)[duty]["title"]) if duty else ""

    def _register(self, name: str) -> str:
        return pick(self.archive.kind(name).title) if name in self.archive.regime.kinds else name

    def told(self, text: str) -> str:
        """A text in which uids are numbers and names; a long list of them is told by its length."""
        words = [word for word in text.split() if not word.startswith("@")]
        if len(words) > _MOST and all(map(_UID.fullmatch, words)):
            return _("{count} items", count=len(words))
        if words and all(map(_UID.fullmatch, words)):
            return listed(_UID.sub(self._called, word) for word in words)
        return _UID.sub(self._called, text)

    def _called(self, found: "re.Match[str]") -> str:
        section = {"v": "volumes", "d": "documents"}.get((found[2] or "")[:1], "")
        return self.record(found[1], f"{section}[{found[2]}]" if section else "")


def titled(kind: Kind, name: str) -> str:
    """What a column of a register is called."""
    column = kind.column(name)
    return pick(column.titles) if column else _(name)


def means(line: Line) -> str:
    """By what means somebody signed, and that the paper or message itself is kept."""
    word = _(line.means)
    return _(_ATTACHED[line.means], means=word) if line.data.get(line.means) and line.means in _ATTACHED else word


def gone(row: Row) -> str:
    """What stands for the name of a record that is gone; nothing where it is not."""
    return _(row.status) if row.status in GONE else ""


def spanned(text: str) -> str:
    """A span in words: ``14d`` is 14 days, ``permanent`` what is kept for good."""
    try:
        found = spans.span(text)
    except WrongUsage:
        return _(_TIMES.get(text, text))
    if found.unit not in UNITS:
        return _(_TIMES.get(found.unit, found.unit))
    return _(UNITS[found.unit][found.number != 1], number=found.number)


def made(archive: Archive) -> str:
    """What stands at the foot: when it was printed, by whom, from which state of the archive."""
    text = N_("Printed {date} by {member} from commit {commit}.")
    return str(Sentence(text, date=archive.today, member=archive.me.name, commit=archive.tip[:12]))


def finished(archive: Archive, pages: Iterable[Page]) -> list[Page]:
    """The pages as they are printed: times of day as people write them, and numbers that another machine may give as well.

    These are told until they are pushed.
    """
    open_ = set(blocks.provisional(archive))
    return [_marked(_timed(page), [word for word in _words(page) if word in open_] if open_ else []) for page in pages]


def _timed(page: Page) -> Page:
    """A page on which times of day stand as people write them."""
    tables, course = (tuple(_timed_table(table) for table in each) for each in (page.tables, page.course))
    signs = tuple(sign._replace(signed=tuple(map(clock, sign.signed))) for sign in page.signs)
    facts = tuple((fact, clock(value)) for fact, value in page.facts)
    return page._replace(facts=facts, tables=tables, course=course, signs=signs, text=tuple(map(clock, page.text)))


def _timed_table(table: Table) -> Table:
    """A table likewise; a cell without a time stays what it is, a number a number."""
    return table._replace(rows=tuple(tuple(clock(cell) if "T" in cell else cell for cell in row) for row in table.rows))


def _marked(page: Page, numbers: list[str]) -> Page:
    if not numbers:
        return page
    if page.layout == "label":
        return page._replace(title=f"{page.title} ({_('number provisional')})")
    told = _("Provisional until pushed: {numbers}.", numbers=listed(numbers))
    return page._replace(made=f"{page.made} {told}")


def _words(page: Page) -> Iterable[str]:
    """Whatever may be a number on a page, once each."""
    tables = (*page.tables, *page.course)
    cells = (cell for table in tables for row in table.rows for cell in row)
    texts = (page.number, page.code, *page.text, *(value for _fact, value in page.facts), *cells)
    return dict.fromkeys(word for text in texts for word in _NUMBER.findall(text))
