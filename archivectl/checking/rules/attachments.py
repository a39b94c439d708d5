"""Every scan that a paper or an approval names is there, and every object is named by one of them alone.

That an object is what its name says is the rule ``sealed``; that it opens can only be seen with keys.
"""

from collections import Counter
from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout

RULE = "attachments"
_MISSING = N_("The attachment {path} is missing.")
_BACK = N_("Take the file back from history: git checkout HEAD -- {path}")
_STRAY = N_("No paper and no approval names this attachment.")
_AWAY = N_("Find the commit that brought it: git log -- {file}; what belongs nowhere goes with: git rm {file}")
_TWICE = N_("More than one paper or approval names the attachment {path}.")
_AGAIN = N_("Attach the scan to this paper itself: archivectl update NUMBER --set documents[ID].file=@scan.pdf --reason TEXT")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the objects and what names them."""
    there = set(tree.of_kind("object"))
    named = [(each, place, layout.attached(digest)) for each in facts.records for place, digest in each.attached]
    signed = [(each, layout.attached(digest)) for each in facts.entries for digest in each.attached]
    times = Counter([path for *_rest, path in named] + [path for _each, path in signed])
    for record, place, path in named:
        if path not in there or times[path] > 1:
            file, at = tree.file(record.path), ("documents", place, "object")
            told = (_MISSING, _BACK) if path not in there else (_TWICE, _AGAIN)
            yield file.finding(RULE, told[0], at, told[1], path=path)
    for entry, path in signed:
        if path not in there:
            yield tree.file(entry.path).finding(RULE, _MISSING, ("events",), _BACK, path=path)
    for path in sorted(there - times.keys()):
        yield Finding(path, 1, 1, RULE, _STRAY, {"file": path}, _AWAY)
