"""The forms of a value in clear, as JSON Schema: types by name, and the patterns of text that is no free text."""

from typing import Any

Schema = dict[str, Any]

_SLUG = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"
_ITEM = "[a-z][A-Z2-7]{5}"
_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
SEALED = ("confidential", "secret", "top-secret")

# What begins like this would pass for an encrypted value.
_ENCRYPTED: Schema = {"type": "string", "pattern": "^enc:"}
# One line without spaces at its ends.
TEXT: Schema = {"type": "string", "pattern": r"^\S(.*\S)?$", "not": _ENCRYPTED}
TYPES: dict[str, Schema] = {
    "text": TEXT,
    "long": {"type": "string", "minLength": 1, "not": _ENCRYPTED},
    "integer": {"type": "integer", "minimum": 0},
    "decimal": {"type": "string", "pattern": "^(0|[1-9][0-9]*)([.][0-9]+)?$"},
    "money": {"type": "string", "pattern": "^([A-Z]{3} )?(0|[1-9][0-9]*)([.][0-9]{1,4})?$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "pattern": f"^{_DAY}(T{_TIME})?$"},
}
# What a field holds that may be below zero.
SIGNED = {form: {"type": "string", "pattern": TYPES[form]["pattern"].replace("(0|", "-?(0|")} for form in ("decimal", "money")}
# Any value but a number with a fraction.
ANY: Schema = {"type": ["string", "integer", "boolean", "null", "array", "object"]}
PATTERNS = {
    "axis": "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$",
    "base64": "^[A-Za-z0-9+/]+={0,2}$",
    "column": "^[a-z][a-z0-9_]*$",
    "commit": "^[0-9a-f]{40}$",
    "day": "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    "digest": "^[0-9a-f]{64}$",
    "event": "^[A-Z2-7]{12}$",
    "handle": _SLUG,
    "hours": f"^{_TIME}-{_TIME}$",
    "item": f"^{_ITEM}$",
    "key-id": "^[A-Z2-7]{12}$",
    "key-owner": rf"^(record|entry|contacts\[{_ITEM}\])$",
    "language": "^(zh|en)$",
    "moment": f"^{_DAY}T{_TIME}:[0-5][0-9]Z$",
    "number": "^[A-Z0-9][A-Z0-9-]*$",
    "part": rf"^[a-z_]+\[{_ITEM}\]$",
    "reader": "^(age1[0-9a-z]+|ssh-ed25519 [A-Za-z0-9+/]+={0,2})$",
    "recipient": "^age1[0-9a-z]+$",
    "slug": _SLUG,
    "span": "^([1-9][0-9]{0,4}(h|d|wd|wk|mo|y)|at-once|same-day|close-of-business|process|unlimited)$",
    "ssh-key": "^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$",
    "step": "^[a-z][a-z_]*$",
    "uid": "^[A-Z2-7]{26}$",
    "version": "^[0-9]+[.][0-9]+$",
}


def patterned(name: str) -> Schema:
    """Text of a named pattern."""
    return {"type": "string", "pattern": PATTERNS[name]}


def sealed(level: str) -> Schema:
    """An ``enc:1:`` line of that level or a higher one."""
    levels = "|".join(SEALED[SEALED.index(level) :])
    return {"type": "string", "pattern": f"^enc:1:({levels}):[A-Z2-7]{{12}}:[A-Za-z0-9+/]+={{0,2}}$"}
