"""Which files a stop is about that names none: conditions on what stands in clear, so that later files fall under it too."""

import re
from collections.abc import Mapping
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.records import facts, fields
from archivectl.regime.model import first

KEYS = ("subject", "file", "department", "secrecy")
_TERM = re.compile(r'([^=<>＝\s"]+)(=|＝|>=|<=|>|<)(?:"([^"]*)"|(\S+))')
_PATHS = {"subject": "subject", "file": "files", "department": "department", "secrecy": "secrecy"}


class NoScope(WrongUsage):
    """A text that selects no files."""

    message = "“{text}” names no files by what a stop may ask for."
    hint = "Write key=value for subject, file, department, secrecy or an axis: subject=person region=华东"


def parse(text: str) -> dict[str, Any]:
    """The condition that a scope states, in the form of a rule's ``when``; raises NoScope."""
    when: dict[str, Any] = {}
    for key, value in _terms(text):
        axis = key.removeprefix("axis.")
        if value.startswith(("<", ">")) and key != "secrecy":
            raise NoScope(text=text)
        if key in KEYS:
            when[key] = value
        elif axis != key:
            when.setdefault("axis", {})[axis] = value
        else:
            raise NoScope(text=text)
    return when


def _terms(text: str) -> list[tuple[str, str]]:
    found = [(m[1], ("" if m[2] in "=＝" else m[2]) + (m[3] if m[3] is not None else m[4])) for m in _TERM.finditer(text)]
    if not found or _TERM.sub("", text).strip():
        raise NoScope(text=text)
    return found


def canonical(text: str, axes: Mapping[str, Any]) -> str:
    """The scope as it is kept: keys and values by the names of the data, where titles in either language were typed."""
    parts = []
    for typed, value in _terms(text):
        key, choices = _named(typed, axes)
        sign = value[: len(value) - len(value.lstrip("<>="))]
        word = value.removeprefix(sign)
        word = next((name for name, titles in choices.items() if word in {titles.get("zh"), titles.get("en")}), word)
        held = f'"{word}"' if " " in word else word
        parts.append(f"{key}{sign or '='}{held}")
    return " ".join(parts)


def _named(typed: str, axes: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The key that a title means, and the titles of its values."""
    for name, axis in axes.items():
        if typed in {name, f"axis.{name}", f"classification.{name}", axis.get("zh"), axis.get("en")}:
            return f"axis.{name}", axis.get("values") or {}
    for key, path in _PATHS.items():
        field = fields.known(path)
        if typed in {key, path, field.zh, field.en}:
            return key, field.choices
    return typed, {}


def covers(text: str, data: Mapping[str, Any]) -> bool:
    """Whether a record's clear data falls under a scope; one that cannot be read covers all, for a stop never fails open."""
    try:
        when = parse(text)
    except NoScope:
        return True
    return first([{"when": when}], facts.of(data)) is not None
