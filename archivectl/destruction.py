"""Destroying records: proposed, approved, supervised, carried out; and what the certificate may claim."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.disclosure import cache_of
from archivectl.encryption import names
from archivectl.encryption.envelope import is_sealed
from archivectl.encryption.names import NamesCache
from archivectl.errors import KeyMissing, NotAllowed, Refused
from archivectl.ledger import Line, lines_of
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import unchanged


class NothingToExecute(Refused):
    """A list that is not ready to be carried out."""

    message = "{list} is {state}; only a list that is approved and supervised is carried out."
    hint = "See what it waits for: archivectl register show {list}"


class NotDestroyedYet(Refused):
    """A certificate or verification of what has not happened."""

    message = "{list} is {state}; nothing of it has been destroyed."
    hint = "Carry it out first: archivectl destroy execute {list}"


@dataclass(frozen=True, slots=True)
class Copy:
    """One place keys went to, and whether it was verified that the destroyed keys are gone from there."""

    entry: str
    copy: str
    status: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is known of a destruction: who signed and by what means; ``clear`` are the fields that stay readable in history."""

    list: str
    state: str
    date: str
    records: tuple[str, ...]
    clear: tuple[str, ...]
    signed: tuple[Line, ...]
    copies: tuple[Copy, ...]


def propose(archive: Archive, references: Sequence[str], reason: str) -> Case:
    """Put records on a destruction list. Raises NotAllowed with every reason against any of them."""
    records = list({record.uid: record for record in map(archive.record, references)}.values())
    work = Work.opening(archive, "destruction", records, {"reason": reason})
    work.step("propose")
    return work.commit()


def supervise(archive: Archive, reference: str) -> Case:
    """Sign, as a supervisor, that the items were checked one by one."""
    work = Work.on(archive, archive.case(reference))
    work.step("supervise")
    return work.commit()


def execute(archive: Archive, reference: str) -> Case:
    """Carry out an approved list: intent committed, keys destroyed, tombstones and result committed; goes on where it stopped.

    A rehearsal decides the same and touches nothing.

    Raises:
        NotAllowed, NothingToExecute, NoIdentity.
    """
    case, cache = archive.case(reference), cache_of(archive)
    if case.state == "supervised":
        work = Work.on(archive, case)
        work.records = tuple(unchanged(case, work.records)) or work.records
        work.step("execute")
        case = work.commit()
        if archive.rehearsal:
            return case
    if case.state != "executing":
        raise NothingToExecute(list=case.id, state=case.state)
    return _carry_out(archive, case, cache)


def _carry_out(archive: Archive, case: Case, cache: NamesCache) -> Case:
    """Everything that may refuse comes before the keys go."""
    intent = case.acts("execute")[-1]
    records = [record for record in archive.records_of(intent.items) if not record.gone]
    work = Work.on(archive, archive.case(case.id))
    work.records = tuple(records)
    work.step("complete")
    if archive.rehearsal:
        return work.standing
    archive.keyring.remove(intent.items)
    names.forget(cache, intent.items)
    writes: dict[str, bytes | None] = {}
    for record in records:
        stone = {key: record.data[key] for key in ("schema", "uid", "number", "subject") if key in record.data}
        stone["status"] = "destroyed"
        stone["destroyed"] = {"entry": case.uid, "event": intent.id, "date": intent.date[:10]}
        if record.data.get("keys"):
            stone["keys"] = record.data["keys"]
        writes[record.path] = record_text.dump(stone)
        writes |= dict.fromkeys(_belongings(archive, record))
    return work.commit(writes)


def _belongings(archive: Archive, record: Record) -> Iterator[str]:
    """The attachments and interactions that go with a record."""
    for document in record.data.get("documents") or ():
        if digest := document.get("object"):
            yield layout.attached(digest)
    folder = f"{layout.INTERACTIONS}{record.uid[:2]}/{record.uid}"
    yield from (entry.path for entry in archive.repository.tree(archive.tip, folder))


def left_out(archive: Archive, case: Case) -> list[str]:
    """The records of a list that changed after it was proposed: they drop out of every approval, and are not destroyed."""
    records = archive.records_of(case.entry.uids)
    kept = {record.uid for record in unchanged(case, records)}
    return [record.label for record in records if not record.gone and record.uid not in kept]


def verify(archive: Archive, reference: str) -> list[Copy]:
    """Look into every copy of the keys that this machine reaches and enter the result; never claims what it did not see."""
    case = _destroyed(archive, reference)
    work = Work.on(archive, case)
    work.records = ()
    if reasons := decide(work.situation("verify", {}, archive.me, "signed")).reasons:
        raise NotAllowed(reasons, archive.regime.titles)
    if not archive.rehearsal:
        names.forget(cache_of(archive), case.acts("execute")[-1].items)
    found = copies(archive, case)
    good = sum(copy.status == "verified" for copy in found)
    work.step("verify", {"verified": good, "unverified": len(found) - good})
    work.commit()
    return found


def copies(archive: Archive, case: Case) -> list[Copy]:
    """Where keys have gone, by the register of key copies, and what is known of each place."""
    uids = case.acts("execute")[-1].items
    machine = archive.home.settings().get("machine")
    found = []
    for copy in archive.register("key-copy"):
        place, name = copy.entry.columns["place"], copy.entry.columns["name"]
        if copy.state == "surrendered" or (copy.entry.uids and not set(copy.entry.uids) & set(uids)):
            continue
        if place == "machine" and name == machine:
            clean = not any(archive.keyring.rows(uid) for uid in uids) and _unnamed(archive, uids)
        else:
            clean = any(event.data.get("list") == case.uid for event in copy.acts("acknowledge"))
        found.append(Copy(copy.id, f"{place}:{name}", "verified" if clean else "unverified"))
    return found


def _unnamed(archive: Archive, uids: Collection[str]) -> bool:
    """Whether the actor's names cache is known to hold none of them; who cannot open it has seen nothing."""
    try:
        return not cache_of(archive).load().keys() & set(uids)
    except KeyMissing:
        return False


def _destroyed(archive: Archive, reference: str) -> Case:
    case = archive.case(reference)
    if case.state != "destroyed":
        raise NotDestroyedYet(list=case.id, state=case.state)
    return case


def certificate(archive: Archive, reference: str) -> Certificate:
    """What can honestly be said of a destruction. Raises NotDestroyedYet."""
    case = _destroyed(archive, reference)
    intent = case.acts("execute")[-1]
    records = archive.records_of(intent.items)
    lines = zip(case.entry.events, lines_of(archive, case), strict=True)
    signed = tuple(line for event, line in lines if event in case.done and event.act != "verify")
    clear = sorted({path for record in records for path in _clear_fields(archive, record)})
    numbers = tuple(record.label for record in records)
    return Certificate(case.id, case.state, intent.date, numbers, tuple(clear), signed, tuple(copies(archive, case)))


def _clear_fields(archive: Archive, stone: Record) -> set[str]:
    """The fields of the record's last version before its tombstone that were never sealed."""
    from archivectl.store.history import of_paths  # noqa: PLC0415 - only a certificate looks back

    for _commit, changes in of_paths(archive.repository, archive.tip, [stone.path]):
        for change in changes:
            if change.before:
                text = next(iter(archive.repository.blobs([change.before])))[1]
                data: dict[str, Any] = dict(record_text.parse(text, stone.path).data)
                data.pop("keys", None)
                return {path.split("[")[0] for path, value in fields.walk(data) if not is_sealed(value)}
    return set()
