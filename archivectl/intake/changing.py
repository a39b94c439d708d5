"""Changing a record in one commit: update and classify, and which acts a change is."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl.archive import Archive, Change
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.errors import KeyMissing
from archivectl.intake.judging import (
    Needed,
    Saved,
    added,
    advice,
    refuse_own,
    refuse_unless_allowed,
    refuse_wrong,
    seal_fields,
    stated,
)
from archivectl.intake.raising import lifted, regraded
from archivectl.intake.scans import carried, expected
from archivectl.intake.twins import borne, newly
from archivectl.records import fields, leaks
from archivectl.records import text as record_text
from archivectl.records.model import Record, copied
from archivectl.records.opening import NotCleared

_GRADING = frozenset({"classification", "secrecy", "retention"})  # whoever classifies decides what follows from these


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
        NotAllowed, Telltale, InClear, Wrong, Needed, NotSettable,
        NotCleared (a value the actor could not read would be replaced).
    """
    record = archive.record(reference)
    return change(archive, record, values(record, sets, unsets), Why(reason, seen=tuple(seen)))


def values(record: Record, sets: Mapping[str, Any], unsets: Iterable[str]) -> dict[str, Any]:
    """What a change makes of a record by path; None takes away, and with the axes as a whole each of them."""
    axes = [f"classification.{axis}" for axis in record.data.get("classification", ())]
    gone = (leaf for path in unsets for leaf in (axes if path == "classification" else [path]))
    return {**dict.fromkeys(gone), **sets}


def classify(archive: Archive, reference: str, axes: Mapping[str, str | None], reason: str) -> Saved:
    """Give a customer its value on one or more axes; None takes one away."""
    values = {f"classification.{axis}": value for axis, value in axes.items()}
    return change(archive, archive.record(reference), values, Why(reason))


def _only_axes(paths: Iterable[str]) -> bool:
    found = list(paths)
    return bool(found) and all(path.startswith("classification.") for path in found)


class Why(NamedTuple):
    """Why a record is changed, by which act if by one in particular, and the sealed values shown to the actor on the way.

    ``renaming`` is the entry under which a customer's name changes, ``entry`` another that it is changed under.
    """

    reason: str
    act: str = ""
    seen: tuple[object, ...] = ()
    renaming: str = ""
    entry: str = ""


def change(archive: Archive, record: Record, values: Mapping[str, Any], why: Why) -> Saved:
    """Put values in place by path (None takes away) in one commit; what is only added needs no reason.

    A paper's ``object`` is a ``Source``, whose file is sealed and attached.
    """
    saved, made = revised(archive, record, values, why)
    if made:
        archive.commit(made)
    return saved


def revised(archive: Archive, record: Record, values: Mapping[str, Any], why: Why) -> tuple[Saved, Change | None]:
    """A change of a record decided, sealed and ready to commit; None where nothing is different. A name that goes is kept."""
    values, scans = expected(values)
    for path, value in values.items():
        refuse_own(path, record)
        if value is None and path in {"name", "secrecy"}:
            raise Needed(path=path)
    act = _decided(archive, record, values, why)
    opened = _opened(archive, record, {**values, "former_names": ()} if "name" in values else values)
    changes = {path: value for path, value in values.items() if opened.get(path, fields.get(record.data, path)) != value}
    if "name" in changes and "former_names" not in values:
        changes["former_names"] = _former(record, opened)
    data = applied(record.data, changes)
    grade = archive.regime.raised_to(data)
    anew = lifted(archive, record, data, opening="secrecy" in values)
    given = [value for path, value in values.items() if fields.secret(path, record.subject, grade)]
    seen = [value for path, value in anew.items() if is_sealed(fields.get(data, path))]
    leaks.refuse(why.reason, [*given, *opened.values(), *seen, *why.seen])
    if not changes and not ("secrecy" in values and anew):
        return Saved(record.label, record.uid, record.status, ()), None
    refuse_wrong(_without_sealed(data), record.subject, {path: value for path, value in changes.items() if value is not None})
    sealer = archive.sealer(record.uid, data.get("keys") or ())
    files = carried(archive, record, data, scans, sealer)
    for path, value in anew.items():
        fields.set_(data, path, value)
    seal_fields(data, grade, [path for path, _value in fields.walk(data)], sealer)
    act, text = act or ("classify" if _only_axes(changes) else "update"), record_text.dump(data)
    subject, minted = f"{act}: {record.label}", tuple(sealer.minted)
    made = Change((f"record.{act}",), subject, {record.path: text, **files}, minted, (record.uid,), reason=why.reason)
    told = advice(changes, archive.today), regraded(archive, record, data, anew)
    return Saved(record.label, record.uid, record.status, tuple(changes), (), *told), made


def _former(record: Record, opened: Mapping[str, Any]) -> list[str]:
    """The former names of a customer whose name changes now."""
    former, name = (opened.get(path, record.data.get(path)) for path in ("former_names", "name"))
    return list(dict.fromkeys([*(former or ()), str(name)]))


def _decided(archive: Archive, record: Record, values: Mapping[str, Any], why: Why) -> str:
    """Decide every act that a change is; returns the one asked for if the change is nothing else."""
    after = applied(record.data, values)
    wanted, alone = acts(record.data, after, values), sole(record.data, after, values)
    if why.act and alone == why.act:
        wanted = [act for act in wanted if act != "update"]
    data = {**stated(values), **added(after, fresh(record.data, after), archive.regime.raised_to(after))}
    data |= {"reason": why.reason, "renaming": why.renaming, "entry": why.entry or why.renaming}
    data["twins"], data["borne"] = newly(archive, record, values), borne(archive, values, record.uid)
    for act in wanted:
        refuse_unless_allowed(archive, act, (record,), data)
    return why.act if alone == why.act else ""


def applied(data: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a record's data with values put in place by path; None takes away what stands there."""
    after = copied(data)
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


def sole(before: Mapping[str, Any], after: Mapping[str, Any], changed: Iterable[str]) -> str:
    """``add`` where new items are all that a change is, ``remove`` where items and sections that went are; else nothing."""
    new, gone = fresh(before, after), _sections(before) - _sections(after)
    for act, places, other in (("add", new, gone), ("remove", gone, new)):
        if places and not other and all(_within(path, places) for path in changed):
            return act
    return ""


def fresh(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The items of lists that are new."""
    return sorted(path for path in _sections(after) - _sections(before) if path.endswith("]"))


def _within(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith((f"{place}.", f"{place}[")) for place in places)


def _sections(data: Mapping[str, Any]) -> set[str]:
    """The groups, and the items of lists, in which anything stands; the axes are no section."""
    found = set[str]()
    _look_into({key: value for key, value in data.items() if key != "classification"}, "", found)
    return found


def _look_into(data: Mapping[str, Any], before: str, found: set[str]) -> bool:
    """Whether anything but the id of an item stands in a group or item; what it holds goes to ``found`` if so."""
    filled = False
    for key, value in data.items():
        inner = [(f"{before}{key}", value)] if isinstance(value, dict) else []
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            inner = [(f"{before}{key}[{item.get('id', place)}]", item) for place, item in enumerate(value)]
        elif not inner and not (key == "id" and before.endswith("].")):
            filled = True
        for path, each in inner:
            if _look_into(each, f"{path}.", found):
                found.add(path)
                filled = True
    return filled


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
