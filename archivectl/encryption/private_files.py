"""Files that hold secrets: readable by their owner alone, and on disk whole or not at all.

Where several people share a folder, what is made in it is for those whom the folder itself is for; and the folder is never made
again, so that nothing is written to where a share that went away was mounted.
"""

import errno
import os
import secrets
from pathlib import Path
from stat import S_IMODE

from archivectl.store.worktree import sync_folder

UNFINISHED = ".tmp"
_ATTEMPTS = 5


def make_folder(folder: Path, shared: Path | None = None) -> None:
    """Make a folder, and those above it that are missing, for the owner alone; or below a ``shared`` one that is there."""
    if folder.is_dir():
        return
    if folder == shared:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    make_folder(folder.parent, shared)
    folder.mkdir(mode=0o700, exist_ok=True)
    if shared:
        folder.chmod(S_IMODE(shared.stat().st_mode))
    sync_folder(folder.parent)


def put_file(folder: Path, name: str, content: bytes, shared: Path | None = None) -> None:
    """Put a whole file in place, under a temporary name ending in UNFINISHED until it is on disk.

    Who cleans the folder meanwhile may take the unfinished file away; it is then written again.
    """
    make_folder(folder, shared)
    for attempt in range(1, _ATTEMPTS + 1):
        unfinished = folder / f"{secrets.token_hex(12)}{UNFINISHED}"
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                if shared:
                    unfinished.chmod(S_IMODE(shared.stat().st_mode) & 0o666)
                os.fsync(file.fileno())
            unfinished.replace(folder / name)
        except FileNotFoundError:
            if attempt == _ATTEMPTS:
                raise
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        else:
            break
    sync_folder(folder)
