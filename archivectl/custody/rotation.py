"""Rotating level keys: a new generation, wrapped for who may read now, and the keys of all records brought under it."""

from collections.abc import Sequence
from typing import NamedTuple

from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.custody import rewrapping, sharing
from archivectl.custody.rewrapping import Left
from archivectl.encryption import age
from archivectl.encryption import levels as level_keys
from archivectl.encryption.envelope import LEVELS
from archivectl.encryption.levels import Generation
from archivectl.errors import KeyMissing
from archivectl.members.member import RECOVERY


class Rotated(NamedTuple):
    """What came of a rotation.

    ``begun`` are levels with a new generation, ``finished`` those where an earlier rotation was carried on; ``barred`` those
    whose key the actor does not hold, so that somebody else must rotate them. ``left`` are keys not wrapped anew.
    """

    begun: tuple[str, ...]
    finished: tuple[str, ...]
    rewrapped: int
    left: tuple[Left, ...]
    barred: tuple[str, ...]


def owed(archive: Archive) -> tuple[str, ...]:
    """The levels to rotate, or to go on rotating: their key was wrapped for somebody who may not read now, or rows lag behind."""
    exposed = sharing.exposed(archive.keyring, archive.level_keys, archive.members)
    return tuple(level for level in LEVELS if level in exposed or rewrapping.unfinished(archive, level))


def rotate(archive: Archive, levels: Sequence[str], reason: str) -> Rotated:
    """Give levels a new generation and bring all keys under it; one commit, then work that goes on where it stopped.

    A rotation that was begun and not finished is finished first, unless its key was wrapped for who may not read any more: then a
    new one begins.

    Raises:
        NotAllowed: only an administrator changes the list of level keys.
        NoIdentity, KeyringAway, KeyringBusy, RotationCutOff, OutOfReach, NewerThere, Declined, HeldBack.
    """
    refuse_unless_admin(archive, "key.rotate")
    wanted = [level for level in LEVELS if level in levels]
    able = [level for level in wanted if _held(archive, level)]
    exposed = sharing.exposed(archive.keyring, archive.level_keys, archive.members)
    new = tuple(level for level in able if level in exposed or not rewrapping.unfinished(archive, level))
    if new:
        _begin(archive, new, reason)
    for handle, member in archive.members.items():
        if new and any(map(age.is_device, member.recipients())):
            sharing.share(archive, handle)  # so that one touch opens the new keys with the others
    done = rewrapping.rewrap(archive, able)
    finished = tuple(level for level in able if level not in new)
    return Rotated(new, finished, done.done, done.left, tuple(level for level in wanted if level not in able))


def _held(archive: Archive, level: str) -> bool:
    """Whether the actor opens the current key of a level and may go on reading it."""
    if not archive.me.cleared(level):
        return False
    try:
        sharing.secret(archive, level, archive.levels[level].generation)
    except KeyMissing:
        return False
    return True


def _begin(archive: Archive, levels: Sequence[str], reason: str) -> None:
    """Make the new keys, wrap them for everybody who may read, and enter them in one commit.

    The git remote has it before it is here: two rotations at once could not be united, for each would know half of the keys.
    """
    if not archive.rehearsal:
        archive.repository.elsewhere.look(archive.tip)
    keys = archive.level_keys
    for level in levels:
        secret, recipient = age.generate()
        generation = keys.current(level).generation + 1
        keys = keys.with_(level, Generation(generation, recipient, archive.today))
        if archive.rehearsal:
            continue
        archive.keyring.drop_level(level, generation)  # what a kill left before the commit
        readers = {RECOVERY: keys.recovering, **sharing.readers(archive.members, level)}
        for reader, recipients in readers.items():
            for each in recipients:
                archive.keyring.store_level(level, generation, reader, each, secret)
    text = level_keys.text(keys).encode()
    subject = f"key.rotate: {', '.join(levels)}"
    archive.commit(Change(("key.rotate",), subject, {level_keys.PATH: text}, reason=reason), ahead=True)
