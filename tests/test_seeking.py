"""Records found by what is sealed in them: exactly, by whoever is cleared, and no longer than they stand."""

import shutil
from pathlib import Path

import pytest

from archivectl import seeking
from archivectl.records import fields
from archivectl.search.digests import Digests
from office import Office

ID_NUMBER, MOBILE = "11010519491231002X", "13800138000"
CACHE = ".git/archivectl/digests-1.sqlite"


@pytest.fixture(autouse=True)
def _persons(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", f"identity.id_number={ID_NUMBER}",
               "--set", f"phone={MOBILE}", "--set", "email=zhang@example.cn")  # fmt: skip
    office.run("create", "--subject", "person", "--set", "name=李四", "--set", "phone=13900139000")
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司", "--set", "phone=021-5555 0101")
    office.run("add", "3", "contact", "name=王五", "phone=13700137000")


def found(office: Office, *words: str, member: str | None = None) -> list[str]:
    return [row["number"] for row in office.run("--json", *words, member=member).json]


def digests_of(office: Office) -> list[tuple[str, bytes]]:
    return list(Digests((office.archive / CACHE).parent, {}).db.execute("SELECT uid, digest FROM digests"))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("list", f"身份证号={ID_NUMBER}"), ["SH-000001"]),
        (("list", "身份证号=110105194912310011"), []),
        (("list", "phone=138-0013-8000"), ["SH-000001"]),
        (("list", f"phone={MOBILE} or phone=13900139000"), ["SH-000001", "SH-000002"]),
        (("list", f"subject=person not phone={MOBILE}"), ["SH-000002"]),
        (("list", "contacts[].phone=13700137000"), ["SH-000003"]),
        (("search", "138 0013 8000"), ["SH-000001"]),
        (("search", "ZHANG@example.cn"), ["SH-000001"]),
        (("search", "13700137000"), ["SH-000003"]),
        (("search", "1370013"), []),
    ],
)
def test_a_sealed_value_is_found_exactly(office: Office, words: tuple[str, ...], numbers: list[str]) -> None:
    assert found(office, *words) == numbers
    assert found(office, *words) == numbers  # by the digests alone


def test_a_search_says_where_it_found_a_number(office: Office) -> None:
    assert office.run("search", MOBILE, "--json").json[0]["found_in"] == ["phone"]


def test_who_is_not_cleared_finds_nothing_of_it_even_where_others_looked(office: Office) -> None:
    found(office, "list", f"身份证号={ID_NUMBER}")
    found(office, "search", MOBILE)
    assert office.run("list", f"身份证号={ID_NUMBER}", member="zhao.lei").status == 3
    assert found(office, "list", f"phone={MOBILE}", member="zhao.lei") == ["SH-000001"]
    assert found(office, "list", f"phone={MOBILE}", member="wang.wei") == []
    assert found(office, "search", MOBILE, member="wang.wei") == []
    assert found(office, "search", ID_NUMBER, member="zhao.lei") == []


def test_who_may_read_nothing_of_a_field_is_told_why(office: Office) -> None:
    office.run("member", "update", "wang.wei", "--clearance", "open", "--reason", "调岗")
    refused = office.run("list", f"phone={MOBILE}", member="wang.wei")
    assert (refused.status, "(confidential): wang.wei is cleared up to open" in refused.err) == (3, True)
    office.run("member", "retire", "zhao.lei", "--reason", "离职")
    refused = office.run("list", f"phone={MOBILE}", member="zhao.lei")
    assert (refused.status, "zhao.lei left on 2026-03-02" in refused.err) == (3, True)


def test_nothing_found_so_lies_anywhere_in_clear(office: Office) -> None:
    found(office, "list", f"身份证号={ID_NUMBER}")
    found(office, "search", MOBILE)
    assert len(digests_of(office)) >= 3
    for path in (*office.home.folder.rglob("*"), *office.archive.rglob("*")):
        assert not path.is_file() or all(value.encode() not in path.read_bytes() for value in (ID_NUMBER, MOBILE)), path


def test_the_digests_follow_the_record(office: Office) -> None:
    assert found(office, "list", f"phone={MOBILE}") == ["SH-000001"]
    office.run("update", "1", "--set", "phone=13800138001", "--reason", "换号")
    assert found(office, "list", f"phone={MOBILE}") == []
    assert found(office, "list", "phone=13800138001") == ["SH-000001"]


def test_destruction_takes_the_digests_with_it(office: Office) -> None:
    found(office, "search", MOBILE)
    found(office, "search", "13900139000")
    with office.acting() as archive:
        gone, stays = archive.record("1").uid, archive.record("2").uid
    before = [digest for uid, digest in digests_of(office) if uid == gone]
    assert before
    office.destroy("1")
    content = (office.archive / CACHE).read_bytes()
    assert {uid for uid, _digest in digests_of(office)} >= {stays}
    assert gone not in {uid for uid, _digest in digests_of(office)}
    assert [digest for digest in before if digest in content] == []


def test_a_cache_that_survived_a_destruction_tells_nothing_and_is_emptied(office: Office, tmp_path: Path) -> None:
    found(office, "search", MOBILE)
    shutil.copy(office.archive / CACHE, tmp_path / "kept")
    with office.acting() as archive:
        gone = archive.record("1").uid
    office.destroy("1")
    shutil.copy(tmp_path / "kept", office.archive / CACHE)
    assert gone in {uid for uid, _digest in digests_of(office)}
    assert found(office, "search", MOBILE) == []
    assert gone not in {uid for uid, _digest in digests_of(office)}


def test_a_value_opened_before_a_destruction_is_not_kept_after_it(office: Office) -> None:
    with office.acting() as archive:
        record = archive.record("1")
        asking, kept = seeking.Seeking(archive), archive.keyring.rows(record.uid)
        assert asking.look([]) is True
    office.destroy("1")
    archive.keyring.add(kept)  # as if it had opened the value a moment before
    assert asking.look([fields.known("phone")]) is True
    assert record.uid not in {uid for uid, _digest in digests_of(office)}


def test_a_forgotten_contact_is_found_no_longer(office: Office) -> None:
    assert found(office, "list", "contacts[].phone=13700137000") == ["SH-000003"]
    with office.acting() as archive:
        uid, contact = archive.record("3").uid, archive.record("3").data["contacts"][0]["id"]
    asked = office.run("request", "3", "--mode", "erase", "--contact", contact, "--by", "王五", "--json").json
    (entry,) = (value for value in asked.values() if str(value).startswith("KQ-"))
    office.run("request", "identify", entry, "--method", "oral", "--asked", "姓名,单位,职位")
    office.run("approve", entry, member="chen.jing")
    assert office.run("request", "answer", entry, "--grant").status == 0
    assert [each for each, _digest in digests_of(office) if each == uid] == []
    assert found(office, "list", "contacts[].phone=13700137000") == []


def test_a_customer_is_told_by_the_number_even_under_another_name(office: Office) -> None:
    words = ("create", "--subject", "person", "--set", "name=张山", "--set", f"identity.id_number={ID_NUMBER}")
    refused = office.run(*words, "--json")
    assert (refused.status, refused.json["reasons"][0]["code"]) == (3, "record.create/one_file")
    assert ID_NUMBER not in refused.out
    assert office.run(*words, member="wang.wei").status == 0  # who is not cleared is told nothing of it


def test_who_only_asks_on_the_way_looks_into_no_more_than_some_files(office: Office) -> None:
    with office.acting() as archive:
        field = fields.known("identity.id_number")
        assert seeking.of(archive).look([field], 1) is False
        assert digests_of(office) == []
        assert seeking.of(archive).look([field], 500) is True
        assert seeking.of(archive).holders(field, ID_NUMBER) == {archive.record("1").uid}
