"""Where keyring remotes lie: their names stand in the archive, their folders on each machine."""

from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.private_files import put_file

_UNITED = "united"


class Remote(NamedTuple):
    """A keyring remote: its folder on this machine, if it is set; whether it is there; the commit up to which keys are in it."""

    name: str
    folder: Path | None
    here: bool
    united: str


def listed(archive: Archive) -> list[Remote]:
    """Every keyring remote of the archive."""
    folders = _folders(archive)
    return [
        Remote(
            name, folders.get(name), name in folders and keyring_in(archive, folders[name]).folder.is_dir(), _mark(archive, name)
        )
        for name in archive.config.get("keyrings") or ()
    ]


def reachable(archive: Archive) -> dict[str, Keyring]:
    """The remotes that are there now, by name."""
    return {one.name: keyring_in(archive, one.folder) for one in listed(archive) if one.folder and one.here}


def keyring_in(archive: Archive, folder: Path) -> Keyring:
    """The remote keyring of an archive in a folder, which may hold those of several."""
    return Keyring(folder / archive.id, shared=True)


def _folders(archive: Archive) -> dict[str, Path]:
    ours = archive.home.settings().get("archives", {}).get(archive.id, {})
    return {name: Path(folder) for name, folder in (ours.get("keyrings") or {}).items()}


def remember(archive: Archive, name: str, folder: Path) -> None:
    """Note on this machine where a remote lies."""
    kept = archive.home.settings()
    archives = dict(kept.get("archives") or {})
    ours = archives.get(archive.id) or {}
    archives[archive.id] = {**ours, "keyrings": {**(ours.get("keyrings") or {}), name: str(folder)}}
    archive.home.save_settings({**kept, "archives": archives})


def _mark(archive: Archive, name: str) -> str:
    path = archive.keyring.folder / _UNITED / name
    return path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""


def mark(archive: Archive, name: str, commit: str) -> None:
    """Note that a remote holds every key that this machine had at a commit."""
    put_file(archive.keyring.folder / _UNITED, name, f"{commit}\n".encode())
