"""The archive as files on disk: what is there, and the rules and members by which the rest of it is judged."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from archivectl.checking import places
from archivectl.checking.file import File
from archivectl.errors import Unreadable, WrongUsage, told_by
from archivectl.i18n import N_
from archivectl.members import member as members_
from archivectl.members.member import Member
from archivectl.regime import load as regimes
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.kinds import Kind
from archivectl.yaml_text import LIMIT

_LINK = N_("A link has no place in an archive.")
_NESTED = N_("Another repository has no place in an archive.")
_SPECIAL = N_("This is neither a file nor a folder.")
_CLOSED = N_("This folder cannot be read: {reason}.")
# What a link, a device or a pipe leads to is never read, even if it takes a file's place in between.
_CAREFUL = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


class NoArchiveHere(Unreadable):
    """A folder that holds no archive."""

    message = "{folder} holds no archive: there is no archive.yaml."
    hint = "Name the folder of the archive: archivectl -C DIR check"


class NoSuchPath(WrongUsage):
    """A path to be checked that is not there."""

    message = "There is no {path} in the archive."
    hint = "Name files and folders of the archive, such as customers/SH or members/li.na.yaml"


Proposed = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is no plain file in plain folders: an English template and its values."""

    path: str
    message: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """Some files of the tree, and some folders (ended by ``/``, all by nothing) with everything in them."""

    files: frozenset[str]
    folders: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether it is everything."""
        return "" in self.folders

    def __contains__(self, path: str) -> bool:
        return path in self.files or path.startswith(self.folders)


class Tree:
    """The files of one folder; nothing is read before it is asked for.

    ``instead`` are files to be judged as if they stood there already, by path; None is one that is to go.
    """

    def __init__(self, folder: Path, instead: Proposed = ()) -> None:
        self.folder = folder
        self._above = os.path.join(folder, "")  # noqa: PTH118 - joined with every path, which a Path does slowly
        self.instead = instead
        self._proposed = dict(instead)

    @cached_property
    def _listed(self) -> tuple[tuple[str, ...], tuple[Oddity, ...]]:
        found = list(_walk(self.folder))
        there = {each for each in found if isinstance(each, str)} | {path for path, text in self.instead if text is not None}
        files = sorted(there - {path for path, text in self.instead if text is None})
        odd = sorted((each for each in found if isinstance(each, Oddity)), key=lambda each: each.path)
        if "archive.yaml" not in {*files, *(each.path for each in odd)}:
            raise NoArchiveHere(folder=self.folder)
        return tuple(files), tuple(odd)

    @property
    def files(self) -> tuple[str, ...]:
        """The path of every plain file, sorted; raises NoArchiveHere."""
        return self._listed[0]

    @property
    def odd(self) -> tuple[Oddity, ...]:
        """Everything else that is there."""
        return self._listed[1]

    def choice(self, paths: Iterable[str | Path]) -> Choice:
        """What stands at and under some paths, which are absolute or begin at the archive's folder; raises NoSuchPath."""
        known = {*self.files, *(each.path for each in self.odd)}
        exact, folders = set(), set()
        for path in map(self._inside, paths):
            folder = "" if path == "." else f"{path}/"
            if any(each.startswith(folder) for each in known):
                folders.add(folder)
            elif path not in known:
                raise NoSuchPath(path=path)
            exact.add(path)
        return Choice(frozenset(exact | set(map(places.shown, exact))), tuple(folders))

    def _inside(self, path: str | Path) -> str:
        given = Path(path)
        for above in (self.folder, self.folder.resolve()):
            if given.is_absolute() and given.is_relative_to(above):
                return given.relative_to(above).as_posix()
        return posixpath.normpath(given.as_posix())

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The paths of one kind."""
        return tuple(path for path in self.files if places.kind_of(path) == kind)

    def open(self, path: str) -> int:
        """A descriptor of a plain file; links are not followed, pipes not waited for."""
        return os.open(f"{self._above}{path}", os.O_RDONLY | _CAREFUL)

    def file(self, path: str) -> File:
        """A file with its text, of which no more is read than the archive allows."""
        if places.kind_of(path) == "object":
            return File(path, b"")
        if (text := self._proposed.get(path)) is not None:
            return File(path, text)
        try:
            with os.fdopen(self.open(path), "rb") as opened:
                there = os.fstat(opened.fileno()).st_size  # room for all that is allowed takes longer to find than most files
                return File(path, opened.read(min(there, LIMIT) + 1))
        except OSError as error:
            return File(path, b"", unreadable=told_by(error))

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What ``archive.yaml`` says; nothing where it does not keep its schema."""
        file = self.file("archive.yaml")
        return file.data if file.valid else {}

    @cached_property
    def regime_files(self) -> tuple[File, ...]:
        """The files under ``regime/``."""
        return tuple(self.file(path) for path in self.of_kind("regime"))

    @cached_property
    def regime(self) -> Regime | None:
        """The rules of the archive, or None where their files are broken."""
        if any(file.unreadable or not isinstance(file.data or {}, Mapping) for file in self.regime_files):
            return None
        try:
            return regimes.load({file.path: file.text for file in self.regime_files})
        except Unreadable:
            return None

    @cached_property
    def posts(self) -> frozenset[str]:
        """Every post and role, which share one namespace."""
        posts = self.regime.get("posts") if self.regime else None
        return frozenset(members_.ROLES) | frozenset(posts if isinstance(posts, Mapping) else ())

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """The members whose files keep their schema, by path."""
        files = (self.file(path) for path in self.of_kind("member"))
        return {file.path: members_.parse(file.text, file.path) for file in files if file.valid}

    @cached_property
    def handles(self) -> frozenset[str]:
        """Whoever is a member or was one, also where their file is broken."""
        return frozenset(posixpath.basename(path).removesuffix(".yaml") for path in self.of_kind("member"))

    @cached_property
    def registers(self) -> frozenset[str]:
        """The names of every register."""
        return frozenset(kinds.names(self.regime)) if self.regime else frozenset()

    @cached_property
    def _kinds(self) -> dict[str, Kind | None]:
        return {}

    def kind(self, name: str) -> Kind | None:
        """A register's kind, or None where there is none or its file is broken."""
        if self.regime is None or name not in self.registers:
            return None
        if name not in self._kinds:
            try:
                self._kinds[name] = kinds.kind(name, self.regime)
            except (AttributeError, KeyError, TypeError, ValueError):
                self._kinds[name] = None
        return self._kinds[name]


def _walk(folder: Path) -> Iterator[str | Oddity]:
    waiting = [""]
    while waiting:
        above = waiting.pop()
        try:
            with os.scandir(folder / above) as listed:
                found = list(listed)
        except OSError as error:
            yield Oddity(above.rstrip("/"), _CLOSED, {"reason": told_by(error)})
            continue
        for entry in found:
            path = above + entry.name
            if entry.is_symlink():
                yield Oddity(path, _LINK, {})
            elif entry.name == ".git":
                if above:
                    yield Oddity(path, _NESTED, {})
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            else:
                yield path if entry.is_file(follow_symlinks=False) else Oddity(path, _SPECIAL, {})
