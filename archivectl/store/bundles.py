"""Git bundles: a whole repository in one file, and a repository made from it."""

import os
from pathlib import Path

from archivectl.store.processes import Processes
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite, Damaged
from archivectl.store.worktree import sync_folder

UNFINISHED = ".tmp"
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


def make(repository: Repository, path: Path) -> None:
    """Write every branch and tag to a bundle, which has its name only once it is on disk; raises CannotWrite."""
    unfinished = path.resolve().with_name(f"{path.name}{UNFINISHED}")  # git runs in another folder
    _git(repository).run("bundle", "create", "--quiet", str(unfinished), "HEAD", "--branches", "--tags", error=CannotWrite)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def look_at(repository: Repository, path: Path) -> None:
    """Let git judge a bundle; raises Damaged where it is none, or lacks something."""
    _git(repository).run("bundle", "verify", "--quiet", str(path.resolve()))


def clone(path: Path, folder: Path) -> Repository:
    """A repository in an empty folder, with everything in a bundle and its branch main in the work tree; raises Damaged.

    Every object is judged by git on the way.
    """
    repository = Repository.create(folder)
    git = _git(repository)
    git.run("fetch", "--quiet", "--no-auto-gc", "--update-head-ok", "--no-write-fetch-head", str(path.resolve()), *_REFS)
    git.run("reset", "--quiet", "--hard", "refs/heads/main", error=Damaged)
    return repository


def _git(repository: Repository) -> Processes:
    return repository._git  # noqa: SLF001 - one door in two modules
