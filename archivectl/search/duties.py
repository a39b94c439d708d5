"""What records and the archive as a whole ask for, kept in the index: told anew for what was touched."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from archivectl.records import layout

if TYPE_CHECKING:
    import sqlite3

    from archivectl.search.standing import Judge

_PAST = """
SELECT kind, state, step IS NOT NULL OR title IS NOT NULL, happened FROM entries
    WHERE path IN (SELECT entry FROM about WHERE uid = ?1)
UNION ALL SELECT '', '', 0, days FROM happened WHERE uid = ?1"""
_LAST = "SELECT key, max(value) FROM entries, json_each(topic) WHERE topic IS NOT NULL GROUP BY key"


# Of an entry about a record: the register, the state, whether something is open there, and as JSON what it says of the past.
Past = tuple[str, str, int, str | None]
# Does work on each of many things, in their order, such as ``map``.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


def of_archive(db: "sqlite3.Connection", judge: "Judge") -> None:
    """What is to be done again and again."""
    last = dict(db.execute(_LAST))
    db.execute("DELETE FROM duties WHERE uid = ''")
    put(db, [("", *duty) for duty in judge.archive(last)])


def eventful(db: "sqlite3.Connection") -> set[str]:
    """The records that entries are about or that were dealt with: what they ask for is not told by their files alone."""
    query = "SELECT uid FROM about UNION SELECT uid FROM happened WHERE path GLOB ?"
    return {uid for (uid,) in db.execute(query, (f"{layout.INTERACTIONS}*",))} - {""}


def of_records(db: "sqlite3.Connection", judge: "Judge", uids: set[str], spread: Spread = map) -> None:
    """What these records ask for, instead of what was told before."""
    if judge.sources:
        db.executemany("DELETE FROM duties WHERE uid = ?", [(uid,) for uid in uids])
        put(db, chain.from_iterable(spread(partial(asked, judge=judge), _files(db, uids))))


def put(db: "sqlite3.Connection", rows: Iterable[tuple[Any, ...]]) -> None:
    """Keep duties, each behind the uid of its record."""
    db.executemany("INSERT INTO duties VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


class _File(NamedTuple):
    """A record as the index keeps it, ``data`` as JSON; and of each entry about it what ``Judge.file`` wants to know."""

    uid: str
    data: str
    label: str
    past: list[Past]


def asked(file: _File, judge: "Judge") -> list[tuple[Any, ...]]:
    """What a file asks for."""
    return [(file.uid, *duty) for duty in judge.file(json.loads(file.data), file.label, file.past)]


def _files(db: "sqlite3.Connection", uids: set[str]) -> Iterator[_File]:
    query = "SELECT uid, data, coalesce(number, uid) FROM records WHERE uid IN (SELECT value FROM json_each(?))"
    for uid, data, label in db.execute(query, (json.dumps(sorted(uids)),)):
        yield _File(uid, data, label, db.execute(_PAST, (uid,)).fetchall())
