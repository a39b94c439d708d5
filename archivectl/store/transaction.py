"""One act, one commit or nothing: the branch moves as the single commit point, then index and files follow under a journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from archivectl.errors import Conflict, Unreadable, told_by
from archivectl.store import locks
from archivectl.store.contents import Kept, Staged
from archivectl.store.journal import Journal, Moves, bring_along, contents_of, entered, index_held, recover, staging
from archivectl.store.objects import Objects, UnsafePath, edit_tree, is_unsafe, person, signed
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite
from archivectl.store.streams import bytes_of

Written = bytes | Staged | Kept | None  # what a commit makes of a path
_MAIN = "main"


class Busy(Conflict):
    """Another command of ours is writing and does not end."""

    message = "Another command has been writing to this archive for {seconds} seconds."
    hint = "Wait until it is done, then repeat the command."


class Moved(Conflict):
    """The branch has other commits than those the act was decided on."""

    message = "The branch {branch} has changed meanwhile."
    hint = "Repeat the command; it is then decided on what is there now."


class ChangedMeanwhile(Conflict):
    """A file is not what the act was decided on."""

    message = "{path} has changed meanwhile."
    hint = "Repeat the command; it is then decided on what is there now."


class ForeignChanges(Conflict):
    """A person's own work stands where the act would write."""

    message = "{path} has changes that are not committed."
    hint = "Commit them, or give them up with: git restore --staged --worktree {path}."


class Unfinished(Unreadable):
    """The commit is made; the files could not all be brought along."""

    message = "Commit {commit} is made, but the files in the work tree are not up to date: {reason}."
    hint = "Do not repeat the command. Remove the cause; the next command that writes brings the files along."


class Draft(NamedTuple):
    """A commit to be: files by path (None removes one) on top of ``base``, which is None for the first commit of a branch.

    A large file is staged in the git directory first; it is moved from there, or removed where nothing comes of the commit.
    Only ``main`` has a work tree; ``merges`` are further parents; ``when`` has a time zone. What goes ``ahead`` is on the
    git remote before it is here: where that cannot be, nothing was done.
    """

    base: str | None
    writes: Mapping[str, Written]
    message: str
    author: str
    email: str
    when: datetime
    branch: str = _MAIN
    merges: tuple[str, ...] = ()
    ahead: bool = False


@contextmanager
def writing(repository: Repository, wait_seconds: float) -> Iterator[None]:
    """Hold the archive's lock, so that what is read inside is what the commit will be based on.

    What a killed command left is finished first. Whoever holds it already goes on holding it.

    Raises:
        Busy: somebody else held the lock all the time.
        CannotWrite: no permission or no room for the lock.
    """
    if repository.held:
        yield
        return
    with ExitStack() as lock:
        with _told():
            repository.own_folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.enter_context(locks.held(repository.own_folder / "lock", wait_seconds))
            except locks.Taken as error:
                raise Busy(seconds=wait_seconds) from error
        try:
            repository.held = True
            with _told():
                recover(repository)
            yield
        finally:
            repository.held = False
    repository.tidy()


@contextmanager
def _told() -> Iterator[None]:
    """What the disk refuses, as a refusal of ours."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(reason=told_by(error)) from error


def commit(
    repository: Repository,
    draft: Draft,
    sign: Callable[[bytes], str] | None = None,
    expected: Mapping[str, str | None] | None = None,
) -> str:
    """Make the draft a commit and answer its id; call it inside ``writing``.

    Args:
        repository: the open archive.
        draft: what to write.
        sign: answers the armored signature of the commit's bytes.
        expected: blob ids, by path, of the files that the act was decided on.

    Raises:
        Moved, ChangedMeanwhile: the act was decided on something else than is there now.
        ForeignChanges: a person's own uncommitted work is in the way; it is left alone.
        DetachedHead, MergeInProgress, IndexLocked: the work tree is at somebody else's disposal.
        CannotWrite, UnsafePath, OutOfReach, NewerThere: nothing was changed.
        Unfinished: the commit is made.
    """
    try:
        _refuse(repository, draft, expected or {})
        new = Objects({})
        with _told():
            made, moves = _prepare(repository, draft, sign, new)
            journal = Journal(draft.branch, draft.base, made, moves)
            if draft.branch == _MAIN:
                _land(repository, journal, _contents(draft, journal), lambda: _bring(repository, draft, new, made))
            else:
                repository.write(new.found)
                _move(repository, journal)
    finally:
        for content in draft.writes.values():
            if isinstance(content, Staged):
                content.path.unlink(missing_ok=True)
    return made


def _refuse(repository: Repository, draft: Draft, expected: Mapping[str, str | None]) -> None:
    """Refuse what cannot be written at all, or was decided on something else."""
    _refuse_unsafe(draft.writes)
    if draft.branch == _MAIN:
        repository.ready_to_write()
    if repository.tip(draft.branch) != draft.base:
        raise Moved(branch=draft.branch)
    for path, blob in expected.items():
        if blob != (repository.blob(draft.base, path) if draft.base else None):
            raise ChangedMeanwhile(path=path)


def _refuse_unsafe(paths: Iterable[str]) -> None:
    for path in paths:
        if is_unsafe(path):
            raise UnsafePath(path=ascii(path))


def _prepare(repository: Repository, draft: Draft, sign: Callable[[bytes], str] | None, new: Objects) -> tuple[str, Moves]:
    """The new objects, in memory: the commit's id, and what becomes of each path."""
    blobs = {path: _blob(repository, content, new) for path, content in draft.writes.items()}
    base = repository.commit(draft.base).tree if draft.base else None
    tree, before = edit_tree(repository.read_tree, base, blobs, new)
    who = person(draft.author, draft.email, draft.when)
    lines = (
        f"tree {tree or new.add('tree', b'')}",
        *(f"parent {parent}" for parent in (draft.base, *draft.merges) if parent),
        f"author {who}",
        f"committer {who}",
        "",
        draft.message.rstrip("\n") + "\n",
    )
    payload = bytes_of("\n".join(lines))
    made = new.add("commit", signed(payload, sign(payload)) if sign else payload)
    return made, {path: (before[path], blob) for path, blob in blobs.items() if before[path] != blob}


def _blob(repository: Repository, content: Written, new: Objects) -> str | None:
    if isinstance(content, Staged):
        return repository.contents.take(content, new)
    if isinstance(content, Kept):
        return content.blob
    return None if content is None else new.add("blob", content)


def _contents(draft: Draft, journal: Journal) -> Iterator[tuple[str, bytes | Path]]:
    """What is to stand in the work tree at each path that gets another content."""
    for path, content in draft.writes.items():
        if path in journal.paths and content is not None and not isinstance(content, Kept):
            yield path, content.path if isinstance(content, Staged) else content


def _bring(repository: Repository, draft: Draft, new: Objects, made: str) -> None:
    """The last steps before the branch moves: the objects to disk, and to the remote what goes ahead."""
    repository.write(new.found)
    if draft.ahead:
        repository.elsewhere.give(made)


def united(repository: Repository, draft: Draft, sign: Callable[[bytes], str]) -> str:
    """Bring a merge to disk and answer its id; no branch moves to it. ``draft.base`` is the first of its parents.

    Raises:
        CannotWrite, UnsafePath.
    """
    new = Objects({})
    _refuse_unsafe(draft.writes)
    with _told():
        made, _moves = _prepare(repository, draft, sign, new)
        repository.write(new.found)
    return made


def advance(repository: Repository, base: str, to: str) -> None:
    """Let main go on to a commit that is here already, with index and files; call it inside ``writing``.

    Raises:
        Moved: main is not at ``base`` any more.
        ForeignChanges, DetachedHead, MergeInProgress, IndexLocked, CannotWrite, UnsafePath: nothing was changed.
        Unfinished: main has the commit.
    """
    repository.ready_to_write()
    if repository.tip() != base:
        raise Moved(branch=_MAIN)
    with _told():
        moves = {change.path: (change.before, change.after) for change in repository.changes(base, to)}
        _refuse_unsafe(moves)
        wanted = {path: after for path, (_before, after) in moves.items() if after}
        _land(repository, Journal(_MAIN, base, to, moves), contents_of(repository, wanted), lambda: None)


def _land(
    repository: Repository,
    journal: Journal,
    contents: Iterable[tuple[str, bytes | Path | IO[bytes]]],
    ready: Callable[[], object],
) -> None:
    with index_held(repository):
        standing = repository.status_of(journal.paths)
        for path, (before, _) in journal.paths.items():
            if {standing[path].index, standing[path].file} != {before}:
                raise ForeignChanges(path=path)
        with staging(repository, contents) as staged:
            ready()
            with entered(repository, journal) as (name, keep_open):
                try:
                    _move(repository, journal, keep_open)
                except (CannotWrite, Moved):
                    name.unlink()
                    raise
            try:
                bring_along(repository, journal.paths, standing, staged)
                name.unlink()
            except (OSError, CannotWrite) as error:
                reason = error.values["reason"] if isinstance(error, CannotWrite) else told_by(error)
                raise Unfinished(commit=journal.commit, reason=reason) from error


def _move(repository: Repository, journal: Journal, keep_open: tuple[int, ...] = ()) -> None:
    """Point the branch to the commit: before this nothing has happened, after it everything has."""
    try:
        repository.move(journal.branch, journal.base, journal.commit, keep_open=keep_open)
    except CannotWrite:
        tip = repository.tip(journal.branch)
        if tip == journal.base:
            raise
        if tip != journal.commit:
            raise Moved(branch=journal.branch) from None
