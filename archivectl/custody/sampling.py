"""Opening a sample of what is sealed in an archive, to see that keys open what they should."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl.encryption.envelope import is_sealed, parse
from archivectl.errors import ArchiveError
from archivectl.i18n import Sentence
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.records.opening import Opener
from archivectl.registers import entry as entries
from archivectl.store.repository import Repository

SAMPLE = 50
_SEALED = re.compile(rb'"enc:1:([a-z-]+):')


class Seen(NamedTuple):
    """Files there are, sealed values in them and in entries that the reader may know, and how many of them were opened."""

    records: int = 0
    sealed: int = 0
    opened: int = 0


def opened(repository: Repository, tip: str, opener: Opener, shut: str) -> tuple[list[Sentence], Seen]:
    """Open a sample of the sealed values of files and entries: all there are up to SAMPLE, else as many evenly spread.

    ``shut`` is what to say of one that does not open, over ``path`` and ``record``.
    """
    folders = (layout.RECORDS, layout.REGISTERS)
    listed = [(file.path, file.blob) for each in folders for file in repository.tree(tip, each.rstrip("/"))]
    counts = [_cleared(text, opener) for _blob, text in repository.blobs(blob for _path, blob in listed)]
    total = sum(counts)
    wanted = [number * total // SAMPLE for number in range(SAMPLE)] if total > SAMPLE else list(range(total))
    found, first = list[Sentence](), 0
    for (path, blob), count in zip(listed, counts, strict=True):
        places = [place - first for place in wanted if first <= place < first + count]
        first += count
        if places:
            found += _sampled(next(repository.blobs([blob]))[1], path, places, opener, shut)
    records = sum(path.startswith(layout.RECORDS) for path, _blob in listed)
    return found, Seen(records, total, len(wanted) - len(found))


def _cleared(text: bytes, opener: Opener) -> int:
    """How many sealed values of a file the reader may know."""
    return sum(opener.member.cleared(level.decode()) for level in _SEALED.findall(text))


def _sampled(text: bytes, path: str, places: list[int], opener: Opener, shut: str) -> Iterator[Sentence]:
    """The values at these places, of those that the reader may know, that do not open."""
    uid, label, keys, values = _read(text, path)
    sealed = [(at, str(value), parse(str(value))) for at, value in values if is_sealed(value)]
    known = [(at, value) for at, value, told in sealed if told and opener.member.cleared(told.level)]
    for at, value in (known[place] for place in places if place < len(known)):
        try:
            opener.open(value, at, uid, keys)
        except ArchiveError:
            yield Sentence(shut, path=at, record=label)


def _read(text: bytes, path: str) -> tuple[str, str, Sequence[Mapping[str, Any]], list[tuple[str, Any]]]:
    """The uid, name, keys and values by path of a file or an entry."""
    if path.startswith(layout.RECORDS):
        record = record_text.parse(text, path)
        return record.uid, record.label, record.data.get("keys") or (), list(fields.walk(record.data))
    entry = entries.parse(text, path)
    values = [(f"columns.{name}", value) for name, value in entry.columns.items()]
    values += [(f"events[{event.id}].data.{name}", value) for event in entry.events for name, value in event.data.items()]
    return entry.uid, entry.id, entry.all_keys, values
