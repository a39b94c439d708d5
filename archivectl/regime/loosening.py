"""Where other rules ask for fewer signatures than those before them, or allow what was not: tables of rules, and single chains.

Whoever replaces a table replaces all of it, and what it asked for is gone without a word; this finds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from archivectl.members.member import LEVELS
from archivectl.regime.model import first

CHAINS = ("approve", "supervise", "agree", "confirm", "attest", "sign", "review")
_OF_PEOPLE = ("posts", "roles", "who")  # nothing is signed there
Row = Mapping[str, Any]


class Loosened(NamedTuple):
    """What is asked for at a path, or of what a condition fits, and what was; None for what is barred."""

    path: str
    when: Mapping[str, Any]
    before: Sequence[Any] | None
    after: Sequence[Any]


def loosened(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Loosened]:
    """What the later values of a regime let pass that the earlier ones did not."""
    found = list(_chains(before, after, ""))
    for section, stated in before.items():
        if isinstance(stated, Mapping) and isinstance(stated.get("rules"), list) and not _elsewhere(section, before, after):
            found += _tables(f"{section}.rules", _table(before, section), _table(after, section))
    return found


def _elsewhere(section: str, *sides: Mapping[str, Any]) -> bool:
    """Whether all along the rules of a section are those of another, and so judged there."""
    return all((values.get(section) or {}).get("as", section) != section for values in sides)


def _table(values: Mapping[str, Any], section: str) -> Sequence[Row]:
    """The rows that hold for a section: its own, or those of the section that it names."""
    named = (values.get(section) or {}).get("as", section)
    rows = (values.get(named) or {}).get("rules")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _chains(before: Any, after: Any, at: str) -> Iterator[Loosened]:  # noqa: ANN401 - values of a regime
    """Single chains that lost a signature."""
    for key, value in before.items() if isinstance(before, Mapping) and at not in _OF_PEOPLE else ():
        path, now = f"{at}.{key}" if at else key, after.get(key) if isinstance(after, Mapping) else None
        if key in CHAINS and isinstance(value, list):
            if isinstance(now, list) and len(now) < len(value):
                yield Loosened(path, {}, value, now)
        else:
            yield from _chains(value, now, path)


def _tables(path: str, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Loosened]:
    """What the rows of a table asked for, of cases made of all that both tables ask about."""
    if list(before) == list(after) or not after:
        return
    seen: list[tuple[Any, Any]] = []
    for facts in _cases(before, after):
        was, now = first(before, facts), first(after, facts)
        if was is not None and now is not None and _looser(was, now) and (was, now) not in seen:
            seen.append((was, now))
            when = {**(now.get("when") or {}), **(was.get("when") or {})}
            yield Loosened(path, when, None if was.get("barred") else was.get("approve") or [], now.get("approve") or [])


def _looser(was: Row, now: Row) -> bool:
    if now.get("barred"):
        return False
    return bool(was.get("barred")) or len(now.get("approve") or ()) < len(was.get("approve") or ())


def _cases(*tables: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Facts that some row of each table may be about, at every level of secrecy."""
    asked = [[{}, *(facts for row in rows for facts in _facts(row.get("when") or {}))] for rows in tables]
    for parts in product(*asked):
        facts = {key: value for part in parts for key, value in part.items()}
        yield from ({**facts, "secrecy": level} for level in LEVELS)


def _facts(when: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Facts that a condition fits, whatever the level of secrecy; of several words that will do each by itself."""
    plain = {key: value for key, value in when.items() if key != "secrecy"}
    choices = [
        [*_facts(value)] if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
        for value in plain.values()
    ]
    for chosen in product(*choices):
        yield dict(zip(plain, chosen, strict=True))
