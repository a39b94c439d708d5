"""Where the regime has them compared, a file's entry in the master table, its paper and its electronic holdings agree."""

from collections.abc import Iterator, Mapping

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records.model import GONE, UNFILED
from archivectl.regime import holding

RULE = "holdings"
_DIFFERS = N_("Master table and holdings differ: {difference}.")
_LOOK = N_("See all of them: archivectl report 客户档案总表; then set right what is wrong: filing.media, filing.items, documents")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    data = file.data
    if file.kind != "record" or not isinstance(data, Mapping) or not file.valid or tree.regime is None:
        return
    if not tree.regime.get("media.reconcile") or data.get("status") in GONE | UNFILED:
        return
    at = ("filing",) if "filing" in data else ("number",)
    for text, values in holding.differences(data, both=tree.regime.get("media.keep") == "both"):
        yield file.finding(RULE, _DIFFERS, at, _LOOK, difference=Sentence(text, **values))
