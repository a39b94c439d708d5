"""Every sealed value is whole and names a key of its own record or entry; every key and object is what its name says.

The id of a key is a digest of its recipient. A value in a contact takes a key of that contact, any other one of the record.
Values and objects are for the holder of one key alone. In an entry, what its kind calls sensitive is sealed. Where the rules
raise what is in a file to its grade (``secrecy.raise``), nothing in it stands lower. That a record's values are sealed as its
schema asks is the rule ``schema``; that they open can only be seen with keys.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.checking.facts import Facts
from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.encryption import age, envelope
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.members.member import LEVELS
from archivectl.records import fields, formats
from archivectl.records.sealing import owner, stands_below
from archivectl.store.pointers import pointed
from archivectl.yaml_text import Path

RULE = "sealed"
_DAMAGED = N_("The encrypted value at {path} is damaged.")
_LINE = N_("Find the last commit in which it opened with `archivectl history`, and put that line back.")
_FILE = N_("Take the file back from history: git checkout HEAD -- {file}")
_KEPT = N_("Keys are added, never changed or removed: find the commit that did with `archivectl history`, and put its line back.")
_CLEAR = N_("{path} must be encrypted.")
_NO_KEY = N_("{path} is sealed with the key {key}, which is not in the list of keys.")
_WRONG_KEY = N_("{path} is sealed with the key {key}, which is for: {of}, {level}.")
_EXTRA = N_("{path} is encrypted for somebody besides the key it names, who can read it.")
_ANEW = N_(
    "Find out who sealed it: archivectl verify. Seal the file anew: archivectl key rekey NUMBER --reason TEXT; what was copied "
    "until now stays open to that other key."
)
_LOW = N_("{path} is sealed as {level}; the register asks for {wanted}.")
_GRADE = N_("{path} stands lower than {level}, to which the grade of this file raises it.")
_AGAIN = N_("Give the file its grade once more: archivectl update {number} --set secrecy={grade} --reason TEXT")
_ID = N_("The key {key} does not carry the id of its recipient, {wanted}.")
_OBJECT = N_("The bytes of this object are not those it is named after.")
_NO_AGE = N_("This object is not an age file.")
_OPEN = N_("This object is encrypted for somebody besides the key that its paper names, who can read it.")
_LFS = N_("The content of this object is kept by git-lfs and is not on this machine.")
_PULL = N_("Bring it with: git lfs pull")
_FORM = re.compile(formats.sealed(formats.SEALED[0])["pattern"])
# The name of an outsider who acts on paper.
_WHO = envelope.LEVELS[0]


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    if file.kind == "object":
        yield from _object(file, tree)
    elif file.kind == "record" and isinstance(file.data, Mapping):
        rows = _rows(file.data.get("keys"))
        yield from _ids(file, rows, ("keys",))
        for value in file.values if b"enc:" in file.text else ():
            if envelope.is_sealed(value.value):
                yield from _judged(file, value.value, value.path, value.at, (rows, owner(value.path)))
        yield from _graded(file, file.data, tree)
    elif file.kind == "interactions":
        for value in file.values:
            sealed = envelope.parse(value.value) if envelope.is_sealed(value.value) else None
            if sealed and not sealed.alone:
                yield file.finding(RULE, _EXTRA, value.at, _ANEW, path=value.path)
            elif sealed is None and envelope.is_sealed(value.value) and _FORM.search(value.value):
                yield file.finding(RULE, _DAMAGED, value.at, _LINE, path=value.path)
    elif file.entry:
        yield from _entry(file, tree)


def of_tree(tree: Tree, facts: Facts) -> Iterator[Finding]:
    """Judge the keys of interactions, which are those of their record."""
    keys = {record.uid: record.keys for record in facts.records}
    for each in facts.interactions:
        missing = each.used - keys.get(each.uid, frozenset())
        if missing:
            file = tree.file(each.path)
            for value in file.values:
                sealed = envelope.parse(value.value) if envelope.is_sealed(value.value) else None
                if sealed and sealed.key_id in missing:
                    yield file.finding(RULE, _NO_KEY, value.at, _KEPT, path=value.path, key=sealed.key_id)


def _rows(rows: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - whatever stands under keys
    """The rows that the schema lets pass."""
    wanted = ("id", "level", "of", "recipient")
    found = (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping))
    return [row for row in found if all(isinstance(row.get(key), str) for key in wanted)]


def _ids(file: File, rows: Iterable[Mapping[str, Any]], at: Path) -> Iterator[Finding]:
    for place, row in enumerate(rows):
        wanted = envelope.key_id(row["recipient"])
        if row["id"] != wanted:
            yield file.finding(RULE, _ID, (*at, place, "id"), _KEPT, key=row["id"], wanted=wanted)


def _judged(
    file: File, value: str, path: str, at: Path, keys: tuple[Iterable[Mapping[str, Any]], str], level: str = ""
) -> Iterator[Finding]:
    """Judge one value by the rows it may take its key from, whose it has to be, and the least level of its column."""
    sealed, (rows, of) = envelope.parse(value), keys
    if sealed is None:
        if level or _FORM.search(value):
            yield file.finding(RULE, _DAMAGED, at, _LINE, path=path)
        return
    row = next((row for row in rows if row["id"] == sealed.key_id), None)
    if row is None:
        yield file.finding(RULE, _NO_KEY, at, _KEPT, path=path, key=sealed.key_id)
    elif row["level"] != sealed.level or row["of"] != of:
        yield file.finding(RULE, _WRONG_KEY, at, _LINE, path=path, key=sealed.key_id, of=row["of"], level=row["level"])
    if not sealed.alone:
        yield file.finding(RULE, _EXTRA, at, _ANEW, path=path)
    if level and LEVELS.index(sealed.level) < LEVELS.index(level):
        yield file.finding(RULE, _LOW, at, _FILE, path=path, level=sealed.level, wanted=level)


def _graded(file: File, data: Mapping[str, Any], tree: Tree) -> Iterator[Finding]:
    """Judge a record whose grade raises its content by the rules: what stands in clear in it, or is sealed lower."""
    grade = tree.regime.raised_to(data) if tree.regime else ""
    for value in file.values if grade in envelope.LEVELS and file.valid else ():
        wanted = fields.level_of(value.path, str(data["subject"]), grade)
        if stands_below(value.value, wanted):
            told = {"path": value.path, "level": wanted, "number": data.get("number") or data["uid"], "grade": grade}
            yield file.finding(RULE, _GRADE, value.at, _AGAIN, **told)


def _entry(file: File, tree: Tree) -> Iterator[Finding]:
    entry, kind = file.entry, tree.kind(file.entry.kind) if file.entry else None
    if entry is None:
        return
    yield from _ids(file, entry.keys, ("keys",))
    held: list[tuple[Path, str, Mapping[str, Any]]] = [(("columns",), "columns", entry.columns)]
    for place, event in enumerate(entry.events):
        yield from _ids(file, event.keys, ("events", place, "keys"))
        held.append((("events", place, "data"), f"events[{event.id}].data", event.data))
    for at, path, values in held:
        for name, value in values.items():
            column = kind.column(name) if kind else None
            level = column.secrecy if column and column.sealed else _WHO if name == "who" else LEVELS[0]
            if envelope.is_sealed(value):
                yield from _judged(file, value, f"{path}.{name}", (*at, name), (entry.all_keys, "entry"), level)
            elif level in envelope.LEVELS and value is not None:
                yield file.finding(RULE, _CLEAR, (*at, name), _FILE, path=f"{path}.{name}")


def _object(file: File, tree: Tree) -> Iterator[Finding]:
    try:
        with os.fdopen(tree.open(file.path), "rb") as opened:
            start = opened.read(age.HEAD)
            digest = hashlib.sha256(start)
            while part := opened.read(1 << 20):
                digest.update(part)
    except OSError:
        return
    if pointed(start):
        yield file.finding(RULE, _LFS, hint=_PULL)
    elif digest.hexdigest() != file.path.rpartition("/")[2].removesuffix(".age"):
        yield file.finding(RULE, _OBJECT, hint=_FILE)
    elif not start.startswith(age.HEADER):
        yield file.finding(RULE, _NO_AGE, hint=_FILE)
    elif not age.is_for_one(start):
        yield file.finding(RULE, _OPEN, hint=_ANEW)
