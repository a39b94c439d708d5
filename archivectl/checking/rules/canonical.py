"""Every record is written as the archive writes it, byte for byte, and every file with a schema names it in its first line.

Order, quotes and line breaks are then never part of a change, and an editor knows the fields. Comments are not kept.
"""

from collections.abc import Iterator, Mapping

from archivectl.checking import places
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import text
from archivectl.yaml_text import Mark

RULE = "canonical"
_FORM = N_("From this line on, the file is not written as the archive writes it.")
_MEND = N_("Fields stand in the order of the schema, one a line, quoted where another reader could mistake them; no comments.")
_MODELINE = N_("The first line does not name the schema.")
_NAME_IT = N_("It has to be: {line}")


def of_file(file: File, _tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if file.kind == "record" and isinstance(file.data, Mapping):
        wanted = file.text if file.canonical else text.dump(file.data)
        if file.text != wanted:
            yield file.finding(RULE, _FORM, Mark(file.difference(wanted), 1), _MEND)
    elif file.schema and file.kind not in {"record", "recovery"}:
        line = places.modeline(file.path)
        if not file.text.startswith(f"{line}\n".encode()) and (file.kind != "entry" or file.entry):
            yield file.finding(RULE, _MODELINE, hint=_NAME_IT, line=line)
