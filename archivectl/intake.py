"""Taking customers in and keeping their records right: create, update, classify."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive, Change
from archivectl.cases import random_id
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.errors import KeyMissing, NotAllowed, Refused, WrongUsage
from archivectl.records import fields, identifiers, leaks, numbering, schema
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.opening import NotCleared
from archivectl.records.sealing import Sealer, owner
from archivectl.registers.deciding import decide
from archivectl.registers.situation import Situation

OWN = frozenset({"schema", "uid", "number", "subject", "status", "keys", "destroyed", "withdrawn"})
_GRADING = frozenset({"classification", "secrecy", "retention"})  # whoever classifies decides what follows from these


class NotSettable(WrongUsage):
    """A field that only an act of its own changes."""

    message = "“{path}” is not set by hand."
    hint = "It follows from what is done with the record."


class Needed(WrongUsage):
    """A field that no record is without."""

    message = "“{path}” may not be empty."
    hint = "Give it: --set {path}=VALUE"


class Wrong(WrongUsage):
    """Values that the schema or a check digit refuses; one problem is shown, the rest are in ``problems``."""

    message = "{problem}"
    hint = "The archive's schemas/customer.schema.json lists every field; an editor completes them."


class InClear(Refused):
    """A field that is kept in clear is to hold what identifies a person."""

    message = "“{title}” is kept in clear, and this holds an identifier: {what}."
    hint = "ID numbers, bank cards and personal mobile numbers belong in the fields made for them, where they are encrypted."


class NoReason(WrongUsage):
    """A change without a reason."""

    message = "A change needs a reason."
    hint = "Say why: --reason TEXT"


class UnknownOffice(Refused):
    """An office code the archive does not have."""

    message = "There is no office “{office}”."
    hint = "The offices are: {known}"


class Saved(NamedTuple):
    """What came of a change: ``changed`` are the field paths, empty when nothing was different."""

    number: str
    uid: str
    status: str
    changed: tuple[str, ...]


class Prepared(NamedTuple):
    """A new record ready to be written, with its keys."""

    record: Record
    sealer: Sealer


def refuse_unless_allowed(archive: Archive, act: str, records: Iterable[Record], data: Mapping[str, Any]) -> None:
    """Decide an act on records that has no entry; raises NotAllowed."""
    kind = archive.kind("record")
    situation = Situation(archive, kind, kind.steps[act], archive.me, archive.now, records=tuple(records), data=data)
    if reasons := decide(situation).reasons:
        raise NotAllowed(reasons, archive.regime.titles)


def create(archive: Archive, subject: str, values: Mapping[str, Any], office: str = "") -> Saved:
    """Open a customer's file.

    Args:
        archive: the open archive.
        subject: ``organisation``, ``person`` or ``own-company``.
        values: typed values by field path.
        office: the office's code; needed only where there are several.

    Raises:
        NotAllowed, Wrong, UnknownOffice, NotSettable, InClear.
    """
    refuse_unless_allowed(archive, "create", (), _stated(values))
    number = next_number(archive, office)
    prepared = prepare(archive, subject, values, number, archive.sealer(random_id(26)))
    record = prepared.record
    change = Change(
        ("record.create",), f"create: {number}", {record.path: record.text}, tuple(prepared.sealer.minted), (record.uid,)
    )
    archive.commit(change)
    return Saved(number, record.uid, record.status, tuple(values))


def next_number(archive: Archive, office: str = "", offset: int = 0) -> str:
    """The next free number of an office."""
    offices = archive.config["offices"]
    code = office or next(iter(offices))
    if code not in offices:
        raise UnknownOffice(office=code, known=", ".join(offices))
    return numbering.compose(archive.config["numbering"]["record"], sequence=archive.index.last(code) + 1 + offset, office=code)


def blank(archive: Archive) -> dict[str, Any]:
    """What every new record begins with, besides its uid, number and subject."""
    data = {"schema": 1, "status": "filed", "secrecy": archive.regime.get("secrecy.default", "internal")}
    return data | {"keeper": archive.me.handle} | ({"department": archive.me.department} if archive.me.department else {})


def prepare(archive: Archive, subject: str, values: Mapping[str, Any], number: str, sealer: Sealer) -> Prepared:
    """A new record from typed values, checked and sealed; nothing is written. Raises Wrong, Needed, NotSettable."""
    data = {**blank(archive), "uid": sealer.uid, "number": number, "subject": subject}
    for path, value in values.items():
        _refuse_own(path)
        fields.set_(data, path, value)
    if data.get("name") is None:
        raise Needed(path="name")
    refuse_wrong(data, subject, values)
    seal_fields(data, subject, [path for path, _value in fields.walk(data)], sealer)
    return Prepared(Record(archive.place(number), record_text.dump(data), data), sealer)


def seal_fields(data: dict[str, Any], subject: str, paths: Iterable[str], sealer: Sealer) -> None:
    """Seal the values at these paths that the schema calls sensitive, in place, and list the keys."""
    for path in paths:
        value = fields.get(data, path)
        if value is not None and not is_sealed(value) and fields.secret(path, subject):
            fields.set_(data, path, sealer.seal(value, path, fields.level_of(path, subject), owner(path)))
    if sealer.keys:
        data["keys"] = [dict(row) for row in sealer.keys]


def refuse_wrong(data: Mapping[str, Any], subject: str, values: Mapping[str, Any]) -> None:
    """Raise Wrong where the schema or a check digit refuses a value, InClear where a clear one identifies a person."""
    problems = schema.explain_plain(data, subject)
    if problems:
        raise Wrong(problem=problems[0], problems=problems)
    for path, value in values.items():
        field = fields.field_at(path)
        if field and field.check and (refusal := identifiers.refusal(field.check, str(value))):
            raise Wrong(problem=refusal)
        if field and (what := leaks.tells(path, value, subject)):
            raise InClear(title=field.title, what=what)


def _refuse_own(path: str) -> None:
    if path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0] in OWN:
        raise NotSettable(path=path)


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the guards may look at: the axes that a change sets."""
    axes = {path.partition(".")[2]: value for path, value in values.items() if path.startswith("classification.")}
    return {"classification": axes} if axes else {}


def update(
    archive: Archive, reference: str, sets: Mapping[str, Any], unsets: Iterable[str], reason: str, seen: Iterable[object] = ()
) -> Saved:
    """Change fields of a record in one commit; a value that is what it was stays byte for byte.

    Args:
        archive: the open archive.
        reference: the record's number or uid.
        sets: typed values by field path.
        unsets: the paths of fields, items and groups to take away.
        reason: why.
        seen: sealed values that the actor was shown on the way; the reason must not repeat them either.

    Raises:
        NotAllowed, NoReason, Telltale, InClear, Wrong, Needed, NotSettable,
        NotCleared (a value the actor could not read would be replaced).
    """
    record = archive.record(reference)
    axes = [f"classification.{axis}" for axis in record.data.get("classification", ())]
    gone = (leaf for path in unsets for leaf in (axes if path == "classification" else [path]))
    values = {**dict.fromkeys(gone), **sets}
    return _changed(archive, record, values, reason, seen)


def classify(archive: Archive, reference: str, axes: Mapping[str, str | None], reason: str) -> Saved:
    """Give a customer its value on one or more axes; None takes one away."""
    values = {f"classification.{axis}": value for axis, value in axes.items()}
    return _changed(archive, archive.record(reference), values, reason)


def _only_axes(paths: Iterable[str]) -> bool:
    found = list(paths)
    return bool(found) and all(path.startswith("classification.") for path in found)


def _changed(archive: Archive, record: Record, values: Mapping[str, Any], reason: str, seen: Iterable[object] = ()) -> Saved:
    if not reason.strip():
        raise NoReason
    for path, value in values.items():
        _refuse_own(path)
        if value is None and path in {"name", "secrecy"}:
            raise Needed(path=path)
    for act in acts(record.data, applied(record.data, values), values):
        refuse_unless_allowed(archive, act, (record,), _stated(values))
    opened = _opened(archive, record, values)
    given = [value for path, value in values.items() if fields.secret(path, record.subject)]
    leaks.refuse(reason, [*given, *opened.values(), *seen])
    changes = {path: value for path, value in values.items() if opened.get(path, fields.get(record.data, path)) != value}
    if not changes:
        return Saved(record.label, record.uid, record.status, ())
    data = applied(record.data, changes)
    refuse_wrong(_without_sealed(data), record.subject, {path: value for path, value in changes.items() if value is not None})
    sealer = archive.sealer(record.uid, data.get("keys") or ())
    seal_fields(data, record.subject, [path for path, _value in fields.walk(data)], sealer)
    act, text = "classify" if _only_axes(changes) else "update", record_text.dump(data)
    subject, minted = f"{act}: {record.label}", tuple(sealer.minted)
    archive.commit(Change((f"record.{act}",), subject, {record.path: text}, minted, (record.uid,), reason=reason))
    return Saved(record.label, record.uid, record.status, tuple(changes))


def applied(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a record's data with values put in place by path; None takes away what stands there."""
    after = copy.deepcopy(dict(data))
    for path, value in values.items():
        if value is not None:
            fields.set_(after, path, value)
        elif fields.get(after, path) is not None:
            fields.unset(after, path)
    return after


def acts(before: Mapping[str, Any], after: Mapping[str, Any], changed: Iterable[str]) -> list[str]:
    """The acts that changing a record's data at these paths is; every one of them must be allowed.

    The grade and the term of keeping are set by who classifies; an item of a list is added, and an item or a whole section
    removed, by who may do that.
    """
    paths = list(changed)
    old, new = _sections(before), _sections(after)
    found = {
        "update": not _only_axes(paths),
        "classify": any(path.split(".")[0] in _GRADING for path in paths),
        "add": any(path.endswith("]") for path in new - old),
        "remove": bool(old - new),
    }
    return [act for act, done in found.items() if done]


def _sections(data: Mapping[str, Any]) -> set[str]:
    """The groups, and the items of lists, in which anything stands; the axes are no section."""
    paths = [path for path, _value in fields.walk(data) if not path.endswith("].id") and path.split(".")[0] != "classification"]
    return {path[:place] for path in paths for place, letter in enumerate(path) if letter == "."}


def _opened(archive: Archive, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """The sealed values, by path, that would be replaced or taken away; raises NotCleared, KeyGone."""
    keys, found = record.data.get("keys") or (), dict[str, Any]()
    for path, value in fields.walk(record.data):
        target = next((each for each in values if path == each or path.startswith((f"{each}.", f"{each}["))), None)
        sealed = parse(value) if target and is_sealed(value) else None
        if target is None or sealed is None:
            continue
        if not archive.me.cleared(sealed.level):
            raise NotCleared(path=path, level=sealed.level, member=archive.me.handle, clearance=archive.me.clearance)
        try:
            found[path] = archive.opener.open(str(value), path, record.uid, keys)
        except KeyMissing:  # what is only taken away need not open: its key may be lost
            if values[target] is not None:
                raise
    return found


def _without_sealed(data: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """The data as far as it is in clear: what the typed schema can judge."""
    if isinstance(data, Mapping):
        return {key: _without_sealed(value) for key, value in data.items() if not is_sealed(value)}
    if isinstance(data, list):
        return [_without_sealed(item) for item in data if not is_sealed(item)]
    return data
