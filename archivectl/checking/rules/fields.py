"""A file holds what the rules ask of its kind: no required item of a filed file is blank, and nothing stands in it that they bar.

What lies outside the sections that its kind lists is a finding where the rules say so.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.checking.file import File
from archivectl.checking.tree import Tree
from archivectl.finding import Finding
from archivectl.i18n import N_, Titles
from archivectl.records.model import GONE, UNFILED
from archivectl.regime.model import Regime
from archivectl.registers import filling
from archivectl.yaml_text import Path

RULE = "fields"
_BLANK = N_("A required item is blank: {title}.")
_FILL = N_("Fill it in: archivectl {how}")
_BARRED = N_("No file here holds “{title}”.")
_EXTRA = N_("“{title}” lies outside what files of this kind hold.")
_LEAVE = N_("Take it out: archivectl remove NUMBER {field} --reason …")


def of_file(file: File, tree: Tree) -> Iterator[Finding]:
    """Judge one file."""
    data = file.data
    if file.kind != "record" or not isinstance(data, Mapping) or tree.regime is None:
        return
    asked = filling.rules(data, tree.regime)
    if not (asked.required or asked.barred or asked.sections is not None) or data.get("status") in GONE or not file.valid:
        return
    if data.get("status") not in UNFILED:
        for need in filling.lacking(data, tree.regime):
            how = filling.command(str(data.get("number") or "NUMBER"), need[0])
            title = Titles([filling.titles([need], 1)])
            yield file.finding(RULE, _BLANK, _above(data, need[0]), _FILL, title=title, how=how)
    yield from _excess(file, data, tree.regime)


def _excess(file: File, data: Mapping[str, Any], regime: Regime) -> Iterator[Finding]:
    told = filling.rules(data, regime).extra != filling.ALLOW
    seen = set()
    for path, why in filling.excess(_leaves(data), data, regime):
        shown = path if why == "barred" else path.partition(".")[0]
        if (why == "barred" or told) and shown not in seen:
            seen.add(shown)
            message = _BARRED if why == "barred" else _EXTRA
            yield file.finding(RULE, message, _above(data, shown), _LEAVE, title=Titles([filling.title(shown)]), field=shown)


def _leaves(data: Any, before: str = "") -> Iterator[str]:  # noqa: ANN401 - plain data of any shape
    """The paths of everything that stands in a file, items without their ids."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, f"{before}.{key}" if before else str(key))
    elif isinstance(data, list) and data and all(isinstance(item, Mapping) for item in data):
        for item in data:
            yield from _leaves({key: value for key, value in item.items() if key != "id"}, before)
    else:
        yield before


def _above(data: Any, path: str) -> Path:  # noqa: ANN401 - plain data of any shape
    """Where a field stands, or what it would stand in."""
    at: list[str | int] = []
    for key in path.replace("[]", "").split("."):
        if isinstance(data, list):
            at, data = [*at, 0], data[0] if data else {}
        if not isinstance(data, Mapping) or key not in data:
            break
        at, data = [*at, key], data[key]
    return tuple(at)
