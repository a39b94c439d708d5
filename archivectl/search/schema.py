"""The tables of the index; another version of them is another file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


VERSION = 10
# ``happened`` holds, as JSON, the newest day of each kind of interaction under the path of a year of them, and under the path of
# a record, ``changed``: the day on which it became another, which an update without a day leaves as it was.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE records (
    path TEXT PRIMARY KEY, blob TEXT, uid TEXT, number TEXT, office TEXT, sequence INTEGER, subject TEXT, status TEXT,
    secrecy TEXT, name TEXT, external TEXT, data TEXT, words TEXT);
CREATE INDEX records_uid ON records (uid);
CREATE INDEX records_number ON records (number);
CREATE INDEX records_external ON records (external);
CREATE INDEX records_series ON records (office, sequence);
CREATE TABLE entries (
    path TEXT PRIMARY KEY, blob TEXT, uid TEXT, id TEXT, kind TEXT, year TEXT, sequence INTEGER, state TEXT, since TEXT,
    step TEXT, who TEXT, due TEXT, shown TEXT, say TEXT, how TEXT, title TEXT, clause TEXT, topic TEXT, happened TEXT, out TEXT);
CREATE TABLE happened (path TEXT PRIMARY KEY, uid TEXT, days TEXT);
CREATE INDEX happened_uid ON happened (uid);
CREATE TABLE duties (
    uid TEXT, label TEXT, duty TEXT, who TEXT, due TEXT, shown TEXT, say TEXT, how TEXT, clause TEXT, rank INTEGER);
CREATE INDEX duties_uid ON duties (uid);
CREATE INDEX duties_waiting ON duties (who, due, rank, label, shown);
CREATE INDEX entries_topic ON entries (topic) WHERE topic IS NOT NULL;
CREATE INDEX entries_waiting ON entries (who, due, id, shown) WHERE step IS NOT NULL;
CREATE INDEX entries_acting ON entries (who) WHERE step IS NULL AND who > '';
CREATE INDEX entries_id ON entries (id);
CREATE INDEX entries_series ON entries (kind, year, sequence);
CREATE TABLE about (uid TEXT, entry TEXT);
CREATE INDEX about_uid ON about (uid);
CREATE INDEX about_entry ON about (entry);
CREATE TABLE broken (path TEXT PRIMARY KEY, blob TEXT);
"""


def create(db: "sqlite3.Connection", statements: Iterable[str]) -> None:
    """Make tables or indexes."""
    for statement in statements:
        db.execute(statement)


def without_indexes(db: "sqlite3.Connection") -> list[str]:
    """Take the indexes off, which are made faster once everything is read in; what makes each of them again."""
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    create(db, [f"DROP INDEX {name}" for name, _sql in found])
    return [sql for _name, sql in found]
