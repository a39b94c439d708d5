"""What lies on the medium of a backup: a bundle, two encrypted files of keys, and last of all a manifest that lists them."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.custody import drill
from archivectl.custody.drill import Reader
from archivectl.encryption import age, copies
from archivectl.encryption.keyring import Keyring
from archivectl.errors import KeyMissing, Unreadable, WrongUsage
from archivectl.i18n import N_, Sentence

BUNDLE, MANIFEST, KEYS = "archive.bundle", "manifest.json", "keys"
KEY_FILES = {"levels": "levels.age", "records": "records.age"}
FORMAT = 1
_MEGABYTE = 1 << 20
_LARGEST = 1 << 16  # bytes of a manifest
_NAME = re.compile(r"[0-9A-Za-z]+")
_LACKS = N_("{file} is not there.")
_DIFFERS = N_("{file} is not what was written: its digest differs.")


class NoBackup(Unreadable):
    """A folder without a manifest, or with one that cannot be read."""

    message = "{folder} holds no finished backup."
    hint = "A backup that was never finished has no manifest.json: take another one, or make it again."


class NoKeysThere(WrongUsage):
    """A folder that does not hold the keys of a backup."""

    message = "{folder} holds no keys of a backup."
    hint = "Name the folder with levels.age and records.age: --keys DIR"


class OtherKeys(WrongUsage):
    """A folder with the keys of another backup."""

    message = "The keys in {folder} are not those of this backup."
    hint = "Name the folder with its own levels.age and records.age: --keys DIR"


class NoRoom(Unreadable):
    """A medium that is too full."""

    message = "Where {folder} lies, {free} MB are free; {needed} MB may be needed."
    hint = "Make room there, or choose another place. Nothing was entered."


class NotForReader(KeyMissing):
    """Keys that are whole, and that whoever looks at them cannot open."""

    message = "The identity given does not open the keys of this backup."
    hint = "Give the whole recovery sheet of this archive with --recovery FILE, or act as the member who made the backup."


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


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises NoBackup."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            data: Any = json.loads(file.read(_LARGEST))
        found = Manifest(**{name: data[name] for name in Manifest._fields})
        texts = (*found[:-1], *(found.files[name] for name in (BUNDLE, *KEY_FILES.values())))
        whole = data["format"] == FORMAT and len(texts) - len(found[:-1]) == len(found.files)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise NoBackup(folder=folder) from error
    if not whole or not all(isinstance(value, str) for value in texts):
        raise NoBackup(folder=folder)
    if not all(_NAME.fullmatch(name) for name in (found.archive, found.entry)):  # they become names of files
        raise NoBackup(folder=folder)
    return found


def by_sheet(path: Path) -> Reader:
    """Who holds a recovery sheet; raises NoSheet."""
    return drill.by_sheet(path.read_text(encoding="utf-8", errors="replace"), path)


def place_of(name: str, folder: Path, keys: Path) -> Path:
    """Where a file of a backup lies."""
    return (folder if name == BUNDLE else keys) / name


def with_keys(folder: Path) -> bool:
    """Whether there are keys of some backup in a folder."""
    return any((folder / name).is_file() for name in KEY_FILES.values())


def refuse_other_keys(manifest: Manifest, folder: Path, keys: Path) -> None:
    """Raise where the folder named holds no keys, or those of another backup: that is no fault of the backup.

    Keys in the backup's own folder are its own, whatever became of them.
    """
    if not with_keys(keys):
        raise NoKeysThere(folder=keys)
    there = [name for name in KEY_FILES.values() if (keys / name).is_file()]
    ours = keys.resolve() == (folder / KEYS).resolve()
    if not ours and not any(digest(keys / name) == manifest.files[name] for name in there):
        raise OtherKeys(folder=keys)


def demand_room(folder: Path, size: int) -> None:
    """Raise NoRoom where a folder lies on a medium with less room than that many bytes."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise NoRoom(folder=folder, free=-(-free // _MEGABYTE), needed=-(-size // _MEGABYTE))


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
    """The keyring of a backup, opened and laid out in a folder; raises NotForReader, CopyDamaged."""
    for name in KEY_FILES.values():
        try:
            content = age.decrypt((keys / name).read_bytes(), reader.identities)
        except age.DoesNotOpen as error:
            raise NotForReader from error
        copies.unpack(content, folder)
    return Keyring(folder)
