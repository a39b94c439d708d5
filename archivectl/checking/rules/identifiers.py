"""Every identifier with a check digit, and every date, that stands in clear can be right.

Social credit codes and ID numbers by their check digits, dates by the calendar, spans by their form. Phones, e-mail addresses and
regions are only advised on when they are entered, unless the rules ask for one format (`intake.one_format`).
"""

from collections.abc import Iterator

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.encryption import envelope
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import fields, identifiers

RULE = "identifiers"
_WRONG = N_("{path}: {problem}.")
_HINT = N_("Look at the paper again and correct it: archivectl update NUMBER --set {path}=…")
_KINDS = {"record", "interactions"}


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    strictly = bool(tree.regime and tree.regime.get("intake.one_format"))
    for value in file.values if file.kind in _KINDS else ():
        if not isinstance(value.value, str) or envelope.is_sealed(value.value):
            continue
        field = fields.field_at(value.path)
        problem = identifiers.refusal(field.check, value.value) if field and field.check else None
        if strictly and problem is None and field and field.check:
            problem = identifiers.advice(field.check, value.value)
        if problem:
            yield file.finding(RULE, _WRONG, value.at, _HINT, path=value.path, problem=Sentence(problem))
