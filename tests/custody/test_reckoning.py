"""A keyring that disagrees with the archive is explained, file by file."""

import base64
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archivectl.encryption import age
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import open_row, wrap_row
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")


def own(office: Office) -> Keyring:
    return office.home.keyring(next(office.home.folder.glob("trust/*")).stem)


def uid(office: Office, number: str) -> str:
    with office.acting() as archive:
        return archive.record(number).uid


def missing(office: Office, status: int = 1) -> Any:
    answer = office.run("key", "list", "--missing", "--json")
    assert answer.status == status
    return answer.json


@pytest.fixture
def filed(office: Office) -> Office:
    for _ in range(2):
        office.run(*PERSON)
    office.run("hold", "2", "--reason", "诉讼")
    return office


def test_a_keyring_that_has_what_the_archive_names_agrees(filed: Office) -> None:
    assert missing(filed, 0) == []
    assert filed.run("key", "list", "--missing").out == "The keyring agrees with the archive.\n"


def test_a_key_that_is_nowhere_is_named_with_its_file(filed: Office) -> None:
    own(filed).remove([uid(filed, "1")])
    (found,) = missing(filed)
    assert (found["what"], found["label"], found["level"], found["of"]) == ("missing", "SH-000001", "confidential", "record")
    assert "no keyring at hand has it" in found["why"]


def test_a_key_of_a_register_entry_is_asked_for_too(filed: Office) -> None:
    with filed.acting() as archive:
        own(filed).remove([next(iter(archive.register("hold"))).uid])
    assert [each["label"] for each in missing(filed)] == ["BH-2026-0001"] or missing(filed)[0]["of"] == "entry"


def test_a_key_that_a_remote_has_is_said_to_be_there(filed: Office) -> None:
    nas = filed.run.folder / "nas"
    nas.mkdir()
    filed.run("key", "remote", "add", "nas", str(nas))
    own(filed).remove([uid(filed, "1")])
    assert "the remote nas has it" in missing(filed)[0]["why"]
    filed.run("key", "remote", "sync")
    assert missing(filed, 0) == []


def test_a_key_of_what_was_destroyed_is_told_and_taken_away(filed: Office) -> None:
    rows = own(filed).rows(uid(filed, "1"))
    filed.run("destroy", "propose", "1", "--reason", "期满")
    filed.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        filed.run("destroy", "supervise", "XH-1", member=member)
    assert filed.run("destroy", "execute", "XH-1").status == 0
    own(filed).add(rows)
    (found,) = missing(filed)
    assert (found["what"], found["label"]) == ("surplus", "SH-000001")
    assert "destroyed" in found["why"]
    filed.run("key", "remote", "sync")
    assert missing(filed, 0) == []


def test_a_key_that_nothing_names_is_told(filed: Office) -> None:
    with filed.acting() as archive:
        level = archive.levels["confidential"]
        own(filed).add([wrap_row(age.generate()[0], "A" * 26, "confidential", 1, level.recipient)])
    (found,) = missing(filed)
    assert (found["what"], found["uid"]) == ("surplus", "A" * 26)
    assert "take in newer commits" in found["why"]


def test_a_damaged_file_is_named(filed: Office) -> None:
    path = next(path for path in own(filed).folder.rglob("*.jsonl") if uid(filed, "1") in path.read_text())
    path.write_bytes(path.read_bytes()[:-4])
    found = missing(filed)
    assert {each["what"] for each in found} == {"damaged", "missing"}
    assert str(path) in next(each["why"] for each in found if each["what"] == "damaged")


def test_what_is_not_committed_counts_for_nothing(filed: Office) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(filed.archive), *words], check=True, capture_output=True)

    record = next(Path(filed.archive).rglob("SH-000001.yaml"))
    record.unlink()
    assert missing(filed, 0) == []
    git("restore", ".")


def test_a_key_wrapped_for_a_stranger_too_is_named(filed: Office) -> None:
    """By somebody who may read it, so that it opens like any other; the stranger opens it from the keyring remote."""
    (row,) = own(filed).rows(uid(filed, "1"))
    with filed.acting() as archive:
        level = archive.levels["confidential"]
        secret = open_row(row, archive.keyring.level_secret("confidential", 1, "li.na", archive.opener.identities))
    wrapped = age.encrypt(secret.encode(), [level.recipient, age.generate()[1]])
    own(filed).remove([row.uid])
    own(filed).add([replace(row, wrapped=base64.b64encode(wrapped).decode())])
    (found,) = missing(filed)
    assert (found["what"], found["label"]) == ("exposed", "SH-000001")
    assert "archivectl key rekey SH-000001" in found["why"]


def test_a_key_that_its_file_does_not_name_is_not_said_to_be_of_no_file(filed: Office) -> None:
    """As a command leaves it that broke off between the keyring and the commit."""
    left = uid(filed, "2")
    with filed.acting() as archive:
        own(filed).add([wrap_row(age.generate()[0], left, "confidential", 1, archive.levels["confidential"].recipient)])
    (found,) = missing(filed)
    assert (found["what"], found["label"]) == ("surplus", "SH-000002")
    assert "a command that broke off left it" in found["why"]


def level_secret(office: Office, handle: str) -> tuple[str, str]:
    """The key that a member shares confidential with, and the secret of that level."""
    with office.acting() as archive:
        secret = archive.keyring.level_secret("confidential", 1, "li.na", archive.opener.identities)
        return archive.members[handle].recipients()[0], secret


def cut(_office: Office, _handle: str, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(_office: Office, _handle: str, path: Path) -> None:
    path.write_bytes(b"")


def shared(office: Office, handle: str, path: Path) -> None:
    recipient, secret = level_secret(office, handle)
    path.write_bytes(age.encrypt(f"{secret}\n".encode(), [recipient, age.generate()[1]]))


def foreign(office: Office, handle: str, path: Path) -> None:
    path.write_bytes(age.encrypt(f"{age.generate()[0]}\n".encode(), [level_secret(office, handle)[0]]))


HARMS: dict[str, tuple[Callable[[Office, str, Path], None], str]] = {
    "cut by its last byte": (cut, "zhao.lei"),
    "emptied": (emptied, "zhao.lei"),
    "wrapped for a stranger too": (shared, "zhao.lei"),
    "one's own, cut": (cut, "li.na"),
    "one's own, of another key": (foreign, "li.na"),
    "one's own, of an older generation": (cut, "li.na"),
    "that of the recovery sheet": (cut, "recovery"),
}


@pytest.mark.parametrize("name", HARMS)
def test_a_level_key_that_is_none_is_told_with_the_way_to_mend_it(filed: Office, name: str) -> None:
    harm, handle = HARMS[name]
    nas = filed.run.folder / "nas"
    nas.mkdir()
    filed.run("key", "remote", "add", "nas", str(nas))
    old = name.endswith("older generation")
    assert not old or filed.run("key", "rotate", "confidential", "--reason", "例行").status == 0
    (path,) = own(filed).folder.glob(f"levels/confidential.1/{handle}.*.age")
    harm(filed, handle, path)
    (found,) = missing(filed)
    assert (found["what"], found["label"], found["level"]) == ("damaged", handle, "confidential")
    assert f"archivectl key share {handle}" in found["why"]
    duties = {each["duty"] for each in filed.run("todo", "--json").json}
    assert duties & {"key.share", "key.spoilt", "key.lacking"}
    if handle == "li.na":
        answer = filed.run("show", "1", "--reveal", "--purpose", "核对", "--json")
        assert (answer.status, answer.json.get("error")) == ((0, None) if old else (5, "level-key-spoilt"))
        assert filed.run("key", "remote", "sync").status == 0
    else:
        assert filed.run("key", "share").status == 0
    assert missing(filed, 0) == []
    assert not {each["duty"] for each in filed.run("todo", "--json").json} & {"key.share", "key.spoilt", "key.lacking"}
