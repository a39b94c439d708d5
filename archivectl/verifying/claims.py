"""What a ratification claims: a commit, who looked at it, and what they may do."""

from typing import NamedTuple

KIND = "ratification"
TRIED = "—"  # in place of an entry: what would be ratified


class Claimed(NamedTuple):
    """A ratification that is tried before it is entered: the commit, who would sign, and with which titles."""

    commit: str
    by: str
    titles: frozenset[str]
