"""What no path may lead to, said once more without the guards: of an archive before and after an act, and of its events.

States are named here by their words, not by the marks of the kinds, so that a mark that is lost is seen.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.members.member import Member
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers import entry as entries
from archivectl.registers.entry import OUTSIDE, Event
from archivectl.registers.fold import Case, fold
from archivectl.registers.kinds import resolve

AWAY = {"lent", "to-disinfest", "lost"}
ENDING = {"propose", "approve", "supervise", "execute"}
LISTED = {"proposed", "approved", "supervised", "executing"}
OPEN = {
    "loan": {"requested", "approved"},
    "intake": {"submitted", "returned", "accepted", "approved", "incomplete"},
    "collection": {"collected", "returned"},
    "application": {"applied", "issued"},
    "change": {
        *("reported", "approved", "notified", "submitted", "authorised", "requested", "granted", "filed", "logged"),
    },
    "feedback": {"taken", "assigned", "handled", "approved", "summarised", "short", "corrected", "adopted"},
    "hold": {"proposed"},
    "handover": {"applied", "returned", "approved", "agreed", "accepted"},
    "request": {"received", "asked", "identified", "granted"},
}
CLOSING = ("use", "all", "seal")
# What is a use or a change of a file, and so not done while a stop forbids it.
USES = {
    *("loan.request", "loan.reserve", "loan.provide", "loan.claim", "loan.approve"),
    *("loan.hand_out", "loan.deliver", "loan.renew", "handover.apply", "handover.apply_again"),
    *("intake.submit", "intake.submit_again", "intake.accept", "intake.file", "collection.enter"),
    *("change.notify", "change.apply", "transmission.send", "handover.begin"),
    *("review.conclude", "review.remedy"),
}
# What may still be entered about a file of which only the tombstone is left: where its paper and copies of its keys went.
AFTERWARDS = {"store", "key-copy"}
LENT_IN_PARTS = {"documents[dAAAAA]": "volumes[vAAAAA]"}  # what lies in what


class Scene(NamedTuple):
    """The files and entries of a commit by path, and the uids of which the keyring holds keys."""

    tip: str | None
    records: Mapping[str, Record]
    cases: Mapping[str, Case]
    keys: frozenset[str]

    def about(self, uid: str, kind: str) -> list[Case]:
        """The entries of a kind about a record."""
        return [case for case in self.cases.values() if case.kind.name == kind and uid in case.entry.uids]

    def stops(self, record: Record, *forbidding: str) -> list[Case]:
        """The stops in force on a record; the only scope that the department knows is that of persons."""
        force = [each for each in self.cases.values() if each.kind.name == "hold" and each.state in {"in-force", "sealed"}]
        force = [each for each in force if each.entry.columns["forbid"] in forbidding]
        person = record.subject == "person"
        return [each for each in force if record.uid in each.entry.uids or (each.entry.columns.get("scope") and person)]


class Deed(NamedTuple):
    """An act that was carried out: the archive before and after it, the events it entered, and the files it changed."""

    before: Scene
    after: Scene
    events: tuple[tuple[Case, Event], ...]
    changed: tuple[tuple[Record, Record], ...]
    members: Mapping[str, Member]
    regime: Regime
    day: str


def look(archive: Archive, last: Scene) -> Scene:
    """The archive as its files say, read without its index."""
    records, cases = dict(last.records), dict(last.cases)
    for change in archive.repository.changes(last.tip, archive.tip, under=("customers/", "registers/")):
        text = archive.repository.read(archive.tip, change.path) if change.after else None
        if change.path.startswith("customers/"):
            records.pop(change.path, None)
            records |= {change.path: record_text.parse(text, change.path)} if text else {}
        elif text:
            entry = entries.parse(text, change.path)
            cases[change.path] = fold(entry, archive.kind(entry.kind))
    keys = frozenset(record.uid for record in records.values() if archive.keyring.rows(record.uid))
    return Scene(archive.tip, records, cases, keys)


def deed(archive: Archive, before: Scene, after: Scene) -> Deed:
    """What lies between two looks."""
    known = {event.id for case in before.cases.values() for event in case.entry.events}
    new = [case for path, case in after.cases.items() if case != before.cases.get(path)]
    events = tuple((case, event) for case in new for event in case.entry.events if event.id not in known)
    old = {record.uid: record for record in before.records.values()}
    changed = [(old[record.uid], record) for record in after.records.values() if record.uid in old and record != old[record.uid]]
    return Deed(before, after, events, tuple(changed), archive.members, archive.regime, archive.today)


def _meet(one: str | None, other: str | None) -> bool:
    """Whether two parts of a file have anything in common; nothing named is the whole."""
    return not one or not other or one == other or LENT_IN_PARTS.get(one) == other or LENT_IN_PARTS.get(other) == one


def lent_to_one_at_a_time(d: Deed) -> Iterator[str]:
    """No part of a file is with two borrowers."""
    for record in d.after.records.values():
        out = [case for case in d.after.about(record.uid, "loan") if case.state in AWAY]
        parts = [(case.id, case.entry.about[0].get("part")) for case in out]
        yield from (f"{one} and {two}" for one, a in parts for two, b in parts if one < two and _meet(a, b))


def listed_is_in_its_place(d: Deed) -> Iterator[str]:
    """What stands on a destruction list is not lent, and on no second list."""
    for record in d.after.records.values():
        lists = [case.id for case in d.after.about(record.uid, "destruction") if case.state in LISTED]
        out = [case.id for case in d.after.about(record.uid, "loan") if case.state in AWAY]
        if len(lists) > 1 or (lists and out):
            yield f"{record.label}: {lists} {out}"


def destroyed_stays_destroyed(d: Deed) -> Iterator[str]:
    """Of a file that is gone nothing changes any more, no key comes back, and nothing new is begun about it."""
    for path, record in d.before.records.items():
        if record.gone and d.after.records.get(path) != record:
            yield f"{record.label} changed"
        begun = [case for case, event in d.events if event is case.entry.events[0] and record.uid in case.entry.uids]
        yield from (f"{case.id} on {record.label}" for case in begun if record.gone and case.kind.name not in AFTERWARDS)
    for record in d.after.records.values():
        if record.status == "destroyed" and record.uid in d.after.keys:
            yield f"a key of {record.label} is left"
        erased = any(case.state == "erased" for case in d.after.about(record.uid, "request"))
        if record.uid in d.before.keys - d.after.keys and not record.gone and not erased:
            yield f"the keys of {record.label} are gone"


def only_the_free_is_destroyed(d: Deed) -> Iterator[str]:
    """What is put on a list, signed for and destroyed is not lent, not kept, and not open in any way."""
    old = {record.uid: record for record in d.before.records.values()}
    signed = [case_event for case_event in d.events if case_event[0].kind.name == "destruction" and case_event[1].act in ENDING]
    going = [(f"{case.id}: {event.act}", old[uid]) for case, event in signed for uid in event.items]
    going += [("", before) for before, after in d.changed if after.gone and not before.gone]
    yield from (f"{act} {record.label}: {against}" for act, record in going if (against := list(_against(d.before, record))))


def _against(scene: Scene, record: Record) -> Iterator[str]:
    """What stands against destroying a file."""
    yield from (case.id for case in scene.about(record.uid, "loan") if case.state in AWAY)
    yield from (case.id for case in scene.stops(record, "destroy", "use", "all"))
    yield from (case.id for kind, states in OPEN.items() for case in scene.about(record.uid, kind) if case.state in states)
    kept = record.data.get("retention") or {}
    yield from (f"{name} {kept[name]}" for name, free in (("term", ""), ("settled", True)) if kept.get(name, free) != free)


def destroyed_is_what_was_signed_for(d: Deed) -> Iterator[str]:
    """Nobody signs for a list of which nothing is as it was proposed, and none takes a file along that became another."""
    for case, event in d.events:
        proposed = case.done[0].items.items()
        if case.kind.name == "destruction" and event.act in ENDING and not proposed & event.items.items():
            yield f"{case.id}: {event.act}"
    for old, new in d.changed:
        lists = [case for case in d.after.about(old.uid, "destruction") if case.state == "destroyed"]
        signed = [case for case in lists if all(event.items.get(old.uid, old.digest) == old.digest for event in case.done)]
        if new.status == "destroyed" and not [case for case in signed if old.uid in case.acts("execute")[-1].items]:
            yield f"{old.label} changed after it was signed for"


def nobody_signs_twice(d: Deed) -> Iterator[str]:
    """In one chain, and in all steps that are kept apart, everybody acts once, themselves or through who signs for them."""
    givers = {case.uid: case.acts("approve")[-1].by for case in d.after.cases.values() if case.acts("approve")}
    for case in {case.id: case for case, _event in d.events}.values():
        signed, last, parts = set[str](), "", dict[str, str]()
        for event in case.done:
            step = case.kind.steps[event.act]
            if step.refuses or (event.act != last and step.to not in {*step.start, ""}):
                signed = set()
            people = {event.by, givers.get(str(event.data.get("for")), event.by)} - {OUTSIDE}
            if step.chain and not step.refuses:
                yield from (f"{case.id}: {who} signed twice" for who in people & signed)
                signed, last = signed | people, event.act
            if event.act in (resolve(d.regime, case.kind.apart) or ()):
                hands = people or {str(event.recorder)}
                yield from (f"{case.id}: {who} took part twice" for who in hands if parts.setdefault(who, event.act) != event.act)


def done_by_who_may(d: Deed) -> Iterator[str]:
    """Every step is taken by a member who holds a post for it, themselves or under a delegation that is in force."""
    for case, event in d.events:
        step, who = case.kind.steps[event.act], event.recorder if event.by == OUTSIDE else event.by
        member = d.members[str(who)]
        allowed = {*(resolve(d.regime, step.by) or ()), "anyone"} if step.by else set()
        allowed |= {str(case.entry.columns.get("post"))} if case.kind.name == "delegation" else set()  # one's own post
        if step.by and "anyone" not in resolve(d.regime, step.by) and not member.titles & allowed:
            yield f"{case.id}: {event.act} by {who}"
        own = event.post in member.titles or case.entry.columns.get(event.post) == who
        if step.chain and event.by != OUTSIDE and not own and not _delegated(d, event):
            yield f"{case.id}: {event.act} by {who} as {event.post}"


def _delegated(d: Deed, event: Event) -> bool:
    wanted = {"post": event.post, "to": event.by}
    found = [case for case in d.after.cases.values() if case.uid == event.data.get("for") and case.state == "in-force"]
    return any(wanted.items() <= (c := case.entry.columns).items() and c["from"] <= d.day <= c["until"] for case in found)


def stopped_is_left_alone(d: Deed) -> Iterator[str]:
    """What a stop forbids to use and to change is neither lent nor changed."""
    for old, new in d.changed:
        if not new.gone and d.before.stops(old, *CLOSING):
            yield f"{new.label} changed"
    for case, event in d.events:
        records = [record for record in d.before.records.values() if record.uid in event.items]
        if f"{case.kind.name}.{event.act}" in USES:
            yield from (f"{case.id}: {event.act}" for record in records if d.before.stops(record, *CLOSING))


def every_event_counts(d: Deed) -> Iterator[str]:
    """Nothing is entered that has no effect."""
    yield from (f"{case.id}: {case.void}" for case, _event in d.events if case.void)


LAWS: tuple[Callable[[Deed], Iterator[str]], ...] = (
    lent_to_one_at_a_time,
    listed_is_in_its_place,
    destroyed_stays_destroyed,
    only_the_free_is_destroyed,
    destroyed_is_what_was_signed_for,
    nobody_signs_twice,
    done_by_who_may,
    stopped_is_left_alone,
    every_event_counts,
)
