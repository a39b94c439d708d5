"""What a table says of an archive on paper: rows that each say what they are, a file, a volume, a document, a loan or a stop.

A workbook or CSV file has a column that says so, and a column that says of which file a row is; a file of JSON lines has
``{"volume": {...}, "of": "..."}``. Both become one table, so that bad rows come back in the same way.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.errors import WrongUsage
from archivectl.exchange import columns, reading
from archivectl.exchange.mapping import Problem
from archivectl.exchange.reading import Row, Sheet, SourceEmpty, SourceMissing
from archivectl.exchange.rejects import TITLES
from archivectl.i18n import N_

KINDS = {
    "record": ("record", "file", "customer", "客户", "客户档案", "档案"),
    "volume": ("volume", "案卷", "卷"),
    "document": ("document", "paper", "文件", "卷内文件"),
    "loan": ("loan", "借阅", "借出"),
    "hold": ("hold", "stop", "停用"),
}
KIND, OF = "kind", "of"
_LINE = "line"  # the title under which a line that cannot be read comes back
_JSON = {".jsonl", ".ndjson"}
_NO_LINE = N_("this line is no JSON object with one of record, volume, document, loan, hold, of plain values or lists of them")
_NO_KIND = N_("“{kind}” is none of: record, volume, document, loan, hold")
_NO_OF = N_("it does not say of which file it is")


class NoKinds(WrongUsage):
    """A table that does not say what its rows are."""

    message = "{path} does not say what its rows are."
    hint = "Give it a column 类别 (kind): 客户 record, 案卷 volume, 文件 document, 借阅 loan, 停用 hold"


class Paper(NamedTuple):
    """One row: what it is, the file it is of, and its cells by title, empty ones left out."""

    row: Row
    kind: str
    of: str
    cells: Mapping[str, str]


class Papers(NamedTuple):
    """A table read: rows in order, those that say nothing that can be used, and the table as it stands."""

    sheet: Sheet
    rows: tuple[Paper, ...]
    rejected: tuple[tuple[Row, tuple[Problem, ...]], ...]

    def table(self, kind: str) -> Sheet:
        """The rows of one kind as a table of their own, with the columns in which any of them says something."""
        chosen = [paper for paper in self.rows if paper.kind == kind]
        used = {title for paper in chosen for title in paper.cells}
        places = [place for place, title in enumerate(self.sheet.columns) if title in used]
        rows = (
            Row(
                paper.row.number,
                tuple(paper.row.values[place] for place in places),
                frozenset(new for new, place in enumerate(places) if place in paper.row.damaged),
            )
            for paper in chosen
        )
        titles = tuple(self.sheet.columns[place] for place in places)
        return Sheet(self.sheet.encoding, self.sheet.header_row, titles, tuple(rows))


def read(path: Path, encoding: str | None = None, sheet: str | None = None) -> Papers:
    """The rows of a workbook, a CSV file or a file of JSON lines; raises NoKinds and what ``reading.read`` raises."""
    wrong: dict[int, Problem] = {}
    table = _lines(path, wrong) if path.suffix.lower() in _JSON else reading.read(path, encoding, sheet)
    names = [columns.fold(title) for title in table.columns]
    kinds = [place for place, name in enumerate(names) if name in columns.KIND_TITLES]
    owners = [place for place, name in enumerate(names) if name in columns.OF_TITLES]
    if not kinds:
        raise NoKinds(path=path)
    rows, rejected = list[Paper](), list[tuple[Row, tuple[Problem, ...]]]()
    for row in table.rows:
        kind = row.values[kinds[0]] or "record"
        found = next((name for name, words in KINDS.items() if columns.fold(kind) in words), "")
        of = row.values[owners[0]] if owners else ""
        problem = wrong.get(row.number)
        if not found:
            problem = problem or Problem(row.number, table.columns[kinds[0]], _NO_KIND, {"kind": kind})
        elif found != "record" and not of:
            problem = problem or Problem(row.number, "", _NO_OF)
        if problem:
            rejected.append((row, (problem,)))
            continue
        ours = {*kinds, *owners, *(place for place, title in enumerate(table.columns) if title in TITLES.values())}
        cells = {title: row.values[place] for place, title in enumerate(table.columns) if place not in ours and row.values[place]}
        rows.append(Paper(row, found, of, cells))
    return Papers(table, tuple(rows), tuple(rejected))


def _lines(path: Path, wrong: dict[int, Problem]) -> Sheet:
    """JSON lines as a table, one row each; what is wrong with a line is noted by its number."""
    if not path.is_file():
        raise SourceMissing(path=path)
    rows: dict[int, dict[str, str]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                rows[number] = dict(_told(json.loads(line)))
            except (ValueError, RecursionError):
                wrong[number] = Problem(number, "", _NO_LINE)
                rows[number] = {_LINE: line.decode("utf-8", "replace")}
    if not rows:
        raise SourceEmpty(path=path)
    titles = tuple(dict.fromkeys(title for cells in rows.values() for title in (KIND, OF, *cells)))
    table = (Row(number, tuple(cells.get(title, "") for title in titles)) for number, cells in rows.items())
    return Sheet("UTF-8", 0, titles, tuple(table))


def _told(line: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever a line holds
    """The cells of a line by title; raises ValueError where it is none of ours."""
    kinds = [kind for kind in KINDS if isinstance(line, dict) and kind in line]
    if len(kinds) != 1 or not isinstance(line[kinds[0]], dict) or line.keys() - {kinds[0], OF}:
        raise ValueError
    yield KIND, kinds[0]
    yield OF, str(line.get(OF) or "")
    yield from _cells(line[kinds[0]], "")


def _cells(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Nested values by dotted path, as text; raises ValueError for a list of objects."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _cells(value, f"{before}{key}.")
        elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
            raise ValueError
        elif isinstance(value, list):
            yield f"{before}{key}", "\n".join(map(str, value))
        elif value is not None:
            yield f"{before}{key}", str(value).lower() if isinstance(value, bool) else str(value).strip()
