"""Files that hold secrets: readable by their owner alone, and on disk whole or not at all."""

import os
import secrets
from pathlib import Path

from archivectl.store.worktree import sync_folder

UNFINISHED = ".tmp"
_ATTEMPTS = 5


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for the owner alone."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def put_file(folder: Path, name: str, content: bytes) -> None:
    """Put a whole file in place, under a temporary name ending in UNFINISHED until it is on disk.

    Who cleans the folder meanwhile may take the unfinished file away; it is then written again.
    """
    make_folder(folder)
    for attempt in range(1, _ATTEMPTS + 1):
        unfinished = folder / f"{secrets.token_hex(12)}{UNFINISHED}"
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
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
