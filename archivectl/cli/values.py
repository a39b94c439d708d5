"""What people type as ``key=value``: English paths or Chinese titles, typed as the schema says."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, fitting, keyed
from archivectl.records import fields, naming, typed
from archivectl.regime import volumes as arranging
from archivectl.regime.model import Regime

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case, Slot
    from archivectl.registers.kinds import Kind


_SCAN = re.compile(r"(documents\[[^\]]*\])\.(?:file|object)")  # a file to be attached to a paper
FILE = ("file", "object", "电子件")  # what it is called where a paper is added


class NoAssignment(WrongUsage):
    """A word without an equals sign."""

    message = "“{text}” is no assignment."
    hint = "Write it as key=value, for example phone=021-5555 0100."


class NoFileNamed(WrongUsage):
    """The text of a value where a file is to be attached."""

    message = "“{text}” names no file."
    hint = "Write an @ before its name: archivectl add NUMBER document … file=@scan.pdf"


class Ambiguous(WrongUsage):
    """A title that several fields bear."""

    message = "“{text}” may mean several fields: {paths}."
    hint = "Write the path of the one that is meant."


class UnknownKindOfFile(WrongUsage):
    """A kind of file that the rules of the archive do not have."""

    message = "“{text}” is no kind of file here."
    hint = "The kinds are: {known}. Which rules state them: archivectl regime list"


class WhichItem(WrongUsage):
    """A field of some item of a list, which is not named."""

    message = "“{field}” stands in every item of a list, and the one that is meant is not named."
    hint = "Write its id between brackets, {example}; archivectl show NUMBER tells it."


def split(text: str) -> tuple[str, str]:
    """Key and value of ``key=value``; the equals sign may be full-width. Raises NoAssignment."""
    for sign in ("=", "＝"):
        key, found, value = text.partition(sign)
        if found and key.strip():
            return key.strip(), value.strip()
    raise NoAssignment(text=text)


def file_of(text: str) -> Path:
    """The file that a value names (``@scan.pdf``); raises NoFileNamed."""
    if text[:1] not in {"@", "＠"} or not text[1:].strip():
        raise NoFileNamed(text=text)
    return Path(text[1:].strip()).expanduser()


def path_of(name: str) -> str:
    """The field path a name means: keys, or titles in either language, step by step too. Raises UnknownField, Ambiguous."""
    if fields.field_at(name):
        return name
    if any(sign in name for sign in ".[·［．") and fields.field_at(stated := naming.path(name)):
        return stated
    found = [field.path for field in naming.by_title(name) if "[]" not in field.path]
    if len(found) > 1 and found[0].count(".") == found[1].count("."):
        raise Ambiguous(text=name, paths=", ".join(found))
    return found[0] if found else fields.known(name).path


def place(name: str, axes: Mapping[str, Any]) -> str:
    """The path of the one value that a name means, an axis by its title too. Raises UnknownField, Ambiguous, WhichItem."""
    axis = naming.axis(name, axes)
    path = f"classification.{axis}" if axis and not naming.by_title(name) else path_of(name)
    if "[]" in path:
        raise WhichItem(field=name, example=path.replace("[]", "[ID]"))
    return path


def paths(text: str) -> str:
    """The paths of the fields that a text lists by path or title, with commas between. Raises UnknownField, Ambiguous."""
    return ", ".join(path_of(name.strip()) for name in re.split("[,，、]", text) if name.strip())


def assignments(texts: Iterable[str], regime: Regime) -> dict[str, Any]:
    """Typed values by field path; kinds of file, classes of material and values of axes may be given by their titles.

    Raises:
        NoAssignment, UnknownField, Ambiguous, WhichItem, WrongValue.
    """
    from archivectl import attachments  # noqa: PLC0415 - loads git

    values: dict[str, Any] = {}
    for text in texts:
        name, value = split(text)
        if scan := _SCAN.fullmatch(naming.path(name) or name):
            values[f"{scan[1]}.{attachments.FIELD}"] = attachments.Source(file_of(value))
            continue
        path = place(name, regime.get("axes", {}))
        values[path] = typed.typed(fields.known(path), _keyed(path, value, regime)) if value else None
    return values


def _keyed(path: str, value: str, regime: Regime) -> str:
    """The keys of what the regime has titles for."""
    section, _dot, axis = path.partition(".")
    if path == "files":
        known = {key: file.get("title") or {} for key, file in regime.get("files", {}).items()}
        return ", ".join(_kind_of_file(each.strip(), known) for each in re.split("[,，、]", value) if each.strip())
    if path.endswith("].material"):
        return arranging.material(value, regime)
    return choice(value, regime.get(f"axes.{axis}.values", {})) if section == "classification" else value


def _kind_of_file(text: str, known: Mapping[str, Any]) -> str:
    found = choice(text, known)
    if found not in known and (known or not text.isascii()):
        raise UnknownKindOfFile(text=text, known=keyed(fitting(text, known)) if known else "—")
    return found


def axes(texts: Iterable[str], regime: Regime) -> dict[str, str | None]:
    """Values by axis; both may be given by their titles."""
    known = regime.get("axes", {})
    result: dict[str, str | None] = {}
    for text in texts:
        name, value = split(text)
        axis = naming.axis(name, known) or name
        titles = {t: k for k, v in known.get(axis, {}).get("values", {}).items() for t in (v.get("zh"), v.get("en"))}
        result[axis] = titles.get(value, value) or None
    return result


def choice(text: str, choices: Any) -> str:  # noqa: ANN401 - a column's choices
    """A choice by its key or its title in either language; an unknown one is left for the schema to refuse."""
    for key, titles in choices.items():
        if text in {key, titles.get("zh"), titles.get("en")}:
            return str(key)
    return text


def use(archive: "Archive", text: str) -> str:
    """The purpose of a use, by its name or its title; what the regime does not list is left for it to refuse."""
    return choice(text, {name: titles for name, titles in archive.regime.get("purposes", {}).items() if titles})


def chosen(kind: "Kind", column: str, text: str) -> str:
    """The key of a choice of a register's column, by key or title; nothing where nothing is given. Raises WrongCell."""
    from archivectl import ledger  # noqa: PLC0415 - loads git

    return str(ledger.cells(kind, {column: text})[column]) if text else ""


def awaited(archive: "Archive", case: "Case") -> str:
    """The posts an entry waits for, in the reader's language."""
    step = case.awaiting()
    return awaited_by(archive, case.open_slots(step)) if step else ""


def awaited_by(archive: "Archive", slots: "Iterable[Slot]") -> str:
    """The posts of some signatures, in the reader's language."""
    return str(Titles(archive.regime.titled(*slot.posts) for slot in slots))
