"""Another number for what two machines numbered alike: the one that is pushed already keeps it."""

from collections.abc import Iterator
from itertools import chain, count

from archivectl import blocks
from archivectl.archive import Archive
from archivectl.blocks import NUMBERED, Series
from archivectl.records import layout, numbering
from archivectl.records import text as record_text
from archivectl.registers import entry as entries


class Numbers:
    """The numbers that neither of two histories has, this machine's own blocks first; each is given once.

    Args:
        archive: the open archive, at the commit of this machine.
        theirs: the commit to be united with it.
    """

    def __init__(self, archive: Archive, theirs: str) -> None:
        self._archive, self._theirs = archive, theirs
        self._given: dict[Series, Iterator[int]] = {}

    def instead(self, path: str) -> str:
        """The path of a new number of the series that a path is of."""
        series = _series(path)
        if series not in self._given:
            self._given[series] = self._free(series)
        sequence, config = next(self._given[series]), self._archive.config["numbering"]
        if len(series) == 1:
            return layout.record(series[0], numbering.compose(config["record"], sequence=sequence, office=series[0]))
        kind, year = series
        letters = self._archive.kind(kind).number
        return entries.path(kind, year, numbering.compose(config["entry"], sequence=sequence, kind=letters, year=year))

    def _free(self, series: Series) -> Iterator[int]:
        archive, name = self._archive, blocks.name(series)
        folder = f"{layout.RECORDS}{series[0]}" if len(series) == 1 else f"{layout.REGISTERS}{'/'.join(series)}"
        listed = (NUMBERED.fullmatch(entry.path) for entry in archive.repository.tree(self._theirs, folder))
        taken = {int(match["sequence"]) for match in listed if match}
        lasts = [block.last for block in blocks.leased_at(archive, self._theirs) if block.series == name]
        beyond = max(blocks.beyond(archive, series), 1 + max((*taken, *lasts), default=0))
        yield from (each for each in chain(blocks.free(archive, series), count(beyond)) if each not in taken)


def _series(path: str) -> Series:
    match = NUMBERED.fullmatch(path)
    if match is None:
        raise ValueError(path)
    return (match["office"],) if match["office"] else (match["kind"], match["year"])


def number(path: str) -> str:
    """The number of the file at a path."""
    return path.rpartition("/")[2].removesuffix(".yaml")


def renumbered(text: bytes, path: str, to: str) -> bytes:
    """A record or entry, moved to the path of another number."""
    if path.startswith(layout.RECORDS):
        return record_text.renumbered(record_text.parse(text, path), number(to))
    found = entries.parse(text, path)
    return entries.text(number(to), found.head, [event.line for event in found.events]).encode()
