"""Identity files: what a member opens their keys with, in clear, behind a passphrase, or a handle to a device.

A file behind a passphrase is a standard age file (``age -p``); it is opened once for each command, and nothing of it is kept.
"""

import re
from pathlib import Path

from archivectl.encryption import age, asking
from archivectl.errors import KeyMissing

# An age identity, a plugin's too, stands on a line; a private SSH key is several.
_IDENTITY = re.compile(
    r"^AGE-[A-Z0-9-]+$|^-----BEGIN OPENSSH PRIVATE KEY-----$.+?^-----END OPENSSH PRIVATE KEY-----$", re.MULTILINE | re.DOTALL
)
_SCRYPT = b"age-encryption.org/v1\n-> scrypt "
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


class IdentityDamaged(KeyMissing):
    """An identity file that holds no identity."""

    message = "{file} is damaged: it holds no identity that age knows."
    hint = "Put the file back from your own copy: cp COPY {file}. Without one, a new key is entered: archivectl member update"


def parse(content: bytes, file: Path) -> tuple[str, ...]:
    """The identities in a file's bytes; a person may be asked for the passphrase.

    Raises:
        IdentityDamaged, PassphraseNeeded, PassphraseWrong.
    """
    if is_protected(content):
        content = _unlocked(content, file)
    found = tuple(match[0] for match in _IDENTITY.finditer(content.decode("utf-8", "replace")))
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


def _unlocked(content: bytes, file: Path) -> bytes:
    passphrase = asking.asker().secret(asking.PASSPHRASE, file=file)
    if passphrase is None:
        raise asking.PassphraseNeeded(file=file)
    try:
        return age.unlock(content, passphrase)
    except age.DoesNotOpen:
        raise asking.PassphraseWrong(file=file) from None
