"""A table taken in: new files and updates in one commit, bad rows refused, and nothing sensitive in clear."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archivectl import membership
from archivectl.crew import CHUNK, Crew
from archivectl.errors import WrongUsage
from archivectl.exchange import importing
from archivectl.records.typed import typed
from customer_tables import (
    DATA,
    FIRMS,
    PEOPLE,
    SECRETS,
    TITLES,
    bring,
    counts,
    data_of,
    file_of,
    files,
    git,
    objects,
    revealed,
    table,
    verified,
)
from office import Office
from test_duties import house


def changed(row: tuple[str, ...], title: str, value: str) -> tuple[str, ...]:
    """The row with another value in one column."""
    place = TITLES.index(title)
    return (*row[:place], value, *row[place + 1 :])


@pytest.fixture
def filled(office: Office) -> Office:
    """An office that has imported the three firms."""
    assert bring(office, TITLES, *FIRMS).status == 0
    return office


@pytest.fixture
def uncleared(office: Office) -> str:
    """An archivist who may not read what is confidential."""
    with office.acting() as archive:
        who = membership.Candidate("zhou.min", "周敏", "zhou.min@example.cn", ("archivist",), (), "internal")
        membership.add(archive, who)
    return "zhou.min"


def test_new_customers_are_numbered_in_the_order_of_the_rows_and_say_where_they_come_from(office: Office) -> None:
    answer = bring(office, TITLES, *FIRMS)
    assert (answer.status, counts(answer)) == (0, (3, 0, 0, 0))
    assert (answer.json["import"], answer.json["encoding"]) == ("DR-2026-0001", "UTF-8")
    entry = git(office, "show", "HEAD:registers/import/2026/0/DR-2026-0001.yaml")
    for place, firm in enumerate(FIRMS, start=1):
        data = data_of(office, place)
        assert (data["name"], data["source"]["external_id"]) == (firm[1], firm[0])
        assert f"uid: {data['source']['import']}\n" in entry
    assert "created: 3\n" in entry
    assert "about" not in entry


def test_an_import_is_one_commit_that_names_its_acts_once_and_verifies(office: Office) -> None:
    before = git(office, "rev-list", "--count", "main")
    bring(office, TITLES, *FIRMS)
    assert int(git(office, "rev-list", "--count", "main")) == int(before) + 1
    message = git(office, "log", "-1", "--format=%B")
    assert [line for line in message.splitlines() if line.startswith("Archive-Act")] == [
        "Archive-Act: import.bring",
        "Archive-Act: record.create",
    ]
    assert git(office, "status", "--porcelain") == ""
    assert verified(office)


def test_what_is_sensitive_stands_nowhere_in_clear_and_opens_as_it_was(office: Office) -> None:
    bring(office, TITLES, *FIRMS)
    bring(office, *PEOPLE)
    held = objects(office)
    assert b"021-5555 0101" in held
    assert [secret for secret in SECRETS if secret.encode() in held] == []
    person, contact = revealed(office, 4), revealed(office, 1)["contacts"][0]
    assert (person["name"], person["identity"]["id_number"]) == ("王小明", "11010519491231002X")
    assert (contact["name"], contact["phone"]) == ("张三", "13800138001")
    assert "contacts" not in data_of(office, 3)


def test_the_same_table_again_changes_nothing_and_makes_no_commit(filled: Office) -> None:
    before = git(filled, "rev-parse", "main")
    answer = bring(filled, TITLES, *FIRMS)
    assert (answer.status, answer.json["import"], counts(answer)) == (0, None, (0, 0, 3, 0))
    assert git(filled, "rev-parse", "main") == before


def test_a_value_that_differs_is_the_one_line_that_changes(filled: Office) -> None:
    before = files(filled)
    answer = bring(filled, TITLES, changed(FIRMS[0], "联系人电话", "13800138009"), *FIRMS[1:])
    assert counts(answer) == (0, 1, 2, 0)
    lines = list(zip(before["SH-000001.yaml"].splitlines(), file_of(filled, 1).read_bytes().splitlines(), strict=True))
    assert [old.split(b":")[0].strip() for old, new in lines if old != new] == [b"phone"]
    assert files(filled) | {"SH-000001.yaml": b""} == before | {"SH-000001.yaml": b""}
    assert revealed(filled, 1)["contacts"][0]["phone"] == "13800138009"
    assert "Archive-Act: record.update\n" in git(filled, "log", "-1", "--format=%B")
    assert verified(filled)


def test_an_empty_cell_never_takes_a_value_away(filled: Office) -> None:
    before = files(filled)
    bare = [(row[0], row[1], "", "NULL", "", "") for row in FIRMS]
    assert counts(bring(filled, TITLES, *bare)) == (0, 0, 3, 0)
    assert files(filled) == before


def test_a_change_of_axes_alone_is_a_classification(filled: Office) -> None:
    titles = ("客户编号", "客户等级")
    assert counts(bring(filled, titles, ("K1", "A"))) == (0, 1, 0, 0)
    assert data_of(filled, 1)["classification"] == {"grade": "A"}
    assert "Archive-Act: record.classify\n" in git(filled, "log", "-1", "--format=%B")
    assert verified(filled)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"姓名": ""}, "the name is missing"),
        ({"身份证号": "110105194912310021"}, "the check digit of this ID number is wrong"),
        ({"身份证号": "1.10105E+17"}, "Excel has lost digits"),
        ({"生日": "九月"}, "no date that could be told"),
        ({"性别": "也许"}, "this is not one of"),
        ({"客户代码": "P1"}, "row 2 is about the same customer"),
        ({"档案编号": "SH-000099"}, "there is no file of this number"),
    ],
)
def test_a_bad_row_refuses_the_whole_import_and_only_the_good_are_taken_where_that_is_asked_for(
    office: Office, cells: dict[str, str], told: str
) -> None:
    titles = ("客户代码", "姓名", "手机", "身份证号", "生日", "性别", "档案编号")
    good = ("P1", "王小明", "13800138011", "11010519491231002X", "1949-12-31", "男", "")
    row = {"客户代码": "P2", "姓名": "赵小红", **cells}
    rows = (titles, good, tuple(row.get(title, "") for title in titles))
    before = git(office, "rev-parse", "main")
    answer = bring(office, *rows)
    assert (answer.status, answer.json["import"], counts(answer)) == (1, None, (1, 0, 0, 1))
    assert (answer.json["problems"][0]["row"], told in answer.json["problems"][0]["message"]) == (3, True)
    assert git(office, "rev-parse", "main") == before
    answer = bring(office, *rows, options=("--accept-good",))
    assert (answer.status, counts(answer)) == (0, (1, 0, 0, 1))
    assert sorted(files(office)) == ["SH-000001.yaml"]


def test_a_bad_row_does_not_use_up_a_number(office: Office) -> None:
    nameless = ("K0", "", "021-5555 0100", "上海市", "", "")
    bring(office, TITLES, nameless, *FIRMS, options=("--accept-good",))
    assert [data_of(office, number)["source"]["external_id"] for number in (1, 2, 3)] == ["K1", "K2", "K3"]


def test_a_dry_run_decides_the_same_and_writes_rejected_rows_only_where_it_is_told(office: Office) -> None:
    before = git(office, "rev-parse", "main")
    nameless = ("K0", "", "021-5555 0100", "上海市", "", "")
    answer = bring(office, TITLES, nameless, *FIRMS, options=("--dry-run",))
    assert (answer.status, answer.json["import"], counts(answer)) == (1, None, (3, 0, 0, 1))
    assert git(office, "rev-parse", "main") == before
    assert answer.json["rejects"] is None
    assert list(office.archive.parent.glob("*rejected*")) == []
    told = office.archive.parent / "back.csv"
    bring(office, TITLES, nameless, *FIRMS, options=("--dry-run", "--rejects", str(told)))
    assert told.exists()
    assert files(office) == {}


def test_another_customer_under_the_same_number_is_refused_and_a_new_name_alone_is_an_update(filled: Office) -> None:
    stranger = ("K1", "广州模板公司", "020-5555 0199", "广州市", "", "")
    answer = bring(filled, TITLES, stranger)
    assert "another name" in answer.json["problems"][0]["message"]
    assert counts(bring(filled, TITLES, changed(FIRMS[0], "公司名称", "上海示例集团有限公司"))) == (0, 1, 0, 0)
    assert data_of(filled, 1)["name"] == "上海示例集团有限公司"


def test_a_row_is_about_the_file_whose_number_it_bears_and_two_rows_are_never_about_one(filled: Office) -> None:
    titles = ("档案编号", "客户代码", "传真")
    assert counts(bring(filled, titles, ("SH-000002", "", "0571-5555 0199"))) == (0, 1, 0, 0)
    assert data_of(filled, 2)["fax"] == "0571-5555 0199"
    answer = bring(filled, titles, ("SH-000002", "", "1"), ("", "K2", "2"))
    assert [problem["message"] for problem in answer.json["problems"]] == ["row 2 is about the same customer"]


def test_rows_are_about_the_same_files_however_many_are_looked_up_together(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 3)
    titles = ("档案编号", "客户代码", "公司名称", "传真")
    rows = [("", "K4", "苏州示例商行", "4"), ("SH-000003", "", "", "3"), ("", "K1", "", "1"), ("", "K9", "", "9")]
    answer = bring(filled, titles, *rows, ("", "K2", "", "2"), ("SH-000001", "", "", "0"), options=("--accept-good",))
    told = {problem["row"]: problem["message"] for problem in answer.json["problems"]}
    assert told == {5: "the name is missing", 7: "row 4 is about the same customer"}
    assert counts(answer) == (1, 3, 0, 2)
    found = [data_of(filled, number) for number in (1, 2, 3, 4)]
    assert [(data["number"], data["fax"]) for data in found] == [(f"SH-{number:06}", str(number)) for number in (1, 2, 3, 4)]


def test_a_contact_of_the_same_name_is_updated_and_another_one_added(filled: Office) -> None:
    rows = (changed(FIRMS[0], "联系人电话", "13800138009"), changed(FIRMS[1], "联系人", "王五"))
    assert counts(bring(filled, TITLES, *rows)) == (0, 2, 0, 0)
    assert [contact["phone"] for contact in revealed(filled, 1)["contacts"]] == ["13800138009"]
    assert [contact["name"] for contact in revealed(filled, 2)["contacts"]] == ["李四", "王五"]
    assert verified(filled)


def test_who_may_not_read_fills_what_is_empty_but_replaces_nothing(office: Office, uncleared: str) -> None:
    titles = ("客户编号", "姓名", "手机", "邮箱")
    bring(office, titles, ("P1", "王小明", "13800138011", ""), ("P2", "赵小红", "", ""))
    rows = (("P1", "", "13800138099", ""), ("P2", "", "13800138012", "p2@example.cn"))
    answer = bring(office, titles, *rows, options=("--accept-good",), member=uncleared)
    assert (answer.status, counts(answer)) == (0, (0, 1, 0, 1))
    assert "zhou.min is cleared up to internal" in answer.json["problems"][0]["message"]
    assert (revealed(office, 2)["phone"], revealed(office, 1)["phone"]) == ("13800138012", "13800138011")
    assert verified(office)


def test_who_may_not_read_contacts_leaves_them_alone(filled: Office, uncleared: str) -> None:
    before = files(filled)
    answer = bring(filled, TITLES, changed(FIRMS[0], "联系人电话", "13800138009"), member=uncleared)
    assert counts(answer) == (0, 0, 1, 0)
    assert "were left as they are" in answer.json["remarks"][0]["message"]
    assert files(filled) == before


def test_a_stopped_file_is_a_bad_row_with_the_reason_of_the_stop(filled: Office) -> None:
    filled.run("hold", "1", "--forbid", "use", "--reason", "诉讼")
    answer = bring(filled, TITLES, changed(FIRMS[0], "城市", "苏州市"))
    assert "SH-000001 is stopped by" in answer.json["problems"][0]["message"]


def test_only_an_archivist_imports_and_no_column_sets_what_only_the_tool_sets(office: Office) -> None:
    assert bring(office, TITLES, *FIRMS, member="wang.wei").status == 3
    mapping = office.archive.parent / "map.yaml"
    mapping.write_text("columns: {城市: status}\n", encoding="utf-8")
    assert bring(office, TITLES, *FIRMS, options=("--map", str(mapping))).json["error"] == "not-settable"
    assert files(office) == {}


def test_a_long_table_is_done_by_helpers_and_comes_to_the_same(
    office: Office, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_LIGHT", CHUNK)
    rows: list[tuple[str, ...]] = [
        (f"K{row}", f"示例{row}商行", f"021-5555 {row:04}", "上海市", f"联系人{row}", "13800138000")
        for row in range(2 * CHUNK + 1)
    ]
    rows[CHUNK] = changed(rows[CHUNK], "公司名称", "")
    answer = bring(office, TITLES, *rows, options=("--accept-good", "--lang", "zh"))
    assert (counts(answer), len(started)) == ((2 * CHUNK, 0, 0, 1), 2)
    assert answer.json["problems"][0]["row"] == CHUNK + 2
    assert data_of(office, CHUNK)["source"]["external_id"] == f"K{CHUNK - 1}"
    assert data_of(office, CHUNK + 1)["source"]["external_id"] == f"K{CHUNK + 1}"
    assert revealed(office, 2 * CHUNK)["contacts"][0]["name"] == f"联系人{2 * CHUNK}"
    assert verified(office)
    again = bring(office, TITLES, *rows, options=("--accept-good",))
    assert (counts(again), len(started)) == ((0, 0, 2 * CHUNK, 1), 4)


def test_an_error_in_a_helper_is_raised_here_and_ends_all_helpers(started: list[Any]) -> None:
    items = [str(number) for number in range(3 * CHUNK)]
    with Crew() as crew:
        with pytest.raises((WrongUsage, AttributeError, TypeError)):
            list(crew.spread("", typed_wrongly, items))
        assert crew._helpers == []
    assert [helper.poll() is not None for helper in started] == [True, True]


def typed_wrongly(text: str) -> object:
    return typed(None, text)  # type: ignore[arg-type]


def test_a_helper_ends_when_nobody_is_left_to_ask_it() -> None:
    program = "from archivectl import crew; crew.help_out()"
    root = str(Path(__file__).parents[2])
    helper = subprocess.run([sys.executable, "-c", program], input=b"", capture_output=True, timeout=60, check=False, cwd=root)
    assert (helper.returncode, helper.stdout, helper.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("name", "rows", "label"),
    [
        ("northwind/customers.csv", 91, "UTF-8"),
        ("northwind/suppliers.csv", 29, "UTF-8"),
        ("chinook/customer.csv", 59, "UTF-8"),
        ("twse-listed/t187ap03_L.csv", 992, "UTF-8"),
        ("twse-listed/mops-listed-cp950.csv", 1041, "CP950"),
        ("twse-listed/db_basic.xlsx", 1805, "XLSX"),
    ],
)
def test_a_public_file_is_taken_in_whole_and_a_second_time_changes_nothing(
    office: Office, name: str, rows: int, label: str, tmp_path: Path
) -> None:
    if not (DATA / name).exists():
        pytest.skip("the public files are not at hand")
    command = ("import", str(DATA / name), "--json", "--rejects", str(tmp_path / "rejected.csv"))
    answer = office.run(*command)
    assert (answer.status, answer.json["encoding"], counts(answer)) == (0, label, (rows, 0, 0, 0))
    assert counts(office.run(*command)) == (0, 0, rows, 0)
    assert verified(office)


def test_a_row_that_would_put_an_identifier_in_clear_is_refused(office: Office) -> None:
    titles = (*TITLES, "经营范围")
    answer = bring(office, titles, (*FIRMS[0], "找张三 138 0013 8000"), (*FIRMS[1], "五金"))
    assert counts(answer) == (1, 0, 0, 1)
    assert "kept in clear" in answer.out + answer.err + "".join(
        path.read_text(encoding="utf-8-sig") for path in office.run.folder.glob("*rejected*.csv")
    )


CODED = ("客户编号", "公司名称", "统一社会信用代码")
USCC = "91350100M000100Y43"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("K9", "杭州范例商行", USCC)], "SH-000001 is the file of this customer already"),
        ([("K1", "上海示例贸易有限公司", USCC), ("K2", "杭州样品商行", USCC)], "SH-000001 is the file of this customer already"),
        ([("K8", "杭州范例商行", "91310000MA1FL0001R"), ("K9", "苏州范例商行", "91310000MA1FL0001R")], "row 2 is about the same"),
    ],
)
def test_no_row_brings_the_code_of_another_file(filled: Office, rows: list[tuple[str, ...]], told: str) -> None:
    filled.run("update", "1", "--set", f"identity.uscc={USCC}", "--reason", "补充")
    answer = bring(filled, CODED, *rows)
    assert (answer.status, answer.json["rejected"]) == (1, 1)
    assert told in answer.json["problems"][0]["message"]


def test_a_value_that_lost_its_zeros_is_left_as_it_stands_and_told_once_for_all_rows(office: Office) -> None:
    titles = ("客户编号", "公司名称", "邮编")
    names = [(f"K{n}", f"第{n}示例商行") for n in range(3)]
    bring(office, titles, *((*name, "032445") for name in names))
    spoilt = [(*name, "32445") for name in names]
    assert counts(answer := bring(office, titles, *spoilt)) == (0, 0, 3, 0)
    assert [each["column"] for each in answer.json["remarks"]] == ["Postcode"] * 3
    assert data_of(office, 1)["address"]["postcode"] == "032445"
    shown = office.run("import", table(office, titles, *spoilt)).out.splitlines()
    assert [line for line in shown if "Remark" in line and "Remark: 3 rows (2, 3, 4): Postcode: " in line and "kept" in line]
    assert len([line for line in shown if "Remark" in line]) == 1


def test_the_same_reason_of_many_rows_is_shown_once(office: Office) -> None:
    nameless = [(f"K{n}", "", "", "", "", "") for n in range(9)]
    shown = office.run("import", table(office, TITLES, *nameless), "--dry-run").out
    assert "Rejected: 9 rows (2, 3, 4, 5, 6 …): the name is missing\n" in shown
    assert shown.count("the name is missing") == 1


def test_a_subject_that_was_only_assumed_is_said_and_one_that_was_told_is_not(office: Office) -> None:
    rows = (("客户编号", "客户名称"), ("K1", "甲乙"), ("K2", "丙丁"))
    shown = office.run("import", table(office, *rows), "--dry-run").out
    assert "Subject assumed: person; 2 rows; --subject says otherwise." in shown
    assert bring(office, *rows, options=("--dry-run",)).json["assumed"] == 2
    told = office.run("import", table(office, *rows), "--dry-run", "--subject", "organisation").out
    assert "Subject assumed" not in told


def test_values_that_look_wrong_are_remarks_of_the_rows_that_bring_them(office: Office) -> None:
    rows = (("客户编号", "公司名称", "邮箱"), ("K1", "上海示例贸易有限公司", "nobody"))
    first, again = bring(office, *rows), bring(office, *rows)
    assert [(each["row"], each["column"]) for each in first.json["remarks"]] == [(2, "E-mail")]
    assert (first.status, again.json["remarks"]) == (0, [])


def test_persons_whose_name_a_file_bears_already_are_counted(office: Office) -> None:
    office.run("create", "--subject", "person", "--set", "name=王小明")
    shown = office.run("import", table(office, *PEOPLE)).out
    assert "Persons whose name other files bear already: 1 (SH-000001)." in shown
    hidden = office.run("import", table(office, *PEOPLE), member="wang.wei").out
    assert "other files bear" not in hidden


def test_new_files_are_of_the_only_kind_that_there_is_as_those_made_by_hand_are(office: Office) -> None:
    papers = [{"kind": "营业执照"}]
    house(office, {"files": {"firm": {"title": {"zh": "企业", "en": "firm"}, "papers": papers}}})
    bring(office, TITLES, *FIRMS)
    office.run("create", "--subject", "organisation", "--set", "name=丁")
    assert [data_of(office, number).get("files") for number in (1, 2, 3, 4)] == [["firm"]] * 4
