"""The rows of a long table on all cores, of a short one here.

Each helper is a process started anew, which hears its work on standard input and answers on standard output. It is no copy of
this one, which holds the archive's lock, and it ends when this one does, however that ends.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from typing import Any, Self, TypeVar

from archivectl import i18n

CHUNK = 250  # items at once; up to so many are done here before a helper has started
_MOST = 32  # helpers
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from archivectl.exchange import crew; crew.help_out()"

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


def quietly(_what: str, _done: int, _total: int) -> None:
    """The progress that nobody is told."""


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
        for helper in self._helpers:
            with helper:
                pass
        self._helpers.clear()

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
        while len(self._helpers) < hands:
            self._helpers.append(_helper())
        free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for helper in self._helpers:
            free.put(helper)
        threads = ThreadPoolExecutor(hands)
        try:
            yield from threads.map(lambda chunk: _asked(free, work, chunk), chunks)
        except BaseException:
            self.__exit__()
            raise
        finally:
            threads.shutdown(cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _helper() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _PROGRAM, *sys.path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own


def _asked(free: "SimpleQueue[subprocess.Popen[bytes]]", work: Callable[[T], R], chunk: Sequence[T]) -> list[R]:
    """The answer of whichever helper is free; an error in a helper is raised here."""
    helper = free.get()
    to, answers = helper.stdin, helper.stdout
    if not (to and answers):
        raise LookupError("a helper has both pipes")
    pickle.dump((i18n.spoken(), work, chunk), to)
    to.flush()
    answer: list[R] | Exception = pickle.load(answers)  # noqa: S301 - from our own process
    free.put(helper)
    if isinstance(answer, Exception):
        raise answer
    return answer


def help_out() -> None:
    """Be a helper: do chunk after chunk until standard input ends. Ctrl-C is for the one who asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            language, work, chunk = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
            i18n.speak(language)
            pickle.dump(_done(work, chunk), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # there is nobody left to answer to


def _done(work: Callable[[Any], Any], chunk: Sequence[Any]) -> list[Any] | Exception:
    try:
        return [work(item) for item in chunk]
    except Exception as error:  # noqa: BLE001 - told to the one who asked, who raises it
        return error
