"""Every file can be read, and every YAML file is YAML of the one kind that all parsers read alike.

UTF-8 without byte order mark, LF, at most 4 MB; no anchors, aliases, tags, merge keys, doubled keys or second documents.
"""

from collections.abc import Iterator

from archivectl.checking import places
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.yaml_text import Mark, NotYaml

RULE = "readable"
# What is not the archive's own YAML may use all of it.
_FOREIGN = {"repository", ""}


def of_file(file: File, _tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if file.unreadable:
        message, hint = N_("The file cannot be read: {reason}."), N_("See who owns it and what its permissions are.")
        yield file.finding(RULE, message, hint=hint, reason=file.unreadable)
    if file.problem and file.kind not in _FOREIGN:
        told = file.problem.values
        at = Mark(int(str(told["line"])), int(str(told["column"])))
        yield file.finding(RULE, "{problem}", at, NotYaml.hint, name=places.shown(file.path), problem=told["problem"])
