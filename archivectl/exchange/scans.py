"""Scans of papers in clear, for who may see them: logged first, then written to a new file or a stream, never whole in memory."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from archivectl import attachments, disclosure
from archivectl.archive import Archive
from archivectl.attachments import FIELD, SECTION, Scan
from archivectl.errors import ArchiveError, KeyMissing, NotAllowed, Unreadable, told_by
from archivectl.exchange.exporting import FileThere, InArchive
from archivectl.i18n import N_
from archivectl.records import leaks
from archivectl.records.model import GONE, Record
from archivectl.records.opening import NotCleared
from archivectl.search.index import Row

_EXPORTING = N_("Opening scans")
_STARTS = {
    b"%PDF-": ".pdf",
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"II*\x00": ".tif",
    b"MM\x00*": ".tif",
    b"PK\x03\x04": ".zip",
}


@dataclass(slots=True)
class Folder:
    """What an export of scans wrote: file names, files that are closed to use, and scans that did not open, with why."""

    names: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    sealed: int = 0
    lost: list[tuple[str, ArchiveError]] = field(default_factory=list)


def refuse_place(archive: Archive, path: Path) -> None:
    """Raise InArchive or FileThere where nothing in clear may be written."""
    if path.resolve().is_relative_to(archive.repository.place.work_tree.resolve()):
        raise InArchive(file=path)
    if os.path.lexists(path):
        raise FileThere(file=path, problem=os.strerror(errno.EEXIST))


def disclosed(archive: Archive, record: Record, document: str, purpose: str) -> Scan:
    """The scan of a paper, judged and logged, so that it may be shown.

    Raises:
        PurposeMissing, OnlyRehearsed, NotAllowed, NotAttached, Telltale, and what ``attachments.found`` raises.
    """
    disclosure.refuse_unsaid(archive, purpose)
    paper = attachments.named(record, document)
    path = f"{SECTION}[{paper['id']}].{FIELD}"
    level, _of = attachments.key_of(paper, record.data, archive.regime.raised_to(record.data))
    if reasons := disclosure.barring(archive, record, scans={path: level}):
        raise NotAllowed(reasons, archive.regime.titles)
    leaks.refuse(purpose)
    scan = attachments.found(archive, record, paper)
    disclosure.log(archive, "reveal", record.uid, (path,), purpose)
    return scan


def save(archive: Archive, scan: Scan, path: Path) -> int:
    """Write a scan to a new file for its owner alone, of which nothing is left where that fails; returns its size.

    Raises:
        InArchive, FileThere, age.DoesNotOpen.
    """
    refuse_place(archive, path)
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")
    except OSError as error:
        raise FileThere(file=path, problem=told_by(error)) from error
    try:
        with file:
            attachments.pour(archive, scan, file)
            return file.tell()
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FileThere(file=path, problem=told_by(error)) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def export(archive: Archive, rows: Iterable[Row], folder: Path, purpose: str) -> Folder:
    """Write the scans of some records to a new folder, as far as the actor may see them; logged first, with their count.

    Raises:
        PurposeMissing, OnlyRehearsed, Telltale, InArchive, FileThere.
    """
    disclosure.refuse_unsaid(archive, purpose)
    leaks.refuse(purpose)
    refuse_place(archive, folder)
    made, scans = Folder(), list[tuple[Record, dict[str, Any], Scan]]()
    for row in rows:
        if row.number and row.status not in GONE:
            _gather(archive, archive.read(row.path), made, scans)
    if scans:
        uids = {record.uid for record, _paper, _scan in scans}
        disclosure.log(archive, "export", uids.pop() if len(uids) == 1 else "", (f"{SECTION}.{FIELD}",), purpose, len(scans))
    folder.mkdir(mode=0o700)
    for done, (record, paper, scan) in enumerate(scans):
        archive.progress(_EXPORTING, done, len(scans))
        path = folder / f"{record.label}-{paper['id']}"
        try:
            save(archive, scan, path)
        except KeyMissing as error:
            made.lost.append((path.name, error))
            continue
        made.names.append(path.rename(path.with_name(path.name + _suffix(path, paper))).name)
    return made


def _gather(archive: Archive, record: Record, made: Folder, scans: list[tuple[Record, dict[str, Any], Scan]]) -> None:
    """Add the scans of a record that the actor may see."""
    papers = [paper for paper in record.data.get(SECTION) or () if paper.get(FIELD)]
    if papers and disclosure.barring(archive, record):
        made.stopped.append(record.label)
        return
    for paper in papers:
        try:
            scans.append((record, paper, attachments.found(archive, record, paper)))
        except NotCleared:
            made.sealed += 1
        except (KeyMissing, Unreadable) as error:
            made.lost.append((f"{record.label}-{paper['id']}", error))


def pour(archive: Archive, scan: Scan, target: IO[bytes]) -> None:
    """Write a scan to a stream."""
    attachments.pour(archive, scan, target)
    target.flush()


def _suffix(path: Path, paper: dict[str, Any]) -> str:
    """How the name of a file ends: as its own name in the archive does, or by what it begins with."""
    with path.open("rb") as file:
        start = file.read(8)
    found = next((suffix for begins, suffix in _STARTS.items() if start.startswith(begins)), "")
    return Path(str(paper.get("file_name", ""))).suffix or found
