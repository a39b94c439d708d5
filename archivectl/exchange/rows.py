"""What one row of a table comes to: its values typed and judged, and the file of a new customer sealed and written.

Only plain values go in and out, so that any process can do it: ``crew`` spreads the rows over all cores.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl import intake
from archivectl.encryption.envelope import LEVELS
from archivectl.encryption.rows import Row as KeyringRow
from archivectl.exchange import mapping as maps
from archivectl.exchange.mapping import Problem
from archivectl.exchange.reading import Row
from archivectl.i18n import N_, Sentence, pick
from archivectl.records import fields, identifiers, leaks, schema
from archivectl.records import text as record_text
from archivectl.records.sealing import Level, Sealer, owner
from archivectl.records.typed import WrongValue, typed

_ANY_CONTACT = "contacts[]"
_SOMEBODY = {"uid": "A" * 26, "number": "A-1"}  # stands for what a customer has only once there is a file
_IN_CLEAR = N_("this is kept in clear and holds an identifier ({what}): it belongs in the field made for it")


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: typed values by field path (``contacts[].name`` is its contact's), and what is wrong with it.

    ``assumed`` says that nothing in it told the subject.
    """

    row: int
    subject: str
    values: dict[str, Any]
    problems: tuple[Problem, ...]
    assumed: bool = False

    @property
    def rejected(self) -> bool:
        """Whether a problem forbids importing the row."""
        return any(problem.rejects for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all new files of one import have in common: their first fields, what seals them, and whether their grade raises it."""

    blank: Mapping[str, Any]
    levels: Mapping[str, Level]
    cleared: frozenset[str]
    raises: bool


@dataclass(frozen=True, slots=True)
class New:
    """A file to be opened: uid, number, subject and typed values by field path."""

    uid: str
    number: str
    subject: str
    values: Mapping[str, Any]


def judge(row: Row, *, mapping: maps.Mapping, blank: Mapping[str, Any], default: str, today: str) -> Judged:
    """The values of a row, and every problem of it that shows without looking at the archive.

    Args:
        row: as it was read.
        mapping: what the columns mean.
        blank: the first fields of a new file.
        default: the subject where nothing tells.
        today: the day on which it is entered.
    """
    draft = maps.apply(mapping, row, default)
    values: dict[str, Any] = {}
    problems = list(draft.problems)
    for path, text in draft.values.items():
        try:
            values[path] = typed(fields.known(path), text)
        except WrongValue as error:
            problems.append(Problem(row.number, "", error.message, error.values))
    problems += wrong(row.number, draft.subject, values, blank)
    for path, advice in intake.advice(values, today):
        problems.append(Problem(row.number, fields.known(path).title, advice, {"path": path}, rejects=False))
    return Judged(row.number, draft.subject, values, tuple(problems), draft.assumed)


def wrong(row: int, subject: str, values: Mapping[str, Any], blank: Mapping[str, Any]) -> Iterator[Problem]:
    """What the schema and the check digits refuse, and identifiers where they would stand in clear."""
    data = {**blank, **_SOMEBODY, "subject": subject}
    for path, value in at_contact(values, "cAAAAA").items():
        fields.set_(data, path, value)
    for found in schema.explain_plain(data, subject):
        yield Problem(row, "", found.message, {**found.values, "title": pick(found.title)})
    for path, value in values.items():
        field = fields.known(path)
        if field.check and (refusal := identifiers.refusal(field.check, str(value))):
            yield Problem(row, field.title, refusal)
        if what := leaks.tells(path, value, subject):
            yield Problem(row, field.title, _IN_CLEAR, {"what": Sentence(what)})


def at_contact(values: Mapping[str, Any], contact: str) -> dict[str, Any]:
    """The values with the paths of that contact in place of ``contacts[]``."""
    return {path.replace(_ANY_CONTACT, f"contacts[{contact}]", 1): value for path, value in values.items()}


def write(new: New, *, frame: Frame) -> tuple[bytes, list[KeyringRow]]:
    """The text of a new file, sealed, and the rows of the keyring that must be on disk before it."""
    sealer = Sealer(new.uid, [], frame.levels, frame.cleared)
    data = {**frame.blank, "uid": new.uid, "number": new.number, "subject": new.subject}
    grade = str(new.values.get("secrecy", frame.blank["secrecy"])) if frame.raises else ""
    for path, value in new.values.items():
        level = fields.level_of(path, new.subject, grade)
        fields.set_(data, path, sealer.seal(value, path, level, owner(path)) if level in LEVELS else value)
    return record_text.dump({**data, "keys": sealer.keys} if sealer.keys else data), sealer.minted
