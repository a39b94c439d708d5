"""``archive.yaml``: what kind of archive this is. Light: masked reading needs it too."""

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
