"""Pages as rows of a spreadsheet: what is printed above, beside and below the tables too, so that nothing is lost."""

import re
from collections.abc import Iterator, Sequence

from archivectl.i18n import _
from archivectl.tables.page import Number, Page

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")


def rows(pages: Sequence[Page]) -> Iterator[tuple[str, ...]]:
    """Every line of the pages, an empty one between them; numbers without the marks of thousands."""
    for place, page in enumerate(pages):
        if place:
            yield ()
        yield from _page(page)


def _page(page: Page) -> Iterator[tuple[str, ...]]:
    yield (page.title, page.number) if page.number else (page.title,)
    yield from page.facts
    yield from ((sentence,) for sentence in page.text)
    for table in (*page.tables, *page.course):
        if table.heading:
            yield (table.heading,)
        if table.heads:
            yield table.heads
        for row in table.rows:
            yield tuple(_figure(cell) if place in table.figures else cell for place, cell in enumerate(row))
    for sign in page.signs:
        yield (sign.title + _(" (signature)"), *sign.signed)
    yield (page.made,)


def _figure(cell: str) -> str:
    plain = cell.replace(",", "")
    return Number(plain) if _NUMBER.fullmatch(plain) else cell
