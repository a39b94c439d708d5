"""The keyring: a folder outside every repository where the secret halves of all keys lie, each wrapped for its readers.

``levels/<level>.<generation>/<handle>.<key id>.age`` holds the secret of a level key for one reader, and
``records/<first byte of SHA-256(uid)>/<random>.jsonl`` the secrets of records and entries, each wrapped for a level key. What a
crash left under a temporary name counts for nothing. Adding needs no lock, since every addition is a file of its own; removals in
one folder must be kept apart by their callers.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS, key_id
from archivectl.encryption.private_files import make_folder, put_file
from archivectl.errors import KeyMissing, Unreadable
from archivectl.store.worktree import sync_folder

_UID = re.compile("[A-Z2-7]{26}")
_HANDLE = re.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_LEVEL_FOLDER = re.compile(rf"({'|'.join(LEVELS)})\.[1-9][0-9]*")
_SEGMENT = ".jsonl"


class KeyringDamaged(Unreadable):
    """A segment of the keyring holds something that is no row."""

    message = "The keyring is damaged: {file}, line {line}."
    hint = "Put this file back from a keyring remote or a backup; every other file of the keyring is independent of it."


class KeyringAway(Unreadable):
    """The folder of the keyring is not there, and a folder that is not mounted must not pass for an empty one."""

    message = "The keyring folder {folder} is not there."
    hint = "Mount or create it, then repeat the command; nothing was written or removed there."


class KeyringRowWrong(Unreadable):
    """A row opens, but to something else than the key it names."""

    message = "A row of the keyring does not hold the key it names: {recipient}, of {uid}."
    hint = "Take the row from another copy of the keyring, or restore the keyring from a backup."


class LevelKeyNotShared(KeyMissing):
    """Nobody has wrapped the key of the level for this reader yet."""

    message = "The {level} key (generation {generation}) has not been shared with {handle} here."
    hint = "Somebody cleared for {level} has to wrap it for this member; until then, ask them to read the value."


class LevelKeyShut(KeyMissing):
    """The key of the level was wrapped for this reader, but not for an identity at hand."""

    message = "The {level} key (generation {generation}) of {handle} does not open with the identity on this machine."
    hint = "Use the machine or backup that holds this identity."


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One record key, wrapped for one generation of a level key; raises ValueError when it could not be read back."""

    generation: int
    level: str
    recipient: str
    uid: str
    wrapped: str

    def __post_init__(self) -> None:
        texts = (self.level, self.recipient, self.uid, self.wrapped)
        if type(self.generation) is not int or self.generation < 1 or not all(isinstance(text, str) for text in texts):
            raise ValueError("a row is one whole number and four texts")
        if self.level not in LEVELS or not _UID.fullmatch(self.uid):
            raise ValueError("no such level, or no uid")


def wrap_row(secret: str, uid: str, level: str, generation: int, level_recipient: str) -> Row:
    """The row that keeps ``secret``, the key of the record or entry ``uid``, for the holders of a level key."""
    wrapped = age.encrypt(secret.encode("ascii"), [level_recipient])
    return Row(generation, level, age.recipient_of(secret), uid, base64.b64encode(wrapped).decode("ascii"))


def open_row(row: Row, level_secret: str) -> str:
    """The secret in a row, checked against the recipient it is kept for; raises KeyringRowWrong or age.DoesNotOpen."""
    try:
        wrapped = base64.b64decode(row.wrapped, validate=True)
    except ValueError:
        raise KeyringRowWrong(recipient=row.recipient, uid=row.uid) from None
    secret = _text(age.decrypt(wrapped, [level_secret]))
    if _recipient_of(secret) != row.recipient:
        raise KeyringRowWrong(recipient=row.recipient, uid=row.uid)
    return secret


class Keyring:
    """The keyring in one folder, a local one or a remote; reading a folder that is not there finds nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: dict[tuple[str, int, str, tuple[str, ...]], str] = {}
        # Segments as last read, by what tells a changed file: bulk work asks for thousands of uids in each.
        self._read: dict[Path, tuple[tuple[int, int, int], dict[str, list[Row]]]] = {}

    def create(self) -> None:
        """Make the folder (and those above it); writing never does, lest a share that is not mounted seem to be one."""
        make_folder(self.folder)

    def add(self, rows: Iterable[Row]) -> None:
        """Bring rows to disk, one new segment for each shard; when it returns they survive a power cut."""
        self._present()
        shards: dict[str, list[Row]] = {}
        for row in rows:
            shards.setdefault(_shard(row.uid), []).append(row)
        for shard, members in sorted(shards.items()):
            put_file(self.folder / "records" / shard, f"{secrets.token_hex(12)}{_SEGMENT}", _lines(members))

    def rows(self, uid: str) -> list[Row]:
        """Every row kept for a record or entry, without repeats; raises KeyringDamaged."""
        folder = self.folder / "records" / _shard(uid)
        return sorted({row for segment in _files(folder, _SEGMENT) for row in self._segment(segment).get(uid, [])})

    def uids(self) -> Iterator[str]:
        """The uid of every record and entry that has a key here, each once; raises KeyringDamaged."""
        for shard in sorted(_listed(self.folder / "records")):
            yield from sorted({uid for segment in _files(shard, _SEGMENT) for uid in self._segment(segment)})

    def remove(self, uids: Iterable[str], recipients: Collection[str] | None = None) -> int:
        """Take the rows of these uids out of every file, unfinished ones too, and count them; raises KeyringDamaged.

        ``recipients`` names the keys that go where not all of them do. Segments are rewritten whole, so a crash leaves each
        either as it was or without the rows: run it again.
        """
        self._present()
        uids, removed = frozenset(uids), 0

        def gone(row: Row) -> bool:
            return row.uid in uids and (recipients is None or row.recipient in recipients)

        for shard in sorted({_shard(uid) for uid in uids}):
            folder = self.folder / "records" / shard
            # First the unfinished files: what is put in place meanwhile is then among the segments.
            for path in _listed(folder):
                if not path.name.endswith(_SEGMENT):
                    _sweep(path, gone)
            segments = {path: _parsed(path) for path in _files(folder, _SEGMENT)}
            for path, rows in segments.items():
                survivors = [row for row in rows if not gone(row)]
                removed += len(rows) - len(survivors)
                if survivors and len(survivors) < len(rows):
                    put_file(folder, path.name, _lines(survivors))
                elif not survivors:
                    path.unlink(missing_ok=True)
                self._read.pop(path, None)
            if folder.is_dir():
                sync_folder(folder)
        return removed

    def store_level(self, level: str, generation: int, handle: str, recipient: str, secret: str) -> None:
        """Wrap the secret of a level key for one reader's own key; a wrap for the same key is replaced."""
        self._present()
        if not _HANDLE.fullmatch(handle):
            raise ValueError(f"no handle: {handle}")
        wrapped = age.encrypt(f"{secret}\n".encode("ascii"), [recipient])
        put_file(self._level_folder(level, generation), f"{handle}.{key_id(recipient)}.age", wrapped)

    def level_secret(self, level: str, generation: int, handle: str, identities: Sequence[str]) -> str:
        """The secret of a level key, opened with one of a reader's own secrets; raises LevelKeyNotShared or LevelKeyShut."""
        asked = (level, generation, handle, tuple(identities))
        if asked not in self._opened:
            self._opened[asked] = self._open_level(*asked)
        return self._opened[asked]

    def level_readers(self, level: str, generation: int) -> list[str]:
        """The handles that a level key is wrapped for, with ``recovery`` where it is."""
        return sorted({_reader(path) for path in _files(self._level_folder(level, generation), ".age")})

    def _open_level(self, level: str, generation: int, handle: str, identities: tuple[str, ...]) -> str:
        paths = [path for path in _files(self._level_folder(level, generation), ".age") if _reader(path) == handle]
        for path in paths:
            try:
                secret = _text(age.decrypt(path.read_bytes(), identities))
            except age.DoesNotOpen:
                continue  # wrapped for another key of the same reader
            if _recipient_of(secret):
                return secret
        cause = LevelKeyShut if paths else LevelKeyNotShared
        raise cause(level=level, generation=generation, handle=handle)

    def _level_folder(self, level: str, generation: int) -> Path:
        name = f"{level}.{generation}"
        if not _LEVEL_FOLDER.fullmatch(name):
            raise ValueError(f"no level key: {name}")
        return self.folder / "levels" / name

    def _segment(self, path: Path) -> dict[str, list[Row]]:
        """The rows of one segment by uid; none if it has been emptied since it was listed."""
        try:
            about = path.stat()
        except FileNotFoundError:
            return {}
        seen = (about.st_ino, about.st_mtime_ns, about.st_size)
        known = self._read.get(path)
        if known and known[0] == seen:
            return known[1]
        by_uid: dict[str, list[Row]] = {}
        for row in _parsed(path):
            by_uid.setdefault(row.uid, []).append(row)
        self._read[path] = (seen, by_uid)
        return by_uid

    def _present(self) -> None:
        if not self.folder.is_dir():
            raise KeyringAway(folder=self.folder)


def _shard(uid: str) -> str:
    return hashlib.sha256(uid.encode("ascii")).hexdigest()[:2]


def _reader(wrap: Path) -> str:
    """The handle in ``<handle>.<key id>.age``; handles may hold dots, key ids none."""
    return wrap.name.removesuffix(".age").rpartition(".")[0]


def _text(plaintext: bytes) -> str:
    return plaintext.decode("ascii", "replace").removesuffix("\n")


def _recipient_of(secret: str) -> str | None:
    """The public half of what was opened, or None if that is no secret key."""
    try:
        return age.recipient_of(secret)
    except age.DoesNotOpen:
        return None


def _lines(rows: Iterable[Row]) -> bytes:
    names = [part.name for part in fields(Row)]
    values = ({name: getattr(row, name) for name in names} for row in rows)
    return b"".join(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n" for value in values)


def _parsed(path: Path) -> list[Row]:
    """The rows of a segment, which is never empty; raises KeyringDamaged with the line that is no row."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    names = {part.name for part in fields(Row)}
    rows = []
    for number, line in enumerate(lines[:-1] or [b""], start=1):
        try:
            values = json.loads(line.decode())
            if not isinstance(values, dict) or values.keys() != names or _shard(values["uid"]) != path.parent.name:
                raise ValueError("no row of this shard")  # noqa: TRY301 - the same answer as for a line that is no JSON
            rows.append(Row(**values))
        except (ValueError, AttributeError, RecursionError):
            raise KeyringDamaged(file=path, line=number) from None
    if lines[-1]:
        raise KeyringDamaged(file=path, line=len(lines))
    return rows


def _sweep(unfinished: Path, gone: Callable[[Row], bool]) -> None:
    """Drop a file that is no segment, unless it is plainly somebody's work in progress on other keys."""
    try:
        rows = _parsed(unfinished)
    except KeyringDamaged:
        rows = []
    if not rows or any(map(gone, rows)):
        unfinished.unlink(missing_ok=True)


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path, suffix: str) -> list[Path]:
    return sorted(path for path in _listed(folder) if path.name.endswith(suffix))
