"""What the index keeps of a file: told of the file alone, so that any process can do it."""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from archivectl.errors import Unreadable
from archivectl.records import layout
from archivectl.records import text as record_text
from archivectl.registers import entry as entries
from archivectl.search import dealings
from archivectl.search.changes import IndexChange
from archivectl.search.clear import clear, external, name, words

if TYPE_CHECKING:
    from archivectl.records.model import Record
    from archivectl.registers.entry import Entry
    from archivectl.search.standing import Judge, Standing

_WITHOUT = 13  # columns of an entry that nobody judged


class Kept(NamedTuple):
    """A row of a table, which is none where the file went.

    ``about`` are the records that an entry is about, ``touched`` those that may ask for something else now; "" is the archive.
    ``day`` is that of the change, ``duties`` what a record asks for as long as nothing else is known of it.
    """

    path: str
    table: str = ""
    row: tuple[Any, ...] = ()
    about: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    day: str = ""
    duties: tuple[tuple[Any, ...], ...] = ()


def kept(change: IndexChange, judge: "Judge | None") -> Kept:
    """What is kept of a file; ``judge`` None: without a verdict. One that cannot be read is broken, and `check` says why."""
    path, text = change.path, change.text
    if change.blob is None or text is None:
        return Kept(path)
    if path.startswith(layout.INTERACTIONS):
        uid = dealings.uid_of(path)
        return Kept(path, "happened", (path, uid, json.dumps(dealings.newest(text))), touched=(uid,))
    try:
        if path.startswith(layout.RECORDS):
            return _record(change, record_text.parse(text, path), judge)
        entry = entries.parse(text, path)
    except Unreadable:
        return Kept(path, "broken", (path, change.blob))
    return _entry(change, entry, judge.entry(entry) if judge else None)


def _record(change: IndexChange, found: "Record", judge: "Judge | None") -> Kept:
    office, data = change.path.split("/")[1], clear(found.data)
    row = (
        change.path, change.blob, found.uid, found.number, office, _sequence(found.number or ""), found.subject, found.status,
        found.secrecy, name(found.data), external(found.data), json.dumps(data, ensure_ascii=False), "\n".join(words(data)),
    )  # fmt: skip
    past = [("", "", 0, json.dumps({"changed": change.day}))] if change.day else []
    label = found.uid if found.number is None else found.number
    asked = judge.file(data, label, past) if judge and judge.sources else ()
    return Kept(change.path, "records", row, (), (found.uid,), change.day, tuple((found.uid, label, *duty) for duty in asked))


def _entry(change: IndexChange, entry: "Entry", standing: "Standing | None") -> Kept:
    year, uids = change.path.split("/")[2], entry.uids
    told = tuple(standing or [None] * _WITHOUT)
    row = (change.path, change.blob, entry.uid, entry.id, entry.kind, year, _sequence(entry.id), *told)
    return Kept(change.path, "entries", row, uids, uids if standing is None or standing.topic is None else ("", *uids))


def _sequence(number: str) -> int | None:
    digits = number.rsplit("-", 1)[-1]
    return int(digits) if digits.isdigit() else None
