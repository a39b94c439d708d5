"""Looking into a backup: restored on trial, judged from its first commit, and a sample of its values opened."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.archive import Archive
from archivectl.backups import medium
from archivectl.backups.medium import Manifest, Reader
from archivectl.cases import Work
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.errors import ArchiveError, NotAllowed, Refused, Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.records import fields, layout
from archivectl.records import text as record_text
from archivectl.records.opening import Opener
from archivectl.registers import entry as entries
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.snapshot import Snapshot
from archivectl.store import bundles
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite
from archivectl.verifying.replay import replay

SAMPLE = 50
_SEALED = re.compile(rb'"enc:1:([a-z-]+):')
_RESTORING = N_("Restoring on trial")
_STEPS = 4
_TIMES = 4  # the size of a backup that its trial may take: its objects, its work tree, its keys in clear
_TIP = N_("The bundle does not end at {tip}, as the manifest says.")
_SHUT = N_("{path} of {record} does not open with the keys of this backup.")


class OfAnotherArchive(Refused):
    """A backup of some other archive."""

    message = "This is a backup of the archive {other}, not of this one."
    hint = "Choose the archive with -C DIR, or restore the backup: archivectl backup restore DIR TARGET"


class NotThatBackup(Unreadable):
    """A folder that says it is a backup that the register knows otherwise."""

    message = "This folder is not the backup entered as {entry}: its manifest.json is another one."
    hint = "Name the folder that was written then; if there is none, make another backup. Nothing was entered."


class Report(NamedTuple):
    """What a trial showed: commits judged, files found, sealed values there are (that the reader may know) and were opened."""

    case: Case
    findings: tuple[Sentence, ...]
    commits: int
    records: int
    sealed: int
    opened: int


class _Seen(NamedTuple):
    commits: int = 0
    records: int = 0
    sealed: int = 0
    opened: int = 0


def verify(archive: Archive, folder: Path, keys: Path, reader: Reader, scratch: Path) -> Report:
    """Restore a backup on trial, and enter what came of it; ``scratch`` is where the trial may lie, at best in memory.

    Raises:
        NoBackup, OfAnotherArchive, UnknownEntry, NotThatBackup, NotAllowed: the backup is not judged.
        NoKeysThere, OtherKeys, NotForReader, NoRoom: the person is to help first; nothing is entered.
    """
    manifest = medium.read(folder)
    if manifest.archive != archive.id:
        raise OfAnotherArchive(other=manifest.archive)
    case = _entered(archive, manifest, folder)
    work = Work.on(archive, case)
    if reasons := decide(work.situation("verify", {"opened": 0}, archive.me, "signed")).reasons:
        raise NotAllowed(reasons, archive.regime.titles)
    medium.refuse_other_keys(manifest, folder, keys)
    findings = list(medium.faults(manifest, folder, keys))
    seen = _Seen()
    if not findings:
        medium.demand_room(scratch, _TIMES * sum(medium.place_of(name, folder, keys).stat().st_size for name in manifest.files))
        trial = Path(tempfile.mkdtemp(prefix="archivectl-", dir=scratch))
        try:
            findings, seen = _tried(archive, manifest, (folder, keys), reader, trial)
        finally:
            shutil.rmtree(trial, ignore_errors=True)
    told = {"opened": seen.opened} if not findings else {"findings": len(findings)}
    work.step("fault" if findings else "verify", told)
    return Report(work.commit(), tuple(findings), *seen)


def _entered(archive: Archive, manifest: Manifest, folder: Path) -> Case:
    """The entry of a backup, whose manifest is the one that was entered when it was finished; raises NotThatBackup."""
    case = archive.case(manifest.entry)
    made = case.acts("make")
    known = not made or made[-1].data["digest"] == medium.digest(folder / medium.MANIFEST)
    if case.kind.name != "backup" or case.uid != manifest.entry or not known:
        raise NotThatBackup(entry=case.id)
    return case


def _tried(
    archive: Archive, manifest: Manifest, places: tuple[Path, Path], reader: Reader, trial: Path
) -> tuple[list[Sentence], _Seen]:
    """What is wrong with a backup whose files are as they were written, and what was seen of it.

    Raises:
        NotForReader, CannotWrite: nothing is known of the backup.
    """
    bundle = places[0] / medium.BUNDLE
    try:
        archive.progress(_RESTORING, 0, _STEPS)
        bundles.look_at(archive.repository, bundle)
        keyring = medium.laid_out(places[1], reader, trial / "keyring")
        archive.progress(_RESTORING, 1, _STEPS)
        with bundles.clone(bundle, trial / "archive") as repository:
            tip = repository.resolve("refs/heads/main")
            archive.progress(_RESTORING, 2, _STEPS)
            trusted = archive.home.pin(archive.id).fingerprint
            found = replay(repository, fingerprint=trusted, until=tip, since=None, at=archive.at)
            findings = [Sentence(each.message, **each.values) for each in found]
            findings += [Sentence(_TIP, tip=manifest.tip)] if tip != manifest.tip else []
            archive.progress(_RESTORING, 3, _STEPS)
            commits = sum(1 for _commit in repository.commits(tip))
            # A clearance raised since opens nothing in it.
            member = Snapshot(repository, archive.at).members.get(reader.member.handle, reader.member)
            wrong, seen = opened(repository, tip, Opener(keyring, member, reader.identities))
    except CannotWrite:
        raise
    except Unreadable as error:
        return [Sentence(error.message, **error.values)], _Seen()
    return [*findings, *wrong], seen._replace(commits=commits)


def opened(repository: Repository, tip: str, opener: Opener) -> tuple[list[Sentence], _Seen]:
    """Open a sample of the sealed values of files and entries: all there are up to SAMPLE, else as many evenly spread."""
    folders = (layout.RECORDS, layout.REGISTERS)
    listed = [(file.path, file.blob) for each in folders for file in repository.tree(tip, each.rstrip("/"))]
    counts = [_cleared(text, opener) for _blob, text in repository.blobs(blob for _path, blob in listed)]
    total = sum(counts)
    wanted = [number * total // SAMPLE for number in range(SAMPLE)] if total > SAMPLE else list(range(total))
    found, first = list[Sentence](), 0
    for (path, blob), count in zip(listed, counts, strict=True):
        places = [place - first for place in wanted if first <= place < first + count]
        first += count
        if places:
            found += _sampled(next(repository.blobs([blob]))[1], path, places, opener)
    records = sum(path.startswith(layout.RECORDS) for path, _blob in listed)
    return found, _Seen(0, records, total, len(wanted) - len(found))


def _cleared(text: bytes, opener: Opener) -> int:
    """How many sealed values of a file the reader may know."""
    return sum(opener.member.cleared(level.decode()) for level in _SEALED.findall(text))


def _sampled(text: bytes, path: str, places: list[int], opener: Opener) -> Iterator[Sentence]:
    """The values at these places, of those that the reader may know, that do not open."""
    uid, label, keys, values = _read(text, path)
    sealed = [(at, str(value), parse(str(value))) for at, value in values if is_sealed(value)]
    known = [(at, value) for at, value, told in sealed if told and opener.member.cleared(told.level)]
    for at, value in (known[place] for place in places if place < len(known)):
        try:
            opener.open(value, at, uid, keys)
        except ArchiveError:
            yield Sentence(_SHUT, path=at, record=label)


def _read(text: bytes, path: str) -> tuple[str, str, Sequence[Mapping[str, Any]], list[tuple[str, Any]]]:
    """The uid, name, keys and values by path of a file or an entry."""
    if path.startswith(layout.RECORDS):
        record = record_text.parse(text, path)
        return record.uid, record.label, record.data.get("keys") or (), list(fields.walk(record.data))
    entry = entries.parse(text, path)
    values = [(f"columns.{name}", value) for name, value in entry.columns.items()]
    values += [(f"events[{event.id}].data.{name}", value) for event in entry.events for name, value in event.data.items()]
    return entry.uid, entry.id, entry.all_keys, values
