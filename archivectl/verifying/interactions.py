"""Changes under ``interactions/``: lines are added by whoever signed, for customers there are, and go with a destroyed file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.encryption.envelope import LEVELS, is_sealed
from archivectl.errors import Unreadable
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import fields, interactions, layout
from archivectl.records.model import Record
from archivectl.registers import kinds
from archivectl.registers.situation import Situation
from archivectl.store.objects import Change
from archivectl.verifying import keys
from archivectl.verifying.deed import Deed, decided
from archivectl.verifying.records import REKEY

_REMOVED = N_("Commit {commit}: {member} removed {path}, which belongs to no record destroyed in it.")
_REWRITTEN = N_("Commit {commit}: {member} changed what stood in {path}; interactions are only added.")
_PLACE = N_("Commit {commit}: {member} put interactions in {path}, where they do not belong.")
_NOBODY = N_("Commit {commit}: {member} entered interactions in {path} of a customer who has no file.")
_TWICE = N_("Commit {commit}: {member} entered two interactions of one id in {path}.")
_BY = N_("Commit {commit}: {member} entered in {path} what another is said to have done.")
_CLEAR = N_("Commit {commit}: {member} left {place} in {path} in clear.")
_KEY = N_("Commit {commit} by {member}, {path}: {problem}")
_Year = tuple[str, list[dict[str, Any]]]  # the uid of a record, and interactions


def judge(deed: Deed) -> Iterator[Finding]:
    """Every list of interactions that the commit changed; call it after the records were judged."""
    gone = tuple(interactions.folder(uid) for uid in deed.stones)
    for change in deed.under(layout.INTERACTIONS):
        if change.after is None:
            if not change.path.startswith(gone):
                yield deed.finding("verify/object", _REMOVED, change.path)
            continue
        try:
            uid, rows = interactions.parse(deed.past.text(change.path, change.after), change.path)
        except Unreadable as error:
            yield deed.unreadable("verify/record", error, change.path)
            continue
        yield from _grown(deed, change, uid, rows)


def _grown(deed: Deed, change: Change, uid: str, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """The new lines of one file."""
    before = deed.past.text(change.path, change.before) if change.before else interactions.begun(uid)
    after = deed.past.text(change.path, change.after or "")
    if REKEY in deed.names and change.before:
        yield from _rekeyed(deed, change.path, interactions.parse(before, change.path), (uid, rows))
        return
    if not after.startswith(before):
        yield deed.finding("verify/record", _REWRITTEN, change.path)
    new = rows[before.count(b"\n- ") :]
    if any(interactions.path(uid, row["date"]) != change.path for row in new):
        yield deed.finding("verify/record", _PLACE, change.path)
    if len({row["id"] for row in rows}) < len(rows):
        yield deed.finding("verify/record", _TWICE, change.path)
    record = _record(deed, uid)
    if record is None:
        yield deed.finding("verify/record", _NOBODY, change.path)
        return
    kind = kinds.kind("record", deed.past.regime)
    deed.record_acts.add("record.add")
    day = deed.day or deed.at.strftime("%Y-%m-%d")
    told = {"values": dict(_values(new))}
    decision = decided(Situation(deed.past, kind, kind.steps["add"], deed.signer, day, records=(record,), data=told))
    yield from deed.refusals(decision, "record.add", change.path)
    for row in new:
        yield from _entered(deed, change.path, record, row)


def _rekeyed(deed: Deed, path: str, before: _Year, after: _Year) -> Iterator[Finding]:
    """Nothing but sealed values differs, each under a new key of the record, by somebody who may read them."""
    (was, before_rows), (uid, rows) = before, after
    record, old, new = _record(deed, uid), list(_values(before_rows)), list(_values(rows))
    known = [row for one in deed.past.records_of([uid]) for row in one.data.get("keys") or ()]
    alike = was == uid and [place for place, _value in old] == [place for place, _value in new]
    changed = {place: value for (place, value), (_place, stood) in zip(new, old, strict=False) if value != stood}
    if record is None or not alike or not keys.resealed(dict(old), changed, known):
        yield deed.finding("verify/record", _REWRITTEN, path)
        return
    writer = deed.writer(uid)
    for place, value in changed.items():
        problems = keys.sealed(str(value), place, "record", record.data.get("keys") or (), writer)
        for problem in (*problems, *keys.overwritten(dict(old)[place], place, writer)):
            yield deed.finding("verify/keys", _KEY, path, problem=problem)


def _values(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Every value of some interactions with its place."""
    return ((f"{interactions.NAME}[{row['id']}].{key}", value) for row in rows for key, value in row.items())


def _record(deed: Deed, uid: str) -> Record | None:
    """The customer's file as the commit leaves it, whose keys the lines are sealed with."""
    for change in deed.under(layout.RECORDS):
        found = _read(deed, change)
        if found is not None and found.uid == uid:
            return found
    return next(iter(deed.past.records_of([uid])), None)


def _read(deed: Deed, change: Change) -> Record | None:
    try:
        return deed.past.record(change.path, change.after) if change.after else None
    except Unreadable:  # a finding of its own
        return None


def _entered(deed: Deed, path: str, record: Record, row: Mapping[str, Any]) -> Iterator[Finding]:
    """One line: by whom, and sealed with a key of the record where it must be."""
    if row.get("by") != deed.signer.handle:
        yield deed.finding("verify/record", _BY, path)
    rows, writer = record.data.get("keys") or (), deed.writer(record.uid)
    grade = deed.past.regime.raised_to(record.data)
    for key, value in row.items():
        place = f"{interactions.NAME}[{row['id']}].{key}"
        level = fields.level_of(place, record.subject, grade)
        if is_sealed(value):
            for problem in keys.sealed(value, place, "record", rows, writer):
                yield deed.finding("verify/keys", _KEY, path, problem=problem)
            for problem in keys.too_low(value, place, level):
                yield deed.finding("verify/keys", _KEY, path, problem=problem)
        elif level in LEVELS:
            yield deed.finding("verify/keys", _CLEAR, path, place=place)
