"""The figures of a report: how many there are, sums, averages and shares, in whole numbers and decimals, never in fractions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from archivectl.i18n import N_, _, pick
from archivectl.reports.asking import Asked
from archivectl.reports.counted import Item
from archivectl.reports.labels import Label

Figure = Callable[[Sequence[Item], Sequence[Item]], str]
_COUNTS = {
    "count": N_("Number of cases"),
    "customers": N_("Customers"),
    "before": N_("At the beginning"),
    "opened": N_("Opened"),
    "gone": N_("Destroyed"),
    "there": N_("At the end"),
}
_TITLES = {"sum": N_("{what} in all"), "average": N_("{what} on the average"), "share": N_("Share of {what}")}


class Measure(NamedTuple):
    """A figure of a group: its title, and how it is worked out from the group's items and from all items."""

    title: str
    of: Figure


def measure(entry: Any, label: Callable[[str], Label], asked: Asked) -> Measure:  # noqa: ANN401 - a word, or how with a word
    """The figure that a report shows: ``count``, or ``{sum: amount, zh: …}``."""
    if isinstance(entry, str):
        return Measure(_(_COUNTS[entry]), how_many(entry, asked))
    (how,) = (key for key in entry if key not in {"zh", "en"})
    labels = [label(word) for word in parts(entry) if word != "count"]
    own = pick(entry) if "zh" in entry else ""
    title = own or _(_TITLES[how], what=labels[0].title if labels else _("the number"))
    return Measure(title, _worked_out(how, labels))


def parts(entry: Mapping[str, Any]) -> list[str]:
    """The words that ``{sum: amount}`` or ``{minus: [a, b]}`` is worked out from."""
    (value,) = (value for key, value in entry.items() if key not in {"zh", "en"})
    return list(value) if isinstance(value, list) else [value]


def there(item: Item, asked: Asked) -> bool:
    """Whether a file was there at the end of the time asked for."""
    return (not asked.until or item.day <= asked.until) and (not item.gone or bool(asked.until and item.gone > asked.until))


def how_many(word: str, asked: Asked) -> Figure:
    """How many of the items there are, of customers, or of files at a point of the time asked for."""

    def before(item: Item) -> bool:
        return (not item.day or item.day < asked.since) and (not item.gone or item.gone >= asked.since)

    tests: Mapping[str, Callable[[Item], bool]] = {
        "count": lambda _item: True,
        "before": before,
        "opened": lambda item: bool(item.day) and asked.covers(item.day),
        "gone": lambda item: bool(item.gone) and asked.covers(item.gone),
        "there": lambda item: there(item, asked),
    }
    if word == "customers":
        return lambda items, _all: str(len({item.uid for item in items}))
    return lambda items, _all: str(sum(map(tests[word], items)))


def _worked_out(how: str, labels: Sequence[Label]) -> Figure:
    def total(items: Iterable[Item], label: Label) -> Decimal:
        return sum((one for item in items if (one := number(item, label)) is not None), Decimal(0))

    def average(items: Sequence[Item], _all: Sequence[Item]) -> str:
        numbers = [one for item in items if (one := number(item, labels[0])) is not None]
        return written(sum(numbers, Decimal(0)) / len(numbers), money=False) if numbers else ""

    def share(items: Sequence[Item], everything: Sequence[Item]) -> str:
        part, whole = (total(each, labels[0]) if labels else Decimal(len(each)) for each in (items, everything))
        return f"{part * 100 / whole:.1f}%" if whole else ""

    made_of: Mapping[str, Figure] = {
        "sum": lambda items, _all: written(total(items, labels[0]), money=labels[0].money),
        "minus": lambda items, _all: written(total(items, labels[0]) - total(items, labels[1]), money=labels[0].money),
        "average": average,
        "share": share,
    }
    return made_of[how]


def number(item: Item, label: Label) -> Decimal | None:
    """A number of an item; None where there is none, or nobody may know it."""
    if label.made:
        numbers = [decimal(item.values.get(word)) or Decimal(0) for word in label.made]
        return numbers[0] - sum(numbers[1:], Decimal(0))
    return decimal(item.values.get(label.path))


def decimal(value: Any) -> Decimal | None:  # noqa: ANN401 - a value as it stands in a file
    """The number that a value says, or None."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def written(figure: Decimal, *, money: bool) -> str:
    """A number as people write it: money to the cent, others as far as they go, up to two places."""
    text = f"{figure:,.2f}"
    return text if money else text.rstrip("0").rstrip(".")
