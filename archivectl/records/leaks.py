"""Detectors of identifiers in text that must not hold any: reasons, purposes, names of files, messages, clear fields."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from archivectl.errors import Refused
from archivectl.records import fields, identifiers

# Digits in groups with one separator between them, as people write long numbers; an ID number may end in X.
_GAP = "[ .·•・‐–-]"
_RUN = re.compile(rf"(?<![0-9])[0-9]+(?:{_GAP}[0-9]+)*[Xx]?(?![0-9A-Za-z])")
_MANY = re.compile(rf"(?:[0-9０-９]{_GAP}?){{11}}")
_BEFORE = re.compile(r"[0-9A-Za-z]*\Z")
_HEX = re.compile(r"[0-9A-Fa-f]+|.*[0-9].*")  # what makes the digits after it part of a longer code
_FOREIGN = re.compile(r"(?:00)?86(?=1[3-9][0-9]{9}\Z)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")
_CARD = re.compile(r"(?:[3-69]|2[2-7])[0-9]{14,18}")  # the first digits of banks; 20 would be a year
_UNIONPAY = "62"
_SHORTEST, _SHORTEST_CARD, _LONGEST = 11, 16, 19
_DIGIT = re.compile(r"\d")
_GROUP = 3  # digits: the shortest first and last group that is no day or month
_CARD_GROUP = 4
_GAPS = re.compile(rf"{_GAP}|\s")
_CLEAR_CHECKS = frozenset({"email", "phone", "uscc"})
_AMOUNTS = frozenset({"money", "decimal", "integer"})
_FOREIGN_IDS = frozenset({"source.external_id"})  # what another system calls the customer


class Telltale(Refused):
    """A reason or purpose that gives away what is sealed elsewhere."""

    message = "This text would keep something in clear in the history: {what}."
    hint = "Say it without that; the value itself has its field."


def suspicious(text: str) -> bool:
    """Whether a text has enough digits in a row to hold any identifier; cheap, and no verdict."""
    return _MANY.search(text) is not None


def found(text: str) -> list[str]:
    """What identifiers a text holds, in any width and grouping: ``ID number``, ``card number``, ``mobile number``."""
    if not suspicious(text):
        return []
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    runs = (match for match in _RUN.finditer(plain) if len(match[0]) >= _SHORTEST and not _inside(plain, match.start()))
    return [what for run in runs for what in _of_run(run[0])]


def masked(text: str) -> str:
    """A path or name that can be shown although it holds an identifier: without the digits of the part that does."""
    if not found(text):
        return text
    return "/".join(_DIGIT.sub("•", part) if found(part) else part for part in text.split("/"))


def _inside(text: str, start: int) -> bool:
    """Whether the digits that begin there are only part of a longer code, such as a digest."""
    before = _BEFORE.search(text[max(0, start - _LONGEST) : start])
    return bool(before and before[0] and _HEX.fullmatch(before[0]))


def _of_run(run: str) -> Iterator[str]:
    """What neighbouring groups of a run make together, each digit used once."""
    groups, gaps = re.split(_GAP, run), re.findall(_GAP, run)
    start = 0
    while start < len(groups):
        length = 0
        for end in range(start + 1, len(groups) + 1):
            length += len(groups[end - 1])
            if length > _LONGEST or len(set(gaps[start : end - 1])) > 1:
                break
            if what := _what(groups[start:end]):
                yield what
                start = end - 1
                break
        start += 1


def _what(groups: list[str]) -> str | None:
    joined = "".join(groups).upper()
    if len(groups) > 1 and min(len(groups[0]), len(groups[-1])) < _GROUP and not _IDENTITY.fullmatch(joined):
        return None
    if _MOBILE.fullmatch(_FOREIGN.sub("", joined) if len(groups) == 1 else joined):
        return "mobile number"
    if _IDENTITY.fullmatch(joined) and identifiers.refusal("cn_id", joined) is None:
        return "ID number"
    return "card number" if _CARD.fullmatch(joined) and _card(groups, joined) else None


def _card(groups: list[str], joined: str) -> bool:
    """Whether the check digit is right; a mistyped number of UnionPay in groups of four is one all the same."""
    if len(joined) < _SHORTEST_CARD or any(len(group) < _CARD_GROUP for group in groups[:-1]):
        return False
    if joined.startswith(_UNIONPAY) and len(groups) > _CARD_GROUP - 1:
        return True
    digits = [int(digit) for digit in joined[::-1]]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def may_look_so(path: str) -> bool:
    """Whether what stands at a path may look like an identifier without being one, or be one that belongs there."""
    field = fields.field_at(path)
    return field is not None and (field.check in _CLEAR_CHECKS or field.type in _AMOUNTS or path in _FOREIGN_IDS)


def tells(path: str, value: object, subject: str) -> str | None:
    """What identifier the value of a clear field holds; None where it holds none, may hold it, or is encrypted anyway.

    Telephone numbers, e-mail addresses, social credit codes, amounts and another system's numbers may be what they look like.
    """
    if fields.field_at(path) is None or may_look_so(path) or fields.secret(path, subject):
        return None
    return next((what for text in texts(value) for what in found(text)), None)


def texts(value: object) -> Iterator[str]:
    """Every text and whole number in a value of any shape, as text."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        yield str(value)


def refuse(text: str, in_hand: Iterable[object] = ()) -> None:
    """Raise Telltale if the text holds an identifier, or a sensitive value that this command was given or opened."""
    if hits := found(text):
        raise Telltale(what=hits[0])
    said = _GAPS.sub("", fields.folded(text))
    for value in in_hand:
        shortest = 2 if not isinstance(value, int) else _GROUP + 1  # two digits say too little
        for word in (_GAPS.sub("", fields.folded(each)) for each in texts(value)):
            if len(word) >= shortest and word in said:
                raise Telltale(what="a sealed value")
