"""Reports of figures: how many and how much there is of what, by any label; and lists of what was counted.

One engine for all of them. What a report is stands in ``figures.yaml``, or in the regime under ``analysis.reports``:

* ``of``: ``files``, kinds of interactions, a section of a file with items, or ``register:KIND`` (``states`` of its entries)
* ``by``: labels to group by together; ``each``: labels, each a table of its own; ``across``: one whose values are columns
* ``show``: ``count``, ``customers``, ``{sum: …}``, ``{average: …}``, ``{share: …}``, ``{minus: [a, b]}``; of files also
  ``before``, ``opened``, ``gone``, ``there``: how many there were when the time asked for began, came, went, and are left
* ``only: opened``: of files those that were opened in the time asked for
* ``columns``: what is counted, item by item, beside the figures or in their place; ``date``: the word that tells an item's day
* ``facts``: paths of the regime that stand above; ``sign``: who signs
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from archivectl import disclosure, yaml_text
from archivectl.archive import Archive
from archivectl.errors import Unreadable
from archivectl.i18n import MASK, _, pick
from archivectl.records import fields
from archivectl.records.model import GONE
from archivectl.regime.model import Regime
from archivectl.reports import counted
from archivectl.reports.asking import Asked
from archivectl.reports.counted import FILES, REGISTER, Found, Item
from archivectl.reports.labels import Label, Words
from archivectl.reports.measures import Measure, decimal, how_many, measure, number, parts, there, written
from archivectl.reports.wording import made
from archivectl.tables.page import Page, Sign, Table, boxes

Spec = Mapping[str, Any]
_OPENED = "filing.opened"
_WIDE = 6  # columns that still fit an upright page


class _Report(NamedTuple):
    """A report in hand: what it is, what its words mean, what was found, and the names of customers by uid."""

    archive: Archive
    spec: Spec
    asked: Asked
    words: Words
    found: Found
    names: Mapping[str, str]


@cache
def _shipped() -> Mapping[str, Spec]:
    found: Mapping[str, Spec] = yaml_text.load(files("archivectl.reports").joinpath("figures.yaml").read_bytes(), "figures.yaml")
    return found


def described(regime: Regime) -> dict[str, Spec]:
    """Every report of figures by name: those that come with the tool, and those that the regime states."""
    return {**_shipped(), **(regime.get("analysis.reports") or {})}


class BadReport(Unreadable):
    """A description that describes no report."""

    message = "The report “{name}” is not described as one ({problem})."
    hint = "See how others are: archivectl/reports/figures.yaml; mend it in the rules, under analysis"


def page(archive: Archive, spec: Spec, asked: Asked) -> list[Page]:
    """A report of figures as a page.

    Raises:
        BadReport, UnknownLabel, BadCondition, UnknownField, SealedField, PurposeMissing, Telltale, NoIdentity.
    """
    try:
        return [_page(archive, spec, asked)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadReport(name=pick(spec), problem=error) from error


def _page(archive: Archive, spec: Spec, asked: Asked) -> Page:
    of = tuple(spec["of"]) if isinstance(spec["of"], list) else (str(spec["of"]),)
    kind = archive.kind(of[0].removeprefix(REGISTER)) if of[0].startswith(REGISTER) else None
    words = Words(archive, _section(of[0]) if kind is None else "", kind)
    groups = [[word] for word in spec.get("each", ())] or ([list(spec["by"])] if spec.get("by") else [])
    groups = [list(asked.by)] if asked.by else groups
    columns = [words.label(each) for each in spec.get("columns", ())]
    across = words.label(spec["across"]) if "across" in spec else None
    labels = [[words.label(word) for word in group] for group in groups]
    shown = [each for group in labels for each in group] + columns + ([across] if across else [])
    needed = _needed(words, shown, spec.get("show", ()))
    found = counted.found(archive, of, str(spec.get("date") or (_OPENED if of[0] == FILES else "date")), needed, asked)
    found = found._replace(items=list(_fitting(found.items, spec, asked)))
    named = any(each.of == "special" and each.word in {"customer", "name"} for each in shown)
    names = disclosure.names(archive, [row for row in found.rows.values() if row.status not in GONE]) if named else {}
    report = _Report(archive, spec, asked, words, found, names)
    tables = [*_pivots(report, labels, across), *([_listing(report, labels, columns)] if columns else [])]
    wide = max(len(table.heads) for table in tables) > _WIDE
    layout = "ledger" if wide else "figures"
    return Page(layout, pick(spec), "", tuple(_facts(report)), tuple(tables), _signs(spec), made(archive))


def listing(archive: Archive, of: Sequence[str], spec: Spec, asked: Asked) -> Table:
    """What was counted, item by item, and nothing else; ``spec`` has ``columns`` and, where need be, ``date``."""
    words = Words(archive, _section(of[0]), None)
    columns = [words.label(each) for each in spec["columns"]]
    found = counted.found(archive, of, str(spec.get("date") or "date"), _needed(words, columns, ()), asked)
    return _listing(_Report(archive, {"of": of, **spec}, asked, words, found, {}), (), columns)


def blank(archive: Archive, of: Sequence[str], spec: Spec) -> Table:
    """The same without a line."""
    words = Words(archive, _section(of[0]), None)
    return Table("", tuple(words.label(each).title for each in spec["columns"]), ())


def _section(of: str) -> str:
    """Where in the vocabulary the columns of what is counted stand; raises ValueError where it is nothing that is counted."""
    if of == FILES:
        return ""
    if (field := fields.field_at(of)) and field.type == "list":
        return of
    if of not in fields.known("interactions[].kind").choices:
        raise ValueError(of)
    return "interactions"


def _needed(words: Words, shown: Sequence[Label], show: Iterable[Any]) -> list[Label]:
    """The labels whose values are read: those shown, and those that figures are worked out from."""
    asked = [each for entry in show if isinstance(entry, Mapping) for each in parts(entry)]
    found = [*shown, *(words.label(word) for word in asked if word != "count")]
    found += [words.label(word) for label in found for word in label.made]
    return list({label.path: label for label in found if label.path}.values())


def _fitting(items: Iterable[Item], spec: Spec, asked: Asked) -> Iterator[Item]:
    """The items in the states that are counted; of files those that were there in the time asked for."""
    states = spec.get("states")
    for item in items:
        if (states and item.kind not in states) or (spec.get("only") == "opened" and not (item.day and asked.covers(item.day))):
            continue
        if spec["of"] != FILES or _counts_change(spec) or (not item.gone and there(item, asked)):
            yield item


def _counts_change(spec: Spec) -> bool:
    return any(word in {"before", "gone"} for word in spec.get("show", ()) if isinstance(word, str))


def _measures(report: _Report) -> Iterator[Measure]:
    """The figures that a report shows."""
    for entry in report.spec.get("show") or ["count"]:
        files = entry == "count" and report.spec["of"] == FILES
        yield Measure(_("Files"), how_many("count", report.asked)) if files else measure(entry, report.words.label, report.asked)


def _pivots(report: _Report, groups: Sequence[Sequence[Label]], across: Label | None) -> Iterator[Table]:
    """A table of figures for each group of labels; one line of them where nothing is grouped."""
    if not groups and report.spec.get("columns") and not report.spec.get("show"):
        return
    measures = list(_measures(report))
    for labels in groups or [[]]:
        heading = labels[0].title if len(groups) > 1 else ""
        yield _pivot(report, heading, labels, measures, across)


def _pivot(report: _Report, heading: str, labels: Sequence[Label], measures: Sequence[Measure], across: Label | None) -> Table:
    everything = report.found.items
    grouped: dict[tuple[str, ...], list[Item]] = {}
    for item in everything:
        grouped.setdefault(tuple(_label(report, label, item) for label in labels), []).append(item)
    spread = list(dict.fromkeys(sorted(_label(report, across, item) for item in everything))) if across else []
    rows = []
    for key, items in sorted(grouped.items(), key=lambda each: _rank(report, labels, each)):
        cells = [_cell(report, measures[0], across, value, items) for value in spread] if across else []
        rows.append((*(part or _("(not stated)") for part in key), *cells, *(each.of(items, everything) for each in measures)))
    if len(grouped) > 1:
        cells = [_cell(report, measures[0], across, value, everything) for value in spread] if across else []
        blank = [""] * (len(labels) - 1)
        rows.append((_("Sum"), *blank, *cells, *(each.of(everything, everything) for each in measures)))
    heads = (*(label.title for label in labels), *spread, *(each.title for each in measures))
    return Table(heading, heads, tuple(rows), tuple(range(len(labels), len(heads))))


def _cell(report: _Report, figure: Measure, across: Label | None, value: str, items: Sequence[Item]) -> str:
    fitting = [item for item in items if across and _label(report, across, item) == value]
    return figure.of(fitting, report.found.items) if fitting else ""


def _rank(report: _Report, labels: Sequence[Label], group: tuple[tuple[str, ...], list[Item]]) -> tuple[Any, ...]:
    """Times in their order; anything else by its first sum, or how many there are, the most first."""
    key, items = group
    if labels and labels[0].word in {"day", "month", "quarter", "year"}:
        return (0, *key)
    summed = next((entry["sum"] for entry in report.spec.get("show", ()) if isinstance(entry, Mapping) and "sum" in entry), None)
    label = report.words.label(summed) if summed else None
    weight = sum((number(item, label) or Decimal(0) for item in items), Decimal(0)) if label else Decimal(len(items))
    return (-weight, *key)


def _label(report: _Report, label: Label, item: Item) -> str:
    """What a label says of an item."""
    if label.of == "special":
        return _special(report, label.word, item)
    if label.made:
        figure = number(item, label)
        return "" if figure is None else written(figure, money=True)
    value = item.values.get(label.path)
    if label.number and (figure := decimal(value)) is not None:
        return written(figure, money=label.money)
    return report.words.told(label, value)


def _special(report: _Report, word: str, item: Item) -> str:
    row = report.found.rows.get(item.uid)
    called = (row.number or row.uid) if row else ""
    name = "" if row is None or row.status in GONE else row.name or report.names.get(item.uid) or MASK
    return {
        "customer": f"{called} {name}".strip(),
        "name": name,
        "kind": _kind(item),
        "day": item.day,
        "month": item.day[:7],
        "quarter": f"{item.day[:4]}-{(int(item.day[5:7]) + 2) // 3}" if item.day else "",
        "year": item.day[:4],
    }[word]


def _kind(item: Item) -> str:
    choices = fields.known("interactions[].kind").choices
    return pick(choices.get(item.kind, item.kind))


def _listing(report: _Report, groups: Sequence[Sequence[Label]], columns: Sequence[Label]) -> Table:
    """What was counted, item by item, in the order of the labels it is grouped by and of its days; what is a number summed."""
    labels = [label for group in groups for label in group]

    def place(item: Item) -> tuple[str, ...]:
        return *(_label(report, label, item) for label in labels), item.day, report.found.rows[item.uid].number or ""

    items = sorted((item for item in report.found.items if item.uid in report.found.rows), key=place)
    rows = [tuple(_label(report, column, item) for column in columns) for item in items]
    sums = [_summed(items, column) for column in columns]
    if any(sums):
        rows.append((sums[0] or _("Sum"), *sums[1:]))
    figures = tuple(place for place, column in enumerate(columns) if column.number)
    return Table("" if not groups else _("One by one"), tuple(column.title for column in columns), tuple(rows), figures)


def _summed(items: Sequence[Item], column: Label) -> str:
    """What a column of money comes to; nothing where it holds none."""
    found = [one for item in items if (one := number(item, column)) is not None] if column.money or column.made else []
    return written(sum(found, Decimal(0)), money=True) if found else ""


def _facts(report: _Report) -> Iterator[tuple[str, str]]:
    asked, found = report.asked, report.found
    if asked.since or asked.until:
        yield _("Time"), f"{asked.since or '…'} – {asked.until or '…'}"
    yield _("As of"), report.archive.today
    if asked.where:
        yield _("Files selected by"), asked.where
    for path in report.spec.get("facts", ()):
        if (value := report.archive.regime.get(path["of"])) is not None:
            yield pick(path), str(value)
    yield _("Items in all"), str(len(found.items))
    if found.masked:
        yield _("Values left out, closed to whoever printed this"), str(found.masked)


def _signs(spec: Spec) -> tuple[Sign, ...]:
    return boxes(*map(pick, spec["sign"])) if "sign" in spec else boxes(_("Compiled by"), _("Checked by"))
