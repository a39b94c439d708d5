"""Destroying records: proposed, appraised, approved, supervised, carried out, attested, looked at and reported."""

from collections.abc import Collection, Sequence

from archivectl import ledger, retention, seeking
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.custody import remotes
from archivectl.destruction import particulars
from archivectl.destruction.particulars import Copy
from archivectl.disclosure import cache_of
from archivectl.encryption.names import NamesCache
from archivectl.errors import NotAllowed, Reason, Refused
from archivectl.i18n import N_
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import unchanged

DESTROYING = N_("Destroying")
_PHASES = 4  # keys, names, tombstones, the commit


class NothingToExecute(Refused):
    """A list that is not ready to be carried out."""

    message = "{list} is {state}; only a list that is approved and supervised is carried out."
    hint = "See what it waits for: archivectl register show {list}"


class DatedAhead(Refused):
    """A destruction on a day to come: nobody would ever believe the date."""

    message = "{date} is yet to come; a destruction is carried out on the day on which it is done, and today is {today}."
    hint = "Leave out --today (or ARCHIVECTL_TODAY): archivectl destroy execute {list}"


class NothingDue(Refused):
    """No file whose time is over and that nothing stands against."""

    message = "No file is due that could be proposed."
    hint = "See what is due: archivectl destroy due"


class NotAllChecked(Refused):
    """A supervisor named other items than those that stand on the list."""

    message = "{list} is not checked item by item yet; not named: {missing}; not on it: {strange}"
    hint = "Check what is missing, and name every item of the list, or none to say that all were checked."


def propose(archive: Archive, references: Sequence[str], reason: str, ground: str = "") -> Case:
    """Put records on a destruction list. Raises NotAllowed with every reason against any of them, WrongCell."""
    records = list({record.uid: record for record in map(archive.record, references)}.values())
    return put_on_list(archive, records, reason, ground)


def put_on_list(archive: Archive, records: Sequence[Record], reason: str, ground: str = "") -> Case:
    """Put records that were read already on a destruction list. Raises NotAllowed, WrongCell."""
    named = ledger.cells(archive.kind("destruction"), {"ground": ground}) if ground else {}
    work = Work.opening(archive, "destruction", records, {**named, "reason": reason})
    work.step("propose")
    return work.commit()


def free_to_go(archive: Archive, conditions: str = "", ground: str = "") -> tuple[list[Record], tuple[Reason, ...]]:
    """The records that are due and may be proposed, and what stands against the others; raises NothingDue, NotAllowed."""
    records = archive.records_of(kept.row.uid for kept in retention.due(archive, conditions))
    named = ledger.cells(archive.kind("destruction"), {"ground": ground}) if ground else {}
    work = Work.opening(archive, "destruction", records, {**named, "reason": "—"})
    against = decide(work.situation("propose", {}, archive.me, "signed")).reasons
    of_all = tuple(reason for reason in against if "record" not in reason.values)
    if of_all:
        raise NotAllowed(of_all, archive.regime.titles)
    barred = {reason.values["record"] for reason in against}
    free = [record for record in records if record.label not in barred]
    if not free:
        raise NothingDue
    return free, against


def appraise(archive: Archive, reference: str, opinion: str) -> Case:
    """Enter the appraiser's opinion that what stands on the list is of no value any more."""
    return _stepped(archive, reference, "appraise", opinion=opinion)


def supervise(archive: Archive, reference: str, numbers: Collection[str] = ()) -> Case:
    """Sign, as a supervisor, that the items were checked one by one; those named must be all of them.

    Raises:
        NotAllowed, NotAllChecked.
    """
    case = archive.case(reference)
    work = Work.on(archive, case)
    work.records = tuple(unchanged(case, work.records)) or work.records
    if numbers:
        named = {archive.record(number).label for number in numbers}
        wanted = {record.label for record in work.records}
        if named != wanted:
            missing, strange = (", ".join(sorted(some)) or "—" for some in (wanted - named, named - wanted))
            raise NotAllChecked(list=case.id, missing=missing, strange=strange)
    work.step("supervise", {"checked": len(work.records)})
    return work.commit()


def attest(archive: Archive, reference: str) -> Case:
    """Sign, as a supervisor, what was destroyed."""
    return _stepped(archive, reference, "attest")


def report(archive: Archive, reference: str, told: str, opinion: str) -> Case:
    """Enter the feedback that was given to whoever is above: to whom, and what was reported."""
    return _stepped(archive, reference, "feedback", told=told, opinion=opinion)


def _stepped(archive: Archive, reference: str, step: str, **data: str) -> Case:
    work = Work.on(archive, archive.case(reference))
    work.step(step, data)
    return work.commit()


def execute(archive: Archive, reference: str, *, resuming: bool = False) -> Case:
    """Carry out an approved list: intent committed, keys destroyed, tombstones and result committed; goes on where it stopped.

    Where the archive has a git remote, the intent is there before any key goes, and nothing is there that is not here.

    A rehearsal decides the same and touches nothing. ``resuming`` a finished list is nothing to do.

    Raises:
        NotAllowed, NothingToExecute, DatedAhead, NoIdentity, OutOfReach, NewerThere.
    """
    case, cache = archive.case(reference), cache_of(archive)
    if resuming and case.acts("complete"):
        return case
    if case.at("execute"):
        if archive.today > (today := archive.civil(archive.at)[:10]) and not archive.config["simulated"]:
            raise DatedAhead(date=archive.today, today=today, list=case.id)
        if not archive.rehearsal:
            archive.repository.elsewhere.look(archive.tip)  # what others did in the meantime counts
        work = Work.on(archive, case)
        work.records = tuple(unchanged(case, work.records)) or work.records
        work.step("execute")
        case = work.commit(ahead=True)
        if archive.rehearsal:
            return case
    if not case.at("complete"):
        raise NothingToExecute(list=case.id, state=case.state_word)
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
    archive.repository.elsewhere.share(archive.tip)
    archive.progress(DESTROYING, 0, _PHASES)
    archive.keyring.remove(intent.items)
    remotes.remove(archive, dict.fromkeys(intent.items, frozenset[str]()))
    archive.progress(DESTROYING, 1, _PHASES)
    seeking.forget(archive, cache, intent.items)
    archive.progress(DESTROYING, 2, _PHASES)
    writes: dict[str, bytes | None] = dict.fromkeys(particulars.belongings(archive, records))
    told = {"entry": case.uid, "event": intent.id, "date": intent.date[:10]}
    writes |= {record.path: _stone(record, told) for record in records}
    archive.progress(DESTROYING, 3, _PHASES)
    return work.commit(writes)


def _stone(record: Record, told: dict[str, str]) -> bytes:
    stone = {key: record.data[key] for key in ("schema", "uid", "number", "subject") if key in record.data}
    stone |= {"status": "destroyed", "destroyed": told}
    if record.data.get("keys"):
        stone["keys"] = record.data["keys"]
    return record_text.dump(stone)


def left_out(archive: Archive, case: Case) -> list[str]:
    """The records of a list that changed after it was proposed: they drop out of every approval, and are not destroyed."""
    records = archive.records_of(case.entry.uids)
    kept = {record.uid for record in unchanged(case, records)}
    return [record.label for record in records if not record.gone and record.uid not in kept]


def verify(archive: Archive, reference: str) -> list[Copy]:
    """Look into every copy of the keys that this machine reaches and enter the result; never claims what it did not see."""
    case = particulars.destroyed(archive, reference)
    work = Work.on(archive, case)
    work.records = ()
    if reasons := decide(work.situation("verify", {}, archive.me, "signed")).reasons:
        raise NotAllowed(reasons, archive.regime.titles)
    if not archive.rehearsal:
        seeking.forget(archive, cache_of(archive), case.acts("execute")[-1].items)
    found = particulars.copies(archive, case)
    good = sum(copy.status == "verified" for copy in found)
    work.step("verify", {"verified": good, "unverified": len(found) - good})
    work.commit()
    return found


def reapply(archive: Archive) -> list[str]:
    """Destroy again what a restored copy brought back, and return the uids of the records whose keys were there.

    Call it in a trusted archive, after its keyring or the archive itself was taken from a backup: for every tombstone that stands
    the keys and names go. Nothing is committed, for the tombstones say it all; calling it twice is calling it once.
    """
    stones = [row.uid for row in archive.index.records("status = 'destroyed'")]
    back = [uid for uid in stones if archive.keyring.rows(uid)]
    if not archive.rehearsal:
        archive.keyring.remove(back)
        seeking.forget(archive, cache_of(archive), stones)
    return back
