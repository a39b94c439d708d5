"""Registers at large: entering what no other command enters, carrying an entry on, showing it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.encryption.envelope import is_sealed
from archivectl.errors import KeyMissing, WrongUsage
from archivectl.i18n import N_, Titles, Word, fitting, keyed, nearest
from archivectl.members.member import called
from archivectl.records.opening import NotCleared
from archivectl.regime import spans
from archivectl.regime.model import within
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Column, Kind


class UnknownColumn(WrongUsage):
    """A column that the register does not have."""

    message = "The register {kind} has no column “{column}”."
    hint = "The nearest are: {close}. All of them: archivectl register kinds {register}"


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


_MEMBERS = {("delegation", "to")}  # columns that name a member although they are text
_YES = frozenset({"yes", "true", "是", "1"})
_FORMS = {
    "integer": ("[0-9]{1,9}", "1, 2, 3 …"),
    "boolean": ("yes|true|是|1|no|false|否|0", N_("yes or no")),
    "number": (r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?", N_("a number, such as 21.5")),
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
    openings = [step for step in found.steps.values() if not step.start]
    typed = _resolved(archive, found, cells(found, columns))
    opening = next((step for step in openings if step.fits(typed)), openings[0])
    if command := opening.command:
        raise OwnCommand(kind=Titles([found.title]), command=command)
    work = Work.opening(archive, kind, [archive.record(reference) for reference in references], typed)
    work.step(opening.name)
    return work.commit()


def carry_on(archive: Archive, reference: str, step: str, data: Mapping[str, str]) -> Case:
    """Take the next step of an entry. Raises NotAllowed, UnknownStep, UnknownColumn, WrongCell, OwnCommand."""
    case = archive.case(reference)
    if step not in case.kind.steps:
        known = Titles(Word(case.kind.name, name) for name in case.kind.steps)
        raise UnknownStep(kind=Titles([case.kind.title]), step=step, known=known)
    if command := case.kind.steps[step].command:
        raise OwnCommand(kind=Titles([case.kind.title]), command=command)
    work = Work.on(archive, case)
    work.step(step, _resolved(archive, case.kind, cells(case.kind, data)))
    return work.commit()


def _resolved(archive: Archive, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by what the archive keeps: uids of entries, handles of members, keys of posts. Raises UnknownEntry.

    Numbers and names may change, uids and handles never do; whoever is no member stands there as typed.
    """
    return {name: _kept(archive, kind, name, value) for name, value in values.items()}


def _kept(archive: Archive, kind: Kind, name: str, value: Any) -> Any:  # noqa: ANN401 - any value of a column
    column = kind.column(name)
    if column is not None and column.type == "entry":
        return archive.case(str(value)).uid
    if (column is not None and column.type == "member") or (kind.name, name) in _MEMBERS:
        member = called(archive.members, str(value))
        return member.handle if member else value
    if name == "post":
        return _key(str(value), {**archive.regime.get("roles", {}), **archive.regime.get("posts", {})})
    return value


def _key(text: str, titles: Mapping[str, Any]) -> str:
    """The key of what a title in either language means; what is no title stays as it is."""
    return next((key for key, title in titles.items() if text in {key, title.get("zh"), title.get("en")}), text)


def cells(kind: Kind, typed: Mapping[str, str]) -> dict[str, Any]:
    """Typed values by column from what was typed under a column's name or title."""
    columns = {**kind.data, **kind.columns}
    named = {column.name: column for column in columns.values()}
    named |= {name: c for c in columns.values() for title in c.titles.values() for name in (title, title.rstrip(" ℃%"))}
    result = {}
    for name, text in typed.items():
        if name not in named:
            words = {word: column.name for word, column in named.items()}
            close = keyed({key: {"zh": columns[key].titles["zh"]} for key in nearest(name, words)})
            raise UnknownColumn(kind=Titles([kind.title]), column=name, close=close, register=kind.name)
        column = named[name]
        result[column.name] = _cell(column, text)
    return result


def _cell(column: Column, text: str) -> Any:  # noqa: ANN401 - any value of a column
    if column.type == "choice":
        for key, titles in column.choices.items():
            if text in {key, titles.get("zh"), titles.get("en")}:
                return key
        few = fitting(text, column.choices)
        raise WrongCell(column=Titles([column.titles]), value=text, takes=Titles(few.values()))
    if column.type in _FORMS:
        half = unicodedata.normalize("NFKC", text).strip().lower()
        form, takes = _FORMS[column.type]
        if not re.fullmatch(form, half):
            raise WrongCell(column=Titles([column.titles]), value=text, takes=takes)
        if not all(within(bound, half) for bound in column.can):
            raise WrongCell(column=Titles([column.titles]), value=text, takes=" ".join(column.can))
        return int(half) if column.type == "integer" else half in _YES if column.type == "boolean" else half
    if column.type == "date":
        spans.moment(text)
    return str(spans.span(text)) if column.type == "span" else text


def columns_of(archive: Archive, case: Case) -> dict[str, Any]:
    """The columns of an entry as far as the reader may know them; None where sealed."""
    opened = {name: _opened(archive, case, value, f"columns.{name}") for name, value in case.entry.columns.items()}
    return {name: _numbered(archive, case.kind.columns.get(name), value) for name, value in opened.items()}


def lines_of(archive: Archive, case: Case) -> list[Line]:
    """The events of an entry, what was sealed opened as far as the reader may know it."""
    found = []
    for event in case.entry.events:
        kept = {key: value for key, value in event.data.items() if key != "rule"}
        data = {key: _opened(archive, case, value, f"events[{event.id}].data.{key}") for key, value in kept.items()}
        data = {key: _numbered(archive, case.kind.column(key), value) for key, value in data.items()}
        name = archive.members[event.by].name if event.by in archive.members else str(data.pop("who", None) or event.by)
        found.append(Line(event.date, event.act, name, event.post, event.means, data))
    return found


def _numbered(archive: Archive, column: Column | None, value: Any) -> Any:  # noqa: ANN401 - any value of a column
    """A reference to an entry as people say it: its number, where it still exists."""
    if column is None or column.type != "entry":
        return value
    try:
        return archive.case(str(value)).id
    except WrongUsage:
        return value


def _opened(archive: Archive, case: Case, value: Any, path: str) -> Any:  # noqa: ANN401 - any value of a column
    if not is_sealed(value):
        return value
    try:
        return archive.opener.open(value, path, case.uid, case.entry.all_keys)
    except (KeyMissing, NotCleared):
        return None
