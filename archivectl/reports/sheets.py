"""Forms to be filled in: what the file says stands there already, everything else has room for a pen.

What such a sheet holds the regime says under ``forms``: ``parts``, each with ``fields`` and, but for the first, titles; a field
is one of the file, also ``{zh: 房号, en: unit, of: property.unit}``, or titles of what is written by hand; ``table`` with its
``heads`` and ``rows``; ``text``, sentences; ``sign``; ``copies``, who keeps which of several; ``small`` where several fit on a
page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archivectl import disclosure
from archivectl.archive import Archive
from archivectl.encryption.envelope import is_sealed
from archivectl.i18n import pick
from archivectl.records import fields
from archivectl.records.model import Record
from archivectl.regime import titles
from archivectl.reports import figures
from archivectl.reports.asking import Asked
from archivectl.reports.files import called, shown
from archivectl.reports.wording import made
from archivectl.tables.page import Page, Table, boxes

_ROOM = 6  # blank lines of a table, where nothing else is said


def sheet(archive: Archive, title: str, spec: Mapping[str, Any], record: Record | None, purpose: str = "") -> list[Page]:
    """A form for one file, or a blank one. Raises NotAllowed, Telltale, KeyGone where sealed values are asked for."""
    known = _known(archive, spec, record, purpose) if record else {}
    text = tuple(pick(sentence) for sentence in _several(spec.get("text", ())))
    table, asked = spec.get("table"), Asked((record.label,) if record else (), purpose=purpose, masked=True)
    listed = [part for part in spec.get("parts", ()) if "zh" in part]
    tables = tuple(_items(archive, part, asked) if "of" in part else _table(archive, part, known) for part in listed)
    blank = (_blank(table),) if table else ()
    first = next((part for part in spec.get("parts", ()) if "zh" not in part), {"fields": ()})
    facts = tuple(_pairs(archive, first["fields"], known))
    layout = "stub" if spec.get("small") else "sheet"
    page = Page(layout, title, record.label if record else "", facts, (*tables, *blank), (), made(archive))
    page = page._replace(signs=boxes(*map(pick, spec.get("sign", ()))), text=text, code=record.label if record else "")
    return list(copied(page, spec))


def copied(page: Page, spec: Mapping[str, Any]) -> Iterator[Page]:
    """A page for each of those who keep a copy, the copy named after the number; or the page alone."""
    keepers = [pick(each) for each in spec.get("copies", ())]
    layout = "stub" if spec.get("small") else page.layout
    small = page._replace(layout=layout, course=() if layout == "stub" else page.course)
    yield from (small._replace(title=f"{page.title}（{keeper}）") for keeper in keepers)
    if not keepers:
        yield small


def _several(stated: Any) -> Iterable[Any]:  # noqa: ANN401 - one row, or a list of them
    return (stated,) if isinstance(stated, Mapping) else stated


def _known(archive: Archive, spec: Mapping[str, Any], record: Record, purpose: str) -> dict[str, Any]:
    """What the file says of the fields of a form; sealed ones in clear where a purpose is given."""
    asked = [each for part in spec.get("parts", ()) for each in _spread(part.get("fields", ()))]
    paths = [each.get("of", "") if isinstance(each, Mapping) else each for each in asked]
    found = {path: fields.get(record.data, path) for path in paths if path}
    sealed = [(path, value) for path, value in found.items() if is_sealed(value)]
    return found | (disclosure.opened(archive, record, sealed, purpose) if purpose and sealed else {})


def _pairs(archive: Archive, asked: Iterable[Any], known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    axes, wanted = titles.of_values(archive.regime.values), list(_spread(asked))
    short = Counter(fields.known(each).title for each in wanted if isinstance(each, str))
    for each in wanted:
        path, title = (each.get("of", ""), pick(each)) if isinstance(each, Mapping) else (each, fields.known(each).title)
        value = shown(path, called(archive, path, known.get(path)), axes) if path else ""
        yield fields.titled(path) if short[title] > 1 else title, value


def _table(archive: Archive, part: Mapping[str, Any], known: Mapping[str, Any]) -> Table:
    """A part under its heading: pairs of a field and what stands there."""
    return Table(pick(part), (), tuple(_pairs(archive, part["fields"], known)))


def _items(archive: Archive, part: Mapping[str, Any], asked: Asked) -> Table:
    """What happened with the customer, or the items of a section; room to write where there is nothing."""
    of = tuple(part["of"]) if isinstance(part["of"], list) else (str(part["of"]),)
    table = figures.listing(archive, of, part, asked) if asked.numbers else figures.blank(archive, of, part)
    rows = table.rows or (("",) * len(table.heads),) * int(part.get("rows", _ROOM))
    return table._replace(heading=pick(part), rows=rows)


def _spread(asked: Iterable[Any]) -> Iterator[Any]:
    """The fields asked for; of a group each that it holds."""
    for each in asked:
        field = fields.field_at(each) if isinstance(each, str) else None
        if field is None or field.type != "group":
            yield each
            continue
        inside = ((path, one) for path, one in fields.vocabulary().items() if path.startswith(f"{each}.") and "[]" not in path)
        yield from (path for path, one in inside if one.type not in {"group", "list"})


def _blank(table: Mapping[str, Any]) -> Table:
    """A table to be written in: its lines begin with what they are about, or are blank."""
    heads = tuple(map(pick, table["heads"]))
    blank = ("",) * (len(heads) - 1)
    lines = [(pick(line), *blank) for line in table.get("lines", ())]
    lines += [("", *blank)] * (0 if lines else int(table.get("rows", _ROOM)))
    return Table(pick(table) if "zh" in table else "", heads, tuple(lines))
