"""Handing files over: proposed, agreed, confirmed item by item, and registered; what a leaver still has; key accounts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.errors import NotAllowed, Reason, Refused, WrongUsage
from archivectl.i18n import N_
from archivectl.intake import acts, applied, refuse_unless_allowed
from archivectl.loans import lent_to
from archivectl.members.member import Member, called
from archivectl.records import parts
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.guards import leaving, passing_on
from archivectl.registers.guards.files import unchanged
from archivectl.registers.guards.passing_on import confirmed
from archivectl.registers.situation import Situation

MOST = 2000  # files on one slip: every signature names each of them with its digest
_LENT = N_("{loan} of {member} is not settled.")
_SETTLE = N_("See it: archivectl register show {loan}")


class NothingToHandOver(WrongUsage):
    """A slip without a file."""

    message = "There is no file to hand over."
    hint = "Name records, or whose: --of MEMBER"


class TooMany(WrongUsage):
    """More files than one slip holds."""

    message = "These are {count} files; one slip holds {most}."
    hint = "Hand them over in parts: --where CONDITION"


class NotAMember(WrongUsage):
    """A party of a handover who has to be a member."""

    message = "“{who}” is no member of this archive."
    hint = "See who is: archivectl member list"


class NotOnTheSlip(Refused):
    """A record that the slip does not list."""

    message = "{record} is not on {entry}."
    hint = "See what is: archivectl handover show {entry}"


def kept_by(archive: Archive, who: str) -> list[str]:
    """The uids of the records that a member keeps, in the order of their numbers. Raises NotAMember."""
    return list(archive.kept(_member(archive, who).handle))


def _member(archive: Archive, who: str) -> Member:
    member = called(archive.members, who)
    if member is None:
        raise NotAMember(who=who)
    return member


def propose(archive: Archive, references: Iterable[str], columns: Mapping[str, Any], part: str = "") -> Case:
    """Open a slip about records.

    Args:
        archive: the open archive.
        references: numbers or uids of records.
        columns: those of the register; ``giver`` is the actor where nothing else is said, ``receiver`` a member or anybody.
        part: of a single record, only this volume or document: ``volumes[vK3F7Q]``.

    Raises:
        NotAllowed: with every reason against it.
        NothingToHandOver, TooMany.
    """
    asked = list(references)
    records = list({record.uid: record for record in map(archive.record, asked)}.values())
    if not records:
        raise NothingToHandOver
    if len(records) == 1:
        part = parts.named(records[0], asked[0], part)
    if len(records) > MOST:
        raise TooMany(count=len(records), most=MOST)
    giver = _member(archive, str(columns.get("giver") or archive.me.handle))
    taker = called(archive.members, str(columns.get("receiver") or ""))
    found = {**columns, "giver": giver.handle, "taker": taker.handle if taker else None}
    if taker:
        found["receiver"] = taker.name
    work = Work.opening(archive, "handover", records, found, part)
    work.step("apply")
    return work.commit()


def checks(archive: Archive, reference: str) -> dict[str, Any]:
    """What is to be checked of a slip before the transfer, with titles."""
    return passing_on.checks(archive.case(reference).rule, archive.regime)


def audit(archive: Archive, reference: str, checks: Iterable[str], counted: int | None, note: str) -> Case:
    """Attest what was checked before the transfer; ``checks`` by key."""
    work = Work.on(archive, archive.case(reference))
    work.step("audit", {"checks": " ".join(checks), "counted": counted, "note": note})
    return work.commit()


def confirm(archive: Archive, reference: str, references: Sequence[str] | None) -> Case:
    """Take over, as who receives, the named items of a slip (None: all of them). Raises NotAllowed, NotOnTheSlip."""
    case = archive.case(reference)
    listed = list(dict.fromkeys(case.entry.uids))
    chosen = listed
    if references is not None:
        records = [archive.record(each) for each in references]
        for record in records:
            if record.uid not in listed:
                raise NotOnTheSlip(record=record.label, entry=case.id)
        chosen = [record.uid for record in records]
    work = Work.on(archive, case)
    work.step("confirm", {"confirmed": " ".join(chosen)})
    return work.commit()


def handed_over(archive: Archive, case: Case) -> tuple[Record, ...]:
    """The records that count as handed over: confirmed by who receives them, and still what was signed for."""
    wanted = set(confirmed(case))
    records = archive.records_of(dict.fromkeys(case.entry.uids))
    if registered := case.acts("register"):
        return tuple(record for record in records if record.uid in wanted & registered[-1].items.keys())
    return tuple(record for record in unchanged(case, records) if record.uid in wanted)


def register(archive: Archive, reference: str) -> Case:
    """Enter a slip that went all its way: in one commit its confirmed files get their new keeper, department and place.

    Raises:
        NotAllowed: with every reason, also where a leaver still has something open.
    """
    case = archive.case(reference)
    work = Work.on(archive, case)
    columns = case.entry.columns
    giver = columns.get("giver")
    if columns.get("mode") == "leave" and giver and case.at("register"):
        left = tuple(outstanding(archive, str(giver), [record.uid for record in handed_over(archive, case)], case))
        if left:
            raise NotAllowed(left, archive.regime.titles)
    records = handed_over(archive, case)
    work.records = tuple(unchanged(case, work.records)) or work.records
    work.step("register")
    writes, done = _moved(archive, records, columns, case.uid)
    change = work.change(writes, sorted(done))
    archive.commit(change._replace(reason=case.id) if done else change)
    return work.standing


def _moved(
    archive: Archive, records: Iterable[Record], columns: Mapping[str, Any], entry: str
) -> tuple[dict[str, bytes], set[str]]:
    """The texts of the records under their new keeper, and the acts that this is; every change is decided."""
    writes, done, deciding = dict[str, bytes](), set[str](), dict[str, list[Record]]()
    for record in records:
        values = {path: value for path, value in _place(archive, record, columns).items() if value}
        data = applied(record.data, values)
        if data == record.data:
            continue
        for act in acts(record.data, data, values):
            deciding.setdefault(act, []).append(record)
        writes[record.path] = record_text.dump(data)
    for act, changed in deciding.items():
        refuse_unless_allowed(archive, act, changed, {"entry": entry})
        done.add(f"record.{act}")
    return writes, done


def _place(archive: Archive, record: Record, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What a handover makes of a record, by field path; of a part only its place."""
    store = columns.get("store")
    taker = archive.members.get(str(columns.get("taker", "")))
    inner = {
        f"{section}[{item['id']}].place": store
        for section in ("volumes", "documents")
        for item in record.data.get(section) or ()
        if item.get("place")
    }
    department = columns.get("unit") or (taker.department if taker else None)
    return {"keeper": taker.handle if taker else None, "department": department, "filing.place": store, **inner}


def outstanding(archive: Archive, who: str, passed_on: Iterable[str] = (), case: Case | None = None) -> Iterator[Reason]:
    """What a member who leaves still has: files, loans, signatures that only they can give; each with what to do.

    ``case`` is the slip that is to be registered with the files ``passed_on``; other slips that may be then count too.
    """
    member, kind = _member(archive, who), archive.kind("handover")
    s = Situation(archive, kind, kind.steps["register"], archive.me, archive.now, case)
    yield from leaving.files_of(s, member, set(passed_on))
    # No guard can see these: whom a file was lent to is sealed, and nobody reads the register of loans for a decision.
    for loan in archive.register("loan"):
        if (loan.marked("out") or loan.marked("pending")) and _of(archive, loan, member):
            yield s.why("loans_left", _LENT, hint=_SETTLE, loan=loan.id, member=member.handle)
    for name in kinds.names(archive.regime):
        yield from leaving.signatures_of(s, member, archive.register(name))


def _of(archive: Archive, case: Case, member: Member) -> bool:
    """Whether a loan is of this member: entered by them or, as far as the actor may know it, lent to them."""
    return any(event.by == member.handle for event in case.acts("request", "hand_out")) or lent_to(archive, case, member)


def account(archive: Archive, reference: str, giver: str, taker: str, reason: str) -> Case:
    """Begin the handover of a key account, in five steps. Raises NotAllowed, NotAMember."""
    new, old = _member(archive, taker), _member(archive, giver) if giver else None
    parties = {"giver": old.handle if old else None, "taker": new.handle, "receiver": new.name}
    columns = {"mode": "account", **parties, "reason": reason}
    work = Work.opening(archive, "handover", [archive.record(reference)], columns)
    work.step("begin")
    return work.commit()
