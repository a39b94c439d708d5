"""One change of one member's file: who may make it, what may never happen, and the commit that it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archivectl.archive import Archive, Change, not_admin
from archivectl.encryption.envelope import LEVELS as SEALED
from archivectl.errors import NotAllowed, Reason, WrongUsage
from archivectl.i18n import N_, Titles, keyed
from archivectl.members import countersigners, rights, sheet
from archivectl.members import member as members
from archivectl.members.member import LEVELS, ROLES, Member
from archivectl.members.signing import Signer, SigningKeyDamaged
from archivectl.membership import countersigning

_OWN = N_("Nobody gives themselves more rights; {member} would.")
_OTHER = N_("Another administrator does this: archivectl member list")
_LAST = N_("{member} is the last administrator who can sign.")
_NEXT = N_("First make somebody else one: archivectl member update HANDLE --role admin")
_KEYS = N_("{member} would have no key to read or to sign with.")
_NEW_KEY = N_("Give another key first (archivectl member update {member} --add-key KEY), or retire the member.")
_UNREAD = N_("Nobody would be left who may read: {levels}.")
_CLEAR = N_("First clear somebody else: archivectl member update HANDLE --clearance {level}")
_SHORT = N_("Too few would be left to countersign; archive.yaml asks for {count}.")
_NAME = N_("First give somebody else a post that countersigns ({post}): archivectl member update HANDLE --post POST")


class UnknownPost(WrongUsage):
    """A title that is neither a role nor a post of this archive."""

    message = "“{title}” is neither a role nor a post here."
    hint = "Roles: {roles}. Posts: {posts}."


class UnknownLevel(WrongUsage):
    """A clearance that is no level."""

    message = "“{level}” is no level of secrecy."
    hint = "The levels are: {known}"


class NoRecoveryKey(WrongUsage):
    """A text that is no recovery sheet of this archive."""

    message = "This is not the recovery sheet of this archive: the archive does not know its signing key."
    hint = (
        "Where it was typed, compare its signing key with the printed sheet, letter by letter. Else take the sheet that init "
        "printed, or a newer one; its signing key stands in members/recovery.yaml: cat {file}"
    )


class Outcome(NamedTuple):
    """What became of a change: done, or the number of the application that others must sign first."""

    member: Member
    application: str = ""


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


def level(archive: Archive, text: str) -> str:
    """A level of secrecy; raises UnknownLevel."""
    if text not in LEVELS:
        raise UnknownLevel(level=text, known=keyed(archive.regime.get("secrecy.levels")))
    return text


def recovery(archive: Archive, page: str) -> Signer:
    """The signing key of a recovery sheet; raises NoRecoveryKey."""
    path = members.path(members.RECOVERY)
    try:
        signer = Signer.load(found) if (found := sheet.private(page)) else None
    except SigningKeyDamaged:
        signer = None
    known = members.recovery_keys(archive.repository.read(archive.tip, path) or b"")
    if signer is None or signer.public not in {key.public for key in known if key.retired is None}:
        raise NoRecoveryKey(file=path)
    return signer


def refuse(archive: Archive, after: Member, act: str, *, recovering: bool) -> None:
    """Raise NotAllowed with every reason against a new version of a member; the recovery key may do for all what an admin may."""
    before = archive.members.get(after.handle)
    found = [*([] if recovering else _against(archive, before, after, act)), *_standing(archive, after, act)]
    if found:
        raise NotAllowed(tuple(found), archive.regime.titles)


def _against(archive: Archive, before: Member | None, after: Member, act: str) -> Iterator[Reason]:
    me = archive.me
    own = after.handle == me.handle
    if "admin" not in me.titles and not (own and before and rights.gave_up(before, after)):
        yield not_admin(archive, act)
    elif own and rights.gained(before, after):
        yield Reason(f"{act}/own", _OWN, {"member": me.handle}, _OTHER)


def _standing(archive: Archive, after: Member, act: str) -> Iterator[Reason]:
    known, now = archive.members, {**archive.members, after.handle: after}
    if rights.administrators(known) and not rights.administrators(now):
        yield Reason(f"{act}/last", _LAST, {"member": after.handle}, _NEXT)
    if after.retired is None and not rights.has_keys(after):
        yield Reason(f"{act}/keys", _KEYS, {"member": after.handle}, _NEW_KEY)
    unread = [each for each in SEALED if _readers(known, each) and not _readers(now, each)]
    if unread:
        levels = archive.regime.get("secrecy.levels", {})
        yield Reason(f"{act}/readers", _UNREAD, {"levels": Titles(levels[each] for each in unread), "level": unread[-1]}, _CLEAR)
    asked = archive.config["countersign"]
    posts = countersigners.titles(archive.regime, asked)
    if countersigners.falls_short(known, now, posts, asked):
        values = {"count": asked, "post": Titles(map(archive.regime.titled, sorted(posts)))}
        yield Reason(f"{act}/countersign", _SHORT, values, _NAME)


def _readers(known: Mapping[str, Member], sealed: str) -> bool:
    return any(member.cleared(sealed) for member in known.values())


def commit(archive: Archive, after: Member, act: str, signer: Signer | None = None, reason: str = "") -> Outcome:
    """Make a new version of a member hold: one commit; or the application for it, where others must sign first.

    Raises:
        NotAllowed: with every reason against it.
        Telltale: the reason holds what must not stand in clear.
    """
    refuse(archive, after, act, recovering=signer is not None)
    path, text = members.path(after.handle), members.text(after).encode()
    if signer is None and (wanted := countersigning.wanted(archive, after)):
        return Outcome(after, countersigning.apply(archive, path, text.decode(), wanted).id)
    archive.commit(Change((act,), f"{act}: {after.handle}", {path: text}, reason=reason), signer)
    return Outcome(after)
