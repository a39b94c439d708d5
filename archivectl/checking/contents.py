"""The words of a regulation about what files hold: sections, fields, choices and conditions that mean something."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl.checking import nearest
from archivectl.checking.wording import Fault, conditions
from archivectl.i18n import N_, Titles
from archivectl.records import fields
from archivectl.regime.model import Regime
from archivectl.registers import filling
from archivectl.registers.guards.contents import ORIGINALS
from archivectl.yaml_text import Path

_FINISHED = ("bound", "bagged", "stamped")
_ARRANGED = ("classification.", "filing.")
_ALSO_ARRANGED = ("keeper", "department", "number", "files")
_WORD = N_("“{word}” is no section, no field and no kind of interaction.")
_WORDS = N_("Sections and fields stand in docs/fields.md; basic, interactions and interactions.<kind> are known too.")
_CHOICE = N_("“{word}” means nothing here.")
_KNOWN = N_("Known here: {known}")
_NO_ROWS = N_("This is a list of rows, each with what it is about.")
_CLEAR = N_("Files are not arranged by “{word}”: it may be sealed.")
_CLEARS = N_("They may be arranged by classification.<axis>, filing.<field>, keeper, department, number")


def faults(data: Mapping[str, Any], regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    """Every word about contents that means nothing: where, an English template, its values, a hint."""
    parts: list[tuple[Path, Any]] = [(("fields",), data.get("fields"))]
    parts += [(("files", name), part) for name, part in _mapping(data.get("files")).items()]
    for at, part in parts:
        if isinstance(part, Mapping):
            yield from _part(part, at, regime, posts)
    for place, row in enumerate(_list(data.get("arrange"))):
        yield from _row(row, ("arrange", place), regime, posts)
    volumes, media = _mapping(data.get("volumes")), _mapping(data.get("media"))
    yield from _among(volumes.get("finished"), ("volumes", "finished"), _FINISHED)
    yield from _among(volumes.get("basis"), ("volumes", "basis"), regime.get("volumes.bases") or ())
    if media.get("scan") is not None:
        yield from _among([media["scan"]], ("media", "scan"), (ORIGINALS,))
    for place, row in enumerate(_list(media.get("originals"))):
        yield from conditions(row, ("media", "originals", place), regime, posts)
    yield from _among(_mapping(data.get("intake")).get("attest"), ("intake", "attest"), regime.get("intake.attests") or ())
    kinds = fields.known(f"{filling.INTERACTIONS}[].kind").choices
    yield from _among(_mapping(data.get("feedback")).get("answer"), ("feedback", "answer"), kinds)


def _part(part: Mapping[str, Any], at: Path, regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:
    for key in ("sections", "barred"):
        yield from _words(_list(part.get(key)), (*at, key))
    yield from _words(_mapping(part.get("owners")), (*at, "owners"), listed=False)
    for key, known in (("extra", filling.EXTRA), ("blank", filling.BLANK)):
        if key in part:
            yield from _among([part[key]], (*at, key), known)
    yield from _papers(part.get("papers"), (*at, "papers"))
    for place, row in enumerate(_list(part.get("required"))):
        here = (*at, "required", place)
        if isinstance(row, Mapping):
            yield from conditions(row, here, regime, posts)
            yield from _words(_flat(_list(row.get("fields"))), (*here, "fields"), listed=False)
        else:
            yield from _words(_flat([row]), here, listed=False)


def _papers(rows: Any, at: Path) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge the words for the form of papers, which no paper could meet if they meant nothing."""
    for place, row in enumerate(_list(rows)):
        for word in _flat([row["form"]]) if isinstance(row, Mapping) and "form" in row else ():
            forms = fields.known("documents[].form").choices
            if word not in forms:
                known = Titles({"zh": f"{name}（{title['zh']}）", "en": name} for name, title in forms.items())
                yield (*at, place, "form"), _CHOICE, {"word": word, "known": known}, _KNOWN
        for inner in ("any_of", "contains") if isinstance(row, Mapping) else ():
            yield from _papers(row.get(inner), (*at, place, inner))


def _words(words: Iterable[Any], at: Path, *, listed: bool = True) -> Iterator[Fault]:
    for place, word in enumerate(words):
        if not filling.is_word(str(word)):
            yield ((*at, place) if listed else at), _WORD, {"word": word}, _WORDS


def _row(row: Any, at: Path, regime: Regime, posts: frozenset[str]) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    if not isinstance(row, Mapping) or not isinstance(row.get("by"), list):
        yield at, _NO_ROWS, {}, ""
        return
    yield from conditions(row, at, regime, posts)
    for place, word in enumerate(row["by"]):
        if not str(word).startswith(_ARRANGED) and word not in _ALSO_ARRANGED:
            yield (*at, "by", place), _CLEAR, {"word": word}, _CLEARS


def _among(words: Any, at: Path, known: Iterable[str]) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    choices = list(known)
    for word in _list(words):
        if word not in choices:
            yield at, _CHOICE, {"word": word, "known": nearest.known(word, choices)}, _KNOWN


def _flat(rows: Iterable[Any]) -> list[Any]:
    return [word for row in rows for word in (row if isinstance(row, list) else [row])]


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - values of a regime
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - values of a regime
    return value if isinstance(value, Mapping) else {}
