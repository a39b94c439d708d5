"""Whether rules contradict themselves: lists of papers, fields asked for and barred at once, clauses that nobody knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking.wording import Fault
from archivectl.i18n import N_
from archivectl.regime.clauses import catalogue
from archivectl.yaml_text import Path

_CLAUSE = N_("There is no clause “{word}”.")
_CLAUSES = N_("Clauses are named like LOAN-04; what each demands: archivectl comply --clause LOAN-04")
_TWICE = N_("“{paper}” is asked for twice, and in different forms.")
_ONCE = N_("State each paper once; forms of which any will do are a list.")
_NEEDLESS = N_("“{paper}” is one of several that will do, and is asked for by itself too.")
_CHOOSE = N_("Take it out of one of the two places.")
_TITLE = N_("“{word}” has no title in Chinese and English.")
_TITLED = N_("Write it as {word}: {{zh: …, en: …}}")
_BOTH = N_("“{field}” is required and barred at once.")


def faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What a regulation says against itself: where, an English template, its values, a hint."""
    listed = data.get("clauses")
    for place, name in enumerate(listed if isinstance(listed, list) else ()):
        if name not in catalogue():
            yield ("clauses", place), _CLAUSE, {"word": name}, _CLAUSES
    posts = data.get("posts")
    for name, title in posts.items() if isinstance(posts, Mapping) else ():
        if title is not None and (not isinstance(title, Mapping) or not {"zh", "en"} <= title.keys()):
            yield ("posts", name), _TITLE, {"word": name}, _TITLED
    files = data.get("files")
    parts: list[tuple[Path, Any]] = [(("fields",), data.get("fields"))]
    parts += [(("files", name), file) for name, file in (files.items() if isinstance(files, Mapping) else ())]
    for at, part in parts:
        if isinstance(part, Mapping):
            yield from _papers(part.get("papers"), (*at, "papers"))
            yield from _fields(part, at)


def _papers(rows: Any, at: Path) -> Iterator[Fault]:  # noqa: ANN401 - values of a regime
    """Papers asked for in two forms at once; what a condition sets apart may well differ."""
    plain = [(place, row) for place, row in enumerate(rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]
    forms: dict[str, set[str]] = {}
    for place, row in plain:
        if "kind" not in row or "when" in row:
            continue
        asked = row.get("form", ())
        mine = {asked} if isinstance(asked, str) else set(asked)
        if row["kind"] in forms and not forms[row["kind"]] & mine:
            yield (*at, place), _TWICE, {"paper": row["kind"]}, _ONCE
        forms[row["kind"]] = mine
    for place, row in plain:
        any_of = row.get("any_of", ())
        for inner in any_of if isinstance(any_of, list) and "when" not in row else ():
            if isinstance(inner, Mapping) and inner.get("kind") in forms:
                yield (*at, place), _NEEDLESS, {"paper": inner["kind"]}, _CHOOSE


def _fields(part: Mapping[str, Any], at: Path) -> Iterator[Fault]:
    barred = part.get("barred")
    required = part.get("required")
    for place, field in enumerate(required if isinstance(required, list) else ()):
        if any(field == each or str(field).startswith(f"{each}.") for each in (barred if isinstance(barred, list) else ())):
            yield (*at, "required", place), _BOTH, {"field": field}, _CHOOSE
