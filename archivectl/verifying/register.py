"""Changes under ``registers/``: entries only grow, and every new event is decided again as it was then."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from archivectl.errors import Unreadable, WrongUsage
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members.member import Member
from archivectl.records import layout, numbering
from archivectl.records.model import Record
from archivectl.registers import entry as entries
from archivectl.registers.entry import Entry, Event
from archivectl.registers.fold import Case, fold
from archivectl.registers.guards.files import unchanged
from archivectl.registers.situation import OUTSIDE, Situation
from archivectl.store.objects import Change
from archivectl.verifying import keys, signatures
from archivectl.verifying.deed import SKEW, Deed, Step, decided
from archivectl.verifying.soundness import EVIDENCE, Unsound, fresh

DAY = timedelta(days=1)
_REMOVED = N_("Commit {commit}: {member} took {path} away; entries only grow.")
_REWRITTEN = N_("Commit {commit}: {member} changed what stood in {path}; entries only grow.")
_PLACE = N_("Commit {commit}: {member} put an entry in {path}, where it does not belong.")
_TWICE = N_("Commit {commit}: {member} gave {path} the uid of something else.")
_ABOUT = N_("Commit {commit}: {member} entered {path} about a file that does not exist.")
_FORGED = N_("Commit {commit}: the event {event} in {path} does not bear a valid signature of {signer}.")
OTHER = N_("Commit {commit}: {member} entered the event {event} in {path}, which {signer} should have signed.")
_UNKNOWN = N_("Commit {commit}: the event {event} in {path} is by {actor}, who is no member.")
_EVIDENCE = N_("Commit {commit}: {member} entered the event {event} in {path} without the scan or message that proves it.")
_RULE = N_("Commit {commit}: the event {event} in {path} states another rule than the regulations gave for it.")
_POST = N_("Commit {commit}: the event {event} in {path} is given under another post than the one it could be given under.")
_OPENS = N_("Commit {commit}: the event {event} in {path} should have come with an entry of the register {kind}.")
_REGIME = N_("Commit {commit}: the event {event} in {path} was not decided under the rules in force.")
_ITEMS = N_("Commit {commit}: the event {event} in {path} names other contents of the files than they had.")
_AFTER = N_("Commit {commit}: the event {event} in {path} does not follow what was entered before it.")
_TIME = N_("Commit {commit}: the event {event} in {path} says it was entered at {time}, which cannot be.")
_DATED = N_("Commit {commit}: the event {event} in {path} is dated {date}, after the day on which it was entered.")


def judge(deed: Deed) -> Iterator[Finding]:
    """Every entry that the commit changed; its new events are noted in the deed."""
    for change in sorted(deed.under(layout.REGISTERS), key=lambda change: change.path):
        if change.after is None:
            yield deed.finding("verify/entry", _REMOVED, change.path)
            continue
        try:
            case = deed.past.case(change.path, change.after)
            before = deed.past.case(change.path, change.before) if change.before else None
        except (Unreadable, WrongUsage) as error:
            yield deed.unreadable("verify/entry", error, change.path)
            continue
        if problems := list(fresh(case, len(before.entry.events) if before else 0)):
            yield deed.unreadable("verify/entry", Unsound(path=change.path, problem=problems[0]), change.path)
            continue
        yield from _opened(deed, case) if before is None else _grown(deed, change)
        yield from _events(deed, before, case)
        deed.past.enter(case, change.after)
    yield from _opening_others(deed)


def _opening_others(deed: Deed) -> Iterator[Finding]:
    """What an act opens besides, such as a report of what came back damaged, is entered in the same commit."""
    opened = [(step.after.kind.name, set(step.after.entry.uids)) for step in deed.steps if step.before is None]
    for step in deed.steps:
        case, event = step.after, step.event
        wanted = case.kind.steps[event.act].opened(event.data)
        if wanted and not any(name == wanted and uids >= set(case.entry.uids) for name, uids in opened):
            yield deed.finding("verify/act", _OPENS, case.entry.path, event=event.id, kind=wanted)


def _grown(deed: Deed, change: Change) -> Iterator[Finding]:
    """Nothing that stood in the file was touched."""
    before, after = (deed.past.text(change.path, blob) for blob in (change.before, change.after) if blob)
    if not after.startswith(before):
        yield deed.finding("verify/entry", _REWRITTEN, change.path)


def _opened(deed: Deed, case: Case) -> Iterator[Finding]:
    """A new entry stands in its place, has a uid of its own, and is about something."""
    entry, grammar = case.entry, deed.past.control.config["numbering"]["entry"]
    parts = numbering.split(grammar, entry.id) or {"sequence": "0"}
    year = entry.events[0].date[:4]
    number = numbering.compose(grammar, sequence=int(parts["sequence"]), kind=case.kind.number, year=year)
    if number != entry.id or entries.path(entry.kind, year, entry.id) != entry.path:
        yield deed.finding("verify/entry", _PLACE, entry.path)
    if deed.past.knows(entry.uid):
        yield deed.finding("verify/entry", _TWICE, entry.path)
    missing = {uid for uid in entry.uids if not deed.past.records_of([uid])}
    if missing and missing - deed.created().keys():
        yield deed.finding("verify/entry", _ABOUT, entry.path)


def _events(deed: Deed, before: Case | None, case: Case) -> Iterator[Finding]:
    """The new events, one after the other."""
    first = len(before.entry.events) if before else 0
    standing = before
    for count in range(first, len(case.entry.events)):
        event = case.entry.events[count]
        after = fold(case.entry._replace(events=case.entry.events[: count + 1]), case.kind)
        step = Step(standing, event, after)
        deed.steps.append(step)
        yield from _signed(deed, case.entry, event)
        yield from _decided(deed, step)
        yield from _sealed(deed, step)
        yield from _in_time(deed, step)
        standing = after


def _signed(deed: Deed, entry: Entry, event: Event) -> Iterator[Finding]:
    """The event bears the signature of whoever signed the commit, and says so."""
    named = {"event": event.id, "signer": event.signer}
    control = deed.past.control
    public = signatures.key_of(event, entry, control.archive)
    member = control.members.get(event.signer)
    if public is None or member is None or not member.signs_with(public):
        yield deed.finding("verify/entry", _FORGED, entry.path, **named)
    if event.signer != deed.signer.handle or bool(event.recorder) == (event.means == "signed"):
        yield deed.finding("verify/entry", OTHER, entry.path, **named)


def _actor(deed: Deed, event: Event) -> Member | None:
    if event.by == OUTSIDE and event.means != "signed" and "who" in event.data:
        return Member(OUTSIDE, OUTSIDE, "", None, (event.post,), (), "open", None, (), ())
    return deed.past.members.get(event.by)


def _decided(deed: Deed, step: Step) -> Iterator[Finding]:
    """The act was allowed, under the rule and the post that the event states."""
    event, case = step.event, step.after
    path, named = case.entry.path, {"event": event.id}
    actor = _actor(deed, event)
    if actor is None:
        yield deed.finding("verify/entry", _UNKNOWN, path, actor=event.by, **named)
        return
    records = deed.records(case.entry.uids)
    situation = Situation(
        deed.past,
        case.kind,
        case.kind.steps[event.act],
        actor,
        event.date,
        step.before,
        tuple(record for record in records if record.uid in event.items) if _stated(step, records) else records,
        tuple(item["part"] for item in case.entry.about if "part" in item),
        case.entry.columns if step.before is None else None,
        event.data,
        event.means,
        recorder=deed.past.members.get(event.recorder) if event.means != "signed" else None,
    )
    decision = decided(situation)
    yield from deed.refusals(decision, step.code, path)
    if _binding(event.data.get("rule", {})) != (_binding(decision.rule) if step.before is None else {}):
        yield deed.finding("verify/act", _RULE, path, **named)
    if not decision.reasons and (event.post, event.data.get("for", "")) != (decision.post, decision.behalf):
        yield deed.finding("verify/act", _POST, path, **named)
    if event.regime != deed.past.regime.digest:
        yield deed.finding("verify/entry", _REGIME, path, **named)
    if not _stated(step, records):
        yield deed.finding("verify/entry", _ITEMS, path, **named)
    done = step.before.done if step.before else ()
    seen = {earlier.id for earlier in step.before.entry.events} if step.before else set[str]()
    if not set(event.after) <= seen or (not decision.reasons and case.done != (*done, event)):
        yield deed.finding("verify/entry", _AFTER, path, **named)
    if event.means != "signed" and not _proven(deed, event):
        yield deed.finding("verify/entry", _EVIDENCE, path, **named)


def _binding(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule says, without the name of the clause it is told under."""
    return {key: value for key, value in rule.items() if key != "clause"}


def _stated(step: Step, records: tuple[Record, ...]) -> bool:
    """Whether the event names the files as they were: all of them, or those that are still what was approved."""
    event, before = step.event, step.before
    contents = {record.uid: record.digest for record in records}
    if not event.items.items() <= contents.items():
        return False
    if not step.after.kind.steps[event.act].guards or set(event.items) == set(contents):
        return True
    binding = before is not None and before.kind.binds_content
    return before is not None and binding and set(event.items) == {record.uid for record in unchanged(before, records)}


def _proven(deed: Deed, event: Event) -> bool:
    """Whether the scan or message that an event names came with it."""
    digest = event.data.get(event.means)
    return isinstance(digest, str) and any(
        change.path == layout.attached(digest) and change.after and not change.before for change in deed.changes
    )


def _sealed(deed: Deed, step: Step) -> Iterator[Finding]:
    """The sealed values of the event, and of the head with the first one, name keys of the entry that fit."""
    entry, event = step.after.entry, step.event
    writer = deed.writer(entry.uid)
    opening = step.before is None
    values = {f"columns.{name}": value for name, value in entry.columns.items()} if opening else {}
    values |= {f"events[{event.id}].data.{name}": value for name, value in event.data.items() if name not in {"rule", *EVIDENCE}}
    known = step.before.entry.all_keys if step.before else ()
    problems = [*keys.minted((*(entry.keys if opening else ()), *event.keys), known, writer)]
    for place, value in values.items():
        if isinstance(value, str) and value.startswith("enc:"):
            problems += keys.sealed(value, place, "entry", entry.all_keys, writer)
    for problem in problems:
        message = N_("Commit {commit} by {member}, {path}: {problem}")
        yield deed.finding("verify/keys", message, entry.path, problem=problem)


def _in_time(deed: Deed, step: Step) -> Iterator[Finding]:
    """The event was not entered before the commit it stands on, nor in the future; a destruction is not dated ahead."""
    if deed.past.control.config["simulated"] or deed.past.tip is None:
        return
    event, path = step.event, step.after.entry.path
    entered = _moment(event.at)
    if entered is None or entered < deed.past.tip.when - DAY or entered > deed.at + SKEW:
        yield deed.finding("verify/time", _TIME, path, event=event.id, time=event.at)
    elif step.code in {"destruction.execute", "destruction.complete"} and event.date[:10] > (entered + DAY).strftime("%Y-%m-%d"):
        yield deed.finding("verify/time", _DATED, path, event=event.id, date=event.date)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
