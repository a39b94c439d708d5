"""Keyed digests of sealed values: equal ones are found without any of them standing in a cache.

A digest is the HMAC-SHA256 of a field and the value in it, under a key that is derived from that of the value's level. Rows go
for good: what is deleted is overwritten, and no journal keeps it. The file is disposable; who may open the values fills it anew.
"""

import hmac
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archivectl.records import fields
from archivectl.search.opening import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = 1
_FILE = f"digests-{_VERSION}.sqlite"
_SCHEMA = """
CREATE TABLE keys (level TEXT PRIMARY KEY, tag BLOB) WITHOUT ROWID;
CREATE TABLE looked (uid TEXT PRIMARY KEY, blob TEXT, fields TEXT) WITHOUT ROWID;
CREATE TABLE digests (uid TEXT, field TEXT, level TEXT, digest BLOB);
CREATE INDEX digests_uid ON digests (uid);
CREATE INDEX digests_digest ON digests (digest)
"""
_PURPOSE = b"archivectl digests of sealed values 1\n"
_CHECKS = frozenset({"cn_id", "phone", "email", "uscc"})
# The last keys of fields without a check that tell one thing from all others. A city or a birthday would tell who shares it.
_NUMBERS = frozenset(
    {"registration_number", "tax_number", "organisation_code", "document_number", "number", "account", "plate", "vin"}
)
_FOREIGN = re.compile(r"(?:00)?86(?=[0-9]{10,11}\Z)")


class Looked(NamedTuple):
    """What was found in one version of a record: the fields of which everything could be opened, and field, level, value."""

    uid: str
    blob: str
    fields: frozenset[str]
    values: tuple[tuple[str, str, str], ...]


def sought(field: fields.Field) -> bool:
    """Whether sealed values of a field are found by their digests: what identifies, and hardly anybody shares."""
    own = field.path.rpartition(".")[2]
    return field.type == "text" and not field.choices and (field.check in _CHECKS or own in _NUMBERS)


def derived(secret: str, archive: str) -> bytes:
    """The key of the digests of a level, from the secret half of its level key."""
    return hmac.digest(secret.encode(), _PURPOSE + archive.encode(), "sha256")


def normal(field: fields.Field, value: str) -> str:
    """A value as it is compared, however it was typed: letters and digits alone, a phone number without its country."""
    bare = re.sub(r"[\W_]", "", fields.folded(value)) if field.check != "email" else fields.folded(value)
    if field.check == "phone":
        return _FOREIGN.sub("", bare).lstrip("0") or bare
    return bare


class Digests:
    """The digests in one folder; ``keys`` by level are those of the reader, who finds and keeps nothing of other levels."""

    def __init__(self, folder: Path, keys: Mapping[str, bytes]) -> None:
        self.keys = keys
        try:
            self.db = _opened(folder)
        except sqlite3.DatabaseError:
            with suppress(OSError):
                (folder / _FILE).unlink(missing_ok=True)
            self.db = _opened(None)  # what is found now is not kept; the next time it is
        self._drop_outdated()

    def _drop_outdated(self) -> None:
        """A level whose key is another now is looked into again."""
        tags = {level: hmac.digest(key, b"tag", "sha256")[:8] for level, key in self.keys.items()}
        known = dict(self.db.execute("SELECT level, tag FROM keys"))
        if other := {level: tag for level, tag in tags.items() if known.get(level) != tag}:
            with self._writing():
                self.db.execute("DELETE FROM looked")
                self.db.executemany("DELETE FROM digests WHERE level = ?", [(level,) for level in other])
                self.db.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?)", other.items())

    def stale(self, asked: Collection[str], blobs: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """Of the records (uid to blob) those that were not looked into as they are now, each with the fields still to look at."""
        known = {uid: (blob, names) for uid, blob, names in self.db.execute("SELECT uid, blob, fields FROM looked")}
        wanted, found = frozenset(asked), dict[str, frozenset[str]]()
        for uid, blob in blobs.items():
            then, names = known.get(uid, ("", ""))
            if left := wanted.difference(names.split(" ")) if then == blob else wanted:
                found[uid] = left
        return found

    def put(self, found: Iterable[Looked]) -> None:
        """Keep what was found; what an earlier version of the record held goes."""
        with self._writing():
            for each in found:
                known = self.db.execute("SELECT fields FROM looked WHERE uid = ? AND blob = ?", each[:2]).fetchone()
                if known is None:
                    self.db.execute("DELETE FROM digests WHERE uid = ?", (each.uid,))
                fresh = {name for name, _level, _value in each.values}
                self.db.executemany("DELETE FROM digests WHERE uid = ? AND field = ?", [(each.uid, name) for name in fresh])
                rows = [
                    (each.uid, name, level, self._digest(level, fields.known(name), value))
                    for name, level, value in each.values
                    if level in self.keys
                ]
                self.db.executemany("INSERT INTO digests VALUES (?, ?, ?, ?)", rows)
                names = " ".join(sorted(each.fields.union(known[0].split(" ") if known else ())))
                self.db.execute("INSERT OR REPLACE INTO looked VALUES (?, ?, ?)", (*each[:2], names))

    def holding(self, field: fields.Field, value: str) -> set[str]:
        """The uids of the records that hold a value at a field."""
        found: set[str] = set()
        for level in self.keys:
            wanted = (self._digest(level, field, value), field.path, level)
            found.update(
                uid for (uid,) in self.db.execute("SELECT uid FROM digests WHERE digest = ? AND field = ? AND level = ?", wanted)
            )
        return found

    def keep(self, uids: Collection[str]) -> None:
        """Forget every record but these."""
        known = {uid for (uid,) in self.db.execute("SELECT uid FROM looked UNION SELECT uid FROM digests")}
        self.forget(known.difference(uids))

    def forget(self, uids: Collection[str]) -> None:
        """Take the rows of some records out, and overwrite them."""
        if uids:
            with self._writing():
                for table in ("looked", "digests"):
                    self.db.executemany(f"DELETE FROM {table} WHERE uid = ?", [(uid,) for uid in uids])  # noqa: S608 - ours

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def _digest(self, level: str, field: fields.Field, value: str) -> bytes:
        return hmac.digest(self.keys[level], f"{field.path}\n{normal(field, value)}".encode(), "sha256")

    @contextmanager
    def _writing(self) -> "Iterator[None]":
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise


def forget(folder: Path, uids: Collection[str]) -> None:
    """Take some records out of the digests in a folder, where there are any; a file that cannot be read goes whole."""
    if uids and (folder / _FILE).exists():
        digests = Digests(folder, {})
        digests.forget(uids)
        digests.close()


def _opened(folder: Path | None) -> sqlite3.Connection:
    """The database, made where there is none; in memory without a folder. Deleted rows are overwritten and journalled nowhere."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).touch(mode=0o600)
    db = connected(folder / _FILE if folder else ":memory:", 60)
    for setting in ("secure_delete = ON", "journal_mode = MEMORY", "synchronous = FULL"):
        db.execute(f"PRAGMA {setting}")
    db.execute("BEGIN IMMEDIATE")
    if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
    db.execute("COMMIT")
    return db
