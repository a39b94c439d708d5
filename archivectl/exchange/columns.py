"""Which field a column title means: the dictionary of ``columns.yaml`` and the titles of the vocabulary, however written."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from archivectl import yaml_text
from archivectl.records import fields, naming

# What stands for a person's own matter: of a person customer the first path, otherwise of the customer's first contact.
OF_A_PERSON = {
    "phone.person": ("phone", "contacts[].phone"),
    "email.person": ("email", "contacts[].email"),
    "sex.person": ("person.sex", "contacts[].sex"),
    "birthday.person": ("person.birthday", "contacts[].birthday"),
    "position.person": ("person.position", "contacts[].position"),
}
PARTS = frozenset({"name.company", "name.person", "name.given", "name.family", *OF_A_PERSON})

# What a row of a table of papers is, and of which file: such a table may have no other title that a customer has.
KIND_TITLES = frozenset({"kind", "类别", "類別"})
OF_TITLES = frozenset({"of", "所属", "所属档案", "所屬"})

_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_SCALE = re.compile(r"[(\[【〔][^)\]】〕]*[十百千万萬亿億]")
_OURS = {"schema", "uid", "status", "source.import", "documents[].object"}  # what the archive writes by itself


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


@cache
def _within() -> dict[str, str]:
    """Folded titles of fields behind that of the group or list around them (``所有者 · 电话``), with the path that each means."""
    found: dict[str, set[str]] = {}
    for path, field in fields.vocabulary().items():
        above = fields.field_at(path.rpartition(".")[0]) if "." in path and single(field) else None
        for one in (above.zh + field.zh, above.en + field.en) if above else ():
            found.setdefault(fold(one), set()).add(path)
    return {title: path for title, (path, *others) in found.items() if not others}


def _of_ours(title: str) -> tuple[str, int] | None:
    """The field that a title of our own exports means, which title alone does not tell: by its group, or by its path."""
    path = _within().get(fold(title), title)
    return (path, 0) if importable(path) else None


def importable(path: str) -> bool:
    """Whether an import can fill the field at a path."""
    field = fields.field_at(path)
    return field is not None and single(field) and path not in _OURS


def title(path: str) -> str:
    """What the column of a field is called in our own exports: the shortest title that an import takes for it, or for none."""
    field, above = fields.known(path), fields.field_at(path.rpartition(".")[0]) if "." in path else None
    wanted = path if importable(path) else None
    titles = (field.title, *([f"{above.title} · {field.title}"] if above else []))
    return next((one for one in titles if (meaning(one, own=True) or (None,))[0] == wanted), path)


def _in_vocabulary(title: str) -> tuple[str, int] | None:
    """The one field nearest the top of the record that has this title and holds a single value."""
    found = [field.path for field in naming.by_title(title) if single(field) and field.path not in _OURS]
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
    return (ours or _of_ours(bare) or foreign) if own else (foreign or ours)
