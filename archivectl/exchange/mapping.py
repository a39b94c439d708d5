"""From the columns of a table to the fields of a customer: what each column means, and what a row then says.

``propose`` reads the titles, a map file overrules it, ``apply`` turns one row into the draft of one customer. Nothing is
decided about records here: what could not be used comes back as problems, for the one who imports to read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from archivectl import yaml_text
from archivectl.errors import WrongUsage, told_by
from archivectl.exchange import columns, subjects
from archivectl.exchange.reading import Row
from archivectl.i18n import N_, Sentence
from archivectl.records import fields
from archivectl.records.typed import WrongValue, typed

Cells = dict[str, tuple[str, str]]  # target or field path → text, and the title of the column it comes from

_USUAL = 0.8  # the share of cells that must be of one width before the others are called short
# Without the name of the Republic only three digits can be its year; from 150 on they are a mistyped western one.
_ROC = re.compile(r"(?:(?:中[华華])?民[国國]\s*(\d{1,3})|(0\d\d|1[0-4]\d))(?:(\d\d)(\d\d)|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00)?\Z")
_BETWEEN_MAILS = re.compile(r"[\s;,、，；/]+")

_DAMAGED = N_("Excel has lost digits of this number ({shown}): enter it anew as text")
SHORT = N_("this has {digits} digits and the others have {usual}: Excel may have dropped zeros at its beginning")
_TWICE = N_("this was left out: another column fills the same field")
_OVERFULL = N_("this row has {cells} cells, but there are only {columns} columns: a separator may stand in a cell without quotes")
_NO_DATE = N_("this is no date that could be told: write it as 2026-03-02")
_NO_SUBJECT = N_("this says neither organisation nor person")
_MAILS = N_("only the first of {count} e-mail addresses was taken")


class ColumnMissing(WrongUsage):
    """The map file names a column that the table does not have."""

    message = "The table has no column “{column}”."
    hint = "Its columns are: {columns}"


class MapUnreadable(WrongUsage):
    """The map file does not say what a map file says."""

    message = "The map file {path} cannot be followed: {problem}."
    hint = "It holds columns: {{title: field or null}}, and if need be subject: person and constants: {{field: value}}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a row; ``rejects`` says that the row must not be imported. Holds no sensitive value."""

    row: int
    column: str
    message: str
    values: dict[str, object] = field(default_factory=dict)
    rejects: bool = True

    def __str__(self) -> str:
        return str(Sentence(self.message, **self.values))


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of one column: ``target`` is a field path, a part (``columns.PARTS``) or None; ``reason`` says why.

    ``rank`` orders columns of one target, the best first; ``width`` is the usual number of digits of an identifier, or 0.
    """

    column: str
    target: str | None
    reason: str
    rank: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """A map file: targets by column title, the subject of every row, values for what a row leaves empty."""

    columns: dict[str, str | None] = field(default_factory=dict)
    subject: str | None = None
    constants: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One choice for each column, in their order, with the wishes that go beyond columns."""

    columns: tuple[Choice, ...]
    subject: str | None = None
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def unmatched(self) -> tuple[Choice, ...]:
        """The columns that are not imported."""
        return tuple(choice for choice in self.columns if choice.target is None)


@dataclass(frozen=True, slots=True)
class Draft:
    """What one row says: ``values`` are texts by field path (``contacts[].name`` is the first contact's).

    ``assumed`` says that nothing told the subject.
    """

    row: int
    subject: str
    values: dict[str, str]
    problems: tuple[Problem, ...] = ()
    assumed: bool = False

    @property
    def rejected(self) -> bool:
        """Whether a problem forbids importing the row."""
        return any(problem.rejects for problem in self.problems)


def load(path: Path) -> Wishes:
    """What a map file wishes; raises MapUnreadable, UnknownField or NotYaml."""
    try:
        data = yaml_text.load(path.read_bytes(), path.name) or {}
    except OSError as error:
        raise MapUnreadable(path=path, problem=told_by(error)) from error
    if not isinstance(data, dict) or data.keys() - {"columns", "subject", "constants"}:
        raise MapUnreadable(path=path, problem=Sentence(N_("it may hold only columns, subject and constants")))
    named, constants, subject = data.get("columns") or {}, data.get("constants") or {}, data.get("subject")
    if not isinstance(named, dict) or not isinstance(constants, dict):
        raise MapUnreadable(path=path, problem=Sentence(N_("columns and constants are lists of “name: value”")))
    for target in (*filter(None, named.values()), *constants):
        if target not in columns.PARTS and not columns.single(fields.known(str(target))):
            raise MapUnreadable(path=path, problem=Sentence(N_("“{field}” is not a single field"), field=target))
    if subject is not None and subject not in fields.SUBJECTS:
        raise MapUnreadable(path=path, problem=Sentence(N_("subject is one of {subjects}"), subjects=", ".join(fields.SUBJECTS)))
    return Wishes(
        {str(title): target for title, target in named.items()}, subject, {path: str(value) for path, value in constants.items()}
    )


def propose(titles: Sequence[str], rows: Sequence[Row], wishes: Wishes | None = None) -> Mapping:
    """What each column means by its title, or by the map file where that names it; raises ColumnMissing.

    Args:
        titles: The columns of the sheet.
        rows: Its rows, or enough of them to learn how wide its identifiers are.
        wishes: A map file, which overrules the titles.
    """
    wishes = wishes or Wishes()
    named = {columns.fold(title): target for title, target in wishes.columns.items()}
    for title in wishes.columns:
        if columns.fold(title) not in map(columns.fold, titles):
            raise ColumnMissing(column=title, columns=", ".join(filter(None, titles)))
    ours = any((found := columns.meaning(title)) and found[0] == "number" for title in titles)
    choices = [_choice(title, named, ours=ours) for title in titles]
    parts = {choice.target for choice in choices}
    if "name.company" in parts and parts & {"name.person", "name.given", "name.family"}:
        choices = [_of_a_person(choice) for choice in choices]
    chosen = (replace(choice, width=_width(choice, [row.values[place] for row in rows])) for place, choice in enumerate(choices))
    return Mapping(tuple(chosen), wishes.subject, wishes.constants)


def _choice(title: str, named: dict[str, str | None], *, ours: bool) -> Choice:
    if (folded := columns.fold(title)) in named:
        return Choice(title, named[folded], N_("as the map file says"))
    if found := columns.meaning(title, own=ours):
        return Choice(title, found[0], N_("by its title"), found[1] + 1)
    return Choice(title, None, N_("its title is not known") if title else N_("it has no title"))


def _of_a_person(choice: Choice) -> Choice:
    """In a table of persons and their companies, telephone and e-mail are the person's, unless a map file says otherwise."""
    if choice.rank and f"{choice.target}.person" in columns.OF_A_PERSON:
        return replace(choice, target=f"{choice.target}.person", reason=N_("by its title, in a table of persons and companies"))
    return choice


def _width(choice: Choice, cells: Sequence[str]) -> int:
    if not (choice.target or "").startswith(("identity.", "address.postcode")):
        return 0
    filled = [cell for cell in cells if cell]
    usual = Counter(len(cell) for cell in filled if cell.isdigit()).most_common(1)
    return usual[0][0] if usual and usual[0][1] > _USUAL * len(filled) else 0


def apply(mapping: Mapping, row: Row, default: str = "person") -> Draft:
    """The draft of the customer in one row.

    Args:
        mapping: What the columns mean.
        row: A row of the same table.
        default: The subject where nothing tells. A person by default: to take one for an organisation would show the name.
    """
    cells, problems = _cells(mapping, row)
    told = mapping.subject or subjects.told({target: text for target, (text, _title) in cells.items()}, "")
    subject = told or default
    if "subject" in cells and mapping.subject is None and subjects.meant(cells["subject"][0]) is None:
        problems.append(Problem(row.number, cells["subject"][1], _NO_SUBJECT))
    placed, left = _placed(subject, cells)
    problems += [Problem(row.number, title, _TWICE, rejects=False) for title in left]
    texts: dict[str, str] = {}
    for path, (text, title) in placed.items():
        texts[path], wrong = normal(path, text)
        if wrong:
            problems.append(Problem(row.number, title, *wrong))
    return Draft(row.number, subject, {path: text for path, text in texts.items() if text}, tuple(problems), not told)


def _cells(mapping: Mapping, row: Row) -> tuple[Cells, list[Problem]]:
    """What stands in the row by target, without what is spoilt."""
    cells: Cells = {}
    problems = []
    if len(row.values) > len(mapping.columns):
        counts: dict[str, object] = {"cells": len(row.values), "columns": len(mapping.columns)}
        problems.append(Problem(row.number, "", _OVERFULL, counts))
    for place, choice in sorted(enumerate(mapping.columns), key=lambda each: each[1].rank):
        text = row.values[place]
        if choice.target is None or not text:
            continue
        if place in row.damaged:
            problems.append(Problem(row.number, choice.column, _DAMAGED, {"shown": f"{float(text):.1E}"}))
            continue
        if text.isdigit() and len(text) < choice.width:
            counts = {"digits": len(text), "usual": choice.width, "path": choice.target}
            problems.append(Problem(row.number, choice.column, SHORT, counts, rejects=False))
        if cells.setdefault(choice.target, (text, choice.column))[0] != text:
            problems.append(Problem(row.number, choice.column, _TWICE, rejects=False))
    for path, text in mapping.constants.items():
        cells.setdefault(path, (text, ""))
    return cells, problems


def _placed(subject: str, cells: Cells) -> tuple[Cells, list[str]]:
    """What the parts come to, by field path; and the columns that found their field taken."""
    placed: Cells = {}
    left = []

    def put(path: str, cell: tuple[str, str]) -> None:
        if placed.setdefault(path, cell)[0] != cell[0]:
            left.append(cell[1])

    person = subject == "person"
    company, anyone, own = cells.get("name.company"), cells.get("name"), _own_name(cells)
    for name in (own, anyone) if person else (company, anyone):
        if name:
            put("name", name)
    if "name" not in placed and (other := company if person else own):
        put("name", other)
    elif other := company if person else own:
        put("person.workplace" if person else "contacts[].name", other)
    # A person's own telephone goes before the one that is anyone's; a contact's before what is only some person's.
    for target, cell in sorted(cells.items(), key=lambda each: (each[0] in columns.OF_A_PERSON) != person):
        if target in columns.OF_A_PERSON:
            put(columns.OF_A_PERSON[target][0 if person else 1], cell)
        elif target not in {*columns.PARTS, "name", "subject"}:
            put(target, cell)
    return placed, left


def _own_name(cells: Cells) -> tuple[str, str] | None:
    """The name of the person in the row, Chinese ones family first and without a gap."""
    given, family = cells.get("name.given"), cells.get("name.family")
    if "name.person" in cells or not (given and family):
        return cells.get("name.person") or given or family
    chinese = re.match(r"[\u3400-\u9fff]", family[0])
    return (family[0] + given[0] if chinese else f"{given[0]} {family[0]}"), family[1]


def normal(path: str, text: str) -> tuple[str, tuple[str, dict[str, object], bool] | None]:
    """The text as the field takes it, and what is wrong with it: message, values and whether that rejects the row."""
    known = fields.known(path)
    if known.check == "email":
        mails = [mail for mail in _BETWEEN_MAILS.split(text) if "@" in mail]
        return (mails[0], (_MAILS, {"count": len(mails)}, False)) if len(mails) > 1 else (text, None)
    if known.type == "date":
        try:
            return typed(known, _western(_MIDNIGHT.sub("", text))), None
        except WrongValue:
            return "", (_NO_DATE, {}, True)
    return (text if known.type == "long" else re.sub(r"\s*\n\s*", " ", text)), None


def _western(date: str) -> str:
    """A date of the Republic's calendar (``1120831``, ``112/8/31``, ``民國39年12月29日``) in ours, others as they are."""
    if (found := _ROC.fullmatch(date)) is None:
        return date
    year, month, day = [part for part in found.groups() if part]
    return f"{int(year) + 1911}-{month}-{day}"
