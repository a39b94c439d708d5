"""Rotation: a new generation for who may read now, every key under it, and going on where it stopped."""

import os
import resource
import subprocess
import sys
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from archivectl import proof
from archivectl.archive import Change
from archivectl.custody import rewrapping, rotation, sharing
from archivectl.encryption import age
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import Row, open_row, wrap_row
from office import Office
from project import ROOT

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
ROTATE = ("key", "rotate", "confidential", "--reason", "例行轮换")


def keyring(office: Office) -> Keyring:
    return Keyring(next(office.home.folder.glob("keyrings/*")))


def rows(office: Office, level: str = "confidential") -> list[Row]:
    found = keyring(office)
    return [row for uid in found.uids() for row in found.rows(uid) if row.level == level]


def reveal(office: Office, number: str = "1", member: str = "li.na") -> int:
    return office.run("show", number, "--reveal", "name", "--purpose", "核对", member=member).status


@pytest.fixture
def filed(office: Office) -> Office:
    """An office with three persons on file."""
    for more in ((), (), ("--set", "identity.id_number=11010519491231002X")):
        assert office.run(*PERSON, *more).status == 0
    return office


def test_rotating_brings_every_key_under_a_new_generation_that_readers_open(filed: Office) -> None:
    before = rows(filed)
    answer = filed.run(*ROTATE, "--json")
    assert answer.status == 0
    assert (answer.json["begun"], answer.json["rewrapped"], answer.json["left"]) == (["confidential"], 3, 0)
    assert {row.generation for row in rows(filed)} == {2}
    assert {row.recipient for row in rows(filed)} == {row.recipient for row in before}
    assert {row.generation for row in rows(filed, "secret")} == {1}
    with filed.acting() as archive:
        assert list(sharing.wanting(archive.keyring, archive.level_keys, archive.members)) == []
        assert rotation.owed(archive) == ()
    assert [reveal(filed, "1", member) for member in ("li.na", "chen.jing", "zhao.lei")] == [0, 0, 0]
    assert filed.run("verify").status == 0
    assert filed.run("check").status == 0


def test_the_recovery_sheet_opens_the_new_generation(filed: Office) -> None:
    filed.run(*ROTATE)
    sheet = next(filed.home.folder.glob("recovery/*.txt"))
    answer = filed.run("key", "drill", "--recovery", str(sheet), "--json")
    assert (answer.status, answer.json["findings"]) == (0, [])


def test_what_is_written_after_it_takes_a_key_of_the_new_epoch(filed: Office) -> None:
    filed.run(*ROTATE)
    assert filed.run("update", "1", "--set", "phone=13900139000", "--reason", "更正").status == 0
    with filed.acting() as archive:
        assert [row["epoch"] for row in archive.record("1").data["keys"]] == [1, 2]
    assert filed.run("verify").status == 0


def test_who_left_opens_neither_the_new_key_nor_what_is_wrapped_for_it(filed: Office) -> None:
    identities = filed.home.identities(keyring(filed).folder.name, "zhao.lei")
    old = keyring(filed).level_secret("confidential", 1, "zhao.lei", identities)
    assert filed.run("member", "retire", "zhao.lei", "--reason", "离职").status == 0
    assert "zhao.lei" not in keyring(filed).level_readers("confidential", 2)
    assert rows(filed)
    for row in rows(filed):
        with pytest.raises(age.DoesNotOpen):
            open_row(row, old)
    assert filed.run("verify").status == 0


@pytest.mark.parametrize("member", ["chen.jing", "zhao.lei"])
def test_only_an_administrator_rotates(filed: Office, member: str) -> None:
    answer = filed.run(*ROTATE, "--json", member=member)
    assert (answer.status, answer.json["reasons"][0]["code"]) == (3, "key.rotate/by")
    assert keyring(filed).level_keys() == [("confidential", 1), ("secret", 1), ("top-secret", 1)]


def test_an_administrator_who_does_not_hold_the_key_is_told_who_must(filed: Office) -> None:
    filed.run("member", "add", "he.min", "--name", "何敏", "--role", "admin", "--clearance", "internal", "--generate-keys")
    answer = filed.run(*ROTATE, "--json", member="he.min")
    assert (answer.status, answer.json["barred"], answer.json["begun"]) == (5, ["confidential"], [])
    assert {row.generation for row in rows(filed)} == {1}


@pytest.mark.parametrize(("words", "status", "error"), [
    (("key", "rotate", "internal", "--reason", "例行"), 2, "no-such-level"),
    (("key", "rotate", "confidential"), 2, "reason-missing"),
    (("key", "rotate", "confidential", "--reason", "身份证 11010519491231002X"), 3, "telltale"),
])  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_rotated(filed: Office, words: tuple[str, ...], status: int, error: str) -> None:
    answer = filed.run(*words, "--json")
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["hint"]
    with filed.acting() as archive:
        assert archive.levels["confidential"].generation == 1


def test_rows_of_an_older_generation_that_come_late_are_brought_along_by_the_same_command(filed: Office) -> None:
    filed.run(*ROTATE)
    with filed.acting() as archive:
        uid, recipient = archive.record("1").uid, archive.level_keys.levels["confidential"][0].recipient
        archive.keyring.add([wrap_row(age.generate()[0], uid, "confidential", 1, recipient)])
        assert rotation.owed(archive) == ("confidential",)
    answer = filed.run(*ROTATE, "--json")
    assert (answer.json["begun"], answer.json["levels"], answer.json["rewrapped"]) == ([], ["confidential"], 1)
    assert {row.generation for row in rows(filed)} == {2}
    assert filed.run(*ROTATE, "--json").json["begun"] == ["confidential"]


def test_a_row_that_does_not_open_is_left_over_and_stops_nothing(filed: Office) -> None:
    with filed.acting() as archive:
        uid = archive.record("2").uid
        (good,) = archive.keyring.rows(uid)
        archive.keyring.remove([uid])
        archive.keyring.add([replace(good, wrapped="QUFB")])
    answer = filed.run(*ROTATE, "--json")
    assert (answer.status, answer.json["rewrapped"], answer.json["left"]) == (5, 2, 1)
    assert [reveal(filed, number) for number in ("1", "3")] == [0, 0]
    assert keyring(filed).rows(uid) == [replace(good, wrapped="QUFB")], "what could not be wrapped anew stays as it was"
    keyring(filed).add([good])
    answer = filed.run(*ROTATE, "--json")
    assert (answer.status, answer.json["rewrapped"]) == (0, 1)
    assert reveal(filed, "2") == 0


def test_a_row_that_opens_to_another_key_is_not_made_to_look_right(filed: Office) -> None:
    with filed.acting() as archive:
        uid = archive.record("2").uid
        (good,) = archive.keyring.rows(uid)
        other = wrap_row(age.generate()[0], uid, "confidential", 1, archive.levels["confidential"].recipient)
        archive.keyring.remove([uid])
        archive.keyring.add([replace(other, recipient=good.recipient)])
        more = (wrap_row(age.generate()[0], uid, "confidential", 1, archive.levels["confidential"].recipient) for _ in range(8))
        archive.keyring.add(replace(row, recipient=good.recipient) for row in more)
    assert filed.run("show", "2", "--reveal", "name", "--purpose", "核对", "--json").json["error"] == "keyring-row-wrong"
    assert filed.run(*ROTATE, "--json").json["left"] == 1
    keyring(filed).add([good])
    assert reveal(filed, "2") == 0, "a good row beside it is found"
    assert filed.run(*ROTATE).status == 0


def test_who_left_in_the_middle_of_a_rotation_has_another_one_begun(filed: Office) -> None:
    """The new generation was wrapped for zhao.lei too, and rows lag behind: finishing alone would leave them the key."""
    filed.run(*ROTATE)
    with filed.acting() as archive:
        uid, old = archive.record("1").uid, archive.level_keys.levels["confidential"][0].recipient
        archive.keyring.add([wrap_row(age.generate()[0], uid, "confidential", 1, old)])
    text = (filed.archive / "members/zhao.lei.yaml").read_text().replace("clearance: confidential", "clearance: internal")
    with filed.acting() as archive:
        archive.commit(Change(("member.update",), "member.update: zhao.lei", {"members/zhao.lei.yaml": text.encode()}))
    assert [each["duty"] for each in filed.run("todo", "--json").json if each["duty"] == "key.rotate"] == ["key.rotate"]
    assert filed.run(*ROTATE, "--json").json["begun"] == ["confidential"]
    assert "zhao.lei" not in keyring(filed).level_readers("confidential", 3)
    assert {row.generation for row in rows(filed)} == {3}


def test_the_proof_of_a_destruction_tries_every_generation_s_keys(filed: Office) -> None:
    filed.run(*ROTATE)
    with filed.acting() as archive:
        path = archive.record("1").path
        tried, opened = proof.attempts(archive.repository, filed.home, path)
        assert (tried, opened) == (2, 2)
        archive.keyring.remove([archive.record("1").uid])
        assert proof.attempts(archive.repository, filed.home, path) == (2, 0)


def test_a_damaged_file_of_the_keyring_is_left_over_and_stops_nothing(filed: Office) -> None:
    with filed.acting() as archive:
        uid = archive.record("2").uid
    path = next(path for path in keyring(filed).folder.rglob("*.jsonl") if uid in path.read_text())
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    answer = filed.run(*ROTATE)
    assert answer.status == 5
    assert str(path) in answer.out
    assert path.read_bytes() == whole[:-20]
    path.write_bytes(whole)
    assert filed.run(*ROTATE, "--json").json["rewrapped"] == 1
    assert [reveal(filed, number) for number in ("1", "2", "3")] == [0, 0, 0]


def test_a_forged_row_of_a_later_generation_hides_nothing(filed: Office) -> None:
    with filed.acting() as archive:
        (good,) = archive.keyring.rows(archive.record("1").uid)
        archive.keyring.add([replace(good, generation=9), replace(good, wrapped="QUFB")])
    assert reveal(filed) == 0
    assert filed.run(*ROTATE).status == 0
    assert reveal(filed) == 0


def test_what_a_kill_left_of_a_generation_that_was_never_entered_is_dropped(filed: Office) -> None:
    stale = age.generate()
    with filed.acting() as archive:
        archive.keyring.store_level("confidential", 2, "zhao.lei", archive.members["zhao.lei"].recipients()[0], stale[0])
        archive.keyring.store_level("confidential", 2, "wang.wei", archive.members["wang.wei"].recipients()[0], stale[0])
    assert filed.run(*ROTATE).status == 0
    assert keyring(filed).level_readers("confidential", 2) == ["chen.jing", "li.na", "recovery", "sun.yan", "zhao.lei"]
    assert reveal(filed, "1", "zhao.lei") == 0


def test_a_dry_run_changes_nothing(filed: Office) -> None:
    before = {path: path.read_bytes() for path in keyring(filed).folder.rglob("*.*") if path.is_file()}
    assert filed.run("--dry-run", *ROTATE).status == 0
    assert {path: path.read_bytes() for path in before} == before
    assert {row.generation for row in rows(filed)} == {1}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """What a full disk does, without one: no file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_leaves_every_key_readable_and_the_rotation_goes_on_later(filed: Office) -> None:
    with filed.acting() as archive:
        rotation.rotate(archive, ["confidential"], "例行")
        secret, recipient = sharing.secret(archive, "confidential", 1), archive.level_keys.levels["confidential"][0].recipient
        assert secret
        uid = archive.record("1").uid
        late = [wrap_row(age.generate()[0], uid, "confidential", 1, recipient) for _ in range(3)]
        archive.keyring.add(late)
        before = archive.keyring.rows(uid)
        with files_of_at_most(200):
            done = rewrapping.rewrap(archive, ["confidential"])
        assert (done.done, len(done.left), {left.disk for left in done.left}) == (0, 3, {True})
        assert archive.keyring.rows(uid) == before
        assert not list(archive.keyring.folder.rglob("*.tmp"))
        assert rewrapping.rewrap(archive, ["confidential"]).done == 3
        assert {row.generation for row in archive.keyring.rows(uid)} == {2}


def test_a_full_disk_before_the_new_key_is_entered_changes_nothing(filed: Office) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (120, resource.getrlimit(resource.RLIMIT_FSIZE)[1]));"
        "from archivectl.cli import run; run()"
    )
    environment = {**os.environ, **filed.run.environment, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code, *ROTATE], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 4, ended.stderr
    assert ended.stderr.count("\n") == 2
    assert {row.generation for row in rows(filed)} == {1}
    assert filed.run("verify").status == 0
    assert filed.run(*ROTATE).status == 0


def test_much_work_is_shared_among_processes(filed: Office, started: list[Any]) -> None:
    with filed.acting() as archive:
        generation, recipient = archive.levels["confidential"]
        uids = [b32encode((number << 6).to_bytes(17, "big")).decode()[:26] for number in range(2600)]
        secrets = {uid: age.generate()[0] for uid in uids}
        archive.keyring.add(wrap_row(secret, uid, "confidential", generation, recipient) for uid, secret in secrets.items())
        assert archive.keyring.size() > rewrapping.MANY
        done = rotation.rotate(archive, ["confidential"], "例行")
        assert (done.rewrapped, done.left, len(started)) == (2603, (), 2)
        level = sharing.secret(archive, "confidential", 2)
        for uid in uids[::100]:
            (row,) = archive.keyring.rows(uid)
            assert open_row(row, level) == secrets[uid]
