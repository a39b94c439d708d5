"""A grade that raises what is in a file: what is sealed then, by whom, and what another grade makes of a file that stands."""

from pathlib import Path
from typing import Any

import pytest

from archivectl import attachments, disclosure, yaml_text
from archivectl.checking import run
from archivectl.encryption.envelope import is_sealed, parse
from archivectl.intake import MustOpen, update
from archivectl.intake.contents import interactions_of
from archivectl.records import fields
from archivectl.records.opening import NotCleared
from office import Office

FIRM = ("--subject", "organisation", "--set", "name=上海示例贸易有限公司")
PHONE = ("--set", "phone=021-62345678", "--set", "note=老客户")
SECRET = ("--set", "secrecy=secret")
WHY = ("--reason", "定密")
CLEAR = ("phone", "note", "website", "identity.uscc")
CONTENT = (*CLEAR, "contacts[cAAAAA].name", "contacts[cAAAAA].phone", "classification.credit")
JOINS = ("member", "add", "qian.er", "--name", "钱二", *("--role", "archivist", "--clearance", "confidential", "--generate-keys"))
FILLED = (
    *("--set", "website=www.example.cn", "--set", "identity.uscc=91350100M000100Y43", "--set", "classification.credit=A"),
    *("--set", "classification.grade=A", "--set", "contacts[cAAAAA].name=张三", "--set", "contacts[cAAAAA].phone=13800138000"),
)


def adopt(office: Office, rules: str = "secrecy: {raise: true}\n") -> None:
    house = office.run.folder / "house.yaml"
    house.write_text(rules, encoding="utf-8")
    done = office.run("regime", "adopt", str(house))
    assert done.status == 0, done.err


@pytest.fixture
def raising(office: Office) -> Office:
    """An office whose rules raise what is in a file to its grade."""
    adopt(office)
    return office


def done(office: Office, *words: str, member: str = "li.na") -> Any:
    answer = office.run(*words, "--json", member=member)
    assert answer.status == 0, answer.err
    return answer.json


def data_of(office: Office, number: int = 1) -> dict[str, Any]:
    data: dict[str, Any] = yaml_text.load((office.archive / f"customers/SH/0/SH-{number:06}.yaml").read_bytes())
    return data


def levels(data: dict[str, Any]) -> dict[str, str]:
    """The levels at which the sealed values of a record stand."""
    return {path: str(found.level) for path, value in fields.walk(data) if is_sealed(value) and (found := parse(value))}


def revealed(office: Office, number: int = 1) -> dict[str, Any]:
    with office.acting() as archive:
        return disclosure.reveal(archive, archive.record(str(number)), [], "核对")


def judged(office: Office) -> list[str]:
    """What `check` and `verify` find, by rule."""
    found = [finding.rule for finding in run.run(office.archive).findings]
    return found + [finding["rule"] for finding in office.run("verify", "--json").json]


def test_a_file_is_sealed_as_high_as_it_is_graded_when_it_is_opened_but_not_what_it_is_filed_by(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *FILLED, *SECRET, member="wang.wei")
    data = data_of(raising)
    assert levels(data) == dict.fromkeys(CONTENT, "secret")
    assert (data["name"], data["classification"]["grade"], data["keeper"]) == ("上海示例贸易有限公司", "A", "wang.wei")
    assert {(row["of"], row["level"], row["epoch"]) for row in data["keys"]} == {
        ("record", "secret", 0), ("contacts[cAAAAA]", "secret", 0),
    }  # fmt: skip
    assert judged(raising) == []


def test_without_the_rule_a_grade_seals_nothing(office: Office) -> None:
    done(office, "create", *FIRM, *PHONE, *FILLED, *SECRET)
    assert set(levels(data_of(office)).values()) == {"confidential"}
    assert "phone" not in levels(data_of(office))
    answer = done(office, "update", "1", "--set", "secrecy=top-secret", *WHY)
    assert answer["changed"] == ["secrecy"]
    assert "sealed_anew" not in answer


def test_a_higher_grade_seals_anew_what_stands_below_it_in_the_same_commit(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *FILLED, member="wang.wei")
    before = data_of(raising)
    assert set(levels(before).values()) == {"confidential"}
    answer = done(raising, "update", "1", *SECRET, "--set", "fax=021-62345670", *WHY)
    after = data_of(raising)
    assert levels(after) == dict.fromkeys((*CONTENT, "fax"), "secret")
    assert (answer["changed"], set(answer["sealed_anew"]), answer["older_keys"]) == (["secrecy", "fax"], set(CONTENT), [])
    assert after["keys"][: len(before["keys"])] == before["keys"]
    assert {(row["level"], row["of"]) for row in after["keys"][len(before["keys"]) :]} == {
        ("secret", "record"), ("secret", "contacts[cAAAAA]"),
    }  # fmt: skip
    clear = revealed(raising)
    assert {path: clear[path] for path in ("phone", "note", "contacts[cAAAAA].phone", "classification.credit")} == {
        "phone": "021-62345678", "note": "老客户", "contacts[cAAAAA].phone": "13800138000", "classification.credit": "A",
    }  # fmt: skip
    assert judged(raising) == []


def test_the_answer_says_what_was_sealed_anew_and_what_the_history_still_shows(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE)
    assert raising.run("update", "1", *SECRET, *WHY).out.splitlines() == [
        "SH-000001: changed Secrecy.",
        "SH-000001: sealed anew for its grade: Phone, Note.",
        "Its older versions stay in the history, and who could read them still can.",
    ]


def test_who_may_not_read_what_is_to_be_sealed_anew_is_told_whom_to_ask_and_nothing_is_written(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *SECRET)
    done(raising, *JOINS)
    before, keys = data_of(raising), sorted(raising.run.folder.rglob("*.jsonl"))
    with raising.acting("qian.er") as archive, pytest.raises(MustOpen) as refusal:
        update(archive, "1", {"secrecy": "top-secret"}, (), "定密")
    told = refusal.value.values
    assert (told["path"], told["level"], told["wanted"]) == ("phone", "secret", "top-secret")
    assert (told["member"], told["able"]) == ("qian.er", "chen.jing, li.na")
    assert (data_of(raising), sorted(raising.run.folder.rglob("*.jsonl"))) == (before, keys)


def test_who_may_read_what_stands_there_raises_a_file_beyond_what_they_may_read(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *FILLED)
    done(raising, *JOINS)
    done(raising, "update", "1", *SECRET, *WHY, member="qian.er")
    assert raising.run("show", "1", "--reveal", "--purpose", "核对", member="qian.er").status == 3
    assert revealed(raising)["phone"] == "021-62345678"
    assert judged(raising) == []


def test_a_lower_grade_opens_nothing_and_says_so(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *SECRET)
    answer = raising.run("update", "1", "--set", "secrecy=internal", *WHY)
    assert "what is sealed higher than the grade now asks stays so until it is entered again" in answer.out
    assert levels(data_of(raising)) == {"phone": "secret", "note": "secret"}
    done(raising, "update", "1", "--set", "phone=021-62345679", "--reason", "更正")
    assert (data_of(raising)["phone"], levels(data_of(raising))) == ("021-62345679", {"note": "secret"})
    assert judged(raising) == []


def test_an_uncleared_clerk_enters_a_field_of_a_raised_file_without_reading_it_and_replaces_none(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *SECRET)
    done(raising, "update", "1", "--set", "fax=021-62345670", "--reason", "补", member="wang.wei")
    assert levels(data_of(raising))["fax"] == "secret"
    assert raising.run("show", "1", "--reveal", "--purpose", "核对", member="wang.wei").status == 3
    assert raising.run("update", "1", "--set", "fax=021-62345671", "--reason", "改", member="wang.wei").status == 3
    assert revealed(raising)["fax"] == "021-62345670"
    assert judged(raising) == []


def test_what_happened_with_the_customer_and_new_scans_take_keys_of_the_grade(raising: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    done(raising, "create", *FIRM)
    done(raising, "add", "1", "visit", "result=续约", "purpose=拜访", member="wang.wei")
    done(raising, "add", "1", "document", "kind=合同", "form=原件", f"file=@{scan}")
    done(raising, "update", "1", *SECRET, *WHY)
    done(raising, "add", "1", "visit", "result=续约", "purpose=拜访", member="wang.wei")
    with raising.acting() as archive:
        rows = interactions_of(archive, archive.record("1"))
    sealed = [{key: parse(row[key]).level if is_sealed(row[key]) else "" for key in ("result", "purpose")} for row in rows]  # type: ignore[union-attr]
    assert sorted(sealed, key=str) == [{"result": "", "purpose": "confidential"}, {"result": "secret", "purpose": "secret"}]
    assert judged(raising) == []


def test_a_new_scan_takes_a_key_of_the_grade_and_goes_by_no_lower_hand(raising: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    done(raising, "create", *FIRM, *SECRET)
    done(raising, *JOINS)
    paper = done(raising, "add", "1", "document", "kind=合同", "form=原件", f"file=@{scan}", member="wang.wei")["id"]
    assert [(row["level"], row["of"]) for row in data_of(raising)["keys"]] == [("secret", "record")]
    assert raising.run("remove", "1", paper, "--reason", "误", member="qian.er").status == 3
    done(raising, "remove", "1", paper, "--reason", "误")


def test_scans_and_interactions_from_before_keep_their_keys_until_the_file_gets_new_ones(raising: Office, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    done(raising, "create", *FIRM, *PHONE)
    done(raising, "add", "1", "visit", "purpose=拜访")
    [paper] = [done(raising, "add", "1", "document", "kind=合同", "form=原件", f"file=@{scan}")["id"]]
    answer = done(raising, "update", "1", *SECRET, *WHY)
    assert answer["older_keys"] == [f"documents[{paper}].object", "interactions"]
    opening = ("show", "1", "--document", paper, "--purpose", "核对", "--out", str(tmp_path / "out"))
    assert "record.open/cleared" in raising.run(*opening, "--json", member="zhao.lei").out
    with raising.acting("zhao.lei") as archive, pytest.raises(NotCleared):
        attachments.found(archive, archive.record("1"), attachments.named(archive.record("1"), paper))
    done(raising, "key", "rekey", "1", "--reason", "提高密级")
    with raising.acting() as archive:
        [row] = interactions_of(archive, archive.record("1"))
    assert str(row["purpose"]).startswith("enc:1:secret:")
    assert judged(raising) == []


def test_rules_that_raise_later_are_met_by_giving_the_grade_once_more(office: Office) -> None:
    done(office, "create", *FIRM, *PHONE, *FILLED, *SECRET)
    adopt(office)
    assert set(judged(office)) == {"sealed"}
    answer = done(office, "update", "1", *SECRET, *WHY)
    assert (answer["changed"], set(answer["sealed_anew"])) == ([], set(CONTENT))
    assert judged(office) == []
    assert done(office, "update", "1", *SECRET, *WHY)["changed"] == []


def test_new_keys_are_as_high_as_the_grade(office: Office) -> None:
    done(office, "create", *FIRM, *FILLED, *SECRET)
    adopt(office)
    done(office, "key", "rekey", "1", "--reason", "提高密级")
    assert set(levels(data_of(office)).values()) == {"secret"}
    assert office.run("verify", "--json").json == []


def test_another_change_seals_what_is_clear_on_the_way_and_leaves_what_it_may_not_open(office: Office) -> None:
    done(office, "create", *FIRM, *PHONE, *FILLED, *SECRET)
    adopt(office)
    answer = done(office, "update", "1", "--set", "department=销售部", "--reason", "调整", member="wang.wei")
    assert set(answer["sealed_anew"]) == set(CLEAR)
    left = {"contacts[cAAAAA].name", "contacts[cAAAAA].phone", "classification.credit"}
    assert {path for path, level in levels(data_of(office)).items() if level == "confidential"} == left
    assert {finding.values["path"] for finding in run.run(office.archive).findings} == left
    assert office.run("verify", "--json").json == []


def test_a_person_s_name_is_raised_too_and_known_to_those_alone_who_are_cleared(raising: Office) -> None:
    done(raising, "create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
    assert "张三" in raising.run("list", member="zhao.lei").out  # and now is in their cache of names
    done(raising, "update", "1", *SECRET, *WHY)
    assert levels(data_of(raising)) == {"name": "secret", "phone": "secret"}
    assert "张三" not in raising.run("list", member="zhao.lei").out
    assert "张三" not in raising.run("search", "张三", member="zhao.lei").out.splitlines()[-1]
    assert "张三" in raising.run("list", member="chen.jing").out


def test_no_index_holds_what_a_grade_raised_and_who_is_cleared_finds_it_exactly(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *FILLED)
    assert "SH-000001" in raising.run("list", "website=www.example.cn", member="wang.wei").out
    done(raising, "update", "1", *SECRET, *WHY)
    assert "SH-000001" not in raising.run("list", "website=www.example.cn", member="wang.wei").out
    assert "SH-000001" not in raising.run("search", "老客户", member="li.na").out
    assert "SH-000001" in raising.run("list", "identity.uscc=91350100M000100Y43").out
    assert "SH-000001" in raising.run("search", "91350100M000100Y43").out
    assert "SH-000001" not in raising.run("search", "91350100M000100Y43", member="wang.wei").out
    assert "91350100M000100Y43" not in raising.run("show", "1").out


def test_a_reason_does_not_repeat_what_the_grade_seals(raising: Office) -> None:
    done(raising, "create", *FIRM, *SECRET)
    refused = raising.run("update", "1", "--set", "note=欠款未清", "--reason", "补记欠款未清")
    assert (refused.status, "note" in data_of(raising)) == (3, False)


def test_a_table_raises_the_files_it_opens_and_those_it_grades(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE)
    table = raising.run.folder / "table.csv"
    rows = ("档案编号,名称,密级,备注", "SH-000001,上海示例贸易有限公司,机密,", ",乙有限公司,机密,新", ",丙有限公司,,旧", "")
    table.write_text("\n".join(rows), encoding="utf-8")
    done(raising, "import", str(table), "--subject", "organisation", "--yes")
    assert levels(data_of(raising)) == {"phone": "secret", "note": "secret"}
    assert (levels(data_of(raising, 2)), levels(data_of(raising, 3))) == ({"note": "secret"}, {})
    assert judged(raising) == []
    entry = done(raising, "register", "list", "import")
    done(raising, "undo", entry["entries"][0]["id"] if isinstance(entry, dict) else entry[0]["id"], "--reason", "误导入")
    assert data_of(raising)["phone"] == "021-62345678"
    assert judged(raising) == []


def test_a_row_that_grades_what_its_writer_may_not_open_is_rejected(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE, *SECRET)
    done(raising, *JOINS)
    table = raising.run.folder / "table.csv"
    table.write_text("档案编号,名称,密级\nSH-000001,上海示例贸易有限公司,绝密\n", encoding="utf-8")
    before = data_of(raising)
    told = raising.run("import", str(table), "--subject", "organisation", "--dry-run", "--json", member="qian.er").json
    assert (told["rejected"], told["problems"][0]["row"]) == (1, 2)
    assert data_of(raising) == before


def test_what_is_put_back_to_a_lower_grade_stays_sealed_where_it_is_what_it_was(raising: Office) -> None:
    done(raising, "create", *FIRM, *PHONE)
    first = raising.run("history", "1", "--json").json
    done(raising, "update", "1", *SECRET, *WHY)
    commit = str((first["versions"] if isinstance(first, dict) else first)[-1]["commit"])
    done(raising, "update", "1", "--as-of", commit, "--reason", "退回")
    assert (data_of(raising)["secrecy"], levels(data_of(raising))) == ("internal", {"phone": "secret", "note": "secret"})
    assert judged(raising) == []
