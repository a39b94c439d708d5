"""Registers at large: entering what no other command enters, carrying an entry on, showing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import KeyMissing, WrongUsage
from archivectl.i18n import Titles, Word
from archivectl.records.opening import NotCleared
from archivectl.regime import spans
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Column, Kind


class UnknownColumn(WrongUsage):
    """A column that the register does not have."""

    message = "The register {kind} has no column “{column}”."
    hint = "Its columns are: {known}"


class WrongCell(WrongUsage):
    """A value that a column cannot take."""

    message = "{column}: “{value}” is not what stands there."
    hint = "It takes: {takes}"


class UnknownStep(WrongUsage):
    """A step that the register does not have."""

    message = "The register {kind} has no step “{step}”."
    hint = "Its steps are: {known}"


class OwnCommand(WrongUsage):
    """An entry or step that does more than stand in the register."""

    message = "This is not entered in the register {kind} by hand."
    hint = "Use: archivectl {command}"


_STEPS = {
    "destruction.execute": "destroy execute",
    "destruction.complete": "destroy execute",
    "destruction.verify": "destroy verify",
    "import.undo": "undo",
    "loan.hand_out": "lend",
    "loan.renew": "renew",
}
_COMMANDS = {
    "destruction": "destroy propose",
    "hold": "hold",
    "import": "import",
    "loan": "lend",
    "review": "review",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a person reads it."""

    date: str
    act: str
    by: str
    post: str
    means: str
    data: Mapping[str, Any]


def add(archive: Archive, kind: str, references: Sequence[str], columns: Mapping[str, str]) -> Case:
    """Make an entry; ``columns`` as typed, by column name or title. Raises NotAllowed, UnknownColumn, WrongCell, OwnCommand."""
    found = archive.kind(kind)
    if kind in _COMMANDS:
        raise OwnCommand(kind=Titles([found.title]), command=_COMMANDS[kind])
    opening = next(name for name, step in found.steps.items() if not step.start)
    records = [archive.record(reference) for reference in references]
    work = Work.opening(archive, kind, records, cells(found, columns))
    work.step(opening)
    return work.commit()


def carry_on(archive: Archive, reference: str, step: str, data: Mapping[str, str]) -> Case:
    """Take the next step of an entry. Raises NotAllowed, UnknownStep, UnknownColumn, WrongCell, OwnCommand."""
    case = archive.case(reference)
    if step not in case.kind.steps:
        known = Titles(Word(case.kind.name, name) for name in case.kind.steps)
        raise UnknownStep(kind=Titles([case.kind.title]), step=step, known=known)
    if command := _STEPS.get(case.kind.steps[step].code):
        raise OwnCommand(kind=Titles([case.kind.title]), command=command)
    work = Work.on(archive, case)
    work.step(step, cells(case.kind, data))
    return work.commit()


def cells(kind: Kind, typed: Mapping[str, str]) -> dict[str, Any]:
    """Typed values by column from what was typed under a column's name or title."""
    columns = {**kind.data, **kind.columns}
    named = {column.name: column for column in columns.values()}
    named |= {name: c for c in columns.values() for title in c.titles.values() for name in (title, title.rstrip(" ℃%"))}
    result = {}
    for name, text in typed.items():
        if name not in named:
            raise UnknownColumn(kind=Titles([kind.title]), column=name, known=Titles(each.titles for each in columns.values()))
        column = named[name]
        result[column.name] = _cell(column, text)
    return result


def _cell(column: Column, text: str) -> Any:  # noqa: ANN401 - any value of a column
    if column.type == "choice":
        for key, titles in column.choices.items():
            if text in {key, titles.get("zh"), titles.get("en")}:
                return key
        raise WrongCell(column=Titles([column.titles]), value=text, takes=Titles(column.choices.values()))
    if column.type == "integer":
        if not text.isdigit():
            raise WrongCell(column=Titles([column.titles]), value=text, takes="1, 2, 3 …")
        return int(text)
    if column.type == "boolean":
        return text.lower() in {"yes", "true", "是", "1"}
    if column.type == "date":
        spans.moment(text)
    if column.type == "number" and not text.lstrip("-").replace(".", "", 1).isdigit():
        raise WrongCell(column=Titles([column.titles]), value=text, takes="21.5")
    return str(spans.span(text)) if column.type == "span" else text


def columns_of(archive: Archive, case: Case) -> dict[str, Any]:
    """The columns of an entry as far as the reader may know them; None where sealed."""
    return {name: _opened(archive, case, value, f"columns.{name}") for name, value in case.entry.columns.items()}


def lines_of(archive: Archive, case: Case) -> list[Line]:
    """The events of an entry, what was sealed opened as far as the reader may know it."""
    found = []
    for event in case.entry.events:
        kept = {key: value for key, value in event.data.items() if key != "rule"}
        data = {key: _opened(archive, case, value, f"events[{event.id}].data.{key}") for key, value in kept.items()}
        name = archive.members[event.by].name if event.by in archive.members else str(data.pop("who", None) or event.by)
        found.append(Line(event.date, event.act, name, event.post, event.means, data))
    return found


def _opened(archive: Archive, case: Case, value: Any, path: str) -> Any:  # noqa: ANN401 - any value of a column
    if not is_sealed(value):
        return value
    try:
        return archive.opener.open(value, path, case.uid, case.entry.all_keys)
    except (KeyMissing, NotCleared):
        return None
