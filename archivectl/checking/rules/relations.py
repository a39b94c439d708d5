"""What a file is related to exists, and is not the file itself; who was forgotten was so by a request that the archive has.

A relation need not be told from both sides.
"""

from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_

RULE = "relations"
_NOBODY = N_("There is no record {uid}.")
_ITSELF = N_("This relation leads back to the file itself.")
_NAME = N_("Name the file by its uid, which `archivectl show NUMBER --json` tells; who has no file stands there by name.")
_NO_REQUEST = N_("No request {entry} has had this contact forgotten.")
_BACK = N_("Take the file back from history: git checkout HEAD -- {file}")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    uids = {record.uid for record in facts.records}
    erased = {
        (each.uid, *about) for each in facts.entries if each.kind == "request" and each.state == "erased" for about in each.about
    }
    for record in facts.records:
        for place, to in record.related:
            if to == record.uid:
                yield tree.file(record.path).finding(RULE, _ITSELF, ("relations", place, "to"), _NAME)
            elif to not in uids:
                yield tree.file(record.path).finding(RULE, _NOBODY, ("relations", place, "to"), _NAME, uid=to)
        for place, contact, entry in record.forgotten:
            if (entry, record.uid, f"contacts[{contact}]") not in erased:
                at = ("contacts", place, "forgotten")
                yield tree.file(record.path).finding(RULE, _NO_REQUEST, at, _BACK, entry=entry)
