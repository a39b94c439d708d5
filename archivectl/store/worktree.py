"""The files of the work tree: what stands at a path, and putting whole files in place without touching anybody's edits."""

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from archivectl.store.objects import FOREIGN, object_id


def blob_on_disk(work_tree: Path, path: str) -> str | None:
    """The blob id of the file at a path: None where there is none, FOREIGN for anything but a plain file in plain folders."""
    here = work_tree
    *above, name = path.split("/")
    for part in above:
        here /= part
        mode = _mode(here)
        if not stat.S_ISDIR(mode):
            return FOREIGN if mode else None
    mode = _mode(here / name)
    if not stat.S_ISREG(mode):
        return FOREIGN if mode else None
    return object_id("blob", (here / name).read_bytes())


def _mode(path: Path) -> int:
    """The type and mode of what is there itself, links not followed; 0 where nothing is."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return 0


def stage(folder: Path, contents: Iterable[tuple[str, bytes]]) -> dict[str, Path]:
    """Write files to a folder of the git directory, ready to be moved in place: a full disk is met before the commit."""
    folder.mkdir(parents=True)
    staged: dict[str, Path] = {}
    for number, (path, content) in enumerate(contents):
        staged[path] = folder / str(number)
        staged[path].write_bytes(content)
    return staged


def install(work_tree: Path, moves: Mapping[str, tuple[str | None, str | None]], staged: Mapping[str, Path]) -> set[str]:
    """Bring files from the blob before to the blob after; the answer names those that a person has meanwhile changed."""
    left: set[str] = set()
    for path, (before, after) in moves.items():
        current = blob_on_disk(work_tree, path)
        if current == after:
            continue
        if current not in {before, None}:
            left.add(path)
        elif after is None:
            _remove(work_tree, path)
        else:
            target = work_tree / path
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
