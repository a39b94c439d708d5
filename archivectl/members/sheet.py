"""The recovery sheet: a page with two secrets, which opens every level key and signs changes of members; made and read here."""

import re
from importlib.resources import files
from typing import NamedTuple

from archivectl.encryption import age
from archivectl.errors import KeyMissing
from archivectl.members import signing

_SECRET = re.compile("AGE-SECRET-KEY-1[0-9A-Z]+")
_PRIVATE = re.compile("-----BEGIN OPENSSH PRIVATE KEY-----.*?-----END OPENSSH PRIVATE KEY-----", re.DOTALL)


class Public(NamedTuple):
    """What the archive knows of a sheet: the recipient of its identity, and its signing key."""

    recipient: str
    signing: str


def text(archive: str, fingerprint: str, secret: str, private: str) -> str:
    """The sheet of an archive with that fingerprint (hex)."""
    template = files("archivectl.pages").joinpath("recovery-sheet.txt").read_text(encoding="utf-8")
    return template.format(archive=archive, fingerprint=fingerprint, secret=secret, private=private)


def identities(page: str) -> tuple[str, ...]:
    """The decryption identities in the text of a sheet."""
    return tuple(_SECRET.findall(page))


def private(page: str) -> str | None:
    """The signing key in the text of a sheet, in the form of OpenSSH."""
    found = _PRIVATE.search(page)
    return f"{found[0]}\n" if found else None


def public(page: str) -> Public | None:
    """The public halves of a sheet, or None where the text is none."""
    secrets, key = identities(page), private(page)
    try:
        return Public(age.recipient_of(secrets[0]), signing.public_of(key)) if secrets and key else None
    except KeyMissing:
        return None
