"""The lists that go with an entry: what is to be destroyed, what is handed over, what was counted; and the certificate."""

from collections.abc import Callable, Mapping, Sequence

from archivectl import inventory, ledger
from archivectl.destruction import particulars
from archivectl.destruction.particulars import Item
from archivectl.i18n import MASK, N_, Word, _, listed, pick
from archivectl.records import fields, parts
from archivectl.registers.fold import Case
from archivectl.registers.guards.passing_on import confirmed
from archivectl.reports.files import shown
from archivectl.reports.wording import Wording, means, spanned
from archivectl.tables.page import Table

Facts = tuple[tuple[str, str], ...]
_SUMS = ("volumes", "documents", "pages")


def _named(wording: Wording, case: Case) -> list[tuple[str, Item]]:
    """The items of a list, each with the name of its record as far as the reader may know it."""
    found = particulars.items(wording.archive, case)
    names = (wording.name(record.uid) for record in wording.archive.records_of(case.entry.uids))
    return [(item.name or name, item) for name, item in zip(names, found, strict=True)]


def _heads() -> tuple[str, str, str]:
    return _("In order"), _("File number"), _("Title of the file")


def destroyed(wording: Wording, case: Case) -> tuple[Facts, Table]:
    """What a destruction list names, and what it comes to."""
    heads = (
        *(*_heads(), _("Years"), _("Volumes"), _("Documents"), _("Pages")),
        *(_("Term"), _("Kept by rule"), _("Counted from"), _("Due since"), _("State")),
    )
    named = _named(wording, case)
    rows = tuple(
        (
            *(str(place), item.number, name, _years(item)),
            *(str(number or "") for number in (item.volumes, item.documents, item.pages)),
            *(spanned(item.term) if item.term else "", pick(item.rule or ""), item.kept_since, item.due or ""),
            shown("status", item.status, {}),
        )
        for place, (name, item) in enumerate(named, 1)
    )
    return ((_("Files"), _("{count} files", count=len(rows))),), Table(
        _("Items to be destroyed"), heads, (*rows, _sum(named, 12))
    )


def _years(item: Item) -> str:
    return "–".join(dict.fromkeys(day[:4] for day in (item.first, item.last) if day))


def _sum(named: list[tuple[str, Item]], width: int) -> tuple[str, ...]:
    sums = (str(sum(getattr(item, name) for _name, item in named)) for name in _SUMS)
    row = ("", _("Sum"), "", "", *sums)
    return (*row, *("" for _each in range(width - len(row))))


def handed(wording: Wording, case: Case) -> tuple[Facts, Table]:
    """What a handover slip names, and whether who receives it confirmed it; until then room to tick."""
    heads = (*(*_heads(), _("Years"), _("Volumes"), _("Documents"), _("Pages"), _("Term"), _("Confirmed by the receiver")),)
    told = bool(case.acts("confirm", "register"))
    wanted, part = set(confirmed(case)), str(case.entry.about[0].get("part", "")) if case.entry.about else ""
    records = wording.archive.records_of(case.entry.uids)
    rows = []
    for place, ((name, item), record) in enumerate(zip(_named(wording, case), records, strict=True), 1):
        counts = [str(number or "") for number in (item.volumes, item.documents, item.pages)]
        if part:
            counts = ["1" if part.startswith(section) else "" for section in ("volumes", "documents")]
            counts.append(str((fields.get(record.data, part) or {}).get("pages") or ""))
        tick = "" if not told else _("confirmed") if record.uid in wanted else _("not confirmed")
        called = f"{name} {parts.title(record, part)}" if part else name
        rows.append((str(place), item.number, called, _years(item), *counts, spanned(item.term) if item.term else "", tick))
    facts = ((_("Files"), _("{count} files", count=len(rows))),)
    return facts, Table(_("Items handed over"), heads, tuple(rows))


def counted(wording: Wording, case: Case) -> tuple[Facts, Table]:
    """What an inventory expected and saw, item by item, and its result."""
    archive = wording.archive
    holdings = inventory.Holdings(archive, str(case.entry.columns["unit"]))
    found = inventory.tally(archive, case)
    misplaced = {item for item, _recorded, _seen in found.misplaced}
    noted = _notes(wording, case)
    results = {
        **dict.fromkeys(found.expected, _("in place")),
        **dict.fromkeys(found.missing, _("missing") if case.acts("close") else _("not counted yet")),
        **dict.fromkeys(found.away, _("on loan")),
        **dict.fromkeys(misplaced, _("misplaced")),
        **dict.fromkeys(found.surplus, _("not expected")),
        **dict.fromkeys(found.present, _("on loan, yet here")),
    }
    rows = tuple(
        (
            *(str(place), *_item(wording, holdings, item), found.expected.get(item, ""), found.seen.get(item, "")),
            *(result, noted.get(item, "")),
        )
        for place, (item, result) in enumerate(results.items(), 1)
    )
    counts = {
        _("Expected"): len(found.expected),
        _("Counted"): len(found.seen.keys() & found.expected.keys()),
        _("Missing"): len(found.missing) if case.acts("close") else 0,
        _("Misplaced"): len(misplaced),
        _("Not expected"): len(found.surplus),
        _("On loan"): len(found.away),
        _("On loan, yet here"): len(found.present),
        _("Unknown codes"): found.strange,
    }
    heads = (*_heads(), _("Recorded place"), _("Seen at"), _("Result"), _("What was found"))
    return tuple((name, str(number)) for name, number in counts.items()), Table(_("Items counted"), heads, rows)


def _item(wording: Wording, holdings: inventory.Holdings, item: str) -> tuple[str, str]:
    """An item's number, of a volume its archive number where it has one, and the name of its record."""
    uid, _slash, volume = item.partition("/")
    listed_there = holdings.data.get(uid, {}).get("volumes") or ()
    own = next((str(each["archive_number"]) for each in listed_there if each["id"] == volume and each.get("archive_number")), "")
    return own or holdings.label(item), wording.name(uid)


def _notes(wording: Wording, case: Case) -> dict[str, str]:
    """The anomalies that were noted, by item."""
    found: dict[str, list[str]] = {}
    for line in ledger.lines_of(wording.archive, case):
        if line.act == "note":
            found.setdefault(str(line.data.get("item")), []).append(str(line.data.get("note") or MASK))
    return {item: listed(notes) for item, notes in found.items()}


def certified(wording: Wording, case: Case) -> tuple[tuple[str, ...], tuple[Table, ...], tuple[Table, ...]]:
    """The sentences and tables of a certificate, and who signed what. Raises NotDestroyedYet."""
    archive = wording.archive
    found = particulars.certificate(archive, case.id)
    sentence = N_("This is to certify that on {date} the keys of the {count} files on destruction list {list} were destroyed.")
    text = _(sentence, count=len(found.records), list=found.list, date=found.date)
    heads = _heads()[:2]
    records = Table(_("Files destroyed"), heads, tuple((str(place), each) for place, each in enumerate(found.records, 1)))
    signed = tuple(
        (line.date, str(Word("destruction", line.act)), line.by, wording.post(line.post), means(line)) for line in found.signed
    )
    course = Table(_("Who signed"), (_("Date"), _("Step"), _("By"), _("Post"), _("How")), signed)
    places = archive.kind("key-copy").columns["place"].choices
    copies = tuple(_copy(places, copy) for copy in found.copies)
    kept = Table(_("Copies of the keys"), (_("Number"), _("Place"), _("Result")), copies)
    unverified = any(copy.status != "verified" for copy in found.copies)
    warned = [_("Whoever kept a copy listed as unverified may still read the sealed fields.")] if unverified else []
    clear = _("What stood in clear was never sealed and stays readable in the history; the last table names it.")
    return (text, *warned, clear), (records, kept, never_sealed(found.clear)), (course,)


def never_sealed(paths: Sequence[str]) -> Table:
    """The fields that were in clear, by the section that they stand in."""
    sections: dict[str, list[str]] = {}
    for path in paths:
        group, _dot, _key = path.rpartition(".")
        field, above = fields.field_at(path), fields.field_at(group.removesuffix("[]")) if group else None
        sections.setdefault(above.title if above else _("The file"), []).append(field.title if field else path)
    rows = tuple((section, listed(dict.fromkeys(titles))) for section, titles in sections.items())
    return Table(_("Never sealed, readable in the history"), (_("Section"), _("Fields")), rows)


def _copy(places: Mapping[str, object], copy: particulars.Copy) -> tuple[str, ...]:
    place, _colon, name = copy.copy.partition(":")
    return copy.entry, f"{pick(places.get(place, place))} {name}", _(copy.status)


LISTS: Mapping[str, Callable[[Wording, Case], tuple[Facts, Table]]] = {
    "destroyed": destroyed,
    "handed": handed,
    "counted": counted,
}
