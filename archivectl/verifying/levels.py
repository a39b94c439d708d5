"""The list of level keys: it grows by one generation at a time, by who may read that level; and by one recovery sheet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archivectl.encryption import age
from archivectl.encryption.levels import PATH
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members import member as members_
from archivectl.members.signing import is_key
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control

ROTATE, RENEW = "key.rotate", "key.recovery"
_SIGNERS = members_.path(members_.RECOVERY)
_SKIPPED = N_("Commit {commit}: {member} entered generation {generation} of the {level} key, which is not the next one.")
_TAKEN = N_("Commit {commit}: {member} entered a {level} key in {path} that serves somebody or something else already.")
_UNFIT = N_("Commit {commit}: {member} entered a {level} key in {path} that nothing can be kept secret with.")
_UNREAD = N_("Commit {commit}: {member} gave {level} a new key without being cleared for it.")
_EXTRA = N_("Commit {commit}: {member} let somebody new recover every key, in {path}.")
_ALONE = N_("Commit {commit}: {member} changed {path} without saying that keys are rotated.")
_NO_SHEET = N_("Commit {commit}: {member} says that a recovery sheet is issued, but changed no keys of one, or more than those.")
_USED = N_("Commit {commit}: {member} entered a key of a recovery sheet in {path} that serves something else already.")
_WEAK = N_("Commit {commit}: {member} entered a key of a recovery sheet in {path} that nothing can be done with.")
_IDLE = N_("Commit {commit}: {member} says that keys are rotated, but {path} is as it was, or not all that changed.")


def judge(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """What is new in the list of level keys; that nothing in it went or changed is judged with members."""
    changed = [change.path for change in deed.changes]
    if RENEW in deed.names:
        yield from _renewed(deed, changed, before, after)
        return
    if (ROTATE in deed.names) is not (changed == [PATH]):
        yield deed.finding("verify/control", _IDLE if ROTATE in deed.names else _ALONE, PATH)
    if PATH not in changed:
        return
    known = set(before.recipients)
    old, new = before.levels["levels"], after.levels["levels"]
    for level, rows in new.items():
        yield from _grown(deed, level, old.get(level, ()), rows, known)
    if len(after.levels["recovery"]) > len(before.levels["recovery"]):
        yield deed.finding("verify/control", _EXTRA, PATH)


def _renewed(deed: Deed, changed: Sequence[str], before: Control, after: Control) -> Iterator[Finding]:
    """A new recovery sheet: its recipient, its signing key or both, one of each, which serve nothing else; and nothing else."""
    grown = {PATH: _new(before.levels["recovery"], after.levels["recovery"]), _SIGNERS: _new(before.recovery, after.recovery)}
    if not changed or not set(changed) <= grown.keys() or before.levels["levels"] != after.levels["levels"]:
        yield deed.finding("verify/control", _NO_SHEET, PATH)
    for path in (path for path in changed if path in grown):
        if len(grown[path]) != 1:
            yield deed.finding("verify/control", _EXTRA, path)
    for row in grown[PATH]:
        if row["recipient"] in before.recipients:
            yield deed.finding("verify/control", _USED, PATH)
        if not age.is_recipient(row["recipient"]):
            yield deed.finding("verify/control", _WEAK, PATH)
    known = {*before.holders, *(row["key"] for row in before.recovery)}
    for row in grown[_SIGNERS]:
        if row["key"] in known:
            yield deed.finding("verify/control", _USED, _SIGNERS)
        if not is_key(row["key"]) or row["retired"]:
            yield deed.finding("verify/control", _WEAK, _SIGNERS)


def _new(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows that came; that none went or changed is judged with members."""
    return after[len(before) :]


def _grown(
    deed: Deed, level: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], known: set[str]
) -> Iterator[Finding]:
    """The new generations of one level; ``known`` are the recipients that serve something already."""
    for place, row in enumerate(new[len(old) :], start=len(old)):
        if row["generation"] != place + 1:
            yield deed.finding("verify/control", _SKIPPED, PATH, level=level, generation=row["generation"])
        if row["recipient"] in known:
            yield deed.finding("verify/control", _TAKEN, PATH, level=level)
        if not age.is_recipient(row["recipient"]):
            yield deed.finding("verify/control", _UNFIT, PATH, level=level)
        if not deed.signer.cleared(level):
            yield deed.finding("verify/control", _UNREAD, PATH, level=level)
        known.add(row["recipient"])
