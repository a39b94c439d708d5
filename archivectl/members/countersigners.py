"""Who must sign a grant of more rights besides the administrator, where ``archive.yaml`` asks for ``countersign``."""

from collections.abc import Collection, Mapping
from typing import Protocol

from archivectl.members import rights
from archivectl.members.member import Member

KIND, MODE = "application", "control"  # the register of applications, and those among them for the text of a file
MOST = 3  # signatures that the rules name posts for


class Rules(Protocol):
    """What is asked of a regime, which stands above members."""

    def get(self, path: str) -> object:
        """The value at a path."""
        ...


def asks(kind: str, columns: Mapping[str, object]) -> bool:
    """Whether an entry asks others to sign the new text of a file of the archive's own: a member's, or its settings or keys."""
    return kind == KIND and columns.get("mode") == MODE


def titles(regime: Rules, count: int) -> frozenset[str]:
    """The posts and roles of whom any may countersign, as the regime names them; an older one names none: then administrators."""
    chain = regime.get(f"countersign.{count}.signers") if count else []
    stages = chain if isinstance(chain, list) else ["admin"]
    return frozenset(str(post) for stage in stages for post in (stage if isinstance(stage, list) else [stage]))


def able(members: Mapping[str, Member], posts: Collection[str], but: Collection[str] = ()) -> set[str]:
    """The handles of those who can countersign."""
    return {handle for handle, one in members.items() if one.titles & set(posts) and rights.can_sign(one)} - set(but)


def suffices(members: Mapping[str, Member], posts: Collection[str], count: int) -> bool:
    """Whether, besides some administrator, so many are there to countersign."""
    found = able(members, posts)
    return any(len(found - {admin}) >= count for admin in rights.administrators(members))


def falls_short(before: Mapping[str, Member], after: Mapping[str, Member], posts: Collection[str], count: int) -> bool:
    """Whether a change takes away those who countersign."""
    return bool(count) and suffices(before, posts, count) and not suffices(after, posts, count)


def needed(members: Mapping[str, Member], posts: Collection[str], count: int, parties: Collection[str]) -> int:
    """How many must countersign; until there once were enough, as many as there are besides signer and subject (``parties``)."""
    return count if suffices(members, posts, count) else min(count, len(able(members, posts, parties)))
