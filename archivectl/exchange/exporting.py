"""Records as a table that a spreadsheet program edits and ``import`` takes back by number.

A cell is written only if an import reads exactly its value from it again, so that a cell nobody touched changes nothing. What is
sealed stays out unless it is asked for; then it is logged before a file holds it.
"""

import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archivectl import disclosure, intake
from archivectl.archive import Archive
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import Conflict, KeyMissing, WrongUsage, told_by
from archivectl.exchange import columns
from archivectl.exchange.mapping import normal
from archivectl.exchange.reading import trimmed
from archivectl.i18n import N_, listed, pick
from archivectl.records import fields, leaks
from archivectl.records import text as record_text
from archivectl.records.model import GONE, Record
from archivectl.records.opening import NotCleared
from archivectl.records.typed import WrongValue, typed
from archivectl.search.index import Row
from archivectl.tables import csv, xlsx

_READING = N_("reading records")
_NUMBER = "number"
_LONGEST = 32_000  # characters that a cell of a spreadsheet holds
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")  # a workbook takes it for a character
_YES, _NO = {"zh": "是", "en": "yes"}, {"zh": "否", "en": "no"}
_SHEET = {"zh": "客户", "en": "customers"}
_SOME = 100  # records between two words about how far it is

Values = dict[str, list[tuple[str, Any]]]  # by the path of a field: where it stands in the record, and what does


class NoFormat(WrongUsage):
    """A file name that names no kind of table."""

    message = "{file} is neither .csv nor .xlsx."
    hint = "Let the name end in .csv or .xlsx."


class InArchive(WrongUsage):
    """A table of customers in clear among the files of the archive."""

    message = "{file} lies in the archive, where nothing may stand in clear."
    hint = "Name a file elsewhere."


class FileThere(Conflict):
    """A file that exists already, or cannot be made."""

    message = "{file} cannot be written: {problem}."
    hint = "Name a file that does not exist yet; nothing was written."


@dataclass(slots=True)
class Table:
    """What is to be written: the fields of the columns, and a row of texts for each record.

    ``numberless`` counts drafts and tombstones, which have no row; ``sealed`` the values that stay out because they are sealed,
    those of ``stopped`` files among them; ``unfit`` are the number and path of values that no cell gives back as they are.
    """

    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    numberless: int = 0
    sealed: int = 0
    opened: dict[str, set[str]] = field(default_factory=dict)  # uid → paths
    stopped: list[str] = field(default_factory=list)
    unfit: list[tuple[str, str]] = field(default_factory=list)


def refuse_place(archive: Archive, path: Path) -> None:
    """Raise NoFormat, InArchive or FileThere where no table may be written."""
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise NoFormat(file=path)
    if path.resolve().is_relative_to(archive.repository.place.work_tree.resolve()):
        raise InArchive(file=path)
    if os.path.lexists(path):
        raise FileThere(file=path, problem=os.strerror(errno.EEXIST))


def table(archive: Archive, rows: Sequence[Row], wanted: Sequence[str] = (), purpose: str | None = None) -> Table:
    """The records as a table; nothing is written or logged.

    Args:
        archive: the open archive.
        rows: the records.
        wanted: the paths of the fields; without them, all that an import can take and that any of the records says.
        purpose: what sealed values are opened for, as far as the actor is cleared; None leaves them out.

    Raises:
        PurposeMissing, Telltale, NoIdentity.
    """
    if purpose is not None and not purpose.strip():
        raise disclosure.PurposeMissing
    living = [row for row in rows if row.number and row.status not in GONE]
    made = Table(numberless=len(rows) - len(living))
    told: list[dict[str, str]] = []
    asked = [fields.known(path).path for path in wanted]
    for done, record in enumerate(_records(archive, living)):
        values = {path: value for path, value in _values(record.data).items() if _chosen(path, asked)}
        if purpose is not None:
            _open(archive, record, values, made, purpose)
        told.append(_texts(record, values, made))
        if done % _SOME == 0:
            archive.progress(_READING, done, len(living))
    made.columns = tuple(dict.fromkeys((_NUMBER, *(asked or sorted({path for texts in told for path in texts}, key=_place)))))
    made.rows = [tuple(texts.get(path, "") for path in made.columns) for texts in told]
    return made


def save(archive: Archive, made: Table, path: Path, purpose: str = "") -> None:
    """Write the table to a new file for its owner alone; what was opened for it is logged first.

    Raises:
        NoFormat, InArchive, FileThere.
    """
    refuse_place(archive, path)
    rows = ([columns.title(path) for path in made.columns], *made.rows)
    content = written(rows, path, pick(_SHEET))
    if made.opened:
        paths = sorted({path for paths in made.opened.values() for path in paths}, key=_place)
        uid = next(iter(made.opened)) if len(made.opened) == 1 else ""
        disclosure.log(archive, N_("export"), uid, tuple(paths), purpose, len(made.opened))
    put(path, content)


def written(rows: Iterable[Sequence[str]], path: Path, name: str) -> bytes:
    """Rows as the bytes of a table, of the kind that a file's name says; ``name`` is that of a sheet."""
    return csv.written(rows) if path.suffix.lower() == ".csv" else xlsx.written(rows, name)


def put(path: Path, content: bytes) -> None:
    """Write a new file for its owner alone; raises FileThere."""
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise FileThere(file=path, problem=told_by(error)) from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FileThere(file=path, problem=told_by(error)) from error


def _records(archive: Archive, rows: Sequence[Row]) -> Iterator[Record]:
    for row, (_blob, content) in zip(rows, archive.repository.blobs(row.blob for row in rows), strict=True):
        data = record_text.read_canonical(content)
        yield record_text.parse(content, row.path) if data is None else Record(row.path, content, data)


def _values(data: Mapping[str, Any]) -> Values:
    """What a record says; of its contacts the first, which is the one that an import means, of other lists every item."""
    first = next((contact["id"] for contact in data.get("contacts") or ()), "")
    found: Values = {}
    for path, value in fields.walk(data):
        if "[" not in path:
            found[path] = [(path, value)]
        elif not path.startswith("contacts[") or path.startswith(f"contacts[{first}]."):
            found.setdefault(re.sub(r"\[[^\]]*\]", "[]", path), []).append((path, value))
    return found


def _chosen(path: str, wanted: Sequence[str]) -> bool:
    if wanted:
        return path == _NUMBER or path in wanted
    own = path.partition(".")[0] in intake.OWN - {_NUMBER, "subject"} or path.endswith(("].id", "].forgotten"))
    return not own and columns.importable(path)


def _open(archive: Archive, record: Record, values: Values, made: Table, purpose: str) -> None:
    """Put in clear what the actor is cleared for and the keys are here for, unless the file is closed to use or needs a leave."""
    sealed = [(path, place) for path, found in values.items() for place, (_at, value) in enumerate(found) if is_sealed(value)]
    if not sealed:
        return
    if disclosure.barring(archive, record):
        made.stopped.append(record.label)
        return
    opener, keys = archive.opener, record.data.get("keys") or ()
    for path, place in sealed:
        at, value = values[path][place]
        with suppress(NotCleared, KeyMissing):
            clear = opener.open(value, at, record.uid, keys)
            leaks.refuse(purpose, [clear])
            values[path][place] = at, clear
            made.opened.setdefault(record.uid, set()).add(path)


def _texts(record: Record, values: Values, made: Table) -> dict[str, str]:
    """The texts of a record's cells by the path of the field, without those that stay empty."""
    texts: dict[str, str] = {}
    for path, found in values.items():
        clear = [value for _at, value in found if not is_sealed(value)]
        made.sealed += len(found) - len(clear)
        if not clear:
            continue
        known = fields.known(path)
        text = _exact(known, clear[0]) if columns.importable(path) else trimmed(listed(_told(known, value) for value in clear))
        if text:
            texts[path] = text
        else:
            made.unfit.append((record.label, path))
    return texts


def _exact(known: fields.Field, value: Any) -> str:  # noqa: ANN401 - any value of a record
    """The text that says a value to a reader and to an import alike; empty where there is none."""
    return next((text for text in (_told(known, value), str(value)) if _gives(known, text, value)), "")


def _told(known: fields.Field, value: Any) -> str:  # noqa: ANN401 - any value of a record
    if isinstance(value, bool):
        return pick(_YES if value else _NO)
    if isinstance(value, list):
        return listed(_told(known, each) for each in value)
    return pick(known.choices[value]) if isinstance(value, str) and value in known.choices else str(value)


def _gives(known: fields.Field, text: str, value: Any) -> bool:  # noqa: ANN401 - any value of a record
    """Whether an import reads that value from a cell with that text."""
    if len(text) > _LONGEST or _ESCAPE.search(text):
        return False
    cell, _problem = normal(known.path, trimmed(text))
    try:
        return bool(cell) and typed(known, cell) == value
    except WrongValue:
        return False


def _place(path: str) -> tuple[int, str]:
    """Where a field stands in the schema; an axis of the archive's own stands with the others."""
    known = {each: place for place, each in enumerate(fields.vocabulary())}
    return known.get(path, known.get(path.rpartition(".")[0], len(known))), path
