"""What a customer agreed to, and whether it still stands: read from the record's own consents, which are kept in clear."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

Consent = Mapping[str, Any]


def covers(item: Consent, purpose: str) -> bool:
    """Whether a consent or its withdrawal is about a purpose; one that names none is about all."""
    named = item.get("purposes") or ()
    return not named or purpose in named


def withdrawn(data: Mapping[str, Any], purpose: str, today: str) -> str:
    """The last day by which a consent to the purpose was withdrawn, empty where none was."""
    items: Iterable[Consent] = data.get("consent") or ()
    days = ((item.get("withdrawn") or "")[:10] for item in items if covers(item, purpose))
    return max((day for day in days if day <= today), default="")


def consented(
    data: Mapping[str, Any], purpose: str, today: str, form: str = "", since: str = "", capacity: Collection[str] = ()
) -> bool:
    """Whether a consent to the purpose stands on a day, in that form, given since that day and by one of these, where asked.

    It was given, is not over, and nothing was withdrawn for the purpose on the day it was given or since.
    """
    items: Iterable[Consent] = data.get("consent") or ()
    about = [item for item in items if covers(item, purpose)]
    last = withdrawn(data, purpose, today)
    fitting = [
        item for item in about if (not form or item.get("form") == form) and (not capacity or item.get("capacity") in capacity)
    ]
    return any(_stands(item, today, last) and (item.get("given") or "") >= since for item in fitting)


def agreed(data: Mapping[str, Any], today: str, form: str = "", capacity: Collection[str] = ()) -> bool:
    """Whether a consent stands on a day to anything at all, in that form and by one of these, where asked."""
    purposes = {purpose for item in data.get("consent") or () for purpose in item.get("purposes") or ("",)}
    return any(consented(data, purpose, today, form, "", capacity) for purpose in purposes)


def _stands(item: Consent, today: str, last: str) -> bool:
    given = (item.get("given") or "")[:10]
    return bool(given) and last < given <= today <= (item.get("until") or today)[:10]


def noticed(data: Mapping[str, Any], today: str) -> bool:
    """Whether the file holds what the customer was told that the data is for: what, when and how."""
    items: Iterable[Mapping[str, Any]] = data.get("purposes") or ()
    return any(item.get("purpose") and item.get("how") and (item.get("told") or "9999")[:10] <= today for item in items)


def told(data: Mapping[str, Any], purpose: str, today: str) -> bool:
    """Whether the customer was told of this purpose, and it is not over."""
    items: Iterable[Mapping[str, Any]] = data.get("purposes") or ()
    return any(item.get("purpose") == purpose and (item.get("until") or today)[:10] >= today for item in items)


def withdrawals(data: Mapping[str, Any], purpose: str, today: str, new: str) -> dict[str, Any]:
    """The changes, by field path, that a withdrawal for a purpose (all of them: nothing) is.

    A consent to this alone bears the day itself; where it was one of several purposes, or of all, a withdrawal of the one is
    put beside it as the item ``new``.
    """
    if purpose and not consented(data, purpose, today):
        return {}
    items = (item for item in data.get("consent") or () if item.get("given") and not item.get("withdrawn"))
    standing = [item for item in items if not purpose or covers(item, purpose)]
    whole = [item for item in standing if not purpose or list(item.get("purposes") or ()) == [purpose]]
    changes: dict[str, Any] = {f"consent[{item['id']}].withdrawn": today for item in whole}
    if len(whole) < len(standing):
        changes |= {f"consent[{new}].withdrawn": today, f"consent[{new}].purposes": [purpose]}
    return changes
