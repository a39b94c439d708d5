"""Every entry is one of a register that the archive has, about records that exist, and every event had an effect.

An event that was possible from what its author had seen is no finding, even if one from elsewhere overruled it.
"""

from collections.abc import Iterator

from archivectl.checking import facts as facts_
from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.registers.entry import Event
from archivectl.registers.fold import Case

RULE = "entries"
_KIND = N_("There is no register “{kind}”.")
_KINDS = N_("The registers are: {known}")
_COLUMN = N_("The register “{kind}” has no column “{column}”.")
_TWICE = N_("Two events have the id {event}.")
_LOST = N_("The event {event} follows {earlier}, which is not here.")
_RULE = N_("An event keeps a rule that cannot be followed.")
_VOID = N_("The step “{act}” was not possible here and has no effect.")
_AGAIN = N_("Look at what came before it, and take the step again if it is still meant: archivectl register show {entry}")
_NO_RECORD = N_("There is no record {uid}.")
_NEVER = N_("A record's file never goes, not even when it is destroyed: find the commit that removed it, and take it back.")
_BACK = N_("Entries are only ever added to; take the file back from history: git checkout HEAD -- {file}")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if file.no_entry:
        told = file.no_entry
        yield file.finding(RULE, told.message, hint=told.hint, path=file.path, problem=told.values["problem"])
    entry = file.entry
    if entry is None:
        return
    if tree.registers and entry.kind not in tree.registers:
        yield file.finding(RULE, _KIND, ("kind",), _KINDS, kind=entry.kind, known=", ".join(sorted(tree.registers)))
    seen: set[str] = set()
    known = {event.id for event in entry.events}
    for place, event in enumerate(entry.events):
        if event.id in seen:
            yield file.finding(RULE, _TWICE, ("events", place, "id"), _BACK, event=event.id)
        seen.add(event.id)
        for earlier in event.after:
            if earlier not in known:
                at = ("events", place, "after")
                yield file.finding(RULE, _LOST, at, _BACK, event=event.id, earlier=earlier)
    case = facts_.case(entry, tree)
    if case and len(seen) == len(entry.events):
        yield from _in_kind(file, case, tree)
    elif case is None and tree.kind(entry.kind):
        yield file.finding(RULE, _RULE, ("events",), _BACK)


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge what the entries are about."""
    uids = {record.uid for record in facts.records}
    for each in facts.entries:
        missing = {uid for uid, _part in each.about} - uids
        if missing:
            file = tree.file(each.path)
            for place, item in enumerate(file.entry.about if file.entry else ()):
                if item.get("uid") in missing:
                    yield file.finding(RULE, _NO_RECORD, ("about", place, "uid"), _NEVER, uid=item["uid"])


def _in_kind(file: File, case: Case, tree: Tree) -> Iterator[Finding]:
    for name in case.entry.columns:
        if name not in case.kind.columns:
            yield file.finding(RULE, _COLUMN, ("columns", name), kind=case.kind.name, column=name)
    for event in case.void:
        if not _was_possible(case, event, tree):
            place = case.entry.events.index(event)
            yield file.finding(RULE, _VOID, ("events", place, "act"), _AGAIN, act=event.act, entry=case.id)


def _was_possible(case: Case, event: Event, tree: Tree) -> bool:
    """Whether an event had an effect as far as its author had seen."""
    by_id, seen, waiting = {each.id: each for each in case.entry.events}, {event.id}, list(event.after)
    while waiting:
        earlier = by_id.get(waiting.pop())
        if earlier and earlier.id not in seen:
            seen.add(earlier.id)
            waiting.extend(earlier.after)
    known = tuple(each for each in case.entry.events if each.id in seen)
    then = facts_.case(case.entry._replace(events=known), tree)
    return then is not None and event not in then.void
