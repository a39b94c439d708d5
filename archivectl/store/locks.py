"""Locks between the processes of one machine; they end with the process that holds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):
    """Somebody else held the lock all the time."""


@contextmanager
def held(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock that a file stands for; raises Taken or OSError."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to load

    lock = FileLock(path, timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise Taken from error
    try:
        yield
    finally:
        lock.release()
