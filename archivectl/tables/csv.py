"""Tables as CSV that a spreadsheet program opens as it stands: UTF-8 with its mark, and nothing to calculate or to shorten."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from archivectl.tables.page import Number

# What a spreadsheet program would calculate, or take for a number or a date (``1-2``, ``0755``, ``3E5``): behind a tab it is
# text, and an import takes the tab away. Short whole numbers and plain days are what they look like.
_MISREAD = re.compile(r"\s*[=+\-@＝＋－＠.0-9]")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,9}|[0-9]{4}-[0-9]{2}-[0-9]{2}")


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as the bytes of a file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    if isinstance(cell, Number):
        return cell
    return f"\t{cell}" if _MISREAD.match(cell) and not _PLAIN.fullmatch(cell) else cell
