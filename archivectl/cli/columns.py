"""How wide a text is in a terminal, and texts of a width: a Chinese character takes two columns."""

import unicodedata


def width(text: str) -> int:
    """How many columns a text takes; Chinese takes two a character."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, columns: int) -> str:
    """The text filled up to a number of columns."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int) -> str:
    """The text, its end left out where it takes more than a number of columns."""
    while width(text) > columns:
        text = text.rstrip("…")[:-1] + "…"
    return text
