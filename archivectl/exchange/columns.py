"""Which field a column title means: the dictionary of ``columns.yaml`` and the titles of the vocabulary, however written."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from archivectl import yaml_text
from archivectl.records import fields

# What stands for a person's own matter: of a person customer the first path, otherwise of the customer's first contact.
OF_A_PERSON = {
    "phone.person": ("phone", "contacts[].phone"),
    "email.person": ("email", "contacts[].email"),
    "sex.person": ("person.sex", "contacts[].sex"),
    "birthday.person": ("person.birthday", "contacts[].birthday"),
    "position.person": ("person.position", "contacts[].position"),
}
PARTS = frozenset({"name.company", "name.person", "name.given", "name.family", *OF_A_PERSON})

_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_SCALE = re.compile(r"[(\[【〔][^)\]】〕]*[十百千万萬亿億]")
_OURS = {"schema", "uid", "status", "source.import"}  # what the archive writes by itself


def fold(title: str) -> str:
    """The title without case, width, spaces and punctuation: ``Customer ID``, ``customer_id`` and ``customerID`` are one."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).casefold())


@cache
def dictionary() -> dict[str, tuple[str, int]]:
    """Folded title → target (a field path or one of PARTS) and rank, 0 being the title that says it best."""
    known: dict[str, list[str]] = yaml_text.load(files("archivectl.exchange").joinpath("columns.yaml").read_bytes())
    return {fold(title): (target, rank) for target, titles in known.items() for rank, title in enumerate(titles)}


def single(field: fields.Field) -> bool:
    """Whether one cell can fill it: no group, and nothing in a list but a field of the first contact."""
    return field.type not in {"group", "list", "map"} and "[]" not in field.path.removeprefix("contacts[].")


def _in_vocabulary(title: str) -> tuple[str, int] | None:
    """The one field nearest the top of the record that has this title and holds a single value."""
    found = [field.path for field in fields.by_title(title) if single(field) and field.path not in _OURS]
    highest = [path for path in found if path.count(".") == found[0].count(".")]
    return (highest[0], 0) if len(highest) == 1 else None


def meaning(title: str, *, own: bool = False) -> tuple[str, int] | None:
    """Target and rank of a column title, or None when it is unknown or counts in units that we do not (``（万元）``).

    Args:
        title: As it stands, with or without a remark in brackets (``电话（必填）``).
        own: Whether the table is one of our own exports, whose titles are those of the vocabulary.
    """
    title = unicodedata.normalize("NFKC", title)
    bare = title if _SCALE.search(title) else _REMARK.sub("", title)
    foreign = dictionary().get(fold(title)) or dictionary().get(fold(bare))
    ours = _in_vocabulary(bare)
    return (ours or foreign) if own else (foreign or ours)
