"""Every file keeps its schema: records, interactions, entries, members, level keys and ``archive.yaml``."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import schema
from archivectl.yaml_text import Path

RULE = "schema"
_FIELDS = N_("The archive's schemas/customer.schema.json lists every field; an editor completes them.")
_SCHEMA = N_("What can stand here is in schemas/{schema}.schema.json; an editor that knows JSON Schema shows it.")
_QUOTE = N_("Put the value in quotes: without them it is read as a number, and leading zeros or digits may be lost.")


def of_file(file: File, _tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if not file.schema or file.valid:
        return
    for problem in schema.explain(file.schema, file.data):
        unquoted = _unquoted(file, problem.path)
        hint = _FIELDS if file.kind in {"record", "interactions"} else _SCHEMA
        yield file.finding(RULE, "{problem}", problem.path, _QUOTE if unquoted else hint, problem=problem, schema=file.schema)


def _unquoted(file: File, path: Path) -> bool:
    """Whether a number stands where the schema asks for text in clear."""
    value, shape = file.data, schema.load(file.schema)
    for part in path:
        value = value[part]
        more = shape.get("additionalProperties") or {}
        shape = shape.get("items", {}) if isinstance(part, int) else shape.get("properties", {}).get(part, more)
    return type(value) is int and _text(shape)


def _text(shape: Mapping[str, Any]) -> bool:
    told = shape["anyOf"][0] if "anyOf" in shape else shape
    return "string" in told.get("type", ()) and not told.get("pattern", "").startswith("^enc:")
