"""Leasing blocks of numbers: what this machine takes for itself, on the git remote, before it gives the first of them."""

from collections.abc import Iterator, Sequence

from archivectl import blocks
from archivectl.archive import Archive
from archivectl.blocks import KIND, Block, Series, UnknownOffice
from archivectl.cases import Work, random_id
from archivectl.errors import Refused
from archivectl.registers import kinds

RECORDS, ENTRIES = 200, 50  # numbers in a block, where nobody says how many
_LAST_MONTH = "12"  # in which those of the next year are leased, too


class NoGitRemote(Refused):
    """Nobody else can give numbers here."""

    message = "This archive has no git remote, so every number is free for this machine alone."
    hint = "Where others are to work in it: git remote add origin URL, then git push origin main"


class NoSuchYear(Refused):
    """Numbers of a year that is past, or far ahead."""

    message = "No numbers of {year} are leased, but those of this year and of the next."
    hint = "This year's: archivectl register lease {kind}.{known}"


def lease(archive: Archive, series: Sequence[str] = (), size: int = 0) -> tuple[Block, ...]:
    """Take blocks of the series named, or of each of which this machine has less than half a block left, in one commit.

    These are those of every office and of every register in this year, in December of the next one too, so that no number is
    provisional from then on. The commit is on the remote before it is here: where that cannot be, nothing was leased.

    Raises:
        NoGitRemote, UnknownOffice, NoSuchYear, OutOfReach, NewerThere, Declined, HeldBack, NotAllowed.
    """
    elsewhere = archive.repository.elsewhere
    if not elsewhere.name:
        raise NoGitRemote
    wanted = list(dict.fromkeys(_known(archive, blocks.named(each)) for each in series))
    known = archive.home.settings().get("machine")
    machine = known or random_id(12)
    if not archive.rehearsal:
        elsewhere.look(archive.tip)
        if not known:
            archive.home.remember(archive.id, archive.me.handle, machine)
    wanted = wanted or list(_short(archive))
    numbers, found, works = blocks.of_register(archive, KIND, archive.today[:4]), list[Block](), list[Work]()
    for each in wanted:
        first = blocks.beyond(archive, each)
        last = first + (size or _usual(each)) - 1
        columns = {"series": blocks.name(each), "from": first, "to": last, "machine": machine}
        works.append(Work.opening(archive, KIND, [], columns, number=next(numbers)))
        works[-1].step("lease")
        found.append(Block(works[-1].path, blocks.name(each), first, last, str(machine)))
    if works:
        archive.commit(works[0].change().with_(*(work.change() for work in works[1:])), ahead=True)
    return tuple(found)


def _usual(series: Series) -> int:
    return RECORDS if len(series) == 1 else ENTRIES


def _short(archive: Archive) -> Iterator[Series]:
    """The series of which less than half a block is left."""
    this, next_ = _years(archive)
    years = (this, next_) if archive.today[5:7] == _LAST_MONTH else (this,)
    registers = [(kind, year) for year in years for kind in kinds.kept_by_people(archive.regime)]
    for series in (*((office,) for office in archive.config["offices"]), *registers):
        if sum(1 for _each in blocks.free(archive, series)) < _usual(series) // 2:
            yield series


def _years(archive: Archive) -> tuple[str, str]:
    """This year and the next, of which numbers may be leased."""
    year = archive.today[:4]
    return year, f"{int(year) + 1:04}"


def _known(archive: Archive, series: Series) -> Series:
    """A series named, once its office or year is one that there is; whether the register is, its guard tells."""
    offices, years = archive.config["offices"], _years(archive)
    if len(series) == 1 and series[0] not in offices:
        raise UnknownOffice(office=series[0], known=", ".join(offices))
    if series[-1].isdecimal() and series[-1] not in {*offices, *years}:
        raise NoSuchYear(year=series[-1], kind=series[0], known=years[0])
    return series
