"""Commands of the program that die at a chosen step: one process that has everything loaded forks for each of them.

Reads one JSON document a line, ``{"args", "environment", "folder", "step"}``, and answers with the exit status on a line: 9 for a
command that died. A step is a file opened for writing, a file or folder moved, linked, made or removed, and a program started; it
is named by its number, or by what it does to what: ``["os.rename", "/journal/", 2]`` is the second journal that is put in force.
"""

import json
import os
import sys
from typing import Any

from archivectl import approvals, destruction, disclosure, handover, intake, inventory, loans, membership, syncing  # noqa: F401 - loaded once for all
from archivectl.backups import looking, making, restoring  # noqa: F401
from archivectl.cli import main
from archivectl.custody import drill, rekeying, remotes, rotation  # noqa: F401
from archivectl.encryption import age
from archivectl.members import signing
from archivectl.records import schema

DIED = 9
STEPS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "subprocess.Popen", "fcntl.flock"}
WRITES = os.O_WRONLY | os.O_RDWR


def dying_at(step: int | tuple[str, str, int], folder: str) -> None:
    """Let this process end, as if killed, before its n-th step in a folder, or its n-th step of a sort."""
    seen = 0
    does, what, last = ("", "", step) if isinstance(step, int) else step

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in STEPS or (event == "open" and str(args[0]).startswith(folder) and args[2] & WRITES):
            seen += does in {"", event} and what in str(args)
            if seen == last:
                os._exit(DIED)

    sys.addaudithook(hook)


def run(asked: dict[str, Any]) -> int:
    """Run a command in a process of its own; answers how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    dying_at(asked["step"], asked["folder"])
    os._exit(main(asked["args"]))


if __name__ == "__main__":
    secret, recipient = age.generate()
    age.decrypt(age.encrypt(b"", [recipient]), [secret])
    signing.Signer.load(signing.generate()).sign(b"", "git")
    schema.explain_plain({}, "person")
    for line in sys.stdin:
        sys.stdout.write(f"{run(json.loads(line))}\n")
        sys.stdout.flush()
