"""Encryption by age: the one importer of ``pyrage``, whose objects stay inside; secrets and recipients are plain text here.

Secret keys are parsed anew at each use (under a microsecond), so that none of them lives on in a cache of the module.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import IO, TYPE_CHECKING, cast

from archivectl.encryption import devices
from archivectl.errors import KeyMissing, Unreadable

if TYPE_CHECKING:
    from io import BufferedIOBase

    from pyrage import x25519
    from pyrage.plugin import IdentityPluginV1, RecipientPluginV1
    from pyrage.ssh import Identity as SSHIdentity
    from pyrage.ssh import Recipient as SSHRecipient

    Identity = x25519.Identity | SSHIdentity | IdentityPluginV1
    Recipient = x25519.Recipient | SSHRecipient | RecipientPluginV1

HEADER = b"age-encryption.org/v1\n"
HEAD = 1 << 12  # bytes within which the header of a file for one recipient ends
_BODY = rb"(?: [^\n]+)?\n(?:[^\n-][^\n]*\n|\n)*"
# A header with one recipient; rage adds a stanza of grease that opens nothing, lest readers grow fond of headers without.
_HEADER = rb"age-encryption\.org/v1\n-> %s" + _BODY + rb"(?:-> [!-~]*-grease" + _BODY + rb")?--- [^\n]+\n"
_FOR_NATIVE, _FOR_SSH, _FOR_DEVICE = (re.compile(_HEADER % kind) for kind in (rb"X25519", rb"ssh-ed25519", rb"[!-~]+"))
_SSH_PUBLIC = "ssh-ed25519 "
_SSH_PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----"
_SSH_BLOB = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
_OVERHEAD = 32  # bytes of a short payload besides what it holds: a nonce and a tag
_SSH_LENGTH = 51  # the type and 32 bytes, each after its length
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
    hint = "See which keys you hold: archivectl key list; and what is missing or damaged here: archivectl key list --missing"


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
    """The public half of a secret; raises DoesNotOpen if the text is no secret key, or that of a device."""
    from pyrage import x25519  # noqa: PLC0415 - only commands that encrypt load it

    if secret.startswith(_SSH_PRIVATE):
        return _ssh_recipient(secret)
    if is_device(secret):
        raise DoesNotOpen
    identity = _identity(secret)
    return str(identity.to_public()) if isinstance(identity, x25519.Identity) else ""


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """A binary age file that any one of the recipients opens; raises NoSuchRecipient, or what a device's recipient raises."""
    import pyrage  # noqa: PLC0415 - only commands that encrypt load it

    try:
        return pyrage.encrypt(plaintext, [_recipient(text) for text in recipients])
    except pyrage.EncryptError as error:
        raise devices.PluginFailed(problem=" ".join(str(error).split())) from error


def decrypt(ciphertext: bytes, secrets: Sequence[str]) -> bytes:
    """The plaintext, opened by whichever of the secrets fits; raises DoesNotOpen."""
    import pyrage  # noqa: PLC0415 - only commands that decrypt load it

    try:
        return pyrage.decrypt(ciphertext, [_identity(text) for text in secrets])
    except pyrage.DecryptError as error:
        raise DoesNotOpen from error


def encrypt_stream(source: IO[bytes], target: IO[bytes], recipients: Sequence[str]) -> None:
    """Write what a stream holds to another as a binary age file, piece by piece; raises NoSuchRecipient, OSError."""
    import pyrage  # noqa: PLC0415 - only commands that encrypt load it

    ends = _Kept(source), _Kept(target)
    try:  # of a stream, only reading or writing is used
        pyrage.encrypt_io(*cast("tuple[BufferedIOBase, BufferedIOBase]", ends), [_recipient(text) for text in recipients])
    except (pyrage.EncryptError, OSError):
        _raise_first(ends)
        raise


def decrypt_stream(source: IO[bytes], target: IO[bytes], secrets: Sequence[str]) -> None:
    """Write what a binary age file holds to another stream; what is written before a failure is genuine, but not all.

    Raises:
        DoesNotOpen, OSError.
    """
    import pyrage  # noqa: PLC0415 - only commands that decrypt load it

    ends = _Kept(source), _Kept(target)
    try:
        pyrage.decrypt_io(*cast("tuple[BufferedIOBase, BufferedIOBase]", ends), [_identity(text) for text in secrets])
    except (pyrage.DecryptError, OSError) as error:
        _raise_first(ends)
        raise DoesNotOpen from error


class _Kept:
    """One end of a stream for pyrage, which tells errors of its own in place of those met here: they are kept."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """What the stream has next."""
        try:
            return self._stream.read(size)
        except BaseException as error:
            self.error = error
            raise

    def write(self, content: bytes) -> int:
        """Let the stream have it whole."""
        try:
            return self._stream.write(content)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Let nothing wait."""
        self._stream.flush()


def _raise_first(ends: Iterable[_Kept]) -> None:
    for end in ends:
        if end.error:
            raise end.error


def is_for_one(head: bytes) -> bool:
    """Whether a binary age file, by its first HEAD bytes, is for the holder of one key of age alone; nothing is opened."""
    return _FOR_NATIVE.match(head) is not None


def is_wrap_for(content: bytes, recipient: str, least: int) -> bool:
    """Whether a whole binary age file is, by its form, for one recipient alone and holds so many bytes at least."""
    form = _FOR_SSH if recipient.startswith(_SSH_PUBLIC) else _FOR_DEVICE if is_device(recipient) else _FOR_NATIVE
    header = form.match(content)
    return header is not None and len(content) - header.end() >= _OVERHEAD + least


def is_recipient(text: str) -> bool:
    """Whether this is a public key that values can be encrypted to, in its one spelling."""
    try:
        _recipient(text)
    except NoSuchRecipient:
        return False
    return True


def is_device(identity: str) -> bool:
    """Whether an identity, or a recipient, is a device's: each opening starts a program, and may want a touch."""
    return identity.startswith("AGE-PLUGIN-") or (identity.startswith("age1") and len(identity) != _RECIPIENT_LENGTH)


def demand_identity(text: str) -> None:
    """Raise DoesNotOpen where a text is no identity; of a device nothing is started."""
    if not is_device(text):
        _identity(text)


def unlock(ciphertext: bytes, passphrase: str) -> bytes:
    """What is behind a passphrase; raises DoesNotOpen."""
    import pyrage  # noqa: PLC0415 - only commands that decrypt load it

    try:
        return pyrage.passphrase.decrypt(ciphertext, passphrase)
    except pyrage.DecryptError as error:
        raise DoesNotOpen from error


def _identity(secret: str) -> "Identity":
    from pyrage import IdentityError, plugin, ssh, x25519  # noqa: PLC0415 - only commands that decrypt load it

    if not secret.isascii():
        raise DoesNotOpen
    try:
        if secret.startswith(_SSH_PRIVATE):
            return ssh.Identity.from_buffer(f"{secret}\n".encode())
        if is_device(secret):
            found = plugin.Identity.from_str(secret)
            return plugin.IdentityPluginV1(devices.allowed(found.plugin()), [found], devices.Callbacks())
        return x25519.Identity.from_str(secret)
    except IdentityError as error:
        raise DoesNotOpen from error


@lru_cache(maxsize=4096)
def _recipient(text: str) -> "Recipient":
    from pyrage import RecipientError, plugin, ssh, x25519  # noqa: PLC0415 - only commands that encrypt load it

    recipient: Recipient | None = None
    try:
        if text.startswith(_SSH_PUBLIC) and _is_plain_ssh(text):
            return ssh.Recipient.from_str(text)
        if text.isascii() and len(text) == _RECIPIENT_LENGTH:
            recipient = x25519.Recipient.from_str(text)
        elif text.isascii() and is_device(text):
            found = plugin.Recipient.from_str(text)
            return plugin.RecipientPluginV1(devices.allowed(found.plugin()), [found], [], devices.Callbacks())
    except RecipientError:
        recipient = None
    # Another spelling (all capitals) would have another key id.
    if recipient is None or str(recipient) != text or _point(text) in _SMALL_ORDER:
        # Anything else than a public key could be a secret one.
        raise NoSuchRecipient(recipient=text if text.startswith(("age1", _SSH_PUBLIC)) else "…")
    return recipient


def _is_plain_ssh(text: str) -> bool:
    """Whether an SSH key is one of type ed25519 in its one spelling: type and base64, without comment."""
    encoded = text.removeprefix(_SSH_PUBLIC)
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    return blob.startswith(_SSH_BLOB) and len(blob) == _SSH_LENGTH and base64.b64encode(blob).decode() == encoded


def _ssh_recipient(private: str) -> str:
    """The public line of an OpenSSH private key, in which it stands in clear; raises DoesNotOpen."""
    lines = [line.strip() for line in private.strip().splitlines()]
    try:
        data = base64.b64decode("".join(lines[1:-1]), validate=True)
        at = data.index(_SSH_BLOB)
    except ValueError:
        raise DoesNotOpen from None
    return _SSH_PUBLIC + base64.b64encode(data[at : at + _SSH_LENGTH]).decode()


def _point(recipient: str) -> int:
    """The curve point of a recipient whose form has been checked, as X25519 reads it."""
    number = 0
    for character in recipient[4:56]:
        number = number << 5 | _BECH32.index(character)
    key = (number >> 4).to_bytes(32, "big")
    return (int.from_bytes(key, "little") & (2**255 - 1)) % _PRIME
