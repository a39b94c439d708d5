"""What columns mean, and what a row then says about one customer."""

from collections import Counter
from pathlib import Path

import pytest

from archivectl.exchange import columns, mapping
from archivectl.exchange.mapping import ColumnMissing, Draft, MapUnreadable, Wishes, apply, load, propose
from archivectl.exchange.reading import Row, read
from archivectl.records import fields

DATA = Path(__file__).parents[3] / "shared" / "data"
ID = "11010519491231002X"
USCC = "91350100M000100Y43"
LISTED = {"registration.founded": "1950-12-29", "identity.tax_number": "11913502", "phone": "(02)2531-7099"}


def draft(wishes: Wishes | None = None, **cells: str) -> Draft:
    """The draft of a table with one row, given as title=cell."""
    row = Row(2, tuple(cells.values()))
    return apply(propose(tuple(cells), [row], wishes), row)


def wishes(path: Path, text: str) -> Wishes:
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_every_target_of_the_dictionary_is_a_single_field_of_the_vocabulary_or_a_part() -> None:
    targets = {target for target, _rank in columns.dictionary().values()} - columns.PARTS
    parts = {path for pair in columns.OF_A_PERSON.values() for path in pair}
    assert [path for path in targets | parts if (found := fields.field_at(path)) is None or not columns.single(found)] == []


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("customerID", "source.external_id"),
        ("Customer Id", "source.external_id"),
        ("customer_id", "source.external_id"),
        ("ＣｕｓｔｏｍｅｒＩＤ", "source.external_id"),
        ("postalCode", "address.postcode"),
        ("homePage", "website"),
        ("客户名称", "name"),
        ("*姓 名", "name.person"),
        ("电话（必填）", "phone"),
        ("手机", "phone.person"),
        ("統一編號", "identity.tax_number"),
        ("实收资本额（元）", "registration.capital"),
        ("注册资本（万元）", None),
        ("信用限额", "credit.limit"),
        ("备注", "note"),
        ("序号", None),
        ("业务备注", None),
        ("uid", None),
        ("", None),
    ],
)
def test_a_title_means_its_field_however_it_is_written(title: str, target: str | None) -> None:
    assert propose([title], []).columns[0].target == target


def test_in_a_table_with_our_file_numbers_titles_are_those_of_the_vocabulary() -> None:
    ours = propose(["档案编号", "客户编号", "手机"], [])
    assert [choice.target for choice in ours.columns] == ["number", "filing.customer_number", "phone"]
    assert propose(["客户编号"], []).columns[0].target == "source.external_id"


def test_every_column_says_why_it_is_or_is_not_imported() -> None:
    proposed = propose(["名称", "业务备注", "", "来源码"], [], Wishes({"来源码": None}))
    assert [choice.column for choice in proposed.unmatched] == ["业务备注", "", "来源码"]
    assert len({choice.reason for choice in proposed.columns}) == 4


@pytest.mark.parametrize(
    ("cells", "subject"),
    [
        ({"客户名称": "王伟", "身份证号": ID}, "person"),
        ({"公司名称": "上海示例贸易有限公司", "身份证号": ID}, "person"),
        ({"客户名称": "老王烧烤", "统一社会信用代码": USCC}, "organisation"),
        ({"姓名": "老王烧烤", "统一社会信用代码": USCC}, "organisation"),
        ({"客户名称": "上海示例贸易有限公司"}, "organisation"),
        ({"姓名": "上海示例贸易有限公司"}, "organisation"),
        ({"Name": "Example Trading Ltd."}, "organisation"),
        ({"Name": "Ejemplo S.A."}, "organisation"),
        ({"Name": "S.A. Corsen"}, "person"),
        ({"Company": "Alfreds Futterkiste", "FirstName": "Maria", "LastName": "Anders"}, "organisation"),
        ({"FirstName": "Maria", "LastName": "Anders"}, "person"),
        ({"客户名称": "老王烧烤", "法定代表人": "王五"}, "organisation"),
        ({"客户名称": "王五", "工作单位": "示例厂"}, "person"),
        ({"客户名称": "王五"}, "person"),
        ({"客户名称": "王五", "主体": "单位"}, "organisation"),
        ({"客户名称": "示例公司", "主体": "个人"}, "person"),
        ({"客户名称": "王五", "客户类型": "企业"}, "organisation"),
        ({"客户名称": "王五", "客户类型": "VIP"}, "person"),
    ],
)
def test_a_row_tells_person_from_organisation(cells: dict[str, str], subject: str) -> None:
    assert draft(None, **cells).subject == subject


def test_a_row_that_tells_nothing_has_the_subject_asked_for() -> None:
    row = Row(2, ("老王烧烤",))
    assert apply(propose(["客户名称"], [row]), row, default="organisation").subject == "organisation"


def test_a_subject_that_is_no_subject_rejects_the_row() -> None:
    said = draft(客户名称="王五", 主体="其他类")
    assert (said.rejected, said.problems[0].column) == (True, "主体")
    assert not draft(Wishes(subject="person"), 客户名称="王五", 主体="其他类").rejected


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"FirstName": "Luís", "LastName": "Gonçalves"}, {"name": "Luís Gonçalves"}),
        ({"姓": "王", "名": "伟"}, {"name": "王伟"}),
        ({"LastName": "Köhler"}, {"name": "Köhler"}),
        ({"公司名称": "示例有限公司", "姓名": "王伟"}, {"name": "示例有限公司", "contacts[].name": "王伟"}),
        ({"姓名": "王伟", "身份证号": ID, "公司": "示例厂"},
         {"name": "王伟", "identity.id_number": ID, "person.workplace": "示例厂"}),
        ({"公司名称": "示例有限公司", "联系人": "王伟", "手机": "13800138000"},
         {"name": "示例有限公司", "contacts[].name": "王伟", "contacts[].phone": "13800138000"}),
        ({"姓名": "王伟", "手机": "13800138000", "职务": "经理"},
         {"name": "王伟", "phone": "13800138000", "person.position": "经理"}),
    ],
)  # fmt: skip
def test_the_parts_of_a_row_become_one_customer(cells: dict[str, str], values: dict[str, str]) -> None:
    said = draft(None, **cells)
    assert (said.values, said.problems) == (values, ())


def test_telephone_and_mail_beside_a_persons_name_are_the_persons_own() -> None:
    cells = {"Company": "Example Ltd", "FirstName": "Maria", "LastName": "Anders", "Phone": "1", "Email": "m@example.com"}
    assert draft(None, **cells).values == {
        "name": "Example Ltd", "contacts[].name": "Maria Anders", "contacts[].phone": "1", "contacts[].email": "m@example.com",
    }  # fmt: skip
    assert draft(Wishes({"Phone": "phone"}), **cells).values["phone"] == "1"
    assert draft(None, **{**cells, "Company": ""}).values == {"name": "Maria Anders", "phone": "1", "email": "m@example.com"}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("19501229", "1950-12-29"),
        ("1950/12/29", "1950-12-29"),
        ("1950-1-9", "1950-01-09"),
        ("1950年12月29日", "1950-12-29"),
        ("1950/12/29 0:00:00", "1950-12-29"),
        ("1120831", "2023-08-31"),
        ("0391229", "1950-12-29"),
        ("112/08/31", "2023-08-31"),
        ("112年8月31日", "2023-08-31"),
        ("民國39年12月29日", "1950-12-29"),
    ],
)
def test_dates_are_told_in_all_their_forms(text: str, date: str) -> None:
    said = draft(公司名称="甲", 成立日期=text)
    assert (said.values["registration.founded"], said.problems) == (date, ())


@pytest.mark.parametrize("text", ["1950122", "80/01/01", "12/29/1950", "991231", "1121331", "19500230", "去年"])
def test_a_date_that_could_be_another_rejects_the_row(text: str) -> None:
    said = draft(公司名称="甲", 成立日期=text)
    assert said.rejected
    assert "registration.founded" not in said.values
    assert text not in str(said.problems[0])


def test_a_number_like_a_date_stays_as_it_is_where_no_date_belongs() -> None:
    assert draft(公司名称="甲", 电话="1120831", 备注="19501229").values == {"name": "甲", "phone": "1120831", "note": "19501229"}


def test_of_several_mails_the_first_is_taken_and_the_rest_reported() -> None:
    said = draft(公司名称="甲", 邮箱="a@example.com; b@example.com、c@example.com")
    assert said.values["email"] == "a@example.com"
    (problem,) = said.problems
    assert (problem.row, problem.column, problem.values, problem.rejects) == (2, "邮箱", {"count": 3}, False)
    assert "@" not in str(problem)


def test_a_number_that_excel_has_cut_rejects_the_row_only_where_it_is_wanted() -> None:
    proposed = propose(["姓名", "身份证号", "业务备注"], [])
    said = apply(proposed, Row(41, ("王伟", "1.10105E+17", ""), frozenset({1})))
    assert said.rejected
    assert said.values == {"name": "王伟"}
    assert (said.problems[0].row, said.problems[0].column) == (41, "身份证号")
    assert "1.1E+17" in str(said.problems[0])
    assert not apply(proposed, Row(41, ("王伟", "", "1.10105E+17"), frozenset({2}))).rejected


def test_identifiers_that_lack_a_digit_of_the_others_are_reported() -> None:
    rows = [Row(number, ("甲", "11913502")) for number in range(2, 12)] + [Row(12, ("乙", "3244509")), Row(13, ("丙", ""))]
    proposed = propose(["公司名称", "統一編號"], rows)
    said = [apply(proposed, row) for row in rows]
    assert [(problem.row, problem.rejects) for each in said for problem in each.problems] == [(12, False)]
    mixed = [Row(2, ("甲", "11913502")), Row(3, ("乙", "3244509")), Row(4, ("丙", "A1"))]
    assert [apply(propose(["公司名称", "統一編號"], mixed), row).problems for row in mixed] == [(), (), ()]
    assert propose(["公司名称", "統一編號"], [Row(2, ("甲", "A1"))]).columns[1].width == 0


def test_two_columns_of_one_field_fill_it_once_and_say_so_when_they_differ() -> None:
    assert draft(公司名称="甲", 公司电话="1", 电话="2").values["phone"] == "2"
    assert [problem.column for problem in draft(公司名称="甲", 公司电话="1", 电话="2").problems] == ["公司电话"]
    assert draft(公司名称="甲", 公司电话="1", 电话="1").problems == ()
    assert draft(公司名称="甲", 公司电话="1", 电话="").values["phone"] == "1"
    person = draft(姓名="王伟", 电话="1", 手机="2")
    assert (person.values["phone"], [problem.column for problem in person.problems]) == ("2", ["电话"])
    names = draft(公司名称="甲厂", 客户名称="乙厂")
    assert (names.values, [problem.column for problem in names.problems]) == ({"name": "甲厂"}, ["客户名称"])


def test_a_row_with_more_cells_than_columns_is_rejected() -> None:
    proposed = propose(["名称", "地址"], [])
    assert apply(proposed, Row(2, ("甲", "人民路1号", "2楼"))).rejected
    assert not apply(proposed, Row(2, ("甲", "人民路1号"))).rejected


def test_line_breaks_stay_only_in_long_texts() -> None:
    said = draft(公司名称="甲", 地址="人民路1号\n 2楼", 备注="一\n二")
    assert (said.values["address.street"], said.values["note"]) == ("人民路1号 2楼", "一\n二")


def test_the_external_id_is_what_the_source_calls_the_customer() -> None:
    assert draft(companyName="Alfreds", customerID="ALFKI").values["source.external_id"] == "ALFKI"
    assert "source.external_id" not in draft(companyName="Alfreds").values


def test_a_map_file_overrules_titles_and_fills_what_a_row_leaves_empty(tmp_path: Path) -> None:
    wanted = wishes(
        tmp_path / "map.yaml",
        "columns: {业务备注: note, 地址: null, 经理手机: phone.person, 2024: size.turnover}\n"
        "subject: organisation\n"
        "constants: {address.country: 中国, phone: 021-1}\n",
    )
    said = draft(wanted, **{"客户名称": "老王烧烤", "业务备注": "x", "地址": "y", "经理手机": "1", "电话": "", "2024": "5"})
    assert said.subject == "organisation"
    assert said.values == {
        "name": "老王烧烤", "note": "x", "contacts[].phone": "1", "size.turnover": "5",
        "address.country": "中国", "phone": "021-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("- a\n", MapUnreadable),
        ("column: {a: name}\n", MapUnreadable),
        ("columns: [a]\n", MapUnreadable),
        ("subject: customer\n", MapUnreadable),
        ("columns: {a: address}\n", MapUnreadable),
        ("columns: {a: 'volumes[].title'}\n", MapUnreadable),
        ("columns: {a: telephone}\n", fields.UnknownField),
        ("constants: {telephone: 1}\n", fields.UnknownField),
    ],
)
def test_a_map_file_that_cannot_be_followed_is_refused(tmp_path: Path, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        wishes(tmp_path / "map.yaml", text)


def test_a_map_file_that_is_missing_or_names_a_missing_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapUnreadable) as refusal:
        load(tmp_path / "map.yaml")
    assert refusal.value.hint.format_map(refusal.value.values).count("{") == 2
    with pytest.raises(ColumnMissing, match="电话"):
        propose(["名称"], [], wishes(tmp_path / "map.yaml", "columns: {电话: phone}\n"))
    assert wishes(tmp_path / "map.yaml", "") == Wishes()


@pytest.mark.parametrize(
    ("name", "subjects", "values"),
    [
        ("northwind/customers.csv", {"organisation": 91}, {"source.external_id": "ALFKI", "contacts[].name": "Maria Anders"}),
        ("northwind/suppliers.csv", {"organisation": 29}, {"name": "Exotic Liquids", "address.postcode": "EC1 4SD"}),
        ("chinook/customer.csv", {"organisation": 10, "person": 49}, {"contacts[].name": "Luís Gonçalves"}),
        ("twse-listed/t187ap03_L.csv", {"organisation": 992}, LISTED),
        ("twse-listed/mops-listed-cp950.csv", {"organisation": 1041}, LISTED | {"contacts[].phone": "02-25317099"}),
        ("twse-listed/db_basic.xlsx", {"organisation": 1805}, LISTED),
    ],
)
def test_public_files_become_drafts_with_a_name_each(name: str, subjects: dict[str, int], values: dict[str, str]) -> None:
    if not (DATA / name).exists():
        pytest.skip("the public files are not at hand")
    sheet = read(DATA / name)
    proposed = propose(sheet.columns, sheet.rows)
    drafts = [apply(proposed, row) for row in sheet.rows]
    assert Counter(said.subject for said in drafts) == subjects
    assert values.items() <= drafts[0].values.items()
    assert [said.row for said in drafts if said.rejected or not said.values.get("name")] == []
    shorter = sum(problem.message == mapping.SHORT for said in drafts for problem in said.problems)
    assert shorter == (160 if name.endswith("xlsx") else 0)
