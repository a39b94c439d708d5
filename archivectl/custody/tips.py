"""Which commit was the newest when a machine last synced: signed, in every keyring remote that was there.

A git server that withholds what others did is found out by who can reach a keyring remote: a commit that somebody signed for is
missing.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.custody import places
from archivectl.encryption.private_files import put_file
from archivectl.members import signing

_FOLDER, _ENDING = "tips", ".json"
_COMMIT = re.compile("[0-9a-f]{40}")
_SPACE = "archivectl"
_LONGEST = 1 << 12


class Tip(NamedTuple):
    """The commit that a machine had when it last synced, and the member who signed for that; ``remote`` is where it says so."""

    commit: str
    member: str
    machine: str
    remote: str


def leave(archive: Archive) -> None:
    """Sign for the newest commit, which is on the git remote, in every keyring remote that is there."""
    machine = str(archive.home.settings().get("machine", ""))
    there = places.reachable(archive) if machine else {}
    if not there:
        return
    signature = archive.signer.sign(_signed(archive.id, machine, archive.tip), _SPACE)
    row = {"commit": archive.tip, "member": archive.me.handle, "sig": base64.b64encode(signature).decode()}
    for keyring in there.values():
        with suppress(OSError):  # one that went away meanwhile is told by the next sync
            put_file(keyring.folder / _FOLDER, f"{machine}{_ENDING}", f"{json.dumps(row)}\n".encode(), keyring.folder.parent)


def missing(archive: Archive) -> Iterator[Tip]:
    """What members signed for in keyring remotes and this archive's history does not have."""
    for remote, keyring in places.reachable(archive).items():
        for path in sorted((keyring.folder / _FOLDER).glob(f"*{_ENDING}")):
            found = _read(archive, path, remote)
            if found and not archive.repository.is_ancestor(found.commit, archive.tip):
                yield found


def _read(archive: Archive, path: Path, remote: str) -> Tip | None:
    """What a file says that a member of this archive signed; None for anything else, which anybody may have put there."""
    machine = path.name.removesuffix(_ENDING)
    try:
        with path.open("rb") as file:
            row = json.loads(file.read(_LONGEST))
        commit, handle, signature = row["commit"], row["member"], base64.b64decode(row["sig"], validate=True)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    member = archive.members.get(handle) if isinstance(handle, str) else None
    if member is None or not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        return None
    public = signing.verifies(signature, _signed(archive.id, machine, commit), _SPACE)
    return Tip(commit, handle, machine, remote) if public and member.signs_with(public) else None


def _signed(archive: str, machine: str, commit: str) -> bytes:
    return f"archivectl tip 1\narchive {archive}\nmachine {machine}\ncommit {commit}\n".encode()
