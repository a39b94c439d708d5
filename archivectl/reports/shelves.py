"""How files are found and stand: the index of names, the shelf list by class, labels for cabinets, and how complete files are."""

from collections.abc import Mapping
from typing import Any

from archivectl.archive import Archive
from archivectl.i18n import _, listed, pick, spoken
from archivectl.records import fields
from archivectl.regime import arrangement
from archivectl.registers import filling
from archivectl.reports.holdings import Names, ledger, name_of, texts
from archivectl.reports.wording import made
from archivectl.search.text import pinyin
from archivectl.tables.page import Page

_KEPT = "status NOT IN ('withdrawn', 'destroyed')"
_FEW = 5  # blank items that a line names


def index(archive: Archive, names: Names) -> list[Page]:
    """The files by the names of the customers, with number, kind and place: what stands beside the numbers."""
    heads = tuple(fields.known(path).title for path in ("name", "number", "files", "filing.archive_number", "filing.place"))
    lines = []
    for row, data in texts(archive, _KEPT):
        filing, name = data.get("filing") or {}, name_of(row, names)
        kinds = listed(_kind(archive, kind) for kind in data.get("files") or ())
        number, place = str(filing.get("archive_number") or ""), str(filing.get("place") or "")
        lines.append((pinyin(name)[0], name, row.number or row.uid, kinds, number, place))
    return [ledger(archive, _("Index of files"), heads, tuple(line[1:] for line in sorted(lines)))]


def _kind(archive: Archive, name: str) -> str:
    title = archive.regime.get(f"files.{name}.title")
    return pick(title) if title else name


def shelf_list(archive: Archive, names: Names) -> list[Page]:
    """The files as they stand: by their class as the regime arranges them, then by number."""
    heads = (_("Class"), *(fields.known(path).title for path in ("number", "name", "filing.label", "filing.place")))
    lines = []
    for row, data in texts(archive, f"{_KEPT} AND status <> 'draft'"):
        filing, number = data.get("filing") or {}, row.number or row.uid
        told = (str(filing.get(key) or "") for key in ("label", "place"))
        line = (arrangement.label(data, archive.regime, spoken()), number, name_of(row, names), *told)
        lines.append((*_rank(archive, data), line))
    lines.sort(key=lambda each: (not each[0], each))
    return [ledger(archive, _("Shelf list"), heads, tuple(line for *_rank, line in lines))]


def _rank(archive: Archive, data: Mapping[str, Any]) -> tuple[tuple[tuple[int, str], ...]]:
    """What a file is sorted by: of an axis with values the place among them, of anything else the value."""
    found = []
    for path, value in arrangement.keys(data, archive.regime):
        values = list(archive.regime.get(f"axes.{path.removeprefix('classification.')}.values") or ())
        found.append((values.index(value) if value in values else len(values), value))
    return (tuple(found),)


def cabinets(archive: Archive, _names: Names) -> list[Page]:
    """A label for each cabinet or other place: the classes of the files in it, and their first and last number."""
    held: dict[str, list[tuple[str, str]]] = {}
    for row, data in texts(archive, f"{_KEPT} AND status <> 'draft'"):
        if place := (data.get("filing") or {}).get("place"):
            told = (row.number or row.uid, arrangement.label(data, archive.regime, spoken()))
            held.setdefault(str(place), []).append(told)
    pages = []
    for place, files in sorted(held.items()):
        classes = listed(dict.fromkeys(label for _number, label in files if label))
        numbers = sorted(number for number, _label in files)
        facts = (
            (_("Class"), classes),
            (_("First number"), numbers[0]),
            (_("Last number"), numbers[-1]),
            (_("Files"), str(len(files))),
        )
        pages.append(Page("label", place, "", tuple(fact for fact in facts if fact[1]), (), (), made(archive)))
    return pages


def completeness(archive: Archive, names: Names) -> list[Page]:
    """How many of the required items each file holds, which are blank, and the rate of blanks of all files."""
    heads = (
        *(fields.known(path).title for path in ("number", "name")),
        _("Required"),
        _("Blank"),
        _("Rate of blanks"),
        _("Blank items"),
    )
    lines, asked, blank = [], 0, 0
    for row, data in texts(archive, f"{_KEPT} AND status <> 'draft'"):
        needs, lacking = filling.asked(data, archive.regime), filling.lacking(data, archive.regime)
        asked, blank = asked + len(needs), blank + len(lacking)
        if needs:
            told = pick(filling.titles(lacking, _FEW)) if lacking else ""
            figures = (str(len(needs)), str(len(lacking)), _rate(len(lacking), len(needs)))
            lines.append((row.number or row.uid, name_of(row, names), *figures, told))
    facts = ((_("Required items"), str(asked)), (_("Blank"), str(blank)), (_("Rate of blanks"), _rate(blank, asked)))
    return [ledger(archive, _("Completeness of files"), heads, tuple(lines))._replace(facts=facts)]


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "—"
