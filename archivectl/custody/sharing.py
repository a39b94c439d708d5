"""Sharing level keys: an administrator clears a member in git, and anybody who holds a level's key wraps it for them here."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from archivectl.archive import Archive, UnknownMember
from archivectl.custody.readers import Wanting, exposed, readers, wanting
from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS, key_id
from archivectl.errors import KeyMissing
from archivectl.members.member import RECOVERY

__all__ = ["Holder", "Wanting", "exposed", "owners", "readers", "secret", "share", "share_out", "wanting", "wrap"]


def owners(archive: Archive) -> dict[tuple[str, str], str]:
    """Every key that a level key may be wrapped for, retired ones too: its recipient by handle and key id."""
    known = [(handle, key.public) for handle, member in archive.members.items() for key in member.age]
    known += [(RECOVERY, recipient) for recipient in archive.level_keys.recovered]
    return {(handle, key_id(public)): public for handle, public in known}


class Holder(NamedTuple):
    """Who opens level keys: a reader's handle, with their identities."""

    handle: str
    identities: Sequence[str]


def secret(archive: Archive, level: str, generation: int, holder: Holder | None = None) -> str:
    """The secret of a level key, as the actor or another holder opens it; what is not the archive's key counts for nothing.

    Raises:
        NoIdentity, LevelKeyNotShared, LevelKeyShut.
    """
    recipient = next(row.recipient for row in archive.level_keys.levels[level] if row.generation == generation)
    handle, identities = holder or (archive.me.handle, archive.opener.identities)
    return archive.keyring.level_secret(level, generation, handle, identities, recipient)


def share(archive: Archive, handle: str) -> tuple[str, ...]:
    """Wrap for a member the keys of every level and generation that they are cleared for and the actor can open.

    Returns:
        The levels left over, for somebody else to share.

    Raises:
        UnknownMember, NoIdentity, KeyringAway.
    """
    if handle not in archive.members:
        raise UnknownMember(handle=handle, known=", ".join(archive.members))
    member = archive.members[handle]
    return wrap(archive, handle, member.recipients(), [level for level in LEVELS if member.cleared(level)])


def share_out(archive: Archive, handle: str = "", holder: Holder | None = None) -> tuple[list[Wanting], list[Wanting]]:
    """Share with one member, or with everybody who lacks a sound current key; what was shared, and what is left to others.

    Whoever is named gets every wrap anew, lest one that was spoilt stay; recovery is among everybody. ``holder`` opens the keys
    where the actor does not: whoever has the recovery sheet.

    Raises:
        UnknownMember, NoIdentity, KeyringAway.
    """
    lacking = list(wanting(archive.keyring, archive.level_keys, archive.members))
    if handle:
        if handle not in archive.members:
            raise UnknownMember(handle=handle, known=", ".join(archive.members))
        cleared = [level for level in LEVELS if archive.members[handle].cleared(level)]
        lacking = [Wanting(handle, level, archive.levels[level].generation) for level in cleared]
    done, left = list[Wanting](), list[Wanting]()
    for each in lacking:
        reader = archive.members.get(each.handle)
        recipients = reader.recipients() if reader else archive.level_keys.recovering
        if wrap(archive, each.handle, recipients, [each.level], holder):
            left.append(each)
        else:
            done += (each._replace(generation=row.generation) for row in archive.level_keys.levels[each.level])
    return done, left


def wrap(
    archive: Archive, reader: str, recipients: Iterable[str], levels: Iterable[str], holder: Holder | None = None
) -> tuple[str, ...]:
    """Wrap every generation of some levels for a reader's own keys, ``recovery`` among readers; returns the levels left over."""
    left = []
    recipients = tuple(recipients)
    for level in levels:
        for row in archive.level_keys.levels[level]:
            try:
                found = secret(archive, level, row.generation, holder)
            except KeyMissing:
                left.append(level)
                continue
            for recipient in () if archive.rehearsal else recipients:
                below = _below(archive, level, holder) if age.is_device(recipient) else {}
                archive.keyring.store_level(level, row.generation, reader, recipient, found, below)
    return tuple(dict.fromkeys(left))


def _below(archive: Archive, level: str, holder: Holder | None) -> dict[tuple[str, int], str]:
    """The secrets, up to a level, that the actor opens: who may read a level may read those below it."""
    found = {}
    for each in LEVELS[: LEVELS.index(level) + 1]:
        for row in archive.level_keys.levels[each]:
            with suppress(KeyMissing):
                found[each, row.generation] = secret(archive, each, row.generation, holder)
    return found
