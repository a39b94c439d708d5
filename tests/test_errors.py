"""Refusals: what a helper raises reaches whoever asked it, and what the system says is never nothing."""

import errno
import os
import pickle
import re

import pytest

from archivectl.crew import CHUNK, Crew
from archivectl.errors import NotAllowed, Reason, told_by
from project import sources

REASONS = (Reason("loan.request/by", "Not {who}.", {"who": "王伟"}),)
TITLES = {"house": {"zh": "本单位制度", "en": "House rules"}}


def refusing(_item: str) -> None:
    """What a helper is refused."""
    raise NotAllowed(REASONS, TITLES)


def test_reasons_come_whole_out_of_a_helper(started: list[object]) -> None:
    with Crew() as crew, pytest.raises(NotAllowed, match="Not 王伟") as refused:
        list(crew.stream(refusing, ["x"] * (CHUNK + 1)))
    assert (refused.value.reasons, refused.value.titles, len(started)) == (REASONS, TITLES, 2)


def test_a_refusal_is_the_same_behind_a_pipe() -> None:
    found = pickle.loads(pickle.dumps(NotAllowed(REASONS)))  # noqa: S301 - our own
    assert (found.reasons, found.titles, str(found)) == (REASONS, {}, "Not 王伟.")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "x"), os.strerror(errno.ENOENT)),
        (OSError("no number"), "OSError"),
        (PermissionError(), "PermissionError"),
    ],
)
def test_an_error_of_the_system_is_told_in_its_words_or_by_its_kind(error: OSError, said: str) -> None:
    assert told_by(error) == said


def test_nobody_tells_it_in_another_way() -> None:
    asking = re.compile(r"(?<!\bos)\.strerror\b")
    assert [name for name, text in sources().items() if asking.search(text)] == ["archivectl.errors"]
