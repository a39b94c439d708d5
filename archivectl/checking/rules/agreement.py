"""Where the regime has every member bound by a confidentiality agreement, each has signed one."""

from collections.abc import Iterator

from archivectl.checking import facts as facts_
from archivectl.checking.facts import Facts
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members.member import RECOVERY

RULE = "agreement"
_REGISTER = "registers/acknowledgement/"
_UNBOUND = N_("{member} is bound by no confidentiality agreement.")
_HINT = N_("Have it signed: archivectl register add acknowledgement mode=agreement member={member}, then archivectl approve")


def of_tree(tree: Tree, _facts: Facts) -> Iterator[Finding]:
    """Judge the whole tree."""
    if tree.regime is None or not tree.regime.get("secrecy.agreement"):
        return
    entries = [file.entry for path in tree.files if path.startswith(_REGISTER) and (file := tree.file(path)).entry]
    cases = [facts_.case(entry, tree) for entry in entries if entry]
    bound = {str(case.entry.columns.get("member")) for case in cases if case and case.state == "bound"}
    for path, member in tree.members.items():
        if member.retired is None and member.handle not in {RECOVERY, *bound}:
            yield tree.file(path).finding(RULE, _UNBOUND, ("handle",), _HINT, member=member.handle)
