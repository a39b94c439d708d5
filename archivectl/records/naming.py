"""What people call a field: its path in keys or titles of either language, step by step: ``联系人[cK3F7Q].姓名``."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from archivectl.records import fields
from archivectl.records.fields import Field, folded

_AXES = "classification"
_SIGNS = str.maketrans({"［": "[", "］": "]", "．": ".", "·": "."})


@cache
def _titles() -> Mapping[str, Sequence[Field]]:
    named: dict[str, dict[str, Field]] = {}
    for field in sorted(fields.vocabulary().values(), key=lambda field: (field.type == "group", field.path.count("."))):
        for name in (field.path, field.path.replace("[]", ""), field.zh, field.en, *field.also):
            named.setdefault(folded(name), {})[field.path] = field
    return {name: tuple(found.values()) for name, found in named.items()}


def by_title(text: str) -> list[Field]:
    """The fields called so, by path, title or another name; those nearest the top of the record first, groups last."""
    return list(_titles().get(folded(text), ()))


@cache
def _below() -> Mapping[tuple[str, str], Field]:
    """Fields by the path of the group or item above them and what they are called there."""
    found: dict[tuple[str, str], Field] = {}
    for field in fields.vocabulary().values():
        above, _dot, key = field.path.rpartition(".")
        for name in (key, field.zh, field.en, *field.also):
            found.setdefault((above, folded(name)), field)
    return found


def path(text: str) -> str:
    """The path that a text states, of any item where a list names none: ``contacts[].name``; empty where a step is none there."""
    above, found = "", ""
    for step in text.translate(_SIGNS).split("."):
        name, bracket, item = step.strip().partition("[")
        field = _below().get((above, folded(name)))
        if field is None or (bracket and (field.type != "list" or not item.endswith("]"))):
            return ""
        found += "[]" if found and above.endswith("]") and not found.endswith("]") else ""
        found += ("." if found else "") + field.path.rpartition(".")[2] + bracket + item
        above = f"{field.path}[]" if field.type == "list" else field.path
    return found


def axis(text: str, axes: Mapping[str, Any]) -> str:
    """The key of the axis that is called so, by key or title, alone or after its group; empty where there is none."""
    group, _dot, name = text.translate(_SIGNS).rpartition(".")
    if group and path(group) != _AXES:
        return ""
    return next((key for key, axis in axes.items() if name.strip() in {key, axis.get("zh"), axis.get("en")}), "")


def called(text: str) -> list[Field]:
    """The fields called so: as ``by_title`` tells them, or step by step."""
    found = by_title(text)
    stepwise = fields.field_at(stated) if not found and (stated := path(text)) else None
    return found or ([stepwise] if stepwise else [])
