"""Making a backup: entered before any key leaves this machine, and finished only with its manifest, which is written last."""

from pathlib import Path
from typing import NamedTuple

from archivectl import requests, yaml_text
from archivectl.archive import Archive
from archivectl.backups import medium
from archivectl.cases import Work
from archivectl.destruction.acts import reapply
from archivectl.encryption import age, copies
from archivectl.encryption.private_files import UNFINISHED, make_folder, put_file
from archivectl.errors import Refused
from archivectl.founding import NotEmpty
from archivectl.i18n import N_
from archivectl.registers.fold import Case
from archivectl.store import bundles

_MAKING = N_("Making a backup")
_FILES = 4


class PlaceAway(Refused):
    """The folder above the backup's is not there: a medium that is not mounted must not seem to be one."""

    message = "{folder} is not there."
    hint = "Mount the medium, or make the folder that the backup is to lie in."


class InTheArchive(Refused):
    """A backup, with its keys, inside the archive that it is of."""

    message = "{folder} lies in the archive itself."
    hint = "Keep backups elsewhere, and the keys apart from the rest: --keys DIR"


class Wanted(NamedTuple):
    """Where a backup goes, its keys apart or not, and what the register says of it."""

    folder: Path
    keys: Path
    medium: str = ""
    place: str = ""
    off_site: bool = False


def make(archive: Archive, wanted: Wanted) -> Case:
    """Write a bundle of the archive and, in files apart, its keys for the recovery identity and the actor.

    Two commits: the backup and the copy of the keys are entered before anything is written, and what was done after it. What a
    kill leaves between has no manifest, and its entry says that it was begun.

    Raises:
        NotAllowed, PlaceAway, InTheArchive, NotEmpty.
    """
    for folder in {wanted.folder, wanted.keys}:
        _refuse(archive, folder)
    work = _entered(archive, wanted)
    if archive.rehearsal:
        return work.standing
    reapply(archive)
    requests.reapply(archive)
    digest = _written(archive, work, wanted)
    made = Work.on(archive, archive.case(work.uid))
    made.step("make", {"digest": digest})
    return made.commit()


def _refuse(archive: Archive, folder: Path) -> None:
    """Raise where a backup cannot go; what an unfinished one left there is written over."""
    if not folder.parent.is_dir() and folder.name != medium.KEYS:
        raise PlaceAway(folder=folder.parent)
    if folder.resolve().is_relative_to(archive.repository.place.work_tree):
        raise InTheArchive(folder=folder)
    ours = {medium.BUNDLE, f"{medium.BUNDLE}{bundles.UNFINISHED}", medium.KEYS, *medium.KEY_FILES.values()}
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    if folder.exists() and (not folder.is_dir() or {name for name in there - ours if not name.endswith(UNFINISHED)}):
        raise NotEmpty(folder=folder)


def _entered(archive: Archive, wanted: Wanted) -> Work:
    """Enter the backup, and the copy of the keys that it will be, in one commit."""
    told = {"place": wanted.place or str(wanted.folder), "medium": wanted.medium, "off_site": wanted.off_site or None}
    work = Work.opening(archive, "backup", [], told)
    work.step("begin")
    copy = Work.opening(archive, "key-copy", [], {"place": "backup", "name": work.number})
    copy.step("take")
    ours, theirs = work.change(), copy.change()
    archive.commit(
        ours._replace(
            acts=(*ours.acts, *theirs.acts),
            writes={**ours.writes, **theirs.writes},
            minted=(*ours.minted, *theirs.minted),
            entries=(*ours.entries, *theirs.entries),
        )
    )
    return work


def _written(archive: Archive, work: Work, wanted: Wanted) -> str:
    """Write the files, the manifest last; returns its digest."""
    for folder in (wanted.folder, wanted.keys):
        make_folder(folder)
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
    archive.progress(_MAKING, 0, _FILES)
    bundles.make(archive.repository, wanted.folder / medium.BUNDLE)
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
    data = yaml_text.load(archive.repository.read(archive.tip, "keys/levels.yaml") or b"", "keys/levels.yaml")
    recovery = (row["recipient"] for row in data["recovery"] if not row.get("retired"))
    return list(dict.fromkeys([*recovery, *archive.me.recipients()]))
