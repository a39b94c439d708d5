"""Restoring a backup: a clone that is judged whole, keys united with those of this machine, and the ledger applied again."""

import re
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from archivectl import requests
from archivectl.archive import Archive
from archivectl.backups import medium, scans
from archivectl.backups.looking import OfAnotherArchive
from archivectl.backups.medium import Manifest
from archivectl.cases import random_id
from archivectl.custody import remotes
from archivectl.custody.drill import Reader
from archivectl.destruction.acts import reapply
from archivectl.encryption import union
from archivectl.encryption.access_log import BRANCH
from archivectl.encryption.keyring import Keyring
from archivectl.errors import Refused, Unreadable
from archivectl.founding import NotEmpty
from archivectl.i18n import Sentence
from archivectl.members.home import Home, NoIdentity, NoMember, NotPinned, Pin
from archivectl.snapshot import RULES
from archivectl.store import bundles, drivers
from archivectl.store.repository import Repository
from archivectl.store.worktree import sync_folder
from archivectl.verifying.replay import replay


class BackupDamaged(Unreadable):
    """A file of the backup is missing or not as it was written."""

    message = "This backup cannot be restored: {fault}"
    hint = "Take another backup. Look at one at any time with: archivectl backup verify DIR"


class NotTrusted(Refused):
    """An archive that this machine does not know, and nobody said how to tell it."""

    message = "This machine does not know the archive {archive}; the backup says that its fingerprint is {fingerprint}."
    hint = "Compare it with the recovery sheet, then repeat the command with --trust and the fingerprint on the sheet."


class OtherFingerprint(Refused):
    """The fingerprint given is not that of the archive."""

    message = "The fingerprint given is not the one that this machine knows of the archive ({pinned})."
    hint = "Compare both with the recovery sheet; if they differ, do not trust the backup."


class HistoryWrong(Refused):
    """The history in the backup does not stand up to verification."""

    message = "The history in this backup does not stand up to verification: {finding}"
    hint = "Take another backup; nothing was restored."


class Source(NamedTuple):
    """A backup, where its keys lie (None: they are not restored), who opens them, and the fingerprint given, if any."""

    folder: Path
    keys: Path | None
    reader: Reader | None
    trust: str = ""


class Restored(NamedTuple):
    """What came of it.

    ``keys`` are rows of the keyring that were taken over (None: none were to be), ``behind`` the commit that this machine has
    verified and the backup lacks, ``back`` whether the mark of what is verified was taken back to the backup, ``machine`` this
    machine's id where the register of key copies does not name it.
    """

    archive: str
    number: str
    tip: str
    keys: int | None
    behind: str
    back: bool
    machine: str


def restore(home: Home, source: Source, target: Path, at: datetime, member: str = "") -> Restored:
    """Bring an archive back from a backup, into a folder that is empty or not there yet.

    A clone that lacks commits that this machine has verified, other than entries of backups and copies of keys, is for looking
    at, and for fetching them: neither are keys taken over, lest those of what was destroyed since come back, nor is the mark
    taken back, unless the fingerprint was given.

    Raises:
        NoBackup, NotEmpty, BackupDamaged, NotTrusted, OtherFingerprint, HistoryWrong, age.DoesNotOpen.
    """
    manifest = medium.read(source.folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotEmpty(folder=target)
    for fault in medium.faults(manifest, source.folder, source.keys or source.folder):
        if source.keys or medium.BUNDLE in str(fault.values["file"]):
            raise BackupDamaged(fault=fault)
    fingerprint, pin = _trusted(home, manifest, re.sub(r"[\s:]", "", source.trust).lower())
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(building, ignore_errors=True)  # what a kill left
    building.mkdir(mode=0o700)
    try:
        restored = _built(home, source, building, (manifest, fingerprint, pin), (at, member))
        if target.exists():
            target.rmdir()
        (building / "archive").rename(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return restored


def restore_keys(archive: Archive, folder: Path, keys: Path, reader: Reader) -> int:
    """Unite the keys of a backup of this archive with those of this machine, and count the rows; what was destroyed stays so.

    The archive itself is the newer one, so its tombstones tell what must not come back.

    Raises:
        NoBackup, OfAnotherArchive, NoKeysThere, OtherKeys, BackupDamaged, NotForReader.
    """
    manifest = medium.read(folder)
    if manifest.archive != archive.id:
        raise OfAnotherArchive(other=manifest.archive)
    medium.refuse_other_keys(manifest, folder, keys)
    for fault in medium.faults(manifest, folder, keys):
        if medium.BUNDLE not in str(fault.values["file"]):
            raise BackupDamaged(fault=fault)
    if archive.rehearsal:
        return 0
    with tempfile.TemporaryDirectory(prefix="archivectl-") as scratch:
        return _united(archive, medium.laid_out(keys, reader, Path(scratch) / "keyring"))


def _trusted(home: Home, manifest: Manifest, given: str) -> tuple[str, Pin | None]:
    """The fingerprint to judge by, and what this machine trusts of the archive already."""
    try:
        pin = home.pin(manifest.archive)
    except NotPinned:
        if not given:
            raise NotTrusted(archive=manifest.archive, fingerprint=manifest.fingerprint) from None
        return given, None
    if given not in {"", pin.fingerprint}:
        raise OtherFingerprint(pinned=pin.fingerprint)
    return pin.fingerprint, pin


def _built(
    home: Home, source: Source, folder: Path, trusted: tuple[Manifest, str, Pin | None], who: tuple[datetime, str]
) -> Restored:
    """Everything but the last move: what is kept outside the clone is only added to, so that it can be done again."""
    (manifest, fingerprint, pin), (at, member) = trusted, who
    with bundles.clone(source.folder / medium.BUNDLE, folder / "archive") as repository:
        drivers.install(repository)
        tip = repository.resolve("refs/heads/main")
        for finding in replay(repository, fingerprint=fingerprint, until=tip, since=None, at=at):
            raise HistoryWrong(finding=Sentence(finding.message, **finding.values))
        for fault in scans.faults(repository, tip, source.folder):
            raise BackupDamaged(fault=fault)
        scans.restore(repository, tip, source.folder)
        archive = Archive(repository, home, at=at, member=member)
        behind = _behind(repository, pin, tip)
        ours = not behind or bool(source.trust)
        keys = _keys(archive, source, folder / "keyring") if ours else None
        if ours:
            pin = pin or Pin(archive.id, fingerprint, "given", None, None, RULES)
            log = repository.tip(BRANCH) if behind else pin.access_log  # what was read since is taken back with the rest
            home.save_pin(pin.moved_back(tip)._replace(rules=RULES, access_log=log))
        machine = _known(home, archive.id, member)
        listed = any(case.entry.columns.get("name") == machine for case in archive.register("key-copy"))
        archive.index.close()
    unlisted = "" if listed or keys is None else machine
    return Restored(archive.id, manifest.number, tip, keys, behind, bool(behind) and ours, unlisted)


def _behind(repository: Repository, pin: Pin | None, tip: str) -> str:
    """The commit that this machine has verified and that a backup lacks, entries of backups and copies of keys left out."""
    if pin is None or not pin.main or tip in pin.alike or repository.is_ancestor(pin.main, tip):
        return ""
    return pin.main


def _keys(archive: Archive, source: Source, folder: Path) -> int | None:
    """Unite the keys of the backup with those of this machine, those of destroyed files left out; and apply the ledger again."""
    if source.keys is None or source.reader is None:
        return None
    return _united(archive, medium.laid_out(source.keys, source.reader, folder))


def _united(archive: Archive, there: Keyring) -> int:
    own = archive.keyring
    own.create()
    added = union.unite(own, there, remotes.terms_of(archive)).taken
    with suppress(NoIdentity, NoMember):  # who has no identity on this machine has no names here either
        reapply(archive)
        requests.reapply(archive)
    return added


def _known(home: Home, archive: str, member: str) -> str:
    """This machine's id; who acts in the archive by default is noted where nobody was."""
    settings = home.settings()
    machine = str(settings.get("machine") or random_id(12))
    archives = dict(settings.get("archives", {}))
    archives.setdefault(archive, {"member": member} if member else {})
    home.save_settings({**settings, "machine": machine, "archives": archives})
    return machine
