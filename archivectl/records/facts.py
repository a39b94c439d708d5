"""What rules may ask of a file: all of it stands in clear."""

from collections.abc import Mapping
from typing import Any


def of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a record that every rule table and scope is matched against; what was opened as filed was filed that day."""
    filing = data.get("filing") or {}
    return {
        "secrecy": data.get("secrecy", "internal"),
        "axis": data.get("classification") or {},
        "file": data.get("files") or [],
        "subject": data.get("subject"),
        "department": data.get("department"),
        "archived": filing.get("archived") or (filing.get("opened") if data.get("status") == "filed" else None),
    }
