"""Copies of a keyring: its two parts as tar files for a backup."""

import io
import re
import tarfile
from pathlib import Path

from archivectl.encryption.keyring import Keyring
from archivectl.encryption.private_files import put_file
from archivectl.errors import Unreadable

PARTS = {"levels": ".age", "records": ".jsonl"}
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
