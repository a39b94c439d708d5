"""The use of files on paper: who opened what, and what is needed to serve a customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from archivectl import disclosure
from archivectl.archive import Archive
from archivectl.encryption import access_log
from archivectl.encryption.envelope import is_sealed
from archivectl.i18n import Word, _, listed
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.regime import titles
from archivectl.reports.files import papers, shown
from archivectl.reports.wording import made
from archivectl.tables.page import Page, Table, boxes


def access(archive: Archive, _names: Mapping[str, str]) -> list[Page]:
    """The access log, oldest first: who opened what of which file, when and what for."""
    heads = (_("Time"), _("Who"), _("Act"), _("Number"), _("Fields"), _("Purpose"))
    numbers = {row.uid: row.number or row.uid for row in archive.index.records()}
    logged = sorted(access_log.readings(archive.repository), key=lambda one: one[1].at)
    lines = tuple(
        (
            archive.civil(datetime.fromisoformat(one.at)).replace("T", " "),
            archive.members[by].name if by in archive.members else by,
            str(Word("access", one.act)),
            numbers.get(one.uid) or one.uid or _("{count} files", count=one.count),
            listed(map(fields.titled, one.paths)),
            one.purpose,
        )
        for by, one in logged
    )
    table = (Table("", heads, lines),)
    return [Page("ledger", _("Access log"), "", (), table, boxes(_("Checked by")), made(archive))]


def service(archive: Archive, record: Record, purpose: str = "") -> list[Page]:
    """What who serves the customer should know: the fields that the rules name; sealed ones only for a purpose, and logged."""
    wanted, axes = archive.regime.get("read.service") or (), titles.of_values(archive.regime.values)
    found = {path: value for path, value in fields.walk(record.data) if _among(path, wanted)}
    sealed = [(path, str(value)) for path, value in found.items() if is_sealed(value)]
    opened = disclosure.opened(archive, record, sealed, purpose) if purpose and sealed else {}
    facts = tuple((fields.titled(path, axes), shown(path, opened.get(path, value), axes)) for path, value in found.items())
    return [Page("card", _("Service card"), record.label, facts, (), (), made(archive))]


def investigation(archive: Archive, record: Record, purpose: str = "") -> list[Page]:
    """The credit investigation report: its headings in order, opened only for a purpose, and the papers that it rests on."""
    heads = [path for path in fields.vocabulary() if path.startswith("investigation.")]
    found = {path: fields.get(record.data, path) for path in heads}
    sealed = [(path, str(value)) for path, value in found.items() if is_sealed(value)]
    opened = disclosure.opened(archive, record, sealed, purpose) if purpose and sealed else {}
    facts = tuple((fields.known(path).title, shown(path, opened.get(path, value), {})) for path, value in found.items())
    tables = tuple(table._replace(heading=_("Written from these papers")) for _heading, table in papers(archive, record))
    name = (fields.known("name").title, shown("name", record.data.get("name"), {}))
    signs = boxes(_("Investigated by"), _("Checked by"))
    page = Page("card", _("Credit investigation report"), record.label, (name, *facts), tables, signs, made(archive))
    return [page._replace(code=record.label)]


def _among(path: str, wanted: Sequence[str]) -> bool:
    return not path.endswith("].id") and any(f"{path}.".startswith((f"{each}.", f"{each}[")) for each in wanted)
