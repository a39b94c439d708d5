"""A keyring that disagrees with the archive is explained, file by file."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from archivectl.encryption import age
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import wrap_row
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
    assert "fetch newer commits" in found["why"]


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
