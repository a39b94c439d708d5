"""Copies of a keyring: what is packed is laid out as it was, and what is none is refused."""

import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from archivectl.encryption import age, copies
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import wrap_row

UIDS = ("A" * 26, "B" * 26, "C" * 26)


def keyring(folder: Path, *uids: str) -> Keyring:
    """A keyring with one level key for li.na, and one key for each uid."""
    made = Keyring(folder)
    made.create()
    secret, recipient = age.generate()
    made.store_level("secret", 1, "li.na", age.generate()[1], secret)
    made.add(wrap_row(age.generate()[0], uid, "secret", 1, recipient) for uid in uids)
    return made


def test_what_is_packed_is_laid_out_as_it_was(tmp_path: Path) -> None:
    own = keyring(tmp_path / "own", *UIDS)
    (own.folder / "levels" / "secret.1" / "unfinished.tmp").write_bytes(b"x")
    for part in copies.PARTS:
        copies.unpack(copies.packed(own, part), tmp_path / "copy")
    there = Keyring(tmp_path / "copy")
    assert {uid: there.rows(uid) for uid in there.uids()} == {uid: own.rows(uid) for uid in UIDS}
    assert there.level_readers("secret", 1) == ["li.na"]
    assert not list(there.folder.rglob("*.tmp"))
    assert copies.packed(there, "records") == copies.packed(own, "records")


@pytest.mark.parametrize(
    "name", ["../away.jsonl", "/records/00/a.jsonl", "records/00/../a.jsonl", "records/00/a.txt", "levels/x"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    content = BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(copies.CopyDamaged):
        copies.unpack(content.getvalue(), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    content = BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        member = tarfile.TarInfo("records/00/a.jsonl")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(copies.CopyDamaged):
        copies.unpack(content.getvalue(), tmp_path / "copy")
