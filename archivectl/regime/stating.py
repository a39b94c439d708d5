"""What a regime says at a path: a value, that it is done without a figure, or nothing; and which file says it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archivectl.regime.model import OPEN_TIMES, Regime

_BASE = "base"


class Stated(NamedTuple):
    """A value with the file it stands in; ``how`` is stated, unquantified, base (what holds untold) or absent.

    ``several`` says that the value lists what as many rows say there. ``meant`` are the words for a time without a figure in it,
    as the regime takes them; once a regulation or the house says what they mean, the value is as good as stated.
    """

    value: Any
    source: str
    how: str
    several: bool = False
    meant: Mapping[str, Any] = {}

    @property
    def holds(self) -> bool:
        """Whether anything is in force."""
        return self.how != "absent"


def stated(regime: Regime, path: str) -> Stated:
    """What the regime says at a path; below a list, what its rows say there, and ``*`` is any key.

    The rules of a section that takes those of another (``read: {as: lend}``) are the other's.
    """
    section, _dot, rest = path.partition(".")
    if rest.partition(".")[0] == "rules":
        path = f"{regime.get(f'{section}.as', section)}.{rest}"
    found = list(_found(regime.values, path.split(".")))
    value = found[0] if len(found) == 1 else found or None
    source = regime.origin(path.partition(".*")[0])
    if value is None or (source == _BASE and value in ([], {}, "", False)):
        return Stated(None, source, "absent")
    meant = {word: regime.values.get(word) for each in found for word in _without_figure(each)}
    open_ = any(value is None or regime.origin(word) == _BASE for word, value in meant.items())
    how = "unquantified" if open_ else "base" if source == _BASE else "stated"
    return Stated(value, source, how, len(found) > 1, meant)


def _without_figure(value: Any) -> Iterator[str]:  # noqa: ANN401 - a value of a regime
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _without_figure(each)
    elif isinstance(value, str) and value in OPEN_TIMES:
        yield value


def _found(value: Any, parts: list[str]) -> Iterator[Any]:  # noqa: ANN401 - walks plain data
    if not parts:
        if value is not None:
            yield value
    elif isinstance(value, list):
        seen: list[Any] = []
        for row in value:
            for one in _found(row, parts):
                if one not in seen:
                    seen.append(one)
                    yield one
    elif isinstance(value, Mapping):
        first, *rest = parts
        for key in value if first == "*" else [first]:
            yield from _found(value.get(key), rest)
