"""A year's survey of satisfaction as figures: how many answered, and what they rated on the average."""

from collections.abc import Iterable
from typing import NamedTuple

from archivectl.registers.fold import Case

_ANSWERED = frozenset({"recorded", "improved"})


class Tabulated(NamedTuple):
    """The answers of a year and their average, to the nearest whole number; None where nobody answered."""

    year: str
    answers: int
    rating: int | None


def answers(cases: Iterable[Case], year: str) -> list[Case]:
    """The answers of a year: by the day of the survey, or else that of the entry."""
    return [case for case in cases if case.state in _ANSWERED and asked(case)[:4] == year]


def asked(case: Case) -> str:
    """The day a customer was asked."""
    return str(case.entry.columns.get("date") or (case.done[0].date if case.done else ""))[:10]


def tabulated(cases: Iterable[Case], year: str) -> Tabulated:
    """What the answers of a year come to."""
    ratings = [int(case.entry.columns["rating"]) for case in answers(cases, year) if "rating" in case.entry.columns]
    return Tabulated(year, len(ratings), (2 * sum(ratings) + len(ratings)) // (2 * len(ratings)) if ratings else None)
