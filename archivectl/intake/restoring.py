"""Putting a record back as it stood before, in one commit that is a change like any other."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.archive import Archive
from archivectl.attachments import Source, contacts_of, digests
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import WrongUsage
from archivectl.intake.changing import Why, change
from archivectl.intake.judging import OWN, Saved, refuse_unless_allowed
from archivectl.records import fields, layout, lineage
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import spans

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TOP = re.compile(r"[.\[]")


class NoVersion(WrongUsage):
    """A time before the record, or a commit that does not lead to it."""

    message = "{record} does not stand in the archive as of {when}."
    hint = "See its versions: archivectl history {record}"


def restore(archive: Archive, reference: str, when: str, reason: str) -> Saved:
    """Put the fields of a record back as they stood at a commit, or at the end of a day.

    What only the program sets stays, as does what is left of somebody who was forgotten.

    Raises:
        NoVersion, NoDate, UnknownRevision, NotCleared, KeyGone, and what ``change`` raises.
    """
    record = archive.record(reference)
    if record.gone:  # its versions hold nothing that could be opened
        refuse_unless_allowed(archive, "update", (record,), {"reason": reason})
    before = _version(archive, record, when)
    return change(archive, record, dict(_values(archive, record, before)), Why(reason))


def _version(archive: Archive, record: Record, when: str) -> Record:
    files = dict.fromkeys((record.path, layout.draft(record.path.split("/")[1], record.uid)), record.uid)
    revision = _at_the_end(archive, files, when) if _DATE.fullmatch(when) else archive.repository.resolve(when)
    if revision and archive.repository.is_ancestor(revision, archive.tip):
        for path in dict.fromkeys((*files, *lineage.places(archive.repository, archive.tip, record.path, record.uid))):
            text = archive.repository.read(revision, path)
            if text is not None and (found := record_text.parse(text, path)).uid == record.uid:
                return found
    raise NoVersion(record=record.label, when=when)


def _at_the_end(archive: Archive, files: Mapping[str, str], day: str) -> str | None:
    """The last commit of a day, or before it, that changed a record; raises NoDate."""
    spans.moment(day)
    for commit, _changes in lineage.of_files(archive.repository, archive.tip, files):
        if (dict(commit.trailers).get("Archive-Date") or archive.civil(commit.when)[:10]) <= day:
            return commit.id
    return None


def _values(archive: Archive, record: Record, before: Record) -> Iterator[tuple[str, Any]]:
    """What becomes of each field that is different now: in clear as it was, None where there was nothing."""
    forgotten = tuple(f"contacts[{each['id']}]" for each in record.data.get("contacts") or () if "forgotten" in each)
    lost = {
        f"documents[{each['id']}].object"
        for each in before.data.get("documents") or ()
        if {*contacts_of(each, before.data)} & {*forgotten}
    }
    old, new = (
        {
            path: value
            for path, value in fields.walk(one.data)
            if _TOP.split(path)[0] not in OWN and not path.startswith(forgotten) and path not in lost
        }
        for one in (before, record)
    )
    for path, value in old.items():
        if new.get(path) != value and not path.endswith("].id"):
            yield path, _whole(archive, before, path, value)
    standing = {item for path in old for item in _items(path)}
    for path in [each for each in new if each not in old]:
        yield next((item for item in _items(path) if item not in standing), path), None


def _whole(archive: Archive, before: Record, path: str, value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """A value as a change takes it: in clear, and in place of the digest of a scan the scan as it was."""
    if path in digests(before.data):
        return Source(digest=str(value))
    return archive.opener.open(value, path, before.uid, before.data.get("keys") or ()) if is_sealed(value) else value


def _items(path: str) -> list[str]:
    """The items of lists around a path, the outermost first."""
    return [path[: found.end()] for found in re.finditer("]", path)]
