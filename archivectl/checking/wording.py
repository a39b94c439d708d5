"""The words of regulations and kinds: which keys a rule table takes, and what posts, levels, axes and spans may be named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archivectl.checking import nearest
from archivectl.i18n import N_
from archivectl.members.member import LEVELS
from archivectl.records.fields import SUBJECTS
from archivectl.regime import spans
from archivectl.regime.model import OPEN_TIMES, Regime
from archivectl.regime.retention import PERMANENT
from archivectl.registers.guards.sense import PROTECTED, acts_asking
from archivectl.registers.situation import WHOM
from archivectl.yaml_text import Path

Fault = tuple[Path, str, dict[str, object], str]

ROW = (
    *("when", "approve", "supervise", "apply", "term", "place", "barred", "refusal", "amount"),
    *("agree", "confirm", "tell", "plan", "before", "checks", "after", "unit", "complete", "application"),
    *("title", "law", "from", "cut_off", "at_most", "permanent", "do", "every", "by", "months"),
)
WHEN = ("secrecy", "axis", "file", "subject", "post", "department", "keeper", "former", "outside", "mode", "medium", "offence")
_CHAINS = {"approve", "supervise", "amends"}
_TABLES = {"rules", "fines", "consequences"}
_SPANS = {"term", "every", "within", "after", "minimum", "span", "incomplete", "idle", "evaluate"}
_USES = ("read", "lend", "copy", "provide")
# What may stand at a path: words, or the keys of the mapping at another path.
_CLOSED: Mapping[str, str | tuple[str, ...]] = {
    **{f"{section}.as": _USES for section in _USES},
    "read.opening": ("by-leave",),
    "read.limits": ("inside", "willing", "at-use", "no-commerce"),
    "secrecy.scheme": LEVELS,
    "secrecy.grading": "secrecy.steps",
    "seal.upon": ("ended", "asked"),
    "lend.verify": "lend.checks",
    "lend.return.check": "lend.checks",
    "lend.barred_to_borrower": "lend.manners",
}
_KNOWN = N_("Known here: {known}")
_WORD = N_("“{word}” means nothing here.")
_KEY = N_("“{word}” is no key of a rule table.")
_CONDITION = N_("“{word}” is nothing a rule can ask about.")
_NO_TABLE = N_("A rule table is a list of rows.")
_NO_CHAIN = N_("A chain of approval is a list of steps.")
_POST = N_("“{word}” is neither a post nor a role here.")
_WHOM = N_("“{word}” is nobody a post can be of.")
_LEVEL = N_("“{word}” is no level of secrecy.")
_AXIS = N_("There is no axis “{word}”.")
_VALUE = N_("“{word}” is no value of this axis.")
_ACT = N_("“{word}” is no act that can be protected so.")
_FILE = N_("“{word}” is no kind of file here.")
_SUBJECT = N_("“{word}” is no subject.")
_NO_SPAN = N_("“{word}” is no span of time.")
_PATH = N_("The regime states nothing at {word}.")


@dataclass(frozen=True, slots=True)
class _Words:
    """What may be named in one archive."""

    regime: Regime
    posts: frozenset[str]

    def named(self, path: str) -> tuple[str, ...]:
        """The keys of a mapping of the regime."""
        found = self.regime.get(path)
        return tuple(found) if isinstance(found, Mapping) else ()


def faults(data: Mapping[str, Any], regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    """Every word of a regulation or of the house rules that means nothing: where, an English template, its values, a hint."""
    words = _Words(regime, posts)
    yield from _below(data, (), words)
    for word in OPEN_TIMES:
        if word in data:
            yield from span(str(data[word]), (word,))
    if isinstance(data.get("secrecy"), Mapping):
        yield from _secrecy(data["secrecy"])
    yield from _posts_in(data.get("who"), ("who",), words)
    for path, guard in PROTECTED.items():
        section, _dot, key = path.partition(".")
        asked = data.get(section)
        for place, act in enumerate(_list(asked.get(key)) if isinstance(asked, Mapping) else ()):
            yield from _one(act, (section, key, place), acts_asking(guard, regime), _ACT)
    yield from _closed(data, words)
    for section in ("duties", "routine"):
        yield from _doers(data.get(section), section, words)


def _secrecy(stated: Mapping[str, Any]) -> Iterator[Fault]:
    """Judge the levels that a file names, and whether it says plainly if the grade of a file raises what it holds."""
    if "default" in stated:
        yield from _one(stated["default"], ("secrecy", "default"), LEVELS, _LEVEL)
    for level in stated["levels"] if isinstance(stated.get("levels"), Mapping) else ():
        yield from _one(level, ("secrecy", "levels", level), LEVELS, _LEVEL)
    if not isinstance(raises := stated.get("raise", False), bool):
        yield ("secrecy", "raise"), _WORD, {"word": raises, "known": "true, false"}, _KNOWN


def _closed(data: Mapping[str, Any], words: _Words) -> Iterator[Fault]:
    """Judge words of which there is a list, and conditions on files that stand in no table."""
    for path, known in _CLOSED.items():
        at = tuple(path.split("."))
        for word in _listed(_at(data, at)):
            yield from _one(word, at, words.named(known) if isinstance(known, str) else known, _WORD)
    for at in (("read", "before"), ("seal", "ended")):
        for place, when in enumerate(_listed(_at(data, at))):
            yield from _when(when, (*at, place) if at[0] == "read" else at, words) if isinstance(when, Mapping) else ()


def _doers(rows: Any, section: str, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - a list, or a mapping by name
    """Judge who does what is done again and again."""
    for place, row in rows.items() if isinstance(rows, Mapping) else enumerate(_list(rows)):
        for post in _listed(row["who"]) if isinstance(row, Mapping) and "who" in row else ():
            yield from _post(post, (section, place, "who"), words)
        yield from _chain(row.get("attest") if isinstance(row, Mapping) else None, (section, place, "attest"), words)


def faults_of_kind(data: Mapping[str, Any], regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    """Every word of a kind of register that means nothing."""
    words = _Words(regime, posts)
    for key in ("means", "rules", "apart"):
        yield from _reference(data.get(key), (key,), words)
    for name, column in {**data.get("columns", {}), **data.get("data", {})}.items():
        part = "columns" if name in data.get("columns", {}) else "data"
        if "secrecy" in column:
            yield from _one(column["secrecy"], (part, name, "secrecy"), LEVELS, _LEVEL)
    for name, step in data["steps"].items():
        at = ("steps", name)
        for key in ("by", "how", "back", "chain", "means"):
            yield from _reference(step.get(key), (*at, key), words)
        if isinstance(step.get("by"), list):
            yield from _posts_in(step["by"], (*at, "by"), words)


def _below(value: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge chains, tables and spans wherever they stand."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _below(item, (*at, place), words)
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        here = (*at, key)
        if key in _TABLES:
            yield from _table(inner, here, words)
        elif key in _CHAINS:
            yield from _chain(inner, here, words)
            continue
        elif key in _SPANS and isinstance(inner, str) and not (inner == PERMANENT and here[0] == "keep") and here[0] != "files":
            yield from span(inner, here)
        yield from _below(inner, here, words)


def _table(rows: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        yield at, _NO_TABLE, {}, ""
        return
    for place, row in enumerate(rows):
        for key in row:
            yield from _one(key, (*at, place, key), ROW, _KEY)
        if "apply" in row:
            yield from _post(row["apply"], (*at, place, "apply"), words)
        if isinstance(row.get("when"), Mapping):
            yield from _when(row["when"], (*at, place, "when"), words)


def conditions(row: Any, at: Path, regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge what a single row asks about before it holds."""
    if isinstance(row, Mapping) and isinstance(row.get("when"), Mapping):
        yield from _when(row["when"], (*at, "when"), _Words(regime, posts))


def _when(when: Mapping[str, Any], at: Path, words: _Words) -> Iterator[Fault]:
    """Judge what a row asks about; a value is a word, or a list of which any will do."""
    allowed = {"post": (words.posts, _POST), "file": (words.named("files"), _FILE), "subject": (SUBJECTS, _SUBJECT)}
    for key, value in when.items():
        here = (*at, key)
        yield from _one(key, here, WHEN, _CONDITION)
        if key == "secrecy":
            for level in _listed(value):
                yield from _one(str(level).lstrip("<>="), here, LEVELS, _LEVEL)
        elif key == "axis" and isinstance(value, Mapping):
            yield from _axes(value, here, words)
        elif key in allowed:
            for word in _listed(value):
                yield from _post(word, here, words) if key == "post" else _one(word, here, *allowed[key])


def _axes(asked: Mapping[str, Any], at: Path, words: _Words) -> Iterator[Fault]:
    for axis, value in asked.items():
        yield from _one(axis, (*at, axis), words.named("axes"), _AXIS)
        known = words.named(f"axes.{axis}.values")
        for word in _listed(value) if known else ():
            yield from _one(word, (*at, axis), known, _VALUE)


def _chain(chain: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge a chain: ``post``, ``[any, of]`` or ``{all: [...]}`` a step."""
    if not isinstance(chain, list):
        if chain is not None:
            yield at, _NO_CHAIN, {}, ""
        return
    for place, step in enumerate(chain):
        here, parts = (*at, place), step.get("all") if isinstance(step, Mapping) else [step]
        for part in _list(parts):
            for post in _listed(part):
                yield from _post(post, here, words)


def _posts_in(value: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge every post in lists, however deep they stand."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _posts_in(inner, (*at, key), words)
    for place, post in enumerate(_list(value)):
        yield from _post(post, (*at, place), words)


def _post(value: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    name, of, whom = str(value).partition(" of ")
    yield from _one(name, at, words.posts, _POST)
    if of:
        yield from _one(whom, at, WHOM, _WHOM)


def span(text: str, at: Path) -> Iterator[Fault]:
    """Judge a span of time; a word for a time left open is one."""
    if text in OPEN_TIMES:
        return
    try:
        spans.span(text)
    except spans.NoSpan as error:
        yield at, _NO_SPAN, {"word": text}, error.hint


def _reference(value: Any, at: Path, words: _Words) -> Iterator[Fault]:  # noqa: ANN401 - values of a kind
    if isinstance(value, str) and value.startswith("$") and words.regime.get(value[1:].partition(".{")[0]) is None:
        yield at, _PATH, {"word": value[1:]}, ""


def _one(word: Any, at: Path, known: Iterable[str], message: str) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    words = sorted(known)
    if word not in words:
        yield at, message, {"word": word, "known": nearest.known(word, words)}, _KNOWN


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - values of a regime
    return value if isinstance(value, list) else [value]


def _at(data: Any, at: Path) -> Any:  # noqa: ANN401 - values of a regime
    """What a file states at a path; an empty list where it states nothing."""
    for key in at:
        data = data.get(key) if isinstance(data, Mapping) else None
    return [] if data is None else data


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - values of a regime
    return value if isinstance(value, list) else []
