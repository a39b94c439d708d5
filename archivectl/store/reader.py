"""A light reader for masked reading and checks: one git process a question, and no import of GitPython."""

import os
import subprocess
from io import BytesIO
from pathlib import Path

from archivectl.store.states import Damaged, GitMissing, Place, environment, locate, options
from archivectl.store.streams import Answer, answers, bytes_of, reason, text_of


def look(folder: Path, paths: list[str]) -> list[Answer | None]:
    """The files and folders that HEAD has at some paths, itself at an empty one; None for each that it does not have.

    Raises:
        NotAnArchive, GitMissing, Damaged: there is nothing to read, or nothing to read it with.
    """
    asked = b"".join(b"HEAD:%s\n" % bytes_of(path) for path in paths)
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


def _git(place: Place, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - fixed commands; what varies is an argument of its own, or goes in by stdin
            ["git", *options(place), *arguments],  # noqa: S607 - found on the PATH, as everywhere
            cwd=place.work_tree,
            input=given,
            capture_output=True,
            check=False,
            env={"PATH": os.pathsep.join(os.get_exec_path()), **environment(place)},
        )
    except FileNotFoundError as error:
        raise GitMissing from error
