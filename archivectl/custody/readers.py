"""Who reads a level, by the archive, and whom its key is wrapped for, by the names in a keyring; nothing is opened here.

It loads little: what is due of a morning asks it too.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from archivectl.encryption import levels as level_keys
from archivectl.encryption.envelope import LEVELS, key_id
from archivectl.encryption.levels import LevelKeys
from archivectl.encryption.wraps import Wraps
from archivectl.i18n import N_, Sentence
from archivectl.members import member as members_
from archivectl.members.member import RECOVERY, Member

_SHARE = N_("{members}: cleared, but nobody gave them the keys for it: archivectl key share")
_ROTATE = N_("{levels}: {members} may not read this any more, but has the key: archivectl key rotate {words} --reason …")


class Wanting(NamedTuple):
    """A reader who is cleared for a level whose current key is not wrapped for them in this keyring."""

    handle: str
    level: str
    generation: int


def readers(members: Mapping[str, Member], level: str) -> dict[str, list[str]]:
    """The recipients in use of everybody who may read a level now, by handle."""
    return {handle: member.recipients() for handle, member in members.items() if member.cleared(level)}


def wanting(keyring: Wraps, keys: LevelKeys, members: Mapping[str, Member]) -> Iterator[Wanting]:
    """Every reader, recovery included, whom the current key of a level is not wrapped for in a keyring: looks at names alone."""
    for level in LEVELS:
        current = keys.current(level)
        wrapped = keyring.wraps(level, current.generation)
        wanted = {RECOVERY: keys.recovering, **readers(members, level)}
        for handle, recipients in wanted.items():
            if any((handle, key_id(recipient)) not in wrapped for recipient in recipients):
                yield Wanting(handle, level, current.generation)


def exposed(keyring: Wraps, keys: LevelKeys, members: Mapping[str, Member]) -> dict[str, tuple[str, ...]]:
    """The levels whose current key was wrapped for somebody who may not read it now, or by a key that is retired: and who."""
    found = {}
    for level in LEVELS:
        may = {(RECOVERY, key_id(recipient)) for recipient in keys.recovering}
        for handle, recipients in readers(members, level).items():
            may |= {(handle, key_id(recipient)) for recipient in recipients}
        known = {*members, RECOVERY}
        others = {handle for handle, key in keyring.wraps(level, keys.current(level).generation) - may if handle in known}
        if others:
            found[level] = tuple(sorted(others))
    return found


class Owing(NamedTuple):
    """What somebody is to do about keys: the name of the duty, the sentence, and the command."""

    duty: str
    say: Sentence
    how: str


def owing(top: Path, keyring: Wraps, me: Member) -> Iterator[Owing]:
    """What a member is to do about keys: share what they hold, and as administrator rotate what somebody holds who may not.

    Args:
        top: the archive's work tree, whose members and level keys are read.
        keyring: this machine's.
        me: whose duties.
    """
    if not any(me.cleared(level) for level in LEVELS) or not (top / level_keys.PATH).is_file():
        return
    keys = level_keys.parse((top / level_keys.PATH).read_bytes())
    held = [level for level in LEVELS if me.handle in keyring.level_readers(level, keys.current(level).generation)]
    members = dict(_members(top / "members")) if held else {}
    lacking = dict.fromkeys(each.handle for each in wanting(keyring, keys, members) if held and each.level in held)
    if lacking:
        yield Owing("key.share", Sentence(_SHARE, members=", ".join(lacking)), "key share")
    lost = {level: who for level, who in exposed(keyring, keys, members).items() if level in held}
    if lost and "admin" in me.titles:
        who, words = dict.fromkeys(handle for some in lost.values() for handle in some), " ".join(lost)
        yield Owing(
            "key.rotate", Sentence(_ROTATE, levels=", ".join(lost), members=", ".join(who), words=words), f"key rotate {words}"
        )


def _members(folder: Path) -> Iterator[tuple[str, Member]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem != RECOVERY:
            member = members_.parse(path.read_bytes(), str(path))
            yield member.handle, member
