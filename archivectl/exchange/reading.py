"""Tables as other programs leave them, CSV or workbook, read as plain text with the place of every row.

Nothing is guessed silently: the encoding and the header row found are part of what is returned, numbers that Excel has cut
to 15 digits are marked, and what cannot be read without loss is refused with a way out.
"""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.exchange import columns
from archivectl.exchange.encoding import decoded
from archivectl.i18n import N_, Sentence

LIMIT = 200 * 1024 * 1024
DELIMITERS = ",\t;"
HEADER_WITHIN = 30  # rows
NOTHING = {"null", "n/a", "#n/a", "-", "－", "—", "——", "--", "无", "無"}

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + _INVISIBLE
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_DAMAGED = re.compile(r"-?\d(?:\.\d+)?E\+\d{2,}\Z", re.IGNORECASE)
_OF_PAPERS = columns.KIND_TITLES | columns.OF_TITLES
_WORD = re.compile(r"[^\W\d_]")
_FACT = re.compile(r"\d{4}|@")
_BOM = b"\xef\xbb\xbf"
_OTHERS = {
    b"BEGIN:VCARD": N_("cards of contacts (vCard)"),
    b"BEGIN:VCALENDAR": N_("a calendar (iCalendar)"),
    b"%PDF-": N_("pages (PDF)"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class SourceMissing(WrongUsage):
    """There is no such file."""

    message = "There is no file {path}."
    hint = "Check the name, and write the path from where you are or from the root"


class SourceNoFile(WrongUsage):
    """A folder or a device was named."""

    message = "{path} is not a file."
    hint = "Name one CSV file or workbook"


class NoStream(WrongUsage):
    """Standard input was named."""

    message = "A table is read from a file, not from standard input."
    hint = "Save it, and name the file: archivectl import FILE"


class NoTable(WrongUsage):
    """Something that holds no table."""

    message = "{path} is no table: it holds {what}."
    hint = "Export a table from the program it comes from, as CSV or as a workbook"


class RowsMissing(WrongUsage):
    """Titles and nothing below them."""

    message = "{path} has titles, in row {row}, and no row below them."
    hint = "Save the table again with its rows, or name the worksheet: --sheet NAME"


class SourceEmpty(WrongUsage):
    """Nothing stands in it."""

    message = "{path} is empty."
    hint = "Save the table again, or name the worksheet: --sheet NAME"


class SourceTooLarge(WrongUsage):
    """More than anyone would import at once."""

    message = "{path} has {size} MB; at most {limit} MB are imported at once."
    hint = "Divide the table into several files"


class WorkbookUnreadable(WrongUsage):
    """The workbook is damaged, is none, or does not fit into memory."""

    message = "{path} does not open as a workbook: it is damaged, of another format, or has cells very far outside its table."
    hint = "Open it in a spreadsheet program, copy the table to a new workbook, and save that as .xlsx"


class WorkbookLocked(WrongUsage):
    """The workbook asks for a password."""

    message = "{path} is protected by a password."
    hint = "Save a copy without a password, import it, and delete the copy"


class SheetMissing(WrongUsage):
    """The workbook has no such worksheet."""

    message = "{path} has no worksheet {sheet}."
    hint = "It has: {sheets}"


class TableBroken(WrongUsage):
    """A quotation mark is never closed, or a cell is endless."""

    message = "{path} breaks off in or before line {line}: a quotation mark without its partner, or a cell without an end."
    hint = "Look at that line in a text editor; a quotation mark inside a quoted cell must be doubled"


class HeaderMissing(WrongUsage):
    """No row looks like column titles."""

    message = "No row of column titles was found in the first {rows} rows of {path}."
    hint = "Give the columns titles (客户名称, 电话 ...) in one row above the data"


@dataclass(frozen=True, slots=True)
class Row:
    """One customer as it stands in the file.

    Attributes:
        number: Row in the source, from 1, blank rows counted, as a spreadsheet shows it.
        values: Cells as text, at least one for each column; "" where nothing stands.
        damaged: Positions in ``values`` of numbers whose last digits Excel has lost (``1.1E+17``).
    """

    number: int
    values: tuple[str, ...]
    damaged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table read: rows that are not blank, below the header.

    Attributes:
        encoding: ``UTF-8``, ``GB18030``, ``CP950`` ..., or of a workbook ``XLSX``, ``XLS``, ``ODS``.
        header_row: Row of the column titles, from 1.
        columns: Titles, "" where a column has none.
        rows: The customers.
        others: Names of worksheets that were not read.
    """

    encoding: str
    header_row: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()


def read(path: Path, encoding: str | None = None, sheet: str | None = None) -> Sheet:
    """The table in a CSV file or workbook, told apart by content; ``encoding`` overrides what the text looks like."""
    if not path.exists():
        raise NoStream if path.name == "-" else SourceMissing(path=path)
    if not path.is_file():
        raise SourceNoFile(path=path)
    if (size := path.stat().st_size) > LIMIT:
        raise SourceTooLarge(path=path, size=size // 1024 // 1024, limit=LIMIT // 1024 // 1024)
    data = path.read_bytes()
    if what := next((words for begins, words in _OTHERS.items() if data[:64].lstrip(_BOM).upper().startswith(begins)), ""):
        raise NoTable(path=path, what=Sentence(what))
    if data.startswith((b"PK\x03\x04", _OLE)):
        label, (cells, others) = _format(path, data), _worksheet(path, sheet or "")
    else:
        codec, text = decoded(path, data, encoding)
        label, cells, others = codec.upper(), _records(path, text), ()
    texts = [[trimmed(cell) for cell in row] for row in cells]
    if not any(any(row) for row in texts):
        raise SourceEmpty(path=path)
    return _sheet(path, label, texts, others)


def trimmed(cell: str) -> str:
    """The text that a cell says: without spaces around it and characters that cannot be seen, empty where it says “none”."""
    if not cell.isprintable():
        cell = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    text = cell.strip(_BLANK)
    return "" if text.casefold() in NOTHING else text


def _sheet(path: Path, label: str, cells: list[list[str]], others: tuple[str, ...]) -> Sheet:
    header = _header(path, cells)
    titles = tuple(re.sub(r"\s+", " ", title) for title in cells[header])
    rows = (_row(number, row, len(titles)) for number, row in enumerate(cells[header + 1 :], header + 2) if any(row))
    if not (found := tuple(rows)):
        raise RowsMissing(path=path, row=header + 1)
    return Sheet(label, header + 1, titles, found, others)


def _row(number: int, cells: list[str], width: int) -> Row:
    extra = cells[width:] if any(cells[width:]) else []
    damaged = frozenset(place for place, cell in enumerate(cells) if _DAMAGED.match(cell))
    return Row(number, (*cells[:width], *[""] * (width - len(cells)), *extra), damaged)


def _header(path: Path, cells: list[list[str]]) -> int:
    """The first row of known titles; failing that, the row with the longest run of different words."""
    runs: list[tuple[bool, int]] = []
    for row in cells[:HEADER_WITHIN]:
        filled = [cell for cell in row if cell]
        known = sum(columns.meaning(cell) is not None or columns.fold(cell) in _OF_PAPERS for cell in filled)
        if known >= max(2, len(filled) / 5):
            return len(runs)
        words = groupby(row, lambda cell: _WORD.search(cell) is not None and _FACT.search(cell) is None)
        runs.append((known > 0, max((len(set(run)) for good, run in words if good), default=0)))
    best = max(runs)
    if best[1] == 0:
        raise HeaderMissing(path=path, rows=HEADER_WITHIN)
    return runs.index(best)


def _format(path: Path, data: bytes) -> str:
    if not data.startswith(_OLE):
        return "ODS" if b"opendocument.spreadsheet" in data[:100] else "XLSX"
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise WorkbookLocked(path=path)
    return "XLS"


def _worksheet(path: Path, sheet: str) -> tuple[list[list[str]], tuple[str, ...]]:
    """The cells of a worksheet and the names of the others, read by another process (see ``workbook``)."""
    program = Path(__file__).with_name("workbook.py")
    done = subprocess.run([sys.executable, "-P", program, path, sheet], capture_output=True, check=False)  # noqa: S603 - our own
    said: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"error": "damaged"}
    match said.get("error"):
        case None:
            return said["rows"], tuple(said["others"])
        case "password":
            raise WorkbookLocked(path=path)
        case "sheet":
            raise SheetMissing(path=path, sheet=sheet, sheets=", ".join(said["others"]))
        case "empty":
            raise SourceEmpty(path=path)
        case _:
            raise WorkbookUnreadable(path=path)


def _records(path: Path, text: str) -> list[list[str]]:
    """The cells of delimited text, by the delimiter that gives the most rows of one width."""
    line = 1
    try:
        widths = {delimiter: _usual_width(text, delimiter) for delimiter in DELIMITERS}
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=widths.__getitem__), strict=True)
        records = []
        for record in reader:
            records.append(record)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableBroken(path=path, line=line) from error
    return records


def _usual_width(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the most frequent number of cells, and that number."""
    sample = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), HEADER_WITHIN)
    widths = Counter(len(record) for record in sample if len(record) > 1)
    return max(((rows, width) for width, rows in widths.items()), default=(0, 0))
