"""The index: SQLite in the git directory, keyed by blob id; disposable, and without any sensitive value."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.errors import Unreadable
from archivectl.records import layout
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.registers import entry as entries
from archivectl.store.objects import object_id

VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE records (
    path TEXT PRIMARY KEY, blob TEXT, uid TEXT, number TEXT, office TEXT, sequence INTEGER, subject TEXT, status TEXT,
    secrecy TEXT, name TEXT, external TEXT, data TEXT);
CREATE INDEX records_uid ON records (uid);
CREATE INDEX records_number ON records (number);
CREATE INDEX records_external ON records (external);
CREATE INDEX records_series ON records (office, sequence);
CREATE TABLE entries (path TEXT PRIMARY KEY, blob TEXT, uid TEXT, id TEXT, kind TEXT, year TEXT, sequence INTEGER);
CREATE INDEX entries_id ON entries (id);
CREATE INDEX entries_series ON entries (kind, year, sequence);
CREATE TABLE about (uid TEXT, entry TEXT);
CREATE INDEX about_uid ON about (uid);
CREATE INDEX about_entry ON about (entry);
CREATE TABLE broken (path TEXT PRIMARY KEY, blob TEXT);
"""


class Change(NamedTuple):
    """A file that changed between two trees; ``blob`` and ``text`` are None where it went."""

    path: str
    blob: str | None
    text: bytes | None


class Row(NamedTuple):
    """What the index knows of a record; ``name`` is None where it is sealed."""

    path: str
    blob: str
    uid: str
    number: str | None
    subject: str
    status: str
    secrecy: str
    name: str | None


class EntryRow(NamedTuple):
    """What the index knows of an entry: enough to find it."""

    path: str
    blob: str
    uid: str
    id: str
    kind: str
    about: tuple[str, ...]


_COLUMNS = "path, blob, uid, number, subject, status, secrecy, name"


class Index:
    """One archive's index; a damaged or outdated file is thrown away and filled anew."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"records-{VERSION}.sqlite"
        try:
            self.db = self._opened()
            self.tree = self._tree()
        except sqlite3.DatabaseError:
            self.path.unlink(missing_ok=True)
            self.db = self._opened()
            self.tree = self._tree()

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN IMMEDIATE" if not self._filled(db) else "BEGIN")
        if not self._filled(db):
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
        db.execute("COMMIT")
        return db

    @staticmethod
    def _filled(db: sqlite3.Connection) -> bool:
        return bool(db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'broken'").fetchone()[0])

    def _tree(self) -> str | None:
        found = self.db.execute("SELECT value FROM meta WHERE key = 'tree'").fetchone()
        return str(found[0]) if found else None

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def bring_to(self, tree: str, changes: Iterable[Change]) -> None:
        """Take in what changed since the tree it stood at."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            for change in changes:
                self._forget(change.path)
                if change.blob is not None and change.text is not None:
                    self._take(change.path, change.blob, _kept(change.text, change.path))
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('tree', ?)", (tree,))
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.tree = tree

    def _forget(self, path: str) -> None:
        if path.startswith(layout.RECORDS):
            self.db.execute("DELETE FROM records WHERE path = ?", (path,))
        else:
            self.db.execute("DELETE FROM about WHERE entry = ?", (path,))
            self.db.execute("DELETE FROM entries WHERE path = ?", (path,))
        self.db.execute("DELETE FROM broken WHERE path = ?", (path,))

    def _take(self, path: str, blob: str, found: Record | EntryRow | None) -> None:
        if isinstance(found, Record):
            office = path.split("/")[1]
            digits = (found.number or "").rsplit("-", 1)[-1]
            sequence = int(digits) if digits.isdigit() else None
            shown = json.dumps(clear(found.data), ensure_ascii=False)
            row = (
                path, blob, found.uid, found.number, office, sequence, found.subject, found.status, found.secrecy,
                _name(found.data), _external(found.data), shown,
            )  # fmt: skip
            self.db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        elif isinstance(found, EntryRow):
            year, digits = path.split("/")[2], found.id.rsplit("-", 1)[-1]
            sequence = int(digits) if digits.isdigit() else None
            self.db.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", (path, blob, found.uid, found.id, found.kind, year, sequence)
            )
            self.db.executemany("INSERT INTO about VALUES (?, ?)", [(uid, path) for uid in dict.fromkeys(found.about)])
        else:
            self.db.execute("INSERT INTO broken VALUES (?, ?)", (path, blob))

    def records(self, where: str = "1", values: Iterable[Any] = ()) -> Iterator[Row]:
        """The records a condition selects, in the order of their numbers."""
        query = f"SELECT {_COLUMNS} FROM records WHERE {where} ORDER BY office, sequence, uid"  # noqa: S608 - conditions are ours
        for row in self.db.execute(query, tuple(values)):
            yield Row(*row)

    def record(self, *, uid: str = "", number: str = "", external: str = "") -> Row | None:
        """The record with that uid, number or external id."""
        column, value = ("uid", uid) if uid else ("number", number) if number else ("external", external)
        return next(self.records(f"{column} = ?", (value,)), None)

    def entries(self, where: str = "1", values: Iterable[Any] = ()) -> list[tuple[str, str]]:
        """Path and blob of the entries a condition selects, oldest first."""
        query = f"SELECT path, blob FROM entries WHERE {where} ORDER BY kind, year, sequence"  # noqa: S608 - conditions are ours
        return self.db.execute(query, tuple(values)).fetchall()

    def entries_about(self, uid: str, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
        """Path and blob of the entries of these kinds (all, where none is named) about a record."""
        among = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        where = "path IN (SELECT entry FROM about WHERE uid = ?)"
        return self.entries(f"{where}{among}", (uid, *kinds))

    def last(self, office: str) -> int:
        """The highest sequence of an office."""
        found = self.db.execute("SELECT max(sequence) FROM records WHERE office = ?", (office,)).fetchone()
        return int(found[0] or 0)

    def last_entry(self, kind: str, year: str) -> int:
        """The highest sequence of a register in a year."""
        found = self.db.execute("SELECT max(sequence) FROM entries WHERE kind = ? AND year = ?", (kind, year)).fetchone()
        return int(found[0] or 0)

    def texts(self) -> list[tuple[str, str]]:
        """The uid and the clear fields, as JSON text, of every record."""
        return self.db.execute("SELECT uid, data || ' ' || coalesce(number, '') FROM records").fetchall()

    def broken(self) -> list[str]:
        """Files that could not be read."""
        return [path for (path,) in self.db.execute("SELECT path FROM broken ORDER BY path")]

    def count(self) -> int:
        """How many records there are."""
        return int(self.db.execute("SELECT count(*) FROM records").fetchone()[0])


def changes_of(writes: Mapping[str, bytes | None]) -> Iterator[Change]:
    """What the index has to learn of files that a commit wrote; None is one that went."""
    for path, text in writes.items():
        if path.startswith((layout.RECORDS, layout.REGISTERS)):
            yield Change(path, None if text is None else object_id("blob", text), text)


def clear(data: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """The data without its sealed values and keys: what may stand in a cache."""
    if isinstance(data, Mapping):
        kept = {key: clear(value) for key, value in data.items() if key != "keys"}
        return {key: value for key, value in kept.items() if value is not None}
    if isinstance(data, (list, tuple)):
        return [item for item in map(clear, data) if item is not None]
    return _clear(data)


def _clear(value: Any) -> Any:  # noqa: ANN401 - any scalar
    return None if isinstance(value, str) and value.startswith("enc:") else value


def _name(data: Mapping[str, Any]) -> str | None:
    name = _clear(data.get("name"))
    return name if isinstance(name, str) else None


def _external(data: Mapping[str, Any]) -> str | None:
    source = data.get("source")
    external = source.get("external_id") if isinstance(source, Mapping) else None
    return external if isinstance(external, str) and not external.startswith("enc:") else None


def _kept(text: bytes, path: str) -> Record | EntryRow | None:
    """What is kept of a file; one that cannot be read is noted as broken, and `check` says why."""
    try:
        if path.startswith(layout.RECORDS):
            return record_text.parse(text, path)
        entry = entries.parse(text, path)
    except Unreadable:
        return None
    return EntryRow(path, "", entry.uid, entry.id, entry.kind, entry.uids)
