"""The index: SQLite in the git directory, keyed by blob id; disposable, and without any sensitive value."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from archivectl.records import layout
from archivectl.records.model import GONE
from archivectl.search import dealings, duties, opening
from archivectl.search.changes import IndexChange
from archivectl.search.schema import VERSION, create, without_indexes

if TYPE_CHECKING:
    from archivectl.search.standing import Judge
    from archivectl.search.taking import Kept

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


LIVING = f"status NOT IN {tuple(sorted(GONE))}"  # of records: more than a tombstone
_FEW = 1500  # files that are told of before helpers have started
_HANDS = 4  # helpers; the one who writes everything down keeps up with no more
_SERIES = {1: "records WHERE office = ?", 2: "entries WHERE kind = ? AND year = ?"}  # by how much names a series
_COLUMNS = "path, blob, uid, number, subject, status, secrecy, name"


class Index:
    """One archive's index; a damaged or outdated file is thrown away and filled anew.

    ``law`` names the rules under which ``judge`` says where an entry stands: under other rules everything is judged again.
    Others use the file at the same time: ``tree`` is what it stood at when this one looked last, None where it knows nothing of
    use yet. Waiting for them in vain raises IndexBusy.
    """

    def __init__(self, folder: Path, law: str = "", judge: "Callable[[], Judge] | None" = None) -> None:
        self.law, self._called = law, judge
        self._touched = set[str]()  # records whose duties are to be told anew; "" for the archive's own
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"records-{VERSION}.sqlite"
        self.db = opening.opened(self.path)
        self.tree = self._tree()

    @cached_property
    def judge(self) -> "Judge | None":
        """Who says where things stand; called only when something is to be judged, since it takes time to load."""
        return self._called() if self._called else None

    def _tree(self) -> str | None:
        known = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        return known.get("tree") if known.get("law", "") == self.law else None

    def _begin_anew(self) -> None:
        """Forget all that is known, which may be by another law."""
        for table in ("records", "entries", "about", "happened", "duties", "broken", "meta"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours
        self.db.execute("INSERT INTO meta VALUES ('law', ?)", (self.law,))
        if self.judge:
            self.db.execute("INSERT INTO meta VALUES ('titles', ?)", (json.dumps(self.judge.titles, ensure_ascii=False),))
            told = {"owing": self.judge.sources, "dated": self.judge.dated}
            self.db.executemany("INSERT INTO meta VALUES (?, ?)", [(name, "yes" if said else "") for name, said in told.items()])
            self.db.execute("INSERT INTO meta VALUES ('takers', ?)", (self.judge.takers,))

    @property
    def dated(self) -> bool:
        """Whether the rules ask when a file last changed."""
        if self.tree is None:
            return bool(self.judge and self.judge.dated)
        return bool(self.db.execute("SELECT 1 FROM meta WHERE key = 'dated' AND value = 'yes'").fetchone())

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def bring_to(self, tree: str, changes: Iterable[IndexChange]) -> None:
        """Take in what changed since the tree it stood at; nothing where somebody else brought it to another one meanwhile."""
        with opening.waiting():
            self.db.execute("BEGIN IMMEDIATE")
        try:
            found = self._tree()
            if found == self.tree:
                self._fill(changes) if found is None else self._update(changes)
                self.db.execute("INSERT OR REPLACE INTO meta VALUES ('tree', ?)", (tree,))
                found = tree
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # a full disk has ended it already
                self.db.execute("ROLLBACK")
            raise
        self.tree = found

    def _fill(self, changes: Iterable[IndexChange]) -> None:
        """Take in all there is, with helpers where it is much; what a record asks for is its own affair but for entries."""
        from archivectl.crew import Crew  # noqa: PLC0415 - few commands fill an index
        from archivectl.search import taking  # noqa: PLC0415 - who only asks the index reads no file

        self._begin_anew()
        late = without_indexes(self.db)
        with Crew(most=_HANDS) as crew:
            for kept in crew.stream(partial(taking.kept, judge=self.judge), changes, _FEW):
                self._take(kept)
            create(self.db, late)
            if self.judge:
                duties.of_archive(self.db, self.judge)
                duties.of_records(self.db, self.judge, duties.eventful(self.db), partial(crew.stream, few=_FEW))
            duties.of_clashes(self.db, duties.out_twice(self.db))

    def _update(self, changes: Iterable[IndexChange]) -> None:
        """Take in what changed; who judges is called only when something is to be judged.

        What a record asks for follows in ``_tell_duties``, which knows its entries; filling tells it at once, and again for those
        that have any.
        """
        from archivectl.search import taking  # noqa: PLC0415 - who only asks the index reads no file

        for change in changes:
            kept = taking.kept(change, self.judge if change.path.startswith(layout.REGISTERS) else None)
            self._forget(change.path)
            self._take(kept)
            self._touched.update(kept.touched)
        self._tell_duties()

    def follow(self, tree: str, changes: Iterable[IndexChange]) -> None:
        """Take in what was just committed; where that cannot be, the next command sees to it."""
        with suppress(sqlite3.DatabaseError, opening.IndexBusy):
            self.bring_to(tree, changes)

    def _forget(self, path: str) -> None:
        if path.startswith(layout.RECORDS):
            self._touch("SELECT uid FROM records WHERE path = ?", path)
            self.db.execute("DELETE FROM records WHERE path = ?", (path,))
        elif path.startswith(layout.INTERACTIONS):
            self._touch("SELECT uid FROM happened WHERE path = ?", path)  # what it says of a record outlives an update of that
        else:
            self._touch("SELECT uid FROM about WHERE entry = ?", path)
            self.db.execute("DELETE FROM about WHERE entry = ?", (path,))
            self.db.execute("DELETE FROM entries WHERE path = ?", (path,))
        self.db.execute("DELETE FROM broken WHERE path = ?", (path,))

    def _touch(self, query: str, path: str) -> None:
        self._touched.update(uid for (uid,) in self.db.execute(query, (path,)))

    def _tell_duties(self) -> None:
        """What the records that were touched ask for now, and the archive as a whole."""
        touched, self._touched = self._touched, set[str]()
        owing = self.db.execute("SELECT value FROM meta WHERE key = 'owing'").fetchone()
        judge = self.judge if "" in touched or owing != ("",) else None
        if judge and "" in touched:
            duties.of_archive(self.db, judge)
        if judge:
            duties.of_records(self.db, judge, touched - {""})
        duties.of_clashes(self.db, touched - {""})

    def _take(self, kept: "Kept") -> None:
        if not kept.table:
            self.db.execute("DELETE FROM happened WHERE path = ?", (kept.path,))
            return
        row = f"INSERT OR REPLACE INTO {kept.table} VALUES ({', '.join('?' * len(kept.row))})"  # noqa: S608 - names are ours
        self.db.execute(row, kept.row)
        if kept.table == "entries":
            about = [(uid, kept.path) for uid in dict.fromkeys(kept.about or ("",))]
            self.db.executemany("INSERT INTO about VALUES (?, ?)", about)
        if kept.day:
            self.db.execute(dealings.CHANGED, (kept.day, kept.path))
        duties.put(self.db, kept.duties)

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

    def uids_about(self, uid: str) -> dict[str, str]:
        """The uids of the entries about a record, by path."""
        query = "SELECT path, uid FROM entries WHERE path IN (SELECT entry FROM about WHERE uid = ?)"
        return dict(self.db.execute(query, (uid,)).fetchall())

    def highest(self, series: tuple[str, ...]) -> int:
        """The highest sequence of an office, ``("SH",)``, or of a register in a year, ``("loan", "2026")``."""
        return int(self.db.execute(f"SELECT max(sequence) FROM {_SERIES[len(series)]}", series).fetchone()[0] or 0)  # noqa: S608 - ours

    def taken(self, series: tuple[str, ...], first: int, last: int) -> set[int]:
        """The sequences of a series, within bounds, that are given."""
        query = f"SELECT sequence FROM {_SERIES[len(series)]} AND sequence BETWEEN ? AND ?"  # noqa: S608 - ours
        return {found for (found,) in self.db.execute(query, (*series, first, last))}

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
