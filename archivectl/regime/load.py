"""From the files under ``regime/`` (or a list of slugs) to a Regime."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable, WrongUsage
from archivectl.regime import calendar
from archivectl.regime.lint import ABOUT, conflicts
from archivectl.regime.model import Regime

_KINDS = "regime/registers/"


class UnknownRegulation(WrongUsage):
    """A slug that no shipped regulation has."""

    message = "There is no regulation “{slug}”."
    hint = "The shipped ones are: {known}"


class NotRules(Unreadable):
    """A file of the regime that states nothing."""

    message = "{path} states no rules: it is not a mapping."
    hint = "Take it back from history: git log -- {path}"


class Contradicting(WrongUsage):
    """Two regulations that cannot both be adopted as they are."""

    message = "{one} and {other} state {path} differently."
    hint = "Adopt one of them."


class NoRegime(Unreadable):
    """An archive whose base rules are missing."""

    message = "The archive has no regime/base.yaml."
    hint = "Take the folder back from history: git checkout HEAD -- regime"


def shipped() -> list[str]:
    """The slugs of the regulations that come with the tool."""
    return sorted(
        entry.name.removesuffix(".yaml") for entry in files("archivectl.regulations").iterdir() if entry.name.endswith(".yaml")
    )


def texts(slugs: Iterable[str]) -> dict[str, bytes]:
    """The regime folder of a new archive: base and the named regulations, byte for byte, by path.

    Raises:
        UnknownRegulation, Contradicting.
    """
    result = {"regime/base.yaml": files("archivectl.regime").joinpath("base.yaml").read_bytes()}
    for slug in slugs:
        if slug not in shipped():
            raise UnknownRegulation(slug=slug, known=", ".join(shipped()))
        result[f"regime/{slug}.yaml"] = files("archivectl.regulations").joinpath(f"{slug}.yaml").read_bytes()
    adopted = {path: _parsed(text, path) for path, text in result.items() if path != "regime/base.yaml"}
    for (one, stated), (other, also) in combinations(adopted.items(), 2):
        for path in conflicts(stated, also):
            raise Contradicting(one=one, other=other, path=".".join(map(str, path)))
    return result


def digest(folder: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) of the ``sha256sum`` listing of every file under ``regime/``, in byte order of the paths."""
    lines = (f"{hashlib.sha256(folder[path]).hexdigest()}  {path}\n" for path in sorted(folder, key=str.encode))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def load(folder: Mapping[str, bytes], hours: str = "") -> Regime:
    """The regime that the files of a ``regime/`` folder state, by path, with the working hours of the archive.

    Raises:
        NoRegime: without base rules.
        NotRules, NotYaml: with the file, and where it can be told the line and column.
    """
    if "regime/base.yaml" not in folder:
        raise NoRegime
    kinds = {path.removeprefix(_KINDS).removesuffix(".yaml"): text for path, text in folder.items() if path.startswith(_KINDS)}
    stated_in = sorted(path for path in folder if path.count("/") == 1)
    sources = {path.removeprefix("regime/").removesuffix(".yaml"): _parsed(folder[path], path) for path in stated_in}
    stated = {name: data for name, data in sources.items() if name != "house"}
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    titles: dict[str, Any] = {}
    order = ["base", *sorted(stated.keys() - {"base"}), *(["house"] if "house" in sources else [])]
    for name in order:
        data = sources[name]
        titles[name] = data.get("title", name)
        _merge(values, {key: value for key, value in data.items() if key not in ABOUT}, origins, "", name)
    days = calendar.Calendar({path: text for path, text in folder.items() if path.startswith(calendar.FOLDER)}, hours)
    return Regime(values, sources["base"], origins, titles, _clauses(), kinds, digest(folder), days)


@cache
def _parsed(text: bytes, path: str) -> Any:  # noqa: ANN401 - a mapping of the regime
    data = yaml_text.load(text, path) or {}
    if not isinstance(data, Mapping):
        raise NotRules(path=path)
    return data


@cache
def _clauses() -> dict[str, str]:
    """The clause that governs each parameter path."""
    clauses = yaml_text.load(files("archivectl.regime").joinpath("clauses.yaml").read_bytes(), "clauses.yaml")
    return {clause["parameter"]: name for name, clause in clauses.items() if clause.get("parameter")}


def _merge(into: dict[str, Any], values: Mapping[str, Any], origins: dict[str, str], above: str, source: str) -> None:
    """Mappings merge key by key; anything else is one value, replaced whole."""
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and isinstance(into.get(key), Mapping):
            into[key] = dict(into[key])
            _merge(into[key], value, origins, path + ".", source)
        else:
            into[key] = value
            origins[path] = source
