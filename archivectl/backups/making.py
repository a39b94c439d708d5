"""Making a backup: entered before any key leaves this machine, and finished only with its manifest, which is written last."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from archivectl import requests
from archivectl.archive import Archive
from archivectl.backups import medium, scans
from archivectl.cases import Work
from archivectl.destruction.acts import reapply
from archivectl.encryption import age, copies
from archivectl.encryption.private_files import UNFINISHED, make_folder, put_file
from archivectl.errors import Refused, Unreadable, told_by
from archivectl.founding import NotEmpty
from archivectl.i18n import N_, Sentence
from archivectl.registers.fold import Case
from archivectl.store import bundles
from archivectl.store.states import CannotWrite

_MAKING = N_("Making a backup")
_FILES = 4
_PROBE = 1 << 20  # bytes
_PADDING = 1 << 10  # bytes that a file takes in a tar beside its content
_FAILED = "写入介质失败"  # the reason in the register, which is kept in Chinese
_DISCARDED = N_("{entry} is discarded, and what had been written is removed.")
_LEFT = N_("{entry} is discarded. Keys may be left there: its copy of keys stays in the register until you have destroyed them.")


class PlaceAway(Refused):
    """The folder above the backup's is not there: a medium that is not mounted must not seem to be one."""

    message = "{folder} is not there."
    hint = "Mount the medium, or make the folder that the backup is to lie in."


class InTheArchive(Refused):
    """A backup, with its keys, inside the archive that it is of."""

    message = "{folder} lies in the archive itself."
    hint = "Keep backups elsewhere, and the keys apart from the rest: --keys DIR"


class NotWritable(Unreadable):
    """A place where nothing can be written."""

    message = "Nothing can be written to {folder}: {problem}."
    hint = "Check that the medium is there, has room and may be written to. Nothing was entered."


class NotWritten(Unreadable):
    """A backup that broke off."""

    message = "The backup could not be written to {folder}: {problem}. {outcome}"
    hint = "Check the medium and the room on it, or take another one; then make the backup again."


class Wanted(NamedTuple):
    """Where a backup goes, its keys apart or not, and what the register says of it."""

    folder: Path
    keys: Path
    medium: str = ""
    place: str = ""
    off_site: bool = False


def make(archive: Archive, wanted: Wanted) -> Case:
    """Write a bundle of the archive and, in files apart, its keys for the recovery identity and the actor.

    Two commits: the backup and the copy of the keys are entered before any key is written, and what was done after it. What a
    kill leaves between has no manifest, and its entry says that it was begun; where writing fails, the entry is discarded.

    Raises:
        NotAllowed, PlaceAway, InTheArchive, NotEmpty, NotWritable, NoRoom: nothing was entered.
        NotWritten: the entry is discarded.
    """
    for folder in dict.fromkeys((wanted.folder, wanted.keys)):
        _refuse(archive, wanted, folder)
    scans.refuse_incomplete(archive.repository, archive.tip)
    work, copy = _begun(archive, wanted)
    if archive.rehearsal:
        return work.standing
    _prepare(archive, wanted)
    archive.commit(work.change().with_(copy.change()))
    reapply(archive)
    requests.reapply(archive)
    try:
        digest = _written(archive, work, wanted)
    except (OSError, CannotWrite) as error:
        outcome = Sentence(_DISCARDED if _given_up(archive, (work, copy), wanted) else _LEFT, entry=work.number)
        problem = told_by(error) if isinstance(error, OSError) else error.values["reason"]
        places = " · ".join(dict.fromkeys(map(str, (wanted.folder, wanted.keys))))
        raise NotWritten(folder=places, problem=problem, outcome=outcome) from error
    made = Work.on(archive, archive.case(work.uid))
    made.step("make", {"digest": digest})
    return made.commit()


def _refuse(archive: Archive, wanted: Wanted, folder: Path) -> None:
    """Raise where a backup cannot go; what an unfinished one left there is written over."""
    if not folder.parent.is_dir() and folder.parent != wanted.folder:
        raise PlaceAway(folder=folder.parent)
    if folder.resolve().is_relative_to(archive.repository.place.work_tree):
        raise InTheArchive(folder=folder)
    ours = {scans.FOLDER, medium.BUNDLE, f"{medium.BUNDLE}{bundles.UNFINISHED}", medium.KEYS, *medium.KEY_FILES.values()}
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    if folder.exists() and (not folder.is_dir() or {name for name in there - ours if not name.endswith(UNFINISHED)}):
        raise NotEmpty(folder=folder)


def _begun(archive: Archive, wanted: Wanted) -> tuple[Work, Work]:
    """The backup, and the copy of the keys that it will be, for one commit."""
    told = {"place": wanted.place or str(wanted.folder), "medium": wanted.medium, "off_site": wanted.off_site or None}
    work = Work.opening(archive, "backup", [], told)
    work.step("begin")
    copy = Work.opening(archive, "key-copy", [], {"place": "backup", "name": work.number})
    copy.step("take")
    return work, copy


def _prepare(archive: Archive, wanted: Wanted) -> None:
    """Make the folders and try them; where that fails, what was made goes again. Raises NotWritable, NoRoom."""
    there = {folder for folder in (wanted.folder, wanted.keys) if folder.exists()}
    try:
        for folder in (wanted.folder, wanted.keys):
            _probe(folder)
        _measure(archive, wanted)
    except (NotWritable, medium.NoRoom):
        for folder in (wanted.keys, wanted.folder):
            if folder not in there and folder.is_dir():
                folder.rmdir()
        raise


def _probe(folder: Path) -> None:
    """Make a folder, clear away what a kill left in it, and try to write; raises NotWritable."""
    try:
        make_folder(folder)
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        put_file(folder, f"probe{UNFINISHED}", bytes(_PROBE))
        (folder / f"probe{UNFINISHED}").unlink()
    except OSError as error:
        raise NotWritable(folder=folder, problem=told_by(error)) from error


def _measure(archive: Archive, wanted: Wanted) -> None:
    """Raise NoRoom where the archive's objects and its keys, at their full size, do not fit."""
    objects = sum(_size(archive.repository.place.common_dir / name) for name in ("objects", "lfs"))
    keys = _size(archive.keyring.folder)
    together = wanted.folder.stat().st_dev == wanted.keys.stat().st_dev
    medium.demand_room(wanted.folder, objects + (keys if together else 0))
    medium.demand_room(wanted.keys, keys)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size + _PADDING for path in folder.rglob("*") if path.is_file())


def _given_up(archive: Archive, entered: tuple[Work, Work], wanted: Wanted) -> bool:
    """Remove what was written and discard the entry; its copy of keys is given up where none is left, which is answered."""
    gone = _removed(wanted)
    work, copy = (Work.on(archive, archive.case(each.uid)) for each in entered)
    work.step("discard", {"reason": _FAILED})
    change = work.change()
    if gone:
        copy.step("surrender")
        change = change.with_(copy.change())
    archive.commit(change)
    return gone


def _removed(wanted: Wanted) -> bool:
    """Whether every file of a backup that broke off could be removed, and the folders where they are empty then."""
    try:
        shutil.rmtree(wanted.folder / scans.FOLDER, ignore_errors=True)
        for folder in (wanted.keys, wanted.folder):
            for name in (*medium.KEY_FILES.values(), medium.BUNDLE, medium.MANIFEST):
                if (folder / name).is_file():
                    (folder / name).unlink()
            for left in folder.glob(f"*{UNFINISHED}"):
                left.unlink()
            with suppress(OSError):  # something of another's lies there
                folder.rmdir()
    except OSError:
        return False
    return True


def _written(archive: Archive, work: Work, wanted: Wanted) -> str:
    """Write the files, the manifest last; returns its digest."""
    archive.progress(_MAKING, 0, _FILES)
    bundles.make(archive.repository, wanted.folder / medium.BUNDLE)
    scans.save(archive.repository, archive.tip, wanted.folder)
    recipients = _recipients(archive)
    for done, (part, name) in enumerate(medium.KEY_FILES.items(), start=1):
        archive.progress(_MAKING, done, _FILES)
        put_file(wanted.keys, name, age.encrypt(copies.packed(archive.keyring, part), recipients))
    archive.progress(_MAKING, _FILES - 1, _FILES)
    names = (medium.BUNDLE, *medium.KEY_FILES.values())
    manifest = medium.Manifest(
        archive=archive.id,
        fingerprint=archive.home.pin(archive.id).fingerprint,
        tip=archive.tip,
        entry=work.uid,
        number=work.number,
        made=archive.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        files={name: medium.digest(medium.place_of(name, wanted.folder, wanted.keys)) for name in names},
    )
    put_file(wanted.folder, medium.MANIFEST, manifest.text)
    return medium.digest(wanted.folder / medium.MANIFEST)


def _recipients(archive: Archive) -> list[str]:
    """The recovery recipients in use, and the actor's own."""
    return list(dict.fromkeys([*archive.level_keys.recovering, *archive.me.recipients()]))
