"""The scans of papers while a record changes: sealed for the key that the paper asks for, and taken away with what named them.

A scan that no paper names any more leaves the tree in the same commit. History keeps its ciphertext, and the record's key, until
the record is destroyed or, where the paper belongs with a contact, until the contact is forgotten.
"""

import re
from collections.abc import Mapping
from typing import Any

from archivectl import attachments
from archivectl.archive import Archive
from archivectl.attachments import FIELD, PENDING, SECTION, Source
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Refused
from archivectl.intake.judging import NotSettable
from archivectl.records import fields, layout
from archivectl.records.model import Record
from archivectl.records.opening import NotCleared
from archivectl.records.sealing import Sealer
from archivectl.store.transaction import Written

_NAMING = re.compile(rf"{SECTION}\[[^\]]*\]\.{FIELD}")


class OtherKey(Refused):
    """A paper is to be graded higher, or to belong with another contact, and its scan is sealed as it was."""

    message = "The scan of {document} was sealed for another key than the paper now asks for."
    hint = "Attach it again at once: archivectl update {record} --set {document}.file=@scan.pdf … --reason TEXT"


def expected(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Source]]:
    """The values of a change with a mark in place of scans to come, and these by path; a digest set by hand is NotSettable."""
    scans = {path: value for path, value in values.items() if isinstance(value, Source)}
    for path, value in values.items():
        if value is not None and _NAMING.fullmatch(path) and path not in scans:
            raise NotSettable(path=path)
    return {**values, **dict.fromkeys(scans, PENDING)}, scans


def carried(
    archive: Archive, record: Record, data: dict[str, Any], scans: Mapping[str, Source], sealer: Sealer
) -> dict[str, Written]:
    """Seal the scans of a record's new data, in place, and answer the files that come and go with them.

    Raises:
        OtherKey, NotCleared, and what ``attachments.seal`` and ``former`` raise.
    """
    before, left = _papers(record.data), attachments.digests(record.data)
    for item, paper in _papers(data).items():
        if (
            item in before
            and f"{item}.{FIELD}" not in scans
            and paper.get(FIELD)
            and _higher(before[item], record.data, paper, data)
        ):
            raise OtherKey(document=item, record=record.label)
    for path, digest in left.items():
        level, _of = attachments.key_of(before[path.rpartition(".")[0]], record.data, archive.regime.raised_to(record.data))
        if fields.get(data, path) != digest and not archive.me.cleared(level):
            raise NotCleared(path=path, level=level, member=archive.me.handle, clearance=archive.me.clearance)
    writes: dict[str, Written] = {}
    for path, source in scans.items():
        level, of = attachments.key_of(fields.get(data, path.rpartition(".")[0]), data, archive.regime.raised_to(data))
        recipient = sealer.recipient(level, of) if source.path else ""
        fields.set_(data, path, _taken(archive, source, recipient, writes))
    gone = set(left.values()) - set(attachments.digests(data).values())
    return {**dict.fromkeys(layout.attached(digest) for digest in sorted(gone)), **writes}


def _taken(archive: Archive, source: Source, recipient: str, writes: dict[str, Written]) -> str:
    """The digest of a scan, which is put among the files to be written; a rehearsal only looks whether it can be read."""
    if source.path and archive.rehearsal:
        with attachments.source(archive, source.path):
            return PENDING
    if source.path:
        digest, staged = attachments.seal(archive, source.path, recipient)
    else:
        digest, staged = source.digest, attachments.former(archive, source.digest)
    writes[layout.attached(digest)] = staged
    return digest


def _papers(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"{SECTION}[{row['id']}]": row for row in data.get(SECTION) or ()}


def _higher(old: Mapping[str, Any], before: Mapping[str, Any], new: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a paper now asks for a higher level, or for the key of somebody else."""
    (was, owner), (level, other) = attachments.key_of(old, before), attachments.key_of(new, after)
    return owner != other or LEVELS.index(level) > LEVELS.index(was)
