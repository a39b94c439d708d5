"""A file taken apart: a record by field and item, an entry and a list of interactions by line, so that a merge can be judged."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.records import fields, interactions, layout
from archivectl.records import text as record_text
from archivectl.registers import entry as entries

_STONE = re.compile(rb'^status: "?(destroyed|withdrawn)"?$', re.MULTILINE)
_OBJECT = re.compile(rb'object: "?([0-9a-f]{64})"?')
PATH = ""  # the place of the file itself


class Part(NamedTuple):
    """A file in its parts: ``values`` by place, ``lines`` in their order where it has any; ``gone`` for a tombstone."""

    path: str
    blob: str
    values: Mapping[str, Any]
    lines: list[str]
    text: bytes
    gone: bool = False


def uid_of(text: bytes) -> str:
    """The uid that a file says it has, or nothing."""
    found = layout.UID.search(text)
    return found[1].decode() if found else ""


def is_stone(text: bytes) -> bool:
    """Whether a record's file is a tombstone."""
    return bool(_STONE.search(text))


def objects_in(text: bytes) -> Iterator[str]:
    """The digests of the attachments that a record names."""
    yield from (found.decode() for found in _OBJECT.findall(text))


def part(text: bytes, path: str, blob: str) -> Part:
    """The parts of a record, an entry or a list of interactions; raises what their readers raise."""
    if path.startswith(layout.RECORDS):
        record = record_text.parse(text, path)
        return Part(path, blob, {PATH: path, **dict(fields.walk(record.data))}, [], text, record.gone)
    if path.startswith(layout.REGISTERS):
        entry = entries.parse(text, path)
        lines = {f"events[{event.id}]": event.line for event in entry.events}
        return Part(path, blob, {PATH: path, "id": entry.id, "head": entry.head, **lines}, list(lines.values()), text)
    uid, rows = interactions.parse(text, path)
    lines = {f"{interactions.NAME}[{row['id']}]": interactions.line(row).decode() for row in rows}
    return Part(path, blob, {PATH: path, "uid": uid, **lines}, list(lines.values()), text)


def undone(found: Part, wrong: Mapping[str, Any]) -> bytes:
    """The text of a file with some places as they should have been (None: without them)."""
    if not found.path.startswith(layout.RECORDS):
        taken = {f"{found.values[key]}".rstrip("\n").encode() for key in wrong}
        return b"\n".join(line for line in found.text.split(b"\n") if line not in taken)
    data = copy.deepcopy(dict(record_text.parse(found.text, found.path).data))
    for key, value in wrong.items():
        if key == PATH:
            continue
        if value is None:
            fields.unset(data, key)
        else:
            fields.set_(data, key, value)
    return record_text.dump(data)
