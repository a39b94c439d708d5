"""The two small files that a machine keeps outside every repository: its settings, and what it trusts of an archive.

It loads little: a masked ``show`` reads one of them too.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.yaml_text import NotYaml

_SHAPE = N_("it is not written as archivectl writes it")
_NOT_YAML = N_("line {line}: {problem}")


class SettingsDamaged(Unreadable):
    """The settings of this machine are none."""

    message = "The settings of this machine, {file}, cannot be read: {problem}."
    hint = (
        "This file is on this machine alone, and in no repository. Put your own copy back, or move it away; then say who acts "
        "(archivectl --as MEMBER todo) and where keyring remotes lie: archivectl key remote add NAME FOLDER"
    )


class PinDamaged(Unreadable):
    """What this machine trusts of an archive cannot be read."""

    message = "The file by which this machine knows the archive, {file}, cannot be read: {problem}."
    hint = (
        "This file is on this machine alone, and in no repository. Move it away, and take the fingerprint from the recovery "
        "sheet: archivectl verify --trust FINGERPRINT"
    )


def settings(path: Path) -> dict[str, Any]:
    """``settings.yaml``, nothing where it is not there; raises SettingsDamaged."""
    data = _loaded(path, SettingsDamaged) if path.exists() else None
    archives = data.get("archives") if isinstance(data, Mapping) else {}
    rows = archives.values() if isinstance(archives, Mapping) else () if archives is None else [None]
    keyrings = [row.get("keyrings") for row in rows if isinstance(row, Mapping)]
    sound = data is None or isinstance(data, Mapping)
    if not sound or not all(isinstance(row, Mapping) for row in rows) or not all(map(_is_folders, keyrings)):
        raise SettingsDamaged(file=path, problem=Sentence(_SHAPE))
    return dict(data or {})


def _is_folders(keyrings: object) -> bool:
    return keyrings is None or (isinstance(keyrings, Mapping) and all(isinstance(each, str) for each in keyrings.values()))


def pin(path: Path) -> dict[str, Any]:
    """``trust/<archive>.yaml``; raises PinDamaged."""
    data = _loaded(path, PinDamaged)
    tips = data.get("verified") if isinstance(data, Mapping) else None
    texts = [data.get(name) for name in ("archive", "fingerprint", "got")] if isinstance(data, Mapping) else [None]
    if not isinstance(tips, Mapping) or not all(isinstance(text, str) for text in texts):
        raise PinDamaged(file=path, problem=Sentence(_SHAPE))
    marks, alike = [tips.get("main", 0), tips.get("access-log", 0)], tips.get("alike") or []
    if not all(mark is None or isinstance(mark, str) for mark in marks) or type(tips.get("rules")) is not int:
        raise PinDamaged(file=path, problem=Sentence(_SHAPE))
    if not isinstance(alike, list) or not all(isinstance(each, str) for each in alike):
        raise PinDamaged(file=path, problem=Sentence(_SHAPE))
    return dict(data)


def _loaded(path: Path, refusal: type[Unreadable]) -> Any:  # noqa: ANN401 - plain data of any shape
    try:
        return yaml_text.load(path.read_bytes(), str(path))
    except NotYaml as error:
        why = Sentence(_NOT_YAML, line=error.values["line"], problem=error.values["problem"])
        raise refusal(file=path, problem=why) from error
