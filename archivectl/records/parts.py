"""The parts of a record that are used by themselves: a volume or a document in it."""

import re
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.i18n import pick
from archivectl.records import fields, numbering
from archivectl.records.model import Record

_NUMBERED = re.compile(r"volumes\[([0-9]{1,6})\]")


class UnknownPart(WrongUsage):
    """A document or volume that the record does not list."""

    message = "{record} has no {part}."
    hint = "See what it holds: archivectl show {record}"


def path(section: str, item: str) -> str:
    """The path of an item of a list: ``volumes[vK3F7Q]``; nothing without one."""
    return f"{section}[{item}]" if item else ""


def split(part: str) -> tuple[str, str]:
    """The list and the id in the path of an item."""
    section, _bracket, item = part.partition("[")
    return section, item.removesuffix("]")


def named(record: Record, reference: str, asked: str = "") -> str:
    """The path of the part that is meant: ``asked``, a volume also by its number, or else that of a label's code; or the whole.

    Raises:
        UnknownPart: where the record has no such part.
    """
    part = asked or numbering.code(reference)[1]
    if match := _NUMBERED.fullmatch(part):
        rows = (volume for volume in record.data.get("volumes") or () if volume.get("number") == int(match[1]))
        part = next((path("volumes", volume["id"]) for volume in rows), part)
    if part and fields.get(record.data, part) is None:
        raise UnknownPart(record=record.label, part=part)
    return part


def title(record: Record, part: str) -> str:
    """What to call a part on paper: a volume by its number and title, a document by its kind, as far as they are in clear."""
    item: dict[str, Any] = fields.get(record.data, part) or {}
    section = fields.known(split(part)[0])
    keys = ("number", "archive_number") if section.path == "volumes" else ("kind", "date")
    told = [str(item[key]) for key in keys if item.get(key)]
    return " ".join([pick({"zh": section.zh, "en": section.en}), *told]) if told else part
