"""Records out to a table and in again: nobody's cell changes but the edited one, and nothing sealed leaves unlogged."""

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest

from archivectl.encryption import access_log
from archivectl.exchange import columns, exporting
from archivectl.i18n import speak
from archivectl.intake import OWN
from archivectl.records import fields
from archivectl.store.repository import Repository
from customer_tables import SECRETS, counts, data_of, files, verified
from office import Office

ID_NUMBER = "11010519491231002X"
FIRM = {
    "name": "=1+1 示例有限公司",
    "former_names": "甲公司，乙公司",
    "identity.uscc": "91350100M000100Y43",
    "identity.registration_number": "350100000012345678",
    "phone": "+86 21 5555 0100",
    "website": "@example",
    "address.street": "3-2",
    "classification.grade": "A",
    "classification.time": "old",
    "classification.region": "0755",
    "registration.capital": "USD 1200.50",
    "registration.founded": "2001-02-03",
    "registration.scope": "第一行\n第二行",
    "size.staff": "1200",
    "filing.media": "paper,electronic",
    "people.owner.name": "李四",
    "people.legal_representative.name": "王五",
    "contacts[cAAAAA].name": "张三",
    "contacts[cAAAAA].phone": "13800138001",
    "contacts[cBBBBB].name": "赵六",
    "note": "-每季度联系一次",
}
PERSON = {"name": "王小明", "phone": "13800138011", "identity.id_number": ID_NUMBER, "person.birthday": "1949-12-31"}


def open_file(office: Office, subject: str, values: dict[str, str], *options: str) -> None:
    words = [word for path, value in values.items() for word in ("--set", f"{path}={value}")]
    answer = office.run("create", "--subject", subject, *words, *options)
    assert answer.status == 0, answer.err


@pytest.fixture
def customers(office: Office) -> Office:
    """An office with a firm, a person, and the company itself."""
    open_file(office, "organisation", FIRM)
    open_file(office, "person", PERSON)
    open_file(office, "own-company", {"name": "本公司"})
    return office


def export(office: Office, name: str = "客户.csv", *options: str, member: str | None = None) -> Any:
    answer = office.run("export", name, *options, "--json", member=member)
    assert answer.status == 0, answer.out + answer.err
    return answer.json


def table(office: Office, name: str = "客户.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO((office.run.folder / name).read_text(encoding="utf-8-sig"), newline="")))


def edited(office: Office, title: str, value: str, name: str = "客户.csv") -> None:
    """Put a value in one column of the first record, as a spreadsheet program would."""
    rows = table(office, name)
    rows[1][rows[0].index(title)] = value
    with (office.run.folder / name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def log(office: Office) -> list[tuple[str, str, str, tuple[str, ...], str, int]]:
    with Repository.open(office.archive) as repository:
        return [(by, a.act, a.uid, a.paths, a.purpose, a.count) for by, a in access_log.readings(repository)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["客户.csv", "客户.xlsx"])
@pytest.mark.parametrize("reveal", [(), ("--reveal", "--purpose", "核对")])
def test_what_comes_back_untouched_changes_nothing(customers: Office, name: str, language: str, reveal: tuple[str, ...]) -> None:
    before = files(customers)
    made = export(customers, name, "--lang", language, *reveal)
    assert (made["records"], made["unfit"], made["sealed"] == 0) == (3, [], bool(reveal))
    answer = customers.run("import", name, "--json", "--lang", language)
    assert (answer.status, counts(answer)) == (0, (0, 0, 3, 0)), answer.out
    assert list(answer.json["columns"].values()) == made["columns"]
    assert files(customers) == before


@pytest.mark.parametrize(
    ("title", "value", "path", "becomes"),
    [
        ("电话", "021-5555 0999", "phone", "021-5555 0999"),
        ("时间序列", "新客户", "classification.time", "new"),
        ("区域", "0020", "classification.region", "0020"),
        ("载体", "照片", "filing.media", ["photograph"]),
        ("统一社会信用代码", "91110000600037341L", "identity.uscc", "91110000600037341L"),
        ("备注", "=2+2", "note", "=2+2"),
    ],
)
def test_one_edited_cell_changes_one_field(customers: Office, title: str, value: str, path: str, becomes: object) -> None:
    export(customers, "客户.csv", "--lang", "zh")
    before = data_of(customers, 1)
    edited(customers, title, value)
    answer = customers.run("import", "客户.csv", "--json")
    assert (answer.status, counts(answer)) == (0, (0, 1, 2, 0)), answer.out
    after = data_of(customers, 1)
    assert {at for at, now in fields.walk(after) if dict(fields.walk(before)).get(at) != now} == {path}
    assert fields.get(after, path) == becomes
    assert verified(customers)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_title_leads_back_to_its_field_or_to_none(language: str) -> None:
    speak(language)
    try:
        for path, field in {**fields.vocabulary(), "classification.lane": fields.known("classification.lane")}.items():
            if field.type not in {"group", "list", "map"}:
                meant = columns.meaning(columns.title(path), own=True)
                assert (meant[0] if meant else None) == (path if columns.importable(path) else None), path
    finally:
        speak("en")


def test_what_only_the_archive_sets_is_no_column(customers: Office) -> None:
    paths = export(customers)["columns"]
    assert {path.split(".")[0] for path in paths} & OWN == {"number", "subject"}


def test_a_spreadsheet_program_calculates_and_shortens_nothing(customers: Office) -> None:
    import openpyxl  # noqa: PLC0415 - heavy

    for name in ("客户.csv", "客户.xlsx"):
        export(customers, name, "--reveal", "--purpose", "核对", "--lang", "zh")
    assert (customers.run.folder / "客户.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    head, firm, person, *_own = table(customers)
    cells = dict(zip(head, firm, strict=True))
    for title in ("名称", "登记注册号", "电话", "网址", "街道门牌", "备注", "区域"):
        assert cells[title].startswith("\t"), title
    assert (cells["员工人数"], cells["成立时间"]) == ("1200", "2001-02-03")
    assert dict(zip(head, person, strict=True))["身份证号"] == f"\t{ID_NUMBER}"
    page = openpyxl.load_workbook(customers.run.folder / "客户.xlsx").active
    assert page
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert {cell.number_format for row in page.iter_rows() for cell in row if cell.value is not None} == {"@"}


def test_what_is_sealed_stays_out_and_is_not_logged(customers: Office) -> None:
    made = export(customers)
    text = (customers.run.folder / "客户.csv").read_text(encoding="utf-8-sig")
    assert [secret for secret in (*SECRETS, "李四", "王五", "enc:") if secret in text] == []
    assert (made["opened"], made["sealed"] > 0, log(customers)) == (0, True, [])


def test_what_is_opened_is_logged_with_the_count_as_far_as_the_reader_is_cleared(customers: Office) -> None:
    made = export(customers, "客户.csv", "--reveal", "--purpose", "年度核对", member="zhao.lei")
    rows = table(customers)
    assert "王小明" in rows[2]
    assert ID_NUMBER not in str(rows)
    assert made["sealed"] > 0
    ((by, act, uid, paths, purpose, count),) = log(customers)
    assert (by, act, uid, purpose, count) == ("zhao.lei", "export", "", "年度核对", 2)
    assert "name" in paths
    assert "identity.id_number" not in paths
    assert [row["act"] for row in customers.run("history", "2", "--reads", "--json").json] == ["export"]


def test_nothing_is_written_where_it_cannot_be_logged(customers: Office) -> None:
    customers.run("show", "2", "--reveal", "--purpose", "核对")
    with Repository.open(customers.archive) as repository:
        lock = repository.place.git_dir / "refs/heads/access-log.lock"
    lock.touch()
    answer = customers.run("export", "客户.csv", "--reveal", "--purpose", "核对")
    assert answer.status == 4
    assert not (customers.run.folder / "客户.csv").exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["客户.csv", "--reveal"], 2),
        (["客户.csv", "--reveal", "--purpose", f"为{ID_NUMBER}"], 3),
        (["客户.csv", "--reveal", "--purpose", "找王小明"], 3),
        (["客户.txt"], 2),
        (["archive/客户.csv"], 2),
        (["there.csv"], 4),
        (["nowhere/客户.csv"], 4),
        (["客户.csv", "--columns", "people"], 2),
    ],
)
def test_what_may_not_be_written_is_refused_and_nothing_is_logged(customers: Office, words: list[str], status: int) -> None:
    (customers.run.folder / "there.csv").write_text("mine", encoding="utf-8")
    assert customers.run("export", *words).status == status
    assert (customers.run.folder / "there.csv").read_text(encoding="utf-8") == "mine"
    assert log(customers) == []
    assert {path.name for path in customers.run.folder.rglob("*.csv")} <= {"there.csv"}


def test_a_table_is_for_its_owner_alone(customers: Office) -> None:
    old = os.umask(0)
    try:
        export(customers)
    finally:
        os.umask(old)
    assert (customers.run.folder / "客户.csv").stat().st_mode & 0o777 == 0o600


def test_a_dry_run_opens_and_writes_nothing(customers: Office) -> None:
    made = export(customers, "客户.csv", "--reveal", "--purpose", "核对", "--dry-run")
    assert (made["records"], made["opened"], log(customers)) == (3, 0, [])
    assert not (customers.run.folder / "客户.csv").exists()


def test_a_file_that_is_stopped_keeps_its_secrets(customers: Office) -> None:
    assert customers.run("hold", "2", "--forbid", "use", "--reason", "诉讼").status == 0
    made = export(customers, "客户.csv", "--reveal", "--purpose", "核对")
    assert made["stopped"] == ["SH-000002"]
    assert "王小明" not in str(table(customers))


def test_drafts_and_tombstones_have_no_row_since_they_would_come_back_as_new_files(customers: Office) -> None:
    open_file(customers, "organisation", {"name": "草稿有限公司"}, "--draft")
    made = export(customers)
    assert (made["records"], made["left_out"]) == (3, 1)


def test_a_condition_and_columns_choose_what_is_written(customers: Office) -> None:
    columns_ = "名称,客户等级,contacts[].name,documents[].title,status"
    made = export(customers, "客户.csv", "subject=organisation", "--columns", columns_, "--lang", "zh")
    assert made["columns"] == ["number", "name", "classification.grade", "contacts[].name", "documents[].title", "status"]
    head, row = table(customers)
    assert row == ["SH-000001", "\t=1+1 示例有限公司", "A", "", "", "已归档"]
    edited(customers, "档案状态", "草稿")
    answer = customers.run("import", "客户.csv", "--json")
    assert counts(answer) == (0, 0, 1, 0)
    assert {each["column"] for each in answer.json["unmatched"]} == set(head[-2:])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("former_names", ["Example, Inc."]),
        ("name", " 甲"),
        ("name", "无"),
        ("note", "x" * 40_000),
        ("note", "_x0041_"),
        ("filing.handled", "2026-03-02T00:00"),
        ("email", "a@example.cn b@example.cn"),
    ],
)
def test_a_value_that_no_cell_gives_back_is_left_out(path: str, value: object) -> None:
    assert exporting._exact(fields.known(path), value) == ""


def test_a_choice_is_told_by_its_title_and_by_its_key_where_that_says_more() -> None:
    assert exporting._exact(fields.known("status"), "filed") == "filed"
    assert exporting._exact(fields.known("former_names"), ["甲", "乙"]) == "甲, 乙"
    assert exporting._exact(fields.known("size.staff"), 12) == "12"


def test_an_export_of_nothing_has_its_titles(customers: Office, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    assert export(customers, str(path), "name=没有", "--columns", "phone")["records"] == 0
    assert path.read_text(encoding="utf-8-sig") == "File number,Phone\n"
