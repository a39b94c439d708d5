"""What customers ask about their own data: received, the applicant identified, decided, carried out, answered in time."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from archivectl import attachments, intake, retention, seeking
from archivectl.archive import Archive
from archivectl.cases import Work, random_id
from archivectl.custody import entering, lapsed, places, remotes
from archivectl.disclosure import cache_of, key_copies
from archivectl.disclosure import opened as disclosed
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.encryption.names import NamesCache
from archivectl.errors import Refused
from archivectl.intake import theirs
from archivectl.records import consent, fields, layout
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.regime.retention import Verdict
from archivectl.registers.fold import Case

COPIED = frozenset({"access", "copy"})


class NotARequest(Refused):
    """An entry of another register."""

    message = "{entry} is no request of a customer."
    hint = "See the requests: archivectl register list request"


class NothingToWithdraw(Refused):
    """A withdrawal of what was never agreed to, or was withdrawn before."""

    message = "{record} holds no consent to this that stands."
    hint = "See what the customer agreed to: archivectl show {record}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a customer asks: ``contact`` is the id of the one contact it is about, ``purpose`` that of a consent withdrawn."""

    mode: str
    applicant: str
    received: str = ""
    contact: str = ""
    purpose: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identified:
    """How the applicant was identified, and what was confirmed; no method: not yet."""

    method: str = ""
    items: Sequence[str] = ()


class CustomersCopy(NamedTuple):
    """A customer's own data in clear, by field path, and the paths that the reader was not cleared to open."""

    request: str
    record: str
    date: str
    values: dict[str, Any]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer: the stop that was placed, what was withheld, how long the file must and may be kept.

    ``unreached`` are the entries of key copies from which the keys of who was forgotten are not known to be gone.
    """

    case: Case
    stop: str = ""
    withheld: tuple[str, ...] = ()
    kept: Verdict | None = None
    unreached: tuple[str, ...] = ()


Deliver = Callable[[CustomersCopy], None]


def receive(archive: Archive, reference: str, asked: Asked, identified: Identified | None = None) -> Case:
    """Enter a request, and in the same commit how the applicant was identified, if that is done. Raises NotAllowed."""
    received = asked.received or archive.today
    limit = archive.regime.get("request.within")
    columns = {
        "mode": asked.mode,
        "received": received,
        "due": (spans.span(limit).after(received, archive.regime.calendar) if limit else None) or "unlimited",
        "applicant": asked.applicant,
        "purpose": asked.purpose,
        "note": asked.note,
    }
    part = f"contacts[{asked.contact}]" if asked.contact else ""
    work = Work.opening(archive, "request", [archive.record(reference)], columns, part)
    work.step("receive")
    if identified and identified.method:
        _identify(work, identified)
    return work.commit()


def identify(archive: Archive, reference: str, identified: Identified) -> Case:
    """Enter how the applicant was identified; an electronic question first waits for its reply."""
    work = _work(archive, reference)
    _identify(work, identified)
    return work.commit()


def _identify(work: Work, identified: Identified) -> None:
    first = identified.method == "electronic" and work.standing.at("ask")
    data = {"method": identified.method, "asked": ",".join(identified.items)}
    work.step("ask" if first else "identify", data)


def _work(archive: Archive, reference: str) -> Work:
    case = archive.case(reference)
    if case.kind.name != "request":
        raise NotARequest(entry=case.id)
    return Work.on(archive, case)


def decline(archive: Archive, reference: str, reason: str) -> Case:
    """Refuse a request, with the reason that the customer is told."""
    work = _work(archive, reference)
    work.step("decline", {"opinion": reason})
    return work.commit()


def answer(archive: Archive, reference: str, reply: str, deliver: Deliver) -> Answered:
    """Carry out what was granted and enter the answer; an erasure that was interrupted goes on where it stopped.

    Args:
        archive: the open archive.
        reference: the request's number or uid.
        reply: what the customer is told; may be empty.
        deliver: takes the customer's copy of the data, which is logged before, and entered as answered after it.

    Raises:
        NotAllowed, NotARequest, NothingToWithdraw, KeyGone, NoIdentity, OutOfReach, NewerThere.
    """
    work = _work(archive, reference)
    mode = work.standing.entry.columns["mode"]
    if mode in {"erase", "delete"}:
        return _erase(archive, work, reply, cache_of(archive))
    if mode in COPIED:
        return _copied(archive, work, reply, deliver)
    if mode == "restrict":
        return _restricted(archive, work, reply)
    if mode == "withdraw":
        return _withdrawn(archive, work, reply)
    work.step("answer", {"reply": reply})
    return Answered(work.commit())


def _copied(archive: Archive, work: Work, reply: str, deliver: Deliver) -> Answered:
    record, part = work.records[0], work.parts[0] if work.parts else ""
    held = {path: value for path, value in theirs.of(archive, record) if path.startswith(part)}
    sealed = {path: found for path, value in held.items() if is_sealed(value) and (found := parse(value))}
    cleared = [path for path, value in sealed.items() if archive.me.cleared(value.level)]
    withheld = tuple(path for path in sealed if path not in cleared)
    work.step("answer", {"reply": reply, "withheld": len(withheld)})
    if archive.rehearsal:
        return Answered(work.standing, withheld=withheld)
    opened = disclosed(archive, record, [(path, held[path]) for path in cleared], work.number) if cleared else {}
    values = {path: opened.get(path, theirs.named(archive, path, value)) for path, value in held.items() if path not in withheld}
    deliver(CustomersCopy(work.number, record.label, archive.today, values, withheld))
    return Answered(work.commit(), withheld=withheld, kept=retention.of(archive, record))


def _restricted(archive: Archive, work: Work, reply: str) -> Answered:
    """Stop everything but storing, in the commit that answers."""
    stop = Work.opening(archive, "hold", work.records, {"forbid": "all", "reason": work.number})
    stop.step("place")
    work.step("answer", {"reply": reply, "entry": stop.uid})
    archive.commit(work.change().with_(stop.change()))
    return Answered(work.standing, stop.number)


def _withdrawn(archive: Archive, work: Work, reply: str) -> Answered:
    """Enter the withdrawal in the file itself, where the next use looks for it."""
    record, purpose = work.records[0], str(work.standing.entry.columns.get("purpose", ""))
    values = consent.withdrawals(record.data, purpose, archive.today, f"w{random_id(5)}")
    if not values:
        raise NothingToWithdraw(record=record.label)
    work.step("answer", {"reply": reply})
    _saved, made = intake.revised(archive, record, values, intake.Why(work.number, entry=work.uid))
    archive.commit(work.change().with_(made))
    return Answered(work.standing)


def _erase(archive: Archive, work: Work, reply: str, cache: NamesCache) -> Answered:
    """The intent is committed first, on the git remote too; what destroys follows, repeated until the result stands beside it."""
    record = work.records[0]
    erasing = work.standing.entry.columns["mode"] == "erase"
    if work.standing.acts("complete") and erasing:
        return _again(archive, work, cache)
    kept = None if record.gone else retention.of(archive, record)
    if not work.standing.at("complete"):
        if erasing and not archive.rehearsal:
            archive.repository.elsewhere.look(archive.tip)  # what others did in the meantime counts
        work.step("begin", {"reply": reply})
        case = work.commit(ahead=erasing)
        if archive.rehearsal or not erasing:
            return Answered(case, kept=kept)
        work = Work.on(archive, archive.case(case.id))
    work.step("complete")
    if archive.rehearsal or not erasing:
        return Answered(work.commit(), kept=kept)
    archive.repository.elsewhere.share(archive.tip)
    _remove_keys(archive, record, work.parts[0], cache)
    case = work.commit({} if record.gone else _without(record, work.parts[0], work.uid))
    return Answered(case, kept=kept, unreached=_unreached(archive, case, record, work.parts[0]))


def _again(archive: Archive, work: Work, cache: NamesCache) -> Answered:
    """Take the keys of who was forgotten from this machine once more: a backup or another copy may have brought them back."""
    if not archive.rehearsal:
        _remove_keys(archive, work.records[0], work.parts[0], cache)
    return Answered(work.standing, unreached=_unreached(archive, work.standing, work.records[0], work.parts[0]))


def _remove_keys(archive: Archive, record: Record, contact: str, cache: NamesCache) -> None:
    """Take the keys of one contact, and every name of the file, from this machine."""
    gone = lapsed.keys_of(record, contact)
    archive.keyring.remove([record.uid], gone)
    if gone:
        remotes.remove(archive, {record.uid: gone})
    seeking.forget(archive, cache, [record.uid])


def reapply(archive: Archive) -> list[str]:
    """Forget again whom a restored copy brought back; the uids of the records whose contacts' keys were there.

    Call it in a trusted archive, after its keyring or the archive itself was taken from a backup. Nothing is committed, for the
    marks say it all; calling it twice is calling it once.
    """
    gone = lapsed.recipients(archive)
    back = [uid for uid, keys in gone.items() if any(row.recipient in keys for row in archive.keyring.rows(uid))]
    if back and not archive.rehearsal:
        for uid in back:
            archive.keyring.remove([uid], gone[uid])
        seeking.forget(archive, cache_of(archive), back)
    return back


def _without(record: Record, contact: str, entry: str) -> dict[str, bytes | None]:
    """The record's file with nothing of a contact left but the mark, and the scans of papers that belong with it gone."""
    data, gone = copy.deepcopy(dict(record.data)), dict[str, bytes | None]()
    fields.set_(data, contact, {"forgotten": entry})
    for paper in data.get(attachments.SECTION) or ():
        if paper.get(attachments.FIELD) and attachments.key_of(paper, record.data)[1] == contact:
            gone[layout.attached(paper.pop(attachments.FIELD))] = None
    return {**gone, record.path: record_text.dump(data)}


def _unreached(archive: Archive, case: Case, record: Record, contact: str) -> tuple[str, ...]:
    """The copies of keys that may still hold those of the contact: not this machine, nor those acknowledged or seen free."""
    gone = {record.uid: keys} if (keys := lapsed.keys_of(record, contact)) else {}
    free = {("remote", name) for name, keyring in places.reachable(archive).items() if entering.free(keyring, gone)}
    copies = key_copies(archive, [record.uid], case.uid)
    left = (copy.case for copy in copies if not (copy.here or copy.acknowledged))
    return tuple(each.id for each in left if (each.entry.columns["place"], each.entry.columns["name"]) not in free)
