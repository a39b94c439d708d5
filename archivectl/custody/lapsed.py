"""Keys that no keyring may hold any more: those of destroyed records, and of contacts who were forgotten alone."""

from archivectl.archive import Archive
from archivectl.records.model import Record
from archivectl.registers.fold import Case


def uids(archive: Archive) -> frozenset[str]:
    """The uids of destroyed records, by the tombstones of a trusted archive."""
    return frozenset(row.uid for row in archive.index.records("status = 'destroyed'"))


def keys_of(record: Record, contact: str) -> frozenset[str]:
    """The recipients of the keys that belong to one contact (``contacts[cK3F7Q]``) of a record."""
    return frozenset(row["recipient"] for row in record.data.get("keys") or () if row["of"] == contact)


def forgotten(record: Record) -> frozenset[str]:
    """The recipients of all keys of a record that belonged to contacts who were forgotten."""
    gone = (f"contacts[{one['id']}]" for one in record.data.get("contacts") or () if "forgotten" in one)
    return frozenset[str]().union(*(keys_of(record, contact) for contact in gone))


def erasures(archive: Archive) -> list[Case]:
    """The requests by which contacts were forgotten alone, and that were carried out."""
    return [case for case in archive.register("request") if case.acts("complete") and case.entry.columns.get("mode") == "erase"]


def recipients(archive: Archive) -> dict[str, frozenset[str]]:
    """The recipients of forgotten contacts by the uid of their record."""
    found = dict.fromkeys(uid for case in erasures(archive) for uid in case.entry.uids)
    return {record.uid: gone for record in archive.records_of(found) if (gone := forgotten(record))}


def lists(archive: Archive) -> dict[str, dict[str, frozenset[str]]]:
    """What was destroyed, by the uid of the entry that says so: the uids of records, each with single keys, or none for all."""
    found = {}
    for case in archive.register("destruction"):
        if case.acts("complete"):
            found[case.uid] = dict.fromkeys(case.acts("execute")[-1].items, frozenset[str]())
    gone = recipients(archive)
    for case in erasures(archive):
        found[case.uid] = {uid: gone[uid] for uid in case.entry.uids if uid in gone}
    return found
