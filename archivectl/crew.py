"""Much work of one kind on all cores, a little of it here.

Each helper is a process started anew, which hears its work on standard input and answers on standard output. It is no copy of
this one, which holds the archive's lock, and it ends when this one does, however that ends. Ctrl-C is for this one alone: a
helper that it killed half started would leave work behind that nobody does.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import IO, Any, Self, TypeVar, cast

from archivectl import i18n
from archivectl.errors import Unreadable

CHUNK = 250  # items at once; up to so many are done here before a helper has started
_MOST = 32  # helpers, where nobody says how many are of use
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from archivectl import crew; crew.help_out()"

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


def quietly(_what: str, _done: int, _total: int) -> None:
    """The progress that nobody is told."""


class HelperLost(Unreadable):
    """A helper ended in the middle of its work, or never began it."""

    message = "A helping process ended before its work was done: the system may have been short of memory."
    hint = "Nothing was changed. Close other programs and repeat the command; divide a long table before."


class Crew:
    """Helpers that are started when there is enough to do, and dismissed at the end of the ``with``.

    ``progress`` is told what is being done, how much of it, and of how much. Of helpers there are at most ``most``, and no more
    than cores; each is told ``at_once`` items.
    """

    def __init__(self, progress: Progress = quietly, most: int = _MOST, at_once: int = CHUNK) -> None:
        self.progress, self._at_once = progress, at_once
        self._hands = min(cores(), most)
        self._helpers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.kill()
        while self._helpers:
            with suppress(OSError), self._helpers.pop():  # what it was still being told, nobody hears
                pass

    def spread(self, what: str, work: Callable[[T], R], items: Sequence[T], few: int = CHUNK) -> Iterator[R]:
        """What ``work`` makes of each item, in their order.

        Args:
            what: what is being done, for the progress.
            work: a function that can be pickled.
            items: they, and what is made of them, can be pickled.
            few: up to so many are done here.
        """
        for done, result in enumerate(self.stream(work, items, few), start=1):
            yield result
            if done % CHUNK == 0 or done == len(items):
                self.progress(what, done, len(items))

    def stream(self, work: Callable[[T], R], items: Iterable[T], few: int = CHUNK) -> Iterator[R]:
        """What ``work`` makes of each item, in their order; up to ``few`` are done here, of more only some are in memory."""
        left = iter(items)
        first = list(islice(left, few + 1))
        if self._hands == 1 or len(first) <= few:
            return map(work, chain(first, left))
        return chain.from_iterable(self._helped(work, self._chunks(chain(first, left))))

    def _chunks(self, items: Iterator[T]) -> Iterator[list[T]]:
        while chunk := list(islice(items, self._at_once)):
            yield chunk

    def _helped(self, work: Callable[[T], R], chunks: Iterator[list[T]]) -> Iterator[list[R]]:
        """The helpers take turns, and none is told more before it has answered: no pipe is ever full at both ends."""
        turns: deque[subprocess.Popen[bytes]] = deque()
        try:
            for place, chunk in enumerate(islice(chunks, self._hands)):
                if place == len(self._helpers):
                    self._helpers.append(_helper())
                _tell(self._helpers[place], work, chunk)
                turns.append(self._helpers[place])
            while turns:
                helper = turns.popleft()
                answer: list[R] = _answer(helper)
                for chunk in islice(chunks, 1):
                    _tell(helper, None, chunk)
                    turns.append(helper)
                yield answer
        except BaseException:  # a helper that is left with an answer would give it to the next question
            self.__exit__()
            raise


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _helper() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _PROGRAM, *sys.path]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, process_group=0)  # noqa: S603 - our own


def _tell(helper: "subprocess.Popen[bytes]", work: Callable[[T], R] | None, chunk: Sequence[T]) -> None:
    """Give a helper something to do; of no work, the same as before."""
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
    work: Any = None
    try:
        while True:
            language, new, chunk = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
            i18n.speak(language)
            work = new or work
            # At once, and whole: where output is to be unbuffered, sys.stdout.buffer writes half of it to who was stopped.
            with open(1, "wb", closefd=False) as answer:
                pickle.dump(_done(work, chunk), answer)
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        os._exit(0)  # there is nobody left to answer to


def _done(work: Callable[[Any], Any], chunk: Sequence[Any]) -> list[Any] | Exception:
    try:
        return [work(item) for item in chunk]
    except Exception as error:  # noqa: BLE001 - told to the one who asked, who raises it
        return error
