"""Changing a file, and what follows an offence: each reason as it refuses, and the same act beside it, where it is legal."""

from collections.abc import Mapping
from typing import Any

import pytest

from archivectl.registers import owed
from archivectl.registers.fold import Case
from archivectl.registers.owing import File
from archivectl.registers.waiting import waiting
from registers.entries import DAY, LI_NA, UID, Made, case, event, member, record, regime
from registers.test_deciding import USUAL, Act, decided, row

APPROVING = regime(house={"update": {"approve": ["manager"]}})
ENCRYPTING = regime(house={"media": {"encrypt": "all"}})
APART = regime(
    house={
        "departments": {"sales": {"zh": "销售部", "en": "Sales"}, "office": {"zh": "办公室", "en": "Office"}},
        "separation": {"collect": ["sales"], "file": ["office"]},
    }
)
SELLER, CLERK = member("amy", "archivist", department="销售部"), member("bob", "archivist", department="office")
LADDER = regime(house={"discipline": {"ladder": ["warning", "fine", "dismissal"]}})
NAMED = regime(house={"discipline": {"consequences": [{"when": {"offence": ["leak", "loss"]}, "do": ["liability"]}]}})
ATTESTED = regime(house={"routine": {"custody": {"every": "1mo", "attest": ["manager", "supervisor"]}}})
SUBMITTED = case("intake", event("s", "submit", data={"rule": {}}), made=Made(number="SJ-2026-0001"))
COLLECTED = {"mode": "survey", "what": "资料", "date": DAY, "collector": "—"}
PENALTY = {"person": "—", "mode": "warning", "offence": "leak"}
USUAL |= {"conduct.propose": PENALTY}
SCAN, BOUND = {"id": "dAAAAA", "kind": "合同", "medium": "electronic"}, {"id": "dAAAAA", "kind": "合同", "medium": "paper"}
LATER = {"values": {"documents[dAAAAA].medium": "electronic"}}
NUMBERED = {"values": {"note": "身份证号 11010519491231002X"}}
CUSTODY = case(
    "duty",
    event("d", "do", data={"rule": {"attest": ["manager", "supervisor"]}}),
    made=Made((), {"do": "custody", "result": "完好"}, number="SW-2026-0001"),
)


def reported(rule: Mapping[str, Any]) -> Case:
    """A change that was reported."""
    made = Made(columns={"mode": "change", "what": "—"}, number="BG-2026-0001")
    return case("change", event("r", "report", data={"rule": rule}), made=made)


ROWS = [
    row("record.update/reason_given", {"data": {"reason": " "}}, {"data": {"reason": "更正"}}),
    row("record.update/reason_given", {"data": {"reason": ""}}, {"data": {"reason": "", "entry": UID}}),
    row("record.remove/reason_given", {"data": {"reason": ""}}, {}),
    row("record.classify/reason_given", {"data": {"reason": ""}}, {}),
    row("record.update/change_approved", {}, {"data": {"entry": UID}}, regime=APPROVING),
    row("record.remove/change_approved", {}, {"data": {"entry": UID}}, regime=APPROVING),
    row("record.update/nothing_in_clear", {"data": NUMBERED}, {"data": {"values": {"note": "大客户"}}}),
    row("record.add/nothing_in_clear", {"data": NUMBERED}, {"data": {"values": {"contacts[cAAAAA].phone": "13800138000"}}}),
    row("record.create/nothing_in_clear", {"data": {**NUMBERED, "content": {"subject": "organisation"}}},
        {"data": {"values": {}, "content": {"subject": "organisation"}}}, file=None),
    row("record.add/electronic_encrypted", {"data": {"values": {"documents[dAAAAA].medium": "database"}}},
        {"data": {"values": {"documents[dAAAAA].medium": "database", "documents[dAAAAA].encrypted": True}}}, regime=ENCRYPTING),
    row("record.create/electronic_encrypted", {"data": {"content": {"documents": [SCAN]}}},
        {"data": {"content": {"documents": [{**SCAN, "encrypted": True}]}}}, file=None, regime=ENCRYPTING),
    row("record.update/electronic_encrypted", {"data": LATER}, {"data": {"values": {"documents[dAAAAA].place": "柜3"}}},
        file=record(documents=[BOUND]), regime=ENCRYPTING),
    row("intake.submit/of_their_department", {"who": CLERK}, {"who": SELLER}, regime=APART, file=record(status="stub")),
    row("intake.accept/of_their_department", {"who": SELLER}, {"who": CLERK}, regime=APART, case=SUBMITTED),
    row("collection.enter/of_their_department", {"who": CLERK, "columns": COLLECTED}, {"who": SELLER, "columns": COLLECTED},
        regime=APART),
    row("conduct.propose/as_the_rules_say", {"columns": {**PENALTY, "mode": "handling"}}, {"columns": PENALTY}, file=None,
        regime=LADDER),
    row("conduct.propose/as_the_rules_say", {"columns": {**PENALTY, "mode": "education"}},
        {"columns": {**PENALTY, "mode": "praise"}}, file=None, regime=LADDER),
    row("conduct.propose/as_the_rules_say", {"columns": PENALTY}, {"columns": {**PENALTY, "mode": "liability"}}, file=None,
        regime=NAMED),
    row("duty.attest/chain", {"who": LI_NA}, {"who": member("chen.jing", "manager")}, file=None, case=CUSTODY, regime=ATTESTED),
    row("change.enter/from", {"case": reported({"approve": ["manager"]})}, {"case": reported({})}),
    row("regulation.approve/chain", {"who": LI_NA}, {"who": member("chen.jing", "manager")}, file=None,
        case=case("regulation", event("s", "study", data={"rule": {"amends": ["manager"]}}), event("d", "discuss", "s"),
                  made=Made((), {"regulation": "—", "study": "—"}, number="ZD-2026-0001"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert {reason.code for reason in decided(refused).reasons} == {code}
    assert decided(allowed).reasons == ()


@pytest.mark.parametrize("do", ["custody", "保管情况检查"])
def test_a_duty_is_attested_by_those_that_the_regime_names_for_it_however_it_is_called(do: str) -> None:
    opened = decided(Act("duty.do", file=None, regime=ATTESTED, columns={"do": do, "result": "完好"}))
    assert opened.rule["attest"] == ["manager", "supervisor"]
    assert not decided(Act("duty.do", file=None, regime=regime("stack-room"), columns={"do": "pest-check", "result": "—"})).rule


UNTOLD = {"update": {"every": "6mo", "incomplete": "1mo", "idle": "1y", "after": {"visit": "same-day", "purchase": "3d"}}}
PAPERS = {
    "files": {
        "store": {"title": {"zh": "店", "en": "store"}, "papers": [{"kind": "营业执照"}]},
        "dealer": {"title": {"zh": "经销商", "en": "dealer"}, "required": ["phone"]},
    }
}
FINED = {
    "update": {**UNTOLD["update"], "offence": "missed-update"},
    "fines": [{"when": {"offence": "missed-update"}, "amount": "20"}],
}


@pytest.mark.parametrize(
    ("duty", "happened", "fields", "due"),
    [
        ("record.refresh", {"changed": "2026-03-02"}, {}, "2026-09-02"),
        ("record.refresh", {"changed": "2026-03-02", "reviewed": "2026-05-02"}, {}, "2026-11-02"),
        ("record.refresh", {}, {"filing": {"archived": "2026-02-01"}}, "2026-08-01"),
        ("record.refresh", {"changed": "2026-03-02"}, {"status": "draft"}, None),
        ("record.improve", {"changed": "2026-03-02"}, {"files": ["store"]}, "2026-04-02"),
        ("record.improve", {"changed": "2026-03-02"}, {"status": "stub"}, "2026-04-02"),
        ("record.improve", {"changed": "2026-03-02"}, {"files": ["dealer"]}, "2026-04-02"),
        ("record.improve", {"changed": "2026-03-02"}, {"files": ["dealer"], "phone": "021-55550100"}, None),
        (
            "record.improve",
            {"changed": "2026-03-02"},
            {"files": ["store"], "documents": [{"id": "dAAAAA", "kind": "营业执照"}]},
            None,
        ),
        ("record.follow", {"changed": "2026-03-02", "visit": "2026-03-05"}, {}, "2026-03-05"),
        ("record.follow", {"changed": "2026-03-02", "purchase": "2026-03-05"}, {}, "2026-03-08"),
        ("record.follow", {"changed": "2026-03-05", "visit": "2026-03-05"}, {}, None),
        ("record.follow", {"changed": "2026-03-02", "care": "2026-03-05"}, {}, None),
        ("record.revive", {"changed": "2026-03-02"}, {}, "2027-03-02"),
        ("record.revive", {"changed": "2026-03-02", "care": "2026-06-01"}, {}, "2027-06-01"),
    ],
)
def test_a_file_that_stands_still_asks_to_be_seen_to(
    duty: str, happened: Mapping[str, str], fields: Mapping[str, Any], due: str | None
) -> None:
    rules = regime(house={**UNTOLD, **PAPERS})
    file = File(record(**fields).data, "SH-000001", happened, "2026-01-01")
    assert [one.due for one in owed.of_file(file, rules, owed.sources(rules)) if one.duty == duty] == ([due] if due else [])


def test_the_fine_for_a_missed_update_is_told_with_it() -> None:
    rules = regime(house=FINED)
    file = File(record().data, "SH-000001", {"changed": "2026-03-02", "visit": "2026-03-05"}, "2026-01-01")
    told = next(one.say["values"] for one in owed.of_file(file, rules, owed.sources(rules)) if one.duty == "record.follow")
    assert (told["day"], told["what"]["zh"], told["fine"]) == ("2026-03-05", "客户访问", "20")


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"every": "1mo"}, "backup.every"),
        ({"day": 1}, "backup.day"),
        ({"every": {"months": [4]}, "day": 1}, "backup.every"),
    ],
)
def test_what_comes_round_again_names_the_rule_that_says_so(rules: Mapping[str, Any], path: str) -> None:
    assert owed.routine(regime(house={"backup": rules}))["backup"]["path"] == path


@pytest.mark.parametrize(
    ("rules", "state", "columns", "asked"),
    [
        ({}, [], {}, None),
        ({"backup": {"off_site": True}}, [], {}, "carry_off"),
        ({"backup": {"off_site": True}}, [event("c", "carry_off", "m", data={"place": "分库"})], {}, None),
        ({"backup": {"off_site": True}}, [], {"off_site": True}, None),
    ],
)
def test_a_backup_waits_to_be_taken_off_site_where_that_is_asked(
    rules: Mapping[str, Any], state: list[dict[str, Any]], columns: Mapping[str, Any], asked: str | None
) -> None:
    made = Made((), {"place": "本部", **columns}, number="BF-2026-0001")
    kept = case("backup", event("b", "begin"), event("m", "make", "b", data={"digest": "—"}), *state, made=made)
    found = waiting(kept, regime(house=rules))
    assert (found.step if found else None) == asked
