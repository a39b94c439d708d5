"""Proof that a destroyed record cannot be read: every sealed value of every version, tried with every key there is."""

from contextlib import suppress

from archivectl import yaml_text
from archivectl.encryption import age
from archivectl.encryption.envelope import parse
from archivectl.errors import KeyMissing
from archivectl.members.home import Home
from archivectl.records import fields
from archivectl.records import text as record_text
from archivectl.store.history import of_paths
from archivectl.store.repository import Repository


def attempts(repository: Repository, home: Home, path: str) -> tuple[int, int]:
    """How many sealed values of a record's versions were tried, and how many opened, with all secrets of this machine."""
    config = yaml_text.load(repository.read("main", "archive.yaml") or b"", "archive.yaml")
    secrets = _secrets(home, str(config["id"]))
    tried = opened = 0
    for _commit, changes in of_paths(repository, "main", [path]):
        for change in changes:
            if change.after is None:
                continue
            text = next(iter(repository.blobs([change.after])))[1]
            for _path, value in fields.walk(record_text.parse(text, path).data):
                sealed = parse(value) if isinstance(value, str) else None
                if sealed:
                    tried += 1
                    opened += _opens(sealed.ciphertext, secrets)
    return tried, opened


def _opens(ciphertext: bytes, secrets: list[str]) -> bool:
    try:
        age.decrypt(ciphertext, secrets)
    except KeyMissing:
        return False
    return True


def _secrets(home: Home, archive: str) -> list[str]:
    """Every secret that any member's identity on this machine leads to: identities, level keys, record keys."""
    keyring = home.keyring(archive)
    found: list[str] = []
    for file in sorted((home.folder / "identities" / archive).glob("*.age")):
        identities = home.identities(archive, file.stem)
        found += identities
        for level, generation in keyring.level_keys():
            with suppress(KeyMissing):
                found.append(keyring.level_secret(level, generation, file.stem, identities))
    for uid in list(keyring.uids()):
        for row in keyring.rows(uid):
            found += _unwrapped(row.wrapped, found)
    return list(dict.fromkeys(found))


def _unwrapped(wrapped: str, secrets: list[str]) -> list[str]:
    import base64  # noqa: PLC0415 - a proof is rare

    try:
        return [age.decrypt(base64.b64decode(wrapped), secrets).decode().strip()]
    except KeyMissing:
        return []
