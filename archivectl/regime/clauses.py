"""The clauses that regulations are made of: what each demands, where the regime states it, and what meets it."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from archivectl import yaml_text
from archivectl.errors import WrongUsage

KINDS = {"S": ("field", "register"), "G": ("gate",), "C": ("check",), "R": ("register", "form", "report"), "A": ("register",)}
STRENGTHS = {
    "gate": "enforced",
    "check": "watched",
    "register": "recorded",
    "form": "recorded",
    "report": "recorded",
    "field": "recorded",
}


class UnknownClause(WrongUsage):
    """A name that no clause has."""

    message = "There is no clause “{name}”."
    hint = "Clauses are named like LOAN-04; those of this archive: archivectl comply"


class Clause(NamedTuple):
    """One demand: its sentence by language, its kinds, the path of the regime that governs it (or none), what meets it.

    What meets it is written ``kind:name``; the kinds that a clause is of say which are needed.
    """

    name: str
    titles: Mapping[str, str]
    kinds: tuple[str, ...]
    parameter: str | None
    met_by: tuple[str, ...]


@cache
def catalogue() -> Mapping[str, Clause]:
    """Every clause by its name."""
    data = yaml_text.load(files("archivectl.regime").joinpath("clauses.yaml").read_bytes(), "clauses.yaml")
    return {
        name: Clause(
            name,
            {"zh": row["zh"], "en": row["en"]},
            tuple(row["kinds"]),
            row.get("parameter"),
            tuple(row.get("met_by", ())),
        )
        for name, row in data.items()
    }


def clause(name: str) -> Clause:
    """The clause of a name, however it is written; raises UnknownClause."""
    found = catalogue().get(name.upper())
    if found is None:
        raise UnknownClause(name=name)
    return found


@cache
def _governing() -> Mapping[str, tuple[str, ...]]:
    """The clauses that each path of a regime is governed by."""
    found: dict[str, list[str]] = {}
    for each in catalogue().values():
        if each.parameter:
            found.setdefault(each.parameter, []).append(each.name)
    return {path: tuple(names) for path, names in found.items()}


@cache
def _meeting() -> Mapping[str, tuple[str, ...]]:
    """The clauses that each mechanism meets."""
    found: dict[str, list[str]] = {}
    for each in catalogue().values():
        for mechanism in each.met_by:
            found.setdefault(mechanism, []).append(each.name)
    return {mechanism: tuple(names) for mechanism, names in found.items()}


def governing(path: str, listed: Collection[str], mechanism: str = "") -> str:
    """The clause that governs a path or the nearest above it in its section, or that a mechanism meets, or of the section.

    Those that are listed come first, and of several at one path the one that the mechanism meets. ``*`` in the parameter of a
    clause stands for any name in the second place: ``files.*.papers`` governs ``files.store.papers``.
    """
    met = _meeting().get(mechanism, ())
    levels = list(_levels(path))
    for names in (*levels[:-1], met, *levels[-1:]):
        if found := [name for name in names if name in listed]:
            return next((name for name in found if name in met), found[0])
    return next((name for names in levels for name in names), "")


def _levels(path: str) -> Iterator[tuple[str, ...]]:
    """The clauses at a path, and at each path above it."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        exactly, anywhere = ".".join(parts[:length]), ".".join([parts[0], "*", *parts[2:length]])
        yield _governing().get(exactly, ()) or _governing().get(anywhere, ())
