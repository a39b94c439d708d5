"""The history judged commit by commit, from its first one or from one that is trusted; the rules are trust.md's."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile

from archivectl.errors import ArchiveError, Unreadable, WrongUsage
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import layout
from archivectl.store.objects import FILE, Change, Commit
from archivectl.store.repository import Repository
from archivectl.store.states import Damaged
from archivectl.verifying import attachments, control, genesis, interactions, message, records, register, signatures
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control, Past, control_at

_AT_ONCE = 500  # commits whose files are read together
_DAY = timedelta(days=1)
_NOTHING = "000000"
_MERGE = N_("Commit {commit} by {member} unites two histories, which this version cannot judge yet.")
_FINGERPRINT = N_("The first commit {commit} by {member} is not the one that this archive is known by.")
_BACKDATED = N_("Commit {commit} by {member} says it was made on {when}, before the commit it stands on.")
_AHEAD = N_("Commit {commit} by {member} says it was made on {when}, which is yet to come.")
# What content that nobody foresaw makes its readers raise.
_HOSTILE = (Unreadable, WrongUsage, LookupError, TypeError, ValueError)
_PUZZLE = N_("Commit {commit} by {member} cannot be judged ({problem}); nothing after it was looked at.")
_MODE = N_("Commit {commit} by {member} holds something else than plain files.")


def replay(repository: Repository, *, fingerprint: str, until: str, since: str | None, at: datetime) -> Iterator[Finding]:
    """Judge every commit by the archive as it stood just before, oldest first.

    Args:
        repository: the open repository.
        fingerprint: SHA-256 (hex) of the first commit; looked at only where the replay begins there.
        until: the last commit to judge.
        since: a commit that is trusted with all before it, or None for the whole history.
        at: the verifier's time.

    Yields:
        What is wrong; a merge, another first commit, or files that nothing can be judged by end the replay.
    """
    past = Past(repository)
    if since:
        past.begin_at(repository.commit(since))
    commits = repository.commits(f"{since}..{until}" if since else until, newest_first=False)
    while some := list(islice(commits, _AT_ONCE)):
        changed = _changes(repository, some)
        batch = [Deed(commit, changed.get(commit.id, []), past, at) for commit in some]
        past.texts = _texts(past, batch)
        for deed in batch:
            if deed.commit.parents != ((past.tip.id,) if past.tip else ()):
                yield _merge(deed, chain(some, commits))
                return
            if finding := _barred(deed, fingerprint):
                yield finding
                return
            after = None
            try:
                after = _after(deed)
                yield from _judged(deed, after)
            except Damaged:
                raise
            except _HOSTILE as error:
                yield _unjudged(deed, error, read=after is not None)
                return
            past.advance(deed.commit, deed.changes, after)


def _barred(deed: Deed, fingerprint: str) -> Finding | None:
    """Why a commit is not looked into at all."""
    if not _is_plain(deed):
        return deed.finding("verify/record", _MODE)
    if deed.past.tip is None and not genesis.fits(deed, fingerprint):
        return deed.finding("verify/genesis", _FINGERPRINT)
    return None


def _unjudged(deed: Deed, error: Exception, *, read: bool) -> Finding:
    """The finding that ends the replay: control files, or once those are ``read`` other files, that nothing can be judged by."""
    if isinstance(error, ArchiveError) and not read:
        return deed.unreadable("verify/control" if deed.past.tip else "verify/genesis", error, "")
    why = Sentence(error.message, **error.values) if isinstance(error, ArchiveError) else type(error).__name__
    return deed.finding("verify/act", _PUZZLE, problem=why)


def _changes(repository: Repository, batch: list[Commit]) -> dict[str, list[Change]]:
    first = batch[0].parents[:1]
    return dict(repository.differences("..".join((*first, batch[-1].id)), ()))


def _texts(past: Past, batch: Iterable[Deed]) -> dict[str, bytes]:
    """The contents of the files before and after each change, attachments left out, as far as all are plain files."""
    wanted: dict[str, None] = {}
    for deed in takewhile(_is_plain, batch):
        for change in deed.changes:
            if not change.path.startswith(layout.OBJECTS):
                wanted |= dict.fromkeys(blob for blob in (change.before, change.after) if blob)
    return dict(past.repository.blobs(wanted))


def _is_plain(deed: Deed) -> bool:
    """Files, and nothing that leads elsewhere or can be run."""
    return all(change.mode in {FILE, _NOTHING} for change in deed.changes)


def _merge(deed: Deed, rest: Iterable[Commit]) -> Finding:
    merge = next((commit for commit in rest if len(commit.parents) > 1), deed.commit)
    return Deed(merge, [], deed.past, deed.at).finding("verify/merge", _MERGE)


def _after(deed: Deed) -> Control:
    """The control files after the commit; raises what ``control_at`` raises."""
    if deed.past.tip and not any(layout.is_control(change.path) for change in deed.changes):
        return deed.past.control
    return control_at(deed.past.repository, deed.commit.id)


def _judged(deed: Deed, after: Control) -> Iterator[Finding]:
    if deed.past.tip is None:
        yield from genesis.judge(deed, after)
        yield from message.written(deed)
        yield from _clock(deed, after)
        return
    deed.member, problem = signatures.signer(deed.commit, deed.past.control)
    yield from _clock(deed, deed.past.control)
    if problem:
        yield deed.finding("verify/signature", problem)
        return
    yield from message.written(deed)
    if deed.past.control is not after:
        yield from control.judge(deed, after)
    if any(not layout.is_control(change.path) for change in deed.changes):
        deed.past.look_around()
        yield from register.judge(deed)
        yield from records.judge(deed)
        yield from attachments.judge(deed)
        yield from interactions.judge(deed)
    if deed.past.control is after:
        yield from message.judge(deed)


def _clock(deed: Deed, rules: Control) -> Iterator[Finding]:
    if rules.config["simulated"]:
        return
    when = deed.commit.when
    if deed.past.tip and when < deed.past.tip.when - _DAY:
        yield deed.finding("verify/time", _BACKDATED, when=when.strftime("%Y-%m-%d"))
    if when > deed.at:
        yield deed.finding("verify/time", _AHEAD, when=when.strftime("%Y-%m-%d"))
