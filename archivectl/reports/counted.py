"""What a report of figures counts: files, what happened with customers, items of a section, or entries of a register.

Each with the values of the words that the report needs. What is sealed is opened only for a purpose, within the reader's
clearance, and logged once before anything is shown.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl import canonical_text, disclosure, ledger, seeking
from archivectl.archive import Archive
from archivectl.encryption.envelope import is_sealed
from archivectl.i18n import MASK, N_
from archivectl.records import fields, interactions, layout, leaks
from archivectl.records import text as record_text
from archivectl.records.model import GONE, Record
from archivectl.registers import surveying
from archivectl.reports.asking import Asked
from archivectl.reports.labels import Label
from archivectl.search.index import Row

_READING, _OPENING = N_("reading records"), N_("opening sealed values")
_SOME = 200  # records between two words about how far it is
FILES, REGISTER = "files", "register:"


class Item(NamedTuple):
    """One thing counted: the uid of its file, its day (ISO, or empty), what it is, and its values by word.

    ``gone`` is the day on which a file was destroyed, else empty.
    """

    uid: str
    day: str
    kind: str
    values: Mapping[str, Any]
    gone: str = ""


class Found(NamedTuple):
    """What was counted, the rows of its files by uid, and how many values and files the reader may not know."""

    items: list[Item]
    rows: Mapping[str, Row]
    masked: int
    barred: int


class _Part(NamedTuple):
    """A thing to be counted as it stands in its file; ``path`` is where, for what is sealed in it."""

    uid: str
    day: str
    kind: str
    path: str
    data: Mapping[str, Any]
    gone: str = ""


def found(archive: Archive, of: Sequence[str], date: str, labels: Sequence[Label], asked: Asked) -> Found:
    """Everything that a report counts.

    Args:
        archive: the open archive.
        of: ``files``; or kinds of interactions; or one section of a file with items; or one ``register:KIND``.
        date: the word that tells the day of an item, or of a file.
        labels: the words whose values are needed.
        asked: of which files and time, and what sealed values are opened for.

    Raises:
        BadCondition, UnknownField, SealedField, PurposeMissing, Telltale, NoIdentity.
    """
    if of[0].startswith(REGISTER):
        return _entries(archive, of[0].removeprefix(REGISTER), labels, asked)
    rows = {row.uid: row for row in _rows(archive, asked)}
    own = tuple(label.path for label in labels if label.of == "own")
    wanted = tuple(label.path for label in labels if label.of == "file")
    reading = _Reading(archive, rows, asked)
    if of[0] == FILES:
        parts = list(_files(reading, date))
    elif "." in of[0] or of[0] in _SECTIONS:
        parts = list(_section(reading, of[0], date, asked))
    else:
        parts = list(_interactions(reading, frozenset(of), asked))
    items = reading.items(parts, own, wanted)
    return Found(items, rows, reading.masked, len(reading.barred))


_SECTIONS = frozenset({"contracts", "intention", "competitors", "vehicles"})


def _rows(archive: Archive, asked: Asked) -> list[Row]:
    condition = seeking.condition(archive, asked.where)
    rows = list(archive.index.records(f"status <> 'withdrawn' AND ({condition.where})", condition.values))
    if not asked.numbers:
        return rows
    uids = {archive.record(number).uid for number in asked.numbers}
    return [row for row in rows if row.uid in uids]


class _Reading:
    """The files of a report: what of them is clear at once, the rest and what is sealed as it is asked for."""

    def __init__(self, archive: Archive, rows: Mapping[str, Row], asked: Asked) -> None:
        self.archive, self.rows, self.purpose, self.hiding = archive, rows, asked.purpose, asked.masked and not asked.purpose
        self.whole: dict[str, Record] = {}
        self.masked = 0
        self.barred: set[str] = set()
        self.opened: dict[str, set[str]] = {}
        self.said: list[str] = []

    def clear(self) -> dict[str, Mapping[str, Any]]:
        """What the index knows of every file, by uid."""
        texts = self.archive.index.clear_texts("status <> 'withdrawn'")
        return {row.uid: json.loads(text) for row, text in texts if row.uid in self.rows}

    def records(self, uids: Iterable[str]) -> None:
        """Read the files of these records, those that were not read yet."""
        new = [self.rows[uid] for uid in dict.fromkeys(uids) if uid not in self.whole]
        blobs = self.archive.repository.blobs(row.blob for row in new) if new else ()
        for done, (row, (_blob, content)) in enumerate(zip(new, blobs, strict=True)):
            data = record_text.read_canonical(content)
            self.whole[row.uid] = record_text.parse(content, row.path) if data is None else Record(row.path, content, data)
            if done % _SOME == 0:
                self.archive.progress(_READING, done, len(new))

    def items(self, parts: Sequence[_Part], own: Sequence[str], wanted: Sequence[str]) -> list[Item]:
        """The parts with the values of the words they need; logged, where anything sealed was opened."""
        sealable = any(_sealable(path) for path in wanted)
        if sealable:
            self.records(part.uid for part in parts)
        clear = {} if sealable or not wanted else self.clear()
        data = {uid: record.data for uid, record in self.whole.items()} if sealable else clear
        told = [self._told(part, own, wanted, data.get(part.uid, {})) for part in parts]
        self._open(told)
        if self.opened:
            leaks.refuse(self.purpose, [text for text in self.said if not text.replace(".", "").isdigit()])
            paths = sorted({path for found in self.opened.values() for path in found})
            disclosure.log(self.archive, N_("report"), "", tuple(paths), self.purpose, len(self.opened))
        return [Item(part.uid, part.day, part.kind, values, part.gone) for part, values, _sealed in told]

    @staticmethod
    def _told(part: _Part, own: Sequence[str], wanted: Sequence[str], data: Mapping[str, Any]) -> "_Told":
        """A part with its values, and those that are sealed by word: where they stand, and how."""
        found = {path: part.data.get(path) for path in own}
        found |= {path: fields.get(data, path) for path in wanted}
        sealed = {
            word: (f"{part.path}.{word}" if word in own else word, str(value))
            for word, value in found.items()
            if is_sealed(value)
        }
        return _Told(part, {word: value for word, value in found.items() if word not in sealed}, sealed)

    def _open(self, told: Sequence["_Told"]) -> None:
        """Open what is sealed, a file at a time; what the reader may not know or has no key for stays out."""
        closed: dict[str, list[_Told]] = {}
        for each in told:
            if each.sealed:
                closed.setdefault(each.part.uid, []).append(each)
        if self.hiding:
            for each in told:
                each.values.update(dict.fromkeys(each.sealed, MASK))
        if not closed or self.hiding:
            return
        if not self.purpose.strip():
            raise disclosure.PurposeMissing
        if self.archive.rehearsal:
            raise disclosure.OnlyRehearsed
        leaks.refuse(self.purpose)
        self.records(closed)
        for done, (uid, several) in enumerate(closed.items()):
            self._open_file(self.whole[uid], several)
            if done % _SOME == 0:
                self.archive.progress(_OPENING, done, len(closed))

    def _open_file(self, record: Record, several: Sequence["_Told"]) -> None:
        pairs = {path: value for each in several for path, value in each.sealed.values()}
        if disclosure.barring(self.archive, record):
            self.barred.add(record.uid)
            self.masked += len(pairs)
            return
        clear = self.archive.opener.all_of(pairs, record.uid, record.data.get("keys") or ())
        self.masked += len(pairs) - len(clear)
        for each in several:
            for word, (path, _value) in each.sealed.items():
                if path in clear:
                    each.values[word] = clear[path]
                    self.said.append(str(clear[path]))
                    self.opened.setdefault(record.uid, set()).add(word)


class _Told(NamedTuple):
    part: _Part
    values: dict[str, Any]
    sealed: Mapping[str, tuple[str, str]]


def _sealable(path: str) -> bool:
    """Whether a field may be sealed, for whomever."""
    field = fields.known(path)
    levels = {field.secrecy} if isinstance(field.secrecy, str) else {*field.secrecy.values()}
    return field.raised or not levels <= {"open", "internal"}


def _files(reading: _Reading, date: str) -> Iterator[_Part]:
    """Every file; of one that is destroyed there is only the day on which that happened."""
    for uid, data in reading.clear().items():
        gone = str((data.get("destroyed") or {}).get("date") or "")
        day = fields.get(data, date) or (data.get("filing") or {}).get("archived")
        yield _Part(uid, str(day or "")[:10], str(data.get("status")), "", {}, gone)


def _section(reading: _Reading, path: str, date: str, asked: Asked) -> Iterator[_Part]:
    """The items of a section that files have."""
    living = [uid for uid, row in reading.rows.items() if row.status not in GONE]
    reading.records(living)
    for uid in living:
        for item in fields.get(reading.whole[uid].data, path) or ():
            day = str(item.get(date) or "")
            if is_sealed(day) or asked.covers(day):
                yield _Part(uid, "" if is_sealed(day) else day[:10], path, f"{path}[{item['id']}]", item)


def _interactions(reading: _Reading, kinds: frozenset[str], asked: Asked) -> Iterator[_Part]:
    """What happened with customers in the time that is asked for."""
    archive = reading.archive
    there = (
        entry
        for entry in archive.repository.tree(archive.tip, layout.INTERACTIONS)
        if entry.path.split("/")[2] in reading.rows and asked.year_fits(entry.path[-9:-5])
    )
    files = {entry.blob: entry.path for entry in there}
    for blob, text in archive.repository.blobs(files):
        uid, rows = _dealings(text, files[blob])
        for row in rows:
            if row["kind"] in kinds and asked.covers(row["date"]):
                yield _Part(uid, row["date"][:10], row["kind"], f"{interactions.NAME}[{row['id']}]", row)


def _dealings(text: bytes, path: str) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The uid and the interactions of a year's file; quick where it is spelled as the archive spells it."""
    data = canonical_text.read(text.decode("utf-8", "replace"), lambda key: key == interactions.NAME)
    return (data["uid"], data[interactions.NAME]) if data else interactions.parse(text, path)


def _entries(archive: Archive, kind: str, labels: Sequence[Label], asked: Asked) -> Found:
    """The entries of a register, their columns as far as the reader may know them."""
    rows = {row.uid: row for row in _rows(archive, asked)}
    own = [label.path for label in labels if label.of == "own"]
    wanted = [label.path for label in labels if label.of == "file"]
    clear = _Reading(archive, rows, asked).clear() if wanted else {}
    items = []
    for case in archive.register(kind):
        day, uid = surveying.asked(case), next(iter(case.entry.uids), "")
        if not case.done or not asked.covers(day) or (case.entry.uids and uid not in rows) or (asked.where and not uid):
            continue
        columns = ledger.columns_of(archive, case) if any(case.kind.columns[name].sealed for name in own) else case.entry.columns
        values = {name: columns.get(name) for name in own} | {path: fields.get(clear.get(uid, {}), path) for path in wanted}
        items.append(Item(uid, day, case.state, values))
    return Found(items, rows, 0, 0)
