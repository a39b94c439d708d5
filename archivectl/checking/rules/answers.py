"""What customers need, suggest or ask for is answered: each such line of the kinds that the rules name has its handling result.

The result stands in the line itself, or in a later one of the same customer that names it as what it answers.
"""

from collections.abc import Iterator

from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_

RULE = "answers"
_OPEN = N_("What the customer said here waits for its handling result.")
_ENTER = N_("Enter it: archivectl add NUMBER feedback answers={id} handling_result=…")


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    kinds = (tree.regime.get("feedback.answer") if tree.regime else None) or ()
    if not kinds:
        return
    answered = {(each.uid, item) for each in facts.interactions for item in each.answered}
    for each in facts.interactions:
        for place, kind, item in each.asking:
            if kind in kinds and (each.uid, item) not in answered:
                yield tree.file(each.path).finding(RULE, _OPEN, ("interactions", place), _ENTER, id=item)
