"""New keys for a record: what was exported or lost opens nothing that is written from now on, and nothing else changes."""

import pytest

from archivectl.encryption import age
from archivectl.encryption.envelope import parse
from archivectl.records import fields
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
SECRET = ("--set", "identity.id_number=11010519491231002X")
REKEY = ("key", "rekey", "1", "--reason", "导出件遗失")


def sealed(office: Office) -> dict[str, str]:
    with office.acting() as archive:
        return {path: str(value) for path, value in fields.walk(archive.record("1").data) if parse(str(value))}


@pytest.fixture
def filed(office: Office) -> Office:
    assert office.run(*PERSON, *SECRET).status == 0
    return office


def test_keys_that_went_out_before_open_nothing_of_the_record_any_more(filed: Office) -> None:
    exported = [key["secret"] for key in filed.run("key", "export", "1", "--purpose", "司法调取", "--json").json["keys"]]
    before = sealed(filed)
    answer = filed.run(*REKEY, "--json")
    assert (answer.status, answer.json[0]["left"]) == (0, {})
    after = sealed(filed)
    assert sorted(answer.json[0]["renewed"]) == sorted(before) == sorted(after)
    for path, value in after.items():
        found = parse(value)
        assert found
        assert value != before[path]
        with pytest.raises(age.DoesNotOpen):
            age.decrypt(found.ciphertext, exported)
    shown = filed.run("show", "1", "--reveal", "--purpose", "核对", "--json").json
    assert (shown["name"], shown["phone"], shown["identity"]["id_number"]) == ("张三", "13800138000", "11010519491231002X")


def test_it_is_one_commit_that_stands_up_to_verification_and_the_old_versions_stay_readable(filed: Office) -> None:
    before = sealed(filed)
    filed.run(*REKEY)
    assert filed.run("verify").status == 0
    assert filed.run("check").status == 0
    with filed.acting() as archive:
        record = archive.record("1")
        assert [row["level"] for row in record.data["keys"]] == ["confidential", "secret"] * 2
        assert archive.opener.open(before["name"], "name", record.uid, record.data["keys"]) == "张三"
    newest = filed.run("history", "1", "--json").json[0]
    assert (newest["act"], newest["reason"]) == ("record.rekey", "导出件遗失")


def test_nothing_but_sealed_values_and_keys_changes(filed: Office) -> None:
    with filed.acting() as archive:
        before = dict(fields.walk(archive.record("1").data))
    filed.run(*REKEY)
    with filed.acting() as archive:
        after = dict(fields.walk(archive.record("1").data))
    changed = {path for path in after if after[path] != before.get(path)}
    assert {path for path in changed if not path.startswith("keys[")} == set(sealed(filed))


def test_what_does_not_open_stays_as_it_is_and_is_told(filed: Office) -> None:
    with filed.acting() as archive:
        record = archive.record("1")
        gone = [row["recipient"] for row in record.data["keys"] if row["level"] == "secret"]
        archive.keyring.remove([record.uid], gone)
    before = sealed(filed)
    answer = filed.run(*REKEY, "--json")
    assert (answer.status, list(answer.json[0]["left"])) == (5, ["identity.id_number"])
    after = sealed(filed)
    assert after["identity.id_number"] == before["identity.id_number"]
    assert after["name"] != before["name"]
    assert filed.run("verify").status == 0


@pytest.mark.parametrize(
    ("words", "member", "status", "code"),
    [
        (("key", "rekey", "1"), "li.na", 2, "reason-missing"),
        (("key", "rekey", "9", "--reason", "遗失"), "li.na", 2, "unknown-record"),
        (("key", "rekey", "2", "--reason", "遗失"), "li.na", 3, "nothing-to-rekey"),
        (("key", "rekey", "1", "--reason", "张三的钥匙遗失"), "li.na", 3, "telltale"),
        (REKEY, "wang.wei", 3, "record.rekey/by"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    filed: Office, words: tuple[str, ...], member: str, status: int, code: str
) -> None:
    filed.run("create", "--subject", "organisation", "--set", "name=上海示例贸易有限公司")
    before = sealed(filed)
    answer = filed.run(*words, "--json", member=member)
    assert answer.status == status
    assert code in {answer.json["error"], *(reason["code"] for reason in answer.json.get("reasons", ()))}
    assert sealed(filed) == before


def test_who_is_not_cleared_for_all_of_it_changes_no_key(filed: Office) -> None:
    filed.run(
        "member", "add", "he.min", "--name", "何敏", "--role", "archivist", "--clearance", "confidential", "--generate-keys"
    )
    before = sealed(filed)
    answer = filed.run(*REKEY, "--json", member="he.min")
    assert (answer.status, answer.json["reasons"][0]["code"]) == (3, "record.rekey/cleared")
    assert sealed(filed) == before
