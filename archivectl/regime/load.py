"""From the files under ``regime/`` (or a list of slugs) to a Regime."""

import hashlib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable, WrongUsage
from archivectl.regime import calendar
from archivectl.regime.lint import ABOUT, conflicts
from archivectl.regime.model import Regime, meaning

_KINDS = "regime/registers/"


class UnknownRegulation(WrongUsage):
    """A slug that no shipped regulation has."""

    message = "There is no regulation “{slug}”."
    hint = "Perhaps: {near}. All of them: archivectl regime list"


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


def text(slug: str) -> bytes:
    """The file of a regulation that comes with the tool, or of the base rules; raises UnknownRegulation."""
    if slug == "base":
        return files("archivectl.regime").joinpath("base.yaml").read_bytes()
    if slug not in shipped():
        near = get_close_matches(slug, shipped(), 3, 0.5)
        raise UnknownRegulation(slug=slug, near=", ".join(near) or "—")
    return files("archivectl.regulations").joinpath(f"{slug}.yaml").read_bytes()


def texts(slugs: Iterable[str]) -> dict[str, bytes]:
    """The regime folder of a new archive: base and the named regulations, byte for byte, by path.

    Raises:
        UnknownRegulation, Contradicting.
    """
    result = {f"regime/{slug}.yaml": text(slug) for slug in ("base", *slugs)}
    adopted = {path: _parsed(found, path) for path, found in result.items() if path != "regime/base.yaml"}
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
    if isinstance(values.get("axes"), Mapping):
        values["axes"] = _left(values["axes"])
    listed = frozenset(name for data in sources.values() for name in data.get("clauses") or ())
    days = calendar.Calendar({path: text for path, text in folder.items() if path.startswith(calendar.FOLDER)}, hours)
    return Regime(values, sources["base"], origins, titles, listed, kinds, digest(folder), days, meaning(values))


@cache
def _parsed(text: bytes, path: str) -> Any:  # noqa: ANN401 - a mapping of the regime
    data = yaml_text.load(text, path) or {}
    if not isinstance(data, Mapping):
        raise NotRules(path=path)
    return data


def _left(axes: Mapping[str, Any]) -> dict[str, Any]:
    """The axes without those, and without the values, that a regulation takes away by null."""
    found = {axis: dict(stated) if isinstance(stated, Mapping) else stated for axis, stated in axes.items() if stated is not None}
    for stated in found.values():
        if isinstance(stated, dict) and isinstance(values := stated.get("values"), Mapping):
            stated["values"] = {name: title for name, title in values.items() if title is not None}
    return found


def _merge(into: dict[str, Any], values: Mapping[str, Any], origins: dict[str, str], above: str, source: str) -> None:
    """Mappings merge key by key; anything else is one value, replaced whole."""
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and isinstance(into.get(key), Mapping):
            into[key] = dict(into[key])
            if not into[key]:
                origins.pop(path, None)  # nothing stood there; what does now is said by this file
            _merge(into[key], value, origins, path + ".", source)
        else:
            into[key] = value
            origins[path] = source
