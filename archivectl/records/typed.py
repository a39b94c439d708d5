"""What people type at the command line or in a table, as the typed value of a field."""

import re
import unicodedata
from calendar import monthrange
from datetime import datetime
from decimal import Decimal
from math import prod
from typing import Any

from archivectl.errors import WrongUsage
from archivectl.i18n import N_, Sentence, keyed, nearest
from archivectl.records.fields import Field, folded

_FEW = 12  # choices that are all named to who chose none of them
_TRUE = frozenset({"是", "true", "yes", "1"})
_FALSE = frozenset({"否", "false", "no", "0"})
_DAY = r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?)"
_DATE = re.compile(_DAY + r"(?:(?:T| *)([0-9]{1,2}):([0-9]{2}))?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MONEY = re.compile(r"(?:[A-Z]{3} )?-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,4})?")
# What Chinese counts sums in: ``3万``, ``1.2亿``, ``5百万``; and years of the Republic (民国), which never stand in a file.
_COUNTED = re.compile(r"((?:[A-Z]{3} )?-?)((?:0|[1-9][0-9]*)(?:\.[0-9]+)?) ?([十百千]?[万亿]|万亿|千)")
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_REPUBLIC = re.compile(r"(民[国國] ?)?([0-9]{1,3}|元)[-/.年].*")
_BEFORE_REPUBLIC = 1911
_BETWEEN = re.compile(r"[、，,;；\n]")
_EXPECTED = {
    "boolean": N_("yes or no"),
    "integer": N_("a whole number, not negative"),
    "decimal": N_("a number such as 12.5"),
    "money": N_("an amount such as 1200.50, 3万元 or USD 1200.50"),
    "date": N_("a date such as 2026-03-02 or 2026-03-02T14:30"),
    "text": N_("one line of text"),
    "long": N_("any text"),
    "texts": N_("a list of texts, separated by commas"),
    "group": N_("a single field, but a group of fields: name one of those in it"),
    "list": N_("a single field, but a list: name an item and one of its fields"),
}


class WrongValue(WrongUsage):
    """A text that is no value of the field; it is not repeated, for it may be sensitive."""

    message = "{title}: this is not {expected}."
    hint = "{advice}"


def typed(field: Field, text: str) -> Any:  # noqa: ANN401 - any typed value
    """The value of a field that a text means: Chinese or English words, full or half width; raises WrongValue."""
    half = unicodedata.normalize("NFKC", text).strip()
    match field.type:
        case "texts":
            value: Any = [_chosen(field, each.strip()) for each in _BETWEEN.split(text) if each.strip()] or None
        case "choice":
            value = _chosen(field, text.strip())
        case "text":
            value = _identifier(field, half) if field.check else _line(text)
        case "long":
            value = text.strip() or None
        case "boolean":
            value = True if half.lower() in _TRUE else False if half.lower() in _FALSE else None
        case "integer":
            value = int(digits) if (digits := half.replace(",", "")).isascii() and digits.isdigit() else None
        case "date":
            value = _date(half)
        case "decimal" | "money":
            value = _number(half, _MONEY if field.type == "money" else _NUMBER)
            value = None if value and "-" in value and not field.signed else value
        case _:
            value = None
    if value is None:
        raise WrongValue(title=field.title, expected=Sentence(_EXPECTED[field.type]), advice=_advice(field, half))
    return value


def _advice(field: Field, half: str) -> Sentence | str:
    """What is wrong with a text that looks right: a sum below zero, a day that no calendar has; where a group leads."""
    if field.type in {"group", "list"}:
        return Sentence(
            N_("Its fields begin with: {path}."), path=f"{field.path}." if field.type == "group" else f"{field.path}[ID]."
        )
    if field.type in {"decimal", "money"} and "-" in half and _number(half, _MONEY):
        return Sentence(N_("It cannot be below zero."))
    return _of_date(half) if field.type == "date" else ""


def _of_date(half: str) -> Sentence | str:
    """What is wrong with a text that looks like a date: a day that no calendar has, a year of the Republic."""
    found = _DATE.fullmatch(half)
    if found is None:
        return _gregorian(half)
    year, month, day = (int(part) for part in (found[1], found[2] or found[4], found[3] or found[5]))
    if not 1 <= month <= 12:  # noqa: PLR2004 - of a year
        return Sentence(N_("There is no month {month}."), month=month)
    if not 1 <= day <= monthrange(max(year, 1), month)[1]:
        return Sentence(N_("{month} has no day {day}."), month=f"{year:04}-{month:02}", day=day)
    return Sentence(N_("There is no time {time}."), time=f"{found[6]}:{found[7]}") if found[6] else ""


def _gregorian(half: str) -> Sentence | str:
    """What to write instead of a year of the Republic; of two digits alone nobody knows whose they are."""
    found = _REPUBLIC.fullmatch(half)
    if found and (found[1] or len(found[2]) == 3):  # noqa: PLR2004 - 112 is 2023
        year = _BEFORE_REPUBLIC + (1 if found[2] == "元" else int(found[2]))
        return Sentence(N_("Write the Gregorian year: {year}"), year=year)
    return Sentence(N_("Write the Gregorian year: that of the Republic (民国) and 1911 more.")) if half[:1] == "民" else ""


def _chosen(field: Field, text: str) -> str:
    """The key of the choice that is meant, or the text itself where others are admitted."""
    wanted = folded(text)
    for key, titles in field.choices.items():
        if wanted in {folded(key), folded(titles["zh"]), folded(titles["en"])}:
            return key
    if text and (field.other or not field.choices):
        return text
    if len(field.choices) <= _FEW:
        raise WrongValue(title=field.title, expected=Sentence(N_("one of {choices}"), choices=keyed(field.choices)), advice="")
    words = {word: key for key, titles in field.choices.items() for word in (key, titles["zh"], titles["en"])}
    close = keyed({key: field.choices[key] for key in nearest(text, words)})
    raise WrongValue(title=field.title, expected=Sentence(N_("such as {choices}"), choices=close), advice="")


def _identifier(field: Field, half: str) -> str | None:
    """An identifier as it is kept: codes in capitals and without gaps."""
    return _line("".join(half.split()).upper() if field.check in {"cn_id", "uscc"} else half)


def _line(text: str) -> str | None:
    """The text without the spaces around it, if it is one line."""
    line = text.strip()
    return line if line and len(line.splitlines()) == 1 else None


def _number(text: str, form: re.Pattern[str]) -> str | None:
    """The number without separators of thousands and words for the yuan, a sum of 万 or 亿 counted out."""
    bare = text.replace(",", "").removeprefix("人民币").removeprefix("¥").removesuffix("元").strip()
    if form is _MONEY and (found := _COUNTED.fullmatch(bare)):
        times = prod(_TIMES[sign] for sign in found[3])
        bare = found[1] + f"{Decimal(found[2]) * times:f}"
        bare = bare.rstrip("0").removesuffix(".") if "." in bare else bare
    return bare if form.fullmatch(bare) else None


def _date(text: str) -> str | None:
    """The ISO form of a date or time that the calendar has."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        moment = datetime(int(year), int(month), int(day), int(found[6] or 0), int(found[7] or 0))  # noqa: DTZ001 - civil time
    except ValueError:
        return None
    return moment.isoformat(timespec="minutes") if found[6] else moment.date().isoformat()
