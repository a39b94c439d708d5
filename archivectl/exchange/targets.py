"""The files that rows are of: which one a number on paper means, and what stands there or will."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archivectl.archive import Archive
from archivectl.errors import ArchiveError
from archivectl.exchange import matching
from archivectl.exchange.destroyed import Destroyed
from archivectl.exchange.mapping import Problem
from archivectl.exchange.rows import Judged
from archivectl.i18n import N_
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.search.index import Row
from archivectl.snapshot import UnknownRecord

PAPER_NUMBER, EXTERNAL = "filing.archive_number", "source.external_id"
_ITEM = re.compile(r"(?P<section>\w+)\[(?P<id>\w+)\]\.(?P<key>\w+)")
_NO_KEY = N_("nothing in it tells a second run that this is the same file: give its archive number or a customer number")
_TWICE = N_("row {row} has the same archive number")
_SEVERAL = N_("several files have this archive number")
_NO_FILE = N_("there is no file “{of}”, neither in the archive nor in this table")


@dataclass(slots=True)
class Target:
    """A file that exists (``record``) or that a row opens (``judged``), with the values that rows add or change, by path."""

    record: Record | None
    judged: Judged | None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What kind of customer it is of."""
        return self.judged.subject if self.judged else self.record.subject if self.record else ""

    def standing(self, archive: Archive, path: str) -> Any:  # noqa: ANN401 - any typed value
        """The value at a path, opened, as it will be; raises NotCleared or a KeyMissing."""
        if path in self.values:
            return self.values[path]
        return matching.standing(archive, self.record, path) if self.record else None

    def items(self, section: str) -> list[str]:
        """The ids of the items of a list, those to come among them."""
        there = [str(item["id"]) for item in self.record.data.get(section) or ()] if self.record else []
        ahead = (found["id"] for path in self.values if (found := _ITEM.fullmatch(path)) and found["section"] == section)
        return list(dict.fromkeys((*there, *ahead)))

    def item(self, archive: Archive, section: str, told: Mapping[str, Any]) -> str | None:
        """The item of a list that has all these values, if there is one; raises NotCleared or a KeyMissing."""
        for each in self.items(section):
            if all(self.standing(archive, f"{section}[{each}].{key}") == value for key, value in told.items()):
                return each
        return None


class Targets:
    """Every file that a row may be of, by the numbers that paper calls it by."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._destroyed = Destroyed(archive, PAPER_NUMBER)
        self._named: dict[str, Target | None] = {}  # None: several bear the name
        self._known: dict[str, Target] = {}
        self._rows: dict[str, int] = {}
        self._filed: dict[str, list[Row]] = {}
        for row, data in archive.index.clear_texts("instr(data, 'archive_number')"):
            if number := fields.get(json.loads(data), PAPER_NUMBER):
                self._filed.setdefault(str(number), []).append(row)

    def find(self, archive: Archive, found: Judged) -> Row | Problem | None:
        """The file that a row of a customer is about; by its archive number too."""
        number = found.values.get(PAPER_NUMBER)
        if not (number or found.values.get("number") or found.values.get(EXTERNAL)):
            return Problem(found.row, "", _NO_KEY)
        about = matching.find(archive, found)
        if about is not None or not number:
            return about
        first = self._rows.setdefault(str(number), found.row)
        if first != found.row:
            return Problem(found.row, "", _TWICE, {"row": first})
        rows = self._filed.get(str(number), ())
        if len(rows) > 1:
            return Problem(found.row, "", _SEVERAL)
        return rows[0] if rows else self._destroyed.problem(found)

    def open(self, judged: Judged) -> None:
        """A row opens a file."""
        target = Target(None, judged, judged.values)
        for path in (PAPER_NUMBER, EXTERNAL):
            if name := judged.values.get(path):
                self._named[str(name)] = None if str(name) in self._named else target

    def of(self, row: int, name: str) -> Target | Problem:
        """The file that a name means: its archive number, the customer's number, or its own number."""
        if name in self._named:
            return self._named[name] or Problem(row, "", _SEVERAL)
        rows = self._filed.get(name) or list(self._archive.index.records("external = ?", (name,)))
        if len(rows) > 1:
            return Problem(row, "", _SEVERAL)
        try:
            record = self._archive.read(rows[0].path) if rows else self._archive.record(name)
        except UnknownRecord:
            return Problem(row, "", _NO_FILE, {"of": name})
        except ArchiveError as error:
            return Problem(row, "", error.message, error.values)
        if record.gone:
            return Problem(row, "", matching.TOMBSTONE, {"number": record.label, "status": record.status})
        return self._known.setdefault(record.uid, Target(record, None))

    @property
    def changed(self) -> list[Target]:
        """The files that exist and that rows change."""
        return [target for target in self._known.values() if target.values]
