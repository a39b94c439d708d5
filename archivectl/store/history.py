"""What became of some files, newest first."""

from collections.abc import Iterable, Iterator

from archivectl.store.objects import Change, Commit
from archivectl.store.repository import Repository


def of_paths(repository: Repository, revision: str, paths: Iterable[str]) -> Iterator[tuple[Commit, list[Change]]]:
    """The commits up to a revision that changed the paths, each child before its parents, with what they changed there.

    All sides of a merge are followed, so that an edit that a merge gave up is still told. The merge itself is told, against its
    first parent, where the files became something that none of its parents has.
    """
    for name, changed in repository.differences(revision, paths):
        yield repository.commit(name), changed
