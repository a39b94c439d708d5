"""The processes that wrap keys: one that the system ends costs a sentence, and none outlives the command it helps."""

import os
import select
import signal
import subprocess
import sys
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archivectl.custody import rewrapping
from archivectl.encryption import age
from archivectl.encryption.rows import wrap_row
from office import Office
from project import ROOT

ROTATE = ("key", "rotate", "confidential", "--reason", "例行轮换")
MANY = 4000
WAIT = 60_000  # milliseconds after which a process is taken to stay for ever

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are listed under /proc")


@pytest.fixture
def full(office: Office) -> Office:
    """An office with so many keys that other processes help."""
    with office.acting() as archive:
        level = archive.levels["confidential"]
        uids = (b32encode((number << 6).to_bytes(17, "big")).decode()[:26] for number in range(MANY))
        archive.keyring.add(wrap_row(age.generate()[0], uid, "confidential", *level) for uid in uids)
        assert archive.keyring.size() > rewrapping.MANY
    return office


@contextmanager
def rotating(office: Office) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A rotation in a process of its own, once it has helpers; and they."""
    environment = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "archivectl", "--json", *ROTATE]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        found = list[int]()
        while not found and process.poll() is None:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            found = [int(child) for child in children if _helps(child)]
        assert found, process.communicate()
        yield process, found


def _helps(process: str) -> bool:
    try:
        return b"crew.help_out" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def left(office: Office) -> set[int]:
    """The generations that keys are wrapped for, all of them there."""
    with office.acting() as archive:
        rows = [row for uid in archive.keyring.uids() for row in archive.keyring.rows(uid) if row.level == "confidential"]
    assert len({row.recipient for row in rows}) == MANY
    return {row.generation for row in rows}


def test_a_helper_that_the_system_ends_is_a_refusal_and_the_same_command_goes_on(full: Office) -> None:
    with rotating(full) as (process, helpers):
        os.kill(helpers[0], signal.SIGKILL)
        out, err = process.communicate()
    assert process.returncode == 4, err
    assert "rotation-cut-off" in out
    assert "archivectl key rotate confidential" in out
    assert 1 in left(full)
    again = full.run(*ROTATE, "--json")
    assert (again.status, again.json["begun"], again.json["levels"]) == (0, [], ["confidential"])
    assert left(full) == {2}


def test_helpers_end_with_the_command_and_hold_none_of_its_locks(full: Office) -> None:
    with rotating(full) as (process, helpers):
        watched = [os.pidfd_open(helper) for helper in helpers]
        process.kill()
        process.communicate()
    for one in watched:
        poll = select.poll()
        poll.register(one, select.POLLIN)
        assert poll.poll(WAIT), "a helper outlives the command, with the level keys in its memory"
        os.close(one)
    assert full.run(*ROTATE).status == 0
    assert left(full) == {2}
