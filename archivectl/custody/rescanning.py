"""A scan under another key: opened and sealed again piece by piece, and opened once more to prove it."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from archivectl import attachments
from archivectl.archive import Archive
from archivectl.attachments import Scan
from archivectl.encryption import age
from archivectl.errors import ArchiveError
from archivectl.store.contents import Staged


class NotRenewed(ArchiveError):
    """Something that did not come back from its new key as it was."""

    message = "{path} did not open to what it was under its new key; nothing was changed."
    hint = "Report this: it must not happen. The record is as it was: archivectl show {record}"


def resealed(archive: Archive, scan: Scan, record: str, key: tuple[str, str]) -> tuple[str, Staged]:
    """Encrypt the scan of a record for another ``key``, given as recipient and secret; in clear only pieces of it are in memory.

    Raises:
        NotRenewed, DoesNotOpen, ContentAway, CannotWrite.
    """
    with attachments.staging(archive) as staged, _clear(archive, scan) as clear:
        age.encrypt_stream(clear, staged, [key[0]])  # type: ignore[arg-type]  # of a stream only reading is used
    path, back = Path(staged.name), _Sum()
    try:
        with path.open("rb") as sealed:
            age.decrypt_stream(sealed, back, [key[1]])  # type: ignore[arg-type]  # of a stream only writing is used
    except BaseException:
        path.unlink()
        raise
    if back.found.digest() != clear.found.digest():
        path.unlink()
        raise NotRenewed(path=scan.path, record=record)
    return attachments.ready(archive, path, None)


class _Sum:
    """Adds up what is read through it, or written to it."""

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._stream = stream
        self.found = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """What the stream has next."""
        piece = self._stream.read(size) if self._stream else b""
        self.found.update(piece)
        return piece

    def write(self, content: bytes) -> int:
        """Take it, and keep nothing."""
        self.found.update(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""


@contextmanager
def _clear(archive: Archive, scan: Scan) -> Iterator[_Sum]:
    """A scan in clear, to be read while a thread opens it; raises what ``pour`` raises, once it has been read."""
    out, into = os.pipe()
    problems = list[BaseException]()

    def fill() -> None:
        try:
            with os.fdopen(into, "wb") as target:
                attachments.pour(archive, scan, target)
        except BaseException as error:  # noqa: BLE001 - whatever it is, what was read is not the whole; raised below
            problems.append(error)

    opening = Thread(target=fill, daemon=True)
    opening.start()
    try:
        with os.fdopen(out, "rb") as source:
            yield _Sum(source)
    finally:
        opening.join()
    if problems:
        raise problems[0]
