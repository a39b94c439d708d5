"""Whose key signed a commit or an event, judged by the members of the archive as it stood."""

import base64
import binascii
from functools import lru_cache

from archivectl.i18n import N_
from archivectl.members import signing
from archivectl.members.member import Member
from archivectl.registers import entry as entries
from archivectl.registers.entry import Entry, Event
from archivectl.store.objects import Commit
from archivectl.verifying.past import Control

_UNSIGNED = N_("Commit {commit} by {member} is not signed.")
_FALSE = N_("The signature of commit {commit} by {member} does not fit it.")
_STRANGER = N_("Commit {commit} by {member} is signed with a key that no member had.")
_RETIRED = N_("Commit {commit} by {member} is signed with a key that was retired before.")
RECOVERY = N_("Commit {commit} by {member} is signed with the recovery key; an administrator must look at what it did.")


def signer(commit: Commit, control: Control) -> tuple[Member | None, str]:
    """Who signed a commit; or None, and what is wrong with its signature."""
    if commit.signature is None:
        return None, _UNSIGNED
    if (key := public(commit)) is None:
        return None, _FALSE
    member = control.members.get(control.holders.get(key, ""))
    if member is None:
        return None, RECOVERY if any(row["key"] == key and not row["retired"] for row in control.recovery) else _STRANGER
    return (member, "") if member.signs_with(key) else (None, _RETIRED)


@lru_cache(maxsize=2000)
def public(commit: Commit) -> str | None:
    """The key that signed a commit, whoever holds it; None where the signature does not fit, or there is none."""
    signature = signing.dearmor(commit.signature) if commit.signature else None
    return signing.verifies(signature, commit.payload, "git") if signature else None


def key_of(event: Event, entry: Entry, archive: str) -> str | None:
    """The public key that signed an event, or None where the signature does not fit."""
    try:
        signature = base64.b64decode(event.sig, validate=True)
    except binascii.Error:
        return None
    return signing.verifies(signature, entries.signed_text(archive, entry.uid, entry.head, event.line), "archivectl")


def was_signed(event: Event, entry: Entry, control: Control) -> bool:
    """Whether an event bears the signature of its signer, by a key that may be retired since."""
    return control.holders.get(key_of(event, entry, control.archive) or "") == event.signer
