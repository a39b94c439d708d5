"""Relations and care as far as the regime counts them: how many contacts an important customer lacks."""

from collections.abc import Mapping
from typing import Any

from archivectl.records import facts
from archivectl.regime.model import Regime, first


def contacts_lacking(data: Mapping[str, Any], regime: Regime) -> int:
    """How many contacts a file lacks by ``relations.contacts_at_least``, for those customers that ``relations.for`` names."""
    least = regime.get("relations.contacts_at_least") or 0
    asked = regime.get("relations.for") or ()
    rows = [{"when": when} for when in ([asked] if isinstance(asked, Mapping) else asked)]
    if first(rows, facts.of(data)) is None:
        return 0
    there = sum("forgotten" not in contact for contact in data.get("contacts") or ())
    return max(0, least - there)
