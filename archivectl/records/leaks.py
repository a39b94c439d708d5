"""Detectors of identifiers in text that must not hold any: reasons, purposes, names of files, messages."""

import re
from collections.abc import Iterable

from archivectl.errors import Refused

_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{15,19}[Xx]?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD = 16


class Telltale(Refused):
    """A reason or purpose that gives away what is sealed elsewhere."""

    message = "This text would keep something in clear in the history: {what}."
    hint = "Say it without that; the value itself has its field."


def _identity(text: str) -> bool:
    body = text.upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", body):
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=False)) % 11] == body[17]


def _card(text: str) -> bool:
    digits = [int(d) for d in text[::-1]] if text.isdigit() else []
    doubled = sum(sum(divmod(2 * d, 10)) for d in digits[1::2])
    return len(digits) >= _CARD and (sum(digits[::2]) + doubled) % 10 == 0


def found(text: str) -> list[str]:
    """What identifiers a text holds: ``ID number``, ``card number``, ``mobile number``."""
    hits = []
    for match in _DIGITS.findall(text):
        if _identity(match):
            hits.append("ID number")
        elif _card(match):
            hits.append("card number")
    if _MOBILE.search(text):
        hits.append("mobile number")
    return hits


def refuse(text: str, in_hand: Iterable[object] = ()) -> None:
    """Raise Telltale if the text holds an identifier, or a sensitive value that this command was given or opened."""
    if hits := found(text):
        raise Telltale(what=hits[0])
    for value in in_hand:
        if isinstance(value, str) and len(value) > 1 and value in text:
            raise Telltale(what="a sealed value")
