"""The rows of a long table on all cores, of a short one here.

Each helper is a process started anew, which hears its work on standard input and answers on standard output. It is no copy of
this one, which holds the archive's lock, and it ends when this one does, however that ends. Ctrl-C is for this one alone: a
helper that it killed half started would leave work behind that nobody does.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import IO, Any, Self, TypeVar, cast

from archivectl import i18n
from archivectl.errors import Unreadable

CHUNK = 250  # items at once; up to so many are done here before a helper has started
_MOST = 32  # helpers
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from archivectl.exchange import crew; crew.help_out()"

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


def quietly(_what: str, _done: int, _total: int) -> None:
    """The progress that nobody is told."""


class HelperLost(Unreadable):
    """A helper ended in the middle of its work, or never began it."""

    message = "A helping process ended before its work was done: the system may have been short of memory."
    hint = "Nothing was imported. Close other programs, or divide the table, and repeat the command."


class Crew:
    """Helpers that are started when there is enough to do, and dismissed at the end of the ``with``.

    ``progress`` is told what is being done, how much of it, and of how much.
    """

    def __init__(self, progress: Progress = quietly) -> None:
        self.progress = progress
        self._helpers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.kill()
        while self._helpers:
            with suppress(OSError), self._helpers.pop():  # what it was still being told, nobody hears
                pass

    def spread(self, what: str, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What ``work`` makes of each item, in their order.

        Args:
            what: what is being done, for the progress.
            work: a function that can be pickled.
            items: they, and what is made of them, can be pickled.
        """
        chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
        hands = min(_cores(), _MOST, len(chunks))
        made = chain.from_iterable(self._helped(work, chunks, hands)) if hands > 1 else map(work, items)
        for done, result in enumerate(made, start=1):
            yield result
            if done % CHUNK == 0 or done == len(items):
                self.progress(what, done, len(items))

    def _helped(self, work: Callable[[T], R], chunks: Sequence[Sequence[T]], hands: int) -> Iterator[list[R]]:
        """The helpers take turns, and none is told more before it has answered: no pipe is ever full at both ends."""
        try:
            while len(self._helpers) < hands:
                self._helpers.append(_helper())
            turns = self._helpers[:hands]
            for helper, chunk in zip(turns, chunks, strict=False):
                _tell(helper, work, chunk)
            for at in range(len(chunks)):
                helper = turns[at % hands]
                answer: list[R] = _answer(helper)
                if at + hands < len(chunks):
                    _tell(helper, work, chunks[at + hands])
                yield answer
        except BaseException:  # a helper that is left with an answer would give it to the next question
            self.__exit__()
            raise


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _helper() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _PROGRAM, *sys.path]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, process_group=0)  # noqa: S603 - our own


def _tell(helper: "subprocess.Popen[bytes]", work: Callable[[T], R], chunk: Sequence[T]) -> None:
    to = cast("IO[bytes]", helper.stdin)
    try:
        pickle.dump((i18n.spoken(), work, chunk), to)
        to.flush()
    except OSError as error:
        raise HelperLost from error


def _answer(helper: "subprocess.Popen[bytes]") -> list[Any]:
    """What a helper made of what it was told last; an error in it is raised here."""
    try:
        answer: list[Any] | Exception = pickle.load(cast("IO[bytes]", helper.stdout))  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError) as error:
        raise HelperLost from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def help_out() -> None:
    """Be a helper: do chunk after chunk until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            language, work, chunk = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
            i18n.speak(language)
            pickle.dump(_done(work, chunk), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        os._exit(0)  # there is nobody left to answer to


def _done(work: Callable[[Any], Any], chunk: Sequence[Any]) -> list[Any] | Exception:
    try:
        return [work(item) for item in chunk]
    except Exception as error:  # noqa: BLE001 - told to the one who asked, who raises it
        return error
