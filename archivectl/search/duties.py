"""What records and the archive as a whole ask for, kept in the index: told anew for what was touched."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    from archivectl.search.standing import Judge

_PAST = """
SELECT kind, state, step IS NOT NULL OR title IS NOT NULL, happened FROM entries
    WHERE path IN (SELECT entry FROM about WHERE uid = ?1)
UNION ALL SELECT '', '', 0, happened FROM dealings WHERE uid = ?1"""
_PUT = "INSERT INTO duties VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LAST = "SELECT key, max(value) FROM entries, json_each(topic) WHERE topic IS NOT NULL GROUP BY key"


def of_archive(db: "sqlite3.Connection", judge: "Judge") -> None:
    """What is to be done again and again."""
    last = dict(db.execute(_LAST))
    db.execute("DELETE FROM duties WHERE uid = ''")
    db.executemany(_PUT, [("", *duty) for duty in judge.archive(last)])


def of_records(db: "sqlite3.Connection", judge: "Judge", uids: set[str] | None) -> None:
    """What records ask for: all of them (None), of which nothing was told yet, or these."""
    if uids is not None:
        db.executemany("DELETE FROM duties WHERE uid = ?", [(uid,) for uid in uids])
    db.executemany(_PUT, _asked(db, judge, uids))


def _asked(db: "sqlite3.Connection", judge: "Judge", uids: set[str] | None) -> Iterator[tuple[Any, ...]]:
    which = "" if uids is None else "WHERE uid IN (SELECT value FROM json_each(?))"
    values = () if uids is None else (json.dumps(sorted(uids)),)
    eventful = set(db.execute(f"SELECT uid FROM about {which} UNION SELECT uid FROM dealings {which}", values * 2))  # noqa: S608 - ours
    for uid, data, label in db.execute(f"SELECT uid, data, coalesce(number, uid) FROM records {which}", values):  # noqa: S608 - ours
        past = db.execute(_PAST, (uid,)).fetchall() if (uid,) in eventful else ()
        for duty in judge.file(json.loads(data), label, past):
            yield uid, *duty
