"""The rows of a long table on all cores, a short one here: results come in the order of the items either way.

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
from typing import Any, TypeVar

from archivectl import i18n

CHUNK = 250  # items at once; up to so many are done here before a helper has started
_MOST = 32  # helpers
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from archivectl.exchange import crew; crew.help_out()"

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]


def quietly(_done: int, _total: int) -> None:
    """The progress that nobody is told."""


def spread(work: Callable[[T], R], items: Sequence[T], progress: Progress = quietly) -> Iterator[R]:
    """What ``work`` makes of each item, in their order; ``work``, the items and what is made of them can be pickled."""
    chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
    helpers = min(_cores(), _MOST, len(chunks))
    made = chain.from_iterable(_helped(work, chunks, helpers)) if helpers > 1 else map(work, items)
    for done, result in enumerate(made, start=1):
        yield result
        if done % CHUNK == 0 or done == len(items):
            progress(done, len(items))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _helped(work: Callable[[T], R], chunks: Sequence[Sequence[T]], count: int) -> Iterator[list[R]]:
    command = [sys.executable, "-c", _PROGRAM, *sys.path]
    helpers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]  # noqa: S603 - ours
    free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    threads = ThreadPoolExecutor(count)
    try:
        for helper in helpers:
            pickle.dump((i18n.spoken(), work), _pipe(helper.stdin))
            free.put(helper)
        yield from threads.map(lambda chunk: _asked(free, chunk), chunks)
    finally:
        for helper in helpers:
            helper.kill()
        threads.shutdown(cancel_futures=True)
        for helper in helpers:
            with helper:
                pass


def _asked(free: "SimpleQueue[subprocess.Popen[bytes]]", chunk: Sequence[Any]) -> list[Any]:
    """The answer of whichever helper is free; an error in a helper is raised here."""
    helper = free.get()
    pickle.dump(chunk, _pipe(helper.stdin))
    _pipe(helper.stdin).flush()
    answer = pickle.load(_pipe(helper.stdout))  # noqa: S301 - from our own process
    free.put(helper)
    if isinstance(answer, Exception):
        raise answer
    return list(answer)


def _pipe(stream: Any) -> Any:  # noqa: ANN401 - a pipe, which helpers always have
    return stream


def help_out() -> None:
    """Be a helper: do chunk after chunk until standard input ends. Ctrl-C is for the one who asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        language, work = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        i18n.speak(language)
        while True:
            chunk = pickle.load(sys.stdin.buffer)  # noqa: S301
            pickle.dump(_done(work, chunk), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # there is nobody left to answer to


def _done(work: Callable[[Any], Any], chunk: Sequence[Any]) -> list[Any] | Exception:
    try:
        return [work(item) for item in chunk]
    except Exception as error:  # noqa: BLE001 - told to the one who asked, who raises it
        return error
