"""Imports and their undoing: the entry counts what its commit did, and only what an import opened is withdrawn with it."""

from collections.abc import Iterator

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout, lineage
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation
from archivectl.store.comparing import texts
from archivectl.verifying import parts
from archivectl.verifying.deed import Deed, decided

_COUNTS = N_("Commit {commit}: {member} entered in {path} another number of created or updated files than there are.")
_WITHDRAWN = N_("Commit {commit}: {member} withdrew {path} without undoing the import that opened it.")


def judge(deed: Deed) -> Iterator[Finding]:
    """What a commit says of the import that it is, and every record that it withdraws; call it after its records were judged."""
    records = deed.under(layout.RECORDS)
    created = sum(change.before is None for change in records)
    for step in deed.appended("import.bring"):
        columns = step.after.entry.columns
        if (columns.get("created"), columns.get("updated")) != (created, len(records) - created):
            yield deed.finding("verify/act", _COUNTS, step.after.entry.path)
    if deed.withdrawn:
        yield from _withdrawn(deed)


def _withdrawn(deed: Deed) -> Iterator[Finding]:
    """Tombstones of records that the imports undone in this commit opened, by acts that were allowed."""
    deed.record_acts.add("record.withdraw")
    opened: dict[str, str] = {}
    for step in deed.appended("import.undo"):
        if step.after.state == "undone":
            commit, uids = _brought(deed, step.after)
            opened |= dict.fromkeys(uids, commit)
    kind = kinds.kind("record", deed.past.regime)
    stones = {change.path: change.after for change in deed.under(layout.RECORDS)}
    for path, before in deed.withdrawn.items():
        told = deed.past.record(path, stones[path] or "").data["withdrawn"]["commit"]
        if deed.day is None or opened.get(before.uid) != told:
            yield deed.finding("verify/tombstone", _WITHDRAWN, path)
        day = deed.day or deed.at.strftime("%Y-%m-%d")
        decision = decided(Situation(deed.past, kind, kind.steps["withdraw"], deed.signer, day, records=(before,)))
        yield from deed.refusals(decision, "record.withdraw", path)


def _brought(deed: Deed, case: Case) -> tuple[str, set[str]]:
    """The commit that an import was, and the uids of the records that it opened."""
    repository, tip = deed.past.repository, deed.commit.parents[0]
    for commit, changed in lineage.of_files(repository, tip, {case.entry.path: case.uid}):
        if len(commit.parents) == 1 and any(change.before is None for change in changed):
            made = repository.changes(commit.parents[0], commit.id, under=(layout.RECORDS,))
            opened = [change.after for change in made if change.before is None and change.after]
            return commit.id, {parts.uid_of(text) for text in texts(repository, opened).values()}
    return "", set()
