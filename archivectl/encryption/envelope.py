"""One sensitive value in one line of YAML: ``enc:1:<level>:<key id>:<base64 of a binary age file>``.

The plaintext says which record, field, level and key it was made for, so that a value moved elsewhere is detected, and is padded
with spaces to a multiple of 64 bytes, so that its length says little.
"""

import base64
import hashlib
import json
import re
from typing import NamedTuple

from archivectl.encryption import age
from archivectl.errors import Unreadable, WrongUsage

_B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LEVELS = ("confidential", "secret", "top-secret")
_PREFIX = "enc:1:"
_FORM = re.compile(rf"enc:1:({'|'.join(LEVELS)}):([A-Z2-7]{{12}}):([A-Za-z0-9+/]+={{0,2}})")
_VERSION = 1
_BUCKET = 64
_DEEPEST = 64
_LONGEST = 2**53  # beyond it many readers of JSON round
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotSealable(WrongUsage):
    """The value is none that a file of the archive can hold."""

    message = "The value given for {path} cannot be kept exactly: it holds what is no text, or a fraction, or a very long number."
    hint = "Write decimals and long numbers as text, and enter text that was copied from elsewhere again by keyboard."


class DamagedValue(Unreadable):
    """The line or what it holds is not of the form that values have."""

    message = "The encrypted value at {path} is damaged."
    hint = "Find the commit that changed it with `archivectl history`, and put the line back that stood there before."


class MovedValue(Unreadable):
    """A value opens but was made for another record, field, level or key."""

    message = "The encrypted value at {path} was made for another place and has been moved here."
    hint = "Find the commit that moved it with `archivectl history`, and put the line back that stood here before."


class Sealed(NamedTuple):
    """What a sealed value shows without any key."""

    level: str
    key_id: str
    ciphertext: bytes

    @property
    def alone(self) -> bool:
        """Whether it is for the holder of one key alone, as the archive seals; by its header, so that no key is needed."""
        return age.is_for_one(self.ciphertext)


def key_id(recipient: str) -> str:
    """The 12 characters by which values and file names call a public key."""
    first = int.from_bytes(hashlib.sha256(recipient.encode("ascii", "backslashreplace")).digest()[:8], "big") >> 4
    return "".join(_B32[first >> shift & 31] for shift in range(55, -1, -5))


def seal(value: object, *, uid: str, path: str, level: str, recipient: str) -> str:
    """The value as an ``enc:1:`` line; raises NotSealable for what JSON or UTF-8 cannot hold exactly."""
    if level not in LEVELS:
        raise ValueError(f"values of level {level} are not encrypted")
    key = key_id(recipient)
    envelope = {"key": key, "level": level, "path": path, "uid": uid, "v": _VERSION, "value": value}
    if not _exact(envelope):
        raise NotSealable(path=path)
    body = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    body += b" " * (-len(body) % _BUCKET)
    return f"{_PREFIX}{level}:{key}:{base64.b64encode(age.encrypt(body, [recipient])).decode('ascii')}"


def is_sealed(text: object) -> bool:
    """Whether this is meant as a sealed value; a test of the prefix alone, ``parse`` judges the form."""
    return isinstance(text, str) and text.startswith(_PREFIX)


def parse(text: str) -> Sealed | None:
    """The parts of a sealed value, or None unless its form is exact."""
    form = _FORM.fullmatch(text)
    if not form:
        return None
    level, key, encoded = form.groups()
    try:
        ciphertext = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    # Left-over bits of the last character would give one ciphertext several spellings.
    if not ciphertext.startswith(age.HEADER) or base64.b64encode(ciphertext).decode("ascii") != encoded:
        return None
    return Sealed(level, key, ciphertext)


def unseal(text: str, *, uid: str, path: str, secret: str) -> object:
    """The JSON value of the field ``path`` of ``uid``; raises DamagedValue, MovedValue or age.DoesNotOpen."""
    sealed = parse(text)
    if not sealed:
        raise DamagedValue(path=path)
    try:
        envelope = json.loads(age.decrypt(sealed.ciphertext, [secret]).decode())
    except (ValueError, RecursionError):
        raise DamagedValue(path=path) from None  # the cause quotes the plaintext
    place = {"key": sealed.key_id, "level": sealed.level, "path": path, "uid": uid}
    if not isinstance(envelope, dict) or envelope.keys() != place.keys() | {"v", "value"} or not _exact(envelope):
        raise DamagedValue(path=path)
    if envelope["v"] is True or envelope["v"] != _VERSION:
        raise DamagedValue(path=path)
    if any(envelope[name] != expected for name, expected in place.items()):
        raise MovedValue(path=path)
    return envelope["value"]


def _exact(value: object, depth: int = 0) -> bool:
    """Whether every reader of JSON gives the value back as it is: no fractions, lone surrogates, long numbers, deep nesting."""
    if isinstance(value, dict):
        names = all(isinstance(name, str) and _exact(name) for name in value)
        return names and depth < _DEEPEST and all(_exact(item, depth + 1) for item in value.values())
    if isinstance(value, list):
        return depth < _DEEPEST and all(_exact(item, depth + 1) for item in value)
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    return value is None or (isinstance(value, int) and abs(value) <= _LONGEST)
