"""The program as the tests call it: in this process for speed, or as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

import pytest

import archivectl


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the program left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document that ``--json`` puts on stdout."""
        return json.loads(self.out)


class Start(Protocol):
    """A way to start the program."""

    def __call__(self, args: Sequence[str], environment: Mapping[str, str], cwd: Path, stdin: str) -> Answer: ...


def in_process(args: Sequence[str], environment: Mapping[str, str], cwd: Path, stdin: str) -> Answer:
    """Call ``main`` here, with the environment, folder and streams that a process of its own would have."""
    from archivectl.cli import main  # noqa: PLC0415 - the conventions hold, and are tested, without a command line

    out, err = BytesIO(), BytesIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        chdir(cwd),
        redirect_stdout(TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True)),
        redirect_stderr(TextIOWrapper(err, encoding="utf-8", newline="\n", write_through=True)),
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode()), encoding="utf-8"))
        status = main(list(args))
        return Answer(status, out.getvalue().decode(), err.getvalue().decode())


def in_a_process(args: Sequence[str], environment: Mapping[str, str], cwd: Path, stdin: str) -> Answer:
    """Start the program that these tests import, for what only a process can show: pipes, signals, its exit status."""
    known = {**os.environ, **environment, "PYTHONPATH": str(Path(archivectl.__file__).parent.parent), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "archivectl", *args]
    ended = subprocess.run(
        command, env=known, cwd=cwd, input=stdin, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    return Answer(ended.returncode, ended.stdout, ended.stderr)


@dataclass(frozen=True, slots=True)
class Program:
    """The program with a home and a folder of its own; calling it gives its answer."""

    start: Start
    folder: Path
    environment: Mapping[str, str]

    def __call__(self, *args: str, member: str | None = None, cwd: Path | None = None, stdin: str | None = None) -> Answer:
        environment = {**self.environment, "ARCHIVECTL_MEMBER": member} if member else self.environment
        return self.start(args, environment, cwd or self.folder, stdin or "")
