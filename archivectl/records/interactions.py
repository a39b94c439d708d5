"""Visits, purchases, services and complaints of a customer: a file a year, a line each, sealed under the keys of the record."""

from collections.abc import Iterable, Mapping
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.records import layout, schema
from archivectl.records.text import in_order

MODELINE = "# yaml-language-server: $schema=../../../schemas/interactions.schema.json\n"
NAME = "interactions"


class NotInteractions(Unreadable):
    """A file under ``interactions/`` that is not a year of a customer's interactions."""

    message = "{path} is not a list of interactions: {problem}."
    hint = "Take it back from history: git checkout HEAD -- {path}"


def folder(uid: str) -> str:
    """Where the interactions of a record stand, a file a year."""
    return f"{layout.INTERACTIONS}{uid[:2]}/{uid}/"


def path(uid: str, date: str) -> str:
    """Where what happened on a day stands."""
    return f"{folder(uid)}{date[:4]}.yaml"


def begun(uid: str) -> bytes:
    """A year's file before its first line."""
    return f"{MODELINE}uid: {yaml_text.flow(uid)}\n{NAME}:\n".encode()


def line(row: Mapping[str, Any]) -> bytes:
    """One interaction as it stands in the file, its keys in the order of the schema."""
    shape = schema.load(NAME)["properties"][NAME]["items"]
    return f"- {yaml_text.flow(in_order(row, shape))}\n".encode()


def parse(text: bytes, path: str) -> tuple[str, list[dict[str, Any]]]:
    """The uid of the record and the interactions in a file's bytes; raises NotInteractions or NotYaml."""
    data = yaml_text.load(text, path)
    if problems := schema.explain(NAME, data):
        raise NotInteractions(path=path, problem=problems[0])
    uid, rows = data["uid"], data[NAME]
    if written(uid, rows) != text:
        raise NotInteractions(path=path, problem=Sentence(N_("it is not spelled as the archive spells it")))
    return uid, rows


def written(uid: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The one spelling of a year's file."""
    return begun(uid) + b"".join(map(line, rows))
