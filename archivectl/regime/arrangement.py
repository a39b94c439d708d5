"""By what files are labelled and stand in their cabinets: the first row of ``arrange`` that fits a file, its fields in order.

A row states ``by``: axes (``classification.property-type``), ``keeper``, ``department`` or fields of ``filing``. What is sealed,
or not stated, leaves its part out.
"""

from collections.abc import Mapping
from typing import Any

from archivectl.encryption.envelope import is_sealed
from archivectl.records import facts
from archivectl.regime.model import Regime, first

_AXES = "classification"


def keys(data: Mapping[str, Any], regime: Regime) -> list[tuple[str, str]]:
    """What a file is arranged by: paths with their values, in order; nothing where no row fits."""
    row = first(regime.get("arrange") or (), facts.of(data)) or {}
    found = ((str(path), _value(data, str(path))) for path in row.get("by") or ())
    return [(path, value) for path, value in found if value]


def _value(data: Any, path: str) -> str:  # noqa: ANN401 - plain data of any shape
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return "" if data is None or is_sealed(data) else str(data)


def label(data: Mapping[str, Any], regime: Regime, language: str = "zh") -> str:
    """What stands on a file's label: the words of what it is arranged by."""
    return " ".join(_word(path, value, regime, language) for path, value in keys(data, regime))


def _word(path: str, value: str, regime: Regime, language: str) -> str:
    group, _dot, axis = path.partition(".")
    titles = (regime.get("axes") or {}).get(axis, {}).get("values", {}) if group == _AXES else {}
    return str((titles.get(value) or {}).get(language, value))


def labelled(data: Mapping[str, Any], regime: Regime) -> bool:
    """Whether the label that a file says it bears is that of its class, in either language."""
    stated = (data.get("filing") or {}).get("label")
    return stated in {label(data, regime, language) for language in ("zh", "en")}
