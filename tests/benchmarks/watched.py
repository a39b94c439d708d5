"""Run a command as somebody who watches it: ``python watched.py COMMAND...`` prints its seconds, megabytes and what it drew.

A small process of its own, for Linux counts the memory of whoever starts a program among what that program took.
"""

import json
import os
import pty
import subprocess
import sys
import time


def watched(command: list[str]) -> dict[str, object]:
    """Seconds, the most memory it or a program it started took (MB), how it ended, and what it wrote to its terminal."""
    screen, terminal = pty.openpty()
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    drawn = b""
    while chunk := _read(screen):
        drawn += chunk
    _pid, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    text = drawn.decode("utf-8", "replace")
    return {"seconds": seconds, "megabytes": usage.ru_maxrss / 1024, "status": os.waitstatus_to_exitcode(status), "drawn": text}


def _read(screen: int) -> bytes:
    """The next of what was written; nothing once the terminal is closed."""
    try:
        return os.read(screen, 65536)
    except OSError:
        return b""


if __name__ == "__main__":
    print(json.dumps(watched(sys.argv[1:])))
