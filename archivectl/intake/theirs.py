"""What a file says of its customer: what they may have a copy of, without what it says of itself and how it is kept."""

import re
from collections.abc import Iterator
from typing import Any

from archivectl.archive import Archive
from archivectl.intake import contents
from archivectl.records import fields
from archivectl.records.model import Record

# Whole sections that are about the file; and of items what only binds them to each other and to their place.
_OURS = frozenset(
    {
        "schema", "uid", "keys", "status", "secrecy", "keeper", "department",
        "filing", "source", "retention", "volumes", "collection",
    }
)  # fmt: skip
_BINDING = frozenset(
    {
        "id", "uid", "object", "encrypted", "volume", "sequence", "place", "secrecy", "with",
        "archived", "received_by", "approved_by", "contact", "document", "answers",
    }
)  # fmt: skip
_PATH = re.compile(r"(?P<section>[^.\[]+)(?:.*\]\.(?P<key>[^.\[\]]+))?.*")


def of(archive: Archive, record: Record) -> Iterator[tuple[str, Any]]:
    """What stands in a file of its customer, and what happened with them, by path; sealed values stay sealed."""
    happened = (
        (f"interactions[{row['id']}].{key}", value)
        for row in contents.interactions_of(archive, record)
        for key, value in row.items()
    )
    for path, value in (*fields.walk(record.data), *happened):
        found = _PATH.fullmatch(path)
        if found and found["section"] not in _OURS and found["key"] not in _BINDING:
            yield path, value


def named(archive: Archive, path: str, value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """A value, a member by name where the field names members."""
    field = fields.field_at(path)
    if field is None or field.check != fields.HANDLE:
        return value
    handles = value if isinstance(value, list) else [value]
    return ", ".join(archive.members[each].name if each in archive.members else each for each in handles)
