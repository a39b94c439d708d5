"""What became of files through the history, wherever they stood: of a number that two machines gave, one became another."""

from collections.abc import Iterator, Mapping

from archivectl.records import layout
from archivectl.store.comparing import compared
from archivectl.store.history import of_paths
from archivectl.store.objects import Change, Commit
from archivectl.store.repository import Repository


def of_files(repository: Repository, revision: str, files: Mapping[str, str]) -> Iterator[tuple[Commit, list[Change]]]:
    """The commits up to a revision that changed some files, each child before its parents, with what they changed there.

    ``files`` are uids by path. What stood there under another uid is left out, and a file that got another number in a merge is
    followed to where it stood before; an empty uid takes whatever stands at and under a path.
    """
    for commit, changed in of_paths(repository, revision, files):
        own = [change for change in changed if _is(repository, change, files.get(change.path, ""))]
        if own:
            yield commit, own
        if len(commit.parents) > 1 and (came := {files[each.path] for each in own if each.before is None and each.path in files}):
            yield from of_files(repository, commit.parents[1], _before(repository, commit, came))


def places(repository: Repository, revision: str, path: str, uid: str) -> list[str]:
    """Everywhere that a file has stood, where it stands first."""
    found = [change.path for _commit, changes in of_files(repository, revision, {path: uid}) for change in changes]
    return list(dict.fromkeys((path, *found)))


def _is(repository: Repository, change: Change, uid: str) -> bool:
    return not uid or any(_uid(repository, blob) == uid for blob in (change.before, change.after) if blob)


def _before(repository: Repository, merge: Commit, uids: set[str]) -> dict[str, str]:
    """Where files stood on the side of a merge that gave way."""
    left = (change for change in compared(repository, [(merge.id, merge.parents[1])])[0] if change.before)
    told = {change.path: _uid(repository, str(change.before)) for change in left if change.path.startswith(layout.NUMBERED)}
    return {path: uid for path, uid in told.items() if uid in uids}


def _uid(repository: Repository, blob: str) -> str:
    found = layout.UID.search(repository.contents.one(blob))
    return found[1].decode() if found else ""
