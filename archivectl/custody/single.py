"""Keys that lie on this machine alone: what may not be pushed yet, lest the loss of one disk be the loss of what others hold."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.custody import places
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringDamaged
from archivectl.errors import Refused
from archivectl.records import layout
from archivectl.registers.fold import Case
from archivectl.store.objects import Change

_UID = re.compile(rb'^uid: "?([A-Z2-7]{26})"?$', re.MULTILINE)
_KEY = re.compile(rb'recipient: "?(age1[0-9a-z]+)')
_BACKED_UP = "backup.make"


class NotRegistered(Refused):
    """A machine that the register of copies of keys does not name."""

    message = "This machine is not in the register of copies of keys."
    hint = "Enter it: archivectl key remote sync"


class Uncopied(NamedTuple):
    """A commit that made keys of which no second copy is known, and the uids of the records and entries they belong to."""

    commit: str
    uids: tuple[str, ...]


def uncopied(archive: Archive, until: str = "", known: Iterable[str] = ()) -> tuple[Uncopied, ...]:
    """The commits up to ``until`` (the newest one) that made keys which lie on this machine alone, newest first.

    A key has a second copy where a remote holds it that is there now, or held it when it was last united with; where a backup was
    made since that was not discarded; and where somebody accepted on record that there is none. Commits that others have already,
    ``known``, are left out with all before them.
    """
    tip = until or archive.tip
    fresh = _fresh(archive, tip, {*known, *_covered(archive)})
    if not fresh:
        return ()
    remotes, found = list(places.reachable(archive).values()), []
    for commit, changes in archive.repository.differences(tip, (layout.RECORDS, layout.REGISTERS)):
        if commit not in fresh:
            continue
        alone = [uid for uid, keys in _minted(archive, changes).items() if not _held(remotes, uid, keys)]
        if alone:
            found.append(Uncopied(commit, tuple(alone)))
        if commit == fresh[-1]:
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
    machine = archive.home.settings().get("machine", "")
    held = (case for case in archive.register("key-copy") if not case.acts("surrender"))
    return next(
        (case for case in held if (case.entry.columns["place"], case.entry.columns["name"]) == ("machine", machine)), None
    )


def _covered(archive: Archive) -> list[str]:
    """The commits after which nothing older is alone: united with a remote, backed up, or accepted."""
    found = [remote.united for remote in places.listed(archive) if remote.united]
    good = {case.uid for case in archive.register("backup") if case.acts("make") and not case.acts("discard")}
    own = _own(archive)
    accepted = own.uid if own and own.acts("alone") else ""
    for commit in archive.repository.commits(archive.tip, [f"{layout.REGISTERS}backup", f"{layout.REGISTERS}key-copy"]):
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


def _minted(archive: Archive, changes: Iterable[Change]) -> Mapping[str, set[str]]:
    """The recipients that changes added, by the uid of their record or entry."""
    some = [change for change in changes if change.after]
    blobs = {blob for change in some for blob in (change.before, change.after) if blob}
    texts = dict(archive.repository.blobs(blobs))
    found = {}
    for change in some:
        after, before = texts[change.after or ""], texts.get(change.before or "", b"")
        keys = {key.decode() for key in set(_KEY.findall(after)) - set(_KEY.findall(before))}
        if keys and (uid := _UID.search(after)):
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
