"""Encryption by age: the one importer of ``pyrage``, whose objects stay inside; secrets and recipients are plain text here.

Secret keys are parsed anew at each use (under a microsecond), so that none of them lives on in a cache of the module.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from archivectl.errors import KeyMissing, Unreadable

if TYPE_CHECKING:
    from pyrage import x25519

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_RECIPIENT_LENGTH = 62  # "age1", 52 characters for 32 bytes, 6 of checksum
_PRIME = 2**255 - 19
# Points of small order: a shared secret with them is always zero. pyrage panics on them instead of raising.
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
)


class DoesNotOpen(KeyMissing):
    """No secret at hand opens the ciphertext, or it is damaged: age tells the two apart only sometimes."""

    message = "The keys at hand do not open this ciphertext, or it is damaged."
    hint = "See which keys you hold with `archivectl key list`; `archivectl doctor` says what is missing on this machine."


class NoSuchRecipient(Unreadable):
    """A public key that values should be encrypted to is none."""

    message = "This is no public key of age: {recipient}"
    hint = "Compare it with history: public keys are added, never edited."


def generate() -> tuple[str, str]:
    """A new key: the secret ``AGE-SECRET-KEY-1…`` and the recipient ``age1…``."""
    from pyrage import x25519  # noqa: PLC0415 - only commands that encrypt load it

    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(secret: str) -> str:
    """The public half of a secret; raises DoesNotOpen if the text is no secret key."""
    return str(_identity(secret).to_public())


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """A binary age file that any one of the recipients opens; raises NoSuchRecipient."""
    import pyrage  # noqa: PLC0415 - only commands that encrypt load it

    return pyrage.encrypt(plaintext, [_recipient(text) for text in recipients])


def decrypt(ciphertext: bytes, secrets: Sequence[str]) -> bytes:
    """The plaintext, opened by whichever of the secrets fits; raises DoesNotOpen."""
    import pyrage  # noqa: PLC0415 - only commands that decrypt load it

    try:
        return pyrage.decrypt(ciphertext, [_identity(text) for text in secrets])
    except pyrage.DecryptError as error:
        raise DoesNotOpen from error


def _identity(secret: str) -> "x25519.Identity":
    from pyrage import IdentityError, x25519  # noqa: PLC0415 - only commands that decrypt load it

    if not secret.isascii():
        raise DoesNotOpen
    try:
        return x25519.Identity.from_str(secret)
    except IdentityError as error:
        raise DoesNotOpen from error


@lru_cache(maxsize=4096)
def _recipient(text: str) -> "x25519.Recipient":
    from pyrage import RecipientError, x25519  # noqa: PLC0415 - only commands that encrypt load it

    try:
        recipient = x25519.Recipient.from_str(text) if len(text) == _RECIPIENT_LENGTH and text.isascii() else None
    except RecipientError:
        recipient = None
    # Another spelling (all capitals) would have another key id.
    if recipient is None or str(recipient) != text or _point(text) in _SMALL_ORDER:
        # Anything else than a public key could be a secret one.
        raise NoSuchRecipient(recipient=text if text.startswith("age1") else "…")
    return recipient


def _point(recipient: str) -> int:
    """The curve point of a recipient whose form has been checked, as X25519 reads it."""
    number = 0
    for character in recipient[4:56]:
        number = number << 5 | _BECH32.index(character)
    key = (number >> 4).to_bytes(32, "big")
    return (int.from_bytes(key, "little") & (2**255 - 1)) % _PRIME
