"""Whether regulations hold together: what two of them state differently and the house leaves open; and how a value is written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl import yaml_text

ABOUT = frozenset({"regulation", "title", "clauses"})
_WIDE = 60  # letters of a value
_TITLES = frozenset({"zh", "en"})
ITS_OWN = ABOUT | {"lead", "governing"}  # what each regulation may say of itself


def conflicts(one: Any, two: Any, house: Any = None) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - values of a regime
    """The paths that two regulations state differently and the house rules do not decide.

    What they say of themselves, and what they call things, is no rule: the last title counts.
    """
    yield from (at for at in _differences(one, two, house or {}, ()) if at and at[0] not in ITS_OWN)


def at(data: Any, path: Iterable[str | int]) -> Any:  # noqa: ANN401 - values of a regime
    """What stands at a path; None where nothing does."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def written(value: Any) -> str:  # noqa: ANN401 - values of a regime
    """A value as it stands in a file of rules, on one line; the end of a long one left out."""
    said = yaml_text.flow(value)
    return said if len(said) <= _WIDE else f"{said[: _WIDE - 1]}…"


def _differences(one: Any, two: Any, house: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        if one.keys() | two.keys() <= _TITLES:
            return
        for key in two:
            if key in one and not (isinstance(house, Mapping) and key in house and not isinstance(house[key], Mapping)):
                inner = house.get(key) if isinstance(house, Mapping) else None
                yield from _differences(one[key], two[key], inner, (*at, key))
    elif one != two:
        yield at
