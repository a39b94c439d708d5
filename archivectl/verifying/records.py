"""Changes under ``customers/``: each is the creation, change or classification of a record that its signer was allowed then."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.encryption.envelope import is_sealed
from archivectl.errors import Unreadable
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import fields, layout, numbering
from archivectl.records.model import Record
from archivectl.records.sealing import owner
from archivectl.registers import kinds
from archivectl.registers.situation import Situation
from archivectl.verifying import imports, keys, tombstones
from archivectl.verifying.deed import Deed, decided

_OPEN = ("stub", "filed")
_REMOVED = N_("Commit {commit}: {member} removed {path}; a destroyed file leaves its number behind.")
_PLACE = N_("Commit {commit}: {member} put a record in {path}, where it does not belong.")
_TWICE = N_("Commit {commit}: {member} gave {path} the uid of something else.")
_IDENTITY = N_("Commit {commit}: {member} changed {field} of {path}, which never changes.")
_KEYS = N_("Commit {commit}: {member} changed or removed a key of {path}.")
_KEY = N_("Commit {commit} by {member}, {path}: {problem}")
_FORGOTTEN = N_("Commit {commit}: {member} called someone in {path} forgotten, which this version does not know yet.")
_UNDATED = N_("Commit {commit}: {member} changed {path} without saying on which day (Archive-Date).")


def judge(deed: Deed) -> Iterator[Finding]:
    """Every record that the commit changed; call it after the entries were judged."""
    for change in deed.under(layout.RECORDS):
        if change.after is None:
            yield deed.finding("verify/record", _REMOVED, change.path)
            continue
        try:
            after = deed.past.record(change.path, change.after)
            before = deed.past.record(change.path, change.before) if change.before else None
        except Unreadable as error:
            yield deed.unreadable("verify/record", error, change.path)
            continue
        if before is None:
            yield from _created(deed, after)
            continue
        yield from _identity(deed, before, after)
        if after.gone and not before.gone:
            yield from tombstones.judge(deed, before, after)
        else:
            yield from _updated(deed, before, after)
    yield from tombstones.missing(deed)
    yield from imports.judge(deed)


def _created(deed: Deed, record: Record) -> Iterator[Finding]:
    config = deed.past.control.config
    grammar, offices = config["numbering"]["record"], config["offices"]
    parts = numbering.split(grammar, record.label) or {}
    office = parts.get("office") or next(iter(offices))
    composed = numbering.compose(grammar, sequence=int(parts.get("sequence", 0)), office=office)
    placed = office in offices and composed == record.number and layout.record(office, composed) == record.path
    if not placed or record.status not in _OPEN:
        yield deed.finding("verify/record", _PLACE, record.path)
    if deed.past.knows(record.uid) or record.uid in deed.uids:
        yield deed.finding("verify/record", _TWICE, record.path)
    deed.uids.add(record.uid)
    values = dict(fields.walk(record.data))
    yield from _decided(deed, "create", None, record, _axes(values))
    yield from _sealed(deed, record, {}, values)


def _identity(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    """What never changes, and the status, which changes only by becoming a tombstone."""
    names = ("schema", "uid", "number", "subject")
    for name in names if after.gone and not before.gone else (*names, "status"):
        if before.data.get(name) != after.data.get(name):
            yield deed.finding("verify/record", _IDENTITY, after.path, field=name)
    if not keys.kept(before.data.get("keys") or (), after.data.get("keys") or ()):
        yield deed.finding("verify/keys", _KEYS, after.path)


def _updated(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    old, new = (_content(record) for record in (before, after))
    changed = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    axes = _axes({path: new.get(path) for path in changed})
    if not axes or len(axes) < len(changed):
        yield from _decided(deed, "update", before, after, axes)
    if axes:
        yield from _decided(deed, "classify", before, after, axes, named=len(axes) == len(changed))
    if any(path.endswith("].forgotten") for path in changed):
        yield deed.finding("verify/tombstone", _FORGOTTEN, after.path)
    yield from _sealed(deed, after, old, new, before)


def _content(record: Record) -> dict[str, Any]:
    return {path: value for path, value in fields.walk(record.data) if not path.startswith("keys[")}


def _axes(values: Mapping[str, Any]) -> dict[str, Any]:
    """The axes among some values by path."""
    return {path.partition(".")[2]: value for path, value in values.items() if path.startswith("classification.")}


def _decided(
    deed: Deed, act: str, before: Record | None, after: Record, axes: Mapping[str, Any], *, named: bool = True
) -> Iterator[Finding]:
    """The act was allowed on the day that the commit names."""
    kind = kinds.kind("record", deed.past.regime)
    if named:
        deed.record_acts.add(f"record.{act}")
    if deed.day is None:
        yield deed.finding("verify/act", _UNDATED, after.path)
        return
    records = (before,) if before else ()
    data = {"classification": axes} if axes else {}
    decision = decided(Situation(deed.past, kind, kind.steps[act], deed.signer, deed.day, records=records, data=data))
    yield from deed.refusals(decision, f"record.{act}", after.path)


def _sealed(
    deed: Deed, after: Record, old: Mapping[str, Any], new: Mapping[str, Any], before: Record | None = None
) -> Iterator[Finding]:
    """New keys and new values are what this writer could rightly have written, and nothing was overwritten blindly."""
    writer = deed.writer(after.uid)
    known = (before.data.get("keys") or ()) if before else ()
    rows = after.data.get("keys") or ()
    problems: list[Sentence] = [*keys.minted(rows[len(known) :], known, writer)]
    for path, value in new.items():
        if is_sealed(value) and old.get(path) != value:
            problems += keys.sealed(value, path, owner(path), rows, writer)
    for path in _different(old, new):
        problems += keys.overwritten(old[path], path, writer)
    for problem in problems:
        yield deed.finding("verify/keys", _KEY, after.path, problem=problem)


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return (path for path, value in old.items() if new.get(path) != value)
