"""Another copy of an archive, from wherever git can reach one; every object is judged by git on the way."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from archivectl.errors import Conflict, Refused
from archivectl.i18n import N_
from archivectl.store.processes import Processes
from archivectl.store.repository import Repository
from archivectl.store.states import CannotWrite
from archivectl.store.streams import reason

REMOTE = "origin"
Progress = Callable[[str, int, int], None]
_STEP = re.compile(rb"^([A-Za-z ]+): +[0-9]+% \(([0-9]+)/([0-9]+)\)")
_STEPS = {
    b"Receiving objects": N_("Receiving"),
    b"Unpacking objects": N_("Receiving"),  # of few
    b"Resolving deltas": N_("Unpacking"),
    b"Updating files": N_("Writing files"),
}
_CUT = b"shallow"  # how git calls a history that was cut off


class NotReached(Conflict):
    """git cannot fetch from there."""

    message = "It cannot be cloned; git says: {reason}"
    hint = "Nothing was kept. Try whether git reaches it: git ls-remote URL"


class NothingThere(Refused):
    """A repository that nobody pushed an archive to."""

    message = "There is no archive there: the repository has no branch main with an archive.yaml."
    hint = "Name the one that the archive was pushed to; on a machine that has it: git remote get-url origin"


class CutThere(Refused):
    """A repository that was itself cloned without the older commits."""

    message = "What lies there has the newest commits alone (a shallow clone), and a history is judged from its first."
    hint = "Clone from where the whole of it is; or fetch the others there: git fetch --unshallow"


def clone(url: str, folder: Path, others: Collection[str], progress: Progress) -> Repository:
    """A repository in an empty folder that has all of another, main in its work tree; ``others`` are branches to have as well.

    Raises:
        NotReached, NothingThere, CutThere, CannotWrite.
    """
    repository = Repository.create(folder)
    git = repository._git  # noqa: SLF001 - one door in several modules
    git.run("remote", "add", "--", REMOTE, url, error=NotReached)
    said = _watched(git, progress, "fetch", "--progress", "--no-auto-gc", "--no-write-fetch-head", REMOTE)
    if repository.elsewhere.tip is None:
        raise CutThere if _CUT in said else NothingThere
    _watched(git, progress, "checkout", "--progress", "-B", "main", "--track", f"{REMOTE}/main")
    for branch in others:
        if repository.elsewhere.tip_of(branch):
            git.run("branch", "--quiet", "--track", branch, f"{REMOTE}/{branch}", error=CannotWrite)
    return repository


def _watched(git: Processes, progress: Progress, *arguments: str) -> bytes:
    """What git says of something that may take long, told as it goes; raises NotReached."""
    with git.running(*arguments) as process:
        said, rest = list[bytes](), b""
        while piece := process.stderr.read1(1 << 12):  # type: ignore[union-attr]  # a buffered reader, which every process here has
            *lines, rest = re.split(rb"[\r\n]", rest + piece)
            for line in lines:
                step = _STEP.match(line)
                if step and step[1] in _STEPS:
                    progress(_STEPS[step[1]], int(step[2]), int(step[3]))
                elif not step and not line.startswith(b"remote: "):
                    said.append(line)
        process.communicate()
    if process.returncode:
        raise NotReached(reason=reason(b"\n".join((*said, rest))))
    return b"\n".join((*said, rest))
