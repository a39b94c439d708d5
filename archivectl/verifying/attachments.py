"""Changes under ``objects/``: scans come with the event or paper that names them, and go with the paper, contact or record.

An object is newly named by exactly one paper or event, and comes in that same commit; so nobody can have the scan of somebody
else's record removed by naming it. What no paper names any more goes in the commit that took the name away.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from archivectl import attachments
from archivectl.attachments import SECTION
from archivectl.encryption import age
from archivectl.errors import Unreadable
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout
from archivectl.records.model import Record
from archivectl.store.objects import Change
from archivectl.verifying.deed import Deed

_CHANGED = N_("Commit {commit}: {member} changed the attachment {path}; attachments never change.")
_NAME = N_("Commit {commit}: the attachment {path} by {member} is not what its name says.")
_UNUSED = N_("Commit {commit}: {member} added the attachment {path}, which no event and no paper in it names.")
_REMOVED = N_("Commit {commit}: {member} removed {path}, which belongs to no paper or record that went with it.")
_TWICE = N_("Commit {commit}: {member} named the attachment {path} more than once.")
_LACKING = N_("Commit {commit}: {member} named the attachment {object} in {path}, which did not come with it.")
_STAYED = N_("Commit {commit}: {member} took away what names the attachment {object} in {path}, but left the attachment.")
_BLIND = N_("Commit {commit}: {member} replaced or removed the attachment {object} of {path} without clearance for it.")
_EXTRA = N_("Commit {commit}: {member} encrypted the attachment {path} for somebody besides the key that its paper names.")
_POINTER = N_("Commit {commit}: {member} put a pointer of git-lfs in place of {path}, which the archive does not keep there.")


class _Turn(NamedTuple):
    """What a commit did to the scans of one record: the digests that it names newly and no more, by the path of the field."""

    before: Record | None
    after: Record
    came: dict[str, str]
    went: dict[str, str]


def judge(deed: Deed) -> Iterator[Finding]:
    """Every attachment that the commit changed; call it after entries and records were judged."""
    turns = list(_turns(deed))
    told = [str(digest) for step in deed.steps if (digest := step.event.data.get(step.event.means))]
    named = Counter(layout.attached(digest) for digest in (*told, *(each for turn in turns for each in turn.came.values())))
    leaving = {layout.attached(digest) for turn in turns for digest in turn.went.values()}
    for change in deed.under(layout.OBJECTS):
        if change.after is None:
            if change.path not in leaving:
                yield deed.finding("verify/object", _REMOVED, change.path)
        elif change.before:
            yield deed.finding("verify/object", _CHANGED, change.path)
        else:
            yield from _added(deed, change, named[change.path])
    for turn in turns:
        yield from _named(deed, turn)
        yield from _dropped(deed, turn)


def _turns(deed: Deed) -> Iterator[_Turn]:
    """The records of the commit whose scans are others than before; a draft may have got another place."""
    old, new = dict[str, Record](), dict[str, Record]()
    for change in deed.under(layout.RECORDS):
        for side, blob in ((old, change.before), (new, change.after)):
            try:
                record = deed.past.record(change.path, blob) if blob else None
            except Unreadable:  # a finding of its own
                continue
            if record:
                side[record.uid] = record
    for uid, after in new.items():
        if after.status == "withdrawn":  # what an import brought has no scans
            continue
        before = old.get(uid)
        was, now = attachments.digests(before.data) if before else {}, attachments.digests(after.data)
        came = {path: digest for path, digest in now.items() if digest not in was.values()}
        went = {path: digest for path, digest in was.items() if digest not in now.values()}
        if came or went:
            yield _Turn(before, after, came, went)


def _added(deed: Deed, change: Change, named: int) -> Iterator[Finding]:
    repository = deed.past.repository
    told = repository.contents.told(change.after or "")
    if layout.attached(told.digest) != change.path:
        yield deed.finding("verify/object", _NAME, change.path)
    elif told.pointer and b"filter=lfs" not in (repository.read(deed.commit.id, ".gitattributes") or b""):
        yield deed.finding("verify/object", _POINTER, change.path)
    elif not age.is_for_one(told.start) and not (told.pointer and not told.start):
        yield deed.finding("verify/object", _EXTRA, change.path)
    if named != 1:
        yield deed.finding("verify/object", _TWICE if named else _UNUSED, change.path)


def _named(deed: Deed, turn: _Turn) -> Iterator[Finding]:
    added = {change.path for change in deed.under(layout.OBJECTS) if change.after and not change.before}
    for digest in turn.came.values():
        if layout.attached(digest) not in added:
            yield deed.finding("verify/object", _LACKING, turn.after.path, object=layout.attached(digest))


def _dropped(deed: Deed, turn: _Turn) -> Iterator[Finding]:
    """What was taken away is gone, and by somebody who may read it, unless the record was destroyed or a contact forgotten."""
    if turn.before is None:
        return
    removed = {change.path for change in deed.under(layout.OBJECTS) if change.after is None}
    papers = {f"{SECTION}[{row['id']}].": row for row in turn.before.data.get(SECTION) or ()}
    excused = deed.forgotten.get(turn.after.uid, set())
    for path, digest in turn.went.items():
        paper, told = papers[path.removesuffix(attachments.FIELD)], {"object": layout.attached(digest)}
        if layout.attached(digest) not in removed:
            yield deed.finding("verify/object", _STAYED, turn.after.path, **told)
        level, owner = attachments.key_of(paper, turn.before.data, deed.past.regime.raised_to(turn.before.data))
        if not (turn.after.gone or owner in excused or deed.signer.cleared(level)):
            yield deed.finding("verify/keys", _BLIND, turn.after.path, **told)
