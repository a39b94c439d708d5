"""Identifiers and what can be wrong with them: what has a check digit is refused, everything else gets advice.

Both functions answer with an English sentence to be translated; it never holds the value, which may be sensitive.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from archivectl.i18n import N_

_LENGTH = 18
# Texts, which are compiled when they are needed: this is loaded before almost every answer, and few need more than one.
_SPAN = r"[1-9][0-9]{0,4}(?:h|d|wd|wk|mo|y)|at-once|same-day|close-of-business|process|unlimited"
_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9])?"
_USUAL = r"0(?:10|2[0-57-9])[2-8][0-9]{7}|1[3-9][0-9]{9}"  # a landline of the big cities, a mobile number
_EMAIL = r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+"
_CHINESE = r"[\u3400-\u9fff]"
_POSTCODE = "postcode"
# A mobile number with a digit too few or too many; a landline without its city.
_NEARLY = r"(?:86)?1[3-9][0-9]{7,10}|[2-8][0-9]{6,7}"
# Where customers of Chinese firms sit besides: as which of these countries' a number that is none of ours is looked at.
_ABROAD = ("TW", "HK", "MO", "SG", "JP", "KR", "US", "GB", "DE", "FR", "IT", "ES", "RU", "AU", "IN", "TH", "VN", "MY", "MX", "BR")
_PAST = r"\bbirthday$|^registration\.(?:founded|registered)$"
_PERIOD = r"\[[^\]]*\]"
# The first two digits of GB/T 2260; 81 to 83 are also on the residence permits of Hong Kong, Macao and Taiwan.
_PROVINCE = r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"


def refusal(check: str, value: str) -> str | None:
    """Why a value cannot be right, or None; for the checks ``cn_id``, ``uscc``, ``date`` and ``span``."""
    return _REFUSALS[check](value) if check in _REFUSALS else None


def advice(check: str, value: str) -> str | None:
    """What may be wrong with a value, or None; for the checks ``cn_id``, ``email``, ``phone`` and ``region``."""
    return _ADVICE[check](value) if check in _ADVICE else None


def unlikely(path: str, check: str, value: object, today: str) -> str | None:
    """What may be wrong with the value of a field at entry, or None: by its check, as a postcode, as a day that must be past."""
    if not isinstance(value, str):
        return None
    if re.search(_PAST, path) and value[:10] > today[:10]:
        return N_("this day is yet to come")
    if path.endswith(_POSTCODE) and not any(map(str.isdigit, value)):
        return N_("a postcode holds digits")
    return advice(check, value)


def _cn_id(value: str) -> str | None:
    from stdnum.cn import ric  # noqa: PLC0415 - loaded only when asked

    if len(value) != _LENGTH:
        return N_("an ID number has 18 characters")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        return N_("an ID number is made of 17 digits and one more digit or a capital X")
    # A foreigner's number begins with 9 and the province that issued it.
    if not re.match(_PROVINCE, value.removeprefix("9")):
        return N_("the region in the first digits of this ID number does not exist")
    if _date(f"{value[6:10]}-{value[10:12]}-{value[12:14]}"):
        return N_("the date of birth in this ID number is not in the calendar")
    if ric.calc_check_digit(value) != value[-1]:
        return N_("the check digit of this ID number is wrong: some digit was mistyped")
    return None


def _uscc(value: str) -> str | None:
    from stdnum.cn import uscc  # noqa: PLC0415 - loaded only when asked

    if len(value) != _LENGTH:
        return N_("a social credit code has 18 characters")
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}", value):
        return N_("a social credit code is made of digits and capital letters without I, O, S, V and Z")
    # The library takes no code of the army, of rural collectives and of other authorities, which begin with A, N and Y.
    if value[0] not in "123456789ANY":
        return N_("the registering authority in the first character of this social credit code does not exist")
    if not value[2:8].isdigit():
        return N_("the region in characters 3 to 8 of this social credit code is not made of digits")
    if uscc.calc_check_digit(value) != value[-1]:
        return N_("the check digit of this social credit code is wrong: some character was mistyped")
    return None


def _date(value: str) -> str | None:
    form = re.fullmatch(_DATE, value)
    try:
        return None if form and date.fromisoformat(form[1]) else N_("a date is written as 2026-03-02 or 2026-03-02T14:30")
    except ValueError:
        return N_("this date is not in the calendar")


def _span(value: str) -> str | None:
    return None if re.fullmatch(_SPAN, value) else N_("a span of time is written as 14d, 4h, 3wd, 2wk, 6mo or 5y")


def _cn_id_county(value: str) -> str | None:
    if value[:1] == "9" or value[:2] in {"81", "82", "83"} or value[:6] in _regions():
        return None
    return N_("GB/T 2260 has never had the county in the first six digits of this ID number")


def _email(value: str) -> str | None:
    return None if re.fullmatch(_EMAIL, value) else N_("this does not look like an e-mail address")


def _phone(value: str) -> str | None:
    if re.fullmatch(_USUAL, re.sub(r"[\s-]", "", value)):  # most numbers, and the library takes long to load
        return None
    import phonenumbers  # noqa: PLC0415 - loaded only when asked

    try:
        number = phonenumbers.parse(value, "CN")
    except phonenumbers.NumberParseException:
        return N_("this does not look like a phone number")
    if phonenumbers.is_valid_number(number):
        return None
    ours = re.fullmatch(_NEARLY, re.sub(r"\D", "", value))
    if not ours and any(_dialled(value, country) for country in _ABROAD):
        return N_("this looks like a phone number of another country: written with its code, as in +886, it can be dialled")
    return N_("no phone number is like this: check the digits")


def _dialled(value: str, country: str) -> bool:
    """Whether a text is a phone number of a country; what may be one elsewhere need not look like one there."""
    import phonenumbers  # noqa: PLC0415 - loaded only when asked

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, country))
    except phonenumbers.NumberParseException:
        return False


def _region(value: str) -> str | None:
    """Advice about a Chinese name or a code of six digits; a name in another script lies abroad."""
    known = value in _regions() if value.isdigit() else not re.search(_CHINESE, value) or value in _region_names()
    return None if known else N_("GB/T 2260 has no region of this name: it is written in full, such as 上海市 or 浦东新区")


@cache
def _regions() -> dict[str, frozenset[str]]:
    """The names that every code of GB/T 2260, of two or six digits, has had since 1980."""
    from stdnum import numdb  # noqa: PLC0415 - loaded only when asked

    found = {}
    for _, province, _, titles, counties in numdb.get("cn/loc").prefixes:
        found[province] = frozenset(titles.values())
        for _, county, _, names, _ in counties:
            found[province + county] = frozenset(re.sub(_PERIOD, "", names.get("county", "")).split(","))
    return found


@cache
def _region_names() -> frozenset[str]:
    return frozenset().union(*_regions().values())


_REFUSALS: dict[str, Callable[[str], str | None]] = {"cn_id": _cn_id, "uscc": _uscc, "date": _date, "span": _span}
_ADVICE: dict[str, Callable[[str], str | None]] = {
    "cn_id": _cn_id_county, "email": _email, "phone": _phone, "region": _region,
}  # fmt: skip
