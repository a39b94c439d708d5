"""Changes under ``objects/``: scans come with the event that names them and go with their record."""

import hashlib
from collections.abc import Iterator

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout
from archivectl.store.objects import Change
from archivectl.verifying.deed import Deed

_CHANGED = N_("Commit {commit}: {member} changed the attachment {path}; attachments never change.")
_NAME = N_("Commit {commit}: the attachment {path} by {member} is not what its name says.")
_UNUSED = N_("Commit {commit}: {member} added the attachment {path}, which no event in it names.")
_REMOVED = N_("Commit {commit}: {member} removed {path}, which belongs to no record destroyed in it.")


def judge(deed: Deed) -> Iterator[Finding]:
    """Every attachment that the commit changed; call it after entries and records were judged."""
    named = {layout.attached(str(digest)) for step in deed.steps if (digest := step.event.data.get(step.event.means))}
    leaving = set(_belongings(deed))
    for change in deed.under(layout.OBJECTS):
        if change.after is None:
            if change.path not in leaving:
                yield deed.finding("verify/object", _REMOVED, change.path)
        elif change.before:
            yield deed.finding("verify/object", _CHANGED, change.path)
        else:
            yield from _added(deed, change, named)


def _added(deed: Deed, change: Change, named: set[str]) -> Iterator[Finding]:
    digest = hashlib.sha256(deed.past.text(change.path, change.after or "")).hexdigest()
    if layout.attached(digest) != change.path:
        yield deed.finding("verify/object", _NAME, change.path)
    if change.path not in named:
        yield deed.finding("verify/object", _UNUSED, change.path)


def _belongings(deed: Deed) -> Iterator[str]:
    """The attachments of the records that became tombstones."""
    for record in deed.past.records_of(deed.stones):
        for document in record.data.get("documents") or ():
            if digest := document.get("object"):
                yield layout.attached(str(digest))
