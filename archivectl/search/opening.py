"""The file of the index, which other commands use at the same time: waited for, and made anew where it is of no use."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archivectl.errors import Conflict
from archivectl.search.schema import SCHEMA, create

PATIENCE = 60  # seconds
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL}
# No database, not the tables that are meant, or left read-only by somebody else: another is made in its place.
_OF_NO_USE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY}


class IndexBusy(Conflict):
    """Another command is filling the index and does not end."""

    message = "Another command has been filling the index of this archive for {seconds} seconds."
    hint = "Wait until it is done, then repeat the command."


class _Connection(sqlite3.Connection):
    """Lets go of its file with whoever used it last."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # of one that never came to be
            self.close()


def connected(place: Path | str, patience: float) -> sqlite3.Connection:
    """A database to read and write; each of its transactions is begun and ended by name."""
    # Which thread collects what another left behind is chance.
    return sqlite3.connect(place, timeout=patience, isolation_level=None, check_same_thread=False, factory=_Connection)


def opened(path: Path) -> sqlite3.Connection:
    """The index at a path, made where there is none; in memory, where none can be kept. Raises IndexBusy."""
    with waiting():
        try:
            return _opened(path)
        except sqlite3.DatabaseError as error:
            reason = _reason(error)
            if reason in _BUSY:
                raise
        if reason in _OF_NO_USE:
            with suppress(OSError, sqlite3.DatabaseError):
                path.unlink(missing_ok=True)
                return _opened(path)
        return _opened(":memory:")


@contextmanager
def waiting() -> Iterator[None]:
    """Whoever does not end, as a refusal of ours: IndexBusy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _reason(error) in _BUSY:
            raise IndexBusy(seconds=PATIENCE) from error
        raise


def _opened(place: Path | str) -> sqlite3.Connection:
    db = connected(place, PATIENCE)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN IMMEDIATE" if not _filled(db) else "BEGIN")
    if not _filled(db):
        create(db, SCHEMA.split(";"))
    db.execute("SELECT key, value FROM meta").fetchall()
    db.execute("COMMIT")
    return db


def _filled(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'broken'").fetchone()[0])


def _reason(error: sqlite3.DatabaseError) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the rest of it is detail
