"""Scans and other files kept encrypted under ``objects/``, each named by the SHA-256 of its ciphertext; never whole in memory.

An object is a standard age file for one key of its record or entry. It does not say for which: whoever opens it tries the keys
that they may have.
"""

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from archivectl.archive import Archive
from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import ArchiveError, KeyMissing, Unreadable, WrongUsage, told_by
from archivectl.i18n import N_
from archivectl.records import fields, layout
from archivectl.records.model import Record
from archivectl.records.opening import NotCleared
from archivectl.store.contents import Staged
from archivectl.store.history import of_paths
from archivectl.store.pointers import sha256
from archivectl.store.states import CannotWrite

SECTION, FIELD = "documents", "object"
PENDING = "0" * 64  # stands for the digest of a scan until it is sealed
_ROOM = 64 << 20  # bytes that are to be left on the disk
_COPIES = 2  # the file of the work tree, and git's own


class NoSuchFile(WrongUsage):
    """A scan that is not there, cannot be read, or is no file."""

    message = "{path} cannot be attached: {problem}."
    hint = "See what lies there: ls -l {folder}. Then repeat the command with the name of a file that you may read."


class EmptyFile(WrongUsage):
    """A scan without a single byte, as a scanner that broke off leaves it."""

    message = "{path} is empty."
    hint = "Scan the paper again, then name the new file: archivectl add NUMBER document … file=@scan.pdf"


class ChangedMeanwhile(Unreadable):
    """A scan that somebody else was still writing."""

    message = "{path} was changed while it was being read."
    hint = "Wait until it is written, then repeat the command."


class NotAttached(WrongUsage):
    """A paper that is not there, or that no scan is kept of."""

    message = "{record} keeps no scan of “{document}”."
    hint = "Papers with a scan: {known}; see the file: archivectl show {record}"


class ObjectAway(Unreadable):
    """A record names an object that the archive does not have."""

    message = "The attachment {path} is missing."
    hint = "Find the commit that took it away: git log -- {path}"


class ObjectWrong(Unreadable):
    """An object whose bytes are not those that it is named after."""

    message = "The bytes of {path} are not those it is named after; nothing was opened."
    hint = "See when it changed: archivectl verify; a colleague's clone or a backup has it whole."


class Source(NamedTuple):
    """What is to be attached: a file of the person's, or an object that the archive once had, by its digest."""

    path: Path | None = None
    digest: str = ""


def key_of(document: Mapping[str, Any], data: Mapping[str, Any], grade: str = "") -> tuple[str, str]:
    """The level and the owner of the key for the scan of a paper.

    It is as secret as the paper says, or a grade of the file that raises it, at least confidential. A paper that belongs with a
    contact (``with``) takes the contact's key, and goes when the contact is to be forgotten.
    """
    subject = str(data.get("subject"))
    stated = (grade, document.get("secrecy"), fields.level_of(f"{SECTION}[].{FIELD}", subject))
    level = max((LEVELS[0], *(level for level in stated if level in LEVELS)), key=LEVELS.index)
    return level, next(iter(contacts_of(document, data)), "record")


def contacts_of(document: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """The contacts (``contacts[cK3F7Q]``) that a paper belongs with."""
    known = {str(contact["id"]) for contact in data.get("contacts") or ()}
    return [f"contacts[{each}]" for each in document.get("with") or () if each in known]


def digests(data: Mapping[str, Any]) -> dict[str, str]:
    """The objects that a record names, by the path of the field."""
    rows = (row for row in data.get(SECTION) or () if row.get(FIELD))
    return {f"{SECTION}[{row['id']}].{FIELD}": str(row[FIELD]) for row in rows}


def seal(archive: Archive, path: Path, recipient: str) -> tuple[str, Staged]:
    """Encrypt a file into git's folder; the SHA-256 of the ciphertext, and the file for the commit.

    Raises:
        NoSuchFile, EmptyFile, ChangedMeanwhile, CannotWrite.
    """
    with source(archive, path) as file:
        before = os.fstat(file.fileno())
        with staging(archive) as staged:
            age.encrypt_stream(file, staged, [recipient])
            after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise ChangedMeanwhile(path=path)
    return ready(archive, Path(staged.name), None)


def former(archive: Archive, digest: str) -> Staged:
    """An object that the archive once had, as it was, for a commit; raises ObjectAway, ContentAway."""
    path = layout.attached(digest)
    found = (change.before for _commit, changes in of_paths(archive.repository, archive.tip, [path]) for change in changes)
    blob = next(filter(None, found), None)
    if blob is None:
        raise ObjectAway(path=path)
    with archive.repository.contents.opened(blob) as content, staging(archive) as staged:
        while piece := content.read(1 << 20):
            staged.write(piece)
    return ready(archive, Path(staged.name), digest)[1]


def ready(archive: Archive, path: Path, digest: str | None) -> tuple[str, Staged]:
    """The SHA-256 of a staged file, which must be that where one is given, and the file for the commit; raises ObjectWrong."""
    with path.open("rb") as file:
        found = sha256(file)
    if digest not in {None, found}:
        path.unlink()
        raise ObjectWrong(path=layout.attached(str(digest)))
    return found, Staged(path, found if archive.repository.contents.by_lfs(layout.attached(found)) else "")


@contextmanager
def source(archive: Archive, path: Path) -> Iterator[IO[bytes]]:
    """A person's file, opened for reading; never a pipe, a device or a folder.

    Raises:
        NoSuchFile, EmptyFile, CannotWrite (there is no room for it).
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise NoSuchFile(path=path, problem=told_by(error), folder=path.parent) from error
    told = os.fstat(handle)
    if not stat.S_ISREG(told.st_mode):
        os.close(handle)
        raise NoSuchFile(path=path, problem=N_("it is no file"), folder=path.parent)
    with os.fdopen(handle, "rb") as file:
        if not told.st_size:
            raise EmptyFile(path=path)
        if shutil.disk_usage(archive.repository.own_folder).free < _COPIES * told.st_size + _ROOM:
            raise CannotWrite(reason=os.strerror(errno.ENOSPC))
        yield file


@contextmanager
def staging(archive: Archive) -> Iterator[IO[bytes]]:
    """A new file in git's own folder, of which nothing is left where writing fails; raises CannotWrite."""
    path = archive.repository.own_folder / f"staged-{secrets.token_hex(8)}"
    try:
        with path.open("xb") as file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CannotWrite(reason=told_by(error)) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def named(record: Record, document: str) -> dict[str, Any]:
    """The paper of that id, of which a scan is kept; raises NotAttached."""
    rows: dict[str, dict[str, Any]] = {str(row["id"]): row for row in record.data.get(SECTION) or () if row.get(FIELD)}
    wanted = document.removeprefix(f"{SECTION}[").removesuffix("]")
    if wanted not in rows:
        raise NotAttached(record=record.label, document=document, known=", ".join(rows) or "—")
    return rows[wanted]


class Scan(NamedTuple):
    """The scan of a paper that is whole: where the record names it, its blob, and the secrets one of which opens it."""

    path: str
    blob: str
    secrets: tuple[str, ...]


def found(archive: Archive, record: Record, document: Mapping[str, Any]) -> Scan:
    """The scan of a paper, whose bytes are those that it is named after; nothing is opened.

    Raises:
        NotCleared, KeyGone, ObjectAway, ObjectWrong, ContentAway.
    """
    usable, path = tuple(_secrets(archive, record, document)), layout.attached(str(document[FIELD]))
    blob = archive.repository.blob(archive.tip, path)
    if blob is None:
        raise ObjectAway(path=path)
    with archive.repository.contents.opened(blob) as content:
        if sha256(content) != document[FIELD]:
            raise ObjectWrong(path=path)
    return Scan(_path(document), blob, usable)


def pour(archive: Archive, scan: Scan, target: IO[bytes]) -> None:
    """Write a scan in clear to a stream; raises age.DoesNotOpen, OSError."""
    with archive.repository.contents.opened(scan.blob) as content:
        age.decrypt_stream(content, target, scan.secrets)


def _secrets(archive: Archive, record: Record, document: Mapping[str, Any]) -> list[str]:
    """The secrets of the keys that a scan may be for, the likely one first; raises NotCleared, KeyGone."""
    (level, of), me = key_of(document, record.data, archive.regime.raised_to(record.data)), archive.me
    if not me.cleared(level):
        raise NotCleared(path=_path(document), level=level, member=me.handle, clearance=me.clearance)
    rows = [row for row in record.data.get("keys") or () if me.cleared(row["level"])]
    found = []
    for row in sorted(rows, key=lambda row: (row["level"], row["of"]) != (level, of)):
        with suppress(KeyMissing):
            found.append(archive.opener.secret(record.uid, row))
    if not found:
        raise archive.opener.gone(_path(document))
    return found


def _path(document: Mapping[str, Any]) -> str:
    return f"{SECTION}[{document['id']}].{FIELD}"


class _Nowhere:
    """Takes everything and keeps nothing."""

    def write(self, content: bytes) -> int:
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""


def faults(archive: Archive, record: Record) -> Iterator[tuple[str, ArchiveError]]:
    """The scans of a record that do not open, by path, and why; those above the actor's clearance are left out."""
    grade = archive.regime.raised_to(record.data)
    for document in record.data.get(SECTION) or ():
        if document.get(FIELD) and archive.me.cleared(key_of(document, record.data, grade)[0]):
            try:
                pour(archive, found(archive, record, document), _Nowhere())  # type: ignore[arg-type]  # of a stream only this is used
            except (Unreadable, KeyMissing) as error:
                yield _path(document), error
