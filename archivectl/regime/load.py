"""From the files under ``regime/`` (or a list of slugs) to a Regime."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

from archivectl import yaml_text
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import N_, Sentence, Titles
from archivectl.regime import calendar
from archivectl.regime.lint import ABOUT, at, conflicts, written
from archivectl.regime.model import Regime, meaning
from archivectl.yaml_text import NotYaml

HOUSE = "house"
HOUSE_RULES = f"regime/{HOUSE}.yaml"
_HOUSE_TITLE = {"zh": "本公司规定", "en": "house rules"}
_KINDS = "regime/registers/"
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MOST = 3  # differences that are told with their values


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

    message = "{one} and {other} do not agree: {what}."
    hint = (
        "Adopt one of them; or state in a file of your own what holds here, {paths}, and name it with them: --regime house.yaml"
    )


class Joined(WrongUsage):
    """Several regulations in one word."""

    message = "“{text}” are several regulations in one word."
    hint = "Name each by itself: init … --regime {first} --regime {second}; regime adopt {first} {second}"


class NoSuchFile(WrongUsage):
    """A file of rules that is not there."""

    message = "There is no file {file}."
    hint = "Check its name and folder. What comes with the program: archivectl regime list"


class NoFile(WrongUsage):
    """A regulation that comes with the program, named as if it were a file."""

    message = "There is no file {file}; a regulation of that name comes with the program."
    hint = "Name it without .yaml: {slug}"


class NotYours(NotYaml):
    """A file of rules, outside the archive, that is no YAML."""

    hint = "Mend that line in a text editor."


class Empty(WrongUsage):
    """A file of rules that states nothing."""

    message = "{file} states no rules: it is empty, or no mapping of keys to values."
    hint = "Write what holds here, such as the line “regularly: 6mo”; what there is: archivectl regime show archive"


class Misnamed(WrongUsage):
    """A file of rules whose name for itself cannot be the name of a file."""

    message = "{file} calls itself “{name}”; a regulation's name has small letters, digits and hyphens, and base is taken."
    hint = "Begin it with a line such as “regulation: our-rules”; the company's own deviations are called house."


class Nameless(WrongUsage):
    """A file of rules that begins to name itself, and does not."""

    message = "{file} has a line “regulation:” without a name."
    hint = "Write it as “regulation: our-rules”, or take the line out, and the file is the company's own deviations."


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
    """The file of a regulation that comes with the tool, or of the base rules; raises UnknownRegulation, Joined."""
    if slug == "base":
        return files("archivectl.regime").joinpath("base.yaml").read_bytes()
    if slug not in shipped():
        if len(several := [word for word in re.split(r"[\s,，、]+", slug) if word]) > 1:
            raise Joined(text=slug, first=several[0], second=several[1])
        raise UnknownRegulation(slug=slug, near=", ".join(get_close_matches(slug, shipped(), 3, 0)))
    return files("archivectl.regulations").joinpath(f"{slug}.yaml").read_bytes()


def content(name: str) -> bytes:
    """What a regulation says: one that comes with the program, or a file of one's own.

    Raises:
        UnknownRegulation, Joined, NoSuchFile, NoFile, OSError.
    """
    file = Path(name)
    if file.is_file():
        return file.read_bytes()
    if file.suffix in {".yaml", ".yml"} or file.name != name:
        if name in {f"{file.stem}.yaml", f"{file.stem}.yml"} and file.stem in shipped():
            raise NoFile(file=name, slug=file.stem)
        raise NoSuchFile(file=name)
    return text(name)


def named(name: str) -> tuple[str, bytes]:
    """Where in an archive a regulation goes, and what it says.

    Raises:
        NotYours, Empty, Misnamed, Nameless, and what ``content`` raises.
    """
    found = content(name)
    return path_of(found, name), found


def path_of(content: bytes, name: str) -> str:
    """Where in an archive a file of rules goes, by what it calls itself; raises NotYours, Empty, Misnamed, Nameless."""
    try:
        data = yaml_text.load(content, name)
    except NotYaml as problem:
        raise NotYours(**problem.values) from problem
    if not data or not isinstance(data, Mapping):
        raise Empty(file=name)
    slug = data.get("regulation", HOUSE)
    if not slug:
        raise Nameless(file=name)
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug) or slug == "base":
        raise Misnamed(file=name, name=slug)
    return f"regime/{slug}.yaml"


def texts(names: Iterable[str]) -> dict[str, bytes]:
    """The regime folder of a new archive: base and the named regulations and files, byte for byte, by path.

    Raises:
        Contradicting, and what ``named`` raises.
    """
    given = {path: (name, content) for name in names for path, content in [named(name)]}
    stated = {path: _parsed(content, path) for path, (_name, content) in given.items()}
    house = stated.pop(HOUSE_RULES, None)
    for one, other in combinations(stated, 2):
        if found := list(conflicts(stated[one], stated[other], house)):
            sides = [(given[each][0], stated[each]) for each in (one, other)]
            what = Titles(_said(path, *sides) for path in found[:_MOST])
            paths = ", ".join(".".join(map(str, path)) for path in found)
            raise Contradicting(one=sides[0][0], other=sides[1][0], what=what, paths=paths)
    return {"regime/base.yaml": text("base"), **{path: content for path, (_name, content) in given.items()}}


def _said(path: tuple[str | int, ...], one: tuple[str, Any], other: tuple[str, Any]) -> Sentence:
    """What two sources state at a path."""
    values = [written(at(data, path)) for _name, data in (one, other)]
    names = {"where": ".".join(map(str, path)), "one": one[0], "other": other[0]}
    return Sentence(N_("{where}: {here} ({one}), {there} ({other})"), here=values[0], there=values[1], **names)


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
    stated = {name: data for name, data in sources.items() if name != HOUSE}
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    titles: dict[str, Any] = {}
    order = ["base", *sorted(stated.keys() - {"base"}), *([HOUSE] if HOUSE in sources else [])]
    for name in order:
        data = sources[name]
        titles[name] = data.get("title", _HOUSE_TITLE if name == HOUSE else name)
        _merge(values, {key: value for key, value in data.items() if key not in ABOUT}, origins, "", name)
    if isinstance(values.get("axes"), Mapping):
        values["axes"] = _left(values["axes"])
    listing = {clause: name for name in reversed(order) for clause in sources[name].get("clauses") or ()}
    days = calendar.Calendar({path: text for path, text in folder.items() if path.startswith(calendar.FOLDER)}, hours)
    return Regime(
        values, sources["base"], origins, titles, frozenset(listing), kinds, digest(folder), days, meaning(values), listing
    )


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
