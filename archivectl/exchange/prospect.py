"""The archive as it will stand after one commit that enters much: what is entered first is seen by what is decided later."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from archivectl import blocks
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.records.model import Record
from archivectl.registers.fold import Case


class Prospect(Archive):
    """An archive with entries that are decided, and not committed yet; every act may be of a day of its own."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive.repository, archive.home, at=archive.at, today=archive.now, member=archive.me.handle)
        self.rehearsal, self.progress = archive.rehearsal, archive.progress
        self.entered: list[Work] = []
        self._ahead: dict[str, list[Case]] = {}
        self._free: dict[tuple[str, str], Iterator[str]] = {}
        self._next: dict[tuple[str, str], str] = {}

    @contextmanager
    def on(self, day: str) -> Iterator[None]:
        """Act as on another day, at noon."""
        now, self.now = self.now, f"{day}T12:00"
        try:
            yield
        finally:
            self.now = now

    def cases(self, uid: str, *kinds: str) -> list[Case]:
        """The entries of these kinds about a record, those not committed yet after the others."""
        ahead = [case for case in self._ahead.get(uid, ()) if not kinds or case.kind.name in kinds]
        return [*super().cases(uid, *kinds), *ahead]

    def opening(self, kind: str, record: Record, columns: Mapping[str, Any], part: str = "") -> Work:
        """Begin an entry, numbered after those of the same register and year that were entered here."""
        series = kind, self.today[:4]
        if series not in self._next:  # else the last one opened was never entered
            self._next[series] = next(self._free.setdefault(series, blocks.of_register(self, *series)))
        return Work.opening(self, kind, [record], columns, part, self._next[series])

    def enter(self, work: Work) -> None:
        """Let what is decided from now on see an entry as it stands."""
        self.entered.append(work)
        self._next = {series: number for series, number in self._next.items() if number != work.number}
        for record in work.records:
            self._ahead.setdefault(record.uid, []).append(work.standing)
