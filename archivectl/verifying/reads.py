"""The access log judged: only its readers write to it, each in files of their own, and what stands in it is never taken back.

``judge`` needs no key. Each commit is signed by the member whose file it lengthens; a merge is the union of what it unites.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from archivectl.archive import Archive
from archivectl.encryption.access_log import BRANCH, Unclear, parsed
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import signing
from archivectl.members.member import Member
from archivectl.records import leaks
from archivectl.store.objects import FILE, Change, Commit
from archivectl.store.repository import Repository

RULE = "verify/reads"
_PATH = re.compile(r"([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/([A-Za-z0-9]+)/([0-9]{4}-[0-9]{2})\.jsonl")
_REWOUND = N_("The access log was cut or replaced: {tip} does not contain {pinned}, which this machine has verified.")
_GONE = N_("The access log is gone; this machine has verified it up to {pinned}.")
_BACK = N_("Find out who did it, and take it back, where git still has it: git branch -f access-log {pinned}")
_UNSIGNED = N_("Commit {commit} of the access log bears no signature of a member.")
_RETIRED = N_("Commit {commit} of the access log is signed with a key of {member} that was retired before.")
_STRANGE = N_("Commit {commit} of the access log by {member} changes {path}, which is no log of theirs.")
_CUT = N_("Commit {commit} of the access log takes back or alters what stood in {path}.")
_LINE = N_("Commit {commit} of the access log by {member} enters a line in {path} that is no reading.")
_WHEN = N_("Commit {commit} of the access log by {member} enters a reading of another time than its own.")
_CLEAR = N_("Commit {commit} of the access log by {member} keeps something in clear: {what}.")
_WRONG = N_("Nothing that was read is proven by it. See who wrote it: git show {commit}")


def verify(archive: Archive) -> list[Finding]:
    """Everything wrong with the access log; without findings the mark of this machine moves to its newest commit."""
    pin, tip = archive.home.pin(archive.id), archive.repository.tip(BRANCH)
    found = list(judge(archive.repository, archive.members, tip, pin.access_log))
    if not found and tip != pin.access_log:
        archive.home.save_pin(pin._replace(access_log=tip))
    return found


def judge(repository: Repository, members: Mapping[str, Member], tip: str | None, pinned: str | None) -> Iterator[Finding]:
    """Judge what came since a commit that this machine has verified, or the whole log."""
    if pinned and (tip is None or not repository.is_ancestor(pinned, tip)):
        yield _finding(_REWOUND if tip else _GONE, tip or "", hint=_BACK, tip=(tip or "")[:12], pinned=pinned[:12])
        pinned = None
    if tip is None or tip == pinned:
        return
    span = f"{pinned}..{tip}" if pinned else tip
    changed = dict(repository.differences(span, ()))
    for commit in repository.commits(span, newest_first=False):
        if len(commit.parents) > 1:
            yield from _united(repository, commit)
        else:
            yield from _appended(repository, commit, members, changed.get(commit.id, []))


def _appended(
    repository: Repository, commit: Commit, members: Mapping[str, Member], changes: Sequence[Change]
) -> Iterator[Finding]:
    """Judge an ordinary commit: who signed it, whose files it lengthens, and what it enters."""
    signer, public = _signer(commit, members)
    if signer is None:
        yield _finding(_UNSIGNED, commit.id)
        return
    retired = next((key.retired for key in signer.signing if key.public == public), None)
    if retired and retired < f"{commit.when:%Y-%m-%d}":
        yield _finding(_RETIRED, commit.id, signer.handle)
    for change in changes:
        place = _PATH.fullmatch(change.path)
        if place is None or place[1] != signer.handle or change.mode != FILE or change.after is None:
            yield _finding(_STRANGE, commit.id, signer.handle, path=change.path)
            continue
        before, after = (_text(repository, blob) for blob in (change.before, change.after))
        if not after.startswith(before) or not after.endswith(b"\n"):
            yield _finding(_CUT, commit.id, signer.handle, path=change.path)
            continue
        for line in after[len(before) :].splitlines():
            yield from _entered(commit, signer.handle, change.path, line)


def _entered(commit: Commit, member: str, path: str, line: bytes) -> Iterator[Finding]:
    try:
        access = parsed(line)
    except Unclear:
        yield _finding(_LINE, commit.id, member, path=path)
        return
    if access.at != f"{commit.when:%Y-%m-%dT%H:%M:%SZ}" or not path.endswith(f"/{access.at[:7]}.jsonl"):
        yield _finding(_WHEN, commit.id, member)
    for what in leaks.found(access.purpose):
        yield _finding(_CLEAR, commit.id, member, what=what)


def _united(repository: Repository, merge: Commit) -> Iterator[Finding]:
    """Judge a merge: of each file it has the longest of what it unites, which all others begin."""
    sides = [{entry.path: entry.blob for entry in repository.tree(parent)} for parent in merge.parents]
    result = {entry.path: entry.blob for entry in repository.tree(merge.id)}
    for path in sorted({*result, *(path for side in sides for path in side)}):
        versions = {side[path] for side in sides if path in side}
        if result.get(path) in versions and len(versions) == 1:
            continue
        after = _text(repository, result.get(path))
        if result.get(path) not in versions or not all(after.startswith(_text(repository, blob)) for blob in versions):
            yield _finding(_CUT, merge.id, path=path)


def _signer(commit: Commit, members: Mapping[str, Member]) -> tuple[Member | None, str]:
    """Who signed, by a key that may be retired since, and with which key."""
    signature = signing.dearmor(commit.signature) if commit.signature else None
    public = signing.verifies(signature, commit.payload, "git") if signature else None
    found = (member for member in members.values() if any(key.public == public for key in member.signing))
    return next(found, None), public or ""


def _text(repository: Repository, blob: str | None) -> bytes:
    return next(iter(repository.blobs([blob])))[1] if blob else b""


def _finding(message: str, commit: str, member: str = "", hint: str = _WRONG, **values: object) -> Finding:
    return Finding("", 1, 1, RULE, message, {"commit": commit[:12], "member": member or "—", **values}, hint, commit, member)
