"""Which numbers are free: the next after the highest; where an archive has a git remote, those of the blocks this machine leased.

A block is an entry of the register ``number-block``. It counts once the remote has it, so that no other machine takes the same.
A number from no block is provisional until it is pushed, and everything printed says so.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.errors import Refused
from archivectl.records import layout, numbering
from archivectl.registers import entry as entries

KIND = "number-block"
_OFFICE = "record"
_COLUMN = re.compile(rb'^  (series|from|to|machine): "?([^"\n]*)"?$', re.MULTILINE)
_COLUMNS = {"series", "from", "to", "machine"}
NUMBERED = re.compile(
    rf"(?:{layout.RECORDS}(?P<office>[^/]+)|{layout.REGISTERS}(?P<kind>[^/]+)/(?P<year>[^/]+))/[0-9]+/"
    r"(?P<number>[A-Z0-9-]*?(?P<sequence>[0-9]+))\.yaml"
)

# Whose numbers: of the records of an office, ("SH",), or of the entries of a register in a year, ("loan", "2026").
Series = tuple[str, ...]


class UnknownOffice(Refused):
    """An office code the archive does not have."""

    message = "There is no office “{office}”."
    hint = "The offices are: {known}"


class Block(NamedTuple):
    """The sequences from ``first`` to ``last`` that one machine takes for itself; ``path`` is that of the entry."""

    path: str
    series: str
    first: int
    last: int
    machine: str


def name(series: Series) -> str:
    """What a series is called: ``record.SH``, ``loan.2026``."""
    return ".".join(filter(None, (_OFFICE, *series) if len(series) == 1 else series))


def named(text: str) -> Series:
    """The series of a name; whether the archive has it, is not asked."""
    kind, _dot, rest = text.partition(".")
    return (rest,) if kind == _OFFICE else (kind, rest)


def leased(archive: Archive) -> list[Block]:
    """Every block of the archive, oldest first; what cannot be read is none."""
    found, rows = list[Block](), archive.index.entries("kind = ?", (KIND,))
    for (path, _blob), (_id, text) in zip(rows, archive.repository.blobs(blob for _path, blob in rows), strict=True):
        found += filter(None, [_read(path, text)])
    return found


def leased_at(archive: Archive, commit: str) -> list[Block]:
    """Every block of another commit."""
    read = (_read(path, text) for path, text in archive.repository.files(commit, f"{layout.REGISTERS}{KIND}").items())
    return list(filter(None, read))


def _read(path: str, text: bytes) -> Block | None:
    told = {key.decode(): value.decode() for key, value in _COLUMN.findall(text.partition(b"\nevents:")[0])}
    if told.keys() != _COLUMNS or not (told["from"].isdigit() and told["to"].isdigit()):
        return None
    return Block(path, told["series"], int(told["from"]), int(told["to"]), told["machine"])


def free(archive: Archive, series: Series) -> Iterator[int]:
    """The free sequences of a series that this machine may give without asking, in order; none where there is no remote."""
    machine = archive.home.settings().get("machine")
    for block in leased(archive):
        if (block.machine, block.series) == (machine, name(series)) and _in_force(archive, block):
            taken = archive.index.taken(series, block.first, block.last)
            yield from (each for each in range(block.first, block.last + 1) if each not in taken)


def left(archive: Archive, series: Series) -> list[tuple[str, str]]:
    """The free numbers of an office that this machine may give without asking: the first and last of each run."""
    grammar, runs = archive.config["numbering"]["record"], list[list[int]]()
    for each in free(archive, series):
        if runs and each == runs[-1][1] + 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    name = partial(numbering.compose, grammar, office=series[0])
    return [(name(sequence=first), name(sequence=last)) for first, last in runs]


def beyond(archive: Archive, series: Series) -> int:
    """The first sequence of a series after all that were given or leased."""
    return 1 + max((archive.index.highest(series), *(each.last for each in leased(archive) if each.series == name(series))))


def _sequences(archive: Archive, series: Series) -> Iterator[int]:
    if archive.repository.elsewhere.name:
        yield from free(archive, series)
    yield from count(beyond(archive, series))


def of_records(archive: Archive, office: str) -> Iterator[str]:
    """The free numbers of an office, in the order in which they are to be given."""
    grammar = archive.config["numbering"]["record"]
    unreadable = archive.index.broken()  # whose numbers are known by their paths alone: they are not written over
    for sequence in _sequences(archive, (office,)):
        number = numbering.compose(grammar, sequence=sequence, office=office)
        if layout.record(office, number) not in unreadable:
            yield number


def of_register(archive: Archive, kind: str, year: str) -> Iterator[str]:
    """The free numbers of a register in a year, in the order in which they are to be given."""
    grammar, letters = archive.config["numbering"]["entry"], archive.kind(kind).number
    unreadable = archive.index.broken()
    for sequence in _sequences(archive, (kind, year)):
        number = numbering.compose(grammar, sequence=sequence, kind=letters, year=year)
        if entries.path(kind, year, number) not in unreadable:
            yield number


def provisional(archive: Archive, since: str = "") -> list[str]:
    """The numbers that another machine may give as well: of all that is not pushed yet, or of what was opened after a commit."""
    elsewhere = archive.repository.elsewhere
    if not elsewhere.name:
        return []
    sides = [elsewhere.tip, since] if since else [elsewhere.tip]
    found = [archive.repository.changes(side, archive.tip, (layout.RECORDS, layout.REGISTERS)) for side in sides]
    fresh = set.intersection(*({each.path for each in changes if each.before is None} for changes in found))
    named_ = [match for path in sorted(fresh) if (match := NUMBERED.fullmatch(path))]
    blocks = [block for block in leased(archive) if _in_force(archive, block)] if named_ else []
    return [match["number"] for match in named_ if not any(_holds(block, match) for block in blocks)]


def _holds(block: Block, match: re.Match[str]) -> bool:
    series = (match["office"],) if match["office"] else (match["kind"], match["year"])
    return block.series == name(series) and block.first <= int(match["sequence"]) <= block.last


def _in_force(archive: Archive, block: Block) -> bool:
    """Whether the git remote has a block, so that no other machine takes it."""
    there = archive.repository.elsewhere.tip
    return there is not None and archive.repository.blob(there, block.path) is not None
