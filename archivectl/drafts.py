"""Texts that an edit left behind: encrypted for the member who wrote them, in ARCHIVECTL_HOME and so in no repository.

A draft may hold what was opened for it, so it is a copy: it goes when its record is destroyed, or a contact in it forgotten.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.encryption import age
from archivectl.encryption.private_files import put_file
from archivectl.errors import Unreadable

_FOLDER = "drafts"


class DraftDamaged(Unreadable):
    """A draft that opens, but to something else."""

    message = "The draft of {record} is damaged."
    hint = "Give it up with: archivectl edit {record} --discard-draft"


class Desk(NamedTuple):
    """Where the drafts of a member lie, and for which recipients: all that it takes to keep one, without the archive."""

    folder: str
    recipients: tuple[str, ...]


class Draft(NamedTuple):
    """A text, the record that it is of, and the blob of the version that it began with; ``opened`` are fields shown in clear."""

    uid: str
    blob: str
    at: str
    text: str
    opened: tuple[str, ...] = ()


def desk(archive: Archive) -> Desk:
    """Where the actor's drafts lie."""
    return Desk(str(_place(archive.home.folder, archive.id) / archive.me.handle), tuple(archive.me.recipients()))


def keep(where: Desk, draft: Draft) -> None:
    """Keep a draft in place of an earlier one of the same record."""
    content = json.dumps(draft._asdict()).encode("ascii")
    put_file(Path(where.folder), f"{draft.uid}.age", age.encrypt(content, where.recipients))


def is_kept(archive: Archive, uid: str) -> bool:
    """Whether there is a draft of a record, which need not be opened for it."""
    return _path(archive, uid).is_file()


def load(archive: Archive, uid: str, label: str) -> Draft:
    """The actor's draft of a record; raises DraftDamaged, NoIdentity, age.DoesNotOpen."""
    content = age.decrypt(_path(archive, uid).read_bytes(), archive.opener.identities)
    try:
        told = json.loads(content)
        draft = Draft(**{**told, "opened": tuple(told["opened"])})
    except (ValueError, TypeError, KeyError) as error:
        raise DraftDamaged(record=label) from error
    if draft.uid != uid:
        raise DraftDamaged(record=label)
    return draft


def discard(archive: Archive, uid: str) -> None:
    """Remove the actor's draft of a record, if there is one."""
    _path(archive, uid).unlink(missing_ok=True)


def forget(archive: Archive, uids: Iterable[str]) -> None:
    """Remove every draft of some records on this machine, whoever wrote it."""
    gone: Sequence[str] = list(uids)
    for member in _place(archive.home.folder, archive.id).glob("*"):
        for uid in gone:
            (member / f"{uid}.age").unlink(missing_ok=True)


def _path(archive: Archive, uid: str) -> Path:
    return Path(desk(archive).folder) / f"{uid}.age"


def _place(home: Path, archive: str) -> Path:
    return home / _FOLDER / archive
