"""What may stand where something stands that means nothing: all of it where that is little, else what is most like it."""

from collections.abc import Iterable
from difflib import get_close_matches

_FEW, _NEAREST = 12, 5


def known(word: object, words: Iterable[object]) -> str:
    """The words to choose from, between commas; of many only those nearest to the one that stands there."""
    choices = list(dict.fromkeys(map(str, words)))
    if len(choices) <= _FEW:
        return ", ".join(choices)
    return ", ".join([*get_close_matches(str(word), choices, _NEAREST, 0.0), "…"])
