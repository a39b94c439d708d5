"""A light reader of HEAD for masked reading: one git process, and no import of GitPython."""

import os
import subprocess
from io import BytesIO
from pathlib import Path

from archivectl.store.states import Damaged, GitMissing, environment, locate, options
from archivectl.store.streams import answers, bytes_of, reason


def read_head(folder: Path, paths: list[str]) -> list[bytes | None]:
    """The committed bytes of some files, None for each that HEAD does not have.

    Raises:
        NotAnArchive, GitMissing, Damaged: there is nothing to read, or nothing to read it with.
    """
    place = locate(folder)
    asked = b"".join(b"HEAD:%s\n" % bytes_of(path) for path in paths)
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command; paths go in by stdin
            ["git", *options(place), "cat-file", "--batch"],  # noqa: S607 - found on the PATH, as everywhere
            input=asked,
            capture_output=True,
            check=False,
            env={"PATH": os.pathsep.join(os.get_exec_path()), **environment(place)},
        )
    except FileNotFoundError as error:
        raise GitMissing from error
    if answer.returncode or b"error: " in answer.stderr:  # git calls a broken object missing, and goes on
        raise Damaged(reason=reason(answer.stderr))
    return [found.content if found and found.kind == "blob" else None for found in answers(BytesIO(answer.stdout))]
