"""Who reads a level, by the archive, and whom its key is wrapped for, by the files in a keyring; only a reader's own are opened.

It loads little: what is due of a morning asks it too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from archivectl.encryption import levels as level_keys
from archivectl.encryption.envelope import LEVELS, key_id
from archivectl.encryption.levels import LevelKeys
from archivectl.encryption.wraps import LevelKeySpoilt, Wraps
from archivectl.errors import KeyMissing
from archivectl.i18n import N_, Sentence, Titles
from archivectl.members import member as members_
from archivectl.members.member import RECOVERY, Member

_SHARE = N_("{members}: cleared, but nobody gave them the keys for it, or those are damaged: archivectl key share")
_ROTATE = N_("{levels}: {members} may not read this any more, but has the key: archivectl key rotate {words} --reason …")
_OLD_SHEET = N_("{levels}: an older recovery sheet still opens this: archivectl key rotate {words} --reason …")
_LEFT = N_("{name} has left, so nothing waits for {handle} any more; act as a member who is here: archivectl --as MEMBER todo")
_LOST = N_(
    "The keyring on this machine, {folder}, is not there: archivectl key restore BACKUP, or from a remote: "
    "archivectl key remote add NAME FOLDER"
)
_LACKING = N_(
    "{levels}: you are cleared, but this machine has no key for you; bring it: archivectl key remote sync, or ask who has it "
    "for: archivectl key share {handle}"
)


_SPOILT = N_(
    "{levels}: the key that lies here for you is damaged, or is another key; bring it again: archivectl key remote sync, or ask "
    "who has it for: archivectl key share {handle}"
)


class Wanting(NamedTuple):
    """A reader who is cleared for a level whose current key is not wrapped for them in this keyring."""

    handle: str
    level: str
    generation: int


def readers(members: Mapping[str, Member], level: str) -> dict[str, list[str]]:
    """The recipients in use of everybody who may read a level now, by handle."""
    return {handle: member.recipients() for handle, member in members.items() if member.cleared(level)}


def wanting(keyring: Wraps, keys: LevelKeys, members: Mapping[str, Member]) -> Iterator[Wanting]:
    """Every reader, recovery included, for whom no wrap of a level's current key lies in a keyring that is one by its form."""
    for level in LEVELS:
        current = keys.current(level)
        owners = _owners(keys, members, level)
        lacking = owners.keys() - keyring.sound(level, current.generation, owners)
        for handle in dict.fromkeys(handle for handle, key in owners if (handle, key) in lacking):
            yield Wanting(handle, level, current.generation)


def spoilt(keyring: Wraps, keys: LevelKeys, members: Mapping[str, Member]) -> Iterator[Wanting]:
    """Every wrap, of any generation, for who may read a level now that is no wrap for them by its form; nothing is opened."""
    for level in LEVELS:
        owners = _owners(keys, members, level)
        for row in keys.levels[level]:
            there = keyring.wraps(level, row.generation) & owners.keys()
            for handle in sorted({handle for handle, _key in there - keyring.sound(level, row.generation, owners)}):
                yield Wanting(handle, level, row.generation)


def shut(keyring: Wraps, keys: LevelKeys, me: Member, identities: Sequence[str]) -> Iterator[Wanting]:
    """The keys, of any generation, wrapped for a reader's identities at hand that those do not open, or that are other keys."""
    for level in (each for each in LEVELS if me.cleared(each)):
        for row in keys.levels[level]:
            try:
                keyring.level_secret(level, row.generation, me.handle, identities, row.recipient)
            except LevelKeySpoilt:
                yield Wanting(me.handle, level, row.generation)
            except KeyMissing:  # not shared, or for an identity that another machine has
                continue


def _owners(keys: LevelKeys, members: Mapping[str, Member], level: str) -> dict[tuple[str, str], str]:
    """The recipients in use of who reads a level now, recovery included, by handle and key id."""
    wanted = {RECOVERY: keys.recovering, **readers(members, level)}
    return {(handle, key_id(recipient)): recipient for handle, some in wanted.items() for recipient in some}


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


def owing(top: Path, keyring: Wraps, me: Member, identities: Sequence[str] = ()) -> Iterator[Owing]:
    """What a member is to do about keys: bring what this machine lacks, share what they hold, and as administrator rotate.

    Args:
        top: the archive's work tree, whose members and level keys are read.
        keyring: this machine's.
        me: whose duties.
        identities: their secrets, where they can be had without asking for anything.
    """
    if me.retired is not None:
        yield Owing("member.retired", Sentence(_LEFT, name=me.name, handle=me.handle), "member list")
        return
    if not keyring.folder.is_dir():
        yield Owing("key.restore", Sentence(_LOST, folder=keyring.folder), "key restore BACKUP")
        return
    if not any(me.cleared(level) for level in LEVELS) or not (top / level_keys.PATH).is_file():
        return
    keys = level_keys.parse((top / level_keys.PATH).read_bytes())
    own = {(me.handle, key_id(recipient)): recipient for recipient in me.recipients()}
    bad = list(dict.fromkeys(each.level for each in shut(keyring, keys, me, identities)))
    held = [level for level in LEVELS if level not in bad and keyring.sound(level, keys.current(level).generation, own)]
    if mine := [level for level in LEVELS if me.cleared(level) and level not in (*held, *bad)]:
        yield Owing("key.lacking", Sentence(_LACKING, levels=_titled(mine), handle=me.handle), "key remote sync")
    if bad:
        yield Owing("key.spoilt", Sentence(_SPOILT, levels=_titled(bad), handle=me.handle), "key remote sync")
    members = dict(_members(top / "members")) if held else {}
    lacking = dict.fromkeys(each.handle for each in wanting(keyring, keys, members) if held and each.level in held)
    if lacking:
        yield Owing("key.share", Sentence(_SHARE, members=", ".join(lacking)), "key share")
    lost = {level: who for level, who in exposed(keyring, keys, members).items() if level in held}
    if lost and "admin" in me.titles:
        who, words = dict.fromkeys(handle for some in lost.values() for handle in some), " ".join(lost)
        said = _OLD_SHEET if set(who) == {RECOVERY} else _ROTATE
        say = Sentence(said, levels=_titled(lost), members=", ".join(who), words=words)
        yield Owing("key.rotate", say, f"key rotate {words}")


def _titled(levels: Iterable[str]) -> Titles:
    """Levels, as the reader's language calls them."""
    return Titles(map(Sentence, levels))


def _members(folder: Path) -> Iterator[tuple[str, Member]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem != RECOVERY:
            member = members_.parse(path.read_bytes(), str(path))
            yield member.handle, member
