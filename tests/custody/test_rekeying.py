"""New keys for a record: what was exported or lost opens nothing that is written from now on, and nothing else changes."""

from collections.abc import Sequence
from io import BufferedIOBase, BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest

from archivectl import yaml_text
from archivectl.custody import rekeying
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


SCAN = b"%PDF-1.7 " + bytes(range(256)) * 4000


@pytest.fixture
def met(filed: Office) -> Office:
    """The file with two visits in different years, and a scan of a paper."""
    scan = filed.run.folder / "scan.pdf"
    scan.write_bytes(SCAN)
    for line in (
        ("visit", "date=2025-11-03", "content=谈续租"),
        ("complaint", "date=2026-02-03", "content=楼上漏水"),
        ("document", "kind=承租合同", f"file=@{scan}"),
    ):
        assert filed.run("add", "1", *line).status == 0
    return filed


def years(office: Office) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (office.archive / "interactions").rglob("*.yaml")}


def scans(office: Office) -> list[Path]:
    return sorted((office.archive / "objects").rglob("*.age"))


def test_interactions_and_scans_get_new_keys_with_the_values(met: Office) -> None:
    exported = [key["secret"] for key in met.run("key", "export", "1", "--purpose", "司法调取", "--json").json["keys"]]
    before, (old,) = years(met), scans(met)
    answer = met.run(*REKEY, "--json")
    assert (answer.status, answer.json[0]["left"]) == (0, {})
    kinds = [path.partition("[")[0] for path in answer.json[0]["renewed"]]
    assert (kinds.count("interactions"), kinds.count("documents"), kinds.count("name")) == (2, 1, 1)
    (new,) = scans(met)
    assert new.name != old.name
    after = years(met)
    assert after.keys() == before.keys()
    sealed = [row["content"] for text in after.values() for row in yaml_text.load(text, "")["interactions"]]
    for ciphertext in (new.read_bytes(), *(value.ciphertext for text in sealed if (value := parse(text)))):
        with pytest.raises(age.DoesNotOpen):
            age.decrypt(ciphertext, exported)
    shown = met.run("show", "1", "--interactions", "--reveal", "--purpose", "核对", "--json").json["interactions"]
    assert [row["content"] for row in shown] == ["谈续租", "楼上漏水"]
    paper = met.run("show", "1", "--json").json["documents"][0]["id"]
    assert met.run("show", "1", "--document", paper, "-o", "back.pdf", "--purpose", "核对").status == 0
    assert (met.run.folder / "back.pdf").read_bytes() == SCAN
    assert met.run("verify").status == 0
    assert met.run("check").status == 0
    assert not list(met.archive.glob(".git/archivectl/staged-*"))


def test_interactions_and_scans_that_do_not_open_stay_and_are_told(met: Office) -> None:
    with met.acting() as archive:
        record = archive.record("1")
        paper = record.data["documents"][0]["id"]
        gone = [row["recipient"] for row in record.data["keys"] if row["level"] == "confidential"]
        archive.keyring.remove([record.uid], gone)
    before, (old,) = years(met), scans(met)
    answer = met.run(*REKEY, "--json")
    assert answer.status == 5
    left = set(answer.json[0]["left"])
    assert {path.partition("[")[0] for path in left} == {"name", "phone", "interactions", "documents"}
    assert f"documents[{paper}].object" in left
    assert answer.json[0]["renewed"] == ["identity.id_number"]
    assert (years(met), scans(met)) == (before, [old])
    assert met.run("verify").status == 0


def test_a_dry_run_touches_no_interaction_and_no_scan(met: Office) -> None:
    before, (old,) = years(met), scans(met)
    answer = met.run("--dry-run", *REKEY, "--json")
    assert (answer.status, len(answer.json[0]["renewed"])) == (0, 6)
    assert (years(met), scans(met)) == (before, [old])
    assert not list(met.archive.glob(".git/archivectl/staged-*"))


def test_what_happened_with_a_firm_gets_new_keys_where_nothing_else_is_sealed(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=上海示例贸易有限公司")
    assert office.run("add", "1", "visit", "content=谈续租").status == 0
    assert len(office.run(*REKEY, "--json").json[0]["renewed"]) == 1
    assert office.run("verify").status == 0


def test_a_value_that_does_not_come_back_as_it_was_changes_nothing(met: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before, encrypt = (sealed(met), years(met), scans(met)), pyrage.encrypt

    def wrong(plaintext: bytes, recipients: Sequence[Any]) -> bytes:
        return encrypt(plaintext.replace("谈续租".encode(), "谈退租".encode()), recipients)

    monkeypatch.setattr(pyrage, "encrypt", wrong)
    answer = met.run(*REKEY, "--json")
    monkeypatch.undo()
    assert answer.json["error"] == "not-renewed"
    assert (sealed(met), years(met), scans(met)) == before


def test_a_scan_that_does_not_come_back_as_it_was_changes_nothing(met: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert met.run("add", "1", "document", "kind=续租协议", f"file=@{met.run.folder / 'scan.pdf'}").status == 0
    before, encrypt, turns = (sealed(met), years(met), scans(met)), pyrage.encrypt_io, iter((False, True))

    def wrong(source: BufferedIOBase, target: BufferedIOBase, recipients: Sequence[Any]) -> None:
        encrypt(BytesIO(source.read()[:-1]) if next(turns) else source, target, recipients)

    monkeypatch.setattr(pyrage, "encrypt_io", wrong)
    answer = met.run(*REKEY, "--json")
    monkeypatch.undo()
    assert answer.json["error"] == "not-renewed"
    assert (sealed(met), years(met), scans(met)) == before
    assert not list(met.archive.glob(".git/archivectl/staged-*")), "the scan that was sealed already is taken away"


class Panic(BaseException):
    """What a library of another language throws."""


@pytest.mark.parametrize("problem", [MemoryError, Panic])
def test_a_scan_of_which_only_the_beginning_could_be_read_changes_nothing(
    met: Office, monkeypatch: pytest.MonkeyPatch, problem: type[BaseException]
) -> None:
    before, decrypt, turns = (sealed(met), years(met), scans(met)), pyrage.decrypt_io, iter((True,))

    def cut_short(source: BufferedIOBase, target: BufferedIOBase, identities: Sequence[Any]) -> None:
        if next(turns, False):
            target.write(SCAN[:100_000])
            raise problem
        decrypt(source, target, identities)

    monkeypatch.setattr(pyrage, "decrypt_io", cut_short)
    with met.acting() as archive, pytest.raises(problem):
        rekeying.rekey(archive, "1", "导出件遗失")
    monkeypatch.undo()
    assert (sealed(met), years(met), scans(met)) == before
    assert not list(met.archive.glob(".git/archivectl/staged-*"))
