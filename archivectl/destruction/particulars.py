"""What a destruction list says of its items, and what the certificate may claim of copies of their keys."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.custody import entering, places
from archivectl.disclosure import cache_of, key_copies
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import KeyMissing, Refused
from archivectl.ledger import Line, lines_of
from archivectl.records import facts, fields, layout
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import retention
from archivectl.registers.fold import Case

_ITEM = re.compile(r"\[[^\]]*\]")


class NotDestroyedYet(Refused):
    """A certificate or verification of what has not happened."""

    message = "{list} is {state}; nothing of it has been destroyed."
    hint = "Carry it out first: archivectl destroy execute {list}"


class Copy(NamedTuple):
    """One place keys went to, and whether it was verified that the destroyed keys are gone from there."""

    entry: str
    copy: str
    status: str


class Certificate(NamedTuple):
    """What is known of a destruction: who signed and by what means; ``clear`` are the fields that stay readable in history."""

    list: str
    state: str
    date: str
    records: tuple[str, ...]
    clear: tuple[str, ...]
    signed: tuple[Line, ...]
    copies: tuple[Copy, ...]


class Item(NamedTuple):
    """One line of a list: ``name`` is None where it is sealed; years, counts and terms as far as the record states them.

    ``rule`` is the title of the rule the file is kept by, ``kept_since`` and ``due`` are days, ``status`` the record's.
    """

    number: str
    name: str | None
    rule: Any
    first: str
    last: str
    volumes: int
    documents: int
    pages: int
    term: str
    kept_since: str
    due: str | None
    status: str


def items(archive: Archive, case: Case) -> list[Item]:
    """The lines of a list, also of what is destroyed by now: from the last version of each record."""
    records = archive.records_of(case.entry.uids)
    before = last_versions(archive, [record for record in records if record.gone])
    return [_item(archive, record, before.get(record.uid, record.data)) for record in records]


def _item(archive: Archive, record: Record, data: Mapping[str, Any]) -> Item:
    volumes, documents = data.get("volumes") or (), data.get("documents") or ()
    days = [one[key] for one in volumes for key in ("from", "until") if one.get(key)]
    days = sorted(str(day) for day in (*days, *(one["date"] for one in documents if one.get("date"))))
    found = retention.verdict(facts.of(data), data.get("retention") or {}, archive.regime, archive.today)
    longest = max(found.demands, key=lambda demand: demand.until or "9999", default=None)
    name = data.get("name")
    return Item(
        number=record.label,
        name=None if not isinstance(name, str) or is_sealed(name) else name,
        rule=found.title,
        first=days[0] if days else "",
        last=days[-1] if days else "",
        volumes=len(volumes),
        documents=len(documents),
        pages=sum(one.get("pages") or 0 for one in (volumes or documents)),
        term=longest.term if longest else "",
        kept_since=found.begins,
        due=found.due,
        status=record.status,
    )


def belongings(archive: Archive, records: Iterable[Record]) -> Iterator[str]:
    """The paths of the attachments and interactions that go with records."""
    gone = set()
    for record in records:
        gone.add(record.uid)
        yield from (layout.attached(each["object"]) for each in record.data.get("documents") or () if each.get("object"))
    files = archive.repository.tree(archive.tip, layout.INTERACTIONS)
    yield from (file.path for file in files if file.path.split("/")[2] in gone)


def destroyed(archive: Archive, reference: str) -> Case:
    """The list of that number, once it was carried out; raises NotDestroyedYet."""
    case = archive.case(reference)
    if not case.acts("complete"):
        raise NotDestroyedYet(list=case.id, state=case.state_word)
    return case


def copies(archive: Archive, case: Case) -> list[Copy]:
    """Where keys have gone, by the register of key copies, and what is known of each place."""
    uids = case.acts("execute")[-1].items
    found, remotes = [], places.reachable(archive)
    for copy, here, acknowledged in key_copies(archive, uids, case.uid):
        clean = not any(archive.keyring.rows(uid) for uid in uids) and _unnamed(archive, uids) if here else acknowledged
        if copy.entry.columns["place"] == "remote" and (there := remotes.get(str(copy.entry.columns["name"]))):
            clean = entering.free(there, dict.fromkeys(uids, frozenset[str]()))
        where = "{place}:{name}".format_map(copy.entry.columns)
        found.append(Copy(copy.id, where, "verified" if clean else "unverified"))
    return found


def _unnamed(archive: Archive, uids: Collection[str]) -> bool:
    """Whether the actor's names cache is known to hold none of them; who cannot open it has seen nothing."""
    try:
        return not cache_of(archive).load().keys() & set(uids)
    except KeyMissing:
        return False


def certificate(archive: Archive, reference: str) -> Certificate:
    """What can honestly be said of a destruction. Raises NotDestroyedYet."""
    case = destroyed(archive, reference)
    intent = case.acts("execute")[-1]
    records = archive.records_of(intent.items)
    lines = zip(case.entry.events, lines_of(archive, case), strict=True)
    signed = tuple(line for event, line in lines if event in case.done and event.act not in {"verify", "feedback"})
    clear = sorted({path for data in last_versions(archive, records).values() for path in _clear_fields(data)})
    numbers = tuple(record.label for record in records)
    return Certificate(case.id, case.state, intent.date, numbers, tuple(clear), signed, tuple(copies(archive, case)))


def _clear_fields(data: Mapping[str, Any]) -> set[str]:
    """The fields of a record that were never sealed."""
    kept = {key: value for key, value in data.items() if key != "keys"}
    return {_ITEM.sub("[]", path) for path, value in fields.walk(kept) if not is_sealed(value)}


def last_versions(archive: Archive, stones: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """The data of records before their tombstones, by uid, from one walk through the history."""
    from archivectl.store.history import of_paths  # noqa: PLC0415 - only who looks back needs it

    uids = {stone.path: stone.uid for stone in stones}
    blobs: dict[str, str] = {}
    for _commit, changes in of_paths(archive.repository, archive.tip, uids) if uids else ():
        blobs |= {change.path: change.before for change in changes if change.before and change.path not in blobs}
        if blobs.keys() >= uids.keys():
            break
    texts = archive.repository.blobs(blobs.values())
    return {uids[path]: dict(record_text.parse(text, path).data) for path, (_blob, text) in zip(blobs, texts, strict=True)}
