"""The first commit: what everything after it rests on."""

import hashlib
from collections.abc import Iterator

from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout
from archivectl.verifying import signatures
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control


def fits(deed: Deed, fingerprint: str) -> bool:
    """Whether the first commit is the one that the archive is known by."""
    return hashlib.sha256(deed.commit.raw).hexdigest() == fingerprint


def judge(deed: Deed, control: Control) -> Iterator[Finding]:
    """The first commit holds control files only, and one member, an administrator, who signed it."""
    deed.member, problem = signatures.signer(deed.commit, control)
    if problem:
        yield deed.finding("verify/signature", problem)
    for change in deed.changes:
        if not layout.is_control(change.path):
            yield deed.finding("verify/genesis", N_("The first commit {commit} by {member} holds content: {path}."), change.path)
    founders = list(control.members.values())
    if len(founders) != 1 or "admin" not in founders[0].titles:
        message = N_("The first commit {commit} by {member} has {count} members; it must have one, an administrator.")
        yield deed.finding("verify/genesis", message, "members", count=len(founders))
