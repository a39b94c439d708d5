"""Keys that lie on this machine alone, or nowhere: what may not be pushed yet, lest one disk take with it what others hold."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archivectl import key_copies
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.custody import lapsed, places
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringDamaged
from archivectl.errors import Refused
from archivectl.records import layout
from archivectl.registers.fold import Case
from archivectl.store.comparing import compared, texts
from archivectl.store.objects import Change

_BACKED_UP = "backup.make"


class NotRegistered(Refused):
    """A machine that the register of copies of keys does not name."""

    message = "This machine is not in the register of copies of keys."
    hint = "Enter it: archivectl key remote sync"


class Uncopied(NamedTuple):
    """A commit that made keys of which no second copy is known, and the uids of the records and entries they belong to.

    ``lost`` are the uids of those whose keys are in no keyring at hand, this machine's included.
    """

    commit: str
    uids: tuple[str, ...]
    lost: tuple[str, ...] = ()


def uncopied(archive: Archive, until: str = "", known: Iterable[str] = ()) -> tuple[Uncopied, ...]:
    """The commits up to ``until`` (the newest one) that made keys which lie on this machine alone, or nowhere, newest first.

    A key has a second copy where a remote holds it that is there now, or held it when it was last united with; where a backup was
    made since that was not discarded; and where somebody accepted on record that there is none. Commits that others have already,
    ``known``, are left out with all before them. That a remote was united with proves nothing of what this machine had lost by
    then, so of a remote that is there its files are looked at.
    """
    tip = until or archive.tip
    there, copied = places.reachable(archive), set(_copied(archive))
    away = {remote.united for remote in places.listed(archive) if remote.united and remote.name not in there}
    united = {remote.united for remote in places.listed(archive) if remote.united}
    unseen = _fresh(archive, tip, {*known, *copied, *away})
    if not unseen:
        return ()
    fresh, gone, found = set(_fresh(archive, tip, {*known, *copied, *united})), lapsed.uids(archive), []
    forgotten = lapsed.recipients(archive)
    for commit, changes in archive.repository.differences(tip, (layout.RECORDS, layout.REGISTERS)):
        if commit in unseen:
            minted = {uid: keys - forgotten.get(uid, frozenset()) for uid, keys in _made(archive, commit, changes).items()}
            some = {uid: keys for uid, keys in minted.items() if uid not in gone and not _held(there.values(), uid, keys)}
            lost = tuple(uid for uid, keys in some.items() if not _held([archive.keyring, *there.values()], uid, keys))
            if lost or (some and commit in fresh):
                found.append(Uncopied(commit, tuple(some), lost))
        if commit == unseen[-1]:
            break
    return tuple(found)


def accept_single_copy(archive: Archive, reason: str) -> Case:
    """Enter that what this machine alone holds the keys of may be pushed all the same; good for what is committed by now.

    Raises:
        NotRegistered, NotAllowed.
    """
    case = _own(archive)
    if case is None:
        raise NotRegistered
    work = Work.on(archive, case)
    work.step("alone", {"cause": reason})
    return work.commit()


def _own(archive: Archive) -> Case | None:
    return next((case for case in key_copies.held(archive) if key_copies.is_here(archive, case)), None)


def _copied(archive: Archive) -> list[str]:
    """The commits after which nothing older is alone: backed up, or accepted."""
    found = []
    good = {case.uid for case in archive.register("backup") if case.acts("make") and not case.acts("discard")}
    own = _own(archive)
    accepted = own.uid if own and own.acts("alone") else ""
    for commit in archive.repository.commits(archive.tip, [f"{layout.REGISTERS}backup", f"{layout.REGISTERS}{key_copies.KIND}"]):
        acts, entries = ({value for key, value in commit.trailers if key == name} for name in ("Archive-Act", "Archive-Entry"))
        if (_BACKED_UP in acts and entries & good) or ("key-copy.alone" in acts and accepted in entries):
            found.append(commit.id)
    return found


def _fresh(archive: Archive, tip: str, covered: set[str]) -> list[str]:
    """The commits up to a tip that are neither covered nor before one that is, newest first."""
    found = []
    for commit in archive.repository.commits(tip):
        if commit.id in covered:
            covered.update(commit.parents)
        else:
            found.append(commit.id)
    return found


def _made(archive: Archive, commit: str, changes: Iterable[Change]) -> Mapping[str, set[str]]:
    """The recipients that a commit added; a merge none that a parent has, by which a file only got another number."""
    found, parents = _minted(archive, changes), archive.repository.commit(commit).parents
    if not found or len(parents) == 1:
        return found
    sides = compared(archive.repository, [(commit, parent) for parent in parents])
    blobs = {change.before for side in sides for change in side if change.before and change.path.startswith(layout.NUMBERED)}
    known = {key.decode() for text in texts(archive.repository, blobs).values() for key in layout.RECIPIENT.findall(text)}
    return {uid: left for uid, keys in found.items() if (left := keys - known)}


def _minted(archive: Archive, changes: Iterable[Change]) -> Mapping[str, set[str]]:
    """The recipients that changes added, by the uid of their record or entry."""
    some = [change for change in changes if change.after]
    blobs = {blob for change in some for blob in (change.before, change.after) if blob}
    known = dict(archive.repository.blobs(blobs))
    found = {}
    for change in some:
        after, before = known[change.after or ""], known.get(change.before or "", b"")
        keys = {key.decode() for key in set(layout.RECIPIENT.findall(after)) - set(layout.RECIPIENT.findall(before))}
        if keys and (uid := layout.UID.search(after)):
            found[uid[1].decode()] = keys
    return found


def _held(remotes: Iterable[Keyring], uid: str, keys: set[str]) -> bool:
    """Whether the remotes that are there hold all of some keys."""
    left = set(keys)
    for keyring in remotes:
        try:
            left -= {row.recipient for row in keyring.rows(uid)}
        except (KeyringDamaged, OSError):
            continue
    return not left
