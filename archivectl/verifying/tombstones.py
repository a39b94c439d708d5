"""What is left of a destroyed record: legal only with the act that made it, and every signature that act needs."""

from collections.abc import Iterator

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


def missing(deed: Deed) -> Iterator[Finding]:
    """A list says that it is completed only with the tombstone of every file that was to be destroyed."""
    for step in deed.appended("destruction.complete"):
        intent = _intent(step.after)
        for record in deed.past.records(intent.items if intent else ()):
            if not record.gone and record.uid not in deed.stones:
                yield deed.finding("verify/tombstone", _LEFT, step.after.entry.path, list=step.after.id, record=record.label)
