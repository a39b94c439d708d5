"""The files of the work tree: what stands at a path, and putting whole files in place without touching anybody's edits."""

import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import IO

from archivectl.store.objects import FOREIGN, object_id
from archivectl.store.pointers import LARGE, PIECE, blob_of, pointer, sha256


def blob_on_disk(work_tree: Path, path: str, known: Collection[str | None] = ()) -> str | None:
    """The blob id of the file at a path: None where there is none, FOREIGN for anything but a plain file in plain folders.

    Where git knows a pointer of git-lfs for that content, and the pointer's blob is among those ``known``, it is that one.
    """
    here = str(work_tree)
    *above, name = path.split("/")
    for part in above:
        here = f"{here}/{part}"
        mode = _mode(here)
        if not stat.S_ISDIR(mode):
            return FOREIGN if mode else None
    here = f"{here}/{name}"
    mode = _mode(here)
    if not stat.S_ISREG(mode):
        return FOREIGN if mode else None
    with Path(here).open("rb") as file:
        plain = blob_of(file)
        if plain in known or not path.endswith(LARGE):
            return plain
        file.seek(0)
        digest = sha256(file)
        instead = object_id("blob", pointer(digest, file.tell()))
    return instead if instead in known else plain


def _mode(path: str) -> int:
    """The type and mode of what is there itself, links not followed; 0 where nothing is."""
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return 0


def stage(folder: Path, contents: Iterable[tuple[str, bytes | Path | IO[bytes]]]) -> dict[str, Path]:
    """Write files to a folder of the git directory, ready to be moved in place: a full disk is met before the commit.

    A content is bytes, a stream, or a file that lies in the git directory already, which is moved.
    """
    folder.mkdir(parents=True)
    staged: dict[str, Path] = {}
    for number, (path, content) in enumerate(contents):
        staged[path] = folder / str(number)
        if isinstance(content, bytes):
            staged[path].write_bytes(content)
        elif isinstance(content, Path):
            content.replace(staged[path])
        else:
            with staged[path].open("wb") as file:
                shutil.copyfileobj(content, file, PIECE)
    return staged


def install(work_tree: Path, moves: Mapping[str, tuple[str | None, str | None]], staged: Mapping[str, Path]) -> set[str]:
    """Bring files from the blob before to the blob after; the answer names those that a person has meanwhile changed."""
    left: set[str] = set()
    for path, (before, after) in moves.items():
        current = blob_on_disk(work_tree, path, {before, after})
        if current == after:
            continue
        if current not in {before, None}:
            left.add(path)
        elif after is None:
            _remove(work_tree, path)
        else:
            target = work_tree / path
            if current is None:  # else its folder is there
                target.parent.mkdir(parents=True, exist_ok=True)
            staged[path].replace(target)
    return left


def _remove(work_tree: Path, path: str) -> None:
    """Take a file away, and the folders above it that it leaves empty."""
    here = work_tree / path
    here.unlink()
    for folder in here.parents:
        if folder == work_tree or any(folder.iterdir()):
            return
        folder.rmdir()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can: Windows and some network shares have no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)
