"""Makes the shipped JSON Schemas and ``docs/fields.md`` of ``vocabulary.yaml``: ``python -m archivectl.records.authoring``.

The schemas describe the form on disk: a field that is confidential or above holds an ``enc:1:`` line and keeps its own type in
``x-plain``. They say the same in draft 2020-12 and draft-07, so that any editor and any validator can use them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archivectl import yaml_text
from archivectl.records import fields, schema
from archivectl.records.fields import HANDLE, SUBJECTS
from archivectl.records.formats import ANY, SEALED, SIGNED, TEXT, TYPES, Schema, patterned, sealed

Words = Mapping[str, Any]

ROOT = Path(__file__).resolve().parents[2]
LEVELS = ("open", "internal", *SEALED)
TOMBSTONE = ("schema", "uid", "number", "subject", "status", "keys")
WIDTH = 130
PREFACE = (
    "# Fields",
    "",
    "Made by `python -m archivectl.records.authoring` from `archivectl/records/vocabulary.yaml`; do not edit.",
    "Fields that are `open` or `internal` stand in clear, all others encrypted. In a path, `[]` stands for the id of an item",
    "(`contacts[cK3F7Q].phone`). Where a secrecy names no subject, it holds for all three.",
)


class NoSecrecy(ValueError):
    """A field about a customer that neither says how secret it is nor stands in a group that does."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: whether and how secret fields are here, at least how by subject, and whether a grade raises it."""

    graded: bool = True
    secrecy: Any = None
    floor: Any = None
    raised: bool = False


def schemas(vocabulary: Words) -> dict[str, Schema]:
    """The shipped schemas by name."""
    words = _shared_in(vocabulary, vocabulary["shared"])
    made = {"customer": _customer(words), "interactions": _interactions(words)}
    for name, each in words["others"].items():
        made[name] = _root(each, _properties(each["fields"], Place(graded=False)), each["required"])
    return made


def _shared_in(words: Any, shared: Words) -> Any:  # noqa: ANN401 - plain data of any shape
    """The words with every ``enum`` and ``fields`` that names a shared one replaced by it."""
    if not isinstance(words, Mapping):
        return words
    named = {key: shared[each] for key, each in words.items() if key in {"enum", "fields"} and isinstance(each, str)}
    return {key: _shared_in(named.get(key, each), shared) for key, each in words.items()}


def _customer(words: Words) -> Schema:
    properties = {
        **_properties(words["head"], Place()),
        **_properties(words["sections"], Place(floor=words["floor"], raised=True)),
        **_properties(words["tail"], Place()),
    }
    made = _root({"zh": "客户档案", "en": "Customer file"}, properties, ["schema", "uid", "number", "subject", "status"])
    return {**made, "allOf": [*_subject_rules(properties), *_status_rules()], "definitions": _definitions()}


def _interactions(words: Words) -> Schema:
    words, floor = words["interactions"], words["floor"]
    place, kinds = Place(secrecy=words["secrecy"]), words["kinds"]
    common = _properties({"kind": {"zh": "种类", "en": "Kind", "enum": kinds}, **words["common"]}, place)
    columns = _properties(words["columns"], replace(place, floor=floor, raised=True))
    item = _object({"id": _item_id("item", place), **common, **columns}, ["id", "kind", "date"])
    item["allOf"] = [
        _when("kind", key, {"propertyNames": {"enum": ["id", *common, *each["columns"]]}}) for key, each in kinds.items()
    ]
    rows = {"x-type": "list", "x-secrecy": _strongest(item["properties"]), "x-layout": "line", "type": "array", "items": item}
    uid = _field({"zh": "唯一标识", "en": "Identifier", "format": "uid"}, place)
    made = _root(words, {"uid": uid, "interactions": {**_titled(words), **rows}}, ["uid", "interactions"])
    return {**made, "definitions": _definitions()}


def _root(words: Words, properties: Schema, required: list[str]) -> Schema:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **_titled(words), **_object(properties, required)}


def _titled(words: Words) -> Schema:
    return {"title": f"{words['zh']} {words['en']}", "x-title": {"zh": words["zh"], "en": words["en"]}}


def _object(properties: Schema, required: list[str]) -> Schema:
    demanded = {"required": required} if required else {}
    return {"type": "object", **demanded, "additionalProperties": False, "properties": properties}


def _definitions() -> Schema:
    return {level: sealed(level) for level in SEALED}


def _properties(words: Words, place: Place) -> Schema:
    return {key: _field(each, place, key) for key, each in words.items()}


def _field(words: Words, place: Place, key: str = "") -> Schema:
    """One property as it stands on disk."""
    place = replace(place, secrecy=words.get("secrecy", place.secrecy), raised=words.get("raised", place.raised))
    if place.graded and place.secrecy is None:
        raise NoSecrecy(key)
    form = words.get("type") or ("group" if "fields" in words else "choice" if "enum" in words else "text")
    made = {**_titled(words), "x-type": form, **{f"x-{name}": words[name] for name in ("also", "for", "layout") if name in words}}
    if "check" in words or form == "date":
        made["x-check"] = words.get("check", form)
    elif place.graded and words.get("format") == HANDLE:
        made["x-check"] = HANDLE
    if "signed" in words:
        made["x-signed"] = True
    if "enum" in words:
        made["x-choices"] = {key: {"zh": each["zh"], "en": each["en"]} for key, each in words["enum"].items()}
    if "other" in words:
        made["x-other"] = True
    body = _group(words, place, form) if form in {"group", "list"} else _on_disk(_typed(words, form), place)
    return {**made, **body}


def _group(words: Words, place: Place, form: str) -> Schema:
    inner, required = _properties(words["fields"], place), list(words.get("required", ()))
    if form == "list" and (name := words.get("id", "item")) != "none":
        inner, required = {"id": _item_id(name, place), **inner}, ["id", *required]
    body = _object(inner, required)
    if "other" in words:
        body |= {"propertyNames": patterned("axis"), "additionalProperties": {"x-secrecy": place.secrecy, **TEXT}}
    if "alone" in words:
        body |= {"if": {"required": [words["alone"]]}, "then": {"propertyNames": {"enum": ["id", words["alone"]]}}}
    graded = {"x-secrecy": _strongest(inner)} if place.graded else {}
    return {**graded, **body} if form == "group" else {**graded, "type": "array", "items": body}


def _item_id(name: str, place: Place) -> Schema:
    return _field({"zh": "标识", "en": "Identifier", "format": name}, Place(place.graded, "open"))


def _typed(words: Words, form: str) -> Schema:
    """A value in clear."""
    if form == "map":
        value = words.get("values")
        values = ANY if value is None else TEXT if value == "text" else patterned(value)
        return {"type": "object", "propertyNames": patterned(words["format"]), "additionalProperties": values}
    if form == "texts":
        return {"type": "array", "items": _scalar(words, "choice" if "enum" in words else "text"), "uniqueItems": True}
    made = _scalar(words, form)
    return {**made, "type": [made["type"], "null"]} if "nullable" in words else made


def _scalar(words: Words, form: str) -> Schema:
    if "format" in words:
        return patterned(words["format"])
    if form == "choice":
        return TEXT if "other" in words else {"type": "string", "enum": list(words["enum"])}
    made = SIGNED[form] if "signed" in words else TYPES[form]
    return {**made, "const": words["const"]} if "const" in words else made


def _on_disk(typed: Schema, place: Place) -> Schema:
    """The typed value, or the encrypted line, or either where that depends on the subject or the grade of the file."""
    if not place.graded:
        return typed
    levels = {subject: _level(place, subject) for subject in SUBJECTS}
    secrecy = {"x-secrecy": levels if len(set(levels.values())) > 1 else levels[SUBJECTS[0]]}
    weakest, strongest = min(levels.values(), key=LEVELS.index), max(levels.values(), key=LEVELS.index)
    if weakest in SEALED:
        return {**secrecy, **sealed(weakest), "x-plain": typed}
    if place.raised or strongest in SEALED:
        raised = {"x-raised": True} if place.raised else {}
        return {**secrecy, **raised, "anyOf": [typed, {"$ref": f"#/definitions/{SEALED[0]}"}]}
    return {**secrecy, **typed}


def _level(place: Place, subject: str) -> str:
    said = place.secrecy if isinstance(place.secrecy, str) else place.secrecy.get(subject, place.secrecy.get("default"))
    least = (place.floor or {}).get(subject, LEVELS[0])
    return LEVELS[max(LEVELS.index(said), LEVELS.index(least))]


def _strongest(properties: Schema) -> Any:  # noqa: ANN401 - a level, or a level by subject
    """The secrecy of a group as a whole: that of its most secret field."""
    levels = {
        subject: max((schema.at(each["x-secrecy"], subject) for each in properties.values()), key=LEVELS.index)
        for subject in SUBJECTS
    }
    return levels if len(set(levels.values())) > 1 else levels[SUBJECTS[0]]


def _when(key: str, value: str, then: Schema, otherwise: Schema | None = None) -> Schema:
    rule = {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}
    return rule if otherwise is None else {**rule, "else": otherwise}


def _subject_rules(properties: Schema) -> Iterator[Schema]:
    for subject in SUBJECTS:
        yield _when("subject", subject, _narrowed({"properties": properties}, subject) or {})


def _narrowed(shape: Schema, subject: str) -> Any:  # noqa: ANN401 - a schema, or None where nothing narrows
    """What this subject asks beyond the schema: a field that may not stand, one that must be encrypted, one that must not."""
    if subject not in shape.get("x-for", SUBJECTS):
        return {"not": {}}
    if "properties" in shape.get("items", {}):
        inner = _narrowed(shape["items"], subject)
        return inner and {"items": inner}
    if "properties" in shape:
        inner = {key: rule for key, each in shape["properties"].items() if (rule := _narrowed(each, subject)) is not None}
        return {"properties": inner} if inner else None
    level = schema.at(shape["x-secrecy"], subject)
    if level in SEALED:
        return None if shape.get("pattern") == sealed(level)["pattern"] else {"$ref": f"#/definitions/{level}"}
    return shape["anyOf"][0] if "anyOf" in shape and "x-raised" not in shape else None


def _status_rules() -> Iterator[Schema]:
    for status in ("destroyed", "withdrawn"):
        stone = {"required": [status], "propertyNames": {"enum": [*TOMBSTONE, status]}}
        yield _when("status", status, stone, {"properties": {status: {"not": {}}}})
    yield _when("status", "draft", {"properties": {"number": {"type": "null"}}})
    yield _when("status", "filed", {"properties": {"number": {"type": "string"}}})


def written(value: Any, indent: int = 0) -> str:  # noqa: ANN401 - any JSON
    """JSON of one line where that fits, else of one line a member."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, (dict, list)):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        members = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {written(each, indent + 2)}" for key, each in value.items()]
    else:
        members = [inner + written(each, indent + 2) for each in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(members) + f"\n{' ' * indent}{end}"


def page(customer: Schema, interactions: Schema) -> str:
    """``docs/fields.md``: every field, a table per section."""
    lines = [*PREFACE]
    alone = [field for field in fields.read(customer) if "." not in field.path and field.type not in {"group", "list"}]
    lines += [*_table("一般 General", alone)]
    for key, section in customer["properties"].items():
        if section["x-type"] in {"group", "list"}:
            inside = [each for each in fields.read(customer) if each.path.startswith((f"{key}.", f"{key}["))]
            lines += _table(f"{section['title']} `{key}`", inside)
    rows = interactions["properties"]["interactions"]
    lines += _table(f"{rows['title']} `interactions`", [each for each in fields.read(interactions) if "[]" in each.path])
    lines += ["", "| kind | 中文 | English | columns |", "|---|---|---|---|"]
    choices = rows["items"]["properties"]["kind"]["x-choices"]
    for rule in rows["items"]["allOf"]:
        kind = rule["if"]["properties"]["kind"]["const"]
        columns = ", ".join(f"`{name}`" for name in rule["then"]["propertyNames"]["enum"])
        lines.append(f"| `{kind}` | {choices[kind]['zh']} | {choices[kind]['en']} | {columns} |")
    return "\n".join(lines) + "\n"


def _table(title: str, rows: list[fields.Field]) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| path | 中文 | English | type | secrecy |", "|---|---|---|---|---|")
    for row in rows:
        levels = {subject: row.level(subject) for subject in row.subjects}
        told = " · ".join(f"{subject} {level}" for subject, level in levels.items())
        if row.subjects == SUBJECTS and len(set(levels.values())) == 1:
            told = levels[SUBJECTS[0]]
        kind = row.type if not row.choices else f"{row.type}: " + ", ".join(row.choices)
        yield f"| `{row.path}` | {row.zh} | {row.en} | {kind} | {told} |"


def digests(made: Mapping[str, Schema]) -> dict[str, str]:
    """The SHA-256 of every schema file, by which an archive's copies are known as those of a release."""
    return {
        f"{name}.schema.json": hashlib.sha256((written(each) + "\n").encode()).hexdigest() for name, each in sorted(made.items())
    }


def main() -> None:
    """Write the schemas and the page of fields into the source tree."""
    source = Path(__file__).with_name("vocabulary.yaml")
    made = schemas(yaml_text.load(source.read_bytes(), source.name))
    for name, each in made.items():
        (ROOT / "schemas" / f"{name}.schema.json").write_text(written(each) + "\n", encoding="utf-8")
    known = {**schema.releases(), schema.RELEASE: digests(made)}
    (ROOT / "archivectl" / "records" / "releases.json").write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    (ROOT / "docs" / "fields.md").write_text(page(made["customer"], made["interactions"]), encoding="utf-8")


if __name__ == "__main__":
    main()
