"""Relations and care as far as the regime counts them: how many contacts an important customer lacks."""

from collections.abc import Mapping
from typing import Any

from archivectl.regime.model import Regime, first
from archivectl.regime.retention import facts


def contacts_lacking(data: Mapping[str, Any], regime: Regime) -> int:
    """How many contacts a file lacks by ``relations.contacts_at_least``, for those customers that ``relations.for`` is about."""
    least = regime.get("relations.contacts_at_least") or 0
    if first([{"when": regime.get("relations.for") or {}}], facts(data)) is None:
        return 0
    there = sum("forgotten" not in contact for contact in data.get("contacts") or ())
    return max(0, least - there)
