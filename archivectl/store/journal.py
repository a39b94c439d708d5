"""Bringing index and work tree along with a branch that has moved, and finishing that after a kill."""

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from archivectl.errors import Conflict
from archivectl.store.contents import ContentAway
from archivectl.store.objects import Standing
from archivectl.store.pointers import LARGE
from archivectl.store.repository import Repository
from archivectl.store.worktree import install, stage, sync_folder

_MARK = b"held by archivectl\n"  # what an index.lock of ours says, so that one left over by a kill can be told from git's own
_TRIES, _PAUSE_SECONDS = 50, 0.1

Moves = Mapping[str, tuple[str | None, str | None]]


class IndexLocked(Conflict):
    """A git command of somebody else holds the index for longer than we wait."""

    message = "Another git command is at work here."
    hint = "Wait until it is done, or close its editor. If there is none any more, remove the file {lock}."


class Journal(NamedTuple):
    """What one commit still has to do after its branch has moved: blob ids before and after by path."""

    branch: str
    base: str | None
    commit: str
    paths: Moves


if sys.platform == "win32":

    def _hold(_: IO[bytes]) -> tuple[int, ...]:
        """Nothing: an open file cannot be shared with git there."""
        return ()
else:
    import fcntl

    def _hold(file: IO[bytes]) -> tuple[int, ...]:
        """Take a lock that lasts until every process that shares the open file has ended; answers what there is to share."""
        fcntl.flock(file, fcntl.LOCK_EX)
        return (file.fileno(),)


@contextmanager
def entered(repository: Repository, journal: Journal) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Put a journal on disk; answers its path, and the open file that git has to share while it moves the branch.

    A git that outlives a killed command could still move the branch: who recovers waits for it at this file.
    """
    folder = repository.own_folder / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{secrets.token_hex(8)}.json"
    unfinished = name.with_suffix(".tmp")
    with unfinished.open("xb") as file:
        shared = _hold(file)
        file.write(json.dumps(journal._asdict()).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
        unfinished.replace(name)
        sync_folder(folder)
        yield name, shared


@contextmanager
def index_held(repository: Repository) -> Iterator[None]:
    """Hold git's own lock of the index, so that nobody stages or commits between our check and our last step."""
    lock = repository.place.git_dir / "index.lock"
    for _ in range(_TRIES):
        if _take(lock, repository.own_folder / "index.mark"):
            break
        time.sleep(_PAUSE_SECONDS)
    else:
        raise IndexLocked(lock=lock)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _take(lock: Path, mark: Path) -> bool:
    """Make the lock with its content in one step, where the file system can link."""
    mark.write_bytes(_MARK)
    try:
        lock.hardlink_to(mark)
    except FileExistsError:
        return False
    except OSError:
        try:
            with lock.open("xb") as file:
                file.write(_MARK)
        except FileExistsError:
            return False
    return True


def bring_along(repository: Repository, moves: Moves, standing: Mapping[str, Standing], staged: Mapping[str, Path]) -> None:
    """Let files and index follow; what a person has edited or staged stays, shown by git as a change to the new commit."""
    left = install(repository.place.work_tree, moves, staged)
    ours = [path for path, both in moves.items() if standing[path].index in both]
    # What may be large, or git-lfs's, git would read and filter once more.
    instead = {path: moves[path][1] for path in ours if path in left or path.endswith(LARGE)}
    repository.follow((path for path in ours if path not in instead), instead)


def recover(repository: Repository) -> None:
    """Finish or forget what a killed command began; to be called only while holding the archive's lock.

    Raises:
        DetachedHead, MergeInProgress: there is something to finish, and the work tree is on something else.
    """
    lock = repository.place.git_dir / "index.lock"
    if lock.is_file() and lock.read_bytes() == _MARK:
        lock.unlink()
    for leftover in (*repository.own_folder.glob("staged-*"), *repository.own_folder.glob("index-*")):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for journal in sorted((repository.own_folder / "journal").glob("*.*")):
        if journal.suffix == ".json":
            _settle(repository, _read(journal))
        journal.unlink()


def _read(path: Path) -> Journal:
    with path.open("r+b") as file:
        _hold(file)
        facts = json.load(file)
    return Journal(
        facts["branch"], facts["base"], facts["commit"], {name: (old, new) for name, (old, new) in facts["paths"].items()}
    )


def _settle(repository: Repository, journal: Journal) -> None:
    """Bring along what the branch came to have; what it does not have was never committed, or is a later commit's."""
    tip = repository.tip(journal.branch)
    moves = {path: both for path, both in journal.paths.items() if (repository.blob(tip, path) if tip else None) == both[1]}
    if not moves:
        return
    repository.ready_to_write()
    with index_held(repository):
        standing = repository.status_of(moves)
        wanted = {path: after for path, (before, after) in moves.items() if after and standing[path].file in {before, None}}
        with staging(repository, contents_of(repository, wanted)) as staged:
            bring_along(repository, moves, standing, staged)


def contents_of(repository: Repository, wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes | IO[bytes]]]:
    """What is to stand at some paths, by their blobs; where git-lfs has not brought a content, its pointer."""
    small = {path: blob for path, blob in wanted.items() if not path.endswith(LARGE)}
    yield from zip(small, (content for _, content in repository.blobs(small.values())), strict=True)
    for path in wanted.keys() - small.keys():
        try:
            with repository.contents.opened(wanted[path]) as content:
                yield path, content
        except ContentAway:
            yield path, repository.contents.one(wanted[path])


@contextmanager
def staging(repository: Repository, contents: Iterable[tuple[str, bytes | Path | IO[bytes]]]) -> Iterator[Mapping[str, Path]]:
    """Files written to a folder of the git directory until they are moved in place."""
    folder = repository.own_folder / f"staged-{secrets.token_hex(8)}"
    try:
        yield stage(folder, contents)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what cannot be removed now, the next command removes
