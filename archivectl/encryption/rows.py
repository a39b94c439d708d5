"""Rows of a keyring: the key of one record or entry, wrapped for one generation of a level key; and the files they stand in."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Unreadable

SEGMENT = ".jsonl"
_UID = re.compile("[A-Z2-7]{26}")


class KeyringDamaged(Unreadable):
    """A segment of the keyring holds something that is no row."""

    message = "The keyring is damaged: {file}, line {line}."
    hint = "Move this file away, then bring its keys from a remote (archivectl key remote sync) or a backup."


class KeyringRowWrong(Unreadable):
    """A row opens, but to something else than the key it names."""

    message = "A row of the keyring does not hold the key it names: {recipient}, of {uid}."
    hint = "Take the row from another copy of the keyring: archivectl key remote sync"


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
    return Row(generation, level, age.recipient_of(secret), uid, wrapped(secret, level_recipient))


def wrapped(secret: str, level_recipient: str) -> str:
    """A secret as a row holds it: base64 of an age file for the holders of a level key."""
    return base64.b64encode(age.encrypt(secret.encode("ascii"), [level_recipient])).decode("ascii")


def open_row(row: Row, level_secret: str) -> str:
    """The secret in a row, checked against the recipient it is kept for; raises KeyringRowWrong or age.DoesNotOpen."""
    try:
        secret = unwrapped(row.wrapped, level_secret)
    except ValueError:
        raise KeyringRowWrong(recipient=row.recipient, uid=row.uid) from None
    if recipient_of(secret) != row.recipient:
        raise KeyringRowWrong(recipient=row.recipient, uid=row.uid)
    return secret


def unwrapped(wrap: str, level_secret: str) -> str:
    """What a row holds, as yet unchecked; raises age.DoesNotOpen, or ValueError where it is no base64."""
    return text(age.decrypt(base64.b64decode(wrap, validate=True), [level_secret]))


def text(plaintext: bytes) -> str:
    """What was opened, as the line of text that a secret key is."""
    return plaintext.decode("ascii", "replace").removesuffix("\n")


def is_for_one(row: Row) -> bool:
    """Whether what a row holds is for the holders of one level key alone, by its form; nothing is opened."""
    try:
        return age.is_for_one(base64.b64decode(row.wrapped, validate=True))
    except ValueError:
        return False


def recipient_of(secret: str) -> str | None:
    """The public half of what was opened, or None if that is no secret key."""
    try:
        return age.recipient_of(secret)
    except age.DoesNotOpen:
        return None


def shard(uid: str) -> str:
    """The folder among the records' keys that those of a uid lie in."""
    return hashlib.sha256(uid.encode("ascii")).hexdigest()[:2]


def lines(rows: Iterable[Row]) -> bytes:
    """A segment."""
    names = [part.name for part in fields(Row)]
    values = ({name: getattr(row, name) for name in names} for row in rows)
    return b"".join(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n" for value in values)


def parsed(path: Path) -> list[Row]:
    """The rows of a segment, none where it is gone; raises KeyringDamaged with the line that is no row."""
    if path.is_symlink():  # it could lead anywhere, or nowhere
        raise KeyringDamaged(file=path, line=1)
    try:
        return rows_in(path.read_bytes(), path)
    except FileNotFoundError:
        return []


def rows_in(content: bytes, path: Path) -> list[Row]:
    """The rows in the bytes of a segment; raises KeyringDamaged."""
    found = content.split(b"\n")
    names = {part.name for part in fields(Row)}
    rows = []
    for number, line in enumerate(found[:-1] or [b""], start=1):
        try:
            values = json.loads(line.decode())
            if not isinstance(values, dict) or values.keys() != names or shard(values["uid"]) != path.parent.name:
                raise ValueError("no row of this shard")  # noqa: TRY301 - the same answer as for a line that is no JSON
            rows.append(Row(**values))
        except (ValueError, AttributeError, RecursionError):
            raise KeyringDamaged(file=path, line=number) from None
    if found[-1]:
        raise KeyringDamaged(file=path, line=len(found))
    return rows
