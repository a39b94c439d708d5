"""The scans that git-lfs keeps, in a backup: files named by their digests, beside the bundle, which has only pointers to them."""

from collections.abc import Iterator
from pathlib import Path

from archivectl.encryption.private_files import make_folder
from archivectl.i18n import N_, Sentence
from archivectl.store.contents import ContentAway
from archivectl.store.pointers import sha256
from archivectl.store.repository import Repository

FOLDER = "scans"
_FAULT = N_("{file} is missing, or not as it was written.")


def refuse_incomplete(repository: Repository, revision: str) -> None:
    """Raise ContentAway where a scan that git-lfs keeps is not on this machine."""
    for digest in repository.contents.pointers(revision).values():
        if not repository.contents.place_of(digest).is_file():
            raise ContentAway(digest=digest[:12])


def save(repository: Repository, revision: str, folder: Path) -> None:
    """Copy the scans of a revision that git-lfs keeps; those that lie there whole already are left alone."""
    wanted = repository.contents.pointers(revision)
    if wanted:
        make_folder(folder / FOLDER)
    for digest in wanted.values():
        target = folder / FOLDER / digest
        if not _whole(target):
            repository.contents.copy(repository.contents.place_of(digest), target)


def faults(repository: Repository, revision: str, folder: Path) -> Iterator[Sentence]:
    """The scans of a revision that a backup lacks, or does not have as they were."""
    for digest in repository.contents.pointers(revision).values():
        if not _whole(folder / FOLDER / digest):
            yield Sentence(_FAULT, file=folder / FOLDER / digest)


def restore(repository: Repository, revision: str, folder: Path) -> None:
    """Bring the scans of a backup back to where git-lfs keeps them, and to the work tree in place of the pointers."""
    for path, digest in repository.contents.pointers(revision).items():
        repository.contents.keep(folder / FOLDER / digest, digest)
        place = repository.place.work_tree / path
        place.unlink(missing_ok=True)
        repository.contents.copy(repository.contents.place_of(digest), place)


def _whole(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return sha256(file) == path.name
