"""Looking into a backup: restored on trial, judged from its first commit, and a sample of its values opened."""

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.backups import medium, scans
from archivectl.backups.medium import Manifest
from archivectl.cases import Work
from archivectl.custody import sampling
from archivectl.custody.drill import Reader
from archivectl.custody.sampling import Seen
from archivectl.errors import NotAllowed, Refused, Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.records.opening import Opener
from archivectl.registers.deciding import decide
from archivectl.registers.fold import Case
from archivectl.snapshot import Snapshot
from archivectl.store import bundles
from archivectl.store.states import CannotWrite
from archivectl.verifying.replay import replay

_RESTORING = N_("Restoring on trial")
_STEPS = 4
_TIMES = 4  # the size of a backup that its trial may take: its objects, its work tree, its keys in clear
_SHUT = N_("{path} of {record} does not open with the keys of this backup.")
_TIP = N_("The bundle does not end at {tip}, as the manifest says.")


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
    commits, seen = 0, Seen()
    if not findings:
        medium.demand_room(scratch, _TIMES * sum(medium.place_of(name, folder, keys).stat().st_size for name in manifest.files))
        trial = Path(tempfile.mkdtemp(prefix="archivectl-", dir=scratch))
        try:
            findings, commits, seen = _tried(archive, manifest, (folder, keys), reader, trial)
        finally:
            shutil.rmtree(trial, ignore_errors=True)
    told = {"opened": seen.opened} if not findings else {"findings": len(findings)}
    work.step("fault" if findings else "verify", told)
    return Report(work.commit(), tuple(findings), commits, *seen)


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
) -> tuple[list[Sentence], int, Seen]:
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
            findings += scans.faults(repository, tip, places[0])
            archive.progress(_RESTORING, 3, _STEPS)
            commits = sum(1 for _commit in repository.commits(tip))
            # A clearance raised since opens nothing in it.
            member = Snapshot(repository, archive.at).members.get(reader.member.handle, reader.member)
            wrong, seen = sampling.opened(repository, tip, Opener(keyring, member, reader.identities), _SHUT)
    except CannotWrite:
        raise
    except Unreadable as error:
        return [Sentence(error.message, **error.values)], 0, Seen()
    return [*findings, *wrong], commits, seen
