"""All files on paper: the catalogues, the reconciliation of the master table with what is held, and the numbers that lack."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Any

from archivectl import blocks, inventory
from archivectl.archive import Archive
from archivectl.i18n import MASK, _, listed
from archivectl.records import fields, numbering
from archivectl.regime import holding
from archivectl.reports.files import called, shown
from archivectl.reports.wording import gone, made
from archivectl.search.index import Row
from archivectl.tables.page import Page, Table, boxes

Names = Mapping[str, str]
_KEPT = "status NOT IN ('withdrawn', 'destroyed')"
_LOOKED_FOR = 200  # missing numbers whose history is looked up; more than that were skipped on purpose
_CATALOGUE = ("number", "name", "subject", "status", "secrecy", "keeper", "filing.archived", "filing.place")
_VOLUMES = ("archive_number", "title", "from", "until", "items", "pages", "place", "note")


def catalogue(archive: Archive, names: Names) -> list[Page]:
    """All files in the order of their numbers: what they are, what they hold, who answers for them, since when, and where."""
    extra = (_("Material"), _("Volumes"), _("Items"), _("Pages"))
    heads = (*(fields.known(name).title for name in _CATALOGUE), *extra)
    lines = tuple(_line(archive, row, data, names) for row, data in texts(archive, "status <> 'withdrawn'"))
    return [ledger(archive, _("Catalogue of customer files"), heads, lines)]


def _line(archive: Archive, row: Row, data: Mapping[str, Any], names: Names) -> tuple[str, ...]:
    told = {"number": row.number or row.uid, "name": name_of(row, names)}
    known = {path: told.get(path) or called(archive, path, fields.get(data, path)) for path in _CATALOGUE}
    cells = (shown(path, value, {}) for path, value in known.items())
    kinds = listed(dict.fromkeys(str(paper["kind"]) for paper in data.get("documents") or () if paper.get("kind")))
    kept = holding.held(data)
    return (*cells, kinds, *(str(number or "") for number in (kept.volumes, kept.items, kept.pages)))


def volume_catalogue(archive: Archive, names: Names) -> list[Page]:
    """All volumes (案卷目录) in the order of their files, with the years, items and pages."""
    heads = (
        fields.known("number").title,
        fields.known("name").title,
        *(fields.known(f"volumes[].{key}").title for key in _VOLUMES),
    )
    lines = []
    for row, data in texts(archive, _KEPT):
        for volume in sorted(data.get("volumes") or (), key=lambda volume: volume.get("number") or 0):
            cells = (shown(f"volumes[].{key}", volume.get(key), {}) for key in _VOLUMES)
            lines.append((row.number or row.uid, name_of(row, names), *cells))
    return [ledger(archive, str(archive.regime.get("volumes.catalogue") or _("Catalogue of volumes")), heads, tuple(lines))]


def file_list(archive: Archive, names: Names) -> list[Page]:
    """The list of files (档案清单): number, the material in detail, the person in charge, the day of filing."""
    own = (fields.known(path).title for path in ("number", "name"))
    heads = (*own, _("Material in detail"), _("Person in charge"), _("Filed on"))
    lines = []
    for row, data in texts(archive, f"{_KEPT} AND status <> 'draft'"):
        filing, papers = data.get("filing") or {}, data.get("documents") or ()
        kinds = Counter(str(paper.get("kind") or paper.get("title") or "—") for paper in papers)
        detail = listed(f"{kind} {number}" if number > 1 else kind for kind, number in kinds.items())
        who = shown("keeper", called(archive, "keeper", filing.get("responsible") or data.get("keeper")), {})
        day = str(filing.get("archived") or filing.get("opened") or "")
        lines.append((row.number or row.uid, name_of(row, names), detail, who, day))
    page = ledger(archive, _("List of files"), heads, tuple(lines))
    return [page._replace(signs=boxes(_("Compiled by"), _("Checked by")))]


def master_table(archive: Archive, names: Names) -> list[Page]:
    """The master table (客户档案总表): every file, what is held of it on paper and electronically, and whether that agrees."""
    lines = list(_compared(archive, names))
    facts = ((_("Files"), str(len(lines))), (_("Files that differ"), str(sum(bool(line[-1]) for line in lines))))
    page = ledger(archive, _("Master table of customer files"), _compared_heads(), tuple(lines))
    return [page._replace(facts=facts, signs=boxes(_("Compiled by"), _("Checked by")))]


def reconciliation(archive: Archive, names: Names) -> list[Page]:
    """The files whose entry in the master table differs from what is held on paper or electronically, and how."""
    lines = list(_compared(archive, names))
    differ = tuple(line for line in lines if line[-1])
    facts = ((_("Files compared"), str(len(lines))), (_("Files that differ"), str(len(differ))))
    title, signs = _("Master table, paper and electronic files compared"), boxes(_("Compared by"), _("Checked by"))
    return [ledger(archive, title, _compared_heads(), differ)._replace(facts=facts, signs=signs)]


def _compared_heads() -> tuple[str, ...]:
    known = (fields.known(path).title for path in ("number", "name", "filing.media"))
    return (*known, _("Volumes"), _("On paper"), _("Electronic"), _("Difference"))


def _compared(archive: Archive, names: Names) -> Iterator[tuple[str, ...]]:
    """A line for every file that was filed; its last cell says how it differs, or nothing."""
    both, missing = archive.regime.get("media.keep") == "both", _missing(archive)
    for row, data in texts(archive, f"{_KEPT} AND status <> 'draft'"):
        kept = holding.held(data)
        told = [
            *(_(text, **values) for text, values in holding.differences(data, both=both)),
            *([_("missing at the last inventory")] if row.uid in missing else ()),
        ]
        numbers = map(str, (kept.volumes, kept.paper, kept.electronic))
        media = shown("filing.media", list(kept.media), {})
        yield row.number or row.uid, name_of(row, names), media, *numbers, listed(told)


def _missing(archive: Archive) -> set[str]:
    """The records that the last inventory closed did not find."""
    closed = [case for case in archive.register("inventory") if case.acts("close")]
    return {item.partition("/")[0] for item in inventory.tally(archive, closed[-1]).missing} if closed else set()


def gaps(archive: Archive, _names: Names) -> list[Page]:
    """The numbers below each office's highest that no file bears, and what history says of them."""
    heads = (_("Office"), _("First number"), _("Last number"), _("How many"), _("What history says"), _("Explanation"))
    lines = []
    for office, unused in _unused(archive).items():
        missing = []
        for machine, numbers in _by_lease(archive, office, unused).items():
            told = _("leased to machine {machine}, not given yet", machine=machine)
            missing += [] if machine else numbers
            lines += [_span(archive, office, span, told) for span in _spans(numbers) if machine]
        known = _once(archive, office, missing)
        for span in _spans(missing):
            told = listed(f"{_number(archive, office, each)}: {known[each]}" for each in span if each in known)
            lines.append(_span(archive, office, span, told or _("never given, as far as history tells")))
    page = ledger(archive, _("Missing numbers"), heads, tuple(lines))
    return [page._replace(signs=boxes(_("Explained by"), _("Checked by")))]


def _span(archive: Archive, office: str, span: list[int], told: str) -> tuple[str, ...]:
    """A line: numbers that follow on each other, and what there is to say of them."""
    return office, _number(archive, office, span[0]), _number(archive, office, span[-1]), str(len(span)), told, ""


def _by_lease(archive: Archive, office: str, unused: list[int]) -> dict[str, list[int]]:
    """Unused sequences by the machine that leased them, empty where none did."""
    own = [block for block in blocks.leased(archive) if block.series == blocks.name((office,))]
    found = dict[str, list[int]]()
    for each in unused:
        machine = next((block.machine for block in own if block.first <= each <= block.last), "")
        found.setdefault(machine, []).append(each)
    return found


def _unused(archive: Archive) -> dict[str, list[int]]:
    """The sequences below the highest that no record bears, by office."""
    found: dict[str, set[int]] = {}
    grammar = archive.config["numbering"]["record"]
    for row in archive.index.records("number IS NOT NULL"):
        parts = numbering.split(grammar, str(row.number)) or {}
        if parts.get("sequence"):
            found.setdefault(row.path.split("/")[1], set()).add(int(parts["sequence"]))
    return {office: sorted({*range(1, max(used))} - used) for office, used in found.items()}


def _spans(numbers: Iterable[int]) -> Iterator[list[int]]:
    places = count()
    for _offset, span in groupby(numbers, key=lambda number: number - next(places)):
        yield list(span)


def _number(archive: Archive, office: str, sequence: int) -> str:
    return numbering.compose(archive.config["numbering"]["record"], sequence=sequence, office=office)


def _once(archive: Archive, office: str, missing: list[int]) -> dict[int, str]:
    """The commit in which a file of that number was last touched, for those of which there ever was one."""
    paths = {archive.place(_number(archive, office, each)): each for each in missing[:_LOOKED_FOR]}
    found: dict[int, str] = {}
    for commit, changes in archive.repository.differences(archive.tip, paths) if paths else ():
        for change in changes:
            if change.path in paths:
                found.setdefault(paths[change.path], _("last in commit {commit}", commit=commit[:12]))
    return found


def texts(archive: Archive, where: str) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Files with what stands in them in clear, in the order of their numbers."""
    for row, text in archive.index.clear_texts(where):
        yield row, json.loads(text)


def name_of(row: Row, names: Names) -> str:
    """What the customer is called, as far as the reader may know it."""
    return row.name or names.get(row.uid) or gone(row) or MASK


def ledger(archive: Archive, title: str, heads: tuple[str, ...], lines: tuple[tuple[str, ...], ...]) -> Page:
    """A list of files as a page."""
    return Page("ledger", title, "", (), (Table("", heads, lines),), (), made(archive))
