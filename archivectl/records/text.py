"""A record's file and its data: one canonical form, keys in the order of the schema."""

from collections.abc import Mapping
from typing import Any

from archivectl import canonical_text, yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.records import schema
from archivectl.records.model import Record

MODELINE = "# yaml-language-server: $schema=../../../schemas/customer.schema.json\n"
_HEAD = MODELINE.encode()


class NotARecord(Unreadable):
    """A file under ``customers/`` that is not a record."""

    message = "{path} is not a record: {problem}."
    hint = "Take it back from history: git checkout HEAD -- {path}"


def parse(text: bytes, path: str) -> Record:
    """The record in a file's bytes; raises NotARecord or NotYaml."""
    data = yaml_text.load(text, path)
    if not isinstance(data, dict):
        raise NotARecord(path=path, problem=N_("it holds no fields"))
    for key in ("uid", "subject", "status"):
        if not isinstance(data.get(key), str):
            raise NotARecord(path=path, problem=Sentence(N_("it has no “{key}”"), key=key))
    return Record(path, text, data)


def dump(data: Mapping[str, Any]) -> bytes:
    """The canonical text of a record."""
    ordered = in_order(data, schema.load("customer"))
    return yaml_text.dump(ordered, lambda at: at == ("keys",), MODELINE).encode()


def renumbered(record: Record, number: str) -> bytes:
    """The canonical text of a record under another number."""
    return dump({**record.data, "number": number})


def in_order(data: Any, shape: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain data of any shape
    """The same data with every mapping's keys in the order its schema names them, unknown ones last."""
    if isinstance(data, Mapping):
        properties: Mapping[str, Any] = shape.get("properties", {})
        known = {key: in_order(data[key], properties[key]) for key in properties if key in data}
        return known | {key: in_order(value, {}) for key, value in data.items() if key not in known}
    if isinstance(data, (list, tuple)):
        return [in_order(item, shape.get("items", {})) for item in data]
    return data


def read_canonical(text: bytes) -> dict[str, Any] | None:
    """What a record's file says where it is, to the byte, what ``dump`` would write; else None. Quicker than either."""
    if not text.startswith(_HEAD):
        return None
    try:
        data = canonical_text.read(text[len(_HEAD) :].decode("utf-8"), _one_a_line)
    except UnicodeDecodeError:
        return None
    return data if data is not None and _ordered(data, schema.load("customer")) else None


def _one_a_line(key: str) -> bool:
    return key == "keys"


def _ordered(data: Any, shape: Mapping[str, Any]) -> bool:  # noqa: ANN401 - plain data of any shape
    if isinstance(data, dict):
        properties: Mapping[str, Any] = shape.get("properties", {})
        known = iter(properties)
        rest = [key for key in data if key not in properties]
        if rest and list(data)[-len(rest) :] != rest:
            return False
        return all(key in known for key in data if key in properties) and all(
            _ordered(value, properties.get(key, {})) for key, value in data.items() if type(value) in (dict, list)
        )
    return all(_ordered(item, shape.get("items", {})) for item in data) if isinstance(data, list) else True
