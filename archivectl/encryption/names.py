"""A member's names cache: the names of persons and contacts within their clearance, one age file outside the repository."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archivectl.encryption import age
from archivectl.encryption.private_files import put_file
from archivectl.errors import KeyMissing


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as one version of the record has it, empty where it is in clear there; and the names of its contacts.

    ``contacts`` is None as long as nobody searched for any.
    """

    blob: str
    name: str
    pinyin: str
    contacts: tuple[str, ...] | None = None


class NamesCache:
    """The cache of one member of one archive; opened in memory, fresh by blob id, and thrown away when it does not open."""

    def __init__(self, folder: Path, handle: str, identities: Sequence[str]) -> None:
        self.folder = folder
        self.handle = handle
        self.identities = identities

    def load(self) -> dict[str, Name]:
        """The names by uid."""
        path = self.folder / f"{self.handle}.age"
        if not path.exists():
            return {}
        try:
            rows = [json.loads(line) for line in age.decrypt(path.read_bytes(), self.identities).splitlines()]
            return {row["uid"]: _name(row) for row in rows}
        except (KeyMissing, ValueError, KeyError):
            return {}

    def save(self, names: Mapping[str, Name]) -> None:
        """Write the cache anew, for this member's own identities."""
        rows = ({"uid": uid, **asdict(one)} for uid, one in sorted(names.items()))
        text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        put_file(
            self.folder, f"{self.handle}.age", age.encrypt(text.encode(), [age.recipient_of(one) for one in self.identities])
        )


def _name(row: Mapping[str, Any]) -> Name:
    contacts = row.get("contacts")
    return Name(row["blob"], row["name"], row["pinyin"], None if contacts is None else tuple(contacts))


def forget(own: NamesCache, uids: Collection[str]) -> None:
    """Take names out of every cache on this machine; another member's cache cannot be opened and is dropped whole."""
    if not own.folder.is_dir():
        return
    for path in own.folder.glob("*.age"):
        if path.name != f"{own.handle}.age":
            path.unlink(missing_ok=True)
    known = own.load()
    if known.keys() & set(uids):
        own.save({uid: name for uid, name in known.items() if uid not in uids})
