"""Whether it is known who the customer is: what the checks in a file say."""

from collections.abc import Mapping
from typing import Any


def last(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The check that was answered, or else made, last; empty where there is none."""
    checks: list[Mapping[str, Any]] = data.get("identity_checks") or []
    return max(reversed(checks), key=lambda one: str(one.get("answered") or one.get("date") or ""), default={})
