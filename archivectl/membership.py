"""Taking on members: their keys, posts, roles and clearance, and the level keys wrapped for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from archivectl.archive import Archive, Change
from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import KeyMissing, NotAllowed, Reason, WrongUsage
from archivectl.founding import BadCode
from archivectl.i18n import N_, Titles, keyed
from archivectl.members import member as members
from archivectl.members import signing
from archivectl.members.member import ROLES, Key, Member
from archivectl.records import numbering


class AlreadyAMember(WrongUsage):
    """A handle that is taken, now or in the past."""

    message = "{handle} is a member already."
    hint = "Handles are never reused; choose another."


class UnknownPost(WrongUsage):
    """A title that is neither a role nor a post of this archive."""

    message = "“{title}” is neither a role nor a post here."
    hint = "Roles: {roles}. Posts: {posts}."


class UnknownLevel(WrongUsage):
    """A clearance that is no level."""

    message = "“{level}” is no level of secrecy."
    hint = "The levels are: {known}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is to become a member; ``roles`` give the posts of the same name too."""

    handle: str
    name: str
    email: str
    roles: tuple[str, ...]
    posts: tuple[str, ...]
    clearance: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new member, and the levels whose key could not be wrapped for them here."""

    member: Member
    unshared: tuple[str, ...]


def refuse_unless_admin(archive: Archive, act: str) -> None:
    """Control files are changed by an administrator; raises NotAllowed."""
    if "admin" not in archive.me.titles:
        message = N_("This is for: {posts}. {member} is not one of them.")
        hint = N_("Ask one of them, or act as another member with --as MEMBER.")
        values = {"posts": Titles([archive.regime.titled("admin")]), "member": archive.me.handle}
        raise NotAllowed((Reason(f"{act}/by", message, values, hint),))


def titles(archive: Archive, roles: Sequence[str], posts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Posts and roles from what was asked for: a role gives the post of that name too. Raises UnknownPost."""
    known = archive.regime.get("posts", {})
    for title in (*roles, *posts):
        if title not in known and title not in ROLES:
            names = {**known, **archive.regime.get("roles", {})}
            choices = keyed({role: names[role] for role in ROLES if role in names})
            raise UnknownPost(title=title, roles=choices, posts=keyed(known))
    held = [title for title in (*posts, *roles) if title in known]
    return tuple(dict.fromkeys(held)), tuple(role for role in dict.fromkeys(roles) if role in ROLES)


def add(archive: Archive, who: Candidate) -> Enrolled:
    """Take on a member whose keys are made here.

    Raises:
        NotAllowed, AlreadyAMember, UnknownPost, UnknownLevel, BadCode.
    """
    refuse_unless_admin(archive, "member.add")
    if not numbering.is_handle(who.handle):
        raise BadCode(text=who.handle, what=N_("a handle"))
    if who.handle in archive.members:
        raise AlreadyAMember(handle=who.handle)
    if who.clearance not in members.LEVELS:
        raise UnknownLevel(level=who.clearance, known=keyed(archive.regime.get("secrecy.levels")))
    held = titles(archive, who.roles, who.posts)
    secret, recipient = age.generate()
    private = signing.generate()
    keys = tuple((Key(key, archive.today, archive.me.handle, None),) for key in (recipient, signing.public_of(private)))
    member = Member(who.handle, who.name, who.email, who.department, *held, who.clearance, None, *keys)
    if archive.rehearsal:
        return Enrolled(member, ())
    archive.home.add_identity(archive.id, who.handle, secret, private)
    unshared = _share(archive, member, recipient)
    text = members.text(member).encode()
    archive.commit(Change(("member.add",), f"member.add: {who.handle}", {members.path(who.handle): text}))
    return Enrolled(member, unshared)


def _share(archive: Archive, member: Member, recipient: str) -> tuple[str, ...]:
    """Wrap for a new member the level keys that they may have and the actor can open; the levels left over."""
    left = []
    for level in LEVELS:
        if not member.cleared(level):
            continue
        generation = archive.levels[level].generation
        try:
            secret = archive.keyring.level_secret(level, generation, archive.me.handle, archive.opener.identities)
        except KeyMissing:
            left.append(level)
            continue
        archive.keyring.store_level(level, generation, member.handle, recipient, secret)
    return tuple(left)
