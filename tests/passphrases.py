"""Files behind a passphrase as ``age -p`` makes them, but quick to open: with the least work that age accepts."""

import hashlib
import hmac
import os
from base64 import b64encode

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

WORK = 2  # the logarithm of what a passphrase costs; age takes 18


def derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def plain(content: bytes) -> bytes:
    return b64encode(content).rstrip(b"=")


def protect(content: bytes, passphrase: str) -> bytes:
    """A standard age file of one chunk behind a passphrase."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapping = hashlib.scrypt(passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2**WORK, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt " + plain(salt) + f" {WORK}\n".encode() + plain(body) + b"\n---"
    mac = hmac.digest(derived(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\x01", content, None)
    return header + b" " + plain(mac) + b"\n" + nonce + payload
