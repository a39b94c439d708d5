"""One open archive: a snapshot as one member sees it, with the member's keys; starts transactions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from archivectl.encryption import levels as level_keys
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.levels import LevelKeys
from archivectl.encryption.rows import Row as KeyringRow
from archivectl.errors import KeyMissing, NotAllowed, Reason, WrongUsage
from archivectl.i18n import N_, Titles
from archivectl.members.home import Home, NoMember
from archivectl.members.member import ONLOOKER, Member
from archivectl.members.signing import Signer, armor
from archivectl.records import leaks
from archivectl.records.opening import Opener
from archivectl.records.sealing import Level, Sealer
from archivectl.snapshot import Snapshot
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, Written, commit

_BY = N_("This is for: {posts}. {member} is not one of them.")
_ASK = N_("Ask one of them (archivectl member list), or act as another member with --as MEMBER.")


class UnknownMember(WrongUsage):
    """A handle that no member has."""

    message = "“{handle}” is no member of this archive."
    hint = "The members are: {known}"


class NotTheirKey(KeyMissing):
    """A private key on this machine that is none of the member's."""

    message = "The signing key on this machine is none that the archive knows of {member}."
    hint = "Put back the key that the member enrolled with, or act as another member with --as MEMBER."


class Change(NamedTuple):
    """What one act does: files by path (None: gone), keys to keep first, and what the commit says of it."""

    acts: tuple[str, ...]
    subject: str
    writes: Mapping[str, Written]
    minted: tuple[KeyringRow, ...] = ()
    uids: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    reason: str = ""

    def with_(self, *others: "Change | None") -> "Change":
        """This and other changes in one commit, named after this one."""
        all_ = (self, *filter(None, others))
        return self._replace(
            acts=tuple(dict.fromkeys(act for each in all_ for act in each.acts)),
            writes={path: text for each in all_ for path, text in each.writes.items()},
            minted=tuple(row for each in all_ for row in each.minted),
            uids=tuple(dict.fromkeys(uid for each in all_ for uid in each.uids)),
            entries=tuple(uid for each in all_ for uid in each.entries),
            reason=next((each.reason for each in all_ if each.reason), ""),
        )


class Archive(Snapshot):
    """An archive at one commit, seen by one member at one time."""

    def __init__(self, repository: Repository, home: Home, *, at: datetime, today: str = "", member: str = "") -> None:
        super().__init__(repository, at, today)
        self.home = home
        self.rehearsal = False
        self._wanted = member

    @cached_property
    def levels(self) -> dict[str, Level]:
        """The current generation of every level key."""
        current = {level: self.level_keys.current(level) for level in self.level_keys.levels}
        return {level: Level(row.generation, row.recipient) for level, row in current.items()}

    @cached_property
    def level_keys(self) -> LevelKeys:
        """Every generation of every level key, and the recipients of recovery."""
        return level_keys.parse(self.repository.read(self.tip, level_keys.PATH) or b"")

    @cached_property
    def me(self) -> Member:
        """Who acts; raises NoMember or UnknownMember."""
        handle = self._wanted or self.home.member(self.id)
        if not handle:
            raise NoMember
        if handle not in self.members:
            raise UnknownMember(handle=handle, known=", ".join(self.members))
        return self.members[handle]

    def look_on(self) -> bool:
        """Let who is no member here look at what needs no key; whether it is so."""
        nobody = not (self._wanted or self.home.member(self.id))
        if nobody:
            self.me = ONLOOKER
        return nobody

    @cached_property
    def signer(self) -> Signer:
        """The actor's signing key; raises NoIdentity, NotTheirKey."""
        signer = self.home.signer(self.id, self.me.handle)
        if not self.me.signs_with(signer.public):
            raise NotTheirKey(member=self.me.handle)
        return signer

    @cached_property
    def keyring(self) -> Keyring:
        """The archive's keyring on this machine."""
        return self.home.keyring(self.id)

    @cached_property
    def opener(self) -> Opener:
        """Opens values as the actor, for an onlooker none; raises NoIdentity."""
        identities = () if self.me == ONLOOKER else self.home.identities(self.id, self.me.handle)
        remotes = bool(self.config.get("keyrings"))
        return Opener(self.keyring, self.me, identities, remotes=remotes, recipient=self._level_recipient)

    def _level_recipient(self, level: str, generation: int) -> str:
        return next((row.recipient for row in self.level_keys.levels.get(level, ()) if row.generation == generation), "")

    def sealer(self, uid: str, keys: Iterable[Mapping[str, Any]] = ()) -> Sealer:
        """Seals values of one record or entry as the actor."""
        cleared = frozenset(level for level in self.levels if self.me.cleared(level))
        return Sealer(uid, list(keys), self.levels, cleared, lambda row: self.opener.holds(uid, row))

    def commit(self, change: Change, signer: Signer | None = None, *, ahead: bool = False) -> str:
        """Carry out one act: keys first, then one signed commit, then the verified mark; returns the commit's id.

        ``signer`` signs in place of the actor: the recovery key. What goes ``ahead`` is on the git remote, where the archive
        has one, before it is here; ask it first what it has: ``repository.elsewhere.look``.
        """
        if change.reason:
            leaks.refuse(change.reason)
        if self.rehearsal:
            return self.tip
        self.keyring.add(change.minted)
        message = f"{change.subject}\n\n" + "".join(f"{key}: {value}\n" for key, value in self._trailers(change))
        who = self.me.name, self.me.email, self.at
        first = ahead and bool(self.repository.elsewhere.name)
        draft = Draft(self.tip, change.writes, message, *who, ahead=first)
        made = commit(self.repository, draft, lambda payload: armor((signer or self.signer).sign(payload, "git")))
        pin = self.home.pin(self.id)
        if pin.main == draft.base:  # else commits that nobody verified lie between
            self.home.save_pin(pin.moved(made, change.acts))
        self.move_to(made, change.writes)
        return made

    def _trailers(self, change: Change) -> Iterable[tuple[str, str]]:
        yield from (("Archive-Act", act) for act in change.acts)
        if any(act.startswith("record.") for act in change.acts):
            yield "Archive-Date", self.today
        if len(change.uids) <= 20:  # noqa: PLR2004 - docs/format.md: up to 20, else none
            yield from (("Archive-Record", uid) for uid in change.uids)
        yield from (("Archive-Entry", uid) for uid in change.entries)
        if change.reason:
            yield "Archive-Reason", " ".join(change.reason.split())

    def move_to(self, tip: str, writes: Mapping[str, Written]) -> None:
        """Go on from a commit that was just made."""
        super().move_to(tip, writes)
        self._forget_members()

    def stand_at(self, tip: str, indexed: Path | None = None) -> None:
        """Look at another commit."""
        super().stand_at(tip, indexed)
        self._forget_members()

    def _forget_members(self) -> None:
        for name in ("levels", "level_keys", "me", "signer", "opener"):
            self.__dict__.pop(name, None)


def refuse_unless_admin(archive: Archive, act: str) -> None:
    """Members, keys and rules are changed by an administrator; raises NotAllowed."""
    if "admin" not in archive.me.titles:
        raise NotAllowed((not_admin(archive, act),))


def not_admin(archive: Archive, act: str) -> Reason:
    """Why who is no administrator may not do that."""
    values = {"posts": Titles([archive.regime.titled("admin")]), "member": archive.me.handle}
    return Reason(f"{act}/by", _BY, values, _ASK)
