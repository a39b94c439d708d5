"""What the entries about a record say of where it stands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


_NUMBER = "SELECT uid, id FROM entries WHERE uid = ? UNION SELECT uid, number FROM records WHERE uid = ? AND number IS NOT NULL"
_TELLING = """
SELECT id, kind, state, due, title FROM entries
WHERE title IS NOT NULL AND path IN (SELECT entry FROM about WHERE uid = ?) ORDER BY kind, year, sequence"""


# What the entries about a record say, and the numbers of the entries and records that it names by their uids.
Seen = tuple[Sequence[Told], Mapping[str, str]]


def telling(folder: Path, tree: str, uid: str, named: Iterable[str] = ()) -> Seen | None:
    """What the index tells who only looks; None where it is of another tree."""
    return glance(folder, tree, lambda query: seen(query, uid, named))


def seen(query: Callable[..., Iterable[Any]], uid: str, named: Iterable[str] = ()) -> Seen:
    """What the index tells of a record and of what it names."""
    return told(query, uid), numbers(query, named)


def numbers(query: Callable[..., Iterable[Any]], named: Iterable[str]) -> dict[str, str]:
    """The numbers of entries and records, by their uids."""
    return {own: number for each in named for own, number in query(_NUMBER, (each, each))}


def told(query: Callable[..., Iterable[Any]], uid: str) -> list[Told]:
    """The entries about a record in a state that says where it stands."""
    return [Told(*row) for row in query(_TELLING, (uid,))]
