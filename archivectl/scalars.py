"""How one scalar is spelled in the archive: plain where every YAML parser reads the same text, in double quotes elsewhere."""

from functools import lru_cache
from typing import Any

_AMBIGUOUS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"}
_BASES = {"0x", "0o", "0b"}
_HARMLESS = dict.fromkeys(map(ord, "_.·/@()（）《》—、，。：；+- "))
_NUMERIC = dict.fromkeys(map(ord, "0123456789eE"))
_SHORT = 64


def is_plain(value: str) -> bool:
    """Whether a text may stand without quotes."""
    return _known(value) if len(value) <= _SHORT else _judged(value)


def _judged(value: str) -> bool:
    if ":" in value:  # ciphertext, which is long
        return False
    if value[:1].isalpha():
        inner = value if value.isalnum() else value.translate(_HARMLESS)
        return inner.isalnum() and value[-1] != " " and value.lower() not in _AMBIGUOUS
    return value.isascii() and value.isalnum() and value[:2].lower() not in _BASES and bool(value.translate(_NUMERIC))


_known = lru_cache(maxsize=4096)(_judged)


def spelled(value: Any) -> str:  # noqa: ANN401 - any scalar
    """One scalar as the archive writes it."""
    if isinstance(value, str):
        return value if is_plain(value) else quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in an archive")


def quoted(value: str) -> str:
    """The text in double quotes, on one line, Chinese as Chinese."""
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'  # ciphertext, which is long
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        raise ValueError("half of a character pair cannot be written")
    printable = (0x20 <= code <= 0x7E) or (0xA0 <= code <= 0xD7FF and code not in (0x2028, 0x2029)) or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004
    if (printable and code != 0xFEFF) or code > 0xFFFF:  # noqa: PLR2004 - what YAML may show as it is
        return character
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004
