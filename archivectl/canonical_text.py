"""Reading text that is spelled as the archive spells it, line by line: a fraction of what a YAML parser needs.

Whatever is spelled otherwise, also where it means the same, is left to the parser. So what is read here is what every YAML
parser reads, and its scalars stand exactly as the writer would put them.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from archivectl.scalars import is_plain

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})\Z")
_KEY = re.compile(r'([^:,{}\[\]"]+): ')
_ATOM = re.compile(r'"[^"\\]*"|[^,{}\[\]"]+')
_SIGNATURE = "sig"  # in quotes, whatever it is
_WORDS: dict[str, Any] = {"null": None, "true": True, "false": False, "[]": [], "{}": {}}
_DEEPEST = 40
_SHORT = 64
_ITEM = "- "
_MORE = object()  # what stands below, or a list or mapping that is made anew each time
_EMPTY = ("", " []", " {}")

Lines = Callable[[str], bool] | None


class _OtherwiseError(Exception):
    """Something spelled in another way."""


def read(text: str, lines: Lines = None) -> dict[str, Any] | None:
    """The mapping a text states, or None where any of it is not spelled as the archive spells it.

    Args:
        text: the text of a file; comment lines at its beginning are passed over.
        lines: whether the list under this key at the top has one flow mapping a line; without it, either will do.
    """
    if not text.endswith("\n") or not text.replace("\n", "").isprintable():
        return None
    found = text.split("\n")
    found.pop()
    start = next((number for number, line in enumerate(found) if not line.startswith("#")), len(found))
    try:
        data, end = _mapping(found, start, 0, lines)
    except _OtherwiseError:
        return None
    return data if end == len(found) and data else None


def _mapping(found: list[str], at: int, indent: int, lines: Lines) -> tuple[dict[str, Any], int]:
    if indent > _DEEPEST:
        raise _OtherwiseError
    result: dict[str, Any] = {}
    while at < len(found):
        line = found[at]
        depth, key, value = _known(line) if len(line) <= _SHORT else _line(line)
        if depth < indent or (depth == indent and key == _ITEM):
            break
        if depth > indent or key in result:
            raise _OtherwiseError
        if value is not _MORE:
            result[key] = value
            at += 1
        elif line.endswith(":"):
            result[key], at = _nested(found, at + 1, indent, key, lines)
        else:
            result[key] = _scalar(line.partition(": ")[2])
            at += 1
    return result, at


def _line(line: str) -> tuple[int, str, Any]:
    """How far a line is indented, its key, and its value unless that is _MORE; an item of a list has the key _ITEM."""
    own = line.lstrip(" ")
    depth = len(line) - len(own)
    if own.startswith(_ITEM):
        return depth, _ITEM, _MORE
    key, colon, rest = own.partition(":")
    if not colon or (rest and rest[0] != " ") or not is_plain(key):
        raise _OtherwiseError
    return depth, key, _MORE if rest in _EMPTY else _scalar(rest[1:])


_known = lru_cache(maxsize=4096)(_line)  # most lines stand in many files


def _nested(found: list[str], at: int, indent: int, key: str, lines: Lines) -> tuple[Any, int]:
    """What stands below a key: a list with one mapping a line, a list of blocks, or a mapping."""
    line = found[at] if at < len(found) else ""
    if line.startswith("- {", indent) and not line[:indent].strip(" "):
        _refuse_unless(lines is None or (indent == 0 and lines(key)))
        return _line_list(found, at, indent)
    if line.startswith("- ", indent + 2) and not line[: indent + 2].strip(" "):
        _refuse_unless(lines is None or indent > 0 or not lines(key))
        return _items(found, at, indent + 2, lines)
    data, end = _mapping(found, at, indent + 2, lines)
    if not data:
        raise _OtherwiseError
    return data, end


def _refuse_unless(holds: bool) -> None:  # noqa: FBT001 - a condition
    if not holds:
        raise _OtherwiseError


def _line_list(found: list[str], at: int, indent: int) -> tuple[list[Any], int]:
    result = []
    while at < len(found) and found[at].startswith("- {", indent) and not found[at][:indent].strip(" "):
        result.append(_flow(found[at][indent + 2 :]))
        at += 1
    return result, at


def _items(found: list[str], at: int, indent: int, lines: Lines) -> tuple[list[Any], int]:
    result: list[Any] = []
    while at < len(found) and found[at].startswith("- ", indent) and not found[at][:indent].strip(" "):
        own = found[at][indent + 2 :]
        if own.startswith('"') or ":" not in own:
            result.append(_scalar(own))
            at += 1
            continue
        found[at] = " " * (indent + 2) + own
        item, at = _mapping(found, at, indent + 2, lines)
        result.append(item)
    return result, at


def _flow(own: str) -> dict[str, Any]:
    """A mapping on one line."""
    if not own.endswith("}") or len(own) < 3:  # noqa: PLR2004 - the brackets and something in them
        raise _OtherwiseError
    data, end = _flow_mapping(own, 1, 0)
    if end != len(own):
        raise _OtherwiseError
    return data


def _flow_mapping(own: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    """The mapping whose bracket stands before a place, and where it ends."""
    result: dict[str, Any] = {}
    while match := _KEY.match(own, at):
        if match[1] in result or not is_plain(match[1]):
            raise _OtherwiseError
        if match[1] == _SIGNATURE and (atom := _ATOM.match(own, match.end())) and own[match.end()] == '"':
            result[_SIGNATURE], at = atom[0][1:-1], atom.end()
        else:
            result[match[1]], at = _flow_value(own, match.end(), depth)
        if own.startswith("}", at):
            return result, at + 1
        if not own.startswith(", ", at):
            break
        at += 2
    raise _OtherwiseError


def _flow_value(own: str, at: int, depth: int) -> tuple[Any, int]:
    if match := _ATOM.match(own, at):
        return _scalar(match[0]), match.end()
    if depth > _DEEPEST:
        raise _OtherwiseError
    if own.startswith("{", at):
        return _flow_mapping(own, at + 1, depth + 1)
    result: list[Any] = []
    while own.startswith(", " if result else "[", at):
        value, at = _flow_value(own, at + (2 if result else 1), depth + 1)
        result.append(value)
    if not result or not own.startswith("]", at):
        raise _OtherwiseError
    return result, at + 1


def _scalar(own: str) -> Any:  # noqa: ANN401 - any scalar
    if own.startswith('"'):
        value = own[1:-1]
        if len(own) < 2 or own[-1] != '"' or '"' in value or "\\" in value or is_plain(value):  # noqa: PLR2004 - both quotes
            raise _OtherwiseError
        return value
    if is_plain(own):
        return own
    if own in _WORDS:
        value = _WORDS[own]
        return type(value)() if isinstance(value, (list, dict)) else value
    if _INTEGER.match(own):
        return int(own)
    raise _OtherwiseError
