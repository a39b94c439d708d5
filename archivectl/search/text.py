"""Searching by words: width, case and spelling folded, simplified for traditional, names also by pinyin and its initials."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from archivectl.records import fields
from archivectl.search.clear import OURS

_HAN = re.compile("[\u4e00-\u9fff]")
_DOTS = str.maketrans({"·": "·", "•": "·", "・": "·"})


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, one kind of dot, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_DOTS)).casefold().split())


def pinyin(text: str) -> tuple[str, str]:
    """The pinyin of a text, whole and as initials, without spaces."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - slow to load

    syllables = lazy_pinyin(text)
    return "".join(syllables).lower(), "".join(syllable[:1] for syllable in syllables).lower()


def matching(wanted: str, texts: Iterable[tuple[str, str]], names: Mapping[str, Sequence[str]]) -> set[str]:
    """The uids whose clear fields (``texts``: uid and text), names or the names' pinyin hold what is wanted."""
    needle, holds = folded(wanted), _holding(wanted)
    latin = needle.isascii() and needle.isalpha()
    named = {
        uid
        for uid, some in names.items()
        for name in some
        if holds(name) or (latin and any(needle in form for form in pinyin(name)))
    }
    return named | {uid for uid, text in texts if holds(text)}


def places(wanted: str, data: Mapping[str, Any]) -> Iterator[str]:
    """The clear fields of a record that hold what is wanted, an item of a list as any of them (``contacts[].note``)."""
    holds = _holding(wanted)
    for path, value in fields.walk(data):
        told = value if isinstance(value, list) else [] if isinstance(value, bool) or value is None else [value]
        if path.rpartition(".")[2] not in OURS and any(holds(str(each)) for each in told):
            yield re.sub(r"\[.*?\]", "[]", path)


def _holding(wanted: str) -> Callable[[str], bool]:
    """Whether a text holds what is wanted, in either script."""
    needle = folded(wanted)
    signs = (f"[{_spellings().get(each, each)}]" if _HAN.match(each) else re.escape(each) for each in needle)
    spelled = re.compile("".join(signs))
    return lambda text: bool(spelled.search(folded(text)))


@cache
def _spellings() -> Mapping[str, str]:
    """For each Han character all that are simplified to the same one: 台, 臺, 檯 and 颱 are found by any of them."""
    from opencc import OpenCC  # noqa: PLC0415 - only a search needs it

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    alike: dict[str, set[str]] = defaultdict(set)
    for character, simple in zip(characters, OpenCC("t2s").convert("\n".join(characters)).split("\n"), strict=True):
        alike[simple] |= {character, simple}
    return {character: "".join(sorted(group)) for group in alike.values() if len(group) > 1 for character in group}
