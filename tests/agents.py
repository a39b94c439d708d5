"""An ssh-agent of a test's own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

_NO_ANSWER = 2


@contextmanager
def running() -> Iterator[str]:
    """The socket of an agent, once it answers; in a folder of its own, since the path of a socket must be short."""
    with TemporaryDirectory() as folder:
        socket = f"{folder}/agent"
        with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as agent:
            try:
                while _asked(socket) == _NO_ANSWER:
                    assert agent.poll() is None
                yield socket
            finally:
                agent.terminate()


def _asked(socket: str) -> int:
    return subprocess.run(
        ["ssh-add", "-l"], env={**os.environ, "SSH_AUTH_SOCK": socket}, capture_output=True, check=False
    ).returncode
