"""From the papers that somebody hands in to a file that has its number: submit, accept or send back, file."""

from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import Refused
from archivectl.intake.judging import refuse_unless_allowed
from archivectl.intake.opening import numbers
from archivectl.records import text as record_text
from archivectl.records.model import UNFILED, Record
from archivectl.regime import spans
from archivectl.regime.model import Regime
from archivectl.registers import materials
from archivectl.registers.collecting import intake_due
from archivectl.registers.fold import Case


class NothingToAccept(Refused):
    """An intake that does not wait for the archivist."""

    message = "{entry} is {state}; there is nothing to accept."
    hint = "See what happened to it: archivectl register show {entry}"


class Submission(NamedTuple):
    """An intake as it stands: its entry, what to call the file, the papers lacking, and the day it was due where it was late."""

    case: Case
    record: str
    lacks: tuple[materials.Lack, ...]
    late: str | None


def submit(archive: Archive, reference: str, note: str = "") -> Submission:
    """Hand a file in, hand in again what was sent back, or complete what was filed incomplete.

    Args:
        archive: the open archive.
        reference: a record's number, a draft's uid, or the entry of an intake.
        note: what the archivist should know.

    Raises:
        NotAllowed, with every paper that is missing or not in the form that is asked.
    """
    work = _continued(archive, reference)
    if work is None:
        record = archive.record(reference)
        lacks = materials.missing(record.data, archive.regime)
        day = intake_due(record.data, archive.regime)
        columns = {"due": day, "late": spans.overdue(day, archive.now) or None, "lacking": len(lacks) or None, "note": note}
        work = Work.opening(archive, "intake", (record,), columns)
        work.step("submit")
    elif work.standing.at("complete"):
        work.step("complete")
    else:
        work.step("submit_again")
    work.commit()
    return _told(archive, work)


def _continued(archive: Archive, reference: str) -> Work | None:
    """The intake to go on with: the one named, or the one of this file that was sent back or is incomplete."""
    if archive.names_entry("intake", reference):
        return Work.on(archive, archive.case(reference))
    open_ = [case for case in archive.cases(archive.record(reference).uid, "intake") if case.at("submit_again", "complete")]
    return Work.on(archive, open_[-1]) if open_ else None


def accept(archive: Archive, reference: str, counted: int | None = None) -> Submission:
    """Take in what was submitted; what needs no approval, or has it, is filed in the same commit: numbered, and in its place.

    Args:
        archive: the open archive.
        reference: the entry of the intake.
        counted: how many papers there are.

    Raises:
        NotAllowed, NothingToAccept.
    """
    work = Work.on(archive, archive.case(reference))
    if not work.standing.at("accept", "file"):
        raise NothingToAccept(entry=work.number, state=work.standing.state_word)
    if work.standing.at("accept"):
        work.step("accept", {"counted": counted, "attested": attested(archive.regime, archive.config["languages"][0])})
    if not work.standing.at("file"):
        work.commit()
        return _told(archive, work)
    record = work.records[0]
    _refused, term = materials.incomplete(record.data, archive.regime)
    if term:
        work.step("file_incomplete", {"due": spans.span(term).after(archive.now, archive.regime.calendar)})
    else:
        work.step("file")
    if record.status not in UNFILED:
        work.commit()
        return _told(archive, work)
    refuse_unless_allowed(archive, "file", (record,), {})
    filed = _filed(archive, record)
    writes: dict[str, bytes | None] = {filed.path: filed.text}
    if filed.path != record.path:
        writes[record.path] = None
    work.commit(writes, ["record.file"])
    return _told(archive, work)._replace(record=filed.label)


def attested(regime: Regime, language: str) -> str | None:
    """What who accepts papers attests of them by it, in words; None where the regime asks for nothing of the kind."""
    known = regime.get("intake.attests") or {}
    words = [str((known.get(word) or {}).get(language, word)) for word in regime.get("intake.attest") or ()]
    return ("、" if language == "zh" else ", ").join(words) or None


def _filed(archive: Archive, record: Record) -> Record:
    """The record with its number and the day of its filing, in its place, and nothing else changed."""
    number = record.number or next(numbers(archive, record.path.split("/")[1]))
    data = {**record.data, "number": number, "status": "filed"}
    data["filing"] = {"archived": archive.today, **(record.data.get("filing") or {})}
    return Record(archive.place(number), record_text.dump(data), data)


def send_back(archive: Archive, reference: str, defect: str, note: str = "") -> Submission:
    """Return what was submitted, with the defect as one of the usual ones."""
    work = Work.on(archive, archive.case(reference))
    work.step("send_back", {"defect": defect, "note": note})
    work.commit()
    return _told(archive, work)


def _told(archive: Archive, work: Work) -> Submission:
    record = work.records[0]
    columns = work.standing.entry.columns
    lacks = tuple(materials.missing(record.data, archive.regime))
    return Submission(work.standing, record.label, lacks, columns.get("due") if columns.get("late") else None)
