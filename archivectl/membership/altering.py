"""More or fewer rights for a member, other keys, other particulars: one commit, then the level keys that go with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from archivectl.archive import Archive, UnknownMember
from archivectl.custody import rotation
from archivectl.custody.rotation import Rotated
from archivectl.encryption import age, devices
from archivectl.encryption.envelope import key_id
from archivectl.errors import WrongUsage
from archivectl.members import rights, signing
from archivectl.members.member import Key, Member
from archivectl.members.signing import Signer
from archivectl.membership import authority
from archivectl.membership.authority import level, titles
from archivectl.membership.candidacy import Request
from archivectl.membership.enrolling import refuse_same_person, refuse_taken, shared

AGE = "age:"  # before an SSH key that is to be an age recipient
_SHORTEST = 8  # characters of a key that name it


class NothingChanges(WrongUsage):
    """An update that states nothing new."""

    message = "Nothing would change about {handle}."
    hint = "See how it stands: archivectl member show {handle}"


class NoSuchKey(WrongUsage):
    """A key that the member does not have in use."""

    message = "{handle} has no key {key} in use."
    hint = "Give the key, its first letters or its id, as shown by: archivectl member show {handle}"


class NotHeld(WrongUsage):
    """A role or post that the member does not have."""

    message = "{handle} is not {title}."
    hint = "See what they are: archivectl member show {handle}"


class NotRetired(WrongUsage):
    """A member to be brought back who is active."""

    message = "{handle} is active."
    hint = "See them: archivectl member show {handle}"


class IsRetired(WrongUsage):
    """A retired member who is to get something."""

    message = "{handle} has left; a member who is retired gets no rights and no keys."
    hint = "Bring them back with new keys: archivectl member update {handle} --un-retire --from FILE"


class NoRecipient(WrongUsage):
    """A text given as a public key of age that is none."""

    message = "This is no public key of age: {recipient}"
    hint = (
        "Give one as age-keygen -y prints it (age1…), an ssh-ed25519 line, or that of a device by: {known}. "
        "archivectl member update HANDLE --add-age KEY"
    )


@dataclass(frozen=True, slots=True)
class Alteration:
    """What is to become of a member; what is empty stays. ``department`` may become nothing: a dash.

    ``add_keys`` are signing keys and, by their look or after ``age:``, age recipients.
    """

    roles: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    clearance: str = ""
    department: str = ""
    name: str = ""
    email: str = ""
    add_keys: tuple[str, ...] = ()
    retire_keys: tuple[str, ...] = ()
    un_retire: bool = False
    request: Request | None = None


class Altered(NamedTuple):
    """A member as changed, levels left to be shared by others, what was rotated, and the application to be signed first.

    ``owed`` are levels that an administrator must still rotate.
    """

    member: Member
    unshared: tuple[str, ...] = ()
    rotated: Rotated | None = None
    application: str = ""
    owed: tuple[str, ...] = ()


def update(archive: Archive, handle: str, what: Alteration, *, reason: str = "", signer: Signer | None = None) -> Altered:
    """Change a member's rights, keys or particulars; then share, or rotate, the level keys that this concerns.

    Args:
        archive: the open archive.
        handle: whose.
        what: the change.
        reason: why; it stands in the history.
        signer: the recovery key, where no administrator is left.

    Raises:
        NotAllowed, UnknownMember, UnknownPost, UnknownLevel, KeyTaken, NoSuchKey, NothingChanges, NotASigningKey.
    """
    before = known(archive, handle)
    after = _altered(archive, before, what)
    if after == before:
        raise NothingChanges(handle=handle)
    application = authority.commit(archive, after, "member.update", signer, reason).application
    if application:
        return Altered(after, application=application)
    more = rights.gained(before, after)
    unshared = shared(archive, after) if {"clearance", "age", "retired"} & set(more) else ()
    gone = rights.lost(before, after)
    if gone and "admin" in archive.me.titles:
        return Altered(after, unshared, rotation.rotate(archive, gone, reason))
    return Altered(after, unshared, owed=gone)


def known(archive: Archive, handle: str) -> Member:
    """A member by handle; raises UnknownMember."""
    if handle not in archive.members:
        raise UnknownMember(handle=handle, known=", ".join(archive.members))
    return archive.members[handle]


def _altered(archive: Archive, before: Member, what: Alteration) -> Member:
    """The member as stated; raises what ``update`` raises."""
    posts, roles = titles(archive, what.roles, what.posts)
    _held(before, what)
    member = replace_titles(before, (*before.posts, *posts), (*before.roles, *roles), what.drop)
    member = member._replace(
        clearance=level(archive, what.clearance) if what.clearance else before.clearance,
        department={"": before.department, "-": None}.get(what.department, what.department),
        name=what.name or before.name,
        email=what.email or before.email,
        retired=None if what.un_retire else before.retired,
    )
    if what.email:
        refuse_same_person(archive, before.handle, what.email)
    return _keyed(archive, member, what)


def _held(before: Member, what: Alteration) -> None:
    for title in what.drop:
        if title not in {*before.posts, *before.roles}:
            raise NotHeld(handle=before.handle, title=title)
    if what.un_retire and before.retired is None:
        raise NotRetired(handle=before.handle)
    given = (*what.roles, *what.posts, what.clearance, *what.add_keys, what.request)
    if before.retired is not None and not what.un_retire and any(given):
        raise IsRetired(handle=before.handle)


def replace_titles(member: Member, posts: Iterable[str], roles: Iterable[str], drop: Iterable[str]) -> Member:
    """The member with these posts and roles, some of them dropped."""
    gone = set(drop)
    return member._replace(
        posts=tuple(post for post in dict.fromkeys(posts) if post not in gone),
        roles=tuple(role for role in dict.fromkeys(roles) if role not in gone),
    )


def _keyed(archive: Archive, member: Member, what: Alteration) -> Member:
    """The member with keys retired and added."""
    for text in what.retire_keys:
        member = _without(archive, member, text)
    new = [*what.add_keys, *((what.request.age, what.request.signing) if what.request else ())]
    maker = member.handle if what.request else archive.me.handle
    for text in new:
        kind, public = _public(text)
        refuse_taken(archive, public)
        member = _with_keys(member, kind, (*getattr(member, kind), Key(public, archive.today, maker, None)))
    return member


def _with_keys(member: Member, kind: str, keys: tuple[Key, ...]) -> Member:
    return member._replace(age=keys) if kind == "age" else member._replace(signing=keys)


def _public(text: str) -> tuple[str, str]:
    """Whether a public key is for ``age`` or ``signing``, and its one spelling; raises NoRecipient, NotASigningKey."""
    recipient = text.removeprefix(AGE)
    if text.startswith(("age1", AGE)):
        if not age.is_recipient(recipient):
            raise NoRecipient(recipient=recipient, known=", ".join(devices.PLUGINS))
        return "age", recipient
    return "signing", signing.public_line(text)


def _without(archive: Archive, member: Member, text: str) -> Member:
    """The member with the key retired that begins so, or has that id; raises NoSuchKey."""
    found = [
        (kind, key)
        for kind in ("age", "signing")
        for key in getattr(member, kind)
        if key.retired is None and named(key.public, text)
    ]
    if len(found) != 1:
        raise NoSuchKey(handle=member.handle, key=text)
    kind, gone = found[0]
    rows = tuple(key._replace(retired=archive.today) if key == gone else key for key in getattr(member, kind))
    return _with_keys(member, kind, rows)


def named(public: str, text: str) -> bool:
    """Whether a text names a public key: all of it, its first letters (without the type), or its id."""
    bare = public.partition(" ")[2] or public
    return text in {public, key_id(public)} or (len(text) >= _SHORTEST and (bare.startswith(text) or public.startswith(text)))
