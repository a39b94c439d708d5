"""How much there is, asked of the index alone: entries by register, what is late, which fields are filled."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from archivectl.search.index import LIVING

Query = Callable[..., Any]
_ENTRIES = "SELECT kind, count(*), count(step), coalesce(max(since), '') FROM entries GROUP BY kind"
_LATE = """SELECT kind || '.' || step, count(*) FROM entries WHERE step IS NOT NULL AND due < :now AND due <> :today GROUP BY 1
    UNION ALL SELECT duty, count(*) FROM duties WHERE due < :now AND due <> :today GROUP BY 1"""
_YEAR = "SELECT count(*) FROM entries WHERE kind = ? AND state = ? AND year = ?"


class Register(NamedTuple):
    """How many entries there are, how many wait for somebody, and the day (ISO) of the last act; empty where there is none."""

    entries: int
    open: int
    last: str


def registers(query: Query) -> dict[str, Register]:
    """Every register that has entries, by kind."""
    return {kind: Register(count, waiting, last[:10]) for kind, count, waiting, last in query(_ENTRIES)}


def late(query: Query, now: str) -> dict[str, int]:
    """How much is overdue at a civil time, by duty."""
    return dict(query(_LATE, {"now": now, "today": now[:10]}).fetchall())


def done(query: Query) -> dict[str, str]:
    """The newest day on which each thing was done that is done again and again."""
    found: dict[str, str] = {}
    for (text,) in query("SELECT topic FROM entries WHERE topic IS NOT NULL"):
        for name, day in json.loads(text).items():
            found[name] = max(day, found.get(name, ""))
    return found


def of_year(query: Query, kind: str, state: str, year: str) -> int:
    """How many entries of a register's year are in a state."""
    return int(query(_YEAR, (kind, state, year)).fetchone()[0])


def filled(query: Query, paths: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many files there are, and in how many of them each field stands in clear."""
    counts = ", ".join(["count(*)", *("count(json_extract(data, ?))" for _path in paths)])
    total, *found = query(f"SELECT {counts} FROM records WHERE {LIVING}", [f"$.{path}" for path in paths]).fetchone()  # noqa: S608 - ours
    return total, dict(zip(paths, found, strict=True))
