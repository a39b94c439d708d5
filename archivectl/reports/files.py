"""A customer's file on paper: its card, the contents and check forms of its volumes, labels and the sheet of its bag."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl import disclosure, ledger, volumes
from archivectl.archive import Archive
from archivectl.encryption.envelope import is_sealed
from archivectl.i18n import MASK, _, listed, pick, spoken
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.regime import arrangement, titles
from archivectl.registers import filling
from archivectl.reports.wording import made
from archivectl.tables.page import Page, Table, boxes

_LEFT_OUT = ("schema", "keys", "volumes", "documents", "uid", "source.import")
_ITEM = re.compile(r"\[[^\]]*\]")
_CONTENTS = ("sequence", "kind", "title", "number", "date", "form", "pages")
_BAG = (
    *("name", "files", "secrecy", "department", "keeper"),
    *(
        "filing.archive_number",
        "filing.archived",
        "filing.archivist",
        "filing.place",
        "filing.media",
        "filing.items",
        "filing.pages",
    ),
)
_HANDLES = frozenset({"keeper", "filing.entered_by", "filing.responsible", "filing.archivist"})
_VOLUMES = ("number", "archive_number", "title", "from", "until", "items", "pages", "place")


def card(archive: Archive, record: Record) -> list[Page]:
    """The file's card: every field in it, but for the name sealed ones as dots, required ones also blank, and what lies in it."""
    axes = titles.of_values(archive.regime.values)
    facts = [
        (fields.titled(path, axes), named(archive, record) if path == "name" else shown(path, called(archive, path, value), axes))
        for path, value in fields.walk(record.data)
        if not path.startswith(_LEFT_OUT) and not path.endswith("].id")
    ]
    facts += [(fields.titled(need[0]), "") for need in filling.lacking(record.data, archive.regime)]
    kinds = [stated for _path, stated in filling.stating(record.data, archive.regime)]
    rules, units = filling.rules(record.data, archive.regime), archive.regime.get("departments") or {}
    if rules.sections:
        facts.append((_("To be recorded"), listed(pick(filling.title(word)) for word in rules.sections)))
    suppliers = [unit for stated in kinds for unit in stated.get("supplied_by") or ()]
    owners = filling.owners(record.data, archive.regime)
    suppliers += [f"{pick(units.get(unit, unit))}（{pick(filling.title(word))}）" for word, unit in owners.items()]
    if suppliers:
        facts.append((fields.known("collection[].supplied_by").title, listed(suppliers)))
    tables = tuple(table for _heading, table in papers(archive, record))
    title = next((pick(stated["card"]) for stated in kinds if stated.get("card")), _("Customer file card"))
    page = Page("card", title, record.label, tuple(facts), tables, boxes(_("Filled in by")), made(archive))
    return [page._replace(code=record.label)]


def contents(archive: Archive, record: Record) -> list[Page]:
    """A list of contents for each volume, and one of what lies in none; each on a sheet that goes into the volume."""
    title, signs = _("Contents of the volume"), boxes(_("Volume formed by"), _("Checked by"))
    return [
        Page(
            "card",
            title if heading else _("Contents"),
            record.label,
            heading,
            (table._replace(heading=""),),
            signs,
            made(archive),
        )
        for heading, table in papers(archive, record)
    ]


def papers(archive: Archive, record: Record) -> Iterator[tuple[tuple[tuple[str, str], ...], Table]]:
    """The lists of what lies in each volume, and of what lies in none, each with what its volume is called."""
    heads = (
        *(fields.known(f"documents[].{name}").title for name in _CONTENTS),
        _("Page"),
        fields.known("documents[].note").title,
    )
    for lying in volumes.lying(record, record.data, archive.regime):
        about = _about("volumes", lying.volume, ("archive_number", "title", "place"))
        name = _("Contents of volume {volume}", volume=lying.volume.get("number") or lying.volume["id"])
        heads_here = (*heads[:1], fields.known("volumes[].archive_number").title, *heads[1:])
        rows = tuple((*row[:1], number, *row[1:]) for row, number in zip(_rows(lying.papers), lying.numbers, strict=True))
        yield ((_("Volume"), str(lying.volume.get("number") or "")), *about), Table(name, heads_here, rows)
    known = {volume["id"] for volume in record.data.get("volumes") or ()}
    loose = [paper for paper in record.data.get("documents") or () if paper.get("volume") not in known]
    if loose or not known:
        yield (), Table(_("Contents"), heads, tuple(_rows(sorted(loose, key=lambda paper: str(paper.get("date") or "")))))


def _rows(papers: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """The papers of a list, each with the page it begins at as long as the pages before it are known."""
    page: int | None = 1
    for paper in papers:
        cells = (shown(f"documents[].{name}", paper.get(name), {}) for name in _CONTENTS)
        yield *cells, str(page or ""), shown("documents[].note", paper.get("note"), {})
        page = page + paper["pages"] if page and paper.get("pages") else None


def check_forms(archive: Archive, record: Record) -> list[Page]:
    """The check form (备考表) of each volume: what it holds, the anomalies found in it, and room to note more by hand."""
    heads = (_("Date"), _("What was found"), _("By"))
    found = list(_anomalies(archive, record))
    signs = boxes(_("Volume formed by"), _("Checked by"))
    rules = archive.regime.get("volumes") or {}
    bases = listed(pick(rules.get("bases", {}).get(word, {"zh": word, "en": word})) for word in rules.get("basis") or ())
    formed = ((_("Material classed by"), bases), (_("Formed under"), pick(rules["standard"]))) if rules.get("standard") else ()
    pages = []
    for lying in volumes.lying(record, record.data, archive.regime):
        rows = tuple(row for item, row in found if item in {record.uid, f"{record.uid}/{lying.volume['id']}"})
        facts = (*_about("volumes", lying.volume, _VOLUMES), *formed)
        table = Table(_("Missing items and other anomalies"), heads, rows + (("", "", ""),) * 6)
        pages.append(Page("card", _("Check form of the volume"), record.label, facts, (table,), signs, made(archive)))
    return pages


def _anomalies(archive: Archive, record: Record) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """What inventories noted of a record: the item, and date, words and author."""
    for case in archive.cases(record.uid, "inventory") or archive.register("inventory"):
        for line in ledger.lines_of(archive, case):
            item = str(line.data.get("item") or "")
            if line.act == "note" and item.partition("/")[0] == record.uid:
                yield item, (line.date, str(line.data.get("note") or MASK), line.by)


def bag_sheet(archive: Archive, record: Record) -> list[Page]:
    """What stands on the file's bag: every line of it, empty ones to be filled in by hand."""
    axes = titles.of_values(archive.regime.values)
    stated = {path: shown(path, called(archive, path, fields.get(record.data, path)), axes) for path in _BAG}
    facts = tuple((fields.titled(path), value) for path, value in {**stated, "name": named(archive, record)}.items())
    heads = tuple(fields.known(f"volumes[].{name}").title for name in _VOLUMES)
    lying = volumes.lying(record, record.data, archive.regime)
    rows = tuple(tuple(shown(f"volumes[].{name}", each.volume.get(name), {}) for name in _VOLUMES) for each in lying)
    tables, signs = (Table(_("Volumes in this bag"), heads, rows),), boxes(_("Bagged by"), _("Checked by"))
    return [Page("card", _("Sheet of the file's bag"), record.label, facts, tables, signs, made(archive), record.label)]


def labels(archive: Archive, record: Record) -> list[Page]:
    """A label for the file and one for each of its volumes and documents; the bars hold what commands accept back."""
    name = named(archive, record)
    of_class = arrangement.label(record.data, archive.regime, spoken())
    facts = _about("filing", {**(record.data.get("filing") or {}), "label": of_class}, ("label", "archive_number", "place"), ".")
    pages = [_label(record.label, name, facts)]
    for section, keys in (("volumes", ("archive_number", "title", "place")), ("documents", ("kind", "date", "place"))):
        items = record.data.get(section) or ()
        pages += [_label(f"{record.label}/{item['id']}", name, _about(section, item, keys)) for item in items]
    return pages


def _label(code: str, name: str, facts: tuple[tuple[str, str], ...]) -> Page:
    return Page("label", name, code, facts, (), (), "", code)


def _about(section: str, item: Mapping[str, Any], keys: Iterable[str], joint: str = "[].") -> tuple[tuple[str, str], ...]:
    """What an item says of itself, by its fields' own titles."""
    paths = {f"{section}{joint}{key}": item[key] for key in keys if item.get(key)}
    return tuple((fields.known(path).title, shown(path, value, {})) for path, value in paths.items())


def called(archive: Archive, path: str, value: Any) -> Any:  # noqa: ANN401 - any value of a record
    """A member by name where a field holds a handle."""
    return archive.members[value].name if path in _HANDLES and value in archive.members else value


def named(archive: Archive, record: Record) -> str:
    """The customer's name as the reader's lists have it; dots where they may not know it."""
    name = record.data.get("name")
    row = archive.index.record(uid=record.uid) if is_sealed(name) else None
    return (disclosure.names(archive, [row]).get(record.uid) if row else "") or shown("name", name, {})


def shown(path: str, value: Any, axes: Mapping[str, Any]) -> str:  # noqa: ANN401 - any value of a record
    """A value as it is printed: choices by their titles, what is sealed as dots."""
    if value is None:
        return ""
    if is_sealed(value):
        return MASK
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field, axis = fields.field_at(path), axes.get(_ITEM.sub("[]", path).removeprefix("classification."), {})
    known = {**(field.choices if field else {}), **(axis.get("values") or {})}
    if isinstance(value, list):
        return listed(shown(path, each, axes) for each in value)
    return pick(known[value]) if isinstance(value, str) and value in known else str(value)
