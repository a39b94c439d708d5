"""Rows of volumes and papers: what each adds to its file or changes there, and what is wrong with it."""

from typing import Any

from archivectl import intake
from archivectl.archive import Archive
from archivectl.cases import random_id
from archivectl.errors import ArchiveError
from archivectl.exchange import matching
from archivectl.exchange.mapping import Problem
from archivectl.exchange.papers import Paper
from archivectl.exchange.rows import wrong
from archivectl.exchange.targets import Target
from archivectl.i18n import N_
from archivectl.intake import contents
from archivectl.records import parts
from archivectl.records.typed import typed

SECTIONS = {"volume": "volumes", "document": "documents"}
# What tells one item from the others: all of these that a row states are those of the same item.
_TELLING = {"volumes": ("archive_number", "number"), "documents": ("kind", "number", "title", "date")}
_CALLED = {"题名": "title", "題名": "title"}  # one column for volumes and papers, whose own titles differ
_NAMELESS = N_("nothing in it tells a second run that this is the same item: give its number, title or date")
_NO_VOLUME = N_("{file} has no volume “{volume}”")


def judge(archive: Archive, paper: Paper, target: Target) -> tuple[dict[str, Any], list[Problem]]:
    """The values, by path, that a row puts into its file, none that stands there already; and what is wrong with them."""
    section, row = SECTIONS[paper.kind], paper.row.number
    try:
        told = _told(archive, paper, target)
        known = {key: told[key] for key in _TELLING[section] if key in told}
        if not known:
            return {}, [Problem(row, "", _NAMELESS)]
        item = target.item(archive, section, known) or section[0] + random_id(5)
        values = {f"{section}[{item}].{key}": value for key, value in told.items()}
        fresh = {path: value for path, value in values.items() if target.standing(archive, path) != value}
    except ArchiveError as error:
        return {}, [Problem(row, "", error.message, error.values)]
    if isinstance(told.get("volume"), Problem):
        return {}, [told["volume"]]
    problems = list(wrong(row, target.subject, values, intake.blank(archive)))
    if target.record and fresh:
        reasons = matching.refusals(archive, target.record, {**target.values, **fresh})
        problems += [Problem(row, "", reason.message, dict(reason.values)) for reason in reasons]
    return fresh, problems


def _told(archive: Archive, paper: Paper, target: Target) -> dict[str, Any]:
    """The typed values of a row by key; a volume by its id, or the problem that there is none."""
    told = dict[str, Any]()
    for title, text in paper.cells.items():
        field = contents.field_of(SECTIONS[paper.kind], _CALLED.get(title, title))
        key = field.path.rpartition(".")[2]
        found = part(archive, paper, target, text) if field.path == "documents[].volume" else typed(field, text)
        told[key] = parts.split(found)[1] if isinstance(found, str) and key == "volume" else found
    return told


def part(archive: Archive, paper: Paper, target: Target, name: str) -> str | Problem:
    """The volume of a file that its number or archive number means; raises NotCleared or a KeyMissing."""
    for told in ({"number": int(name)} if name.isascii() and name.isdigit() else {}, {"archive_number": name}):
        if told and (found := target.item(archive, "volumes", told)):
            return parts.path("volumes", found)
    return Problem(paper.row.number, "", _NO_VOLUME, {"file": paper.of, "volume": name})
