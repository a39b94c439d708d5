"""Tables as workbooks in which every cell is text, unless it says that it is a number: nothing loses digits or is a formula."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from archivectl.tables.page import Number


def written(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """The rows as the bytes of a workbook with one sheet of that name."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    page = book.create_sheet(name)
    for row in rows:
        page.append([_cell(WriteOnlyCell(page, value=_value(text)), text) if text else None for text in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _value(text: str) -> Any:  # noqa: ANN401 - openpyxl takes decimals, its types do not say so
    return Decimal(text) if isinstance(text, Number) else text


def _cell(cell: Any, text: str) -> Any:  # noqa: ANN401 - a cell of openpyxl
    if not isinstance(text, Number):
        cell.data_type, cell.number_format = "s", "@"
    return cell
