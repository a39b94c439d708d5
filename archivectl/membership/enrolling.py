"""Taking on members: with keys from their own request, or made here for offices of one machine."""

from dataclasses import dataclass

from archivectl.archive import Archive, refuse_unless_admin
from archivectl.custody import sharing
from archivectl.encryption import age
from archivectl.encryption.envelope import LEVELS
from archivectl.errors import WrongUsage
from archivectl.members import member as members
from archivectl.members import signing
from archivectl.members.member import Key, Member
from archivectl.members.signing import Signer
from archivectl.membership import authority
from archivectl.membership.authority import level, titles
from archivectl.membership.candidacy import BadHandle, Request
from archivectl.records import numbering


class AlreadyAMember(WrongUsage):
    """A handle that is taken, now or in the past."""

    message = "{handle} is a member already."
    hint = "Handles are never reused; choose another. New keys or rights: archivectl member update {handle}"


class SamePerson(WrongUsage):
    """An e-mail address that another member has: one person is one member."""

    message = "{handle} has the e-mail {email} already; one person is one member."
    hint = "Give the rights to that member: archivectl member update {handle} --role ROLE"


class KeyTaken(WrongUsage):
    """A key that serves somebody or something else already."""

    message = "This key is known to the archive already: {key}"
    hint = "A key serves one member once. Have a new one made: archivectl member request HANDLE -o FILE"


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
    """A new member, the levels whose key could not be wrapped for them here, and the application that must be signed first."""

    member: Member
    unshared: tuple[str, ...]
    application: str = ""


def add(archive: Archive, who: Candidate, request: Request | None = None, signer: Signer | None = None) -> Enrolled:
    """Take on a member: with the keys of a request, or keys that are made here.

    Args:
        archive: the open archive.
        who: the newcomer and the rights.
        request: the newcomer's own, as ``candidacy.read`` gives it.
        signer: the recovery key, where no administrator is left.

    Raises:
        NotAllowed, AlreadyAMember, SamePerson, KeyTaken, UnknownPost, UnknownLevel, BadHandle.
    """
    if signer is None:
        refuse_unless_admin(archive, "member.add")
    if not numbering.is_handle(who.handle):
        raise BadHandle(handle=who.handle)
    if who.handle in archive.members:
        raise AlreadyAMember(handle=who.handle)
    refuse_same_person(archive, who.handle, who.email)
    held, cleared = titles(archive, who.roles, who.posts), level(archive, who.clearance)
    private = secret = ""
    if request is None:
        secret, recipient = age.generate()
        private = signing.generate()
        public, maker = signing.public_of(private), archive.me.handle
    else:
        recipient, public, maker = request.age, request.signing, who.handle
        refuse_no_recipient(recipient)
    refuse_taken(archive, recipient, public)
    keys = tuple((Key(key, archive.today, maker, None),) for key in (recipient, public))
    member = Member(who.handle, who.name, who.email, who.department, *held, cleared, None, *keys)
    if request is None and not archive.rehearsal:
        archive.home.add_identity(archive.id, who.handle, secret, private)
    application = authority.commit(archive, member, "member.add", signer).application
    return Enrolled(member, () if application else shared(archive, member), application)


def shared(archive: Archive, member: Member) -> tuple[str, ...]:
    """Wrap what a member may read now, as far as the actor can; the levels left over for somebody else."""
    if archive.rehearsal:
        return tuple(each for each in LEVELS if member.cleared(each) and not archive.me.cleared(each))
    return sharing.share(archive, member.handle)


def refuse_same_person(archive: Archive, handle: str, email: str) -> None:
    """Raise SamePerson where another active member has that address."""
    for other in archive.members.values():
        if other.handle != handle and other.retired is None and other.email.casefold() == email.casefold():
            raise SamePerson(handle=other.handle, email=email)


def refuse_no_recipient(recipient: str) -> None:
    """Raise NoSuchRecipient, PluginNotAllowed or PluginMissing where nothing can be wrapped for a key; no plugin is started."""
    if not age.is_recipient(recipient):
        raise age.NoSuchRecipient(recipient=recipient)


def refuse_taken(archive: Archive, *keys: str) -> None:
    """Raise KeyTaken where a public key serves a member, recovery or a level already, in use or retired."""
    known = {key.public for member in archive.members.values() for key in (*member.age, *member.signing)}
    path = members.path(members.RECOVERY)
    known |= {key.public for key in members.recovery_keys(archive.repository.read(archive.tip, path) or b"")}
    known |= {row.recipient for rows in archive.level_keys.levels.values() for row in rows} | archive.level_keys.recovered
    for key in keys:
        if key in known:
            raise KeyTaken(key=key)
