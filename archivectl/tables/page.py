"""A page to be printed: what every layout is filled with."""

from typing import NamedTuple


class Table(NamedTuple):
    """A table under a heading; all cells are text."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Page(NamedTuple):
    """One form: ``layout`` is card, slip, ledger, letter or label; ``signs`` who signs it, ``code`` the text of its bars."""

    layout: str
    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    signs: tuple[str, ...]
    made: str
    code: str = ""
