"""Keyring remotes: plain folders of the same files; adding one, uniting with it, and what it says in the register of copies."""

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from archivectl import yaml_text
from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.custody import entering, lapsed, places, sharing
from archivectl.custody.single import Uncopied, accept_single_copy, uncopied
from archivectl.encryption import age, rows, union
from archivectl.encryption.envelope import key_id
from archivectl.encryption.keyring import LEVEL_KEYS, KeyringAway, level_folder
from archivectl.encryption.private_files import make_folder
from archivectl.encryption.rows import KeyringDamaged, Row
from archivectl.encryption.union import Terms, United
from archivectl.encryption.wraps import is_wrap
from archivectl.errors import ArchiveError, KeyMissing, Refused, Unreadable, WrongUsage, told_by
from archivectl.i18n import N_, Sentence
from archivectl.members.member import RECOVERY
from archivectl.records import numbering, settings
from archivectl.store import states

__all__ = ["Synced", "Uncopied", "accept_single_copy", "add", "hand_out", "remove", "sync", "uncopied"]
_UNITING = N_("Uniting keyrings")
_UNSET = N_("no folder is set for it on this machine; archivectl key remote add {name} FOLDER")
_AWAY = N_(
    "not mounted, {folder} holds no keyring of this archive; mount it, then: archivectl key remote sync {name}; if it lies "
    "elsewhere now: archivectl key remote add {name} FOLDER"
)
_BROKE = N_("it went away in the middle: {problem}")


class NoSuchRemote(WrongUsage):
    """A name that is no keyring remote of the archive."""

    message = "“{name}” is no keyring remote of this archive."
    hint = "See which there are: archivectl key remote list. Add one: archivectl key remote add NAME FOLDER"


class BadRemote(WrongUsage):
    """A name that cannot stand in a file."""

    message = "“{name}” cannot be the name of a keyring remote."
    hint = "A name is like nas or office-2: archivectl key remote add nas FOLDER"


class NoFolder(Unreadable):
    """A keyring remote in a folder that is not there."""

    message = "There is no folder {folder}."
    hint = "Mount the share or the disk, or make the folder, then repeat: archivectl key remote add {name} {folder}"


class NotForKeys(Refused):
    """A folder in which keys could not be destroyed: one that git keeps."""

    message = "{folder} lies in a git repository, which keeps what is deleted; keys must not go there."
    hint = "Choose a plain folder on a share or a disk: archivectl key remote add NAME FOLDER"


class OtherFolder(Refused):
    """A folder without a keyring of this archive, under a name by which the archive has one elsewhere."""

    message = "{name} is a keyring remote of this archive already, and {folder} holds no keyring of it."
    hint = (
        "Mount the right share, or name the folder where it lies here. Where that keyring is lost, and this one takes its place: "
        "archivectl key remote add {name} {folder} --anew"
    )


class Synced(NamedTuple):
    """What came of a remote: the union, or why there was none; one that is not ``placed`` has no folder on this machine."""

    name: str
    united: United | None
    problem: Sentence | None
    placed: bool = True


def add(archive: Archive, name: str, folder: Path, *, anew: bool = False) -> tuple[Synced, ...]:
    """Let a folder be a keyring remote, by a name that all machines share, and unite with it.

    The register names the copy before any key leaves this machine. Only an administrator gives the archive a new name; where it
    has it already, anybody may say where that folder lies on their machine; ``anew`` where it was lost, and this is to take its
    place. What a kill left is done by doing it again.

    Raises:
        BadRemote, NoFolder, NotForKeys, OtherFolder, NotAllowed.
    """
    names = list(archive.config.get("keyrings") or ())
    if not numbering.is_handle(name):
        raise BadRemote(name=name)
    if not folder.is_dir():
        raise NoFolder(name=name, folder=folder)
    folder = folder.resolve()
    if any((above / ".git").exists() or states.is_bare(above) for above in (folder, *folder.parents)):
        raise NotForKeys(folder=folder)
    if name not in names:
        refuse_unless_admin(archive, "key.remote")
    there = places.keyring_in(archive, folder)
    if name in names and not (anew or there.folder.is_dir()):
        raise OtherFolder(name=name, folder=folder)
    if archive.rehearsal:
        return ()
    if name in names:  # a machine that joins has no keyring yet; it gets all that the others have
        archive.keyring.create()
    entering.enter(archive, [name])
    make_folder(there.folder, folder)
    if name not in names:
        config = {**archive.config, "keyrings": [*names, name]}
        text = yaml_text.dump(config, head="# yaml-language-server: $schema=schemas/archive.schema.json\n").encode()
        archive.commit(Change(("key.remote",), f"key.remote: {name}", {settings.NAME: text}))
    places.remember(archive, name, folder)
    return sync(archive, [name])


def sync(archive: Archive, names: Collection[str] = ()) -> tuple[Synced, ...]:
    """Unite this machine's keyring with remotes, all of them where none is named, and enter what the register ought to say.

    Call it in an archive whose newest commit is verified: keys go only for a destruction that stands there.

    Raises:
        NoSuchRemote, KeyringAway: of this machine's own keyring.
    """
    known = {remote.name: remote for remote in places.listed(archive)}
    for name in names:
        if name not in known:
            raise NoSuchRemote(name=name)
    terms = terms_of(archive)
    done = [_synced(archive, known[name], terms) for name in names or known]
    if not archive.rehearsal:
        entering.enter(archive, [each.name for each in done if each.united])
    return tuple(done)


def _synced(archive: Archive, remote: places.Remote, terms: Terms) -> Synced:
    if remote.folder is None:
        return Synced(remote.name, None, Sentence(_UNSET, name=remote.name), placed=False)
    there = places.keyring_in(archive, remote.folder)
    archive.keyring.demand()
    tip = archive.tip
    try:
        if not remote.here:
            return Synced(remote.name, None, Sentence(_AWAY, name=remote.name, folder=remote.folder))
        if archive.rehearsal:
            return Synced(remote.name, United(), None)
        with archive.keyring.alone():
            united = union.unite(archive.keyring, there, terms, lambda done, all_: archive.progress(_UNITING, done, all_))
    except KeyringAway as error:
        return Synced(remote.name, None, Sentence(error.message, **error.values))
    except OSError as error:
        return Synced(remote.name, None, Sentence(_BROKE, problem=Sentence(told_by(error))))
    if not united.damaged:
        places.mark(archive, remote.name, tip)
    return Synced(remote.name, united, None)


def hand_out(archive: Archive, handles: Collection[str]) -> tuple[str, ...]:
    """Put the level keys wrapped for some readers in every remote that is there, in the place of older wraps.

    Returns:
        The remotes that could not take them: ``sync`` brings them there later, as to those that are away.
    """
    folders = [level_folder(*key) for key in archive.keyring.level_keys() if key[1] <= archive.levels[key[0]].generation]
    files = [(folder, path) for folder in folders for path in archive.keyring.files(LEVEL_KEYS, folder)]
    wraps = [(folder, path.name, path.read_bytes()) for folder, path in files if path.name.rsplit(".", 2)[0] in handles]
    missed = []
    for name, other in places.reachable(archive).items():
        try:
            for wrap in wraps:
                other.put(LEVEL_KEYS, *wrap)
        except (KeyringAway, OSError):
            missed.append(name)
    return tuple(missed)


def remove(archive: Archive, gone: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Take keys out of every remote that can be reached now, all of a uid or those named; the remotes that could not."""
    there = places.reachable(archive)
    away = [remote.name for remote in places.listed(archive) if remote.name not in there]
    for name, keyring in there.items():
        try:
            keyring.remove(uid for uid, keys in gone.items() if not keys)
            for uid in filter(gone.get, gone):
                keyring.remove([uid], gone[uid])
        except (KeyringAway, KeyringDamaged, OSError):
            away.append(name)
    return tuple(away)


def terms_of(archive: Archive) -> Terms:
    """What may be united with this machine's keyring, as the archive tells it and the actor can judge it."""
    forgotten = frozenset[str]().union(*lapsed.recipients(archive).values())
    return Terms(
        gone=lapsed.uids(archive),
        forgotten=forgotten,
        generations={level: found.generation for level, found in archive.levels.items()},
        readers=frozenset({*archive.members, RECOVERY}),
        opens=lambda row: _opens(archive, row),
        fits=partial(_fits, archive, sharing.owners(archive)),
    )


def _opens(archive: Archive, row: Row) -> bool:
    try:
        rows.open_row(row, sharing.secret(archive, row.level, row.generation))
    except ArchiveError:
        return False
    return True


def _fits(
    archive: Archive, owners: Mapping[tuple[str, str], str], level: str, generation: int, owner: tuple[str, str], content: bytes
) -> bool | None:
    """Whether a wrap is the level key that the archive names: opened where the actor's identity is at hand, else by its form."""
    recipient = owners.get(owner, "")
    if recipient and not is_wrap(content, recipient):
        return False
    try:
        identities = archive.opener.identities if owner[0] == archive.me.handle else ()
    except KeyMissing:  # what the actor has no identity for on this machine is judged by its form
        return None
    if not any(age.is_device(each) or key_id(rows.recipient_of(each) or "") == owner[1] for each in identities):
        return None
    wanted = next(row.recipient for row in archive.level_keys.levels[level] if row.generation == generation)
    try:
        return rows.recipient_of(rows.text(age.decrypt(content, identities)).split("\n", 1)[0]) == wanted
    except KeyMissing:
        return False
