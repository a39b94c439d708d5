"""What rules call the values of fields: of axes, of kinds of file, of classes of material."""

from collections.abc import Mapping
from typing import Any


def of_values(stated: Mapping[str, Any]) -> dict[str, Any]:
    """The axes of some rules by name, and likewise the other fields whose values they give titles, by path."""
    files: Mapping[str, Any] = stated.get("files") or {}
    kinds = {name: file["title"] for name, file in files.items() if file and file.get("title")}
    classes = {name: title for file in files.values() if file for name, title in (file.get("materials") or {}).items()}
    named = {"files": kinds, "documents[].material": classes, "volumes[].material": classes}
    return {**(stated.get("axes") or {}), **{path: {"values": titles} for path, titles in named.items()}}
