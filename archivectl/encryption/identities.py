"""Identity files: what a member opens their keys with, in clear, behind a passphrase, or a handle to a device.

A file behind a passphrase is a standard age file (``age -p``); it is opened once for each command, and nothing of it is kept.
"""

import base64
import re
from pathlib import Path

from archivectl.encryption import age, asking
from archivectl.errors import KeyMissing

# An age identity, a plugin's too, stands on a line; a private SSH key is several.
_IDENTITY = re.compile(
    r"^AGE-[A-Z0-9-]+$|^-----BEGIN OPENSSH PRIVATE KEY-----$.+?^-----END OPENSSH PRIVATE KEY-----$", re.MULTILINE | re.DOTALL
)
_SSH = "-----BEGIN OPENSSH PRIVATE KEY-----"
_BARE = b"openssh-key-v1\x00\x00\x00\x00\x04none"  # how the format of OpenSSH begins where no cipher is used
_SCRYPT = b"age-encryption.org/v1\n-> scrypt "
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


class IdentityDamaged(KeyMissing):
    """An identity file that holds no identity."""

    message = "{file} is damaged: it holds no identity that age knows."
    hint = "Put the file back from your own copy: cp COPY {file}. Without one, a new key is entered: archivectl member update"


class LockedKey(KeyMissing):
    """An identity file that holds an SSH key behind a passphrase of its own."""

    message = "{file} is an SSH key behind a passphrase; age opens values only with an SSH key that has none."
    hint = (
        "Take the passphrase off a copy, and put one of age's own on: cp {file} COPY; ssh-keygen -p -N '' -f COPY; "
        "age -p -o {file} COPY; rm COPY. Or have a new key entered: archivectl member update"
    )


def parse(content: bytes, file: Path) -> tuple[str, ...]:
    """The identities in a file's bytes; a person may be asked for the passphrase.

    Raises:
        IdentityDamaged, LockedKey, PassphraseNeeded, PassphraseWrong.
    """
    if is_protected(content):
        content = _unlocked(content, file)
    found = tuple(match[0] for match in _IDENTITY.finditer(content.decode("utf-8", "replace")))
    if any(map(is_locked, found)):
        raise LockedKey(file=file)
    try:
        for identity in found:
            age.demand_identity(identity)
    except age.DoesNotOpen:
        found = ()
    if not found:
        raise IdentityDamaged(file=file)
    return found


def is_protected(content: bytes) -> bool:
    """Whether a file is behind a passphrase."""
    return content.startswith((_SCRYPT, _ARMOR))


def is_locked(identity: str) -> bool:
    """Whether an identity is an SSH key behind a passphrase of its own, which age does not ask for."""
    lines = [line.strip() for line in identity.strip().splitlines()]
    try:
        return lines[:1] == [_SSH] and not base64.b64decode("".join(lines[1:-1]), validate=True).startswith(_BARE)
    except ValueError:  # damaged
        return False


def _unlocked(content: bytes, file: Path) -> bytes:
    passphrase = asking.asker().secret(asking.PASSPHRASE, file=file)
    if passphrase is None:
        raise asking.PassphraseNeeded(file=file)
    try:
        return age.unlock(content, passphrase)
    except age.DoesNotOpen:
        raise asking.PassphraseWrong(file=file) from None
