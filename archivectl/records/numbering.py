"""Numbers of records and entries: a grammar such as ``{office}-{sequence:6}``, read both ways; and the codes on labels."""

import re
from collections.abc import Iterable, Mapping

from archivectl.errors import WrongUsage

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
_TAKEN = {"recovery", "outside"}  # the signer of the recovery sheet, and whoever is no member
_PART = re.compile(r"\{(office|kind|year|sequence)(?::([0-9]{1,2}))?\}")
_ANY_PART = re.compile(r"\{([a-z]+)(?::([0-9]{1,2}))?\}")
# A label's code: what the file is called, then the id of one volume or document in it.
_CODE = re.compile(r"([A-Z0-9-]+)/([VD])([A-Z2-7]{5})")
_SECTIONS = {"V": "volumes", "D": "documents"}


class OddGrammar(WrongUsage):
    """A grammar that asks for a part which there is not."""

    message = "The grammar “{grammar}” asks for {part}, which there is not."
    hint = "It may ask for: {known}"


class NoEntryNumber(WrongUsage):
    """A text that is no number of a register entry."""

    message = "“{text}” is no number of a register entry."
    hint = (
        "Numbers look like {example}; JY-1 is that of this year. What waits for you: archivectl todo; a register: archivectl "
        "register list KIND"
    )


class NoNumber(WrongUsage):
    """A text that is no number of this archive."""

    message = "“{text}” is no number of a record."
    hint = "Numbers look like {example}; 212 alone also means the record with that sequence."


def compose(grammar: str, *, sequence: int, office: str = "", kind: str = "", year: str = "") -> str:
    """The number a grammar makes of its parts."""
    parts = {"office": office, "kind": kind, "year": year}

    def part(match: re.Match[str]) -> str:
        return str(sequence).zfill(int(match[2] or 1)) if match[1] == "sequence" else parts[match[1]]

    return _PART.sub(part, grammar)


def split(grammar: str, number: str, offices: Iterable[str] = ()) -> dict[str, str] | None:
    """The parts of a number under a grammar, or None where it does not fit.

    With the codes of the ``offices`` a dash may be a space or left out: ``SH000212``, ``SH 212``, ``JY20260031``.
    """
    pattern, last, codes = "", 0, "|".join(sorted(map(re.escape, offices), key=len, reverse=True))
    shapes = {"office": codes or "[A-Z0-9][A-Z0-9-]*", "kind": "[A-Z]+", "year": "[0-9]{4}", "sequence": "[0-9]+"}
    for match in _PART.finditer(grammar):
        pattern += _between(grammar[last : match.start()], optional=bool(codes)) + f"(?P<{match[1]}>{shapes[match[1]]})"
        last = match.end()
    found = re.fullmatch(pattern + _between(grammar[last:], optional=bool(codes)), number)
    return found.groupdict() if found else None


def _between(text: str, *, optional: bool) -> str:
    """What stands between the parts of a number, as a pattern."""
    return re.escape(text).replace(r"\-", "[- ]?") if optional else re.escape(text)


def filled(grammar: str, parts: Mapping[str, str | int]) -> str:
    """What a grammar such as ``{record}-{volume:2}`` makes of any parts, numbers filled with zeros; raises OddGrammar."""

    def part(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise OddGrammar(grammar=grammar, part=match[0], known=", ".join(f"{{{name}}}" for name in parts))
        value = parts[match[1]]
        return str(value).zfill(int(match[2] or 1)) if isinstance(value, int) else value

    return _ANY_PART.sub(part, grammar)


def code(text: str) -> tuple[str, str]:
    """The number and the part that a label's code means: ``SH-000212/vK3F7Q`` is ``SH-000212`` and ``volumes[vK3F7Q]``.

    The part is empty where a text is no such code, and the number is the text then.
    """
    match = _CODE.fullmatch(folded(text))
    return (match[1], f"{_SECTIONS[match[2]]}[{match[2].lower()}{match[3]}]") if match else (text, "")


def folded(text: str) -> str:
    """A typed number with full-width letters, digits and dashes made plain, in upper case."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text.strip())
    return plain.replace("—", "-").replace("－", "-").upper()


def record(text: str, grammar: str, offices: Iterable[str]) -> str:
    """The full number that a typed text means: ``212`` is ``SH-000212`` where one office is all there is.

    Raises:
        NoNumber: for anything that could not be one, a path with dots among them.
    """
    plain = folded(text)
    known = list(offices)
    if plain.isascii() and plain.isdigit() and len(known) == 1 and len(plain) <= 12:  # noqa: PLR2004 - a sequence is no longer
        return compose(grammar, sequence=int(plain), office=known[0])
    parts = split(grammar, plain) or split(grammar, plain, known or ["SH"])
    if parts is None:
        raise NoNumber(text=text, example=compose(grammar, sequence=1, office=(known or ["SH"])[0]))
    return compose(grammar, sequence=int(parts["sequence"]), office=parts.get("office", ""))


def entry(text: str, grammar: str, year: str) -> str:
    """The full number a typed text means: in 2026 ``JY-31`` and ``JY-2026-31`` are ``JY-2026-0031``. Raises NoEntryNumber."""
    plain = folded(text)
    if match := re.fullmatch(r"([A-Z]+)[- ]?([0-9]{1,6})", plain):
        return compose(grammar, sequence=int(match[2]), kind=match[1], year=year)
    parts = split(grammar, plain) or split(grammar, plain, ["—"])
    if parts is None:
        raise NoEntryNumber(text=text, example=compose(grammar, sequence=1, kind="JY", year=year))
    return compose(grammar, sequence=int(parts["sequence"]), kind=parts.get("kind", ""), year=parts.get("year", ""))


def is_draft(text: str) -> bool:
    """Whether a text can be the uid of a draft, or its first letters."""
    return bool(re.fullmatch(r"(?=.*[A-Z])[A-Z2-7]{6,26}", text.upper()))


def is_code(text: str) -> bool:
    """Whether a text can be an office code: capital letters, digits and dashes, and no name that a system reserves."""
    return bool(re.fullmatch(r"[A-Z0-9][A-Z0-9-]*", text)) and text.lower() not in _RESERVED


def is_handle(text: str) -> bool:
    """Whether a text can be a member's handle: small letters, digits, dots and dashes, and no reserved name."""
    plain = bool(re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text))
    return plain and text not in _TAKEN and text.split(".", maxsplit=1)[0] not in _RESERVED
