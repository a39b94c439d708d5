"""``archive.yaml``: what kind of archive this is. Light: masked reading needs it too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable

NAME = "archive.yaml"
_NEEDED = {"format": int, "id": str, "rules": int, "offices": dict, "numbering": dict, "time_zone": str}


class NotSettings(Unreadable):
    """An ``archive.yaml`` without what every command relies on."""

    message = "archive.yaml is not written as it must be: “{key}” is missing or wrong."
    hint = "Take it back from history: git log -- archive.yaml"


def parse(text: bytes) -> dict[str, Any]:
    """The settings in a file's bytes; raises NotSettings or NotYaml."""
    data = yaml_text.load(text, NAME)
    for key, kind in _NEEDED.items():
        if not isinstance(data, dict) or not isinstance(data.get(key), kind):
            raise NotSettings(key=key)
    if not data["offices"] or not all(isinstance(data["numbering"].get(each), str) for each in ("record", "entry")):
        raise NotSettings(key="numbering")
    return dict(data)


def text(config: Mapping[str, Any]) -> bytes:
    """The file that says so."""
    return yaml_text.dump(config, head="# yaml-language-server: $schema=schemas/archive.schema.json\n").encode()


def civil(config: Mapping[str, Any], at: datetime) -> str:
    """A moment as the archive's clocks show it: ``2026-03-02T14:30``."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a masked reading asks for no time

    return at.astimezone(ZoneInfo(config["time_zone"])).strftime("%Y-%m-%dT%H:%M")


def evaluated(config: Mapping[str, Any], at: datetime, today: str) -> str:
    """The civil time that everything is judged by: the one stated, a day alone at noon, or that of the moment."""
    return civil(config, at) if not today else today if "T" in today else f"{today}T12:00"
