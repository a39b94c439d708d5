"""What stands on the pages that are printed: cards, contents, sheets, catalogues, slips and ledgers."""

import subprocess
from typing import Any

import pytest

from archivectl import disclosure
from archivectl.i18n import MASK
from archivectl.registers import kinds
from archivectl.reports import entries, files, holdings
from archivectl.tables.page import Page, Sign
from office import Office

NAME = "甲<script>有限公司"


@pytest.fixture(autouse=True)
def _file(office: Office) -> None:
    filing = ("--set", "filing.place=3柜", "--set", "filing.media=paper", "--set", "filing.archived=2025-06-01")
    office.run("create", "--subject", "organisation", "--set", f"name={NAME}", *filing)
    for kind, date, pages in (("合同", "2025-03-01", 12), ("营业执照", "2024-01-01", 3)):
        assert office.run("add", "1", "document", f"kind={kind}", f"date={date}", f"pages={pages}", "form=original").status == 0
    assert office.run("volumes", "1", "--form").status == 0
    office.run("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")


def one(office: Office, make: Any, number: str = "1", member: str = "li.na") -> list[Page]:
    with office.acting(member) as archive:
        pages: list[Page] = make(archive, archive.record(number))
        return pages


def all_(office: Office, make: Any, member: str = "li.na") -> Page:
    with office.acting(member) as archive:
        names = disclosure.names(archive, list(archive.index.records()))
        (page,) = make(archive, names)
        assert isinstance(page, Page)
        return page


def row(page: Page, number: str) -> dict[str, str]:
    (table,) = page.tables
    return dict(zip(table.heads, next(cells for cells in table.rows if number in cells), strict=True))


def test_the_card_holds_every_field_and_what_lies_in_the_file(office: Office) -> None:
    (page,) = one(office, files.card)
    facts = dict(page.facts)
    assert (facts["Name"], facts["Filing · Place"], facts["Filing · Media"]) == (NAME, "3柜", "paper")
    assert [row[2] for row in page.tables[0].rows] == ["营业执照", "合同"]
    assert (page.code, page.signs) == ("SH-000001", (Sign("Filled in by"),))


def test_what_is_sealed_is_dots_on_the_card_but_for_the_name_which_lists_show_as_well(office: Office) -> None:
    (page,) = one(office, files.card, "2")
    assert "13800138000" not in {value for _name, value in page.facts}
    assert dict(page.facts)["Name"] == "张三"
    assert MASK in {value for _name, value in page.facts}


def test_a_person_is_named_on_every_page_as_in_the_lists_of_the_same_reader(office: Office) -> None:
    office.run("member", "add", "wu.kai", "--name", "吴凯", "--role", "clerk", "--clearance", "internal", "--generate-keys")
    office.run("lend", "2", "--to", "王伟", "--purpose", "核对")
    for member, named in (("li.na", True), ("wu.kai", False)):
        listed = "张三" in office.run("list", member=member).out
        pages = (("labels", "2"), ("bag sheet", "2"), ("card", "2"), ("借阅台账",), ("catalogue",))
        assert {listed, *("张三" in office.run("report", *page, member=member).out for page in pages)} == {named}


def test_the_contents_number_the_papers_and_their_pages(office: Office) -> None:
    (page,) = one(office, files.contents)
    (table,) = page.tables
    column = dict(zip(table.heads, zip(*table.rows, strict=True), strict=True))
    assert column["Archive number"] == ("SH-000001-01-001", "SH-000001-01-002")
    assert column["Page"] == ("1", "4")
    assert ("Volume", "1") in page.facts


def test_the_bag_sheet_has_every_line_and_leaves_the_empty_ones_blank(office: Office) -> None:
    (page,) = one(office, files.bag_sheet)
    facts = dict(page.facts)
    assert (facts["Filing · Place"], facts["Filing · Archivist"]) == ("3柜", "")
    assert page.tables[0].rows[0][:2] == ("1", "SH-000001-01")
    assert page.code == "SH-000001"


def test_the_check_form_tells_what_the_inventory_noted(office: Office) -> None:
    with office.acting() as archive:
        volume = archive.record("1").data["volumes"][0]["id"]
    started = office.run("inventory", "start", "--by", "volume", "--json", member="li.na")
    assert started.status == 0, started.err
    noted = office.run("inventory", "note", started.json["inventory"], f"SH-000001/{volume}", "--note", "缺第3页")
    assert noted.status == 0, noted.err
    (page,) = one(office, files.check_forms)
    (table,) = page.tables
    assert table.rows[0] == ("2026-03-02", "缺第3页", "李娜")
    assert ("", "", "") in table.rows


def test_there_is_a_label_for_the_file_and_every_part_whose_code_is_accepted_back(office: Office) -> None:
    pages = one(office, files.labels)
    assert len(pages) == 4
    for page in pages:
        assert office.run("show", page.code.lower(), "--json").json["number"] == "SH-000001"


def test_the_catalogue_tells_what_each_file_holds_who_keeps_it_and_since_when(office: Office) -> None:
    found = row(all_(office, holdings.catalogue), "SH-000001")
    wanted = {"Name": NAME, "Keeper": "李娜", "Archiving date": "2025-06-01", "Place": "3柜"}
    assert {key: found[key] for key in wanted} == wanted
    assert (found["Material"], found["Volumes"], found["Items"], found["Pages"]) == ("合同, 营业执照", "1", "2", "15")
    assert row(all_(office, holdings.catalogue), "SH-000002")["Name"] == "张三"
    assert row(all_(office, holdings.catalogue, "wang.wei"), "SH-000002")["Name"] == MASK


def test_the_catalogue_of_volumes_has_a_line_for_each(office: Office) -> None:
    found = row(all_(office, holdings.volume_catalogue), "SH-000001")
    assert (found["Archive number"], found["From"], found["Until"], found["Pages"]) == (
        "SH-000001-01",
        "2024-01-01",
        "2025-03-01",
        "15",
    )


def test_the_reconciliation_lists_only_files_that_differ(office: Office) -> None:
    assert all_(office, holdings.reconciliation).tables[0].rows == ()
    office.run("update", "1", "--set", "filing.media=paper,electronic", "--reason", "核对")
    page = all_(office, holdings.reconciliation)
    assert row(page, "SH-000001")["Difference"] == "electronic is stated, none is listed"
    assert page.facts == (("Files compared", "2"), ("Files that differ", "1"))


def test_the_list_of_missing_numbers_tells_spans_and_what_history_says(office: Office) -> None:
    assert all_(office, holdings.gaps).tables[0].rows == ()
    for _each in range(4):
        office.run("create", "--subject", "organisation", "--set", "name=乙有限公司")

    for number in (3, 4):
        subprocess.run(["git", "rm", "-q", f"customers/SH/0/SH-00000{number}.yaml"], cwd=office.archive, check=True)
    who = ["-c", "user.name=x", "-c", "user.email=x@example.cn"]
    subprocess.run(["git", *who, "commit", "-qm", "removed"], cwd=office.archive, check=True)
    found = row(all_(office, holdings.gaps), "SH-000003")
    assert (found["First number"], found["Last number"], found["How many"]) == ("SH-000003", "SH-000004", "2")
    assert found["What history says"].count("last in commit") == 2


def test_every_register_renders_as_a_ledger_with_its_columns(office: Office) -> None:
    with office.acting() as archive:
        for name in kinds.names(archive.regime):
            kind = archive.kind(name)
            (table,) = entries.register(archive, kind, archive.register(name)).tables
            columns = len(kind.form["columns"]) if "columns" in kind.form else len(kind.columns) + 5
            assert len(table.heads) == columns + len(kind.form.get("sign", ()))


def test_a_slip_has_every_column_the_course_and_a_code(office: Office) -> None:
    lent = office.run("lend", "1", "--volume", "1", "--to", "王伟", "--purpose", "核对", "--pages", "15", "--json")
    with office.acting() as archive:
        page = entries.slip(archive, archive.case(lent.json["loan"]))
    facts = dict(page.facts)
    assert facts["Records"] == f"SH-000001 {NAME} Volumes 1 SH-000001-01"
    assert {facts["borrower"], facts["purpose"]} == {"王伟", "核对"}
    assert [row[1] for row in page.course[0].rows] == ["request", "hand_out"]
    assert page.code == lent.json["loan"]


@pytest.mark.parametrize(
    "name",
    ["档案卡", "contents", "卷内备考表", "档案袋信息表", "标签", "借阅台账", "案卷目录", "总表核对表", "漏号表", "catalogue"],
)
def test_every_report_is_printed_in_the_language_of_the_office(office: Office, name: str) -> None:
    about = ["1"] if name in {"档案卡", "contents", "卷内备考表", "档案袋信息表", "标签"} else []
    answer = office.run("report", name, *about, "--json")
    assert answer.status == 0, answer.err
    assert '<html lang="zh">' in answer.json["html"]
    assert "<script>" not in answer.json["html"]


def test_a_report_that_is_not_there_or_lacks_its_file_is_refused(office: Office) -> None:
    assert "：卷内目录" in office.run("report", "卷内目次", "--lang", "zh").err
    assert "archivectl 报表 list" in office.run("report", "不存在", "--lang", "zh").err
    assert "NUMBER" in office.run("report", "card").err
    assert "标签" in office.run("report", "--lang", "zh").out
