"""The verified mark: what this machine has judged of the history, and what must be judged before anything is done."""

from archivectl.archive import Archive
from archivectl.errors import Refused
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.members.home import NotPinned, Pin

_REWOUND = N_("The history was replaced: {tip} does not descend from {pinned}, which this machine has verified.")
_KEEP = N_("Do not work on it. Find out who rewrote the history, and take the branch back to what was verified.")


class Rewound(Refused):
    """A history that does not contain what was verified before."""

    message = _REWOUND
    hint = _KEEP


class Behind(Refused):
    """A copy of the archive without commits that this machine has verified, perhaps in another copy."""

    message = "This copy ends at {tip} and lacks {pinned}, which this machine has verified."
    hint = "If you work in another copy too, bring its commits here first: git pull. If not, find out who took history back."


class NotVerified(Refused):
    """Commits that break a rule stand between what was verified and the newest one."""

    message = "The newest commits do not stand up to verification: {finding}"
    hint = "See everything that is wrong: archivectl verify"


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
    if pin.main and not archive.repository.is_ancestor(pin.main, archive.tip):
        behind = not archive.repository.has(pin.main) or archive.repository.is_ancestor(archive.tip, pin.main)
        raise (Behind if behind else Rewound)(tip=archive.tip, pinned=pin.main)
    from archivectl.verifying.replay import replay  # noqa: PLC0415 - only foreign commits are replayed

    found = replay(archive.repository, fingerprint=pin.fingerprint, until=archive.tip, since=pin.main, at=archive.at)
    for finding in found:
        raise NotVerified(finding=Sentence(finding.message, **finding.values))
    return _move(archive, pin)


def verify(archive: Archive, span: str = "") -> list[Finding]:
    """Everything wrong with the whole history, or with a span ``OLDER..NEWER`` of it whose older end is taken on trust.

    A whole history without findings moves the mark. Raises NotPinned, UnknownRevision.
    """
    from archivectl.verifying.replay import replay  # noqa: PLC0415 - only foreign commits are replayed

    pin, repository = archive.home.pin(archive.id), archive.repository
    older, dots, newer = span.partition("..")
    since = repository.resolve(older) if dots and older else None
    until = repository.resolve(newer if dots else span) if (newer if dots else span) else archive.tip
    found = list(replay(repository, fingerprint=pin.fingerprint, until=until, since=since, at=archive.at))
    if pin.main and not repository.is_ancestor(pin.main, archive.tip):
        values = {"tip": archive.tip, "pinned": pin.main}
        found.append(Finding("", 1, 1, "verify/genesis", _REWOUND, values, _KEEP, archive.tip))
    if not found and not span:
        _move(archive, pin)
    return found


def _move(archive: Archive, pin: Pin) -> int:
    """Move the mark over every commit up to the newest; how many there are."""
    span, count = f"{pin.main}..{archive.tip}" if pin.main else archive.tip, 0
    for count, commit in enumerate(archive.repository.commits(span, newest_first=False), start=1):  # noqa: B007 - the last one
        pin = pin.moved(commit.id, [value for key, value in commit.trailers if key == "Archive-Act"])
    archive.home.save_pin(pin)
    return count
