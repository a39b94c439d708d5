"""The list of level keys: it grows by one generation at a time, by who may read that level, and by nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archivectl.encryption import age
from archivectl.encryption.levels import PATH
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control

ROTATE = "key.rotate"
_SKIPPED = N_("Commit {commit}: {member} entered generation {generation} of the {level} key, which is not the next one.")
_TAKEN = N_("Commit {commit}: {member} entered a {level} key in {path} that serves somebody or something else already.")
_UNFIT = N_("Commit {commit}: {member} entered a {level} key in {path} that nothing can be kept secret with.")
_UNREAD = N_("Commit {commit}: {member} gave {level} a new key without being cleared for it.")
_EXTRA = N_("Commit {commit}: {member} let somebody new recover every key, in {path}.")
_ALONE = N_("Commit {commit}: {member} changed {path} without saying that keys are rotated.")
_IDLE = N_("Commit {commit}: {member} says that keys are rotated, but {path} is as it was, or not all that changed.")


def judge(deed: Deed, before: Control, after: Control) -> Iterator[Finding]:
    """What is new in the list of level keys; that nothing in it went or changed is judged with members."""
    changed = [change.path for change in deed.changes]
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
