"""All files on paper: the catalogues, the reconciliation of the master table with what is held, and the numbers that lack."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Any, NamedTuple

from archivectl import inventory
from archivectl.archive import Archive
from archivectl.i18n import MASK, _, listed
from archivectl.records import fields, numbering
from archivectl.regime import volumes as arranging
from archivectl.reports.files import called, shown
from archivectl.reports.wording import made
from archivectl.search.index import Row
from archivectl.tables.page import Page, Table, boxes

Names = Mapping[str, str]
_KEPT = "status NOT IN ('withdrawn', 'destroyed')"
_LOOKED_FOR = 200  # missing numbers whose history is looked up; more than that were skipped on purpose
_CATALOGUE = ("number", "name", "subject", "status", "secrecy", "keeper", "filing.archived", "filing.place")
_VOLUMES = ("archive_number", "title", "from", "until", "items", "pages", "place", "note")


class Held(NamedTuple):
    """What a file says that it holds, and what is listed in it; None where it does not say."""

    media: tuple[str, ...]
    volumes: int
    paper: int
    electronic: int
    items: int | None
    pages: int | None


def catalogue(archive: Archive, names: Names) -> list[Page]:
    """All files in the order of their numbers: what they are, what they hold, who answers for them, since when, and where."""
    extra = (_("Material"), _("Volumes"), _("Items"), _("Pages"))
    heads = (*(fields.known(name).title for name in _CATALOGUE), *extra)
    lines = tuple(_line(archive, row, data, names) for row, data in _texts(archive, "status <> 'withdrawn'"))
    return [_ledger(archive, _("Catalogue of customer files"), heads, lines)]


def _line(archive: Archive, row: Row, data: Mapping[str, Any], names: Names) -> tuple[str, ...]:
    told = {"number": row.number or row.uid, "name": _name(row, names)}
    known = {path: told.get(path) or called(archive, path, fields.get(data, path)) for path in _CATALOGUE}
    cells = (shown(path, value, {}) for path, value in known.items())
    kinds = listed(dict.fromkeys(str(paper["kind"]) for paper in data.get("documents") or () if paper.get("kind")))
    kept = held(data)
    return (*cells, kinds, *(str(number or "") for number in (kept.volumes, kept.items, kept.pages)))


def volume_catalogue(archive: Archive, names: Names) -> list[Page]:
    """All volumes (案卷目录) in the order of their files, with the years, items and pages."""
    heads = (
        fields.known("number").title,
        fields.known("name").title,
        *(fields.known(f"volumes[].{key}").title for key in _VOLUMES),
    )
    lines = []
    for row, data in _texts(archive, _KEPT):
        for volume in sorted(data.get("volumes") or (), key=lambda volume: volume.get("number") or 0):
            cells = (shown(f"volumes[].{key}", volume.get(key), {}) for key in _VOLUMES)
            lines.append((row.number or row.uid, _name(row, names), *cells))
    return [_ledger(archive, _("Catalogue of volumes"), heads, tuple(lines))]


def reconciliation(archive: Archive, names: Names) -> list[Page]:
    """The files whose entry in the master table differs from what is held on paper or electronically, and how."""
    both, missing = archive.regime.get("media.keep") == "both", _missing(archive)
    media = fields.known("filing.media").title
    heads = (fields.known("number").title, fields.known("name").title, media, _("Volumes"), _("On paper"), _("Electronic"))
    lines, judged = [], 0
    for row, data in _texts(archive, f"{_KEPT} AND status <> 'draft'"):
        judged, kept = judged + 1, held(data)
        told = [*differences(data, both=both), *([_("missing at the last inventory")] if row.uid in missing else ())]
        if told:
            numbers = map(str, (kept.volumes, kept.paper, kept.electronic))
            media = shown("filing.media", list(kept.media), {})
            lines.append((row.number or row.uid, _name(row, names), media, *numbers, listed(told)))
    facts = ((_("Files compared"), str(judged)), (_("Files that differ"), str(len(lines))))
    title, signs = _("Master table, paper and electronic files compared"), boxes(_("Compared by"), _("Checked by"))
    return [_ledger(archive, title, (*heads, _("Difference")), tuple(lines))._replace(facts=facts, signs=signs)]


def held(data: Mapping[str, Any]) -> Held:
    """What a file says of itself and what is listed in it, by medium."""
    filing, papers, volumes = data.get("filing") or {}, data.get("documents") or (), data.get("volumes") or ()
    paper = [each for each in papers if arranging.medium(each) == "paper"]
    electronic = [each for each in papers if arranging.medium(each) == "electronic" or each.get("object")]
    items = filing.get("items") or sum(volume.get("items") or 0 for volume in volumes) or len(papers) or None
    pages = filing.get("pages") or sum(each.get("pages") or 0 for each in (volumes or paper)) or None
    return Held(tuple(filing.get("media") or ()), len(volumes), len(paper), len(electronic), items, pages)


def differences(data: Mapping[str, Any], *, both: bool = False) -> list[str]:
    """In which the file's entry, its paper and its electronic holdings differ; ``both`` media are asked for of every file."""
    kept, filing, volumes = held(data), data.get("filing") or {}, data.get("volumes") or ()
    on_paper, electronic = bool(kept.volumes or kept.paper), bool(kept.electronic)
    said_electronic = bool(arranging.ELECTRONIC & {*kept.media})
    said_paper = bool({*kept.media} - arranging.ELECTRONIC)
    stated, counted = filing.get("items"), sum(volume.get("items") or 0 for volume in volumes) or kept.paper
    found = [
        (said_paper and not on_paper, _("paper is stated, none is listed")),
        (said_electronic and not electronic, _("electronic is stated, none is listed")),
        (kept.media and on_paper and not said_paper, _("paper is listed, none is stated")),
        (kept.media and electronic and not said_electronic, _("electronic is listed, none is stated")),
        (both and on_paper and not electronic, _("there is paper, but nothing electronic")),
        (both and electronic and not on_paper, _("there is something electronic, but no paper")),
        (
            stated and counted and stated != counted,
            _("{stated} items are stated, {counted} counted", stated=stated, counted=counted),
        ),
    ]
    return [text for differs, text in found if differs]


def _missing(archive: Archive) -> set[str]:
    """The records that the last inventory closed did not find."""
    closed = [case for case in archive.register("inventory") if case.acts("close")]
    return {item.partition("/")[0] for item in inventory.tally(archive, closed[-1]).missing} if closed else set()


def gaps(archive: Archive, _names: Names) -> list[Page]:
    """The numbers below each office's highest that no file bears, and what history says of them."""
    heads = (_("Office"), _("First number"), _("Last number"), _("How many"), _("What history says"), _("Explanation"))
    lines = []
    for office, missing in _unused(archive).items():
        known = _once(archive, office, missing)
        for span in _spans(missing):
            told = listed(f"{_number(archive, office, each)}: {known[each]}" for each in span if each in known)
            ends = (_number(archive, office, span[0]), _number(archive, office, span[-1]))
            lines.append((office, *ends, str(len(span)), told or _("never given, as far as history tells"), ""))
    page = _ledger(archive, _("Missing numbers"), heads, tuple(lines))
    return [page._replace(signs=boxes(_("Explained by"), _("Checked by")))]


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


def _texts(archive: Archive, where: str) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    for row, text in archive.index.clear_texts(where):
        yield row, json.loads(text)


def _name(row: Row, names: Names) -> str:
    return row.name or names.get(row.uid) or ("" if row.status == "destroyed" else MASK)


def _ledger(archive: Archive, title: str, heads: tuple[str, ...], lines: tuple[tuple[str, ...], ...]) -> Page:
    return Page("ledger", title, "", (), (Table("", heads, lines),), (), made(archive))
