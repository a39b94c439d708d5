"""The shipped JSON Schemas: whether data keeps to them, and a sentence for everything that does not.

``is_valid`` judges fast (jsonschema_rs), ``explain`` says why (jsonschema); each is loaded only when asked. The schema of a
record describes its form on disk; ``plain_schema`` is the one for what was revealed or is yet to be encrypted.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.i18n import N_, Sentence, pick

Schema = dict[str, Any]

_CLEAR = ("open", "internal")
_SHOWN = 60
_NEGATIVE = re.compile(r"([A-Z]{3} )?-[0-9.]+")
_ENCRYPTED = "^enc:"
_FORMS = {
    "text": N_("{title}: this is not one line of text without spaces at its ends"),
    "long": N_("{title}: this is not text"),
    "integer": N_("{title}: this is not a whole number"),
    "decimal": N_('{title}: this is not a number written as text, such as "12.5"'),
    "money": N_('{title}: this is not an amount written as text, such as "1200.50" or "USD 1200.50"'),
    "boolean": N_("{title}: this is neither true nor false"),
    "date": N_('{title}: this is not a date such as "2026-03-02" or "2026-03-02T14:30"'),
    "choice": N_("{title}: this is not a word to choose from"),
    "texts": N_("{title}: this is not a list of texts"),
    "list": N_("{title}: this is not a list"),
    "group": N_("{title}: this is not a group of fields"),
    "map": N_("{title}: this is not a group of fields"),
}
_BELOW = N_("{title}: this is below zero, which it cannot be")
_MISSING = N_("{title} is missing")
_UNKNOWN = N_("“{field}” is not a field that can stand here")
_NOT_HERE = N_("{title} does not belong in a file of this kind")
_EMPTY = N_("{title} must be empty here")
_IN_CLEAR = N_("{title}: this must be encrypted")
_DAMAGED = N_("{title}: this is not an encrypted value of the level it needs")
_LIKE_ENCRYPTED = N_("{title}: text may not begin with “enc:”")
_TWICE = N_("{title}: the same value stands twice")
_SOMEHOW = N_("This does not keep to its schema")
_NOT_ALLOWED = N_("{title}: this is not one of {allowed}")
_VALUE_NOT_ALLOWED = N_("{title}: “{value}” is not one of {allowed}")
_MALFORMED = N_("{title}: this is not written as it should be")
_VALUE_MALFORMED = N_("{title}: “{value}” is not written as it should be")


class Problem(NamedTuple):
    """One thing wrong with data: where (keys and list positions), an English template, its values, the field's titles.

    The values never hold what stands in a field that is confidential or above.
    """

    path: tuple[str | int, ...]
    message: str
    values: Mapping[str, object] = {}
    title: Mapping[str, str] = {}

    def __str__(self) -> str:
        return str(Sentence(self.message, title=pick(self.title), **self.values))


def at(secrecy: str | Mapping[str, str], subject: str) -> str:
    """The level that an ``x-secrecy``, a level or a level by subject, gives a subject."""
    return secrecy if isinstance(secrecy, str) else secrecy[subject]


@cache
def folder() -> Path:
    """Where the schemas lie: in the package, or beside it in a source tree."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "schemas"
    return shipped if shipped.is_dir() else package.parent / "schemas"


RELEASE = "1.0"


@cache
def releases() -> Mapping[str, Mapping[str, str]]:
    """The SHA-256 of every schema file (``customer.schema.json``) of every release, this one's among them."""
    made: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("releases.json").read_bytes())
    return made


@cache
def load(name: str) -> Schema:
    """A shipped schema (``customer``, ``entry`` ...) as it describes the form on disk; not to be changed."""
    made: Schema = json.loads((folder() / f"{name}.schema.json").read_bytes())
    return made


@cache
def plain_schema(subject: str, name: str = "customer") -> Schema:
    """The schema of data in clear: every field of its own type, and only what may stand for the subject."""
    made = _plain(load(name), subject)
    rules = [rule for rule in made.pop("allOf", ()) if "subject" not in rule["if"]["properties"]]
    return {**made, "allOf": rules} if rules else made


def _plain(shape: Schema, subject: str) -> Schema:
    if "x-plain" in shape or "anyOf" in shape:
        typed = shape["x-plain"] if "x-plain" in shape else shape["anyOf"][0]
        told = {key: each for key, each in shape.items() if key.startswith(("title", "x-")) and key != "x-plain"}
        return {**told, **typed}
    if "properties" in shape:
        kept = {key: each for key, each in shape["properties"].items() if subject in each.get("x-for", (subject,))}
        return {**shape, "properties": {key: _plain(each, subject) for key, each in kept.items()}}
    if "properties" in shape.get("items", ()):
        return {**shape, "items": _plain(shape["items"], subject)}
    return shape


@cache
def _judge(name: str, subject: str = "") -> Any:  # noqa: ANN401 - the library has no types
    import jsonschema_rs  # noqa: PLC0415 - loaded only when asked

    return jsonschema_rs.validator_for(plain_schema(subject, name) if subject else load(name))


def is_valid(name: str, data: Any) -> bool:  # noqa: ANN401 - plain data of any shape
    """Whether data keeps to a shipped schema."""
    return bool(_judge(name).is_valid(data))


def is_valid_plain(data: Any, subject: str, name: str = "customer") -> bool:  # noqa: ANN401 - plain data of any shape
    """Whether data in clear keeps to the plain schema."""
    return bool(_judge(name, subject).is_valid(data))


def explain(name: str, data: Any) -> list[Problem]:  # noqa: ANN401 - plain data of any shape
    """Everything in which data does not keep to a shipped schema, in the order of the data; empty when it is valid."""
    return [] if is_valid(name, data) else _problems(load(name), data)


def explain_plain(data: Any, subject: str, name: str = "customer") -> list[Problem]:  # noqa: ANN401 - plain data of any shape
    """Everything in which data in clear does not keep to the plain schema."""
    return [] if is_valid_plain(data, subject, name) else _problems(plain_schema(subject, name), data)


def _problems(shape: Schema, data: Any) -> list[Problem]:  # noqa: ANN401 - plain data of any shape
    subject = data.get("subject") if isinstance(data, Mapping) else None
    found: dict[Any, Problem] = {}
    for error in _explainer()(shape).iter_errors(data):
        for problem in _told(error, shape, subject):
            about = problem.path if problem.message not in {_MISSING, _UNKNOWN} else (problem.path, str(problem))
            found.setdefault(about, problem)
    return sorted(found.values(), key=lambda problem: list(_places(data, problem.path))) or [Problem((), _SOMEHOW)]


@cache
def _explainer() -> Any:  # noqa: ANN401 - a class made by the library
    """The library's validator, except that the ``$`` of a pattern is the end of the text, as in any language but Python."""
    import jsonschema  # noqa: PLC0415 - loaded only when asked

    def pattern(_validator: Any, asked: str, value: Any, _shape: Any) -> Iterator[Any]:  # noqa: ANN401 - as the library calls it
        if isinstance(value, str) and not re.search(re.sub(r"\$\Z", r"\\Z", asked), value):
            yield jsonschema.ValidationError(asked)

    extend: Any = jsonschema.validators.extend
    return extend(jsonschema.Draft202012Validator, {"pattern": pattern})


def _places(data: Any, path: Iterable[str | int]) -> Iterator[int]:  # noqa: ANN401 - plain data of any shape
    """Where a path lies in the data, to sort by."""
    for part in path:
        keys: list[str | int] = list(data) if isinstance(data, Mapping) else list(range(len(data)))
        yield keys.index(part) if part in keys else len(keys)
        data = data[part] if part in keys else ()


def _told(error: Any, shape: Schema, subject: Any) -> Iterator[Problem]:  # noqa: ANN401 - the library's error
    """The sentences for one error of the library."""
    path, asked = tuple(error.absolute_path), error.validator_value
    own = _property(shape, path)
    if "propertyNames" in error.absolute_schema_path:
        yield Problem(path, _UNKNOWN, {"field": error.instance})
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", ())
        yield from (Problem((*path, key), _UNKNOWN, {"field": key}) for key in error.instance if key not in known)
    elif error.validator == "required":
        missing = (key for key in asked if key not in error.instance)
        yield from (Problem(path, _MISSING, title=_titles(_property(shape, (*path, key)))) for key in missing)
    elif error.validator == "anyOf" and not str(error.instance).startswith("enc:"):
        for inner in error.context:
            if inner.schema_path[0] == 0:
                yield from _told(inner, shape, subject)
    else:
        message, values = _sentence(error, own, _visible(error.instance, own, subject))
        yield Problem(path, message, values, _titles(own))


def _sentence(error: Any, own: Schema, visible: bool) -> tuple[str, dict[str, object]]:  # noqa: ANN401, FBT001 - the library's error
    """What is wrong with one value, which is named only where it may be seen."""
    rule, asked, value = error.validator, error.validator_value, error.instance
    named = {"value": value} if visible else {}
    if rule in {"enum", "const"}:
        allowed = ", ".join(map(str, asked)) if rule == "enum" else str(asked)
        return (_VALUE_NOT_ALLOWED if visible else _NOT_ALLOWED), {**named, "allowed": allowed}
    if rule == "anyOf" or (rule == "pattern" and asked.startswith(_ENCRYPTED)):
        return (_DAMAGED if str(value).startswith("enc:") else _IN_CLEAR), {}
    if rule == "pattern" and own.get("x-type") in {"text", "texts"} and "not" not in error.schema:
        return (_VALUE_MALFORMED if visible else _MALFORMED), named
    if own.get("x-type") in {"decimal", "money"} and "x-signed" not in own and _NEGATIVE.fullmatch(str(value)):
        return _BELOW, {}
    if rule == "not":
        return (_LIKE_ENCRYPTED if asked else _NOT_HERE), {}
    message = _EMPTY if asked == "null" else _MISSING if value is None else _FORMS.get(own.get("x-type", ""), _MALFORMED)
    return (_TWICE if rule == "uniqueItems" else message), {}


def _visible(value: Any, own: Schema, subject: Any) -> bool:  # noqa: ANN401 - any value, any subject
    """Whether a value may be named in a sentence: a short one, of a known field that is in clear for the subject."""
    secrecy = own.get("x-secrecy", _CLEAR[0])
    levels: Iterable[str] = (
        [secrecy] if isinstance(secrecy, str) else [secrecy[subject]] if subject in secrecy else secrecy.values()
    )
    return "x-type" in own and all(level in _CLEAR for level in levels) and len(str(value)) <= _SHOWN


def _property(shape: Schema, path: Iterable[str | int]) -> Schema:
    """What a schema says of the value at a path; nothing where it does not know it."""
    for part in path:
        if isinstance(part, int):
            shape = shape["items"] if "properties" in shape.get("items", ()) else shape
        else:
            more = shape.get("additionalProperties")
            shape = shape.get("properties", {}).get(part) or (more if isinstance(more, dict) else {})
    return shape


def _titles(own: Schema) -> Mapping[str, str]:
    titles: Mapping[str, str] = own.get("x-title", {"zh": "此处", "en": "This"})
    return titles
