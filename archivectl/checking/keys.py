"""The keys of regulations and kinds: whatever nothing reads is a mistake, for it would change nothing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking import nearest
from archivectl.checking.wording import Fault
from archivectl.i18n import N_
from archivectl.regime.lint import ABOUT
from archivectl.regime.model import Regime
from archivectl.registers.kinds import KEYS
from archivectl.yaml_text import Path

_ANYBODYS = frozenset(
    {"posts", "roles", "axes", "files", "departments", "purposes", "forms", "secrecy.levels", "lend.manners", "relations.for"}
    | {"analysis.reports"}
    | {"lend.checks", "seal.ended", "secrecy.steps", "collect.manners", "keep.dangers"}
    | {"fields.owners", "numbers", "naming.codes", "intake.attests", "volumes.bases"}
    | {"routine", "separation", "update.after", "governing.document"}
    | {"handover.checks", "rename.papers", "identity.oral", "identity.document", "identity.electronic"}
)
# What base does not state.
_MORE = frozenset({"lead", "intake.windows", "keep.climate", "keep.disinfest"})
_OF_ANY_SECTION = frozenset({"outsiders", "delegate"})
_FILE = (
    *("title", "card", "supplied_by", "incomplete", "papers", "materials"),
    *("sections", "extra", "barred", "required", "blank", "owners"),
)
_PAPER = ("kind", "also", "zh", "en", "form", "marks", "filled", "pages", "copies", "any_of", "contains", "when")
_FORM = (
    *("of", "where", "columns", "sign", "layout", "ledger", "items", "text", "title"),
    *("copies", "small", "parts", "table"),
)
_REPORT = ("zh", "en", "of", "by", "each", "across", "show", "columns", "date", "facts", "sign", "states", "only")
_DUTY = ("do", "title", "who", "how", "path", "event", "every", "months", "first", "last", "of", "within")
_REFERENCE = re.compile(rb"\$([a-z][a-z_.-]*[a-z])")
_KEY = N_("Nothing reads “{word}” here.")
_KNOWN = N_("Known here: {known}")
_MATERIALS = N_("Materials are classes of papers, each with its title; a list of papers that a file must hold is called papers.")
_PAPERS = N_("Papers are a list of rows, each of a kind or any_of several; classes with titles are called materials.")


def faults(data: Mapping[str, Any], regime: Regime) -> Iterator[Fault]:
    """Every key of a regulation or of the house rules that neither the program nor a kind of this archive reads."""
    referred = {path.decode() for text in regime.kinds.values() for path in _REFERENCE.findall(text)}
    yield from _below(data, (), regime.base, _ANYBODYS | _MORE | referred)
    for name, file in _mapping(data.get("files")).items():
        yield from _file(_mapping(file), ("files", name))
    for name, form in _mapping(data.get("forms")).items():
        yield from _among(form, ("forms", name), _FORM)
    for name, report in _mapping(_mapping(data.get("analysis")).get("reports")).items():
        yield from _among(report, ("analysis", "reports", name), _REPORT)
    for place, duty in enumerate(data["duties"] if isinstance(data.get("duties"), list) else ()):
        yield from _among(duty, ("duties", place), _DUTY)


def _below(data: Mapping[str, Any], at: Path, base: Mapping[str, Any], more: frozenset[str]) -> Iterator[Fault]:
    """Judge the keys of a section against those of base and those that are read beside it."""
    above = "".join(f"{key}." for key in at)
    there = {path.removeprefix(above).partition(".")[0] for path in more if path.startswith(above)}
    known = {*base, *there, *(() if len(at) > 1 else _OF_ANY_SECTION if at else ABOUT)}
    for key, value in data.items():
        path = f"{above}{key}"
        if key not in known:
            yield (*at, key), _KEY, {"word": path, "known": nearest.known(key, sorted(known))}, _KNOWN
        elif isinstance(value, Mapping) and path not in more | {f"{above}delegate"}:
            inner = _mapping(base.get(key))
            if inner or any(each.startswith(f"{path}.") for each in more):
                yield from _below(value, (*at, key), inner, more)


def _file(file: Mapping[str, Any], at: Path) -> Iterator[Fault]:
    yield from _among(file, at, _FILE)
    if not isinstance(file.get("materials", {}), Mapping):
        yield (*at, "materials"), _MATERIALS, {}, ""
    yield from _papers(file.get("papers", []), (*at, "papers"))


def _papers(rows: Any, at: Path) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Judge a list of papers, and those that are alternatives or lie inside."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and ("kind" in row or "any_of" in row) for row in rows):
        yield at, _PAPERS, {}, ""
        return
    for place, row in enumerate(rows):
        yield from _among(row, (*at, place), _PAPER)
        for inner in ("any_of", "contains"):
            yield from _papers(row.get(inner, []), (*at, place, inner))


def faults_of_kind(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Every key of a kind of register that means nothing."""
    yield from _among(data, (), KEYS["kind"])
    yield from _among(data.get("states"), ("states",), KEYS["states"])
    yield from _among(data.get("form"), ("form",), KEYS["form"])
    for name, step in data["steps"].items():
        yield from _among(step, ("steps", name), KEYS["step"])
    for part in ("columns", "data"):
        for name, column in _mapping(data.get(part)).items():
            yield from _among(column, (part, name), KEYS["column"])
    yield from _rows(data.get("due"), ("due",), KEYS["due"])
    for state, rows in _mapping(data.get("waits")).items():
        yield from _rows(rows, ("waits", state), KEYS["waits"])


def _rows(rows: Any, at: Path, known: tuple[str, ...]) -> Iterator[Fault]:  # noqa: ANN401 - one row, or a list of them
    yield from _among(rows, at, known)
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from _among(row, (*at, place), known)


def _among(data: Any, at: Path, known: tuple[str, ...]) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime or a kind
    for key in _mapping(data):
        if key not in known:
            yield (*at, key), _KEY, {"word": key, "known": nearest.known(key, known)}, _KNOWN


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - values of a regime or a kind
    return value if isinstance(value, Mapping) else {}
