"""Which values an import would replace that no import had brought: corrections by hand, which an old table takes back unseen."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.errors import Unreadable
from archivectl.exchange.matching import Update
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.store.objects import Change

_FEW = 100  # files; for more than this, git lists what became of all of them sooner than of these


class Version(NamedTuple):
    """A file as one commit made it: what the commit did, and the file's data on both sides."""

    acts: frozenset[str]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def marked(archive: Archive, updates: Sequence[Update]) -> list[Update]:
    """The updates, each with the fields whose present value was last set otherwise than by an import.

    Taking an import back sets no value: what stands there after it is as old as before.
    """
    versions = dict(_versions(archive, {update.record.path for update in updates}))
    return [
        replace(update, by_hand=tuple(path for path in update.values if _by_hand(path, update, versions[update.record.path])))
        if update.record.path in versions
        else update
        for update in updates
    ]


def _by_hand(path: str, update: Update, versions: Sequence[Version]) -> bool:
    present = fields.get(update.record.data, path)
    for acts, before, after in versions:
        if "import.undo" not in acts and fields.get(after, path) == present != fields.get(before, path):
            return "import.bring" not in acts
    return False


def _versions(archive: Archive, paths: set[str]) -> Iterator[tuple[str, list[Version]]]:
    """The versions, newest first, of those files that something else than imports has changed."""
    found = defaultdict[str, list[tuple[frozenset[str], Change]]](list)
    limits = paths if len(paths) <= _FEW else {layout.RECORDS}
    for name, changed in archive.repository.differences(archive.tip, limits) if paths else ():
        if ours := [change for change in changed if change.path in paths]:
            commit = archive.repository.commit(name)
            acts = frozenset(value for key, value in commit.trailers if key == "Archive-Act")
            for change in ours:
                found[change.path].append((acts, change))
    touched = {path: rows for path, rows in found.items() if not all(acts & {"import.bring", "import.undo"} for acts, _ in rows)}
    wanted = {blob for rows in touched.values() for _acts, change in rows for blob in (change.before, change.after) if blob}
    data = {blob: _data(text) for blob, text in archive.repository.blobs(wanted)}
    for path, rows in touched.items():
        yield path, [Version(acts, *(data.get(blob or "", {}) for blob in (row.before, row.after))) for acts, row in rows]


def _data(text: bytes) -> Mapping[str, Any]:
    try:
        return record_text.parse(text, "").data
    except Unreadable:  # a version that nobody can read shows no value
        return {}
