"""Commands that follow each other in one process, as in the demonstration and in these tests, leave nothing behind."""

import gc
import os
import weakref
from contextlib import suppress
from pathlib import Path

import pytest

from office import Office

FILES = Path("/proc/self/fd")


def still_open(folder: Path) -> list[str]:
    """The files in a folder that this process has open."""
    found = []
    for each in FILES.iterdir():
        with suppress(FileNotFoundError):  # the listing itself
            found.append(str(each.readlink()))
    return [path for path in found if path.startswith(f"{folder}{os.sep}")]


@pytest.mark.skipif(not FILES.exists(), reason="only /proc says which files are open")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("list",), 0),
        (("create", "--subject", "organisation", "--set", "name=甲有限公司"), 0),
        (("register", "show", "JY-9"), 2),
        (("approve", "JY-9"), 2),
    ],
    ids=["looking", "acting", "looking in vain", "acting in vain"],
)
def test_a_command_leaves_no_file_of_the_archive_open(office: Office, words: tuple[str, ...], status: int) -> None:
    assert office.run(*words).status == status
    assert still_open(office.archive) == []


def test_what_was_left_before_a_command_is_collected_after_it(office: Office) -> None:
    class Left:
        def __init__(self) -> None:
            self.itself = self

    office.run("list")
    left = weakref.ref(Left())
    office.run("list")
    gc.collect()
    assert left() is None
