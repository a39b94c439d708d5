"""``keys/levels.yaml``: the generations of every level's public key, and the recipients of the recovery sheet."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.encryption.envelope import LEVELS

PATH = "keys/levels.yaml"
_HEAD = "# yaml-language-server: $schema=../schemas/levels.schema.json\n"


class Generation(NamedTuple):
    """One generation of a level key."""

    generation: int
    recipient: str
    since: str


class LevelKeys(NamedTuple):
    """The file's content: generations by level, oldest first, and a row for each recovery sheet; the last is in use."""

    levels: Mapping[str, tuple[Generation, ...]]
    recovery: tuple[Mapping[str, Any], ...]

    def current(self, level: str) -> Generation:
        """The generation that new keys of a level are wrapped for."""
        return max(self.levels[level])

    @property
    def recovering(self) -> list[str]:
        """The recipients of recovery in use: that of the newest sheet."""
        return [str(row["recipient"]) for row in self.recovery[-1:]]

    @property
    def recovered(self) -> frozenset[str]:
        """The recipients of every recovery sheet that there ever was."""
        return frozenset(str(row["recipient"]) for row in self.recovery)

    def with_(self, level: str, generation: Generation) -> "LevelKeys":
        """The same and one generation more."""
        return self._replace(levels={**self.levels, level: (*self.levels.get(level, ()), generation)})


def parse(text: bytes) -> LevelKeys:
    """The content of the file; raises NotYaml."""
    data = yaml_text.load(text, PATH)
    rows = {level: tuple(Generation(**row) for row in found) for level, found in data["levels"].items()}
    return LevelKeys(rows, tuple(data["recovery"]))


def text(keys: LevelKeys) -> str:
    """The file, in its canonical form."""
    data = {
        "levels": {level: [row._asdict() for row in rows] for level, rows in keys.levels.items()},
        "recovery": [dict(row) for row in keys.recovery],
    }
    return yaml_text.dump(data, lambda at: at[-1] in {*LEVELS, "recovery"}, _HEAD)
