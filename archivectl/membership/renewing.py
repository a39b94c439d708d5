"""A new recovery sheet in place of one that was lost or seen: its two keys enter the archive, and level keys are wrapped for it.

The later row of ``recovery`` in ``keys/levels.yaml`` is the one in use. What the old sheet opened it goes on opening, in every
keyring that has those wraps, until the level keys are rotated; its signing key ends at once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from archivectl import yaml_text
from archivectl.archive import Archive, Change, refuse_unless_admin
from archivectl.custody import sharing
from archivectl.custody.rekeying import ReasonMissing
from archivectl.encryption import age
from archivectl.encryption import levels as level_keys
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import Refused
from archivectl.members import member as members
from archivectl.members import sheet, signing
from archivectl.members.member import RECOVERY
from archivectl.members.sheet import Public
from archivectl.membership import countersigning

ACT = "key.recovery"


class SheetHere(Refused):
    """The sheet that is to be replaced still lies on this machine, where the new one is to be."""

    message = "The recovery sheet in use still lies in {file}."
    hint = "Print it, or take it away for good if it is not to be used any more; then: archivectl key recovery --reason TEXT"


class Renewed(NamedTuple):
    """Where the new sheet lies, applications that others must sign first, and the levels that others must share with it."""

    file: Path
    applications: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def renew(archive: Archive, reason: str) -> Renewed:
    """Issue a new recovery sheet: on this machine first, then in one commit, then the level keys; a new run goes on with it.

    Raises:
        NotAllowed, ReasonMissing, SheetHere, Telltale, KeyringAway, OutOfReach, NewerThere, Declined, HeldBack.
    """
    refuse_unless_admin(archive, ACT)
    if not reason.strip():
        raise ReasonMissing
    archive.keyring.demand()
    if not archive.rehearsal:
        archive.repository.elsewhere.look(archive.tip)
    file, new = _sheet(archive)
    writes = _writes(archive, new)
    if count := archive.config["countersign"]:
        made = [countersigning.apply(archive, path, text.decode(), count, reason).id for path, text in writes.items()]
        return Renewed(file, tuple(made))
    archive.commit(Change((ACT,), f"{ACT}: a new sheet", writes, reason=reason), ahead=True)
    return Renewed(file, (), shared(archive))


def shared(archive: Archive) -> tuple[str, ...]:
    """Wrap every level key that the actor can open for the sheet in use; the levels left over for somebody else."""
    return sharing.wrap(archive, RECOVERY, archive.level_keys.recovering, LEVELS)


def _sheet(archive: Archive) -> tuple[Path, Public]:
    """A sheet whose keys the archive does not know yet: what an earlier run left on this machine, or a new one."""
    held = archive.home.sheet(archive.id)
    if held:
        found = sheet.public(held.read_text(encoding="utf-8", errors="replace"))
        if found is None or found.recipient in archive.level_keys.recovered:
            raise SheetHere(file=held)
        return held, found
    (secret, recipient), private = age.generate(), signing.generate()
    new = Public(recipient, signing.public_of(private))
    if archive.rehearsal:
        return archive.home.sheet_file(archive.id), new
    text = sheet.text(archive.id, archive.home.pin(archive.id).fingerprint, secret, private)
    return archive.home.save_sheet(archive.id, text), new


def _writes(archive: Archive, new: Public) -> Mapping[str, bytes]:
    """The two files with a row more each; every signing key before it is retired."""
    today, path = archive.today, members.path(RECOVERY)
    keys = archive.level_keys._replace(recovery=(*archive.level_keys.recovery, {"recipient": new.recipient, "since": today}))
    rows = yaml_text.load(archive.repository.read(archive.tip, path) or b"", path)["signing"]
    known = [{**row, "retired": row["retired"] or today} for row in rows]
    row = {"key": new.signing, "since": today, "made_by": archive.me.handle, "retired": None}
    return {
        level_keys.PATH: level_keys.text(keys).encode(),
        path: members.recovery_text([*known, row]).encode(),
    }
