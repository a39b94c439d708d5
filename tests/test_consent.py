"""Consent, purposes and identity where the house asks for them: at entry, at use, withdrawn; history is judged alike."""

from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.archive import Change
from office import Office

RULES: dict[str, Any] = {
    "consent": {"for": ["create", "use", "provide"], "form": "written"},
    "purposes": {"service": {"zh": "服务", "en": "service"}, "marketing": {"zh": "营销", "en": "marketing"}},
}
GIVEN = ("--set", "consent[kAAAAA].given=2026-01-01", "--set", "consent[kAAAAA].form=written")
NAMED = (*GIVEN, "--set", "consent[kAAAAA].purposes=create;service;marketing")
PERSON = ("create", "--subject", "person", "--set", "name=张三")
LEND = ("lend", "1", "--to", "王伟", "--purpose", "核对", "--json")


@pytest.fixture
def ruled(office: Office) -> Office:
    """The office under house rules that ask for written consent."""
    return under(office, RULES)


def under(office: Office, rules: dict[str, Any]) -> Office:
    with office.acting() as archive:
        text = yaml_text.dump(rules).encode()
        archive.commit(Change(("regime.house",), "regime.house: consent", {"regime/house.yaml": text}))
    return office


def codes(office: Office, *words: str) -> set[str]:
    """The reasons against a command."""
    answer = office.run(*words, "--json")
    return {reason["code"] for reason in answer.json["reasons"]} if answer.status == 3 else set()


def sound(office: Office) -> bool:
    """Whether history has no finding but the time of the commit that was made in this process."""
    return {one["rule"] for one in office.run("verify", "--format", "json").json} <= {"verify/time", "verify/control"}


def test_no_file_is_opened_without_the_consent_that_the_house_asks_for(ruled: Office) -> None:
    assert codes(ruled, *PERSON) == {"record.create/consent_given"}
    oral = (*PERSON, "--set", "consent[kAAAAA].given=2026-01-01", "--set", "consent[kAAAAA].form=oral")
    assert codes(ruled, *oral) == {"record.create/consent_given"}
    assert ruled.run(*PERSON, *NAMED).out == "SH-000001\n"
    assert sound(ruled)


def test_a_table_brings_in_only_customers_who_agreed(ruled: Office) -> None:
    table = ruled.run.folder / "customers.csv"
    table.write_text("名称,电话\n甲有限公司,021-55550100\n", encoding="utf-8")
    told = ruled.run("import", str(table), "--json")
    assert (told.status, told.json["created"], told.json["rejected"]) == (1, 0, 1)


def test_a_use_names_its_purpose_and_a_withdrawal_ends_that_one_alone(ruled: Office) -> None:
    ruled.run(*PERSON, *NAMED)
    assert codes(ruled, *LEND) == {"loan.request/purpose_permitted", "loan.request/consent_given"}
    assert codes(ruled, *LEND, "--use", "sale") == {"loan.request/purpose_permitted", "loan.request/consent_given"}
    assert ruled.run(*LEND, "--use", "marketing").json["state"] == "lent"
    ruled.run("return", "JY-1")
    asked = ("request", "1", "--mode", "withdraw", "--purpose", "marketing", "--by", "张三", "--method", "document")
    ruled.run(*asked)
    assert ruled.run("request", "answer", "KQ-1", "--grant").status == 0
    assert codes(ruled, *LEND, "--use", "marketing") == {"loan.request/consent_given"}
    assert ruled.run(*LEND, "--use", "service").json["state"] == "lent"
    assert sound(ruled)


def test_a_withdrawal_counts_where_nobody_asks_for_consent(office: Office) -> None:
    office.run(*PERSON, *NAMED)
    office.run("request", "1", "--mode", "withdraw", "--purpose", "marketing", "--by", "张三", "--method", "document")
    office.run("request", "answer", "KQ-1", "--grant")
    assert codes(office, *LEND, "--use", "marketing") == {"loan.request/consent_given"}
    assert office.run(*LEND).json["state"] == "lent"


def test_identity_is_confirmed_before_the_acts_that_the_house_names(office: Office) -> None:
    under(office, {"identity": {"for": ["record.update", "loan.request"]}})
    office.run(*PERSON)
    assert codes(office, "update", "1", "--set", "phone=13800138000", "--reason", "补充") == {"record.update/identity_confirmed"}
    check = [f"identity_checks[iAAAAA].{key}={value}" for key, value in (("method", "electronic"), ("date", "2026-03-02"))]
    pending = [word for one in (*check, "identity_checks[iAAAAA].result=pending") for word in ("--set", one)]
    assert office.run("update", "1", *pending, "--reason", "核实").status == 0
    assert codes(office, *LEND) == {"loan.request/identity_confirmed"}
    answered = ("--set", "identity_checks[iAAAAA].result=confirmed", "--set", "identity_checks[iAAAAA].answered=2026-03-02")
    assert office.run("update", "1", *answered, "--reason", "已答复").status == 0
    assert office.run("update", "1", "--set", "phone=13800138000", "--reason", "补充").status == 0
    assert office.run(*LEND).json["state"] == "lent"
    assert sound(office)


def test_the_reply_about_an_identity_is_entered_as_the_list_of_duties_says(office: Office) -> None:
    under(office, {"identity": {"for": ["loan.request"]}})
    office.run(*PERSON)
    asked = ("add", "1", "identity-check", "method=electronic", "date=2026-03-02")
    assert office.run(*asked, "result=pending").status == 0
    (how,) = [row["how"] for row in office.run("todo", "--json").json if row["duty"] == "record.identity"]
    typed = how.replace("date=…", "date=2026-03-02").replace("result=…", "result=confirmed").split()
    assert office.run(*typed).status == 0
    assert not [row for row in office.run("todo", "--json").json if row["duty"] == "record.identity"]
    assert office.run(*LEND).json["state"] == "lent"


def test_a_change_of_name_that_went_round_the_case_is_found(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=旧名")
    under(office, {"rename": {"by": "case"}})
    assert codes(office, "update", "1", "--set", "name=新名", "--reason", "更名") == {"record.update/renamed_by_case"}
    with office.acting() as archive:
        record = archive.record("1")
        text = record.text.replace("name: 旧名".encode(), "name: 新名".encode())
        archive.commit(Change(("record.update",), "update: SH-000001", {record.path: text}, uids=(record.uid,), reason="更名"))
    told = office.run("verify", "--format", "json").json
    assert any("case of its own" in one["message"] for one in told), told
