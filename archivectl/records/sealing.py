"""Sealing values of one record or entry: which key they take, and which keys are minted for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archivectl.encryption import age, envelope
from archivectl.encryption.rows import Row, wrap_row

KeyRow = Mapping[str, Any]


class Level(NamedTuple):
    """The current generation of a level key."""

    generation: int
    recipient: str


@dataclass(slots=True)
class Sealer:
    """Seals the values of one record or entry, minting a key where none may be used.

    ``keys`` are the rows of its ``keys`` list so far, ``levels`` the current generations, ``cleared`` the levels the writer
    may read, ``holds`` whether the keyring really holds the secret half of a row (asked of cleared writers only).
    """

    uid: str
    keys: list[KeyRow]
    levels: Mapping[str, Level]
    cleared: frozenset[str]
    holds: Callable[[KeyRow], bool] = lambda _row: True
    minted: list[Row] = field(default_factory=list)

    def seal(self, value: Any, path: str, level: str, of: str) -> str:  # noqa: ANN401 - any JSON value
        """The value as it may stand on disk."""
        return envelope.seal(value, uid=self.uid, path=path, level=level, recipient=self.recipient(level, of))

    def recipient(self, level: str, of: str) -> str:
        """The public key that whatever this writer seals at a level is encrypted to."""
        row = self._usable(level, of) or self._mint(level, of)
        return str(row["recipient"])

    def _usable(self, level: str, of: str) -> KeyRow | None:
        rows = [row for row in self.keys if row["level"] == level and row["of"] == of]
        fresh = [row for row in rows if row["recipient"] in {minted.recipient for minted in self.minted}]
        if fresh:
            return fresh[-1]
        # Who was not cleared could have listed anybody's key: only what a cleared member minted is used by others.
        current = [row for row in rows if row["epoch"] == self.levels[level].generation]
        if not current or (level in self.cleared and not self.holds(current[-1])):
            return None
        return current[-1]

    def _mint(self, level: str, of: str) -> KeyRow:
        secret, recipient = age.generate()
        current = self.levels[level]
        epoch = current.generation if level in self.cleared else 0
        row = {"id": envelope.key_id(recipient), "level": level, "of": of, "epoch": epoch, "recipient": recipient}
        self.keys.append(row)
        self.minted.append(wrap_row(secret, self.uid, level, current.generation, current.recipient))
        return row


def stands_below(value: Any, level: str) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a value stands in clear or is sealed lower, where a level is asked for; a damaged one stands nowhere."""
    if value is None or level not in envelope.LEVELS:
        return False
    if not envelope.is_sealed(value):
        return True
    parsed = envelope.parse(value)
    return parsed is not None and envelope.LEVELS.index(parsed.level) < envelope.LEVELS.index(level)


def owner(path: str) -> str:
    """Whom a field's key belongs to: the record, or the one contact who may have to be forgotten alone."""
    return path[: path.index("]") + 1] if path.startswith("contacts[") else "record"


def key_of(keys: Sequence[KeyRow], sealed: str) -> KeyRow | None:
    """The row of the key a sealed value names."""
    parsed = envelope.parse(sealed)
    return next((row for row in keys if parsed and row["id"] == parsed.key_id), None)
