"""Searching by words: width, case and spelling folded, names also by pinyin and its initials."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from archivectl.search.index import Row

_DOTS = str.maketrans({"·": "·", "•": "·", "・": "·"})


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, one kind of dot, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_DOTS)).casefold().split())


def pinyin(text: str) -> tuple[str, str]:
    """The pinyin of a text, whole and as initials, without spaces."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - slow to load

    syllables = lazy_pinyin(text)
    return "".join(syllables).lower(), "".join(syllable[:1] for syllable in syllables).lower()


def matching(wanted: str, texts: Iterable[tuple[str, str]], rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    """The rows whose clear fields (``texts``: uid and text), name or the name's pinyin hold what is wanted."""
    needle = folded(wanted)
    clear = {uid for uid, text in texts if needle in folded(text)}
    latin = needle.isascii() and needle.isalpha()
    found = []
    for row in rows:
        name = row.name if row.name is not None else names.get(row.uid, "")
        if (
            row.uid in clear
            or (name and needle in folded(name))
            or (latin and name and any(needle in form for form in pinyin(name)))
        ):
            found.append(row)
    return found
