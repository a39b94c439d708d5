"""Every file stands where its number or uid puts it, in an office and register that the archive has.

A record under ``customers/<office>/<thousands>/<number>.yaml``, a draft, which has no number, under
``customers/<office>/drafts/<uid>.yaml``; interactions under their record's uid; entries under register and year.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking import places
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout, numbering
from archivectl.registers import entry as entries

RULE = "place"
_ELSEWHERE = N_("This file belongs at {wanted}.")
_MOVE = N_("Put it there: git mv {file} {wanted}")
_ODD = N_("“{number}” is no number of this archive: they are made by {grammar}.")
_OFFICE = N_("There is no office “{office}”.")
_OFFICES = N_("The offices are: {known}. They stand in archive.yaml.")
_PREFIX = N_("“{number}” is no number of the register “{kind}”: they begin with {prefix}.")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    data = file.data
    if not tree.config or not isinstance(data, Mapping) or not isinstance(data.get("uid"), str):
        return
    if file.kind == "record":
        yield from _record(file, tree, data)
    elif file.kind == "interactions":
        folder = f"{layout.INTERACTIONS}{data['uid'][:2]}/{data['uid']}/"
        name = file.path.rpartition("/")[2]
        yield from _at(file, folder + name)
    elif file.entry:
        yield from _entry(file, tree)


def _at(file: File, wanted: str) -> Iterator[Finding]:
    if file.path != wanted:
        yield file.finding(RULE, _ELSEWHERE, hint=_MOVE, wanted=places.shown(wanted))


def _record(file: File, tree: Tree, data: Mapping[str, Any]) -> Iterator[Finding]:
    number, offices, office = data.get("number"), tree.config["offices"], file.path.split("/")[1]
    if isinstance(number, str):
        parts = _parts(tree, "record", number)
        if parts is None:
            grammar = tree.config["numbering"]["record"]
            yield file.finding(RULE, _ODD, ("number",), number=number, grammar=grammar)
            return
        office = parts.get("office") or next(iter(offices), office)
        yield from _at(file, layout.record(office, number))
    elif number is None and office in offices:
        yield from _at(file, f"{layout.RECORDS}{office}/drafts/{data['uid']}.yaml")
    if office not in offices:
        yield file.finding(RULE, _OFFICE, hint=_OFFICES, office=office, known=", ".join(offices))


def _parts(tree: Tree, series: str, number: str) -> dict[str, str] | None:
    try:
        parts = numbering.split(tree.config["numbering"][series], number)
    except re.error:
        return None
    return parts if parts and "sequence" in parts else None


def _entry(file: File, tree: Tree) -> Iterator[Finding]:
    entry = file.entry
    if entry is None:
        return
    parts, kind = _parts(tree, "entry", entry.id), tree.kind(entry.kind)
    if parts is None or not entry.id.rpartition("-")[2].isdigit():
        yield file.finding(RULE, _ODD, ("id",), number=entry.id, grammar=tree.config["numbering"]["entry"])
        return
    if kind and parts.get("kind", kind.number) != kind.number:
        yield file.finding(RULE, _PREFIX, ("id",), number=entry.id, kind=entry.kind, prefix=kind.number)
    year = parts.get("year") or (*file.path.split("/"), "", "")[2]
    yield from _at(file, entries.path(entry.kind, year, entry.id))
