"""What a machine keeps outside every repository: identities, signing keys, the pin, settings. Folder mode 0700."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archivectl import yaml_text
from archivectl.encryption import age, identities
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.private_files import make_folder, put_file
from archivectl.errors import KeyMissing, Refused
from archivectl.i18n import N_
from archivectl.members import keygen, machine_files
from archivectl.members.signing import Signer

_COPYING = ("backup.", "key-copy.")


class NoIdentity(KeyMissing):
    """The member has no private key on this machine."""

    message = "This machine has no {what} of {member} for this archive."
    hint = "Act as a member whose keys are here (--as MEMBER), or set ARCHIVECTL_HOME to the folder that has them."


class ReadByOthers(KeyMissing):
    """A private key that other accounts of the machine can read."""

    message = "{file} can be read by others on this machine, so it may not be secret any more."
    hint = (
        "Close it: chmod 600 {file}. If others had time to read it, have an administrator change keys: archivectl member update"
    )


class NoMember(KeyMissing):
    """Nobody said who acts, and the machine has no default."""

    message = "It is not known who acts: this machine names no member for this archive."
    hint = "Say so with --as MEMBER, or set ARCHIVECTL_MEMBER. Members: archivectl member list"


class NotPinned(Refused):
    """The archive was never seen on this machine."""

    message = "This archive is not known on this machine, so nothing in it is trusted yet."
    hint = (
        "Set ARCHIVECTL_HOME to the folder that holds its keys and its pin, or take the fingerprint from the recovery sheet: "
        "archivectl verify --trust FINGERPRINT"
    )


class Pin(NamedTuple):
    """What this machine trusts of an archive: its fingerprint, how it was got, and the verified tips.

    ``alike`` are verified commits, oldest first, after which only backups and copies of keys were entered up to ``main``.
    """

    archive: str
    fingerprint: str
    got: str
    main: str | None
    access_log: str | None
    rules: int
    alike: tuple[str, ...] = ()

    def moved(self, main: str, acts: Collection[str]) -> "Pin":
        """The mark, moved on by one commit that does these acts."""
        copying = bool(self.main and acts) and all(act.startswith(_COPYING) for act in acts)
        return self._replace(main=main, alike=(*self.alike, str(self.main)) if copying else ())

    def moved_back(self, main: str) -> "Pin":
        """The mark, taken back to a commit."""
        earlier = self.alike[: self.alike.index(main)] if main in self.alike else ()
        return self._replace(main=main, alike=self.alike if main == self.main else earlier)


class Home:
    """The folder ARCHIVECTL_HOME."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unlocked: dict[Path, tuple[str, ...]] = {}  # a person is asked once for each command

    def settings(self) -> dict[str, Any]:
        """``settings.yaml``: the machine's id, and for each archive its default member and keyring folders.

        Raises SettingsDamaged.
        """
        return machine_files.settings(self.folder / "settings.yaml")

    def save_settings(self, settings: Mapping[str, Any]) -> None:
        """Write ``settings.yaml``."""
        put_file(self._made(self.folder), "settings.yaml", yaml_text.dump(settings).encode())

    def member(self, archive: str) -> str | None:
        """The default member of an archive on this machine."""
        member = self.settings().get("archives", {}).get(archive, {}).get("member")
        return str(member) if member else None

    def remember(self, archive: str, handle: str, machine: str) -> None:
        """Let a member be who acts in an archive on this machine, unless somebody is; ``machine`` names one that has no id."""
        settings = self.settings()
        archives = dict(settings.get("archives") or {})
        known = archives.get(archive) or {}
        archives[archive] = {**known, "member": known.get("member") or handle}
        self.save_settings({**settings, "machine": settings.get("machine") or machine, "archives": archives})

    def keyring(self, archive: str) -> Keyring:
        """The keyring of an archive."""
        return Keyring(self.folder / "keyrings" / archive)

    def add_identity(self, archive: str, handle: str, secret: str, signing: str) -> None:
        """Keep a member's age identity, if it is a text, and signing key."""
        folder = self._made(self.folder / "identities" / archive)
        if secret:
            put_file(folder, f"{handle}.age", f"{secret}\n".encode())
        put_file(folder, f"{handle}.ssh", signing.encode())

    def identities(self, archive: str, handle: str) -> tuple[str, ...]:
        """The age secrets of a member, who may be asked for a passphrase.

        Raises:
            NoIdentity, ReadByOthers, IdentityDamaged, LockedKey, PassphraseNeeded, PassphraseWrong.
        """
        path = self.identity_files(archive, handle)[0]
        if path not in self._unlocked:
            self._unlocked[path] = identities.parse(self._read(path, handle, N_("identity")), path)
        return self._unlocked[path]

    def unasked(self, archive: str, handle: str) -> tuple[str, ...]:
        """The age secrets of a member that open without asking for a passphrase or a touch; none where there are no such."""
        try:
            content = self._read(self.identity_files(archive, handle)[0], handle, N_("identity"))
            found = () if identities.is_protected(content) else identities.parse(content, self.folder)
        except KeyMissing:  # whoever opens something is told
            return ()
        return tuple(each for each in found if not age.is_device(each))

    def identity_files(self, archive: str, handle: str) -> tuple[Path, Path]:
        """Where a member's age identity and signing key stand."""
        folder = self.folder / "identities" / archive
        return folder / f"{handle}.age", folder / f"{handle}.ssh"

    def signer(self, archive: str, handle: str) -> Signer:
        """The signing key of a member; raises NoIdentity, ReadByOthers, SigningKeyDamaged."""
        path = self.identity_files(archive, handle)[1]
        self._read(path, handle, N_("signing key"))
        return keygen.signer(path)

    def _read(self, path: Path, handle: str, what: str) -> bytes:
        try:
            content = path.read_bytes()
            mode = path.stat().st_mode
        except OSError as error:
            raise NoIdentity(what=what, member=handle) from error
        if os.name == "posix" and mode & 0o077:
            raise ReadByOthers(file=path)
        return content

    def save_sheet(self, archive: str, text: str) -> Path:
        """Keep the recovery sheet until it is moved away."""
        put_file(self._made(self.folder / "recovery"), f"{archive}.txt", text.encode())
        return self.sheet_file(archive)

    def sheet_file(self, archive: str) -> Path:
        """Where the recovery sheet lies until it is moved away."""
        return self.folder / "recovery" / f"{archive}.txt"

    def sheet(self, archive: str) -> Path | None:
        """The recovery sheet, while it still lies here."""
        path = self.sheet_file(archive)
        return path if path.exists() else None

    def pin(self, archive: str) -> Pin:
        """What this machine trusts of the archive; raises NotPinned, PinDamaged."""
        path = self.folder / "trust" / f"{archive}.yaml"
        if not path.exists():
            raise NotPinned
        data = machine_files.pin(path)
        tips = data["verified"]
        main, log, rules, alike = tips["main"], tips["access-log"], tips["rules"], tuple(tips.get("alike") or ())
        return Pin(data["archive"], data["fingerprint"], data["got"], main, log, rules, alike)

    def save_pin(self, pin: Pin) -> None:
        """Write the pin."""
        verified: dict[str, Any] = {"main": pin.main, "access-log": pin.access_log, "rules": pin.rules}
        verified |= {"alike": list(pin.alike)} if pin.alike else {}
        data = {"archive": pin.archive, "fingerprint": pin.fingerprint, "got": pin.got, "verified": verified}
        put_file(self._made(self.folder / "trust"), f"{pin.archive}.yaml", yaml_text.dump(data).encode())

    def names(self, archive: str) -> Path:
        """The folder of the names caches of an archive."""
        return self.folder / "names" / archive

    def _made(self, folder: Path) -> Path:
        make_folder(folder)
        return folder
