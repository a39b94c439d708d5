"""Digests of sealed values: found by whoever holds the key, gone when they are to go, and thrown away when they do not fit."""

import hmac
import secrets
import sqlite3
from pathlib import Path

import pytest

from archivectl.records import fields
from archivectl.search import digests
from archivectl.search.digests import Digests, Looked

UID, OTHER = "A" * 26, "B" * 26
ID_NUMBER = fields.known("identity.id_number")
PHONE = fields.known("phone")
KEYS = {"confidential": b"c" * 32, "secret": b"s" * 32}
FILE = "digests-1.sqlite"


def looked(uid: str, value: str, blob: str = "1") -> Looked:
    return Looked(uid, blob, frozenset({ID_NUMBER.path}), ((ID_NUMBER.path, "secret", value),))


def test_a_value_is_found_by_its_key_and_by_no_other(tmp_path: Path) -> None:
    Digests(tmp_path, KEYS).put([looked(UID, "11010519491231002X")])
    assert Digests(tmp_path, KEYS).holding(ID_NUMBER, "11010519491231002x") == {UID}
    assert Digests(tmp_path, {"confidential": KEYS["confidential"]}).holding(ID_NUMBER, "11010519491231002X") == set()
    assert Digests(tmp_path, KEYS).holding(fields.known("people.owner.id_number"), "11010519491231002X") == set()
    assert b"11010519491231002X" not in (tmp_path / FILE).read_bytes()


def test_a_digest_is_made_with_the_key_and_with_nothing_less(tmp_path: Path) -> None:
    kept = Digests(tmp_path, KEYS)
    kept.put([looked(UID, "11010519491231002X")])
    wanted = hmac.digest(KEYS["secret"], b"identity.id_number\n11010519491231002x", "sha256")
    assert kept.db.execute("SELECT digest FROM digests").fetchall() == [(wanted,)]
    assert digests.derived("AGE-SECRET-KEY-1A", "X") != digests.derived("AGE-SECRET-KEY-1B", "X")
    assert digests.derived("AGE-SECRET-KEY-1A", "X") != digests.derived("AGE-SECRET-KEY-1A", "Y")


def test_under_another_key_everything_is_looked_into_again(tmp_path: Path) -> None:
    Digests(tmp_path, KEYS).put([looked(UID, "1")])
    assert Digests(tmp_path, KEYS).stale([ID_NUMBER.path], {UID: "1"}) == {}
    rotated = Digests(tmp_path, {**KEYS, "secret": b"n" * 32})
    assert rotated.stale([ID_NUMBER.path], {UID: "1"}) == {UID: {ID_NUMBER.path}}
    assert rotated.holding(ID_NUMBER, "1") == set()


def test_what_is_forgotten_is_overwritten(tmp_path: Path) -> None:
    values = {uid: secrets.token_hex(8) for uid in (UID, OTHER)}
    kept = Digests(tmp_path, KEYS)
    kept.put([looked(uid, value) for uid, value in values.items()])
    rows = dict(kept.db.execute("SELECT uid, digest FROM digests"))
    digests.forget(tmp_path, [UID])
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [rows[uid] in content for uid in (UID, OTHER)] == [False, True]
    assert [uid.encode() in content for uid in (UID, OTHER)] == [False, True]
    assert kept.holding(ID_NUMBER, values[OTHER]) == {OTHER}


def test_a_new_version_of_a_record_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    kept = Digests(tmp_path, KEYS)
    kept.put([looked(UID, "1")])
    assert kept.stale([ID_NUMBER.path, PHONE.path], {UID: "1"}) == {UID: {PHONE.path}}
    kept.put([Looked(UID, "1", frozenset({PHONE.path}), ((PHONE.path, "confidential", "2"),))])
    assert kept.stale([ID_NUMBER.path, PHONE.path], {UID: "1"}) == {}
    kept.put([looked(UID, "3", "2")])
    assert [kept.holding(ID_NUMBER, value) for value in ("1", "3")] == [set(), {UID}]
    assert kept.holding(PHONE, "2") == set()
    assert kept.stale([ID_NUMBER.path, PHONE.path], {UID: "2"}) == {UID: {PHONE.path}}


def test_what_could_not_all_be_opened_is_looked_into_again(tmp_path: Path) -> None:
    kept = Digests(tmp_path, KEYS)
    kept.put([Looked(UID, "1", frozenset(), ())])
    assert kept.stale([PHONE.path], {UID: "1"}) == {UID: {PHONE.path}}


@pytest.mark.parametrize("content", [b"", b"no database at all, but longer than its head would be" * 9])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    Digests(tmp_path, KEYS).put([looked(UID, "1")])
    kept = Digests(tmp_path, KEYS)
    kept.put([looked(UID, "1")])
    assert Digests(tmp_path, KEYS).holding(ID_NUMBER, "1") == {UID}


def test_rows_are_overwritten_and_journalled_nowhere(tmp_path: Path) -> None:
    db = Digests(tmp_path, KEYS).db
    assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("secure_delete", "journal_mode")] == [1, "memory"]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert isinstance(db, sqlite3.Connection)


@pytest.mark.parametrize(
    ("path", "one", "other", "same"),
    [
        ("phone", "13800138000", "+86 138-0013-8000", True),
        ("phone", "13800138000", "008613800138000", True),
        ("phone", "021-5555 0101", "+86 21 55550101", True),
        ("phone", "13800138000", "13800138001", False),
        ("email", "Zhang@Example.cn", "zhang@example.cn", True),
        ("email", "zhang.san@example.cn", "zhangsan@example.cn", False),
        ("identity.id_number", "１１０１０５19491231002x", "11010519491231002X", True),
        ("finances.accounts[].number", "6222 0212 3456 7890", "6222021234567890", True),
    ],
)
def test_a_value_is_the_same_however_it_was_typed(path: str, one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a table
    field = fields.known(path)
    assert digests.sought(field)
    assert (digests.normal(field, one) == digests.normal(field, other)) is same


@pytest.mark.parametrize("path", ["address.city", "person.birthday", "name", "note", "identity.valid_until", "subject"])
def test_what_many_share_has_no_digest(path: str) -> None:
    assert not digests.sought(fields.known(path))
