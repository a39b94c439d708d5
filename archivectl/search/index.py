"""The index: SQLite in the git directory, keyed by blob id; disposable, and without any sensitive value."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from archivectl.errors import Unreadable
from archivectl.records import layout
from archivectl.records.model import GONE
from archivectl.search import dealings, duties
from archivectl.search.changes import Change
from archivectl.search.clear import clear, external, name, words
from archivectl.search.schema import SCHEMA, VERSION, create, without_indexes

if TYPE_CHECKING:
    from archivectl.records.model import Record
    from archivectl.search.standing import Judge, Standing

Answer = TypeVar("Answer")


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
    standing: "Standing | None" = None


LIVING = f"status NOT IN {tuple(sorted(GONE))}"  # of records: more than a tombstone
_COLUMNS = "path, blob, uid, number, subject, status, secrecy, name"


class Index:
    """One archive's index; a damaged or outdated file is thrown away and filled anew.

    ``law`` names the rules under which ``judge`` says where an entry stands: under other rules everything is judged again.
    """

    def __init__(self, folder: Path, law: str = "", judge: "Callable[[], Judge] | None" = None) -> None:
        self.law, self._called = law, judge
        self._touched = set[str]()  # records whose duties are to be told anew; "" for the archive's own
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"records-{VERSION}.sqlite"
        try:
            self.db = self._opened(self.path)
            self.tree = self._tree()
        except sqlite3.DatabaseError:
            self.db = self._anew()
            self.tree = self._tree()

    def _anew(self) -> sqlite3.Connection:
        """An empty index in the place of one that is of no use; in memory, where nothing can be written."""
        try:
            self.path.unlink(missing_ok=True)
            return self._opened(self.path)
        except (OSError, sqlite3.DatabaseError):
            return self._opened(":memory:")

    @cached_property
    def judge(self) -> "Judge | None":
        """Who says where things stand; called only when something is to be judged, since it takes time to load."""
        return self._called() if self._called else None

    def _opened(self, place: Path | str) -> sqlite3.Connection:
        db = sqlite3.connect(place, timeout=60, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN IMMEDIATE" if not self._filled(db) else "BEGIN")
        if not self._filled(db):
            create(db, SCHEMA.split(";"))
        db.execute("COMMIT")
        return db

    @staticmethod
    def _filled(db: sqlite3.Connection) -> bool:
        return bool(db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'broken'").fetchone()[0])

    def _tree(self) -> str | None:
        known = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        if known.get("law", "") != self.law:
            self._forget_all()
            return None
        return known.get("tree")

    def _forget_all(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for table in ("records", "entries", "about", "dealings", "duties", "broken", "meta"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours
        self.db.execute("INSERT INTO meta VALUES ('law', ?)", (self.law,))
        if self.judge:
            self.db.execute("INSERT INTO meta VALUES ('titles', ?)", (json.dumps(self.judge.titles, ensure_ascii=False),))
            told = {"owing": self.judge.sources, "dated": self.judge.dated}
            self.db.executemany("INSERT INTO meta VALUES (?, ?)", [(name, "yes" if said else "") for name, said in told.items()])
        self.db.execute("COMMIT")

    @property
    def dated(self) -> bool:
        """Whether the rules ask when a file last changed."""
        return bool(self.db.execute("SELECT 1 FROM meta WHERE key = 'dated' AND value = 'yes'").fetchone())

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def bring_to(self, tree: str, changes: Iterable[Change]) -> None:
        """Take in what changed since the tree it stood at."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            late = without_indexes(self.db) if self.tree is None else []
            for change in changes:
                if self.tree is not None:
                    self._forget(change.path)
                if change.blob is None or change.text is None:
                    self.db.execute("DELETE FROM dealings WHERE path = ?", (change.path,))
                elif change.path.startswith(layout.INTERACTIONS):
                    self._take_dealings(change.path, change.text)
                else:
                    self._take(change.path, change.blob, self._kept(change.text, change.path))
                    if change.day:
                        self.db.execute(dealings.CHANGED, (change.day, change.path))
            create(self.db, (sql for table, sql in late if table != "duties"))
            self._tell_duties(fresh=self.tree is None)
            create(self.db, (sql for table, sql in late if table == "duties"))
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('tree', ?)", (tree,))
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # a full disk has ended it already
                self.db.execute("ROLLBACK")
            raise
        self.tree = tree

    def follow(self, tree: str, changes: Iterable[Change]) -> None:
        """Take in what was just committed; where that cannot be, the next command sees to it."""
        with suppress(sqlite3.DatabaseError):
            self.bring_to(tree, changes)

    def _forget(self, path: str) -> None:
        if path.startswith(layout.RECORDS):
            self._touch("SELECT uid FROM records WHERE path = ?", path)
            self.db.execute("DELETE FROM records WHERE path = ?", (path,))
        elif path.startswith(layout.INTERACTIONS):
            self._touch("SELECT uid FROM dealings WHERE path = ?", path)
        else:
            self._touch("SELECT uid FROM about WHERE entry = ?", path)
            self.db.execute("DELETE FROM about WHERE entry = ?", (path,))
            self.db.execute("DELETE FROM entries WHERE path = ?", (path,))
        self.db.execute("DELETE FROM broken WHERE path = ?", (path,))

    def _touch(self, query: str, path: str) -> None:
        if self.tree is not None:
            self._touched.update(uid for (uid,) in self.db.execute(query, (path,)))

    def _tell_duties(self, *, fresh: bool) -> None:
        """What the records that were touched ask for now, and the archive as a whole."""
        touched, self._touched = self._touched, set[str]()
        owing = self.db.execute("SELECT value FROM meta WHERE key = 'owing'").fetchone()
        judge = self.judge if fresh or "" in touched or owing != ("",) else None
        if judge is None:
            return
        if fresh or "" in touched:
            duties.of_archive(self.db, judge)
        if judge.sources:
            duties.of_records(self.db, judge, None if fresh else touched - {""})

    def _take(self, path: str, blob: str, found: "Record | EntryRow | None") -> None:
        if found is None:
            self.db.execute("INSERT INTO broken VALUES (?, ?)", (path, blob))
        elif not isinstance(found, EntryRow):
            office = path.split("/")[1]
            digits = (found.number or "").rsplit("-", 1)[-1]
            sequence = int(digits) if digits.isdigit() else None
            kept = clear(found.data)
            row = (
                path, blob, found.uid, found.number, office, sequence, found.subject, found.status, found.secrecy,
                name(found.data), external(found.data), json.dumps(kept, ensure_ascii=False), "\n".join(words(kept)),
            )  # fmt: skip
            self._touched.add(found.uid)
            self.db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        else:
            year, digits = path.split("/")[2], found.id.rsplit("-", 1)[-1]
            sequence = int(digits) if digits.isdigit() else None
            standing = tuple(found.standing or [None] * 12)
            self._touched.update(found.about if found.standing is None or found.standing.topic is None else ("", *found.about))
            values = (path, blob, found.uid, found.id, found.kind, year, sequence, *standing)
            self.db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            self.db.executemany("INSERT INTO about VALUES (?, ?)", [(uid, path) for uid in dict.fromkeys(found.about or ("",))])

    def _take_dealings(self, path: str, text: bytes) -> None:
        uid = dealings.uid_of(path)
        self._touched.add(uid)
        self.db.execute("INSERT OR REPLACE INTO dealings VALUES (?, ?, ?)", (path, uid, json.dumps(dealings.newest(text))))

    def _kept(self, text: bytes, path: str) -> "Record | EntryRow | None":
        """What is kept of a file; one that cannot be read is noted as broken, and `check` says why."""
        from archivectl.records import text as record_text  # noqa: PLC0415 - who only asks the index reads no file
        from archivectl.registers import entry as entries  # noqa: PLC0415

        try:
            if path.startswith(layout.RECORDS):
                return record_text.parse(text, path)
            entry = entries.parse(text, path)
        except Unreadable:
            return None
        standing = self.judge.entry(entry) if self.judge else None
        return EntryRow(path, "", entry.uid, entry.id, entry.kind, entry.uids, standing)

    def records(self, where: str = "1", values: Iterable[Any] = ()) -> Iterator[Row]:
        """The records a condition selects, in the order of their numbers."""
        query = f"SELECT {_COLUMNS} FROM records WHERE {where} ORDER BY office, sequence, uid"  # noqa: S608 - conditions are ours
        for row in self.db.execute(query, tuple(values)):
            yield Row(*row)

    def clear_texts(self, where: str = "1", values: Iterable[Any] = ()) -> Iterator[tuple[Row, str]]:
        """The records a condition selects, each with its clear fields as JSON text."""
        query = f"SELECT {_COLUMNS}, data FROM records WHERE {where} ORDER BY office, sequence, uid"  # noqa: S608 - conditions are ours
        for *row, text in self.db.execute(query, tuple(values)):
            yield Row(*row), text

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
        """The uid of every record, and what in it may be searched for in clear."""
        return self.db.execute("SELECT uid, words FROM records").fetchall()

    def broken(self) -> list[str]:
        """Files that could not be read."""
        return [path for (path,) in self.db.execute("SELECT path FROM broken ORDER BY path")]

    def count(self) -> int:
        """How many records there are."""
        return int(self.db.execute("SELECT count(*) FROM records").fetchone()[0])


def glance(folder: Path, tree: str, ask: Callable[[Callable[..., Any]], Answer]) -> Answer | None:
    """What somebody who only looks asks the index; None where it is of another tree. Nothing is made, updated or mended."""
    try:
        db = sqlite3.connect(f"{(folder / f'records-{VERSION}.sqlite').absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = db.execute("SELECT value FROM meta WHERE key = 'tree'").fetchone()
            return ask(db.execute) if found == (tree,) else None
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return None
