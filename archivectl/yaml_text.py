"""YAML as the archive knows it: one strict reader, one canonical writer; the only module that imports yaml.

The reader takes what every YAML parser reads alike and refuses the rest: no anchors, aliases, tags, merge keys, several
documents or doubled keys. Plain scalars follow the YAML 1.2 core rules, except that ``0123`` and decimals that a float
would change stay text. The writer is a fixpoint: ``dump(load(text)) == text`` for all that it wrote.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from archivectl import canonical_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.scalars import spelled

LIMIT = 4 * 1024 * 1024
DEPTH = 32

Path = tuple[str | int, ...]
Data = Any

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
# What parsers refuse, or take for the end of a line each in its own way; compiled only where something looks like it.
_UNREADABLE = "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]"


# What the parsers say is wrong, by how it begins: the one in C, and the one in Python that has it in other words.
_DETAILS = {
    "mapping values are not allowed": N_("mapping values are not allowed here"),
    "could not find expected ':'": N_("could not find expected ':'"),
    "found unexpected end of stream": N_("found unexpected end of stream"),
    "did not find expected ',' or '}'": N_("a comma or the closing brace is missing"),
    "expected ',' or '}'": N_("a comma or the closing brace is missing"),
    "did not find expected ',' or ']'": N_("a comma or the closing bracket is missing"),
    "expected ',' or ']'": N_("a comma or the closing bracket is missing"),
    "did not find expected key": N_("did not find expected key"),
    "expected <block end>": N_("did not find expected key"),
    "did not find expected '-'": N_("did not find expected '-' indicator"),
    "did not find expected node content": N_("did not find expected node content"),
    "expected the node content": N_("did not find expected node content"),
    "did not find expected <document start>": N_("did not find expected <document start>"),
    "expected '<document start>'": N_("did not find expected <document start>"),
    "found character": N_("found character that cannot start any token"),
    "found a tab character": N_("found a tab character where spaces are expected"),
    "found unknown escape character": N_("found unknown escape character"),
    "did not find expected hexdecimal number": N_("did not find expected hexadecimal number"),
    "expected escape sequence": N_("did not find expected hexadecimal number"),
    "found unexpected document": N_("found unexpected document indicator"),
    "block sequence entries are not allowed": N_("block sequence entries are not allowed here"),
    "sequence entries are not allowed": N_("block sequence entries are not allowed here"),
    "found unexpected ':'": N_("found unexpected ':'"),
}


class NotYaml(Unreadable):
    """The text is not YAML of the kind the archive keeps."""

    message = "{name}, line {line}, column {column}: {problem}"
    hint = (
        "Mend that line in a text editor, or take the file back: git checkout -- {name}; where it was committed so: "
        "git log -- {name}, then git checkout COMMIT~1 -- {name}"
    )


class Mark(NamedTuple):
    """A place in a text, both numbers from 1."""

    line: int
    column: int


class _Reader:
    """Builds plain data from parser events, noting where every value stands if asked to."""

    def __init__(self, text: bytes | str, name: str, marks: dict[Path, Mark] | None) -> None:
        self.name = name
        self.marks = marks
        self.parser = _LOADER(self._decoded(text))

    def _decoded(self, text: bytes | str) -> str:
        if len(text) > LIMIT:
            raise self.problem(N_("the file is larger than {limit} MB"), limit=LIMIT // 1024 // 1024)
        if isinstance(text, bytes):
            try:
                text = text.decode("utf-8")
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode()
                raise self.problem(N_("the text is not UTF-8"), _at(good, len(good))) from error
        if text.startswith("\ufeff"):
            raise self.problem(N_("the file begins with a byte order mark"))
        if not text.replace("\n", "").isprintable() and (found := re.search(_UNREADABLE, text)):
            what = {"\r": N_("lines end in CR LF instead of LF")}.get(found[0], N_("a control character stands in the text"))
            raise self.problem(what, _at(text, found.start()))
        return text

    def problem(self, text: str, at: Mark | None = None, **values: object) -> NotYaml:
        at = at or Mark(1, 1)
        return NotYaml(name=self.name, line=at.line, column=at.column, problem=Sentence(text, **values))

    def document(self) -> Data:
        try:
            self.parser.get_event()
            if self.parser.check_event(yaml.StreamEndEvent):
                return None
            start = self.parser.get_event()
            if start.version or start.tags:
                raise self.problem(N_("directives are not used here"), _mark(start))
            data = self.value((), 0)
            self.parser.get_event()
            if not self.parser.check_event(yaml.StreamEndEvent):
                raise self.problem(N_("a second document begins"), _mark(self.parser.peek_event()))
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark or error.context_mark
            where = Mark(at.line + 1, at.column + 1) if at else None
            detail = next((told for start, told in _DETAILS.items() if str(error.problem).startswith(start)), str(error.problem))
            raise self.problem(N_("this is not YAML ({detail})"), where, detail=Sentence(detail)) from error
        except ValueError as error:  # the parser in Python, of a character beyond Unicode
            raise self.problem(N_("this is not YAML ({detail})"), detail=error) from error
        else:
            return data

    def value(self, path: Path, depth: int) -> Data:
        event = self.parser.get_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.problem(N_("anchors and aliases are not used here"), _mark(event))
        if event.tag is not None:
            raise self.problem(N_("tags are not used here"), _mark(event))
        if self.marks is not None:
            self.marks[path] = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if depth >= DEPTH:
            raise self.problem(N_("the nesting is too deep"), _mark(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path, depth)
        items: list[Data] = []
        while not self.parser.check_event(yaml.SequenceEndEvent):
            items.append(self.value((*path, len(items)), depth + 1))
        self.parser.get_event()
        return items

    def mapping(self, path: Path, depth: int) -> dict[str, Data]:
        result: dict[str, Data] = {}
        while not self.parser.check_event(yaml.MappingEndEvent):
            event = self.parser.get_event()
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise self.problem(N_("a key must be plain text"), _mark(event))
            if event.value == "<<" and event.implicit[0]:
                raise self.problem(N_("merge keys are not used here"), _mark(event))
            if event.value in result:
                raise self.problem(N_("the key {key} stands twice"), _mark(event), key=event.value)
            self.refuse_halves(event)
            result[event.value] = self.value((*path, event.value), depth + 1)
        self.parser.get_event()
        return result

    def scalar(self, event: yaml.ScalarEvent) -> Data:
        text: str = event.value
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise self.problem(N_("half of a character pair stands alone"), _mark(event))
        if not event.implicit[0]:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        return int(text) if _INTEGER.match(text) and len(text) <= 32 else text  # noqa: PLR2004 - no number here is longer

    def refuse_halves(self, event: yaml.ScalarEvent) -> None:
        if not event.value.isascii() and any("\ud800" <= character <= "\udfff" for character in event.value):
            raise self.problem(N_("half of a character pair stands alone"), _mark(event))


def _at(text: str, place: int) -> Mark:
    return Mark(text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))


def _mark(event: Any) -> Mark:  # noqa: ANN401 - events of either parser
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def load(text: bytes | str, name: str = "-") -> Data:
    """The data of one document, or None for an empty one.

    Args:
        text: at most 4 MB of UTF-8 with LF line ends.
        name: what to call the file in an error.

    Raises:
        NotYaml: with line and column.
    """
    if len(text) <= LIMIT:
        try:
            quick = canonical_text.read(text if isinstance(text, str) else text.decode("utf-8"))
        except UnicodeDecodeError:
            quick = None
        if quick is not None:
            return quick
    return _Reader(text, name, None).document()


def locate(text: bytes | str) -> dict[Path, Mark]:
    """Where each value of a readable text stands, by its path of keys and list positions."""
    marks: dict[Path, Mark] = {}
    _Reader(text, "-", marks).document()
    return marks


def flow(value: Data) -> str:
    """A value on one line: ``{id: 3F7Q, items: [a, b]}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelled(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return spelled(value)


def dump(data: Mapping[str, Data], lines: Callable[[Path], bool] = lambda _path: False, head: str = "") -> str:
    """The canonical text of a mapping, keys in the order they come.

    Args:
        data: mappings, lists, text, whole numbers, booleans and None.
        lines: whether the list at this path has one flow mapping a line.
        head: comment lines to begin with, each ended by LF.
    """
    return head + "".join(_block(data, (), 0, lines))


def _block(data: Mapping[str, Data], path: Path, indent: int, lines: Callable[[Path], bool]) -> Iterator[str]:
    for key, value in data.items():
        start = f"{' ' * indent}{spelled(key)}:"
        here = (*path, key)
        if isinstance(value, dict) and value:
            yield start + "\n"
            yield from _block(value, here, indent + 2, lines)
        elif isinstance(value, (list, tuple)) and value:
            yield start + "\n"
            if lines(here):
                yield from (f"{' ' * indent}- {flow(item)}\n" for item in value)
            else:
                yield from _items(value, here, indent + 2, lines)
        else:
            yield f"{start} {flow(value)}\n"


def _items(items: list[Data] | tuple[Data, ...], path: Path, indent: int, lines: Callable[[Path], bool]) -> Iterator[str]:
    for number, item in enumerate(items):
        if isinstance(item, dict) and item:
            text = "".join(_block(item, (*path, number), indent + 2, lines))
            yield f"{' ' * indent}- {text[indent + 2 :]}"
        else:
            yield f"{' ' * indent}- {flow(item)}\n"
