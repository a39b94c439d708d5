"""What lies on the medium of a backup: a bundle, two encrypted files of keys, and last of all a manifest that lists them."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.encryption import age, copies
from archivectl.encryption.keyring import Keyring
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import N_, Sentence
from archivectl.members.member import LEVELS, RECOVERY, Member

BUNDLE, MANIFEST, KEYS = "archive.bundle", "manifest.json", "keys"
KEY_FILES = {"levels": "levels.age", "records": "records.age"}
FORMAT = 1
_SECRET = re.compile("AGE-SECRET-KEY-1[0-9A-Z]+")
_LACKS = N_("{file} is not there.")
_DIFFERS = N_("{file} is not what was written: its digest differs.")


class NoBackup(Unreadable):
    """A folder without a manifest, or with one that cannot be read."""

    message = "{folder} holds no finished backup."
    hint = "A backup that was never finished has no manifest.json: take another one, or make it again."


class NoSheet(WrongUsage):
    """A recovery sheet that holds no key."""

    message = "{path} holds no decryption identity."
    hint = "Give a text file with the line AGE-SECRET-KEY-1… of the recovery sheet: --recovery FILE"


class Manifest(NamedTuple):
    """What a backup says of itself: archive, fingerprint and newest commit, its entry, when it was made, digests by file name."""

    archive: str
    fingerprint: str
    tip: str
    entry: str
    number: str
    made: str
    files: Mapping[str, str]

    @property
    def text(self) -> bytes:
        """Its file."""
        return json.dumps({"format": FORMAT, **self._asdict()}, indent=2).encode() + b"\n"


class Reader(NamedTuple):
    """Who opens the keys of a backup: a member with their identities, or whoever holds the recovery sheet."""

    member: Member
    identities: Sequence[str]


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises NoBackup."""
    try:
        data: Any = json.loads((folder / MANIFEST).read_bytes())
        found = Manifest(**{name: data[name] for name in Manifest._fields})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoBackup(folder=folder) from error
    whole = data["format"] == FORMAT and {BUNDLE, *KEY_FILES.values()} == found.files.keys()
    if not whole or not all(isinstance(value, str) for value in (*found[:-1], *found.files.values())):
        raise NoBackup(folder=folder)
    return found


def by_sheet(path: Path) -> Reader:
    """Who holds a recovery sheet; raises NoSheet."""
    found = _SECRET.findall(path.read_text(encoding="utf-8", errors="replace"))
    if not found:
        raise NoSheet(path=path)
    return Reader(Member(RECOVERY, RECOVERY, "", None, (), (), LEVELS[-1], None, (), ()), tuple(found))


def place_of(name: str, folder: Path, keys: Path) -> Path:
    """Where a file of a backup lies."""
    return (folder if name == BUNDLE else keys) / name


def faults(manifest: Manifest, folder: Path, keys: Path) -> Iterator[Sentence]:
    """The files that are missing, or not as they were written."""
    for name, wanted in manifest.files.items():
        path = place_of(name, folder, keys)
        if not path.is_file():
            yield Sentence(_LACKS, file=path)
        elif digest(path) != wanted:
            yield Sentence(_DIFFERS, file=path)


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def laid_out(keys: Path, reader: Reader, folder: Path) -> Keyring:
    """The keyring of a backup, opened and laid out in a folder; raises age.DoesNotOpen, CopyDamaged."""
    for name in KEY_FILES.values():
        copies.unpack(age.decrypt((keys / name).read_bytes(), reader.identities), folder)
    return Keyring(folder)
