"""Opening what is sealed: logged before it is shown, for who is cleared; names in lists; keys handed out."""

import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from archivectl import disclosure
from archivectl.archive import Archive
from archivectl.encryption import access_log, age, envelope
from archivectl.records import fields
from archivectl.store.repository import Repository
from office import AT, NOW, Office

ID_NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def _person(office: Office) -> None:
    given = {"name": "张三", "identity.id_number": ID_NUMBER, "phone": "13800138000"}
    office.run("create", "--subject", "person", *(word for path, value in given.items() for word in ("--set", f"{path}={value}")))


def log(office: Office) -> list[tuple[str, str, tuple[str, ...], str]]:
    with Repository.open(office.archive) as repository:
        found = list(access_log.readings(repository))
    return [(by, one.act, one.paths, one.purpose) for by, one in found]


def sealed(office: Office) -> Mapping[str, Any]:
    with office.acting() as archive:
        return dict(fields.walk(archive.record("1").data))


def test_what_is_opened_is_shown_and_logged_with_its_purpose(office: Office) -> None:
    opened = office.run("show", "1", "--reveal", "phone", "--purpose", "续租谈判", "--json").json
    assert (opened["phone"], opened["name"], opened["masked"]) == ("13800138000", None, ["name", "identity.id_number"])
    assert log(office) == [("li.na", "reveal", ("phone",), "续租谈判")]
    office.run("show", "1", "--reveal", "--purpose", "归档", member="chen.jing")
    assert log(office)[0] == ("chen.jing", "reveal", ("name", "phone", "identity.id_number"), "归档")
    reads = office.run("history", "1", "--reads", "--json").json
    assert {(row["by"], row["purpose"]) for row in reads} == {("li.na", "续租谈判"), ("chen.jing", "归档")}
    assert (
        "access-log"
        not in subprocess.run(
            ["git", "-C", str(office.archive), "log", "--format=%s", "main"], capture_output=True, text=True, check=True
        ).stdout
    )


def test_what_cannot_be_logged_is_not_shown(office: Office) -> None:
    subprocess.run(["git", "-C", str(office.archive), "branch", "access-log/in-the-way"], check=True)
    for words in (["show", "1", "--reveal", "--purpose", "核对"], ["key", "export", "1", "--purpose", "核对"]):
        answer = office.run(*words)
        assert (answer.status, answer.out) == (4, "")


@pytest.mark.parametrize(
    ("words", "member", "status"),
    [
        (["--reveal"], "li.na", 2),
        (["--reveal", "--purpose", " "], "li.na", 2),
        (["--reveal", "--purpose", f"核对 {ID_NUMBER}"], "li.na", 3),
        (["--reveal", "--purpose", "回电 138-0013-8000"], "li.na", 3),
        (["--reveal", "phone", "name", "--purpose", "与张三核对"], "li.na", 3),
        (["--reveal", "email", "--purpose", "核对"], "li.na", 2),
        (["--reveal", "--purpose", "核对"], "zhao.lei", 3),
        (["--reveal", "identity.id_number", "--purpose", "核对"], "zhao.lei", 3),
        (["--reveal", "phone", "--purpose", "核对"], "wang.wei", 3),
    ],
)
def test_what_may_not_be_opened_is_neither_shown_nor_logged(office: Office, words: list[str], member: str, status: int) -> None:
    answer = office.run("show", "1", *words, member=member)
    assert answer.status == status
    assert not {value for value in ("13800138000", ID_NUMBER, "张三") if value in answer.out}
    assert log(office) == []


def test_a_supervisor_opens_what_is_confidential_and_nothing_above(office: Office) -> None:
    opened = office.run("show", "1", "--reveal", "phone", "name", "--purpose", "核对", "--json", member="zhao.lei").json
    assert (opened["phone"], opened["name"], opened["identity"]) == ("13800138000", "张三", {"id_number": None})


def test_names_stand_in_lists_for_who_is_cleared_and_lie_nowhere_in_clear(office: Office) -> None:
    assert [row["name"] for row in office.run("list", "--json").json] == ["张三"]
    assert [row["name"] for row in office.run("list", "--json", member="wang.wei").json] == [None]
    for word in ("张三", "zhangsan", "zs"):
        assert [row["number"] for row in office.run("search", word, "--json").json] == ["SH-000001"]
        assert office.run("search", word, "--json", member="wang.wei").json == []
    caches = list(office.home.folder.glob("names/*/*.age"))
    assert [path.name for path in caches] == ["li.na.age"]
    for path in (*office.home.folder.rglob("*"), *office.archive.rglob("*")):
        assert not path.is_file() or "张三".encode() not in path.read_bytes(), path


def test_the_names_cache_follows_the_record_and_is_made_again_when_it_does_not_open(office: Office) -> None:
    office.run("list")
    office.run("update", "1", "--set", "name=张三丰", "--reason", "更名")
    assert [row["name"] for row in office.run("list", "--json").json] == ["张三丰"]
    (cache,) = office.home.folder.glob("names/*/*.age")
    for broken in (b"", b"no age file", age.encrypt(b"no rows", [age.generate()[1]])):
        cache.write_bytes(broken)
        assert [row["name"] for row in office.run("list", "--json").json] == ["张三丰"]


def test_an_exported_key_opens_by_age_alone_and_is_entered_as_a_copy(office: Office) -> None:
    exported = office.run("key", "export", "1", "--purpose", "司法调取", "--json").json
    secrets = {key["id"]: key["secret"] for key in exported["keys"]}
    values = sealed(office)
    parsed = envelope.parse(values["identity.id_number"])
    assert parsed
    assert f'"value":"{ID_NUMBER}"'.encode() in age.decrypt(parsed.ciphertext, [secrets[parsed.key_id]])
    copies = office.run("register", "list", "key-copy", "--json").json
    assert [(copy["state"], copy["records"]) for copy in copies] == [("held", []), ("held", ["SH-000001"])]
    assert log(office)[0][1] == "export-keys"
    assert office.run("key", "export", "1", "--purpose", "核对", member="wang.wei").status == 3
    assert office.run("key", "export", "1").status == 2


@pytest.mark.parametrize(
    "words",
    [
        ("key", "export", "1", "--purpose", "核对"),
        ("show", "1", "--reveal", "--purpose", "核对"),
        ("edit", "1", "--reveal", "--purpose", "核对", "--reason", "更正"),
    ],
)
def test_a_dry_run_shows_nothing_that_would_have_to_be_logged(office: Office, words: tuple[str, ...]) -> None:
    answer = office.run("--dry-run", *words)
    assert (answer.status, answer.out, "A dry run shows no keys" in answer.err) == (3, "", True)
    assert log(office) == []


def test_a_name_opened_before_a_destruction_is_not_kept_after_it(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=李四")
    with Repository.open(office.archive) as repository:
        early = Archive(repository, office.home, at=AT, today=NOW, member="li.na")
        rows = list(early.index.records())
        number = office.run("destroy", "propose", "1", "--reason", "期满", "--json").json["list"]
        office.run("approve", number, member="chen.jing")
        for supervisor in ("zhao.lei", "sun.yan"):
            office.run("destroy", "supervise", number, member=supervisor)
        early.opener.open(str(early.record("1").data["name"]), "name", rows[0].uid, early.record("1").data["keys"])
        kept = early.keyring.rows(rows[0].uid)
        assert office.run("destroy", "execute", number).status == 0
        early.keyring.add(kept)  # as if it had opened the name a moment before
        assert disclosure.names(early, rows) == {rows[0].uid: "张三", rows[1].uid: "李四"}
        assert {name.name for name in disclosure.cache_of(early).load().values()} == {"李四"}


def test_a_name_that_came_back_into_the_cache_is_thrown_out_by_the_next_list(office: Office) -> None:
    office.run("list")
    with office.acting() as archive:
        cache, uid = disclosure.cache_of(archive), archive.record("1").uid
        stale = cache.load()
    number = office.run("destroy", "propose", "1", "--reason", "期满", "--json").json["list"]
    office.run("approve", number, member="chen.jing")
    for supervisor in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", number, member=supervisor)
    office.run("destroy", "execute", number)
    assert cache.load() == {}
    cache.save({**stale, "A" * 26: stale[uid]})
    office.run("create", "--subject", "person", "--set", "name=李四")
    office.run("list")
    assert [name.name for name in cache.load().values()] == ["李四"]


def test_a_list_waits_for_nobody_to_keep_its_names(office: Office) -> None:
    with office.acting() as archive:
        assert office.run("list", "--json").json[0]["name"] == "张三"
        assert disclosure.cache_of(archive).load() == {}


def test_who_has_left_is_told_that_and_nothing_of_a_clearance(office: Office) -> None:
    assert office.run("member", "retire", "zhao.lei", "--reason", "离职").status == 0  # who was cleared for a telephone number
    (why,) = office.run("show", "1", "--reveal", "phone", "--purpose", "核对", "--json", member="zhao.lei").json["reasons"]
    assert (why["code"], "zhao.lei left on 2026-03-02" in why["message"]) == ("record.open/by", True)
    assert all(words in why["hint"] for words in ("--as MEMBER", "archivectl member list", "member update zhao.lei --un-retire"))
    assert "2026-03-02 离职" in office.run("--lang", "zh", "show", "1", "--reveal", "--purpose", "核对", member="zhao.lei").err
