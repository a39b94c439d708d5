"""Whoever a file names as one of the house, such as its keeper, is a member, or was one."""

from collections.abc import Iterator

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members.member import nearest
from archivectl.records import fields

RULE = "staff"
_NOBODY = N_("{path}: “{handle}” is no member of this archive.")
_HINT = N_("The nearest are: {close}. Correct it: archivectl update NUMBER --set {path}=HANDLE")
_KINDS = {"record", "interactions"}


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    for value in file.values if file.kind in _KINDS else ():
        key = value.at[-1] if isinstance(value.at[-1], str) else value.at[-2]
        if key not in fields.of_members() or not isinstance(value.value, str) or value.value in tree.handles:
            continue
        path = value.path if value.at[-1] == key else value.path.rpartition("[")[0]
        field = fields.field_at(path)
        if field and field.check == fields.HANDLE and not value.value.startswith("enc:"):
            close = ", ".join(nearest({member.handle: member for member in tree.members.values()}, value.value))
            yield file.finding(RULE, _NOBODY, value.at, _HINT, path=path, handle=value.value, close=close)
