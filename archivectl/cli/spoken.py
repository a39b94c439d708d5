"""Commands as they are printed in Chinese: the Chinese words that mean them, titles of registers, columns and choices."""

from typing import TYPE_CHECKING

from archivectl.cli import BELOW, COMMANDS
from archivectl.i18n import Word, _, pick, spoken

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.kinds import Kind
    from archivectl.tables.page import Page

_PROGRAM = "archivectl"
_ADD, _STEP = ["register", "add"], ["register", "step"]
_FILE = "FILE"


def on_pages(archive: "Archive", pages: "list[Page]") -> "list[Page]":
    """The pages, every command of the quick card in the words of its language."""
    return [_on_page(archive, page) if page.layout == "quick" and spoken() == "zh" else page for page in pages]


def _on_page(archive: "Archive", page: "Page") -> "Page":
    tables = (
        table._replace(rows=tuple(tuple(command(archive, cell) for cell in row) for row in table.rows)) for table in page.tables
    )
    return page._replace(tables=tuple(tables))


def command(archive: "Archive", text: str) -> str:
    """A command in Chinese words; whatever is none stays as it is."""
    program, *words = text.split(" ")
    if program != _PROGRAM or not words or words[0] not in COMMANDS:
        return text
    name, rest = words[0], words[1:]
    below = BELOW.get(name, {})
    said = [COMMANDS[name].alias, *(below.get(word, word) for word in rest[:1])]
    return " ".join([program, *said, *_stated(archive, words[:2], rest[1:])])


def _stated(archive: "Archive", act: list[str], words: list[str]) -> list[str]:
    """What follows: of a register its title, its step and its columns; a file to be named."""
    if act == _ADD and words:
        kind = archive.kind(words[0])
        return [pick(kind.title), *(_cell(archive, kind, word) for word in words[1:])]
    if act == _STEP and len(words) > 1:
        letters = words[0].partition("-")[0]
        found = (archive.kind(name) for name in archive.regime.kinds)
        if kind := next((each for each in found if each.number == letters), None):  # type: ignore[assignment]
            step = str(Word(kind.name, words[1]))
            return [words[0], step, *(_cell(archive, kind, word) for word in words[2:])]
    return [_(_FILE) if word == _FILE else word for word in words]


def _cell(archive: "Archive", kind: "Kind", word: str) -> str:
    """``column=value`` by their titles."""
    from archivectl.reports.wording import Wording  # noqa: PLC0415 - loads age

    name, equals, value = word.partition("=")
    column = kind.column(name)
    if not equals or column is None:
        return word
    said = Wording(archive).cell(kind, name, value) if value.isascii() else value
    title = pick(column.titles).split(" ")[0]
    return f"{title}={word.partition('=')[2] if ' ' in said else said}"
