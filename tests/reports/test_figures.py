"""Reports of figures: what is counted, summed and shared out by any label, in which time, and for whose eyes."""

import json
from typing import Any

import pytest

from archivectl.reports import asking, figures
from archivectl.reports.asking import Asked
from office import Office
from registers.entries import regime
from test_duties import house

FIRMS = (("甲", "A", "华东", "上海市"), ("乙", "B", "华北", "北京市"), ("丙", "A", "华东", "浙江省"))
SALES = (("1", "2026-01-15", "桌", "2", "300"), ("1", "2026-02-01", "椅", "5", "100.50"), ("2", "2026-02-02", "椅", "1", "99.50"))
FOR = ("--purpose", "年报")


@pytest.fixture(autouse=True)
def _dealings(office: Office) -> None:
    for place, (name, grade, region, province) in enumerate(FIRMS, 1):
        fields = ("--set", f"name={name}有限公司", "--set", f"address.province={province}")
        assert office.run("create", "--subject", "organisation", *fields).status == 0
        assert office.run("classify", str(place), f"grade={grade}", f"region={region}", "--reason", "x").status == 0
    for number, date, product, quantity, amount in SALES:
        told = (f"date={date}", f"product={product}", f"quantity={quantity}", f"amount={amount}")
        assert office.run("add", number, "purchase", *told).status == 0


def table(office: Office, name: str, *words: str, place: int = 0, member: str = "li.na") -> dict[str, tuple[str, ...]]:
    """A table of a report: the cells after the label, by the label."""
    found = office.run("report", name, *words, "--json", member=member)
    assert found.status == 0, found.err
    return {row[0]: tuple(row[1:]) for row in found.json["tables"][place]["rows"]}


def facts(office: Office, name: str, *words: str, member: str = "li.na") -> dict[str, str]:
    found = office.run("report", name, *words, "--json", member=member)
    return {each["name"]: each["value"] for each in found.json["facts"]}


def test_sales_are_shared_out_by_grade(office: Office) -> None:
    assert table(office, "销售构成分析", *FOR) == {
        "A": ("1", "2", "400.50", "80.1%"),
        "B": ("1", "1", "99.50", "19.9%"),
        "合计": ("2", "3", "500.00", "100.0%"),
    }


def test_sales_are_shared_out_by_product_and_by_region(office: Office) -> None:
    assert table(office, "商品构成分析", *FOR)["椅"] == ("2", "2", "6", "200.00", "40.0%")
    assert table(office, "地区构成分析", *FOR)["华东"] == ("1", "2", "400.50", "80.1%")


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        (("--month", "2026-01"), "300.00"),
        (("--month", "2026-02"), "200.00"),
        (("--year", "2026"), "500.00"),
        (("--from", "2026-01-16", "--until", "2026-02-01"), "100.50"),
        (("--where", "region=华北"), "99.50"),
    ],
)
def test_only_what_lies_in_the_time_and_among_the_files_asked_for_counts(
    office: Office, words: tuple[str, ...], amount: str
) -> None:
    found = table(office, "商品构成分析", *words, *FOR)
    assert sum(float(row[3]) for name, row in found.items() if name != "合计") == float(amount)


@pytest.mark.parametrize("label", ["客户等级", "grade", "classification.grade", "Grade"])
def test_whoever_asks_chooses_the_label_by_key_path_or_title(office: Office, label: str) -> None:
    assert table(office, "构成分析", "--by", label) == {"A": ("2", "66.7%"), "B": ("1", "33.3%"), "合计": ("3", "100.0%")}


def test_two_labels_group_together(office: Office) -> None:
    found = office.run("report", "构成分析", "--by", "grade", "--by", "省份", "--json").json["tables"][0]
    assert found["heads"][:2] == ["客户等级", "省份"]
    assert ["A", "上海市", "1", "33.3%"] in found["rows"]


def test_a_label_that_nothing_is_called_by_is_refused(office: Office) -> None:
    found = office.run("report", "构成分析", "--by", "胡说")
    assert (found.status, "胡说" in found.err) == (2, True)


def test_sealed_amounts_need_a_purpose_and_are_logged(office: Office) -> None:
    refused = office.run("report", "销售构成分析")
    assert (refused.status, "--purpose" in refused.err) == (2, True)
    assert office.run("history", "--reads", "--json").json == []
    table(office, "销售构成分析", *FOR)
    (read,) = office.run("history", "--reads", "--json").json
    assert (read["act"], read["purpose"], read["count"], read["paths"]) == ("report", "年报", 2, ["amount"])


def test_a_purpose_does_not_tell_what_is_opened(office: Office) -> None:
    assert office.run("report", "客户访问日报", "--purpose", "13800138000").status == 0
    assert office.run("add", "1", "visit", "date=2026-02-03", "person=刘经理").status == 0
    assert office.run("report", "客户访问日报", "--purpose", "刘经理来访").status == 3


def test_who_may_not_know_an_amount_is_told_how_many_were_left_out(office: Office) -> None:
    assert facts(office, "销售构成分析", *FOR, member="wang.wei")["因无权查看而未计入的数值"] == "3"
    assert table(office, "销售构成分析", *FOR, member="wang.wei")["A"] == ("1", "2", "0.00", "")


def test_a_file_that_is_closed_to_use_gives_no_figures(office: Office) -> None:
    assert office.run("hold", "2", "--forbid", "use", "--reason", "诉讼").status == 0
    assert table(office, "销售构成分析", *FOR)["B"] == ("1", "1", "0.00", "0.0%")


def test_a_dry_run_opens_nothing(office: Office) -> None:
    assert office.run("--dry-run", "report", "销售构成分析", *FOR).status == 3


def test_business_by_customer_has_a_column_for_every_kind(office: Office) -> None:
    office.run("add", "1", "visit", "date=2026-02-20", "content=回访")
    found = office.run("report", "客户业务报表", "--json").json["tables"][0]
    assert found["heads"] == ["客户", "交易", "客户访问", "笔数"]
    assert found["rows"][0] == ["SH-000001 甲有限公司", "2", "1", "3"]


def test_payments_are_set_against_the_plan(office: Office) -> None:
    with office.acting() as archive:
        number = archive.record("1").label
    for due, amount, paid in (("2026-01-05", "1000", "1000"), ("2026-02-05", "1000", "400")):
        told = (f"due={due}", f"amount={amount}", f"paid={paid}")
        added = office.run("add", number, "lease.payments", *told)
        assert added.status == 0, added.err
    found = office.run("report", "收款计划与实际", *FOR, "--json").json["tables"]
    assert found[0]["rows"] == [["SH-000001 甲有限公司", "2", "2,000.00", "1,400.00", "600.00"]]
    assert [row[-1] for row in found[1]["rows"]] == ["0.00", "600.00", "600.00"]


def test_satisfaction_is_tabulated_and_the_reports_themselves_are_not_answers(office: Office) -> None:
    for number, rating, service in (("1", "80", "90"), ("2", "61", "50")):
        told = ("mode=answer", f"rating={rating}", f"service={service}")
        assert office.run("register", "add", "feedback", "--about", number, *told).status == 0
    added = office.run("register", "add", "feedback", "mode=report", "year=2026", "answers=2", "rating=71")
    assert added.status == 0, added.err
    assert table(office, "满意度分析报告", "--year", "2026", *FOR)["2026-1"][:4] == ("2", "2", "70.5", "70")


def test_files_that_come_and_go_are_counted_by_the_month(office: Office) -> None:
    assert table(office, "客户档案月统计", "--month", "2026-03", place=1)["单位"] == ("0", "3", "0", "3")
    assert table(office, "客户档案月统计", "--month", "2026-04", place=1)["单位"] == ("3", "0", "0", "3")
    assert table(office, "客户档案月统计", "--month", "2026-02", place=1)["单位"] == ("0", "0", "0", "0")
    for act in (("propose", "3", "--reason", "期满"),):
        assert office.run("destroy", *act).status == 0
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    assert office.run("destroy", "execute", "XH-1").status == 0
    found = table(office, "客户档案月统计", "--month", "2026-03", place=1)
    assert sum(int(row[2]) for name, row in found.items() if name != "合计") == 1
    assert sum(int(row[3]) for name, row in found.items() if name != "合计") == 2


def test_new_files_are_counted_and_listed(office: Office) -> None:
    assert table(office, "新立档案月统计", "--month", "2026-03")["2026-03"] == ("3",)
    assert facts(office, "新立档案月统计", "--month", "2026-02")["统计项数"] == "0"


def test_the_figures_of_an_earlier_day_are_those_of_its_commit(office: Office) -> None:
    with office.acting() as archive:
        before = archive.tip
    office.run("create", "--subject", "organisation", "--set", "name=丁有限公司")
    assert table(office, "构成分析", "--by", "grade")["合计"] == ("4", "100.0%")
    assert table(office, "构成分析", "--by", "grade", "--at", before)["合计"] == ("3", "100.0%")
    assert table(office, "构成分析", "--by", "grade")["合计"] == ("4", "100.0%")
    assert office.run("report", "构成分析", "--at", "2001-01-01").status == 2


def test_a_house_describes_a_report_of_its_own(office: Office) -> None:
    by_month = {"zh": "月销售", "en": "Sales by month", "of": ["purchase"], "by": ["month"], "show": [{"sum": "amount"}]}
    house(office, {"analysis": {"reports": {"by-month": by_month}}})
    assert table(office, "月销售", *FOR) == {"2026-01": ("300.00",), "2026-02": ("200.00",), "合计": ("500.00",)}
    assert office.run("check").status == 0


def test_a_workbook_holds_numbers_and_a_table_of_text_none(office: Office) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy

    file = office.archive.parent / "销售.xlsx"
    assert office.run("report", "销售构成分析", *FOR, "-o", str(file)).status == 0
    cells = {cell.value for row in load_workbook(file).worksheets[0].iter_rows() for cell in row}
    assert {400.5, "A", "80.1%"} <= cells
    text = office.run("report", "销售构成分析", *FOR, "--format", "csv").out
    assert "A,1,2,400.50," in text


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--format", "pdf"), 2),
        (("--format", "xlsx"), 2),
        (("--month", "2026-13"), 2),
        (("--month", "2026-03", "--year", "2026"), 2),
    ],
)
def test_a_time_or_a_format_that_makes_no_sense_is_refused(office: Office, words: tuple[str, ...], status: int) -> None:
    assert office.run("report", "构成分析", *words).status == status


def test_opened_values_do_not_go_into_a_file_of_the_archive(office: Office) -> None:
    file = office.archive / "销售.html"
    assert office.run("report", "销售构成分析", *FOR, "-o", str(file)).status == 2
    assert not file.exists()


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"month": "2026-02"}, ("2026-02-01", "2026-02-28")),
        ({"year": "2026"}, ("2026-01-01", "2026-12-31")),
        ({"since": "2026-02-03"}, ("2026-02-03", "")),
        ({}, ("", "")),
    ],
)
def test_a_month_or_a_year_has_a_first_and_a_last_day(asked: dict[str, str], days: tuple[str, str]) -> None:
    assert asking.period(**asked) == days


@pytest.mark.parametrize(
    ("asked", "day", "covered"),
    [
        (Asked(), "", True),
        (Asked(), "2026-01-01", True),
        (Asked(since="2026-01-02"), "2026-01-01", False),
        (Asked(until="2026-01-02"), "2026-01-02", True),
        (Asked(until="2026-01-02"), "", False),
    ],
)
def test_a_day_lies_in_the_time_asked_for_or_not(asked: Asked, day: str, *, covered: bool) -> None:
    assert asked.covers(day) is covered


@pytest.mark.parametrize("name", figures.described(regime()))
def test_every_report_that_comes_with_the_tool_is_made(office: Office, name: str) -> None:
    found = office.run("report", name, *FOR, "--json")
    assert found.status == 0, found.err
    assert json.loads(found.out)["tables"]


def test_every_report_of_figures_is_listed(office: Office) -> None:
    listed: list[dict[str, Any]] = office.run("report", "list", "--json").json
    names = {each["report"] for each in listed}
    assert {spec["en"] for spec in figures.described(regime()).values()} <= names


@pytest.mark.parametrize(
    "spec", [{"show": [{"median": "amount"}]}, {"show": ["mode"]}, {"of": None}, {"by": 3}, {"columns": [{"zh": "甲"}]}]
)
def test_what_describes_no_report_is_said_so(office: Office, spec: dict[str, Any]) -> None:
    house(office, {"analysis": {"reports": {"odd": {"zh": "怪表", "en": "odd", "of": ["purchase"], "by": ["month"], **spec}}}})
    found = office.run("report", "怪表", *FOR)
    assert (found.status, "怪表" in found.err) == (4, True)


def test_a_key_that_no_report_and_no_form_has_is_found(office: Office) -> None:
    rules = {
        "analysis": {"reports": {"odd": {"zh": "甲", "en": "a", "of": "files", "group": ["grade"]}}},
        "forms": {"乙": {"signs": []}},
    }
    house(office, rules)
    found = office.run("check", "--json").json
    assert sorted(each["message"] for each in found) == ["Nothing reads “group” here.", "Nothing reads “signs” here."]
