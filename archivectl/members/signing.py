"""Signatures by SSH ed25519 keys, made and checked in process; stock ``ssh-keygen -Y`` reads and writes the same bytes.

The one importer of ``cryptography``. A signature is a binary SSHSIG (OpenSSH's PROTOCOL.sshsig) over the SHA-512 of the message.
Reading is strict: two key types, one hash, nothing reserved, nothing left over, so that every signature has one spelling.
The second type is ed25519 in a hardware key (OpenSSH's PROTOCOL.u2f), which adds flags and a counter and must have been touched.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from archivectl.errors import KeyMissing, WrongUsage

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_TYPE = b"ssh-ed25519"
_HARDWARE = b"sk-ssh-ed25519@openssh.com"
_TOUCHED = 1  # the flag by which a hardware key says that somebody was there
_COUNTED = 5  # bytes: the flags, and a counter of four
_HASH = b"sha512"
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_ARMOR_COLUMNS = 70
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_PRIME = 2**255 - 19
# Points of small order (their y): anybody can make signatures that fit such a key.
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303021407,
        55188659117513257062467267217118295137698188065244968500265048394206261417542,
    }
)


class SigningKeyProtected(KeyMissing):
    """The private key is behind a passphrase, or in a hardware key: ``ssh-keygen`` signs with it."""

    message = "The signing key is protected by a passphrase."
    hint = "Give it to the agent once: ssh-add FILE"


class SigningKeyDamaged(KeyMissing):
    """The text is no OpenSSH private key of type ed25519."""

    message = "The signing key cannot be read: it is damaged, or not an OpenSSH key of type ed25519."
    hint = "Put the key file back from your backup, or ask an admin to enter a new signing key for you."


class NotASigningKey(WrongUsage):
    """A public key that signatures cannot be checked with."""

    message = "This is no signing key that archivectl can check: {key}"
    hint = "It must be of type ed25519, in a file (ssh-keygen -t ed25519) or in a hardware key (ssh-keygen -t ed25519-sk)."


@dataclass(frozen=True, slots=True)
class Signer:
    """Something that signs, with its public line ``ssh-ed25519 AAAA…``; ``_make`` answers the SSHSIG of message and namespace."""

    public: str
    _make: Callable[[bytes, str], bytes] = field(repr=False, compare=False)

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
        blob = _join(_TYPE, key.public_key().public_bytes_raw())

        def make(message: bytes, namespace: str) -> bytes:
            space = namespace.encode()
            signature = _join(_TYPE, key.sign(_signed(message, space)))
            return _MAGIC + _VERSION + _join(blob, space, b"", _HASH, signature)

        return cls(_line(blob), make)

    def sign(self, message: bytes, namespace: str) -> bytes:
        """A binary SSHSIG over ``message``, good for ``namespace`` alone."""
        return self._make(message, namespace)


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
    blob, space, raw, counted = parts
    signed = _signed(message, space)
    if counted:  # what a hardware key signs is made of digests
        application = (_split(blob) or [])[2]
        signed = hashlib.sha256(application).digest() + counted + hashlib.sha256(signed).digest()
    try:
        _public_key(blob).verify(raw, signed)
    except InvalidSignature:
        return None
    return _line(blob)


def public_line(text: str) -> str:
    """The one spelling of a public key, ``ssh-ed25519 AAAA…`` without comment; raises NotASigningKey."""
    kind, _space, rest = text.strip().partition(" ")
    try:
        blob = base64.b64decode(rest.partition(" ")[0], validate=True)
    except ValueError:
        raise NotASigningKey(key=kind) from None
    fields = _split(blob) or []
    if not fields or kind.encode() != fields[0] or not _is_key(fields):
        raise NotASigningKey(key=kind)
    number = int.from_bytes(fields[1], "little") & (2**255 - 1)
    if number >= _PRIME or number in _SMALL_ORDER:
        raise NotASigningKey(key=kind)
    return _line(blob)


def is_key(public: str) -> bool:
    """Whether a line is a key that signatures can be checked with, in its one spelling."""
    try:
        return public_line(public) == public
    except NotASigningKey:
        return False


def _is_key(fields: list[bytes]) -> bool:
    """Whether these are the parts of an ed25519 key, or of one in hardware with the application that it is for."""
    shape = {_TYPE: 2, _HARDWARE: 3}
    return shape.get(fields[0]) == len(fields) and len(fields[1]) == _KEY_BYTES


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


def _parts(signature: bytes) -> tuple[bytes, bytes, bytes, bytes] | None:
    """Key blob, namespace, raw signature and (of hardware) flags with counter; None unless exactly the shape of a signature."""
    head = _MAGIC + _VERSION
    fields = _split(signature.removeprefix(head)) if signature.startswith(head) else None
    match fields:
        case [blob, namespace, b"", hash_name, wrapped] if hash_name == _HASH:
            key = _split(blob) or [b""]
        case _:
            return None
    counted = wrapped[-_COUNTED:] if key[0] == _HARDWARE else b""
    made = _split(wrapped.removesuffix(counted)) or []
    if not _is_key(key) or len(made) != 2 or made[0] != key[0] or len(made[1]) != _SIGNATURE_BYTES:  # noqa: PLR2004 - type, value
        return None
    if counted and not counted[0] & _TOUCHED:
        return None
    return blob, namespace, made[1], counted


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
    return f"{(_split(blob) or [_TYPE])[0].decode()} {base64.b64encode(blob).decode('ascii')}"


@lru_cache(maxsize=1024)
def _public_key(blob: bytes) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - slow to load

    return Ed25519PublicKey.from_public_bytes((_split(blob) or [])[1])
