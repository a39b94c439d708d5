"""Searching by words: width, case and spelling folded, simplified for traditional, names also by pinyin and its initials."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

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
    needle = folded(wanted)
    latin = needle.isascii() and needle.isalpha()
    spelled = re.compile("".join(f"[{_spellings().get(each, each)}]" if _HAN.match(each) else re.escape(each) for each in needle))
    named = {
        uid
        for uid, some in names.items()
        for name in some
        if spelled.search(folded(name)) or (latin and any(needle in form for form in pinyin(name)))
    }
    return named | {uid for uid, text in texts if spelled.search(folded(text))}


@cache
def _spellings() -> Mapping[str, str]:
    """For each Han character all that are simplified to the same one: 台, 臺, 檯 and 颱 are found by any of them."""
    from opencc import OpenCC  # noqa: PLC0415 - only a search needs it

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    alike: dict[str, set[str]] = defaultdict(set)
    for character, simple in zip(characters, OpenCC("t2s").convert("\n".join(characters)).split("\n"), strict=True):
        alike[simple] |= {character, simple}
    return {character: "".join(sorted(group)) for group in alike.values() if len(group) > 1 for character in group}
