"""No file holds a valid ID number, card number or mobile number in clear, and no file is named after one.

Telephone fields, social credit codes and amounts of organisations are clear by their schema, and no finding.
"""

import re
from collections.abc import Iterator

from archivectl.checking.file import File, Value
from archivectl.checking.tree import Tree
from archivectl.encryption.envelope import is_sealed
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import leaks
from archivectl.store.objects import object_id
from archivectl.yaml_text import Mark

RULE = "clear-text"
_TEXT = N_("{what} stands here in clear.")
_NAME = N_("{what} stands in the name of this file.")
_HINT = N_("It belongs in the field made for it, where it is encrypted. History still holds it: see docs/security.md.")
_ALARM = N_(
    "It belongs in the field made for it, where it is encrypted; history still holds it: see docs/security.md. Where it is a "
    "false alarm, an archivist enters that: "
    "archivectl register add ratification mode=finding rule=clear-text path={file} version={version} reason=…"
)
_WHAT = {"ID number": N_("An ID number"), "card number": N_("A card number"), "mobile number": N_("A mobile number")}
_FIELDS = frozenset({"record", "interactions"})
# Ciphertext, recipients and digests: digits among their letters mean nothing.
_MACHINE = re.compile(r'enc:1:[^"\s]*|age1[0-9a-z]{30,}|(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9A-Za-z])')
_NUMBER = re.compile(r"\+?[0-9](?:[0-9Xx]|[ -](?=[0-9]))*")


def of_file(file: File, _tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    for what in leaks.found(_bare(file.path)):
        yield file.finding(RULE, _NAME, hint=_HINT, what=Sentence(_WHAT[what]))
    # Of a record that cannot be read nobody knows which line is a telephone field.
    if file.kind == "schema" or (file.problem and file.kind in _FIELDS):
        return
    if file.kind == "record" and file.canonical and not any(map(_tells, file.values)):
        return
    text = _decoded(file.text)
    if not leaks.found(text):
        return
    lines = _bare(text).split("\n")
    _blank(file, lines)
    for number, line in enumerate(lines, start=1):
        for what in dict.fromkeys(leaks.found(line)):
            mark, version = Mark(number, _column(line, what)), object_id("blob", file.text)
            yield file.finding(RULE, _TEXT, mark, _ALARM, what=Sentence(_WHAT[what]), version=version)


def of_text(text: str, path: str, message: str, hint: str, **values: object) -> Iterator[Finding]:
    """Judge a text that is no file of the archive, line by line; ``path`` says what it is, ``{what}`` is what stands in it."""
    if leaks.found(text):
        for number, line in enumerate(_bare(text).split("\n"), start=1):
            for what in dict.fromkeys(leaks.found(line)):
                yield Finding(leaks.masked(path), number, 1, RULE, message, {"what": Sentence(_WHAT[what]), **values}, hint)


def _tells(value: Value) -> bool:
    """Whether a value of a record, which says nothing else where it is canonical, holds an identifier that it should not."""
    text = value.value
    clear = isinstance(text, str) and not is_sealed(text) and leaks.suspicious(text)
    return clear and not leaks.may_look_so(value.path) and bool(leaks.found(text))


def _decoded(raw: bytes) -> str:
    """The text of a file; of one that cannot be UTF-8 as either form of UTF-16, in which digits stand between zeros."""
    if b"\0" not in raw:
        return raw.decode("utf-8", "replace")
    return "\n".join(raw.decode(form, "replace") for form in ("utf-16-le", "utf-16-be"))


def _bare(text: str) -> str:
    return _MACHINE.sub(lambda match: " " * len(match[0]), text)


def _blank(file: File, lines: list[str]) -> None:
    """Take out of the lines what may stand in clear where it stands."""
    for value in file.values if file.kind in _FIELDS else ():
        if leaks.found(str(value.value)) and leaks.may_look_so(value.path):
            mark = file.mark(value.at)
            before, after = lines[mark.line - 1][: mark.column - 1], lines[mark.line - 1][mark.column - 1 :]
            lines[mark.line - 1] = before + after.replace(str(value.value), " " * len(str(value.value)), 1)


def _column(line: str, what: str) -> int:
    return next((match.start() + 1 for match in _NUMBER.finditer(line) if what in leaks.found(match[0])), 1)
