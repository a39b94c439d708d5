"""Giving bad rows back: a table like the one they came from, with a column that says why, to be mended and imported again.

The file holds customers in clear, like the table it lies beside: it is made readable for its owner alone.
"""

import os
import re
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from archivectl.errors import ArchiveError, Refused, Unreadable, told_by
from archivectl.exchange import reading
from archivectl.exchange.mapping import Problem
from archivectl.exchange.reading import Row, Sheet
from archivectl.i18n import N_, Sentence, pick
from archivectl.tables import csv, xlsx

TITLES = {"zh": "退回理由", "en": "Reason"}
WORDS = {"zh": "退回", "en": "rejected"}
_OURS = re.compile(rf"\.(?:{'|'.join(WORDS.values())})(?:-\d+)?\Z")
_WORKBOOK = ".xlsx"
_WORKBOOKS = {"XLSX", "XLS", "ODS"}

Table = list[tuple[str, ...]]


class NotOverSource(Refused):
    """The bad rows would take the place of the table."""

    message = "{path} is the table itself; the bad rows would replace it."
    hint = "Name another file: --rejects FILE"


class RejectsUnwritable(Unreadable):
    """No permission, or no room."""

    message = "The rejected rows cannot be written to {path}: {problem}."
    hint = "Name another file: --rejects FILE"


def table(sheet: Sheet, rejected: Iterable[tuple[Row, Sequence[Problem]]]) -> Table:
    """The bad rows as they were read, titles first, with the reasons in the last column."""
    rows = list(rejected)
    own = set(TITLES.values())
    width = len(sheet.columns) - (sheet.columns[-1] in own)  # a table that comes back a second time has its old reasons
    overfull = max((len(row.values) - len(sheet.columns) for row, _problems in rows), default=0)
    head = (*sheet.columns[:width], *[""] * overfull, pick(TITLES))
    return [head, *(_with_reasons(row, problems, len(head) - 1, width, sheet) for row, problems in rows)]


def _with_reasons(row: Row, problems: Sequence[Problem], cells: int, width: int, sheet: Sheet) -> tuple[str, ...]:
    values = (*row.values[:width], *row.values[len(sheet.columns) :])
    return (*values, *[""] * (cells - len(values)), told(problems))


def told(problems: Iterable[Problem]) -> str:
    """The reasons against a row in one line."""
    sentences = [told_one(problem) for problem in problems if problem.rejects]
    return pick({"zh": "；", "en": "; "}).join(dict.fromkeys(sentences))


def told_one(problem: Problem) -> str:
    """One problem, its column named where it has one."""
    text = str(problem).rstrip(".。")
    return str(Sentence(N_("{column}: {text}"), column=problem.column, text=text)) if problem.column else text


def place(source: Path, sheet: Sheet, rows: Table) -> Path:
    """Where the bad rows go beside the table: never over a file in which somebody may already be mending some."""
    suffix = _WORKBOOK if sheet.encoding in _WORKBOOKS else ".csv"
    stem = _OURS.sub("", source.stem)
    for number in count(1):
        path = source.with_name(f"{stem}.{pick(WORDS)}{f'-{number}' if number > 1 else ''}{suffix}")
        if not path.exists() or _holds(path, rows):
            break
    return path


def _holds(path: Path, rows: Table) -> bool:
    try:
        sheet = reading.read(path)
    except ArchiveError:
        return False
    return [sheet.columns, *(row.values for row in sheet.rows)] == rows


def write(path: Path, rows: Table, source: Path) -> None:
    """Write the table, as a workbook where the name says so, else as CSV that Excel opens.

    Raises:
        NotOverSource, RejectsUnwritable.
    """
    if path.exists() and path.samefile(source):
        raise NotOverSource(path=path)
    content = xlsx.written(rows, pick(WORDS)) if path.suffix.lower() == _WORKBOOK else csv.written(rows)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise RejectsUnwritable(path=path, problem=told_by(error)) from error
