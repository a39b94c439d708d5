"""A program of its own that prints one worksheet as JSON; ``reading`` runs it in a process of its own.

A damaged workbook, or one with a stray cell in its farthest corner, makes the native parser panic or exhaust memory, which
no exception reports: it may take this small process with it, never the one that holds the archive. Run by file name, it
must not import anything of archivectl.
"""

import datetime as dt
import json
import sys
from decimal import Decimal

MEMORY = 4 << 30  # bytes of address space
EXACT = 1e15  # Excel keeps 15 digits: from here on the last ones of a number are invented

Cell = str | float | bool | dt.date | dt.time | dt.timedelta


def text_of(cell: Cell) -> str:
    """The cell as text: whole numbers without ``.0``, inexact ones as Excel shows them (``1.10105E+17``), dates in ISO form."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, dt.time):
        return cell.isoformat(timespec="minutes")
    return str(cell)


def answer(path: str, wanted: str) -> dict[str, object]:
    """``{"sheet", "others", "rows"}`` of the wanted worksheet, or of the first visible one that is not blank."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - heavy

    with open(path, "rb") as file:  # noqa: PTH123 - from an open file the format is told by content, not by suffix
        workbook = CalamineWorkbook.from_object(file)
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and (sheet.visible == SheetVisibleEnum.Visible or sheet.name == wanted)
        ]
        for name in [wanted] if wanted else names:
            if name not in names:
                return {"error": "sheet", "others": names}
            rows = [[text_of(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            if wanted or any(cell.strip() for row in rows for cell in row):
                return {"sheet": name, "others": [other for other in names if other != name], "rows": rows}
    return {"error": "empty"}


def main() -> None:
    """Print the answer for the path and the worksheet named on the command line (``""``: the first)."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - does not exist on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the customers in clear
    from python_calamine import CalamineError, PasswordError  # noqa: PLC0415 - heavy

    try:
        said = answer(sys.argv[1], sys.argv[2])
    except PasswordError:
        said = {"error": "password"}
    except CalamineError:
        said = {"error": "damaged"}
    sys.stdout.buffer.write(json.dumps(said).encode())


if __name__ == "__main__":
    main()
