"""The keyring: a folder outside every repository where the secret halves of all keys lie, each wrapped for its readers.

``levels/<level>.<generation>/<handle>.<key id>.age`` holds the secret of a level key for one reader, and
``records/<first byte of SHA-256(uid)>/<random>.jsonl`` the secrets of records and entries, each wrapped for a level key. What a
crash left under a temporary name counts for nothing. Adding needs no lock, since every addition is a file of its own; removals in
one folder must be kept apart by their callers.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archivectl.encryption.rows import SEGMENT, KeyringDamaged, Row, lines, parsed, shard
from archivectl.encryption.wraps import (
    LEVEL_KEYS,
    RECORDS,
    WRAP,
    KeyringAway,
    LevelKeyNotShared,
    LevelKeyShut,
    LevelKeySpoilt,
    Wraps,
    level_folder,
    listed,
)
from archivectl.errors import Conflict
from archivectl.store import locks
from archivectl.store.worktree import sync_folder

__all__ = [
    "LEVEL_KEYS",
    "RECORDS",
    "WRAP",
    "Keyring",
    "KeyringAway",
    "KeyringBusy",
    "LevelKeyNotShared",
    "LevelKeyShut",
    "LevelKeySpoilt",
    "level_folder",
]
_LOCK = "lock"
_WAIT = 120.0


class KeyringBusy(Conflict):
    """Another command of ours is rewriting the keyring and does not end."""

    message = "Another command has been rewriting the keyring {folder} for {seconds} seconds."
    hint = "Wait until it is done, then repeat the command; archivectl key list shows what there is."


class Keyring(Wraps):
    """The keyring in one folder, a local one or a remote; reading a folder that is not there finds nothing."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        super().__init__(folder, shared=shared)
        # Segments as last read, by what tells a changed file: bulk work asks for thousands of uids in each.
        self._read: dict[Path, tuple[tuple[int, int, int], dict[str, list[Row]]]] = {}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other command of this machine from rewriting segments; raises KeyringAway, KeyringBusy."""
        self.demand()
        try:
            with locks.held(self.folder / _LOCK, _WAIT):
                yield
        except locks.Taken as error:
            raise KeyringBusy(folder=self.folder, seconds=_WAIT) from error

    def add(self, rows: Iterable[Row]) -> None:
        """Bring rows to disk, one new segment for each shard; when it returns they survive a power cut."""
        self.demand()
        shards: dict[str, list[Row]] = {}
        for row in rows:
            shards.setdefault(shard(row.uid), []).append(row)
        for name, members in sorted(shards.items()):
            self._put_rows(name, members)

    def rows(self, uid: str) -> list[Row]:
        """Every row kept for a record or entry, without repeats; raises KeyringDamaged."""
        while True:
            segments = [self._segment(path) for path in self.files(RECORDS, shard(uid))]
            if None not in segments:
                return sorted({row for segment in segments if segment for row in segment.get(uid, [])})

    def uids(self) -> Iterator[str]:
        """The uid of every record and entry that has a key here, each once; raises KeyringDamaged."""
        for name in self.shards():
            found = set[str]()
            for _path, rows in self.readable(name):
                if isinstance(rows, KeyringDamaged):
                    raise rows
                found |= {row.uid for row in rows}
            yield from sorted(found)

    def shards(self) -> list[str]:
        """The folders that rows lie in."""
        return sorted(path.name for path in listed(self.folder / RECORDS))

    def readable(self, name: str) -> list[tuple[Path, list[Row] | KeyringDamaged]]:
        """The segments of a shard with their rows, or what is wrong with them; all as they stood at one moment."""
        while True:
            found = [(path, _attempt(path)) for path in self.files(RECORDS, name)]
            if [] not in [rows for _path, rows in found]:
                return found

    def size(self) -> int:
        """How many bytes of rows there are."""
        return sum(path.stat().st_size for name in self.shards() for path in self.files(RECORDS, name))

    def rewrite(self, name: str, segments: Iterable[Path], survivors: Sequence[Row]) -> None:
        """Put rows in the place of some segments of a shard: first they are written, then the segments go.

        Call it where nobody else rewrites them (``alone``). A crash between leaves both, which is the same set of rows.
        """
        self.demand()
        if survivors:
            self._put_rows(name, survivors)
        for path in segments:
            path.unlink(missing_ok=True)
            self._read.pop(path, None)
        sync_folder(self.folder / RECORDS / name)

    def remove(self, uids: Iterable[str], recipients: Collection[str] | None = None) -> int:
        """Take the rows of these uids out of every file, unfinished ones too, and count them; raises KeyringDamaged.

        ``recipients`` names the keys that go where not all of them do. Segments are rewritten whole, so a crash leaves each
        either as it was or without the rows: run it again.
        """
        self.demand()
        uids, removed = frozenset(uids), 0

        def gone(row: Row) -> bool:
            return row.uid in uids and (recipients is None or row.recipient in recipients)

        for name in sorted({shard(uid) for uid in uids}):
            removed += self.sift(name, gone)
        return removed

    def sift(self, name: str, gone: Callable[[Row], bool]) -> int:
        """Take the rows that are to be gone out of every file of a shard, and count them; raises KeyringDamaged."""
        folder, removed = self.folder / RECORDS / name, 0
        # First the unfinished files: what is put in place meanwhile is then among the segments.
        for path in listed(folder):
            if not path.name.endswith(SEGMENT):
                _sweep(path, gone)
        segments = {path: parsed(path) for path in self.files(RECORDS, name)}
        for path, rows in segments.items():
            survivors = [row for row in rows if not gone(row)]
            removed += len(rows) - len(survivors)
            if survivors and len(survivors) < len(rows):
                self.put(RECORDS, name, path.name, lines(survivors))
            elif not survivors:
                path.unlink(missing_ok=True)
            self._read.pop(path, None)
        if folder.is_dir():
            sync_folder(folder)
        return removed

    def _put_rows(self, name: str, rows: Sequence[Row]) -> None:
        self.put(RECORDS, name, f"{secrets.token_hex(12)}{SEGMENT}", lines(rows))

    def _segment(self, path: Path) -> dict[str, list[Row]] | None:
        """The rows of one segment by uid; None if it is gone since it was listed, and its rows stand elsewhere."""
        try:
            about = path.lstat()
        except FileNotFoundError:
            return None
        seen = (about.st_ino, about.st_mtime_ns, about.st_size)
        known = self._read.get(path)
        if known and known[0] == seen:
            return known[1]
        by_uid: dict[str, list[Row]] = {}
        for row in (rows := parsed(path)):
            by_uid.setdefault(row.uid, []).append(row)
        if rows:
            self._read[path] = (seen, by_uid)
        return by_uid if rows else None


def _sweep(unfinished: Path, gone: Callable[[Row], bool]) -> None:
    """Drop a file that is no segment, unless it is plainly somebody's work in progress on other keys."""
    try:
        rows = parsed(unfinished)
    except KeyringDamaged:
        rows = []
    if not rows or any(map(gone, rows)):
        unfinished.unlink(missing_ok=True)


def _attempt(path: Path) -> list[Row] | KeyringDamaged:
    try:
        return parsed(path)
    except KeyringDamaged as damage:
        return damage
