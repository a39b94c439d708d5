"""What one version of a member may do more or less than another: the one answer for commands and for ``verify``."""

from collections.abc import Mapping, Sequence

from archivectl.members.member import LEVELS, Key, Member


def gained(before: Member | None, after: Member) -> tuple[str, ...]:
    """The fields in which a member may do more than before; of a new member all. Another department approves other things."""
    if before is None:
        return ("handle",)
    active = before.retired is None
    more = {
        "posts": set(after.posts) - set(before.posts),
        "roles": set(after.roles) - set(before.roles),
        "clearance": LEVELS.index(after.clearance) > LEVELS.index(before.clearance),
        "retired": not active and after.retired is None,
        "department": before.department != after.department,
        "age": usable(after.age) - usable(before.age),
        "signing": usable(after.signing) - usable(before.signing),
    }
    return tuple(name for name, found in more.items() if found)


def gave_up(before: Member, after: Member | None) -> bool:
    """Whether a member only lost rights."""
    if after is None or gained(before, after):
        return False
    rights = {name: getattr(after, name) for name in ("posts", "roles", "clearance", "retired", "age", "signing")}
    return after == before._replace(**rights)


def usable(keys: Sequence[Key]) -> set[str]:
    """The public keys that are not retired."""
    return {key.public for key in keys if key.retired is None}


def kept(before: Sequence[Key], after: Sequence[Key]) -> bool:
    """Whether every key still stands where it stood, retired at most."""
    bare = [[key._replace(retired=None) for key in keys] for keys in (before, after)]
    return bare[1][: len(before)] == bare[0]


def lost(before: Member, after: Member) -> tuple[str, ...]:
    """The encrypted levels that a member, or one of the member's keys, may not read any more."""
    gone = usable(before.age) - usable(after.age)
    sealed = (level for level in LEVELS[2:] if before.cleared(level))
    return tuple(level for level in sealed if gone or not after.cleared(level))


def administrators(members: Mapping[str, Member]) -> list[str]:
    """The handles of those who can sign as administrators."""
    return [handle for handle, member in members.items() if "admin" in member.roles and can_sign(member)]


def can_sign(member: Member) -> bool:
    """Whether a member is active and has a signing key in use."""
    return member.retired is None and bool(usable(member.signing))


def has_keys(member: Member) -> bool:
    """Whether a member could read and sign."""
    return bool(usable(member.age)) and bool(usable(member.signing))
