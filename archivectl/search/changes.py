"""What the index has to learn: the files of the tree that it knows, and what a commit made of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from archivectl.records import layout

if TYPE_CHECKING:
    from archivectl.store.objects import Change

INDEXED = (layout.RECORDS, layout.REGISTERS, layout.INTERACTIONS)


class IndexChange(NamedTuple):
    """A file that changed between two trees; ``blob`` and ``text`` are None where it went.

    ``day`` is that of a record which became another; empty where that is not asked, or the record got no more than a key.
    """

    path: str
    blob: str | None
    text: bytes | None
    day: str = ""


def changes_of(writes: Mapping[str, Any], day: str = "") -> Iterator[IndexChange]:
    """What the index has to learn of files that a commit wrote on a day; None is one that went."""
    from archivectl.store.objects import object_id  # noqa: PLC0415 - who only asks names no object

    entered = any(path.startswith(layout.INTERACTIONS) for path in writes)
    for path, text in writes.items():
        if path.startswith(INDEXED):
            dated = day if path.startswith(layout.RECORDS) and not entered else ""
            yield IndexChange(path, None if text is None else object_id("blob", text), text, dated)


def became(changes: "Iterable[Change]") -> list[str]:
    """The records that a commit made another: to enter what happened with a customer, a record at most gets a key."""
    rows = list(changes)
    entered = any(row.path.startswith(layout.INTERACTIONS) for row in rows)
    return [row.path for row in rows if row.path.startswith(layout.RECORDS) and not (entered and row.before)]
