"""Telling the encoding of a text: its mark, then strict UTF-8, UTF-16, and the Chinese encodings of Windows.

A name in the wrong encoding is no longer that name, so a text that fits nothing well is refused rather than guessed at.
"""

import codecs
import re
from pathlib import Path

from archivectl.errors import WrongUsage

SAMPLE = 100_000  # characters
PLAUSIBLE = 0.3  # a text in its own encoding reaches 0.4 at least and 0.9 as a rule; Latin letters taken for Chinese 0

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x841\x953", "gb18030"),
)
_HANZI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
# Level 1 of GB 2312 and of Big5, the characters of everyday use; bytes of the one read as the other fall outside half the time.
_EVERYDAY = {
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"),
    "cp950": re.compile(rb"[\xa4-\xc6]."),
    "big5hkscs": re.compile(rb"[\xa4-\xc6]."),
}


class NotText(WrongUsage):
    """Binary data."""

    message = "{path} is neither text nor a workbook."
    hint = "Save the table as .xlsx or as CSV UTF-8"


class EncodingUnclear(WrongUsage):
    """No encoding fits well enough to stake customers' names on it."""

    message = "The encoding of {path} could not be told."
    hint = "Name it (--encoding gb18030, big5, cp1252 ...), or save the table as CSV UTF-8"


class EncodingUnknown(WrongUsage):
    """The encoding named does not exist."""

    message = "There is no encoding {encoding}."
    hint = "For example: utf-8, gb18030, cp950, utf-16"


class EncodingWrong(WrongUsage):
    """The encoding named does not fit."""

    message = "Line {line} of {path} is not {encoding}."
    hint = "Leave --encoding out to have it told by the content"


def decoded(path: Path, data: bytes, encoding: str | None) -> tuple[str, str]:
    """The encoding and the text."""
    codec = encoding or next((codec for mark, codec in _MARKS if data.startswith(mark)), "")
    try:
        text = data.decode(codec) if codec else ""
    except LookupError as error:
        raise EncodingUnknown(encoding=codec) from error
    except UnicodeDecodeError as error:
        raise EncodingWrong(path=path, line=data.count(b"\n", 0, error.start) + 1, encoding=codec) from error
    if not codec:
        codec, text = _told(path, data)
    if "\0" in text:
        raise NotText(path=path)
    return codec, text.removeprefix("\ufeff")


def _told(path: Path, data: bytes) -> tuple[str, str]:
    """What the bytes themselves say: UTF-8, UTF-16 where zeros alternate, else the Chinese encoding of everyday characters."""
    if b"\0" in data:
        codec = "utf-16-be" if data.index(0) % 2 == 0 else "utf-16-le"
        if (text := _strict(data, codec)) is None:
            raise NotText(path=path)
        return codec, text
    if (text := _strict(data, "utf-8")) is not None:
        return "utf-8", text
    readings = {codec: text for codec in _EVERYDAY if (text := _strict(data, codec)) is not None}
    likeness = {codec: _likeness(text, codec) for codec, text in readings.items()}
    codec = max(likeness, key=likeness.__getitem__, default="")
    if likeness.get(codec, 0) < PLAUSIBLE:
        raise EncodingUnclear(path=path)
    return codec, readings[codec]


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _likeness(text: str, codec: str) -> float:
    """The share of everyday characters among the first Chinese ones, as the encoding numbers them."""
    hanzi = [character.encode(codec) for character in _HANZI.findall(text[:SAMPLE])]
    return sum(_EVERYDAY[codec].fullmatch(raw) is not None for raw in hanzi) / len(hanzi) if hanzi else 0
