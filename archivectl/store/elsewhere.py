"""The git remote that the branch main goes to: what it had when it was last seen, looking again, and giving it a commit."""

from functools import cached_property

from archivectl.errors import Conflict
from archivectl.store.processes import Processes, Reader
from archivectl.store.states import Damaged, Place, remote

_REFUSED = ("[rejected]", "[remote rejected]", "fetch first", "non-fast-forward")


class OutOfReach(Conflict):
    """The git remote does not answer, or takes nothing."""

    message = "The git remote {remote} cannot be reached, or takes nothing: {reason}."
    hint = "Nothing was changed. Once it answers (git fetch {remote}), repeat the command."


class NewerThere(Conflict):
    """The git remote has commits that this machine has not taken in."""

    message = "The git remote {remote} has commits that are not here yet."
    hint = "Nothing was changed. Take them in and repeat the command: git pull --no-rebase {remote} main"


class Elsewhere:
    """The remote of one repository; ``name`` is empty where it has none."""

    def __init__(self, git: Processes, reader: Reader, place: Place) -> None:
        self._git, self._reader, self._place = git, reader, place

    @cached_property
    def name(self) -> str:
        """The remote that main belongs to."""
        return remote(self._place)

    @property
    def tip(self) -> str | None:
        """The commit that main had there when the remote was last seen; None where it had none."""
        found = self._reader.ask(f"refs/remotes/{self.name}/main") if self.name else None
        return found.id if found else None

    def look(self, ours: str) -> None:
        """Ask the remote, if there is one, what it has now.

        Raises:
            OutOfReach: it does not answer.
            NewerThere: what it has is not in the history of ``ours``.
        """
        if not self.name:
            return
        try:
            self._git.run("fetch", "--quiet", "--no-tags", self.name)
        except Damaged as error:
            raise OutOfReach(remote=self.name, reason=_said(error)) from error
        theirs = self.tip
        if theirs and theirs != ours and self._git.run("rev-list", "-n", "1", theirs, "--not", ours):
            raise NewerThere(remote=self.name)

    def give(self, commit: str) -> None:
        """Let main there be a commit that follows on what it has; the hook that git runs before a push judges it.

        Raises:
            OutOfReach, NewerThere.
        """
        hooks = f"core.hooksPath={self._place.common_dir / 'hooks'}"
        try:
            self._git.run("-c", hooks, "push", "--quiet", self.name, f"{commit}:refs/heads/main")
        except Damaged as error:
            if any(word in str(error.values["reason"]) for word in _REFUSED):
                raise NewerThere(remote=self.name) from error
            raise OutOfReach(remote=self.name, reason=_said(error)) from error

    def share(self, ours: str) -> None:
        """Let the remote, if there is one, have all that is here; raises OutOfReach, NewerThere."""
        if self.name and self.tip != ours:
            self.look(ours)
            self.give(ours)


def _said(error: Damaged) -> str:
    """What git, or a hook, said went wrong."""
    lines = (line.strip().removeprefix("fatal: ") for line in str(error.values["reason"]).splitlines())
    return "; ".join(line.removesuffix(".") for line in lines if line and not line.startswith("error: failed to push"))
