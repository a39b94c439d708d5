"""Entering what was reported to have changed at a customer: the file changes in the commit that closes the report."""

from collections.abc import Iterable, Mapping
from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import Refused, WrongUsage
from archivectl.records.model import Record
from archivectl.registers.fold import Case


class NotAReport(Refused):
    """An entry of another register."""

    message = "{entry} reports no change."
    hint = "See what was reported: archivectl register list change"


class AnotherFile(WrongUsage):
    """A file that the report is not about, or none where it is about several."""

    message = "{entry} is about: {records}."
    hint = "Name that file: archivectl update NUMBER --change {entry} --set …"


def enter(
    archive: Archive, entry: str, reference: str, sets: Mapping[str, Any], unsets: Iterable[str], reason: str
) -> intake.Saved:
    """Change a file under a report, and close that; where nothing is different, it stays open.

    Args:
        archive: the open archive.
        entry: the report's number or uid.
        reference: the file's number or uid; may be empty where the report is about one.
        sets: typed values by field path.
        unsets: the paths of fields, items and groups to take away.
        reason: why; without one the report's number says it.

    Raises:
        NotAllowed, NotAReport, AnotherFile, and what ``intake.update`` raises.
    """
    case = archive.case(entry)
    report = case.kind.steps.get("report")
    if case.kind.name != "change" or report is None or not report.fits(case.entry.columns):
        raise NotAReport(entry=case.id)
    work = Work.on(archive, case)
    record = _file(archive, work, case, reference)
    why = intake.Why(reason or case.id, entry=case.uid)
    saved, made = intake.revised(archive, record, intake.values(record, sets, unsets), why)
    if made:
        work.step("enter")
        archive.commit(work.change().with_(made))
    return saved


def _file(archive: Archive, work: Work, case: Case, reference: str) -> Record:
    record = archive.record(reference) if reference else work.records[0] if len(work.records) == 1 else None
    if record is None or record.uid not in case.entry.uids:
        raise AnotherFile(entry=case.id, records=", ".join(each.label for each in work.records) or "—")
    return record
