"""Running git: processes that always end, their answers, and the refusal in which a failure is told."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any, NamedTuple, cast

from archivectl.errors import ArchiveError
from archivectl.store.states import Damaged, UnknownRevision
from archivectl.store.streams import Answer, answers, reason, records, send


class Plain(NamedTuple):
    """A process as GitPython hands it over."""

    proc: "Popen[bytes]"


def plainly(
    command: list[str], *, istream: IO[bytes] | int | None, env: Mapping[str, str], pass_fds: tuple[int, ...], **_: object
) -> Plain:
    """Start git without GitPython, which takes as long to load as git to answer: for who waits to read one file."""
    given = DEVNULL if istream is None else istream
    there = {"PATH": os.pathsep.join(os.get_exec_path()), **env}
    return Plain(Popen(command, stdin=given, stdout=PIPE, stderr=PIPE, env=there, pass_fds=pass_fds))  # noqa: S603 - as the other


class Processes:
    """Starts git for one repository, with what stands before every command and in every environment."""

    def __init__(self, execute: Callable[..., Any], options: list[str], environment: dict[str, str]) -> None:
        self._execute = execute
        self._command = ["git", *options]
        self._environment = environment

    @contextmanager
    def running(
        self,
        *arguments: str,
        given: IO[bytes] | int | None = None,
        more: Mapping[str, str] | None = None,
        keep_open: tuple[int, ...] = (),
    ) -> Iterator["Popen[bytes]"]:
        """A git process, which is ended where its answers are given up before their end.

        Args:
            arguments: the git command.
            given: where its standard input comes from.
            more: further variables of its environment.
            keep_open: open files that it shares.
        """
        process = self._execute(
            [*self._command, *arguments],
            istream=given,
            as_process=True,
            env={**self._environment, **(more or {})},
            pass_fds=keep_open,
        )
        with cast("Popen[bytes]", process.proc) as running:
            try:
                yield running
            except BaseException:
                running.terminate()
                raise

    def run(
        self,
        *arguments: str,
        given: bytes | IO[bytes] | None = None,
        error: type[ArchiveError] = Damaged,
        more: Mapping[str, str] | None = None,
        keep_open: tuple[int, ...] = (),
    ) -> bytes:
        """What git answers to bytes or an open file; where it fails, the error is raised with its ``reason``."""
        text, ready = (given, PIPE) if isinstance(given, bytes) else (None, given)
        with self.running(*arguments, given=ready, more=more, keep_open=keep_open) as process:
            answer, said = process.communicate(text)
        if process.returncode:
            raise error(reason=reason(said))
        return answer

    def records(self, *arguments: str, given: IO[bytes] | None = None) -> Iterator[bytes]:
        """The records of a ``-z`` output, as they arrive."""
        with self.running(*arguments, given=given) as process:
            yield from records(output(process))
            _judge(process)

    @contextmanager
    def listing(self, span: str, *arguments: str) -> Iterator[IO[bytes]]:
        """The ids of the commits of a range, for another process to read; raises UnknownRevision."""
        with self.running("rev-list", "--topo-order", "--full-history", *arguments) as process:
            yield output(process)
            _judge(process, span)

    def objects(self, ids: IO[bytes]) -> Iterator[Answer | None]:
        """The objects whose ids another process lists."""
        with self.running("cat-file", "--batch", "--buffer", given=ids) as process:
            yield from answers(output(process))
            _judge(process)


class Reader:
    """The process that is kept for reading single objects; ``close`` ends it, and the next question starts another."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._stack = ExitStack()
        self._process: Popen[bytes] | None = None
        self._answers: Iterator[Answer | None] = iter(())

    def close(self) -> None:
        """End the process."""
        self._process = None
        self._stack.close()

    def ask(self, name: str) -> Answer | None:
        """One object by any name that git understands, None where git knows none."""
        if "\n" in name:
            return None
        if self._process is None:
            self._process = self._stack.enter_context(self._processes.running("cat-file", "--batch", given=PIPE))
            self._answers = answers(output(self._process))
        send(self._process, [name])
        for answer in self._answers:
            return answer
        said = self._process.communicate()[1]
        self.close()
        raise Damaged(reason=reason(said))


def output(process: "Popen[bytes]") -> IO[bytes]:
    """The standard output, which every process here has."""
    return cast("IO[bytes]", process.stdout)


def _judge(process: "Popen[bytes]", span: str = "") -> None:
    """Raise what a process failed with whose output was read."""
    said = process.communicate()[1]
    if process.returncode and b"bad revision" in said:
        raise UnknownRevision(revision=span)
    if process.returncode:
        raise Damaged(reason=reason(said))
