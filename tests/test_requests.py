"""Requests of customers: one contact forgotten in every version, wherever it was interrupted; copies; consent withdrawn."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archivectl import disclosure, requests
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.custody import lapsed
from archivectl.encryption import access_log, age, envelope
from archivectl.records import fields
from archivectl.store.repository import Repository
from machines import connect, git
from office import Office

ONE, OTHER = "contacts[cAAAAA]", "contacts[cBBBBB]"
COMPANY = (
    "--subject", "organisation", "--set", "name=甲有限公司",
    "--set", f"{ONE}.name=张三", "--set", f"{ONE}.phone=13800138000", "--set", f"{OTHER}.name=李四",
)  # fmt: skip


def granted(office: Office) -> str:
    """A company with two contacts and a changed value, and the granted request that the first be forgotten."""
    office.run("create", *COMPANY)
    office.run("update", "1", "--set", f"{ONE}.phone=13700137000", "--reason", "更正")
    asked = ("request", "1", "--mode", "erase", "--contact", "cAAAAA", "--by", "张三", "--method", "document", "--json")
    number = str(office.run(*asked).json["request"])
    assert office.run("approve", number, "--json", member="chen.jing").json["state"] == "granted"
    return number


def versions(office: Office) -> list[str]:
    """Every value that was ever sealed in the record's file, in any commit, by where it stood."""
    path = "customers/SH/0/SH-000001.yaml"
    git = ["git", "-C", str(office.archive)]
    commits = subprocess.run([*git, "rev-list", "--all"], capture_output=True, text=True, check=True).stdout.split()
    found: list[str] = []
    for commit in commits:
        shown = subprocess.run([*git, "cat-file", "blob", f"{commit}:{path}"], capture_output=True, text=True, check=False).stdout
        found += [word.strip('"') for word in shown.split() if word.startswith('"enc:')]
    return sorted(set(found))


def secrets(office: Office) -> list[str]:
    """Every secret key that any member can still come by on this machine."""
    identities = [word for path in office.home.folder.glob("identities/*/*.age") for word in path.read_text("ascii").split()]
    levels = [
        age.decrypt(path.read_bytes(), identities).decode().strip()
        for path in office.home.folder.glob("keyrings/*/levels/*/*.age")
        if not path.name.startswith("recovery.")
    ]
    found = []
    with office.acting() as archive:
        for uid in archive.keyring.uids():
            for row in archive.keyring.rows(uid):
                import base64  # noqa: PLC0415 - only here

                found.append(age.decrypt(base64.b64decode(row.wrapped), levels).decode().strip())
    return [*identities, *levels, *found]


def opened(values: list[str], keys: list[str]) -> set[str]:
    """The values that some key opens."""
    found = set()
    for value in values:
        parsed = envelope.parse(value)
        assert parsed
        try:
            found.add(json.loads(age.decrypt(parsed.ciphertext, keys).decode())["value"])
        except age.DoesNotOpen:
            continue
    return found


def begin(archive: Archive) -> None:
    work = Work.on(archive, archive.case("KQ-1"))
    work.step("begin")
    work.commit()


def begin_and_take_keys(archive: Archive) -> None:
    begin(archive)
    record = archive.record("1")
    archive.keyring.remove([record.uid], lapsed.keys_of(record, ONE))


@pytest.mark.parametrize("interrupted", [lambda _archive: None, begin, begin_and_take_keys])
def test_a_forgotten_contact_opens_in_no_commit_and_the_others_do(office: Office, interrupted: Callable[[Archive], None]) -> None:
    number = granted(office)
    before = opened(versions(office), secrets(office))
    assert {"张三", "13800138000", "13700137000", "李四"} <= before
    with office.acting() as archive:
        interrupted(archive)
    assert office.run("request", "answer", number, "--grant", "--json").json["state"] == "erased"
    assert opened(versions(office), secrets(office)) == {"李四"}
    with office.acting() as archive:
        record = archive.record("1")
        assert record.data["contacts"][0] == {"id": "cAAAAA", "forgotten": archive.case(number).uid}
        assert lapsed.forgotten(record) == lapsed.keys_of(record, ONE)
    told = office.run("verify", "--format", "json").json  # an act of this process bears the office's time, not the clock's
    assert {one["rule"] for one in told} <= {"verify/time"}


def test_where_there_is_a_remote_nobody_is_forgotten_before_it_has_the_intent(office: Office) -> None:
    number = granted(office)
    hub = connect(office)
    hub.rename(hub.with_name("away.git"))
    before = opened(versions(office), secrets(office))
    done = office.run("request", "answer", number, "--grant")
    assert (done.status, "cannot be reached" in done.err) == (4, True)
    assert office.run("request", "answer", number, "--grant", "--dry-run").status == 0  # a rehearsal asks no remote
    assert opened(versions(office), secrets(office)) == before
    hub.with_name("away.git").rename(hub)
    assert office.run("request", "answer", number, "--grant").status == 0
    assert git(hub, "log", "-1", "--format=%s", "main") == f"request.begin: {number}\n"


def test_a_keyring_remote_counts_as_reached_once_it_was_seen_without_the_keys(office: Office) -> None:
    number, nas = granted(office), office.run.folder / "nas"
    nas.mkdir()
    assert office.run("key", "remote", "add", "nas", str(nas)).status == 0
    nas.rename(nas.with_name("away"))
    away = office.run("request", "answer", number, "--grant", "--json").json["unreached"]
    nas.with_name("away").rename(nas)
    with office.acting() as archive:
        entries = {str(case.entry.columns["place"]): case.id for case in archive.register("key-copy")}
    assert away == [entries["remote"]]
    assert office.run("request", "answer", number, "--grant", "--json").json["unreached"] == []


def test_the_names_of_contacts_kept_for_listing_lose_who_was_forgotten(office: Office) -> None:
    number = granted(office)
    with office.acting() as archive:
        rows = list(archive.index.records())
        assert disclosure.contacts(archive, rows) == {rows[0].uid: ("张三", "李四")}
    office.run("request", "answer", number, "--grant")
    with office.acting() as archive:
        assert "张三" not in str(disclosure.cache_of(archive).load())
        assert list(disclosure.contacts(archive, list(archive.index.records())).values()) == [("李四",)]


def test_a_key_that_came_back_is_taken_again_by_the_same_command(office: Office) -> None:
    number = granted(office)
    with office.acting() as archive:
        uid = archive.record("1").uid
        kept = archive.keyring.rows(uid)
    office.run("request", "answer", number, "--grant")
    with office.acting() as archive:
        archive.keyring.add(kept)
    assert "张三" in opened(versions(office), secrets(office))
    assert office.run("request", "answer", number, "--grant").status == 0
    assert opened(versions(office), secrets(office)) == {"李四"}


def test_what_a_restored_keyring_brought_back_is_forgotten_again(office: Office) -> None:
    number = granted(office)
    with office.acting() as archive:
        uid = archive.record("1").uid
        kept = archive.keyring.rows(uid)
        assert requests.reapply(archive) == []
    office.run("request", "answer", number, "--grant")
    with office.acting() as archive:
        archive.keyring.add(kept)
        assert requests.reapply(archive) == [uid]
        assert requests.reapply(archive) == []
    assert opened(versions(office), secrets(office)) == {"李四"}


def test_a_stop_that_comes_after_the_approval_is_obeyed(office: Office) -> None:
    number = granted(office)
    office.run("hold", "1", "--reason", "诉讼")
    refused = office.run("request", "answer", number, "--grant", "--json")
    assert (refused.status, [one["code"] for one in refused.json["reasons"]]) == (3, ["request.begin/law_allows"])
    assert "张三" in opened(versions(office), secrets(office))


def test_who_may_not_or_has_no_identity_takes_no_key(office: Office) -> None:
    number = granted(office)
    assert office.run("request", "answer", number, "--grant", member="wang.wei").status == 3
    (identity,) = office.home.folder.glob("identities/*/li.na.age")
    identity.rename(identity.with_suffix(".away"))
    assert office.run("request", "answer", number, "--grant").status == 5
    identity.with_suffix(".away").rename(identity)
    with office.acting() as archive:
        assert archive.case(number).state == "granted"
    assert "张三" in opened(versions(office), secrets(office))


def readings(office: Office) -> list[tuple[str, str, tuple[str, ...], str]]:
    with Repository.open(office.archive) as repository:
        return [(by, one.act, one.paths, one.purpose) for by, one in access_log.readings(repository)]


def asked(office: Office, mode: str, *more: str) -> str:
    """A request of the customer, identified by document."""
    return str(
        office.run("request", "1", "--mode", mode, "--by", "张三", "--method", "document", "--json", *more).json["request"]
    )


def test_a_customers_copy_is_logged_and_holds_what_the_reader_is_cleared_for(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "identity.id_number=11010519491231002X")
    with office.acting() as archive:
        secret = archive.members["chen.jing"].clearance == "secret"
    assert secret
    number = asked(office, "access")
    target = office.run.folder / "copy.json"
    told = office.run("request", "answer", number, "--grant", "--to", str(target), "--json").json
    assert (told["state"], told["withheld"]) == ("answered", [])
    found = json.loads(target.read_text(encoding="utf-8"))
    assert {row["path"]: row["value"] for row in found["fields"]} == {
        "name": "张三", "identity.id_number": "11010519491231002X", "number": "SH-000001", "subject": "person",
    }  # fmt: skip
    assert target.stat().st_mode & 0o077 == 0
    assert readings(office) == [("li.na", "reveal", ("name", "identity.id_number"), number)]


def test_a_customers_copy_has_what_happened_with_them_in_words_and_nothing_of_how_the_file_is_kept(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=张三")
    office.run("add", "1", "visit", "content=谈续约", "date=2026-03-01")
    scan = office.run.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    office.run("add", "1", "document", "kind=合同", "place=2柜", f"file=@{scan}")
    with office.acting() as archive:
        record = archive.record("1")
        inner = {record.uid, record.data["documents"][0]["id"], record.data["documents"][0]["object"], "li.na", "2柜"}
    chosen = {"interactions[].kind": "visit", "subject": "person"}
    words = [fields.known(path).choices[value]["zh"] for path, value in chosen.items()]
    number = asked(office, "access")
    for name, lang in (("copy.txt", "zh"), ("copy.json", "zh")):
        target = office.run.folder / name
        number = number if name == "copy.txt" else asked(office, "access")
        assert office.run("request", "answer", number, "--grant", "--to", str(target), "--lang", lang).status == 0
        text = target.read_text(encoding="utf-8")
        assert [each for each in inner if each in text] == []
        assert [each for each in ("谈续约", "李娜", "合同", *words) if each not in text] == []


def test_a_copy_never_replaces_a_file_and_is_not_entered_as_answered_then(office: Office) -> None:
    office.run("create", *COMPANY)
    number = asked(office, "copy", "--contact", "cBBBBB")
    target = office.run.folder / "copy.txt"
    target.write_text("mine", encoding="utf-8")
    assert office.run("request", "answer", number, "--grant").status == 2
    assert office.run("request", "answer", number, "--grant", "--to", str(target)).status == 4
    with office.acting() as archive:
        assert archive.case(number).state == "granted"
    other = office.run.folder / "other.txt"
    assert office.run("request", "answer", number, "--grant", "--to", str(other)).status == 0
    text = other.read_text(encoding="utf-8")
    assert "李四" in text
    assert "张三" not in text


def test_a_restriction_stops_everything_but_storing_in_the_same_commit(office: Office) -> None:
    office.run("create", *COMPANY)
    number = asked(office, "restrict")
    office.run("approve", number, member="chen.jing")
    told = office.run("request", "answer", number, "--grant", "--json").json
    assert told["stop"] == "TY-2026-0001"
    assert office.run("update", "1", "--set", "note=x", "--reason", "x").status == 3
    with office.acting() as archive:
        assert archive.case(number).acts("answer")[0].data["entry"] == archive.case("TY-1").uid
    assert office.run("verify").status == 0


def test_a_deletion_is_done_only_once_the_file_is_destroyed(office: Office) -> None:
    office.run("create", *COMPANY)
    number = asked(office, "delete")
    office.run("approve", number, member="chen.jing")
    assert office.run("destroy", "propose", "1", "--reason", "客户请求").status == 3
    told = office.run("request", "answer", number, "--grant")
    assert "archivectl destroy propose SH-000001" in told.out
    assert (
        office.run("request", "answer", number, "--grant", "--json").json["reasons"][0]["code"] == "request.complete/carried_out"
    )
    listed = office.run("destroy", "propose", "1", "--reason", "客户请求", "--json").json["list"]
    office.run("approve", listed, member="chen.jing")
    for supervisor in ("zhao.lei", "sun.yan"):
        assert office.run("destroy", "supervise", listed, "--yes", member=supervisor).status == 0
    assert office.run("destroy", "execute", listed, "--yes").status == 0
    assert office.run("request", "answer", number, "--grant", "--json").json["state"] == "erased"


def test_a_request_is_answered_within_its_term(office: Office) -> None:
    office.run("create", *COMPANY)
    with office.acting() as archive:
        case = requests.receive(archive, "1", requests.Asked("explain", "张三", received="2026-02-20"))
    assert case.entry.columns["due"] == "2026-03-07"
    ahead = office.run("request", "1", "--mode", "explain", "--by", "张三", "--received", "2026-03-05", "--json")
    assert [one["code"] for one in ahead.json["reasons"]] == ["request.receive/answered_in_time"]


def consents(office: Office) -> list[dict[str, Any]]:
    with office.acting() as archive:
        return [dict(item) for item in archive.record("1").data["consent"]]


def test_a_withdrawal_stands_in_the_file_for_its_purpose_alone(office: Office) -> None:
    given = ("--set", "consent[kAAAAA].given=2026-01-01", "--set", "consent[kAAAAA].form=written")
    office.run("create", "--subject", "person", "--set", "name=张三", *given, "--set", "consent[kAAAAA].purposes=营销;服务")
    number = asked(office, "withdraw", "--purpose", "营销")
    assert office.run("request", "answer", number, "--grant", "--json").json["state"] == "answered"
    told = consents(office)
    assert told[0].get("withdrawn") is None
    assert [(item["purposes"], item["withdrawn"]) for item in told[1:]] == [(["营销"], "2026-03-02")]
    number = asked(office, "withdraw")
    office.run("request", "answer", number, "--grant")
    assert consents(office)[0]["withdrawn"] == "2026-03-02"
    number = asked(office, "withdraw")
    assert office.run("request", "answer", number, "--grant").status == 3
    assert office.run("verify").status == 0


def test_every_path_of_a_record_stays_as_it_was_beside_who_is_forgotten(office: Office) -> None:
    number = granted(office)
    with office.acting() as archive:
        before = {path: value for path, value in fields.walk(archive.record("1").data) if not path.startswith(ONE)}
    office.run("request", "answer", number, "--grant")
    with office.acting() as archive:
        after = {path: value for path, value in fields.walk(archive.record("1").data) if not path.startswith(ONE)}
    assert after == before


def test_only_a_request_is_answered_as_one(office: Office, tmp_path: Path) -> None:
    office.run("create", *COMPANY)
    office.run("hold", "1", "--reason", "诉讼")
    assert office.run("request", "answer", "TY-1", "--grant", "--to", str(tmp_path / "x")).status == 3
    for words in ([], ["--grant", "--refuse"]):
        assert office.run("request", "answer", "TY-1", *words).status == 2
