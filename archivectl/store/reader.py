"""A light reader for masked reading and checks: one git process a question, and no import of GitPython."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from archivectl.store.states import Damaged, GitMissing, Place, environment, locate, options
from archivectl.store.streams import Answer, answers, bytes_of, reason, text_of

if TYPE_CHECKING:
    from archivectl.store.objects import Change

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_RAW = ("-r", "-z", "--raw", "--no-renames", "--no-ext-diff")


def look(folder: Path, paths: list[str]) -> list[Answer | None]:
    """The files and folders that HEAD has at some paths, itself at an empty one; None for each that it does not have.

    Raises:
        NotAnArchive, GitMissing, Damaged: there is nothing to read, or nothing to read it with.
    """
    asked = b"".join(bytes_of(f"HEAD:{path}\n") for path in paths)
    answer = _git(locate(folder), "cat-file", "--batch", given=asked)
    if answer.returncode or b"error: " in answer.stderr:  # git calls a broken object missing, and goes on
        raise Damaged(reason=reason(answer.stderr))
    return list(answers(BytesIO(answer.stdout)))


def deleted(folder: Path) -> list[str]:
    """The paths of the files that git keeps and the work tree has lost; raises as ``look`` does."""
    answer = _git(locate(folder), "ls-files", "-d", "-z")
    if answer.returncode:
        raise Damaged(reason=reason(answer.stderr))
    return list(dict.fromkeys(text_of(path) for path in answer.stdout.split(b"\x00") if path))


def objects(place: Place, names: Iterable[str]) -> list[Answer | None]:
    """Objects by id or any other name that git understands; None for each that is not here."""
    asked = b"".join(bytes_of(name) + b"\n" for name in names)
    return list(answers(BytesIO(_said(place, "cat-file", "--batch", given=asked)))) if asked else []


def staged(place: Place, index: Path) -> "list[Change]":
    """What an index would change in HEAD, or holds where there is no commit yet."""
    base = "HEAD" if objects(place, ["HEAD"])[0] else EMPTY_TREE
    return _changes(_said(place, "diff-index", "--cached", *_RAW, base, index=index))


def changed(place: Place, commits: Iterable[str]) -> "list[Change]":
    """Every file that some commits change, against each of their parents."""
    listed = b"".join(commit.encode() + b"\n" for commit in commits)
    rows = _said(place, "diff-tree", "--stdin", "--root", "-m", "--no-commit-id", *_RAW, given=listed) if listed else b""
    return _changes(rows)


def listed(place: Place, *arguments: str) -> list[str]:
    """The ids of the commits that arguments of ``rev-list`` select."""
    return _said(place, "rev-list", *arguments).decode("ascii").split()


def refs(place: Place) -> list[tuple[str, str]]:
    """Every branch, tag and other ref by name, with the id it points to."""
    rows = _said(place, "for-each-ref", "--format=%(objectname) %(refname)").split(b"\n")
    return [(text_of(name), found.decode("ascii")) for found, _, name in (row.partition(b" ") for row in rows if row)]


def settings(place: Place, pattern: str, home: Mapping[str, str]) -> list[str]:
    """The settings of git whose names match, with their values; ``home`` says where those of the user lie."""
    rows = _git(place, "config", "-z", "--show-scope", "--get-regexp", pattern, more=home).stdout.split(b"\0")
    # Those of scope "command" are our own, by which nobody's hooks take part.
    return [
        text_of(row).replace("\n", " = ", 1) for scope, row in zip(rows[::2], rows[1::2], strict=False) if scope != b"command"
    ]


def _changes(said: bytes) -> "list[Change]":
    from archivectl.store.objects import parse_change  # noqa: PLC0415 - who only looks at a record needs no objects

    rows = iter(said.split(b"\0")[:-1])
    return [parse_change(row, next(rows)) for row in rows]


def _said(place: Place, *arguments: str, given: bytes = b"", index: Path | None = None) -> bytes:
    answer = _git(place, *arguments, given=given, more={"GIT_INDEX_FILE": str(index)} if index else {})
    if answer.returncode:
        raise Damaged(reason=reason(answer.stderr))
    return answer.stdout


def _git(
    place: Place, *arguments: str, given: bytes = b"", more: Mapping[str, str] = MappingProxyType({})
) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - fixed commands; what varies is an argument of its own, or goes in by stdin
            ["git", *options(place), *arguments],  # noqa: S607 - found on the PATH, as everywhere
            cwd=place.work_tree,
            input=given,
            capture_output=True,
            check=False,
            env={"PATH": os.pathsep.join(os.get_exec_path()), **environment(place), **more},
        )
    except FileNotFoundError as error:
        raise GitMissing from error
