"""Taking an import back, updates included: all of it in one commit, or nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.crew import Progress, quietly
from archivectl.encryption import envelope
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import NotAllowed, Reason, WrongUsage
from archivectl.exchange.matching import act_of, refusals
from archivectl.i18n import N_
from archivectl.records import fields, layout, lineage
from archivectl.records import text as record_text
from archivectl.records.model import Record
from archivectl.records.opening import NotCleared
from archivectl.registers.fold import Case
from archivectl.store.objects import Change, object_id

_READING = N_("reading records")
_NAMED = 5  # files named in a refusal
_SINCE = N_("{count} of the files have changed since: {numbers}.")
_HINT = N_("See what was done with them: archivectl history {number}")


class NotAnImport(WrongUsage):
    """An entry of another register."""

    message = "{entry} is not an import."
    hint = "See the imports: archivectl register list import"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the import's number, how many files were withdrawn, and how many are as they were before."""

    number: str
    withdrawn: int
    restored: int


@dataclass(frozen=True, slots=True)
class Touched:
    """A file as the import left it and as it was, None where the import opened it."""

    left: Change
    after: Record
    before: Record | None

    @property
    def back(self) -> dict[str, Any]:
        """What becomes of the fields that the import changed: as on disk before it, None where there was nothing."""
        old, new = (
            {path: value for path, value in fields.walk(record.data) if not path.startswith("keys")} if record else {}
            for record in (self.before, self.after)
        )
        return {path: old.get(path) for path in {**old, **new} if old.get(path) != new.get(path)}

    @property
    def act(self) -> str:
        """The act on the file that taking the import back is."""
        return act_of(self.back) if self.before else "withdraw"

    def text(self, commit: str) -> bytes:
        """The file as it stands once the import, made in that commit, is taken back; no key is ever taken off its list."""
        keys = {"keys": self.after.data["keys"]} if self.after.data.get("keys") else {}
        if self.before:
            return record_text.dump({**self.before.data, **keys})
        stone = {key: self.after.data[key] for key in ("schema", "uid", "number", "subject")}
        return record_text.dump({**stone, "status": "withdrawn", "withdrawn": {"commit": commit}, **keys})


def undo(archive: Archive, reference: str, reason: str, progress: Progress = quietly) -> Undone:
    """Withdraw every file that an import opened, and put back what it changed.

    Raises:
        NotAllowed: with every reason, among them files that other acts have changed since.
        NotAnImport, UnknownEntry.
    """
    case = archive.case(reference)
    if case.kind.name != "import":
        raise NotAnImport(entry=case.id)
    work = Work.on(archive, case)
    work.step("undo", {"reason": reason})
    commit, changes = _origin(archive, case)
    touched = list(_touched(archive, changes, progress))
    if reasons := [*_since(archive, touched), *_refusals(archive, touched)]:
        raise NotAllowed(tuple(reasons), archive.regime.titles)
    writes = {each.after.path: each.text(commit) for each in touched}
    change = work.change(writes, sorted({f"record.{each.act}" for each in touched}, reverse=True))
    archive.commit(change._replace(uids=tuple(each.after.uid for each in touched)))
    withdrawn = sum(each.before is None for each in touched)
    return Undone(case.id, withdrawn, len(touched) - withdrawn)


def _origin(archive: Archive, case: Case) -> tuple[str, list[Change]]:
    """The commit that made an entry, and what it did to records."""
    told = lineage.of_files(archive.repository, archive.tip, {case.entry.path: case.uid})
    made = (commit for commit, changed in told if any(change.before is None for change in changed))
    commit = next((commit for commit in made if len(commit.parents) == 1), None)  # not the merge that gave it another number
    if commit is None:
        raise NotAnImport(entry=case.id)
    return commit.id, archive.repository.changes(commit.parents[0], commit.id, under=(layout.RECORDS,))


def _touched(archive: Archive, changes: list[Change], progress: Progress) -> Iterator[Touched]:
    texts = dict(archive.repository.blobs({blob for change in changes for blob in (change.before, change.after) if blob}))
    standing = {entry.path: entry.blob for entry in archive.repository.tree(archive.tip, layout.RECORDS)}
    for done, change in enumerate(changes, start=1):
        progress(_READING, done, len(changes))
        if change.after:
            before = record_text.parse(texts[change.before], change.path) if change.before else None
            found = Touched(change, record_text.parse(texts[change.after], change.path), before)
            row = archive.index.record(uid=found.after.uid) if standing.get(change.path) != change.after else None
            yield _moved(found, row.path) if row and row.path != change.path else found


def _moved(touched: Touched, path: str) -> Touched:
    """A file that got another number since, as it were if it had had it all along."""
    after, before = _at(path, touched.after), touched.before and _at(path, touched.before)
    return Touched(touched.left._replace(path=path, after=object_id("blob", after.text)), after, before)


def _at(path: str, record: Record) -> Record:
    return record_text.parse(record_text.renumbered(record, path.rpartition("/")[2].removesuffix(".yaml")), path)


def _since(archive: Archive, touched: list[Touched]) -> Iterator[Reason]:
    """The reason that other acts came after the import: a file is not as it left it, or has interactions of its own."""
    standing = {entry.path: entry.blob for entry in archive.repository.tree(archive.tip, layout.RECORDS)}
    met = {entry.path.split("/")[2] for entry in archive.repository.tree(archive.tip, layout.INTERACTIONS)}
    labels = [
        each.after.label
        for each in touched
        if standing.get(each.left.path) != each.left.after or (not each.before and each.after.uid in met)
    ]
    if labels:
        numbers = ", ".join(labels[:_NAMED]) + (" …" if len(labels) > _NAMED else "")
        yield Reason("import.undo/unchanged", _SINCE, {"count": len(labels), "numbers": numbers, "number": labels[0]}, _HINT)


def _refusals(archive: Archive, touched: list[Touched]) -> Iterator[Reason]:
    """The reasons against withdrawing the files that were opened, and against putting back what was changed."""
    try:
        intake.refuse_unless_allowed(archive, "withdraw", [each.after for each in touched if not each.before], {})
    except NotAllowed as refusal:
        yield from refusal.reasons
    for each in touched:
        if each.before:
            back = each.back
            yield from refusals(archive, each.after, back)
            yield from _shut(archive, each.after, back)


def _shut(archive: Archive, record: Record, paths: Iterable[str]) -> Iterator[Reason]:
    """The reasons that a value would be replaced by who may not read it."""
    me = archive.me
    for path in paths:
        value = fields.get(record.data, path)
        sealed = envelope.parse(value) if is_sealed(value) else None
        if sealed and not me.cleared(sealed.level):
            values = {"path": path, "level": sealed.level, "member": me.handle, "clearance": me.clearance}
            yield Reason("import.undo/cleared", NotCleared.message, values, NotCleared.hint)
