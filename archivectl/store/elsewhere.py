"""The git remote that the branch main goes to: what it had when it was last seen, looking again, and giving it a commit."""

from functools import cached_property

from archivectl.errors import Conflict
from archivectl.i18n import Sentence
from archivectl.store.processes import Processes, Reader
from archivectl.store.states import CannotWrite, Damaged, Place, remote

# What git says of a push that came to an end, though not as it should, and of one that somebody else was quicker than.
_ENDED, _DIED, _DECLINED, _LATE = "error: failed to push", "fatal:", "! [remote rejected]", ("! [rejected]", "cannot lock ref")
_BROKEN = "fsck error"


class OutOfReach(Conflict):
    """The git remote does not answer."""

    message = "The git remote {remote} cannot be reached: {reason}."
    hint = "Nothing was sent. Once it answers (git fetch {remote}), repeat the command."


class Declined(Conflict):
    """The git remote answers and does not take the commit: a hook or a rule of its own is against it."""

    message = "The git remote {remote} does not take it, and says:\n{said}"
    hint = "Nothing was sent. Settle it with those who keep the remote (git remote get-url {remote}), then repeat the command."


class HeldBack(Conflict):
    """The hook that judges every push on this machine is against it."""

    message = "The hook that judges what is pushed to {remote} holds it back, and says:\n{said}"
    hint = "Nothing was sent. Do what is said above, for keys: archivectl key remote sync; then repeat the command."


class NewerThere(Conflict):
    """The git remote has commits that this machine has not taken in."""

    message = "The git remote {remote} has commits that are not here yet."
    hint = "Nothing was sent. Take them in and repeat the command: archivectl sync"


class Unsound(Conflict):
    """What the git remote has is not what git takes for sound: a path that leaves the archive, an object that is broken."""

    message = "What the git remote {remote} has is not taken in, for git does not find it sound: {reason}."
    hint = "Nothing was changed. Settle it with those who keep the remote: git remote get-url {remote}"


class ScansAway(Conflict):
    """git-lfs, which keeps the scans of the archive, does not bring or give them."""

    message = "git-lfs does not exchange the scans with {remote}: {reason}."
    hint = "Nothing was lost. Set it up in this clone, then repeat the command: git lfs install --local"


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
        return self.tip_of("main")

    def tip_of(self, branch: str) -> str | None:
        """The commit that a branch had there when the remote was last seen; None where it had none."""
        found = self._reader.ask(f"refs/remotes/{self.name}/{branch}") if self.name else None
        return found.id if found else None

    def look(self, ours: str) -> None:
        """Ask the remote, if there is one, what it has now.

        Raises:
            OutOfReach: it does not answer.
            NewerThere: what it has is not in the history of ``ours``.
        """
        if not self.name:
            return
        self.fetch()
        theirs = self.tip
        if theirs and theirs != ours and self._git.run("rev-list", "-n", "1", theirs, "--not", ours):
            raise NewerThere(remote=self.name)

    def fetch(self) -> None:
        """Bring what the remote has now, beside what is here; raises OutOfReach."""
        try:
            heads = f"+refs/heads/*:refs/remotes/{self.name}/*"  # whatever else is set up for this remote
            self._git.run("-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags", self.name, heads)
        except Damaged as error:
            raise self._refused(error) from error

    def give(self, commit: str, *branches: str) -> None:
        """Let main there be a commit that follows on what it has, with other branches as they are here.

        The hook that git runs before a push judges it.

        Raises:
            OutOfReach, NewerThere, Declined, HeldBack.
        """
        hooks = f"core.hooksPath={self._place.common_dir / 'hooks'}"
        wanted = (f"{commit}:refs/heads/main", *(f"refs/heads/{branch}:refs/heads/{branch}" for branch in branches))
        try:
            self._git.run("-c", hooks, "push", "--quiet", self.name, *wanted)
        except Damaged as error:
            raise self._refused(error) from error

    def track(self) -> None:
        """Let plain git, too, know that main belongs to this remote."""
        for setting in (("branch.main.remote", self.name), ("branch.main.merge", "refs/heads/main")):
            self._git.run("config", "--local", *setting, error=CannotWrite)

    def bring_scans(self, commit: str) -> None:
        """Let git-lfs bring the contents of a commit that was fetched; raises ScansAway."""
        self._scans("fetch", self.name, commit)

    def give_scans(self) -> None:
        """Let git-lfs give the contents of main; raises ScansAway."""
        self._scans("push", self.name, "main")

    def _scans(self, *words: str) -> None:
        try:
            self._git.run("lfs", *words)
        except Damaged as error:
            reason = " ".join(str(error.values["reason"]).split())
            raise ScansAway(remote=self.name, reason=reason.rstrip(".")) from error

    def share(self, ours: str) -> None:
        """Let the remote, if there is one, have all that is here; raises what ``give`` raises."""
        if self.name and self.tip != ours:
            self.look(ours)
            self.give(ours)

    def _refused(self, error: Damaged) -> Conflict:
        """What it means that git came back with an error, by the words it has for that."""
        said = str(error.values["reason"])
        lines = [line.strip().removeprefix(f"{_DIED} ") for line in said.splitlines()]
        told = [line for line in lines if line and not line.startswith(_ENDED)]
        if _ENDED in said and any(word in said for word in _LATE):
            return NewerThere(remote=self.name)
        if _BROKEN in said:
            return Unsound(remote=self.name, reason="; ".join(line.rstrip(".。;；") for line in told if _BROKEN in line))
        if _ENDED not in said or (_DIED in said and _DECLINED not in said):
            return OutOfReach(remote=self.name, reason="; ".join(line.rstrip(".。;；") for line in told))
        text = Sentence("{said}", said="\n".join(line.removeprefix("remote: ") for line in told))
        return (Declined if _DECLINED in said else HeldBack)(remote=self.name, said=text)
