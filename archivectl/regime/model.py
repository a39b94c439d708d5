"""The regime as a value: what holds, where each value comes from, and the rule tables in it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archivectl.members.member import LEVELS
from archivectl.regime.calendar import WEEKDAYS, Calendar
from archivectl.regime.clauses import governing

Row = Mapping[str, Any]
OPEN_TIMES = ("regularly", "timely")  # what regulations say where they name no figure


class Regime(NamedTuple):
    """Base, adopted regulations and house rules merged; ``origins`` names the file of every leaf by dotted path.

    ``clauses`` are those that the adopted regulations list, ``listing`` the file that lists each; ``meant`` are the values with
    words for a time that the sources leave open (``regularly``, ``timely``) as this archive takes them.
    """

    values: Mapping[str, Any]
    base: Mapping[str, Any]
    origins: Mapping[str, str]
    titles: Mapping[str, Any]
    clauses: frozenset[str]
    kinds: Mapping[str, bytes]
    digest: str
    calendar: Calendar = WEEKDAYS
    meant: Mapping[str, Any] | None = None
    listing: Mapping[str, str] = {}

    def get(self, path: str, default: Any = None) -> Any:  # noqa: ANN401 - any value of a regime
        """The value at a dotted path, or ``default`` where the regime is silent."""
        return _at(self.values if self.meant is None else self.meant, path, default)

    def origin(self, path: str) -> str:
        """The file that states this path, or something below it, or the nearest above it."""
        below = (file for at, file in self.origins.items() if at.startswith(f"{path}."))
        if path not in self.origins and (file := next(below, "")):
            return file
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            if source := self.origins.get(".".join(parts[:length])):
                return source
        return "base"

    def clause(self, path: str, mechanism: str = "") -> str:
        """The clause that governs a path, or that a mechanism meets (``gate:…``, ``check:…``), if possible one that is listed."""
        return governing(path, self.clauses, mechanism)

    def department(self, word: str | None) -> str | None:
        """A department by its key, where the regime has one that is called so; else as it was called."""
        for key, title in (self.get("departments") or {}).items():
            if word is not None and word in (key, *(title.values() if isinstance(title, Mapping) else (title,))):
                return str(key)
        return word

    def titled(self, *posts: str) -> dict[str, str]:
        """The titles of posts (``post`` or ``post of whom``) or roles of which any will do."""
        known = {**self.get("roles", {}), **self.get("posts", {})}
        found = [known.get(name, {"zh": name, "en": name}) for name in (post.partition(" of ")[0] for post in posts)]
        return {language: " / ".join(title[language] for title in found) for language in ("zh", "en")}

    def raised_to(self, record: Mapping[str, Any]) -> str:
        """The level that a record's grade raises its content to; empty where the rules raise nothing."""
        return str(record.get("secrecy") or "") if self.get("secrecy.raise") is True else ""

    def rule(self, path: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The first row of a rule table that matches; what it leaves out about the term is the base table's."""
        row = dict(first(self.get(path, ()), facts) or {})
        if "term" not in row and not row.get("barred"):
            basic = first(_at(self.base, path, ()), facts) or {}
            if "term" in basic:
                row["term"] = basic["term"]
        return row


def meaning(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a regime with each word for a time left open as the regime itself says what it means."""
    words = {word: values[word] for word in OPEN_TIMES if values.get(word)}
    return {key: value if key in OPEN_TIMES else _meant(value, words) for key, value in values.items()}


def _meant(value: Any, words: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain data of any shape
    if isinstance(value, Mapping):
        return {key: _meant(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_meant(item, words) for item in value]
    return words.get(value, value) if isinstance(value, str) else value


def _at(values: Any, path: str, default: Any) -> Any:  # noqa: ANN401 - walks plain data
    for part in path.split("."):
        if not isinstance(values, (dict, Mapping)) or part not in values:  # nearly always the former, which is told at once
            return default
        values = values[part]
    return values


def first(rows: Iterable[Row], facts: Mapping[str, Any]) -> Row | None:
    """The first row whose ``when`` fits the facts."""
    for row in rows:
        if _fits(row.get("when", {}), facts):
            return row
    return None


def _fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(_matches(wanted, facts.get(key)) for key, wanted in when.items())


def _matches(wanted: Any, fact: Any) -> bool:  # noqa: ANN401 - a word, a list, a comparison, a mapping of axes
    if isinstance(wanted, Mapping):
        return isinstance(fact, Mapping) and _fits(wanted, fact)
    if isinstance(wanted, list):
        return any(_matches(one, fact) for one in wanted)
    if isinstance(fact, (set, frozenset, list, tuple)):
        return any(_matches(wanted, one) for one in fact)
    if isinstance(wanted, str) and wanted[:1] in "<>":
        return _compared(wanted, fact)
    return bool(wanted == fact)


def _compared(wanted: str, fact: Any) -> bool:  # noqa: ANN401 - a level
    bound = wanted.lstrip("<>=")
    if fact not in LEVELS or bound not in LEVELS:
        return False
    difference = LEVELS.index(fact) - LEVELS.index(bound)
    if difference == 0:
        return "=" in wanted
    return (difference > 0) == (wanted[0] == ">")


def within(bound: str, value: str) -> bool:
    """Whether a decimal (as text) keeps a bound such as ``<=45``."""
    from decimal import Decimal  # noqa: PLC0415 - few commands compare numbers

    limit, number = Decimal(bound.lstrip("<>=")), Decimal(value)
    if number == limit:
        return "=" in bound
    return (number > limit) == bound.startswith(">")
