"""Tables as workbooks in which every cell is text: no number loses digits, and nothing is a formula."""

import io
from collections.abc import Iterable, Sequence


def written(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """The rows as the bytes of a workbook with one sheet of that name."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    page = book.create_sheet(name)
    for row in rows:
        cells = [WriteOnlyCell(page, value=text) if text else None for text in row]
        for cell in filter(None, cells):
            cell.data_type, cell.number_format = "s", "@"
        page.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
