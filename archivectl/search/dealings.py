"""When a customer was last visited, served, paid: read from a year's file as it is spelled; and when a file last changed."""

import re

_DATED = re.compile(r'^- \{id: [a-z][A-Z2-7]{5}, kind: "?([a-z][a-z-]*)"?, date: "?([0-9]{4}-[0-9]{2}-[0-9]{2})', re.MULTILINE)
# Keeps the day on which a record became another; without one, it stays as old as it was.
CHANGED = """
INSERT OR REPLACE INTO happened SELECT path, uid, json_object('changed', ?1) FROM records WHERE path = ?2"""


def uid_of(path: str) -> str:
    """The uid of the record whose interactions stand at a path."""
    return path.split("/")[2]


def newest(text: bytes) -> dict[str, str]:
    """The newest day of each kind of interaction; a line that is spelled otherwise, which `check` tells, is passed over."""
    found: dict[str, str] = {}
    for kind, day in _DATED.findall(text.decode("utf-8", "replace")):
        found[kind] = max(day, found.get(kind, ""))
    return found
