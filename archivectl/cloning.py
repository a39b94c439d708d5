"""Cloning: another machine gets the archive, and knows it by its fingerprint before anything in it is believed."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive, UnknownMember
from archivectl.cases import random_id
from archivectl.custody import places
from archivectl.encryption.access_log import BRANCH
from archivectl.errors import Refused, Unreadable
from archivectl.finding import Finding
from archivectl.founding import ATTRIBUTES_FILE, in_place, refuse_full
from archivectl.git_integration import hooks
from archivectl.git_integration.hooks import HooksElsewhere
from archivectl.i18n import Sentence
from archivectl.members.home import Home, NotPinned, Pin
from archivectl.snapshot import RULES, NewerArchive, NoArchiveFile, Progress
from archivectl.store import cloning, drivers
from archivectl.store.cloning import NothingThere
from archivectl.store.repository import Repository
from archivectl.verifying import reads, trust
from archivectl.verifying.trust import NotThisArchive

_FIRST_USE = "first-use"
_NAME = re.compile(r"([^/\\:]+?)(?:\.git)?[/\\]*$")


class NotTrusted(Refused):
    """An archive that this machine does not know, and nobody said that it is the right one."""

    message = "This machine does not know this archive, and nobody said by which fingerprint it is the right one."
    hint = "Nothing was kept. Take the fingerprint from the recovery sheet: archivectl clone URL --trust FINGERPRINT"


class NotOpened(Unreadable):
    """An archive whose newest commit leaves files by which nothing can be opened."""

    message = "The newest commit there leaves archive.yaml or files of members that cannot be read."
    hint = (
        "Nothing was kept. See who did it with stock git (git clone URL) and, in that folder: archivectl verify --trust "
        "FINGERPRINT. Who has the archive takes it back: git revert COMMIT"
    )


class Wanted(NamedTuple):
    """What is to be cloned, and where to.

    Without a ``fingerprint`` it is the one that this machine knows, or a person is asked; without a ``member`` the one acts whose
    keys are here.
    """

    url: str
    folder: Path
    fingerprint: str = ""
    member: str = ""


class Cloned(NamedTuple):
    """What came of it.

    ``got`` is how this machine came by the fingerprint; ``member`` is who acts by default (empty: nobody), with an ``identity``
    here or not; ``commits`` were judged, and led to ``findings``. ``unset`` are keyring remotes that have no folder here, ``lfs``
    says whether git-lfs keeps scans, ``unguarded`` why git does not call the hooks.
    """

    archive: str
    fingerprint: str
    got: str
    member: str
    identity: bool
    commits: int
    findings: tuple[Finding, ...]
    unset: tuple[str, ...]
    lfs: bool
    unguarded: Sentence | None


def named(url: str) -> Path:
    """The folder that a clone of a repository goes to where nobody says: its last name."""
    found = _NAME.search(url)
    return Path(found[1] if found and found[1] not in {".", ".."} else "archive")


def check(wanted: Wanted) -> None:
    """Raise NotEmpty or NoFingerprint where it is known before anything is fetched that it cannot be cloned."""
    refuse_full(wanted.folder)
    if wanted.fingerprint:
        trust.digits(wanted.fingerprint)


def clone(
    home: Home, wanted: Wanted, at: datetime, confirm: Callable[[str], bool], user: Mapping[str, str], progress: Progress
) -> Cloned:
    """Bring an archive into a folder that is empty or not there yet, and judge its whole history.

    All of it comes, or nothing: what does not belong to the fingerprint is gone again. What only breaks rules stays, for looking.

    Args:
        home: what this machine keeps.
        wanted: what comes from where.
        at: the real clock.
        confirm: whether a person says that the fingerprint of an archive that this machine does not know is the right one.
        user: where the user's own settings of git lie.
        progress: is told how far it is.

    Raises:
        NotEmpty, NoFingerprint, NotReached, NothingThere, CutThere, NotTrusted, NotThisArchive, OtherFingerprint, UnknownMember,
        NotOpened, CannotWrite, and what opening an archive raises.
    """
    check(wanted)
    local = Path(wanted.url)  # which git would look for from within the clone
    url = str(local.resolve()) if local.exists() else wanted.url
    with in_place(wanted.folder) as building:
        with cloning.clone(url, building, [BRANCH], progress) as repository:
            archive = _standing(repository, home, at)
            archive.progress = progress
            cloned = _opened(archive, wanted, confirm)
            _settle(repository, archive, cloned)
            archive.close()
        try:
            hooks.install(building, user)
        except HooksElsewhere as error:
            cloned = cloned._replace(unguarded=Sentence(error.message, **error.values))
    if cloned.member:
        home.remember(cloned.archive, cloned.member, random_id(12))
    return cloned


def _standing(repository: Repository, home: Home, at: datetime) -> Archive:
    """The archive as it was cloned, its members legible; raises NothingThere, NewerArchive, NotOpened."""
    try:
        archive = Archive(repository, home, at=at)
        _ = archive.members
    except NoArchiveFile:
        raise NothingThere from None
    except NewerArchive:
        raise
    except (Unreadable, LookupError, TypeError) as error:
        raise NotOpened from error
    return archive


def _opened(archive: Archive, wanted: Wanted, confirm: Callable[[str], bool]) -> Cloned:
    """What is found in an archive that is known by its fingerprint."""
    pin = _trusted(archive, wanted.fingerprint, confirm)
    member = _member(archive, wanted.member)
    outcome = trust.examine(archive)
    findings = (*outcome.findings, *reads.verify(archive))
    if pin.main is None:  # a machine that joins has no keyring yet; it gets all that the others have
        archive.keyring.create()
    identity = bool(member) and archive.home.identity_files(archive.id, member)[1].exists()
    unset = tuple(remote.name for remote in places.listed(archive) if remote.folder is None)
    lfs = b"filter=lfs" in (archive.repository.read(archive.tip, ATTRIBUTES_FILE) or b"")
    return Cloned(archive.id, pin.fingerprint, pin.got, member, identity, outcome.commits, findings, unset, lfs, unguarded=None)


def _trusted(archive: Archive, given: str, confirm: Callable[[str], bool]) -> Pin:
    """What this machine knows the archive by, from now on if not before; the history begins with it."""
    begins = trust.fingerprints(archive.repository, archive.tip)
    if given:
        trust.give(archive, given)
    try:
        pin = archive.home.pin(archive.id)
    except NotPinned:
        shown = next(iter(begins))
        if len(begins) > 1 or not confirm(shown):
            raise NotTrusted from None
        pin = Pin(archive.id, shown, _FIRST_USE, None, None, RULES)
        archive.home.save_pin(pin)
    if pin.fingerprint not in begins:
        raise NotThisArchive
    return pin


def _member(archive: Archive, wanted: str) -> str:
    """Who acts on this machine: who did already, else who is named, else the one member whose keys are here; empty for nobody."""
    if wanted and wanted not in archive.members:
        raise UnknownMember(handle=wanted, known=", ".join(archive.members))
    home, handles = archive.home, [each.handle for each in archive.members.values() if each.retired is None]
    here = [handle for handle in handles if home.identity_files(archive.id, handle)[1].exists()]
    return home.member(archive.id) or wanted or (here[0] if len(here) == 1 else "")


def _settle(repository: Repository, archive: Archive, cloned: Cloned) -> None:
    """Tell git what it has to know in this clone, the name that its own merges bear among it."""
    drivers.install(repository)
    if cloned.member in archive.members:
        who = archive.members[cloned.member]
        for setting in {"user.name": who.name, "user.email": who.email}.items():
            repository.configure(*setting)
