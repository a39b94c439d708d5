"""What happened to a record: every act, who did it, why, and which fields it changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl.archive import Archive
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import Unreadable
from archivectl.records import fields, interactions, layout, lineage
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.registers import entry
from archivectl.store.objects import Change as FileChange


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after; a sealed value is None, and ``sealed`` says on which sides there is one."""

    path: str
    before: Any
    after: Any
    sealed: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Act:
    """One commit that touched a record, or an entry about it; ``by`` is a handle where the archive knows the author."""

    commit: str
    acts: tuple[str, ...]
    by: str
    date: str
    reason: str
    subject: str
    changes: tuple[FieldChange, ...]


def of(archive: Archive, record: Record) -> Iterator[Act]:
    """Every act on a record, newest first."""
    own = {record.path: record.uid, layout.draft(record.path.split("/")[1], record.uid): record.uid}
    files = {**own, interactions.folder(record.uid).rstrip("/"): "", **archive.index.uids_about(record.uid)}
    handles = {member.email: member.handle for member in archive.members.values()}
    for commit, changed in lineage.of_files(archive.repository, archive.tip, files):
        trailers: Mapping[str, str] = dict(commit.trailers)
        yield Act(
            commit=commit.id,
            acts=tuple(value for key, value in commit.trailers if key == "Archive-Act"),
            by=handles.get(commit.email, commit.author),
            date=trailers.get("Archive-Date") or _of_events(archive, changed) or archive.civil(commit.when)[:10],
            reason=trailers.get("Archive-Reason", ""),
            subject=commit.subject,
            changes=tuple(_fields(archive, [change for change in changed if change.path.startswith(layout.RECORDS)])),
        )


def before(archive: Archive, record: Record, commit: str) -> dict[str, Any]:
    """The values that a record had in a commit, by path, its keys left out; nothing where it was not there."""
    for path in lineage.places(archive.repository, archive.tip, record.path, record.uid):
        text = archive.repository.read(commit, path)
        if text is not None and (found := record_text.parse(text, path)).uid == record.uid:
            return leaves(found)
    return {}


def _of_events(archive: Archive, changed: list[FileChange]) -> str:
    """The day of the act, as the event says that was put last into an entry; nothing where none was."""
    for each in changed:
        if each.path.startswith(layout.REGISTERS) and each.after:
            try:
                events = entry.parse(next(iter(archive.repository.blobs([each.after])))[1], each.path).events
            except Unreadable:
                continue
            if events:
                return events[-1].date[:10]
    return ""


def _fields(archive: Archive, changed: list[FileChange]) -> Iterator[FieldChange]:
    """What differs in the record; one that was filed left the place of a draft for its own."""
    before = {path: value for each in changed for path, value in _values(archive, each.before, each.path).items()}
    after = {path: value for each in changed for path, value in _values(archive, each.after, each.path).items()}
    yield from between(before, after)


def _values(archive: Archive, blob: str | None, path: str) -> dict[str, Any]:
    if blob is None:
        return {}
    text = next(iter(archive.repository.blobs([blob])))[1]
    try:
        return leaves(record_text.parse(text, path))
    except Unreadable:
        return {}


def leaves(record: Record) -> dict[str, Any]:
    """The values of a record by path, its keys left out."""
    return {path: value for path, value in fields.walk(record.data) if not path.startswith("keys")}


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """What differs between two versions of a record."""
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        if old != new:
            sealed = is_sealed(old), is_sealed(new)
            yield FieldChange(path, None if sealed[0] else old, None if sealed[1] else new, sealed)
