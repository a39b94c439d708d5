"""Copies of a keyring: its two parts as tar files for a backup, and the union of two keyrings."""

import io
import re
import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path

from archivectl.encryption.keyring import Keyring, Row
from archivectl.encryption.private_files import put_file
from archivectl.errors import Unreadable

PARTS = {"levels": ".age", "records": ".jsonl"}
_AT_ONCE = 1000  # rows written together
_NAME = re.compile(r"levels/[a-z-]+\.[1-9][0-9]*/[a-z0-9.-]+\.[A-Z2-7]{12}\.age|records/[0-9a-f]{2}/[0-9a-z]+\.jsonl")


class CopyDamaged(Unreadable):
    """A tar file of keys with something else in it."""

    message = "The copy of the keyring is damaged: {problem}."
    hint = "Take another backup; the parts of different backups may be mixed, for every key stands alone."


def packed(keyring: Keyring, part: str) -> bytes:
    """A tar file of ``levels`` or ``records``, the wrapped keys as they lie there; the same keys give the same bytes."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for path in sorted((keyring.folder / part).glob(f"*/*{PARTS[part]}")):
            kept = path.read_bytes()
            member = tarfile.TarInfo(path.relative_to(keyring.folder).as_posix())
            member.size, member.mode = len(kept), 0o600
            tar.addfile(member, io.BytesIO(kept))
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Lay out what ``packed`` made as a keyring in a folder; raises CopyDamaged for anything that is none."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
            for member in tar:
                kept = tar.extractfile(member) if member.isfile() and _NAME.fullmatch(member.name) else None
                if kept is None:
                    raise CopyDamaged(problem=ascii(member.name))
                above, _, name = member.name.rpartition("/")
                put_file(folder / above, name, kept.read())
    except tarfile.TarError as error:
        raise CopyDamaged(problem=error) from error


def unite(own: Keyring, other: Keyring, without: Collection[str]) -> int:
    """Add to a keyring what it lacks of another one, and count the rows; those of the uids ``without`` are never taken over.

    Raises:
        KeyringDamaged, KeyringAway.
    """
    for path in sorted((other.folder / "levels").glob(f"*/*{PARTS['levels']}")):
        there = own.folder / path.relative_to(other.folder)
        if not there.exists():
            put_file(there.parent, there.name, path.read_bytes())
    added, some = 0, list[Row]()
    for row in _lacking(own, other, without):
        some.append(row)
        added += 1
        if len(some) == _AT_ONCE:
            own.add(some)
            some.clear()
    own.add(some)
    return added


def _lacking(own: Keyring, other: Keyring, without: Collection[str]) -> Iterator[Row]:
    for uid in other.uids():
        if uid not in without:
            known = set(own.rows(uid))
            yield from (row for row in other.rows(uid) if row not in known)
