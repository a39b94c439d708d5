"""A file whose grade raises what is in it: what goes round that is found by `check` and `verify`, or once it is opened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archivectl import disclosure, intake, membership
from archivectl.checking import run
from archivectl.encryption import age, envelope
from archivectl.encryption.envelope import MovedValue
from archivectl.intake import contents
from archivectl.records import interactions
from attacks.branches import COMPANY, Office

Data = dict[str, Any]
YEAR = "2026-03-02"


@pytest.fixture
def raised(office: Office) -> Office:
    """A company graded secret, under rules that raise what is in it."""
    office.act("li.na", intake.update, "2", {"classification.credit": "A"}, (), "补")
    office.commit({"regime/house.yaml": b"secrecy: {raise: true}\n"}, "regime.house")
    values = {"secrecy": "secret", "phone": "021-62345678", "fax": "021-62345679", "address.city": "福州市"}
    office.act("li.na", intake.update, "2", values, (), "定密")
    assert office.findings() == []
    return office


def change(office: Office, edit: Callable[[Data], object], by: str = "li.na") -> str:
    return office.commit({COMPANY: office.record(COMPANY, edit)}, "record.update", by=by)


def sealed(data: Data, path: str, level: str, epoch: int) -> str:
    """A value under a new key of that level, which is listed."""
    recipient = age.generate()[1]
    key = envelope.key_id(recipient)
    data["keys"].append({"id": key, "level": level, "of": "record", "epoch": epoch, "recipient": recipient})
    return envelope.seal("021-62345670", uid=data["uid"], path=path, level=level, recipient=recipient)


def bared(data: Data) -> None:
    data["phone"] = "021-62345678"


def added_in_clear(data: Data) -> None:
    data["website"] = "www.example.cn"


def lowered(data: Data) -> None:
    data["phone"] = sealed(data, "phone", "confidential", 1)


@pytest.mark.parametrize("edit", [bared, added_in_clear, lowered])
def test_what_stands_lower_than_the_grade_is_found(raised: Office, edit: Callable[[Data], None]) -> None:
    made = change(raised, edit)
    assert {(finding.commit, finding.rule) for finding in raised.findings()} == {(made, "verify/keys")}
    place = raised.repository.place.work_tree
    assert [(each.rule, each.path) for each in run.run(place).findings] == [("sealed", COMPANY)]


def test_a_file_graded_by_hand_without_sealing_it_is_found(raised: Office) -> None:
    made = change(raised, lambda data: data.update(secrecy="top-secret"))
    told = [finding for finding in raised.findings() if finding.commit == made]
    assert {finding.rule for finding in told} == {"verify/keys"}
    assert len(told) == 6  # phone, fax, city, credit, and the contact's name and phone


def test_a_raised_value_that_was_moved_opens_nowhere(raised: Office) -> None:
    change(raised, lambda data: data.update(phone=data["fax"], fax=data["phone"]))
    with pytest.raises(MovedValue):
        disclosure.reveal(raised.archive(), raised.archive().record("2"), ["phone"], "核对")


def test_who_may_not_read_a_raised_value_may_not_replace_it_either(raised: Office) -> None:
    made = change(raised, lambda data: data.update(phone=sealed(data, "phone", "secret", 0)), by="wang.wei")
    assert {(finding.commit, finding.rule) for finding in raised.findings()} == {(made, "verify/keys")}


def test_who_may_not_read_what_was_sealed_replaces_nothing_by_raising_the_grade(raised: Office) -> None:
    def edit(data: Data) -> None:
        values = {path: sealed(data, path, "top-secret", 0) for path in ("phone", "fax", "address.city")}
        data.update(secrecy="top-secret", phone=values["phone"], fax=values["fax"])
        data["address"]["city"] = values["address.city"]
        del data["contacts"]

    made = change(raised, edit, by="wang.wei")
    rules = {finding.rule for finding in raised.findings() if finding.commit == made}
    assert "verify/keys" in rules


def test_a_clerk_seals_nothing_anew_without_giving_the_grade(raised: Office) -> None:
    """What would pass for sealing anew, but is another value: only who grades files may say the grade once more."""
    bare = change(raised, bared)
    made = change(raised, lambda data: data.update(phone=sealed(data, "phone", "secret", 0)), by="wang.wei")
    assert [finding.commit for finding in raised.findings() if finding.rule == "verify/act"] == [made]
    assert bare in {finding.commit for finding in raised.findings()}


def test_a_scan_of_a_raised_file_is_taken_away_by_nobody_who_may_not_see_it(raised: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    who = membership.Candidate("qian.er", "钱二", "qian.er@example.cn", ("archivist",), (), "confidential")
    raised.act("li.na", membership.add, who)
    raised.act("li.na", contents.add, "2", "document", {"kind": "合同", "form": "原件"}, scan)
    [path] = [entry.path for entry in raised.repository.tree(raised.tip, "objects")]
    without = raised.record(COMPANY, lambda data: data["documents"][0].pop("object"))
    made = raised.commit({COMPANY: without, path: None}, "record.update", by="qian.er")
    assert {finding.commit for finding in raised.findings() if finding.rule == "verify/keys"} == {made}


def test_a_line_of_what_happened_is_not_left_in_clear_nor_sealed_lower(raised: Office) -> None:
    raised.act("wang.wei", contents.add, "2", "visit", {"result": "续约"})
    assert raised.findings() == []
    uid = raised.data(COMPANY)["uid"]
    path = interactions.path(uid, YEAR)
    row = {"id": "iAAAAA", "kind": "visit", "date": YEAR, "by": "wang.wei", "result": "续约"}
    made = raised.commit({path: raised.read(path) + interactions.line(row)}, "record.add", by="wang.wei")
    assert {(finding.commit, finding.rule) for finding in raised.findings()} == {(made, "verify/keys")}
    old = next(key for key in raised.data(COMPANY)["keys"] if (key["level"], key["of"]) == ("confidential", "record"))
    low = envelope.seal("续约", uid=uid, path="interactions[iBBBBB].result", level="confidential", recipient=old["recipient"])
    after = raised.commit(
        {path: raised.read(path) + interactions.line(row | {"id": "iBBBBB", "result": low})}, "record.add", by="wang.wei"
    )
    assert ["stands lower than secret" in finding.text for finding in raised.findings() if finding.commit == after] == [True]


def test_a_grade_raised_on_one_side_and_a_field_entered_in_clear_on_the_other_is_found_once_united(raised: Office) -> None:
    raised.act("li.na", intake.create, "organisation", {"name": "商行"})
    number, base = "4", raised.tip
    raised.act("wang.wei", intake.update, number, {"fax": "021-62345670"}, (), "补")
    other = raised.tip
    raised.git("reset", "--quiet", "--hard", base)
    raised.act("li.na", intake.update, number, {"secrecy": "secret"}, (), "定密")
    path = raised.archive().record(number).path
    text = raised.record(path, lambda data: data.update(fax="021-62345670"))
    raised.commit({path: text}, parents=[raised.tip, other], reason="", date="", subject="Merge branch")
    assert raised.findings() == []
    assert [(each.rule, each.path) for each in run.run(raised.repository.place.work_tree).findings] == [("sealed", path)]
    raised.act("li.na", intake.update, number, {"secrecy": "secret"}, (), "定密")
    assert [*raised.findings(), *run.run(raised.repository.place.work_tree).findings] == []
