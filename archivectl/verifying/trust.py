"""The verified mark: what this machine has judged of the history, and what must be judged before anything is done."""

import hashlib
import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from archivectl.archive import Archive
from archivectl.errors import Refused, WrongUsage
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.members.home import Home, NotPinned, Pin
from archivectl.records import settings
from archivectl.registers.fold import Case
from archivectl.snapshot import RULES
from archivectl.store import states
from archivectl.store.comparing import compared, roots
from archivectl.store.repository import Repository
from archivectl.verifying import judged
from archivectl.verifying.claims import KIND, TRIED, Claimed
from archivectl.verifying.judged import Judged

if TYPE_CHECKING:
    from archivectl.verifying.replay import Outcome

_FINGERPRINT = re.compile("[0-9a-f]{64}")


class Rewound(Refused):
    """A history that does not contain what was verified before."""

    message = "The history was replaced: {tip} does not descend from {pinned}, which this machine has verified."
    hint = "Do not work on it. Find out who rewrote the history, and take the branch back to what was verified."


class Behind(Refused):
    """A copy of the archive without commits that this machine has verified, perhaps in another copy."""

    message = "This copy ends at {tip} and lacks {pinned}, which this machine has verified."
    hint = (
        "If you work in another copy too, send its commits there and take them in here: archivectl sync. "
        "If not, find out who took history back."
    )


class NotVerified(Refused):
    """Commits that break a rule stand between what was verified and the newest one."""

    message = "The newest commits do not stand up to verification: {finding}"
    hint = "See everything that is wrong: archivectl verify"


class NoFingerprint(WrongUsage):
    """A text that cannot be the fingerprint of an archive."""

    message = "“{text}” is no fingerprint of an archive: that is 64 digits and letters from a to f."
    hint = "It stands on the recovery sheet, and init printed it: archivectl verify --trust FINGERPRINT"


class NotThisArchive(Refused):
    """A fingerprint that is not that of this history."""

    message = "The history here does not begin with the commit of that fingerprint."
    hint = "Compare the fingerprint with the recovery sheet. If it is right, what lies here is another archive, or forged."


class ShallowClone(Refused):
    """A clone that git was told to cut off: what is at its back is not the first commit."""

    message = "This clone is shallow: it has the newest commits alone, and a history is judged from its first."
    hint = "Fetch the others: git fetch --unshallow; then: archivectl verify"


class OtherFingerprint(Refused):
    """A fingerprint that is not the one that this machine knows."""

    message = "This machine knows this archive by another fingerprint."
    hint = "Compare both with the recovery sheet; the one known here stands under trust/ in ARCHIVECTL_HOME."


class NothingToRatify(Refused):
    """A commit that is in order, or was ratified already."""

    message = "Nothing is wrong with {commit} that was not ratified already."
    hint = "See what is wrong, and with which commits: archivectl verify"


class StillBroken(Refused):
    """A commit that made a file unreadable, which it still is: nobody can have looked at what stands in it."""

    message = "Commit {commit} changed {path}, which cannot be read: what nobody can read is ratified by nobody."
    hint = (
        "Bring back the version before it (git checkout {commit}~1 -- {path}, then git commit), and ratify both commits: "
        "archivectl verify --ratify COMMIT"
    )


class NotCured(Refused):
    """A finding that this member cannot ratify, or nobody can."""

    message = "This cannot be ratified by {member}: {finding}"
    hint = (
        "Somebody ratifies who could have done all of it, and neither made it nor gains by it: archivectl member list. "
        "Approvals and destructions that are not valid are ratified by nobody; do them again."
    )


def state(archive: Archive) -> str:
    """``verified`` where the newest commit is the one that this machine verified, else ``unverified``."""
    try:
        return "verified" if archive.home.pin(archive.id).main == archive.tip else "unverified"
    except NotPinned:
        return "unverified"


def ensure(archive: Archive) -> int:
    """Verify what came since the mark, and move the mark; the number of commits it moved over.

    Raises:
        NotPinned, Behind, Rewound, NotVerified.
    """
    pin = archive.home.pin(archive.id)
    if pin.main == archive.tip:
        return 0
    allow(archive, archive.tip)
    return _move(archive, pin)


def allow(archive: Archive, until: str, since: str = "") -> None:
    """Raise what ``ensure`` raises where a commit, which need not be the newest one here, does not stand up to verification.

    Of a history that parted, what is not in that of ``since`` is looked at alone, for telling whose the finding is.
    """
    pin = archive.home.pin(archive.id)
    if not since:
        _refuse_rewound(archive, pin, until)
    for finding in _judged(archive, pin, since=since or pin.main, until=until).findings:
        raise NotVerified(finding=Sentence(finding.message, **finding.values))


def go_on(archive: Archive) -> int:
    """Move the mark to the newest commit, which ``allow`` has judged; the number of commits it moved over."""
    return _move(archive, archive.home.pin(archive.id))


def _refuse_rewound(archive: Archive, pin: Pin, until: str) -> None:
    """Raise Behind, Rewound or ShallowClone where the history up to a commit does not contain what was verified before."""
    if pin.main is None or not archive.repository.has(pin.main):
        _refuse_shallow(archive.repository)
    if lost := _lost(archive, pin, until):
        raise lost


def _lost(archive: Archive, pin: Pin, until: str) -> Behind | Rewound | None:
    """What is wrong where the history up to a commit does not contain what was verified before."""
    if pin.main is None or archive.repository.is_ancestor(pin.main, until):
        return None
    behind = not archive.repository.has(pin.main) or archive.repository.is_ancestor(until, pin.main)
    return (Behind if behind else Rewound)(tip=until, pinned=pin.main)


def _refuse_shallow(repository: Repository) -> None:
    if states.is_shallow(repository.place):
        raise ShallowClone


def _judged(archive: Archive, pin: Pin, *, since: str | None, until: str, tried: Claimed | None = None) -> "Outcome":
    from archivectl.verifying.replay import Stretch, judge  # noqa: PLC0415 - only foreign commits are replayed

    stretch = Stretch(pin.fingerprint, until, since)
    return judge(archive.repository, stretch, archive.at, partial(archive.progress, N_("Verifying")), tried)


def verify(archive: Archive, span: str = "") -> list[Finding]:
    """Everything wrong with the history that was not ratified, as ``examine`` finds it."""
    return examine(archive, span).findings


def examine(archive: Archive, span: str = "", *, anew: bool = False) -> "Outcome":
    """Judge the whole history, or a span ``OLDER..NEWER`` of it whose older end is taken on trust.

    Of the whole history, what this machine judged before is not judged again, unless ``anew``; without findings the mark moves.
    Raises NotPinned, ShallowClone, NotThisArchive, UnknownRevision.
    """
    pin, repository = archive.home.pin(archive.id), archive.repository
    _refuse_shallow(archive.repository)
    if not span:
        return _whole(archive, pin, anew=anew)
    older, dots, newer = span.partition("..")
    since = repository.resolve(older) if dots and older else None
    until = repository.resolve(newer if dots else span) if (newer if dots else span) else archive.tip
    if since and pin.fingerprint not in fingerprints(repository, until):  # what is taken on trust is at least of this archive
        raise NotThisArchive
    return _judged(archive, pin, since=since, until=until)


def past(repository: Repository, home: Home, at: datetime) -> "Outcome":
    """Judge the whole history where the newest commit leaves files by which no archive can be opened.

    Raises NotPinned, ShallowClone, or what its first commit's ``archive.yaml`` raises.
    """
    from archivectl.verifying.replay import Stretch, judge  # noqa: PLC0415 - only foreign commits are replayed

    tip = repository.tip() or ""
    _refuse_shallow(repository)
    known = [home.pin(str(settings.parse(repository.read(root, settings.NAME) or b"")["id"])) for root in roots(repository, tip)]
    return judge(repository, Stretch(known[0].fingerprint, tip, None), at)


def _whole(archive: Archive, pin: Pin, *, anew: bool) -> "Outcome":
    known = None if anew else judged.load(archive.home, archive.id, pin.fingerprint)
    if known and not archive.repository.is_ancestor(known.commit, archive.tip):
        known = None
    outcome = _judged(archive, pin, since=known.commit if known else None, until=archive.tip)
    if known:
        outcome.earlier = known.commits
        outcome.commits += known.commits
        outcome.signed += known.signed
        outcome.on_paper += known.on_paper
        outcome.ratified[:0] = known.ratified
    if lost := _lost(archive, pin, archive.tip):
        outcome.findings.append(Finding("", 1, 1, "verify/genesis", lost.message, lost.values, lost.hint, archive.tip))
    if not outcome.findings:
        _move(archive, pin)
        counts = (outcome.commits, outcome.signed, outcome.on_paper)
        judged.save(archive.home, archive.id, Judged(archive.tip, *counts, tuple(outcome.ratified), pin.fingerprint))
    return outcome


def digits(fingerprint: str) -> str:
    """A fingerprint as it is kept, however it was typed; raises NoFingerprint."""
    given = re.sub(r"[\s:]", "", fingerprint).lower()
    if not _FINGERPRINT.fullmatch(given):
        raise NoFingerprint(text=fingerprint)
    return given


def give(archive: Archive, fingerprint: str) -> None:
    """Let this machine know the archive by a fingerprint from elsewhere: the recovery sheet, the settings of CI.

    Raises:
        NoFingerprint: it cannot be one.
        ShallowClone: its first commit is not here.
        NotThisArchive: the history here begins with another commit.
        OtherFingerprint: this machine knows another one.
    """
    given = digits(fingerprint)
    try:
        if archive.home.pin(archive.id).fingerprint != given:
            raise OtherFingerprint
    except NotPinned:
        _refuse_shallow(archive.repository)
        if given not in fingerprints(archive.repository, archive.tip):
            raise NotThisArchive from None
        archive.home.save_pin(Pin(archive.id, given, "given", None, None, RULES))


def ratify(archive: Archive, commit: str, reason: str) -> Case:
    """Enter that a commit which breaks a rule was looked at and stands; verified only as far as other commits have findings.

    Raises:
        NotPinned, Behind, Rewound, UnknownRevision, NotAllowed.
        NothingToRatify: nothing is wrong with that commit.
        StillBroken: a file that it changed cannot be read.
        NotCured: it is nothing that the actor may ratify.
    """
    pin, name = archive.home.pin(archive.id), archive.repository.resolve(commit)
    _refuse_rewound(archive, pin, archive.tip)
    me = archive.me
    since = None if pin.main is None or archive.repository.is_ancestor(name, pin.main) else pin.main
    outcome = _judged(archive, pin, since=since, until=archive.tip, tried=Claimed(name, me.handle, me.titles))
    left = [finding for finding in outcome.findings if finding.commit == name]
    if not left and not any(finding.commit == name and finding.excused == TRIED for finding in outcome.ratified):
        raise NothingToRatify(commit=name[:12])
    broken = set(archive.index.broken())
    for change in compared(archive.repository, [(name, "".join(archive.repository.commit(name).parents[:1]))])[0]:
        if change.path in broken:
            raise StillBroken(commit=name[:12], path=change.path)
    for finding in left:
        raise NotCured(member=me.handle, finding=Sentence(finding.message, **finding.values))
    from archivectl import ledger  # noqa: PLC0415 - every command looks at the mark, and few ratify

    return ledger.add(archive, KIND, (), {"mode": "commit", "commit": name, "reason": reason})


def fingerprints(repository: Repository, until: str) -> set[str]:
    """SHA-256 (hex) of every commit that a history begins with."""
    return {hashlib.sha256(repository.commit(root).raw).hexdigest() for root in roots(repository, until)}


def _move(archive: Archive, pin: Pin) -> int:
    """Move the mark over every commit up to the newest; how many there are."""
    span, count = f"{pin.main}..{archive.tip}" if pin.main else archive.tip, 0
    for count, commit in enumerate(archive.repository.commits(span, newest_first=False), start=1):  # noqa: B007 - the last one
        pin = pin.moved(commit.id, [value for key, value in commit.trailers if key == "Archive-Act"])
    archive.home.save_pin(pin)
    return count
