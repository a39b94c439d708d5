"""Changes under ``customers/``: each is the creation, change or classification of a record that its signer was allowed then."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl import attachments, intake
from archivectl.custody import rekeying
from archivectl.encryption.envelope import LEVELS, is_sealed
from archivectl.errors import Unreadable
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import fields, layout, numbering
from archivectl.records.model import UNFILED, Record
from archivectl.records.sealing import owner
from archivectl.registers import kinds
from archivectl.registers.situation import Situation
from archivectl.verifying import imports, keys, tombstones
from archivectl.verifying.deed import Deed, decided

REKEY = "record.rekey"
_OPEN = ("draft", "stub", "filed")
_FILING = ("intake.file", "intake.file_incomplete")
_RENAMING = ("change.apply", "rename.apply")  # the second where an archive has a register of renamings alone
_REMOVED = N_("Commit {commit}: {member} removed {path}; a destroyed file leaves its number behind.")
_PLACE = N_("Commit {commit}: {member} put a record in {path}, where it does not belong.")
_TWICE = N_("Commit {commit}: {member} gave {path} the uid of something else.")
_IDENTITY = N_("Commit {commit}: {member} changed {field} of {path}, which never changes.")
_KEYS = N_("Commit {commit}: {member} changed or removed a key of {path}.")
_NO_INTAKE = N_("Commit {commit}: {member} filed {path} without an intake that was approved.")
_MORE = N_("Commit {commit}: {member} changed {path} while filing it.")
_KEY = N_("Commit {commit} by {member}, {path}: {problem}")
_UNDATED = N_("Commit {commit}: {member} changed {path} without saying on which day (Archive-Date).")


def judge(deed: Deed) -> Iterator[Finding]:
    """Every record that the commit changed; call it after the entries were judged."""
    drafts = dict(_left(deed))
    for change in deed.under(layout.RECORDS):
        if change.after is None:
            if change.path not in drafts:
                yield deed.finding("verify/record", _REMOVED, change.path)
            continue
        try:
            after = deed.past.record(change.path, change.after)
            before = deed.past.record(change.path, change.before) if change.before else None
        except Unreadable as error:
            yield deed.unreadable("verify/record", error, change.path)
            continue
        before = before or next((draft for draft in drafts.values() if draft.uid == after.uid), None)
        if before is None:
            yield from _created(deed, after)
            continue
        yield from _identity(deed, before, after)
        if after.gone and not before.gone:
            yield from tombstones.judge(deed, before, after)
        elif before.status in UNFILED and after.status == "filed":
            yield from _filed(deed, before, after)
        else:
            yield from _updated(deed, before, after)
    yield from tombstones.missing(deed)
    yield from imports.judge(deed)


def _left(deed: Deed) -> Iterator[tuple[str, Record]]:
    """The drafts that left their place in the commit, and stand in another one after it."""
    uids = set(deed.created())
    for change in deed.under(layout.RECORDS):
        if change.after is None and change.before:
            try:
                record = deed.past.record(change.path, change.before)
            except Unreadable:  # it was a finding when it came
                continue
            if record.status == "draft" and record.uid in uids:
                yield change.path, record


def _placed(deed: Deed, record: Record) -> bool:
    """Whether a record stands where its number puts it, or a draft, which has none, its uid."""
    config = deed.past.control.config
    grammar, offices = config["numbering"]["record"], config["offices"]
    if record.status == "draft":
        office = record.path.split("/")[1]
        return office in offices and record.number is None and layout.draft(office, record.uid) == record.path
    parts = numbering.split(grammar, record.label) or {}
    office = parts.get("office") or next(iter(offices))
    composed = numbering.compose(grammar, sequence=int(parts.get("sequence", 0)), office=office)
    return office in offices and composed == record.number and layout.record(office, composed) == record.path


def _created(deed: Deed, record: Record) -> Iterator[Finding]:
    if not _placed(deed, record) or record.status not in _OPEN:
        yield deed.finding("verify/record", _PLACE, record.path)
    if deed.past.knows(record.uid) or record.uid in deed.uids:
        yield deed.finding("verify/record", _TWICE, record.path)
    deed.uids.add(record.uid)
    values = dict(fields.walk(record.data))
    batch = bool(deed.appended("import.bring"))  # what is brought in from outside had its approval there
    told = {} if batch else {"status": record.status, "fields": sorted(values)}
    yield from _decided(deed, "create", None, record, {**_axes(values), **told, "content": record.data})
    yield from _sealed(deed, record, {}, values)


def _filed(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    """A draft or stub became a file: by an intake that was approved, in its place, on that day, and nothing else changed."""
    if not any(after.uid in step.after.entry.uids for code in _FILING for step in deed.appended(code)):
        yield deed.finding("verify/record", _NO_INTAKE, after.path)
    if not _placed(deed, after):
        yield deed.finding("verify/record", _PLACE, after.path)
    wanted = {**before.data, "number": after.number, "status": "filed"}
    dated = {**wanted, "filing": {"archived": deed.day, **(before.data.get("filing") or {})}}
    if dict(after.data) not in (wanted, dated):
        yield deed.finding("verify/record", _MORE, after.path)
    yield from _decided(deed, "file", before, after, {})


def _identity(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    """What never changes, and the status, which changes only by filing or becoming a tombstone, as the number of a draft does."""
    filed = before.status in UNFILED and after.status == "filed"
    names = {"schema", "uid", "number", "subject", "status"}
    names -= {"status"} if filed or (after.gone and not before.gone) else set()
    names -= {"number"} if filed and before.number is None else set()
    for name in sorted(names):
        if before.data.get(name) != after.data.get(name):
            yield deed.finding("verify/record", _IDENTITY, after.path, field=name)
    if not keys.kept(before.data.get("keys") or (), after.data.get("keys") or ()):
        yield deed.finding("verify/keys", _KEYS, after.path)


def _updated(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    old, new = (_content(record) for record in (before, after))
    yield from tombstones.forgotten(deed, after, old, new)
    gone = tuple(_with_scans(before, after, deed.forgotten.get(after.uid, ())))
    old, new = ({path: value for path, value in values.items() if not path.startswith(gone)} for values in (old, new))
    changed = {path: new.get(path) for path in {**old, **new} if old.get(path) != new.get(path)}
    if changed or not gone:
        stated = changed if REKEY in deed.names else _stated(deed, after, old, changed)
        for act, data, named in _acts(deed, (before, after), stated):
            yield from _decided(deed, act, before, after, data, named=named)
    yield from _sealed(deed, after, old, new, before)


def _stated(deed: Deed, after: Record, old: Mapping[str, Any], changed: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a change states by path: without what was only sealed anew for the grade of the file; else the grade, said again."""
    grade = deed.past.regime.raised_to(after.data)
    levels = {path: fields.level_of(path, after.subject, grade) for path in changed} if grade in LEVELS else {}
    lifted = {path for path, level in levels.items() if keys.lifted(old.get(path), changed[path], level)}
    stated = {path: value for path, value in changed.items() if path not in lifted}
    return stated or ({"secrecy": grade} if lifted else changed)


def _with_scans(before: Record, after: Record, contacts: Iterable[str]) -> Iterator[str]:
    """Where something of forgotten contacts stood: themselves, and the scans of papers that belonged with them and are gone."""
    left = attachments.digests(after.data)
    for contact in contacts:
        yield f"{contact}."
        for paper in before.data.get(attachments.SECTION) or ():
            path = f"{attachments.SECTION}[{paper['id']}].{attachments.FIELD}"
            if path not in left and contact == attachments.key_of(paper, before.data)[1]:
                yield path


def _acts(deed: Deed, sides: tuple[Record, Record], changed: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The acts that a change is, what their guards look at, and whether the commit is called after them."""
    before, after = (record.data for record in sides)
    axes = _axes(changed)
    if REKEY in deed.names and _rekeyed(sides[0], changed):
        told = rekeying.told(sides[0], {path: str(value) for path, value in changed.items()}, deed.past.regime.raised_to(before))
        yield "rekey", {**told, "reason": _cause(deed, sides[1].uid)["reason"]}, True
        return
    renamed = (step for code in _RENAMING for step in deed.appended(code))
    renaming = next((step.after.uid for step in renamed if sides[1].uid in step.after.entry.uids), "")
    data = {"changed": sorted(changed), "values": dict(changed), "renaming": renaming, **_cause(deed, sides[1].uid), **axes}
    data |= intake.added(after, intake.fresh(before, after), deed.past.regime.raised_to(after))
    alone = intake.sole(before, after, changed) if changed else "add"
    if f"record.{alone}" in deed.names:
        yield alone, data, True
        return
    graded = axes.get("classification", {})
    if not graded or len(graded) < len(changed):
        yield "update", data, True
    if graded:
        yield "classify", data, len(graded) == len(changed)
    if not deed.steps:  # an act of a register decides for itself what it does to a record
        found = intake.acts(before, after, changed)
        yield from ((act, data, False) for act in found if act != "update" and not (act == "classify" and graded))


def _rekeyed(before: Record, changed: Mapping[str, Any]) -> bool:
    """Whether a change only puts values, and scans under another name, under new keys: what is in a scan nobody sees here."""
    scans = attachments.digests(before.data)
    values = {path: value for path, value in changed.items() if not (value and path in scans)}
    return keys.resealed(dict(fields.walk(before.data)), values, before.data.get("keys") or ())


def _cause(deed: Deed, uid: str) -> dict[str, str]:
    """Why a record was changed: the reason that the commit gives, or the entry in it; and the entry that changes it, if any."""
    reasons = [value for key, value in deed.commit.trailers if key == "Archive-Reason"]
    steps = [step for step in deed.steps if uid in step.after.entry.uids and step.after.kind.steps[step.event.act].alters]
    said = reasons[0] if reasons else deed.steps[0].after.id if deed.steps else ""
    return {"reason": said, "entry": steps[0].after.uid if steps else ""}


def _content(record: Record) -> dict[str, Any]:
    return {path: value for path, value in fields.walk(record.data) if not path.startswith("keys[")}


def _axes(values: Mapping[str, Any]) -> dict[str, Any]:
    """The axes among some values by path, as guards look at them."""
    axes = {path.partition(".")[2]: value for path, value in values.items() if path.startswith("classification.")}
    return {"classification": axes} if axes else {}


def _decided(
    deed: Deed, act: str, before: Record | None, after: Record, data: Mapping[str, Any], *, named: bool = True
) -> Iterator[Finding]:
    """The act was allowed on the day that the commit names."""
    kind = kinds.kind("record", deed.past.regime)
    if named:
        deed.record_acts.add(f"record.{act}")
    if deed.day is None:
        yield deed.finding("verify/act", _UNDATED, after.path)
        return
    records = (before,) if before else ()
    step = rekeying.step(kind) if act == "rekey" else kind.steps[act]
    decision = decided(Situation(deed.past, kind, step, deed.signer, deed.day, records=records, data=data))
    yield from deed.refusals(decision, f"record.{act}", after.path)


def _sealed(
    deed: Deed, after: Record, old: Mapping[str, Any], new: Mapping[str, Any], before: Record | None = None
) -> Iterator[Finding]:
    """New keys and new values are what this writer could rightly have written, and nothing was overwritten blindly."""
    writer = deed.writer(after.uid)
    known = (before.data.get("keys") or ()) if before else ()
    rows = after.data.get("keys") or ()
    problems: list[Sentence] = [*keys.minted(rows[len(known) :], known, writer)]
    grade = deed.past.regime.raised_to(after.data)
    risen = before is None or before.secrecy != after.secrecy
    for path, value in new.items():
        if is_sealed(value) and old.get(path) != value:
            problems += keys.sealed(value, path, owner(path), rows, writer)
        if risen or old.get(path) != value:
            problems += keys.too_low(value, path, fields.level_of(path, after.subject, grade))
    for path in _different(old, new):
        problems += keys.overwritten(old[path], path, writer)
    for problem in problems:
        yield deed.finding("verify/keys", _KEY, after.path, problem=problem)


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return (path for path, value in old.items() if new.get(path) != value)
