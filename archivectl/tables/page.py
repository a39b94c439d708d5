"""A page to be printed: what every layout is filled with."""

from typing import NamedTuple


class Number(str):
    """A cell that a spreadsheet may calculate with; any other is text and stays so."""

    __slots__ = ()


class Table(NamedTuple):
    """A table under a heading; all cells are text, ``figures`` the places of the columns that hold numbers.

    Without heads it is made of pairs, a name and its value each.
    """

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()


class Sign(NamedTuple):
    """A box to sign: whose it is, and who signed already, when and how; empty where a pen is to."""

    title: str
    signed: tuple[str, ...] = ()


class Page(NamedTuple):
    """One form: ``layout`` is card, slip, ledger, letter or label; ``text`` are a letter's sentences.

    ``code`` is the text of its bars; ``course``, how it came about, stands below the boxes.
    """

    layout: str
    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    signs: tuple[Sign, ...]
    made: str
    code: str = ""
    text: tuple[str, ...] = ()
    course: tuple[Table, ...] = ()


def boxes(*titles: str) -> tuple[Sign, ...]:
    """Boxes that are signed with a pen."""
    return tuple(map(Sign, titles))
