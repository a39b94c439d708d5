"""Which values of a regime an answer read: mappings that note what is asked of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields as parts_of
from typing import Any

from archivectl.i18n import Sentence, Titles, Word
from archivectl.regime.model import Regime

_TITLES = frozenset({"zh", "en"})
EVERY = "*"  # what is asked of a mapping as a whole: which keys it has
_seen: list[set[str]] = [set()]


class Noting(dict[str, Any]):
    """A mapping of a regime that notes by dotted path what is read of it; titles and lists are read whole."""

    def __init__(self, values: Mapping[str, Any], above: str = "") -> None:
        super().__init__((key, _noting(value, f"{above}{key}")) for key, value in values.items())
        self.above = above

    def _note(self, key: str) -> None:
        if type(super().get(key)) is not Noting:
            _seen[0].add(f"{self.above}{key}")

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        _seen[0].add(f"{self.above}{key}")
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._note(EVERY)
        return super().__iter__()

    def __len__(self) -> int:
        self._note(EVERY)
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    __hash__ = None

    def __or__(self, other: Any) -> Any:
        return {**dict(self.items()), **other}

    def keys(self) -> Any:
        self._note(EVERY)
        return super().keys()

    def values(self) -> Any:
        self._all()
        return super().values()

    def items(self) -> Any:
        self._all()
        return super().items()

    def _all(self) -> None:
        for key in (*super().keys(), EVERY):
            self._note(key)


def _noting(value: Any, at: str) -> Any:
    """A value below; titles stay as they are."""
    return Noting(value, f"{at}.") if isinstance(value, Mapping) and not value.keys() <= _TITLES else value


def noting(law: Regime) -> Regime:
    """The regime, of which is noted what is read."""
    return law._replace(values=Noting(law.values), meant=Noting(law.meant or law.values))


@contextmanager
def reading() -> Iterator[set[str]]:
    """What is read of a noting regime meanwhile."""
    before, _seen[0] = _seen[0], set()
    try:
        yield _seen[0]
    finally:
        _seen[0] = before


def plain(value: Any) -> Any:
    """An answer as plain data that can be compared."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, Iterator)):
        return [plain(inner) for inner in value]
    if isinstance(value, (Sentence, Titles, Word)):
        return plain(vars(value))
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return [plain(getattr(value, each.name)) for each in parts_of(value)]
