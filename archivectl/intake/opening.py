"""Opening a customer's file: a number and a place for it, or a draft without one."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl import blocks
from archivectl.archive import Archive, Change
from archivectl.blocks import UnknownOffice
from archivectl.cases import random_id
from archivectl.intake.changing import applied
from archivectl.intake.judging import Needed, Saved, advice, refuse_own, refuse_unless_allowed, refuse_wrong, seal_fields, stated
from archivectl.intake.scans import expected
from archivectl.intake.twins import borne, namesakes, same_person, twins
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.sealing import Sealer
from archivectl.registers import materials
from archivectl.registers.guards.taking_in import AFTER_APPROVAL


class Prepared(NamedTuple):
    """A new record ready to be written, with its keys."""

    record: Record
    sealer: Sealer


def create(archive: Archive, subject: str, values: Mapping[str, Any], office: str = "", status: str = "filed") -> Saved:
    """Open a customer's file; where the regime gives numbers only after approval, what would be filed begins as a draft.

    Args:
        archive: the open archive.
        subject: ``organisation``, ``person`` or ``own-company``.
        values: typed values by field path.
        office: the office's code; needed only where there are several.
        status: ``filed``, ``stub`` (the papers are still to come) or ``draft`` (without a number).

    Raises:
        NotAllowed, Wrong, UnknownOffice, NotSettable, InClear.
    """
    if status == "filed" and archive.regime.get("intake.number") == AFTER_APPROVAL:
        status = "draft"
    values = {"filing.opened": archive.today, **values}
    values = {**values, **sole_kind(archive, subject, values)}
    found = tuple(twins(archive, subject, values))
    alike = tuple(twin["number"] for twin in found if twin["path"] == "name")
    sure = [twin for twin in found if twin["path"] != "name"]
    if subject == "person":
        rows = [row for named in namesakes(archive, [str(values.get("name"))]).values() for row in named]
        alike = tuple(row.number or row.uid for row in rows)
        sure += same_person(archive, rows, values)
    told = {"status": status, "fields": sorted(values), "twins": sure, "borne": borne(archive, values)}
    content = {**applied({}, values), "subject": subject}
    refuse_unless_allowed(archive, "create", (), {**stated(values), **told, "content": content})
    number = None if status == "draft" else next(numbers(archive, office))
    prepared = prepare(archive, subject, values, number, archive.sealer(random_id(26)), (status, office))
    record, made = prepared.record, tuple(prepared.sealer.minted)
    archive.commit(Change(("record.create",), f"create: {record.label}", {record.path: record.text}, made, (record.uid,)))
    return Saved(record.label, record.uid, record.status, tuple(values), alike, advice(values, archive.today))


def sole_kind(archive: Archive, subject: str, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The kind of file that a new file is of where it does not say and can be of no other; nothing else."""
    kinds = list(archive.regime.get("files") or ())
    alone = len(kinds) == 1 and materials.listing(archive.regime)
    return {"files": kinds} if alone and subject != "own-company" and "files" not in values else {}


def office_of(archive: Archive, office: str) -> str:
    """The code of an office, the first one where none is named; raises UnknownOffice."""
    offices = archive.config["offices"]
    code = office or next(iter(offices))
    if code not in offices:
        raise UnknownOffice(office=code, known=", ".join(offices))
    return str(code)


def numbers(archive: Archive, office: str = "") -> Iterator[str]:
    """The free numbers of an office, in order; raises UnknownOffice."""
    return blocks.of_records(archive, office_of(archive, office))


def blank(archive: Archive) -> dict[str, Any]:
    """What every new record begins with, besides its uid, number and subject."""
    data = {"schema": 1, "status": "filed", "secrecy": archive.regime.get("secrecy.default", "internal")}
    return data | {"keeper": archive.me.handle} | ({"department": archive.me.department} if archive.me.department else {})


def prepare(
    archive: Archive,
    subject: str,
    values: Mapping[str, Any],
    number: str | None,
    sealer: Sealer,
    begins: tuple[str, str] = ("filed", ""),
) -> Prepared:
    """A new record from typed values, checked and sealed; nothing is written.

    ``begins`` are its status and the office of one that has no number. Raises Wrong, Needed, NotSettable, UnknownOffice.
    """
    status, office = begins
    data = {**blank(archive), "uid": sealer.uid, "number": number, "subject": subject, "status": status}
    for path, value in expected(values)[0].items():
        refuse_own(path)
        fields.set_(data, path, value)
    if data.get("name") is None:
        raise Needed(path="name")
    refuse_wrong(data, subject, values)
    seal_fields(data, archive.regime.raised_to(data), [path for path, _value in fields.walk(data)], sealer)
    path = archive.place(number) if number else layout.draft(office_of(archive, office), sealer.uid)
    return Prepared(Record(path, record_text.dump(data), data), sealer)
