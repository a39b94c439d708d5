"""What records and the archive as a whole ask for, kept in the index: told anew for what was touched."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from archivectl.i18n import N_
from archivectl.records import layout

if TYPE_CHECKING:
    import sqlite3

    from archivectl.search.standing import Judge

_PAST = """
SELECT kind, state, step IS NOT NULL OR title IS NOT NULL, happened FROM entries
    WHERE path IN (SELECT entry FROM about WHERE uid = ?1)
UNION ALL SELECT '', '', 0, days FROM happened WHERE uid = ?1"""
_LAST = "SELECT key, max(value) FROM entries, json_each(topic) WHERE topic IS NOT NULL GROUP BY key"

_OUT = (
    "SELECT id, out FROM entries JOIN about ON entry = path WHERE about.uid = ? AND out IS NOT NULL ORDER BY kind, year, sequence"
)
_TWICE = "SELECT about.uid FROM about JOIN entries ON path = entry WHERE out IS NOT NULL GROUP BY about.uid HAVING count(*) > 1"
_CLASH = N_("{entry} and {other} have lent out the same file; find out who has it")
_FIRST = -1  # before whatever else a file asks for

# Of an entry about a record: the register, the state, whether something is open there, and as JSON what it says of the past.
Past = tuple[str, str, int, str | None]
# Does work on each of many things, in their order, such as ``map``.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


def of_archive(db: "sqlite3.Connection", judge: "Judge") -> None:
    """What is to be done again and again."""
    last = dict(db.execute(_LAST))
    db.execute("DELETE FROM duties WHERE uid = ''")
    put(db, [("", "", *duty) for duty in judge.archive(last)])


def eventful(db: "sqlite3.Connection") -> set[str]:
    """The records that entries are about or that were dealt with: what they ask for is not told by their files alone."""
    query = "SELECT uid FROM about UNION SELECT uid FROM happened WHERE path GLOB ?"
    return {uid for (uid,) in db.execute(query, (f"{layout.INTERACTIONS}*",))} - {""}


def of_records(db: "sqlite3.Connection", judge: "Judge", uids: set[str], spread: Spread = map) -> None:
    """What these records ask for, instead of what was told before."""
    if judge.sources:
        db.executemany("DELETE FROM duties WHERE uid = ?", [(uid,) for uid in uids])
        put(db, chain.from_iterable(spread(partial(asked, judge=judge), _files(db, uids))))


def out_twice(db: "sqlite3.Connection") -> set[str]:
    """The records of which several entries say that something is out."""
    return {uid for (uid,) in db.execute(_TWICE)}


def of_clashes(db: "sqlite3.Connection", uids: set[str]) -> None:
    """Of these records, which are out by two entries at once: what two machines may do that had not heard of each other."""
    db.executemany("DELETE FROM duties WHERE uid = ? AND duty = 'clash'", [(uid,) for uid in uids])
    takers = db.execute("SELECT value FROM meta WHERE key = 'takers'").fetchone()
    for uid in uids if takers else ():
        parts = dict[str, str]()
        for entry, out in db.execute(_OUT, (uid,)):
            own = [part for owner, part in json.loads(out) if owner == uid]
            others = [other for part, other in parts.items() if not part or "" in own or part in own]
            if others:
                say = json.dumps({"sentence": _CLASH, "values": {"entry": entry, "other": others[0]}})
                label = db.execute("SELECT coalesce(number, uid) FROM records WHERE uid = ?", (uid,)).fetchone() or (uid,)
                put(db, [(uid, label[0], "clash", takers[0], None, "", say, f"return {entry}", "", _FIRST)])
                break
            parts |= dict.fromkeys(own, entry)


def clashing(db: "sqlite3.Connection") -> list[tuple[str, str]]:
    """The records that are out twice, by number, and how one of the entries is ended."""
    return db.execute("SELECT label, how FROM duties WHERE duty = 'clash' ORDER BY label").fetchall()


def put(db: "sqlite3.Connection", rows: Iterable[tuple[Any, ...]]) -> None:
    """Keep duties, each behind the uid of its record and what to call it."""
    db.executemany("INSERT INTO duties VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


class _File(NamedTuple):
    """A record as the index keeps it, ``data`` as JSON; and of each entry about it what ``Judge.file`` wants to know."""

    uid: str
    data: str
    label: str
    past: list[Past]


def asked(file: _File, judge: "Judge") -> list[tuple[Any, ...]]:
    """What a file asks for."""
    return [(file.uid, file.label, *duty) for duty in judge.file(json.loads(file.data), file.label, file.past)]


def _files(db: "sqlite3.Connection", uids: set[str]) -> Iterator[_File]:
    query = "SELECT uid, data, coalesce(number, uid) FROM records WHERE uid IN (SELECT value FROM json_each(?))"
    for uid, data, label in db.execute(query, (json.dumps(sorted(uids)),)):
        yield _File(uid, data, label, db.execute(_PAST, (uid,)).fetchall())
