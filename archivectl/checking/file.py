"""One file being judged: what it says, where in it each value stands, and the findings about it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.checking import places
from archivectl.finding import Finding
from archivectl.records import schema
from archivectl.records import text as record_text
from archivectl.registers import entry as entries
from archivectl.registers.entry import Entry, NotAnEntry
from archivectl.yaml_text import Mark, NotYaml, Path


class Value(NamedTuple):
    """A scalar in a file: its place as keys and list positions, and its path with list items by their id."""

    at: Path
    path: str
    value: Any


class File:
    """A file by its path in the tree; ``unreadable`` says why it could not be read, and its text is empty then.

    ``canonical`` is known once its data was asked for: a record was found to be written to the byte as the archive writes it.
    """

    def __init__(self, path: str, text: bytes, unreadable: str = "") -> None:
        self.path = path
        self.text = text
        self.unreadable = unreadable
        self.kind = places.kind_of(path)
        self.canonical = False

    @cached_property
    def _parsed(self) -> tuple[Any, NotYaml | None]:
        if self.unreadable or not self.path.endswith(".yaml"):
            return None, None
        if self.kind == "record" and (data := record_text.read_canonical(self.text)):
            self.canonical = True
            return data, None
        try:
            return yaml_text.load(self.text, self.path), None
        except NotYaml as problem:
            return None, problem

    @property
    def data(self) -> Any:  # noqa: ANN401 - plain data of any shape
        """What the file says; None where it cannot be read."""
        return self._parsed[0]

    @property
    def problem(self) -> NotYaml | None:
        """Why it is not YAML of the archive's kind."""
        return self._parsed[1]

    @property
    def schema(self) -> str:
        """The name of the schema it must keep; empty where it has none or cannot be judged by it."""
        return "" if self.problem or self.unreadable else places.SCHEMAS.get(self.kind, "")

    @cached_property
    def valid(self) -> bool:
        """Whether it keeps its schema."""
        return bool(self.schema) and schema.is_valid(self.schema, self.data)

    @cached_property
    def _read_entry(self) -> tuple[Entry | None, NotAnEntry | None]:
        if self.kind != "entry" or not self.valid:
            return None, None
        try:
            return entries.parse(self.text, self.path), None
        except NotAnEntry as problem:
            return None, problem

    @property
    def entry(self) -> Entry | None:
        """The register entry in it."""
        return self._read_entry[0]

    @property
    def no_entry(self) -> NotAnEntry | None:
        """Why it is no register entry although it keeps the schema of one."""
        return self._read_entry[1]

    @cached_property
    def values(self) -> list[Value]:
        """Every scalar but those of the keys."""
        data = self.data if isinstance(self.data, Mapping) else {}
        found: list[Value] = []
        _collect({key: value for key, value in data.items() if key != "keys"}, (), "", found)
        return found

    @cached_property
    def _marks(self) -> Mapping[Path, Mark]:
        return yaml_text.locate(self.text)

    def mark(self, at: Path) -> Mark:
        """Where a value stands, or what it would stand in."""
        while at and at not in self._marks:
            at = at[:-1]
        return self._marks.get(at, Mark(1, 1))

    def finding(self, rule: str, message: str, at: Path | Mark | None = None, hint: str = "", **values: object) -> Finding:
        """A finding about this file, at a value, at a line and column, or as a whole; ``{file}`` is its path."""
        mark = Mark(1, 1) if at is None else at if isinstance(at, Mark) else self.mark(at)
        path = places.shown(self.path)
        return Finding(path, mark.line, mark.column, rule, message, {"file": path, **values}, hint)

    def difference(self, wanted: bytes) -> int:
        """The first line, from 1, in which it is not as wanted."""
        own, other = self.text.split(b"\n"), wanted.split(b"\n")
        same = next((number for number, pair in enumerate(zip(own, other, strict=False)) if pair[0] != pair[1]), None)
        return (min(len(own), len(other)) - 1 if same is None else same) + 1


def _collect(data: Any, at: Path, path: str, found: list[Value]) -> None:  # noqa: ANN401 - plain data of any shape
    if isinstance(data, dict):
        for key, value in data.items():
            _collect(value, (*at, key), f"{path}.{key}" if path else key, found)
    elif isinstance(data, list):
        for place, item in enumerate(data):
            name = item.get("id", place) if isinstance(item, dict) else place
            _collect(item, (*at, place), f"{path}[{name}]", found)
    else:
        found.append(Value(at, path, data))
