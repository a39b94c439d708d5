"""Opening sealed values, for a member who is cleared and whose keys are here."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from archivectl.encryption import age, envelope
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import KeyringRowWrong, Row, open_row
from archivectl.errors import ArchiveError, KeyMissing, Refused
from archivectl.i18n import N_, Sentence
from archivectl.members.member import Member
from archivectl.records.sealing import KeyRow, key_of

_SYNC = N_("archivectl key remote sync; from a backup: archivectl key restore BACKUP")
_ANEW = N_("archivectl key remote add NAME FOLDER, the folder of a keyring remote; from a backup: archivectl key restore BACKUP")
_RESTORE = N_(
    "archivectl key restore BACKUP; from another machine, over a folder that both reach: archivectl key remote add NAME FOLDER"
)


class NotCleared(Refused):
    """A value above the reader's clearance."""

    message = "{path} ({level}): {member} is cleared up to {clearance}."
    hint = "Ask somebody who is cleared for it: archivectl member list"


class HasLeft(NotCleared):
    """A value that somebody wants to read who is no member any more."""

    message = "{member} left on {day}, so their keys open nothing any more."
    hint = "Act as a member who is here and cleared for it, with --as MEMBER: archivectl member list"


class KeyGone(KeyMissing):
    """The keyring has no key for a value: it was destroyed, or made on another machine."""

    message = "The keyring on this machine has no key that opens {path}."
    hint = "If it was not destroyed, bring it here: {how}"


def uncleared(member: Member, path: str, level: str) -> NotCleared:
    """Why a member may not read what lies at a path."""
    if member.retired:
        return HasLeft(member=member.handle, day=member.retired)
    return NotCleared(path=path, level=level, member=member.handle, clearance=member.clearance)


class Opener:
    """Opens values of one archive as one member.

    ``remotes`` says whether the keyring has copies that may hold what it lacks, ``recipient`` the public half of the key of a
    level and generation; it is asked only where something does not open.
    """

    def __init__(
        self,
        keyring: Keyring,
        member: Member,
        identities: Sequence[str],
        *,
        remotes: bool = False,
        recipient: Callable[[str, int], str] = lambda _level, _generation: "",
    ) -> None:
        self.remotes, self._recipient = remotes, recipient
        self.keyring = keyring
        self.member = member
        self.identities = identities
        self._proven = set[Row]()  # rows that opened to the key they name; one that is changed since is another row

    def software(self) -> Sequence[str]:
        """Secrets for what is kept on this machine alone: the reader's own, or where a device holds those the lowest level's key.

        Raises:
            LevelKeyNotShared, LevelKeyShut.
        """
        if not any(map(age.is_device, self.identities)):
            return self.identities
        generation = max((each for level, each in self.keyring.level_keys() if level == envelope.LEVELS[0]), default=1)
        return [self.keyring.level_secret(envelope.LEVELS[0], generation, self.member.handle, self.identities)]

    def open(self, sealed: str, path: str, uid: str, keys: Sequence[KeyRow]) -> Any:  # noqa: ANN401 - any JSON value
        """The value in clear.

        Raises:
            NotCleared, KeyGone, DamagedValue, MovedValue, or a KeyMissing of the keyring.
        """
        row = key_of(keys, sealed)
        if row is None:
            raise envelope.DamagedValue(path=path)
        if not self.member.cleared(row["level"]):
            raise uncleared(self.member, path, row["level"])
        return envelope.unseal(sealed, uid=uid, path=path, secret=self.secret(uid, row, path))

    def all_of(self, sealed: Mapping[str, str], uid: str, keys: Sequence[KeyRow]) -> dict[str, Any]:
        """The values of one record in clear, by path, as far as the reader is cleared and the keys are here."""
        found, secrets = dict[str, Any](), dict[str, str]()
        for path, value in sealed.items():
            row = key_of(keys, value)
            if row is None or not self.member.cleared(row["level"]):
                continue
            with suppress(KeyMissing):
                if row["id"] not in secrets:
                    secrets[row["id"]] = self.secret(uid, row, path)
                found[path] = envelope.unseal(value, uid=uid, path=path, secret=secrets[row["id"]])
        return found

    def secret(self, uid: str, row: KeyRow, path: str = "") -> str:
        """The secret half of a record's key; raises KeyGone, KeyringRowWrong, or a KeyMissing of the keyring."""
        wrapped = [held for held in self.keyring.rows(uid) if held.recipient == row["recipient"]]
        if not wrapped:
            raise self.gone(path or row["of"])
        problems = list[ArchiveError]()
        # Anybody may have put a row there: one that holds nothing must not hide one that does.
        for held in sorted(wrapped, key=lambda held: -held.generation):
            try:
                found = self._opened(held)
            except (KeyMissing, KeyringRowWrong) as error:
                problems.append(error)
            else:
                self._proven.add(held)
                return found
        raise problems[0]

    def _opened(self, row: Row) -> str:
        """The secret in a row; raises KeyringRowWrong, or a KeyMissing of the keyring."""
        try:
            return open_row(row, self._level_secret(row))
        except (KeyMissing, KeyringRowWrong):  # what lies here for the reader need not be the archive's
            return open_row(row, self._level_secret(row, self._recipient(row.level, row.generation)))

    def _level_secret(self, row: Row, recipient: str = "") -> str:
        return self.keyring.level_secret(row.level, row.generation, self.member.handle, self.identities, recipient)

    def gone(self, path: str) -> KeyGone:
        """That no key opens what lies at a path, with where one may be had."""
        lost = not self.keyring.folder.is_dir()
        return KeyGone(path=path, how=Sentence((_ANEW if lost else _SYNC) if self.remotes else _RESTORE))

    def holds(self, uid: str, row: KeyRow) -> bool:
        """Whether the keyring really holds the secret half of a row; a row it cannot prove is not used for writing."""
        if any(held in self._proven for held in self.keyring.rows(uid) if held.recipient == row["recipient"]):
            return True
        try:
            self.secret(uid, row)
        except (KeyMissing, KeyringRowWrong):
            return False
        return True
