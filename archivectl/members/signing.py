"""Signatures by SSH ed25519 keys, made and checked in process; stock ``ssh-keygen -Y`` reads and writes the same bytes.

The one importer of ``cryptography``. A signature is a binary SSHSIG (OpenSSH's PROTOCOL.sshsig) over the SHA-512 of the message.
Reading is strict: one key type, one hash, nothing reserved, nothing left over, so that every signature has one spelling.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from archivectl.errors import KeyMissing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_TYPE = b"ssh-ed25519"
_HASH = b"sha512"
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_ARMOR_COLUMNS = 70
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


class SigningKeyProtected(KeyMissing):
    """The private key is behind a passphrase, which nobody could type in a script."""

    message = "The signing key is protected by a passphrase."
    hint = "Take the passphrase off a copy (`ssh-keygen -p -N '' -f FILE`) and keep that copy readable by you alone."


class SigningKeyDamaged(KeyMissing):
    """The text is no OpenSSH private key of type ed25519."""

    message = "The signing key cannot be read: it is damaged, or not an OpenSSH key of type ed25519."
    hint = "Put the key file back from your backup, or ask an admin to enter a new signing key for you."


@dataclass(frozen=True, slots=True)
class Signer:
    """A loaded private key with its public line ``ssh-ed25519 AAAA…``."""

    public: str
    _key: "Ed25519PrivateKey" = field(repr=False, compare=False)

    @classmethod
    def load(cls, private: str) -> "Signer":
        """Read OpenSSH private key text; raises SigningKeyProtected or SigningKeyDamaged."""
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - slow to load
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - slow to load
        from cryptography.hazmat.primitives.serialization import load_ssh_private_key  # noqa: PLC0415 - slow to load

        try:
            key = load_ssh_private_key(private.encode(), None)
        except TypeError as error:
            raise SigningKeyProtected from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SigningKeyDamaged from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyDamaged
        return cls(_line(_join(_TYPE, key.public_key().public_bytes_raw())), key)

    def sign(self, message: bytes, namespace: str) -> bytes:
        """A binary SSHSIG over ``message``, good for ``namespace`` alone."""
        blob = base64.b64decode(self.public.split()[1])
        space = namespace.encode()
        signature = _join(_TYPE, self._key.sign(_signed(message, space)))
        return _MAGIC + _VERSION + _join(blob, space, b"", _HASH, signature)


def generate() -> str:
    """A new private key as OpenSSH text, without passphrase."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - slow to load
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - slow to load
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode("ascii")


def public_of(private: str) -> str:
    """The public line ``ssh-ed25519 AAAA…`` of a private key, without comment."""
    return Signer.load(private).public


def verifies(signature: bytes, message: bytes, namespace: str) -> str | None:
    """The public line whose private half signed ``message`` for ``namespace``, else None; raises on no input."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to load

    parts = _parts(signature)
    if not parts or parts[1] != namespace.encode():
        return None
    blob, space, raw = parts
    try:
        _public_key(blob).verify(raw, _signed(message, space))
    except InvalidSignature:
        return None
    return _line(blob)


def armor(signature: bytes) -> str:
    """The signature as text between BEGIN and END lines, as ``ssh-keygen`` and git write it."""
    text = base64.b64encode(signature).decode("ascii")
    lines = [text[at : at + _ARMOR_COLUMNS] for at in range(0, len(text), _ARMOR_COLUMNS)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def dearmor(text: str) -> bytes | None:
    """The bytes between the armor lines (of any width and line ending), or None if there is no such block."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:  # noqa: PLR2004 - BEGIN, something, END
        return None
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return None


def _signed(message: bytes, namespace: bytes) -> bytes:
    """The bytes that the key really signs."""
    return _MAGIC + _join(namespace, b"", _HASH, hashlib.sha512(message).digest())


def _parts(signature: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Key blob, namespace and raw signature of an SSHSIG, or None unless it is exactly the shape that ``sign`` writes."""
    head = _MAGIC + _VERSION
    fields = _split(signature.removeprefix(head)) if signature.startswith(head) else None
    match fields:
        case [blob, namespace, b"", hash_name, wrapped] if hash_name == _HASH:
            key, made = _split(blob), _split(wrapped)
        case _:
            return None
    if not key or not made or [key[0], made[0]] != [_TYPE, _TYPE]:
        return None
    if [len(part) for part in (*key[1:], *made[1:])] != [_KEY_BYTES, _SIGNATURE_BYTES]:
        return None
    return blob, namespace, made[1]


def _join(*parts: bytes) -> bytes:
    """SSH strings: each part after its length as four bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _split(data: bytes) -> list[bytes] | None:
    """The SSH strings that fill ``data`` to its last byte, or None."""
    parts, at = [], 0
    while at < len(data):
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            return None
        parts.append(data[start:at])
    return parts


@lru_cache(maxsize=1024)
def _line(blob: bytes) -> str:
    return f"{_TYPE.decode()} {base64.b64encode(blob).decode('ascii')}"


@lru_cache(maxsize=1024)
def _public_key(blob: bytes) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - slow to load

    return Ed25519PublicKey.from_public_bytes(blob[-_KEY_BYTES:])
