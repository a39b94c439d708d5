"""What the entries about a record say of where it stands."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.search.index import glance


class Told(NamedTuple):
    """An entry that says where a record stands: out, asked for, on a destruction list or stopped; ``title`` as JSON."""

    entry: str
    kind: str
    state: str
    due: str | None
    title: str


_TELLING = """
SELECT id, kind, state, due, title FROM entries
WHERE title IS NOT NULL AND path IN (SELECT entry FROM about WHERE uid = ?) ORDER BY kind, year, sequence"""


def telling(folder: Path, tree: str, uid: str) -> list[Told] | None:
    """What they say, for who only looks; None where the index is of another tree."""
    return glance(folder, tree, lambda query: told(query, uid))


def told(query: Callable[..., Iterable[Any]], uid: str) -> list[Told]:
    """The entries about a record in a state that says where it stands."""
    return [Told(*row) for row in query(_TELLING, (uid,))]
