"""The customer numbers of destroyed files: nobody who was destroyed comes back unnoticed by an old table.

A tombstone does not say the number; the version before it does, in the history.
"""

from collections.abc import Iterator
from functools import cached_property

from archivectl.archive import Archive
from archivectl.errors import Unreadable
from archivectl.exchange.mapping import Problem
from archivectl.exchange.rows import Judged
from archivectl.i18n import N_
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.store.history import of_paths

_NUMBER = "source.external_id"
_DESTROYED = N_(
    "the file of this customer number, {number}, was destroyed on {date} (list {list}); if the customer has come back, "
    "open a file on purpose: archivectl create --set source.external_id=…"
)
_ON_PAPER = N_(
    "the file of this archive number, {number}, was destroyed on {date} (list {list}); it does not come back from paper"
)


class Destroyed:
    """The destroyed files of an archive by customer number, looked up once, when first asked for."""

    def __init__(self, archive: Archive, path: str = _NUMBER) -> None:
        self._archive = archive
        self._path = path  # the field that says the number

    def problem(self, found: Judged) -> Problem | None:
        """What forbids opening a file for a row that bears the customer number of a destroyed one."""
        if not (path := self._paths.get(str(found.values.get(self._path, "")))):
            return None
        stone = self._archive.read(path)
        ended = stone.data["destroyed"]
        values = {"number": stone.label, "date": ended["date"], "list": self._archive.case(ended["entry"]).id}
        return Problem(found.row, "", _DESTROYED if self._path == _NUMBER else _ON_PAPER, values)

    @cached_property
    def _paths(self) -> dict[str, str]:
        """Paths of tombstones by customer number, the newest of each."""
        stones = {row.path for row in self._archive.index.records("status = 'destroyed'")}
        ended = {path: blob for path, blob in self._ended() if path in stones} if stones else {}
        found: dict[str, str] = {}
        for path, (_blob, text) in zip(ended, self._archive.repository.blobs(ended.values()), strict=True):
            try:
                number = fields.get(record_text.parse(text, path).data, self._path)
            except Unreadable:  # a version that nobody can read has no number to tell
                continue
            if number:
                found.setdefault(str(number), path)
        return found

    def _ended(self) -> Iterator[tuple[str, str]]:
        """Paths and last blobs of the files that a destruction ended, newest first."""
        repository = self._archive.repository
        lists = [path for path, _blob in self._archive.index.entries("kind = 'destruction'")]
        for commit, _changed in of_paths(repository, self._archive.tip, lists) if lists else ():
            if ("Archive-Act", "destruction.complete") in commit.trailers:
                changes = repository.changes(commit.parents[0], commit.id, under=(layout.RECORDS,))
                yield from ((change.path, change.before) for change in changes if change.before)
