"""Leaving: the member's file retired, the level keys that the leaver could read rotated, and what copies still give away.

Every step looks at what is committed, so that a retirement that was cut off goes on where it stopped.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.custody import rewrapping, rotation, sharing
from archivectl.custody.rotation import Rotated
from archivectl.encryption import levels as level_keys
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.members import member as members
from archivectl.members.member import Member
from archivectl.members.signing import Signer
from archivectl.membership import authority
from archivectl.membership.altering import known
from archivectl.records import layout
from archivectl.registers.situation import DELEGATION, giver
from archivectl.store.history import of_paths

_OBJECT = re.compile(rb'\bobject: "?[0-9a-f]{64}')
_DELEGATED = N_("{entry} delegates {post}, to or from {member}.")
_REVOKE = N_("Revoke it: archivectl register step {entry} revoke opinion=…")
_COUNTING = N_("Counting what copies still give away")


class Readable(NamedTuple):
    """What a leaver can still read from copies: with the old keys, how many records at these levels, and attachments."""

    levels: tuple[str, ...]
    records: int
    attachments: int


class Left(NamedTuple):
    """A member who left; ``rotated`` is None where nothing was left to rotate, or the actor may not.

    ``owed`` are levels whose new values the leaver can still read, until somebody else rotates them.
    """

    member: Member
    rotated: Rotated | None
    readable: Readable
    owed: tuple[str, ...] = ()


def retire(archive: Archive, handle: str, *, reason: str = "", signer: Signer | None = None) -> Left:
    """Retire a member and all their keys, and rotate what they could read; called again, it goes on where it stopped.

    Args:
        archive: the open archive.
        handle: who leaves.
        reason: why; it stands in the history.
        signer: the recovery key, where no administrator is left.

    Raises:
        NotAllowed: with every reason; the last administrator cannot go.
        UnknownMember, KeyringAway.
    """
    before = known(archive, handle)
    if before.retired is None:
        authority.commit(archive, retired(before, archive.today), "member.retire", signer, reason)
    could = tuple(level for level in LEVELS if before._replace(retired=None).cleared(level))
    admin = "admin" in archive.me.titles
    done = _rotated(archive, handle, could, reason) if admin else None
    left = (done.barred if done else ()) if admin else tuple(level for level in could if level in _held(archive, handle, could))
    return Left(retired(before, archive.today), done, readable(archive, could), left)


def delegations(archive: Archive, handle: str) -> Iterator[Reason]:
    """The delegations in force, or still to begin, that a leaver gave or was given."""
    for case in archive.register(DELEGATION):
        columns = case.entry.columns
        ended = archive.today > str(columns.get("until", ""))
        if case.marked("acting") and not ended and handle in {columns.get("to"), giver(case)}:
            values = {"entry": case.id, "post": Titles([archive.regime.titled(str(columns["post"]))]), "member": handle}
            yield Reason("member.retire/delegation", _DELEGATED, values, _REVOKE)


def retired(member: Member, day: str) -> Member:
    """The member, gone from that day on with every key."""
    age, signing = (
        tuple(key if key.retired else key._replace(retired=day) for key in keys) for keys in (member.age, member.signing)
    )
    return member._replace(retired=member.retired or day, age=age, signing=signing)


def _rotated(archive: Archive, handle: str, levels: Sequence[str], reason: str) -> Rotated | None:
    """Rotate those of the levels whose key the leaver may hold, and finish what was begun.

    ``rotate`` finishes an older rotation before it begins another; so a level whose older one was unfinished is rotated twice.
    """
    held = _held(archive, handle, levels)
    owed = tuple(level for level in levels if level in held or rewrapping.unfinished(archive, level))
    if not owed:
        return None
    done = rotation.rotate(archive, owed, reason)
    again = tuple(level for level in held if level in done.finished)  # an older rotation came first
    if not again:
        return done
    new = rotation.rotate(archive, again, reason)
    return Rotated(new.begun + done.begun, done.finished, done.rewrapped + new.rewrapped, new.left, new.barred)


def _held(archive: Archive, handle: str, levels: Sequence[str]) -> set[str]:
    """Those of the levels whose current key the leaver may hold."""
    old = _keys_then(archive, handle) if not archive.rehearsal else archive.level_keys
    exposed = sharing.exposed(archive.keyring, archive.level_keys, archive.members)
    return {level for level in levels if level in exposed or archive.level_keys.current(level) == old.current(level)}


def _keys_then(archive: Archive, handle: str) -> level_keys.LevelKeys:
    """The level keys as they stood when the member was retired."""
    path = members.path(handle)
    for commit, _changes in of_paths(archive.repository, archive.tip, [path]):
        return level_keys.parse(archive.repository.read(commit.id, level_keys.PATH) or b"")
    return archive.level_keys


def readable(archive: Archive, levels: Sequence[str]) -> Readable:
    """What those can read who hold a copy of the archive and the keys of these levels until now."""
    if not levels:
        return Readable((), 0, 0)
    sealed = re.compile(rf'"enc:1:(?:{"|".join(levels)}):'.encode())
    blobs = [file.blob for file in archive.repository.tree(archive.tip, layout.RECORDS.rstrip("/"))]
    records = attachments = 0
    for done, (_id, text) in enumerate(archive.repository.blobs(blobs)):
        if done % 1000 == 0:
            archive.progress(_COUNTING, done, len(blobs))
        records += sealed.search(text) is not None
        attachments += len(_OBJECT.findall(text))
    return Readable(tuple(levels), records, attachments)
