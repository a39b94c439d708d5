"""Bad rows given back: as they were read, safe in a spreadsheet, and never over what somebody is mending."""

from pathlib import Path

import pytest

from archivectl.exchange.mapping import Problem
from archivectl.exchange.reading import Row, Sheet, read
from archivectl.exchange.rejects import NotOverSource, RejectsUnwritable, place, write
from archivectl.exchange.rejects import table as table_of

CELLS = ("0755", "11010519491231002X", "=1+1", "+86 138", "@张三", "-5", "上海市,浦东", "")
SHEET = Sheet("UTF-8", 1, tuple(f"列{number}" for number in range(len(CELLS))), ())
REJECTED = [
    (
        Row(41, CELLS),
        (Problem(41, "列1", "Excel has lost {what}.", {"what": "digits"}), Problem(41, "", "a remark", rejects=False)),
    )
]


@pytest.mark.parametrize("name", ["坏行.csv", "坏行.xlsx"])
def test_what_is_given_back_reads_again_as_it_was_with_the_reason_behind_it(tmp_path: Path, name: str) -> None:
    rows = table_of(SHEET, REJECTED)
    write(tmp_path / name, rows, tmp_path / "source.csv")
    sheet = read(tmp_path / name)
    assert sheet.columns == (*SHEET.columns, "Reason")
    assert [row.values for row in sheet.rows] == [(*CELLS, "列1: Excel has lost digits")]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_excel_opens_the_csv_as_utf_8_and_takes_numbers_and_formulas_for_text(tmp_path: Path) -> None:
    write(tmp_path / "坏行.csv", table_of(SHEET, REJECTED), tmp_path / "source.csv")
    content = (tmp_path / "坏行.csv").read_bytes().decode()
    assert content.startswith("\ufeff列0,")
    assert content.splitlines()[1].startswith("\t0755,\t11010519491231002X,\t=1+1,\t+86 138,\t@张三,\t-5,")


def test_a_workbook_holds_text_alone(tmp_path: Path) -> None:
    import openpyxl  # noqa: PLC0415 - heavy

    write(tmp_path / "坏行.xlsx", table_of(SHEET, REJECTED), tmp_path / "source.csv")
    page = openpyxl.load_workbook(tmp_path / "坏行.xlsx").active
    assert page
    assert {cell.data_type for row in page.iter_rows(max_col=7) for cell in row} == {"s"}


def test_a_row_with_too_many_cells_loses_none_and_old_reasons_give_way_to_new_ones() -> None:
    sheet = Sheet("UTF-8", 1, ("名称", "Reason"), ())
    rows = table_of(sheet, [(Row(2, ("甲", "old", "too", "many")), (Problem(2, "", "new"),)), (Row(3, ("乙", "old")), ())])
    assert rows == [("名称", "", "", "Reason"), ("甲", "too", "many", "new"), ("乙", "", "", "")]


def test_the_file_lies_beside_the_table_and_another_one_is_never_overwritten(tmp_path: Path) -> None:
    rows = table_of(SHEET, REJECTED)
    source = tmp_path / "三月.csv"
    first = place(source, SHEET, rows)
    assert first.name == "三月.rejected.csv"
    write(first, rows, source)
    assert place(source, SHEET, rows) == first
    first.write_text("名称,电话\n甲,1\n", encoding="utf-8")
    assert place(source, SHEET, rows).name == "三月.rejected-2.csv"
    assert place(first, SHEET, rows).name == "三月.rejected-2.csv"


def test_a_workbook_comes_back_as_a_workbook(tmp_path: Path) -> None:
    assert place(tmp_path / "三月.xlsx", Sheet("XLSX", 1, ("名称",), ()), []).name == "三月.rejected.xlsx"


def test_bad_rows_never_take_the_place_of_the_table_and_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = tmp_path / "三月.csv"
    source.write_text("名称\n甲\n", encoding="utf-8")
    with pytest.raises(NotOverSource):
        write(source, [("名称",)], source)
    with pytest.raises(RejectsUnwritable):
        write(tmp_path / "nowhere" / "x.csv", [("名称",)], source)
    assert source.read_text(encoding="utf-8") == "名称\n甲\n"
