"""The acts of one member in one commit, and what it takes to cure those that were wrong."""

from collections.abc import Iterator

from archivectl.finding import Finding
from archivectl.members.member import LEVELS, Member
from archivectl.records import layout
from archivectl.store.objects import Change
from archivectl.verifying import attachments, control, interactions, message, ratified, records, register
from archivectl.verifying.deed import Deed
from archivectl.verifying.past import Control

_TOLD = {register.OTHER, message.NAMES}  # true of whoever did not sign the commit


def judge(deed: Deed, after: Control) -> Iterator[Finding]:
    """Everything that a commit changed, as acts of its signer; ``after`` are the control files that it leaves."""
    if deed.past.control is not after:
        yield from control.judge(deed, after)
    if any(not layout.is_control(change.path) for change in deed.changes):
        deed.past.look_around()
        yield from register.judge(deed)
        yield from records.judge(deed)
        yield from attachments.judge(deed)
        yield from interactions.judge(deed)
    if deed.past.control is after:
        yield from message.judge(deed)


def weighed(deed: Deed, *, rules: bool) -> ratified.Weighed:
    """What curing a commit asks for: its acts judged again as those of somebody who may do everything.

    ``rules`` says whether it changed control files, which only who was an administrator then may cure.
    """
    past, regime = deed.past, deed.past.regime
    content = [change for change in deed.changes if not layout.is_control(change.path)]
    if past.tip:  # the first judgement let the entries of the commit stand
        past.advance(
            past.tip, [Change(change.path, change.after, change.before, change.mode) for change in content], past.control
        )
    titles = (*regime.get("posts", {}), *regime.get("roles", {}), "admin")
    anybody = Member("anybody", "", "", None, titles, titles, LEVELS[-1], None, (), ())
    again = Deed(deed.commit, content, past, deed.at, anybody)
    left = [finding for finding in judge(again, past.control) if finding.message not in _TOLD] if content else []
    return ratified.of_acts(deed, again, left, rules=rules)
