"""A destroyed record names the entry and event that destroyed it, what was destroyed stays so, and leaves nothing behind.

The entry is a destruction list in which that event ordered that record destroyed. No interactions of it are left.
"""

from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_

RULE = "tombstones"
_NO_LIST = N_("There is no destruction list {entry}.")
_NOT_ORDERED = N_("The destruction list {list} did not order this record destroyed by the event {event}.")
_REVIVED = N_("This record was destroyed by {list}; only its tombstone may stand here.")
_LEFT = N_("These are interactions of a record that was destroyed.")
_REMOVE = N_("Remove them: git rm {file}")
_BACK = N_("Take the file back from history: git checkout HEAD -- {file}")
_STATES = frozenset({"executing", "destroyed"})


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    if tree.regime is None:
        return
    lists = {each.uid: each for each in facts.entries if each.kind == "destruction"}
    done = [each for each in lists.values() if each.state == "destroyed"]
    gone = {uid: each.id for each in done for uids in each.executed.values() for uid in uids}
    for record in facts.records:
        if record.status == "destroyed" and record.entry:
            order = lists.get(record.entry)
            if order is None:
                yield tree.file(record.path).finding(RULE, _NO_LIST, ("destroyed", "entry"), _BACK, entry=record.entry)
            elif order.state not in _STATES or record.uid not in order.executed.get(record.event, ()):
                file = tree.file(record.path)
                yield file.finding(RULE, _NOT_ORDERED, ("destroyed", "event"), _BACK, list=order.id, event=record.event)
        elif record.uid in gone and record.status not in {"destroyed", ""}:
            yield tree.file(record.path).finding(RULE, _REVIVED, ("status",), _BACK, list=gone[record.uid])
    stones = {record.uid for record in facts.records if record.status == "destroyed"}
    for each in facts.interactions:
        if each.uid in stones:
            yield tree.file(each.path).finding(RULE, _LEFT, hint=_REMOVE)
