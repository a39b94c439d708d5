"""Electronic files are named and stored as the rules of the archive say; where they ask for title codes, every paper has one.

The name, without its ending, is what a grammar such as ``{record}_{kind}_{date}`` makes of the paper, and may end in a number
that tells it from others; a name of which a part is unknown is not judged.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.encryption.envelope import is_sealed
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import numbering
from archivectl.records.model import GONE
from archivectl.regime import volumes as arranging

RULE = "naming"
_UNNAMED = N_("This electronic file does not say its name.")
_NAME = N_("“{name}” is not named by the rules: {wanted}.")
_FOLDER = N_("This electronic file lies in “{place}”, not in {wanted}.")
_NO_CODE = N_("This paper has no title code.")
_CODE = N_("“{code}” is no title code.")
_GRAMMAR = N_("The rules make names and folders by: {grammar}")
_TAKE = N_("Take it from {rules} and set it: archivectl update NUMBER --set documents[ID].code=… --reason …")
_CODES = N_("Title codes come from: {rules}. Known here: {known}")
_SET = N_("Set it: archivectl update NUMBER --set documents[ID].{field}=… --reason …")
_PART = re.compile(r"\{([a-z]+)")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    data = file.data
    rules: Mapping[str, Any] = (tree.regime.get("naming") if tree.regime else None) or {}
    if file.kind != "record" or not isinstance(data, Mapping) or not any(rules.get(key) for key in ("name", "folder", "code")):
        return
    if data.get("status") in GONE or not file.valid:
        return
    for place, paper in enumerate(data.get("documents") or ()):
        at = ("documents", place)
        if arranging.medium(paper) == "electronic":
            yield from _named(file, at, paper, rules)
        if rules.get("code"):
            yield from _coded(file, at, paper, rules)


def _named(file: File, at: tuple[str | int, ...], paper: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Finding]:
    name, place, grammar = paper.get("file_name"), paper.get("place"), rules.get("name")
    if grammar and not name and not rules.get("optional"):
        yield file.finding(RULE, _UNNAMED, at, _SET, field="file_name")
    if grammar and name and (wanted := _made(str(grammar), file.data, paper)):
        stem = str(name).rpartition(".")[0] or str(name)
        if not re.fullmatch(rf"{re.escape(wanted)}(?:[-_ ]?[0-9]+)?", stem):
            yield file.finding(RULE, _NAME, (*at, "file_name"), _GRAMMAR, name=name, wanted=wanted, grammar=grammar)
    if (folder := rules.get("folder")) and place and (wanted := _made(str(folder), file.data, paper)) and place != wanted:
        yield file.finding(RULE, _FOLDER, (*at, "place"), _GRAMMAR, place=place, wanted=wanted, grammar=folder)


def _made(grammar: str, data: Mapping[str, Any], paper: Mapping[str, Any]) -> str:
    """What a grammar makes of a paper; nothing where a part of it is not known."""
    filing = data.get("filing") or {}
    parts = {"record": data.get("number"), "file": filing.get("archive_number") or data.get("number")}
    parts |= {key: paper.get(key) for key in ("kind", "date", "number", "material", "code")}
    known = {key: str(value) for key, value in parts.items() if value and not is_sealed(value)}
    return numbering.filled(grammar, known) if {*_PART.findall(grammar)} <= known.keys() else ""


def _coded(file: File, at: tuple[str | int, ...], paper: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Finding]:
    code, codes = paper.get("code"), rules.get("codes") or {}
    if not code:
        yield file.finding(RULE, _NO_CODE, at, _TAKE, rules=rules["code"])
    elif codes and code not in codes:
        told = {"code": code, "rules": rules["code"], "known": ", ".join(codes)}
        yield file.finding(RULE, _CODE, (*at, "code"), _CODES, **told)
