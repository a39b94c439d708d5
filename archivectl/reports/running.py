"""What happened, line by line: the whole course of a file, and the entries that still lack a signature."""

from collections.abc import Iterator, Mapping

from archivectl import changes, ledger
from archivectl.archive import Archive
from archivectl.i18n import Word, _, listed, pick
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.reports import signing
from archivectl.reports.wording import Wording, made, means
from archivectl.tables.page import Page, Table, boxes

_SOME = 6  # changed fields that a line names


def running(archive: Archive, record: Record) -> list[Page]:
    """Everything that was done to a file or entered about it, oldest first: by whom, when, in which register, and how."""
    changed = list(_changed(archive, record))
    lines = sorted([*reversed(changed), *_entered(archive, record)], key=lambda line: line[0][:10])
    heads = (_("Date"), _("Register"), _("Number"), _("Step"), _("By"), _("How"), _("Notes"))
    table = (Table("", heads, tuple(lines)),)
    facts = ((_("Records"), Wording(archive).record(record.uid)),)
    page = Page("ledger", _("Running record of the file"), record.label, facts, table, boxes(_("Checked by")), made(archive))
    return [page._replace(code=record.label)]


def _entered(archive: Archive, record: Record) -> Iterator[tuple[str, ...]]:
    for case in archive.cases(record.uid):
        wording = Wording(archive, [case])
        for line in ledger.lines_of(archive, case):
            notes = listed(wording.notes(case.kind, line))
            step = str(Word(case.kind.name, line.act))
            yield line.date, pick(case.kind.title), case.id, step, line.by, means(line), notes


def _changed(archive: Archive, record: Record) -> Iterator[tuple[str, ...]]:
    for act in changes.of(archive, record):
        own = [name for name in act.acts if name.startswith("record.")]
        if not own:
            continue
        by = archive.members[act.by].name if act.by in archive.members else act.by
        paths = list(dict.fromkeys(fields.titled(change.path) for change in act.changes))
        told = listed(paths[:_SOME]) + (" …" if len(paths) > _SOME else "")
        notes = "；".join(filter(None, (told, act.reason)))
        yield act.date, _("Customer file"), record.label, listed(map(_, own)), by, _("signed"), notes


def unsigned(archive: Archive, _names: Mapping[str, str]) -> list[Page]:
    """The entries that lack a signature which they wait for, by register: whose, and since when."""
    heads = (_("Number"), _("Register"), _("Records"), _("State"), _("Since"), _("Not signed"))
    rows = []
    for path, _blob in archive.index.entries("step IS NOT NULL"):
        case = archive.case(path.rpartition("/")[2].removesuffix(".yaml"))
        if lacking := signing.lacking(case, archive.regime):
            about = Wording(archive, [case]).about(case)
            since = case.done[-1].date[:10] if case.done else ""
            rows.append((case.id, pick(case.kind.title), about, str(case.state_word), since, listed(lacking)))
    table = (Table("", heads, tuple(rows)),)
    return [Page("ledger", _("Entries not signed"), "", (), table, boxes(_("Checked by")), made(archive))]
