"""What it means that a file asks for something: who is to do it, by when, and what it is called; the sources say what."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.regime.model import Regime
from archivectl.registers.waiting import AHEAD


class Owed(NamedTuple):
    """One thing to be done; ``who`` as of an entry that waits, ``due`` a day or None, ``ahead`` the days it is told before.

    ``say`` are titles, or a marked ``sentence`` and its ``values``, which may be titles too. ``unless`` names registers, or
    states of theirs (``hold.sealed``): an open entry of one of them about the file sees to it already.
    """

    duty: str
    who: tuple[str, ...]
    due: str | None
    say: Mapping[str, Any]
    how: str
    path: str
    ahead: int = AHEAD
    unless: tuple[str, ...] = ()


class File(NamedTuple):
    """A file as the index knows it: what stands in clear, what it is called, and when what happened to it last.

    ``happened`` are the days of ``reviewed``, ``lent``, ``returned``, ``moved``, ``reported``; ``since`` is the day the archive
    was founded.
    """

    data: Mapping[str, Any]
    label: str
    happened: Mapping[str, str]
    since: str


Source = Callable[[File, Regime], Iterator[Owed]]


def responsible(file: File, regime: Regime, path: str) -> tuple[str, ...]:
    """Who may do it: the file's keeper and, of those that the regime names, who stands in; without a keeper, all of them."""
    posts, keeper = tuple(regime.get(path) or ()), file.data.get("keeper")
    stand_in = regime.get("who.stand_in") or ()
    return (f"@{keeper}", *(post for post in posts if post in stand_in)) if keeper else posts
