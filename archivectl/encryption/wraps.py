"""Level keys in a keyring: ``levels/<level>.<generation>/<handle>.<key id>.age``, a wrap for each key of each reader."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS, key_id
from archivectl.encryption.private_files import make_folder, put_file
from archivectl.encryption.rows import SEGMENT, recipient_of, text
from archivectl.errors import KeyMissing, Unreadable
from archivectl.i18n import Sentence

LEVEL_KEYS, RECORDS = "levels", "records"
WRAP = ".age"
_LEAST = 75  # bytes of a secret key on its line
_HANDLE = re.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_LEVEL_FOLDER = re.compile(rf"({'|'.join(LEVELS)})\.[1-9][0-9]*")
_BELOW = re.compile(rf"^# ({'|'.join(LEVELS)})\.([1-9][0-9]*)\n(\S+)$", re.MULTILINE)
_NONE: Mapping[tuple[str, int], str] = {}


class KeyringAway(Unreadable):
    """The folder of the keyring is not there, and a folder that is not mounted must not pass for an empty one."""

    message = "The keyring folder {folder} is not there."
    hint = (
        "Where it is on a disk that is away, mount it. Where it is lost: archivectl key restore BACKUP --recovery FILE; or from "
        "a remote: archivectl key remote add NAME FOLDER"
    )


class LevelKeyNotShared(KeyMissing):
    """Nobody has wrapped the key of the level for this reader yet."""

    message = "The {level} key (generation {generation}) has not been shared with {handle} here."
    hint = (
        "Somebody who has that key gives it to them: archivectl key share {handle}; from another machine, then here: "
        "archivectl key remote sync"
    )


class LevelKeyShut(KeyMissing):
    """The key of the level was wrapped for this reader, but not for an identity at hand."""

    message = "The {level} key (generation {generation}) of {handle} does not open with the identity on this machine."
    hint = (
        "Use the machine that holds this identity. Where it is lost, ask for new keys: archivectl member request {handle} -o FILE"
    )


class LevelKeySpoilt(LevelKeyShut):
    """A wrap for the identity at hand is damaged, or holds another key than the archive's; the identity is in order."""

    message = "The {level} key (generation {generation}) that lies here for {handle} is damaged, or is another key."
    hint = (
        "The identity on this machine is in order. Bring the key again: archivectl key remote sync; or whoever has it wraps it "
        "anew: archivectl key share {handle}"
    )


class Wraps:
    """The level keys of the keyring in one folder."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self.folder = folder
        self._shared = folder if shared else None  # what is made in a remote is for whom the remote is for
        self._opened: dict[tuple[str, int, str, str, tuple[str, ...]], str] = {}
        self._looked: set[tuple[str, tuple[str, ...]]] = set()

    def create(self) -> None:
        """Make the folder (and those above it); writing never does, lest a share that is not mounted seem to be one."""
        make_folder(self.folder)

    def demand(self) -> None:
        """Raise KeyringAway where the folder is not there."""
        if not self.folder.is_dir():
            raise KeyringAway(folder=self.folder)

    def put(self, part: str, folder: str, name: str, content: bytes) -> None:
        """Put a file in place, as it lies in another keyring; raises OSError, also where the keyring itself went away."""
        put_file(self.folder / part / folder, name, content, self._shared)

    def files(self, part: str, folder: str) -> list[Path]:
        """The finished files of one folder of a part, none where it is not there."""
        return files_in(self.folder / part / folder, WRAP if part == LEVEL_KEYS else SEGMENT)

    def store_level(
        self, level: str, generation: int, handle: str, recipient: str, secret: str, below: Mapping[tuple[str, int], str] = _NONE
    ) -> None:
        """Wrap the secret of a level key for one reader's own key; a wrap for the same key is replaced.

        ``below`` are secrets that the reader may know as well, by level and generation: of a device, one touch then opens all.
        """
        self.demand()
        if not _HANDLE.fullmatch(handle):
            raise ValueError(f"no handle: {handle}")
        content = f"{secret}\n" + "".join(f"# {name}.{number}\n{each}\n" for (name, number), each in sorted(below.items()))
        wrapped = age.encrypt(content.encode("ascii"), [recipient])
        self.put(LEVEL_KEYS, level_folder(level, generation), f"{handle}.{key_id(recipient)}{WRAP}", wrapped)

    def level_secret(self, level: str, generation: int, handle: str, identities: Sequence[str], recipient: str = "") -> str:
        """The secret of a level key, opened with one of a reader's own secrets; raises LevelKeyNotShared or LevelKeyShut.

        Where ``recipient`` is given, what is not the secret half of it counts for nothing.
        """
        asked = (level, generation, handle, recipient, tuple(identities))
        if asked not in self._opened and any(map(age.is_device, identities)):
            self._open_below(handle, tuple(identities))
        if asked not in self._opened:
            self._opened[asked] = self._open_level(*asked)
        return self._opened[asked]

    def level_readers(self, level: str, generation: int) -> list[str]:
        """The handles that a level key is wrapped for, with ``recovery`` where it is."""
        return sorted({reader for reader, _key in self.wraps(level, generation)})

    def wraps(self, level: str, generation: int) -> set[tuple[str, str]]:
        """Whom a level key is wrapped for: handle and id of their key."""
        paths = self.files(LEVEL_KEYS, level_folder(level, generation))
        return {_owner(path) for path in paths}

    def sound(self, level: str, generation: int, owners: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
        """For whom of some owners (recipients by handle and key id) a wrap lies here that is one for them; nothing is opened."""
        found = set()
        for path in self.files(LEVEL_KEYS, level_folder(level, generation)):
            owner = _owner(path)
            if owner in owners and not path.is_symlink() and is_wrap(path.read_bytes(), owners[owner]):
                found.add(owner)
        return found

    def level_keys(self) -> list[tuple[str, int]]:
        """The levels and generations that anything is wrapped for here."""
        names = (path.name for path in listed(self.folder / LEVEL_KEYS) if _LEVEL_FOLDER.fullmatch(path.name))
        return sorted((level, int(generation)) for level, _dot, generation in (name.rpartition(".") for name in names))

    def drop_level(self, level: str, generation: int) -> None:
        """Take every wrap of a level key away: of a generation that never came to be."""
        for path in listed(self.folder / LEVEL_KEYS / level_folder(level, generation)):
            path.unlink(missing_ok=True)

    def _open_below(self, handle: str, identities: tuple[str, ...]) -> None:
        """Open the wrap of the highest level for a reader, and keep what it holds of others; a wrap for another key opens not."""
        if (handle, identities) in self._looked:
            return
        self._looked.add((handle, identities))
        levels = sorted(self.level_keys(), key=lambda key: (LEVELS.index(key[0]), key[1]), reverse=True)
        wraps = ((each, path) for each in levels for path in self.files(LEVEL_KEYS, level_folder(*each)))
        for (level, generation), path in wraps:
            if _reader(path) != handle:
                continue
            try:
                content = text(age.decrypt(path.read_bytes(), identities))
            except age.DoesNotOpen:
                continue
            secrets_of = {(level, generation): content.split("\n", 1)[0]}
            secrets_of |= {(found[1], int(found[2])): found[3] for found in _BELOW.finditer(content)}
            for (name, number), secret in secrets_of.items():
                for recipient in ("", recipient_of(secret) or ""):
                    self._opened[name, number, handle, recipient, identities] = secret
            return

    def _open_level(self, level: str, generation: int, handle: str, wanted: str, identities: tuple[str, ...]) -> str:
        paths = [path for path in self.files(LEVEL_KEYS, level_folder(level, generation)) if _reader(path) == handle]
        for path in paths:
            try:
                secret = text(age.decrypt(path.read_bytes(), identities)).split("\n", 1)[0]
            except age.DoesNotOpen:
                continue  # wrapped for another key of the same reader
            recipient = recipient_of(secret)
            if recipient and wanted in {"", recipient}:
                return secret
        mine = {key_id(public) for public in map(recipient_of, identities) if public}
        spoilt = any(_owner(path)[1] in mine for path in paths)
        cause = LevelKeySpoilt if spoilt else LevelKeyShut if paths else LevelKeyNotShared
        raise cause(level=Sentence(level), generation=generation, handle=handle)


def level_folder(level: str, generation: int) -> str:
    """The folder of the wraps of a level key; raises ValueError for what is none."""
    name = f"{level}.{generation}"
    if not _LEVEL_FOLDER.fullmatch(name):
        raise ValueError(f"no level key: {name}")
    return name


def is_wrap(content: bytes, recipient: str) -> bool:
    """Whether bytes are, by their form, a level key wrapped for one recipient alone."""
    return age.is_wrap_for(content, recipient, _LEAST)


def _owner(wrap: Path) -> tuple[str, str]:
    """Handle and key id in ``<handle>.<key id>.age``; handles may hold dots, key ids none."""
    handle, _dot, key = wrap.name.removesuffix(WRAP).rpartition(".")
    return handle, key


def _reader(wrap: Path) -> str:
    return _owner(wrap)[0]


def listed(folder: Path) -> list[Path]:
    """What lies in a folder, nothing where it is not there."""
    return list(folder.iterdir()) if folder.is_dir() else []


def files_in(folder: Path, suffix: str) -> list[Path]:
    """The finished files of a folder of a keyring, none where it is not there."""
    return sorted(path for path in listed(folder) if path.name.endswith(suffix))
