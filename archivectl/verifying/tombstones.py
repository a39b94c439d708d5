"""What is left of a destroyed record or a forgotten contact: legal only with the act that made it, and all its signatures."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records.model import Record
from archivectl.registers.entry import Event
from archivectl.registers.fold import Case
from archivectl.verifying import signatures
from archivectl.verifying.deed import Deed, Step

_NO_LIST = N_("Commit {commit}: {member} made {path} a tombstone without the destruction list that it names.")
_SHAPE = N_("Commit {commit}: the tombstone {path} does not say what its destruction list says.")
_SIGNED = N_("Commit {commit}: {path} was destroyed, but a signature on the list {list} does not verify.")
_LEFT = N_("Commit {commit}: {member} completed the list {list}, but {record} on it was not destroyed.")
_KEYS = N_("Commit {commit}: {member} changed or removed a key of {path}.")
_NO_REQUEST = N_("Commit {commit}: {member} called {contact} in {path} forgotten without the request that it names.")
_REQUEST_SIGNED = N_(
    "Commit {commit}: {contact} in {path} was forgotten, but a signature on the request {entry} does not verify."
)
_BACK = N_("Commit {commit}: {member} took away or changed the mark that {contact} in {path} was forgotten.")
_KEPT = N_("Commit {commit}: {member} closed the request {entry}, but {contact} of {record} was not forgotten.")


def judge(deed: Deed, before: Record, after: Record) -> Iterator[Finding]:
    """A record became a tombstone; one that was withdrawn is judged with the import that is undone."""
    if (before.data.get("keys") or []) != (after.data.get("keys") or []):
        yield deed.finding("verify/keys", _KEYS, after.path)
    if after.status == "withdrawn":
        deed.withdrawn[after.path] = before
        return
    deed.stones.add(after.uid)
    step = _completed(deed, str(after.data["destroyed"]["entry"]))
    if step is None or step.before is None:
        yield deed.finding("verify/tombstone", _NO_LIST, after.path)
        return
    intent = _intent(step.before)
    told = after.data["destroyed"]
    if intent is None or (told["event"], told["date"]) != (intent.id, intent.date[:10]) or after.uid not in intent.items:
        yield deed.finding("verify/tombstone", _SHAPE, after.path)
    control = deed.past.control
    if not all(signatures.was_signed(event, step.before.entry, control) for event in step.before.done):
        yield deed.finding("verify/tombstone", _SIGNED, after.path, list=step.before.id)


def _completed(deed: Deed, entry: str) -> Step | None:
    """The step of this commit that completed a list."""
    found = (step for step in deed.appended("destruction.complete") if step.after.uid == entry)
    return next((step for step in found if step.before and step.before.state == "executing"), None)


def _intent(case: Case) -> Event | None:
    return next(iter(case.acts("execute")[-1:]), None)


def forgotten(deed: Deed, record: Record, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    """The marks of forgotten contacts among the values of a record by path; those that are legal are noted in the deed."""
    for path in {**old, **new}:
        contact = path.removesuffix(".forgotten")
        if contact == path or not contact.startswith("contacts[") or old.get(path) == new.get(path):
            continue
        if path in old:
            yield deed.finding("verify/tombstone", _BACK, record.path, contact=contact)
            continue
        step = _erased(deed, str(new[path]), record.uid, contact)
        if step is None or step.before is None:
            yield deed.finding("verify/tombstone", _NO_REQUEST, record.path, contact=contact)
            continue
        deed.forgotten.setdefault(record.uid, set()).add(contact)
        if not all(signatures.was_signed(event, step.before.entry, deed.past.control) for event in step.before.done):
            yield deed.finding("verify/tombstone", _REQUEST_SIGNED, record.path, contact=contact, entry=step.before.id)


def _erased(deed: Deed, entry: str, uid: str, contact: str) -> Step | None:
    """The step of this commit that completed the erasure of a contact, and of nobody else, after its chain had approved it."""
    found = (step for step in deed.appended("request.complete") if step.after.uid == entry and _names(step.after, uid, contact))
    return next((step for step in found if step.before and step.before.state == "erasing" and step.after.state == "erased"), None)


def _names(case: Case, uid: str, contact: str) -> bool:
    return case.entry.columns.get("mode") == "erase" and list(case.entry.about) == [{"uid": uid, "part": contact}]


def missing(deed: Deed) -> Iterator[Finding]:
    """A list is completed only with the tombstone of every file on it, a request only with the mark in place of the contact."""
    yield from _remembered(deed)
    for step in deed.appended("destruction.complete"):
        intent = _intent(step.after)
        for record in deed.past.records_of(intent.items if intent else ()):
            if not record.gone and record.uid not in deed.stones:
                yield deed.finding("verify/tombstone", _LEFT, step.after.entry.path, list=step.after.id, record=record.label)


def _remembered(deed: Deed) -> Iterator[Finding]:
    for step in deed.appended("request.complete"):
        entry = step.after.entry
        for item in entry.about if entry.columns.get("mode") == "erase" else ():
            contact = item.get("part", "")
            for record in deed.past.records_of([item["uid"]] if "uid" in item else ()):
                if not record.gone and contact not in deed.forgotten.get(record.uid, set()):
                    yield deed.finding(
                        "verify/tombstone", _KEPT, entry.path, entry=entry.id, contact=contact, record=record.label
                    )
