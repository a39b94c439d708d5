"""Leasing blocks of numbers: what this machine takes for itself, on the git remote, before it gives the first of them."""

from collections.abc import Iterator, Sequence

from archivectl import blocks
from archivectl.archive import Archive
from archivectl.blocks import KIND, Block, Series
from archivectl.cases import Work, random_id
from archivectl.errors import Refused
from archivectl.registers import kinds

RECORDS, ENTRIES = 200, 50  # numbers in a block, where nobody says how many


class NoGitRemote(Refused):
    """Nobody else can give numbers here."""

    message = "This archive has no git remote, so every number is free for this machine alone."
    hint = "Where others are to work in it: git remote add origin URL, then git push origin main"


def lease(archive: Archive, series: Sequence[str] = (), size: int = 0) -> tuple[Block, ...]:
    """Take blocks of the series named, or of each in use of which this machine has less than half a block left, in one commit.

    The commit is on the remote before it is here: where that cannot be, nothing was leased.

    Raises:
        NoGitRemote, OutOfReach, NewerThere, NotAllowed.
    """
    elsewhere = archive.repository.elsewhere
    if not elsewhere.name:
        raise NoGitRemote
    elsewhere.look(archive.tip)
    if not (machine := archive.home.settings().get("machine")):
        archive.home.remember(archive.id, archive.me.handle, random_id(12))
        machine = archive.home.settings()["machine"]
    wanted = [blocks.named(each) for each in series] or list(_short(archive))
    numbers, found, works = blocks.of_register(archive, KIND, archive.today[:4]), list[Block](), list[Work]()
    for each in wanted:
        first = blocks.beyond(archive, each)
        last = first + (size or _usual(each)) - 1
        columns = {"series": blocks.name(each), "from": first, "to": last, "machine": machine}
        works.append(Work.opening(archive, KIND, [], columns, number=next(numbers)))
        works[-1].step("lease")
        found.append(Block(works[-1].path, blocks.name(each), first, last, str(machine)))
    if works:
        archive.commit(works[0].change().with_(*(work.change() for work in works[1:])), shared=True)
    return tuple(found)


def _usual(series: Series) -> int:
    return RECORDS if len(series) == 1 else ENTRIES


def _short(archive: Archive) -> Iterator[Series]:
    """The series in use, this year or the last, of which less than half a block is left."""
    year = archive.today[:4]
    used = [(office,) for office in archive.config["offices"]]
    registers = [(kind, year) for kind in kinds.kept_by_people(archive.regime) if _used(archive, kind, year)]
    for series in (*used, *registers):
        if sum(1 for _each in blocks.free(archive, series)) < _usual(series) // 2:
            yield series


def _used(archive: Archive, kind: str, year: str) -> bool:
    return any(archive.index.highest((kind, each)) for each in (year, str(int(year) - 1)))
