"""Taking an inventory: what should be there is listed, codes are scanned batch by batch, and the result is computed."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from archivectl import blocks
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import Refused, WrongUsage
from archivectl.records import numbering
from archivectl.records.model import GONE
from archivectl.registers import counting
from archivectl.registers.counting import Tally
from archivectl.registers.fold import Case

MOST = 40_000  # items of one inventory; a file of the archive holds 4 MB
MATTERS = ("missing", "misplaced", "surplus", "present")  # what may be the matter with items, each a finding of its own


class NothingToCount(WrongUsage):
    """A condition that selects nothing."""

    message = "There is nothing to count there."
    hint = "See what there is: archivectl list"


class TooMany(WrongUsage):
    """More than one inventory holds."""

    message = "These are {count} items; one inventory holds {most}."
    hint = "Count place by place: --place PLACE"


class UnknownCode(Refused):
    """A code that nothing bears."""

    message = "Nothing bears the code “{code}”."
    hint = "A code is the number of a record, 212/vABCDE for a volume of it, or an archive number."


class Counted(NamedTuple):
    """What a batch of codes was: items new to this count, seen before, too much here, and codes that nothing bears.

    ``present`` are items that are here although the registers say that they are out, each with the entry that says so.
    """

    case: Case
    new: tuple[str, ...]
    again: tuple[str, ...]
    surplus: tuple[str, ...]
    unknown: tuple[str, ...]
    present: tuple[tuple[str, Case], ...]


class Holdings:
    """What the archive holds, as far as an inventory asks: items, their places, and the codes that they bear."""

    def __init__(self, archive: Archive, unit: str) -> None:
        self.archive = archive
        self.unit = unit
        self.numbers, self.there, self.data = dict[str, str](), list[str](), dict[str, Mapping[str, Any]]()
        for row, text in archive.index.clear_texts():
            self.numbers[row.uid], self.data[row.uid] = row.number or row.uid, json.loads(text)
            if row.status not in GONE:
                self.there.append(row.uid)

    def items(self, uids: Iterable[str], store: str = "") -> dict[str, str]:
        """The items of some records and the places where they should be; of a store those that lie there, or papers of theirs."""
        found = {}
        for uid in uids:
            for item, places in self._of(uid):
                there = [place for place in places if place.startswith(store)]
                if there or not store:
                    found[item] = there[0] if there else ""
        return found

    def _of(self, uid: str) -> Iterator[tuple[str, list[str]]]:
        """The items of a record, each with its own place first, and then those of what lies in it."""
        data = self.data.get(uid, {})
        volumes, papers = data.get("volumes") or (), data.get("documents") or ()
        filed = (data.get("filing") or {}).get("place")
        for volume in volumes if self.unit == "volume" else ():
            within = [paper for paper in papers if paper.get("volume") == volume["id"]]
            yield f"{uid}/{volume['id']}", _places(volume.get("place") or filed, within)
        if not volumes or self.unit != "volume":
            yield uid, _places(filed, (*volumes, *papers))

    @cached_property
    def codes(self) -> dict[str, str]:
        """The item that a code means; a code that two things bear means neither."""
        found: dict[str, set[str]] = {}
        for uid in self.there:
            for code, item in self._codes(uid, self.numbers[uid]):
                found.setdefault(numbering.folded(code), set()).add(item)
        return {code: next(iter(items)) for code, items in found.items() if len(items) == 1}

    def _codes(self, uid: str, number: str) -> Iterator[tuple[str, str]]:
        data = self.data.get(uid, {})
        filing = data.get("filing") or {}
        by_volume = self.unit == "volume" and bool(data.get("volumes"))
        if not by_volume:
            named = (uid, number, *(filing.get(name) for name in ("archive_number", "customer_number", "company_number")))
            yield from ((str(code), uid) for code in named if code)
        for volume in data.get("volumes") or ():
            item = f"{uid}/{volume['id']}" if by_volume else uid
            named = (f"{uid}/{volume['id']}", f"{number}/{volume['id']}", volume["id"], volume.get("archive_number"))
            yield from ((str(code), item) for code in named if code)
        for document in data.get("documents") or ():
            item = f"{uid}/{document['volume']}" if by_volume and document.get("volume") else uid
            if item != uid or not by_volume:
                yield from ((code, item) for code in (f"{number}/{document['id']}", document["id"]))

    def item(self, code: str) -> str | None:
        """What a scanned or typed code means; ``212`` and ``212/vABCDE`` too."""
        plain = numbering.folded(code)
        if plain in self.codes:
            return self.codes[plain]
        number, slash, part = plain.partition("/")
        try:
            full = numbering.record(number, self.archive.config["numbering"]["record"], self.archive.config["offices"])
        except numbering.NoNumber:
            return None
        return self.codes.get(f"{full}{slash}{part}")

    def label(self, item: str) -> str:
        """An item as people say it: ``SH-000212/vABCDE``."""
        uid, slash, volume = item.partition("/")
        return f"{self.numbers.get(uid, uid)}{slash}{volume}"


def _places(own: str | None, within: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where an item and what lies in it should be, as far as that is said."""
    return [str(place) for place in (own, *(each.get("place") for each in within)) if place]


def start(archive: Archive, uids: Sequence[str], *, unit: str = "record", store: str = "", where: str = "") -> Case:
    """Begin an inventory of these records, or of those at a place. Raises NotAllowed, NothingToCount, TooMany."""
    holdings = Holdings(archive, unit)
    there = set(holdings.there)
    items = holdings.items((uid for uid in uids if uid in there), store)
    if not items:
        raise NothingToCount
    if len(items) > MOST:
        raise TooMany(count=len(items), most=MOST)
    work = Work.opening(archive, "inventory", [], {"unit": unit, "store": store, "where": where})
    work.step("start", {"expected": counting.written(items)})
    return work.commit()


def count(archive: Archive, reference: str, codes: Iterable[str], at: str = "") -> Counted:
    """Enter a batch of codes; what was seen already there is not entered again. Raises NotAllowed."""
    case = archive.case(reference)
    holdings = Holdings(archive, str(case.entry.columns["unit"]))
    known, should = counting.seen(case), counting.expected(case)
    found, again, unknown = dict[str, str](), dict[str, str](), dict[str, None]()
    for code in filter(None, (each.strip() for each in codes)):
        item = holdings.item(code)
        if item is None:
            unknown[code] = None
        elif item in known and (not at or known[item] == at):
            again[item] = at
        else:
            found[item] = at
    if found or unknown or not again:
        work = Work.on(archive, case)
        strange = {"unknown": "\n".join(unknown), "strange": len(unknown)} if unknown else {}
        work.step("count", {"seen": counting.written(found), **strange})
        case = work.commit()
    extra = tuple(holdings.label(item) for item in found if item not in should)
    away = _away(archive, {**found, **again})
    here = tuple((holdings.label(item), lent) for item in away for lent in counting.out(archive, item))
    return Counted(case, tuple(map(holdings.label, found)), tuple(map(holdings.label, again)), extra, tuple(unknown), here)


def _away(archive: Archive, items: Iterable[str]) -> list[str]:
    """Those of some items of whose record something is out of the house."""
    away = archive.away()
    return [item for item in items if _record(item) in away]


def note(archive: Archive, reference: str, code: str, what: str) -> Case:
    """Enter an anomaly of one item, as the check form in a volume has it. Raises NotAllowed, UnknownCode."""
    case = archive.case(reference)
    item = Holdings(archive, str(case.entry.columns["unit"])).item(code)
    if item is None:
        raise UnknownCode(code=code)
    work = Work.on(archive, case)
    work.step("note", {"item": item, "note": what})
    return work.commit()


def tally(archive: Archive, case: Case) -> Tally:
    """What an inventory found, or so far; of a closed one as it was closed."""
    closed = case.acts("close")
    if not closed:
        return _tally(archive, case)
    away, present = (counting.words(closed[-1].data.get(name)) for name in ("away", "present"))
    return counting.tally(case, away, present)


def _tally(archive: Archive, case: Case) -> Tally:
    # An archive that was founded earlier lacks the column.
    here = _away(archive, counting.seen(case)) if "present" in case.kind.data else []
    return counting.tally(case, counting.away(archive, case), counting.present(archive, case, here))


def close(archive: Archive, reference: str) -> tuple[Case, dict[str, Case]]:
    """Compute the result and enter it; in the same commit each thing that is the matter becomes a finding, open until remedied.

    Returns:
        The inventory, and the findings by what is the matter: of ``MATTERS``.

    Raises:
        NotAllowed.
    """
    case = archive.case(reference)
    work = Work.on(archive, case)
    found = _tally(archive, case)
    lists = {name: " ".join(getattr(found, name)) for name in ("missing", "surplus", "away", "present")}
    misplaced = counting.written({item: at for item, _recorded, at in found.misplaced})
    work.step("close", {**lists, "misplaced": misplaced})
    findings = _findings(archive, work, found)
    archive.commit(work.change().with_(*(finding.change() for finding in findings.values())))
    return work.standing, {matter: finding.standing for matter, finding in findings.items()}


def _findings(archive: Archive, work: Work, found: Tally) -> dict[str, Work]:
    """The findings of a result, besides what an earlier close of this inventory found already and nobody remedied yet."""
    holdings = Holdings(archive, str(work.standing.entry.columns["unit"]))
    of_this = [case for case in archive.register("review") if case.entry.columns.get("source") == work.uid]
    steps = {matter: f"find_{matter}" for matter in MATTERS if f"find_{matter}" in archive.kind("review").steps}
    findings, numbers = dict[str, Work](), blocks.of_register(archive, "review", archive.today[:4])
    for matter, step in steps.items():
        open_ = [case for case in of_this if case.acts(step) and not case.acts("remedy")]
        known = {uid for case in open_ for uid in case.entry.uids}
        before = {item for event in work.standing.acts("close")[:-1] for item in counting.words(event.data.get(matter))}
        told = {item: at for item, at in _told(found, matter) if item not in before or _record(item) not in known}
        records = [each for each in archive.records_of(dict.fromkeys(map(_record, told))) if not each.gone]
        strange = found.strange if matter == "surplus" and not open_ else 0
        if records or strange:
            lines = [*(f"{holdings.label(item)}{at}" for item, at in told.items()), *([f"? × {strange}"] if strange else [])]
            columns = {"outcome": "rectify", "note": ", ".join(lines), "source": work.uid}
            findings[matter] = Work.opening(archive, "review", records, columns, number=next(numbers))
            findings[matter].step(step)
    return findings


def _told(found: Tally, matter: str) -> list[tuple[str, str]]:
    """The items with which something is the matter, and for each the places that tell what."""
    if matter == "misplaced":
        return [(item, f" ({recorded} → {at})") for item, recorded, at in found.misplaced]
    places = found.seen if matter in {"surplus", "present"} else found.expected
    return [(item, f" ({places[item]})" if places.get(item) else "") for item in getattr(found, matter)]


def _record(item: str) -> str:
    return item.partition("/")[0]
