"""Searching by words: width, case and spelling folded, names also by pinyin and its initials."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

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
    named = {uid for uid, some in names.items() for name in some if _named(needle, name, latin=latin)}
    return named | {uid for uid, text in texts if needle in folded(text)}


def _named(needle: str, name: str, *, latin: bool) -> bool:
    return needle in folded(name) or (latin and any(needle in form for form in pinyin(name)))
