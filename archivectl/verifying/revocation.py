"""Revocation crosses merges: what one side of a merge retired holds for every commit that only the other side contains."""

from collections.abc import Iterator

from archivectl.i18n import N_
from archivectl.store.objects import Commit
from archivectl.store.repository import Repository
from archivectl.verifying import signatures
from archivectl.verifying.past import Control

MESSAGE = N_(
    "Commit {commit} by {member} is signed with a key that was retired on the other side of {merge}, which took the commit in."
)


def retired(control: Control) -> set[str]:
    """The handles of the members who left, and the public keys that serve no more."""
    keys = {key.public for member in control.members.values() for key in member.signing if member.retired or key.retired}
    return keys | {handle for handle, member in control.members.items() if member.retired}


def revoked(repository: Repository, sides: tuple[str, str], controls: tuple[Control, Control]) -> Iterator[tuple[Commit, str]]:
    """The commits of either side that were signed with what the other side had retired, with the handle of who signed.

    A merge is passed over: one that adds nothing may be made by anybody, and one that adds something is judged by both sides.
    """
    gone = [retired(control) for control in controls]
    for mine in (0, 1):
        lost = gone[1 - mine] - gone[mine]
        for commit in repository.commits(f"{sides[1 - mine]}..{sides[mine]}") if lost else ():
            public = signatures.public(commit) if len(commit.parents) < 2 else None  # noqa: PLR2004 - no merge
            handle = controls[1 - mine].holders.get(public or "") or controls[mine].holders.get(public or "", "")
            if {public, handle} & lost:
                yield commit, handle
