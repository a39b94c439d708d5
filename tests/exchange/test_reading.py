"""Tables of other programs are read without losing a character, or refused with a reason."""

import base64
import datetime as dt
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from archivectl.errors import ArchiveError
from archivectl.exchange import encoding, reading
from archivectl.exchange.reading import Row, Sheet, read

DATA = Path(__file__).parents[3] / "shared" / "data"
SIMPLIFIED = "客户名称,电话,备注\n上海示例贸易有限公司,021-62580000,续租谈判\n北京甲乙丙商店,010-12345678,老客户\n"
TRADITIONAL = "公司名稱,電話,備註\n臺灣範例股份有限公司,(02)2531-7099,續租談判\n高雄示例商行,07-1234567,老客戶\n"
# The first sheet of a workbook as Excel 97 wrote it: 客户名称 电话 成立日期 / 上海示例贸易有限公司 2162580000 2001-05-09
XLS = (
    "eNrtWE1IVFEU/u6bGeeHmfGNjoEWNhhZmS4iIol0VKZczTRW0C+Uk5OENsZQxLgoy2YlQhAERRvDFm2sNv1Qi9oFCkYtgkCYKVq1KShwofM698ybGC3BgRKM"
    "+z3uued+5553z7u/7703077M2KOaLBahFRbkDCfKijhByVko6CC7YUi1kDsoGQqrCk4HDWSZDc89U3Y5hnK8s9Dw0PqKJPCR0nGcQ2QgEQ+sIDo4hm4hY2gh"
    "KXCHGC+qOaoKlqdYVrJ8wDVfsGxjZpRlC9XNiKOYDkYams1ZfFirY5sX8r5P2OcDM9tQhddyFl++LvJ1bWhPnunuX2WGWqsb46AB7Ywn4klZLsc9uIAjhKZw"
    "uCkUysBPgz2OH0YA+F5Y1S8Dil9ZXoD42YW8fQneQYO4mL+hWYEhGCd5kaThxgartGji7rGdsTnshizmE1Oeg19TVHXHhZkRYvTY5ODn+PpeF4QrcvHsrtTI"
    "vubRytPO3ujN/q7ZAy655fMWoS/YIjy8dNwke1DOuo8XkE4xzt3/9jYciwZPMDPEx0L+8NgoY4WBK9KDnL1s0VhaKDWwvpXlVb7rWtZrWPppdlNeH60ylb3D"
    "XOcaW+upne2Md8FNRfpm0tNfup7Wpj8Ft5A+0Zkd9E+8D46hjg6zHvKX1zAaRaO4fUviWbCQC3OjmWFZ/dum49B0M3bDPCHLMS+XGcHHMl+SvSN+lTSzr6S3"
    "+IO3YG/ZHxbqIcHehNDkukz7JU3aNYor2aGhVavAY+6+tqJj2gUFBQUFBQUFBQWFJSDMF3CL+ZFgM1/w7eZ/nXlKOfWb5L/FfgzQdZ4+KvcgQXkSqZLmzxrY"
    "ROFeYpk+hf+FEoeo9ST6EOM4+kqev/SBJoqfZ9mO+t9bQqW2nyslzn/c/k/voNuX"
)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (SIMPLIFIED, "utf-8", "UTF-8"),
        (SIMPLIFIED, "utf-8-sig", "UTF-8"),
        (SIMPLIFIED, "gb18030", "GB18030"),
        (SIMPLIFIED, "gbk", "GB18030"),
        (SIMPLIFIED, "utf-16", "UTF-16"),
        (SIMPLIFIED, "utf-16-le", "UTF-16-LE"),
        (SIMPLIFIED, "utf-16-be", "UTF-16-BE"),
        (TRADITIONAL, "cp950", "CP950"),
        (TRADITIONAL, "gb18030", "GB18030"),
        (TRADITIONAL.replace("高雄", "旺角嘅"), "big5hkscs", "BIG5HKSCS"),
        ("name,phone\nAlfreds,030-0074321\n", "ascii", "UTF-8"),
        ("name,phone\n王伟,13800138000\n", "gb18030", "GB18030"),
        ("name,phone\n陳寶蓮,0912345678\n", "cp950", "CP950"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(tmp_path: Path, text: str, codec: str, label: str) -> None:
    sheet = read(write(tmp_path / "a.csv", text.encode(codec)))
    assert sheet.encoding == label
    assert [sheet.columns, *(row.values for row in sheet.rows)] == [tuple(line.split(",")) for line in text.splitlines()]


def test_a_byte_order_mark_before_a_quotation_mark_is_no_part_of_the_title(tmp_path: Path) -> None:
    sheet = read(write(tmp_path / "a.csv", '"名称","地址, 电话"\n"甲店","一楼, 021"\n'.encode("utf-8-sig")))
    assert (sheet.columns, sheet.rows[0].values) == (("名称", "地址, 电话"), ("甲店", "一楼, 021"))


def test_a_named_encoding_overrides_what_the_text_looks_like(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "name,city\nJosé,München\n".encode("cp1252"))
    with pytest.raises(encoding.EncodingUnclear):
        read(path)
    assert read(path, encoding="cp1252").rows[0].values == ("José", "München")


def test_a_named_encoding_that_does_not_fit_is_refused_with_the_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"name,city\nA,B\nC,\xff\n")
    with pytest.raises(encoding.EncodingWrong) as refusal:
        read(path, encoding="utf-8")
    assert refusal.value.values["line"] == 3
    with pytest.raises(encoding.EncodingUnknown):
        read(path, encoding="gb-99")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_makes_rows_of_one_width(tmp_path: Path, delimiter: str) -> None:
    rows = [["名称", "地址", "金额"], ["甲店", "中山路1号, 2楼", "1,5"], ["乙店", "人民路2号", "2,5"]]
    text = "".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + "\r\n" for row in rows)
    sheet = read(write(tmp_path / "a.csv", text))
    assert [list(sheet.columns), *(list(row.values) for row in sheet.rows)] == rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_row(tmp_path: Path, end: str) -> None:
    sheet = read(write(tmp_path / "a.csv", end.join(["名称,电话", "甲店,1", "乙店,2"])))
    assert [row.values for row in sheet.rows] == [("甲店", "1"), ("乙店", "2")]


def test_the_header_may_stand_below_a_title_and_a_blank_row(tmp_path: Path) -> None:
    sheet = read(
        workbook(
            tmp_path / "a.xlsx",
            [["2026年3月新客户一览表"], [], ["客户名称", "业务备注", "电话"], ["甲店", "x", "021"], [], ["乙店"]],
        )
    )
    assert sheet.header_row == 3
    assert sheet.columns == ("客户名称", "业务备注", "电话")
    assert sheet.rows == (Row(4, ("甲店", "x", "021")), Row(6, ("乙店", "", "")))


def test_a_title_that_is_also_a_column_title_is_not_the_header(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.csv", "客户,,\n客户名称,电话,备注\n甲店,1,x\n")).header_row == 2


def test_the_header_of_a_table_of_papers_is_known_by_what_its_rows_are_and_of(tmp_path: Path) -> None:
    table = "类别,所属,文件种类,形式,材料类别\n文件,A-1,收入证明,复印件,mortgage\n文件,A-1,供款存折,复印件,mortgage\n"
    assert read(write(tmp_path / "a.csv", table)).header_row == 1


def test_an_unknown_header_is_the_row_with_the_most_words(tmp_path: Path) -> None:
    sheet = read(write(tmp_path / "a.csv", "甲部门内部资料,,\n,,\n甲列,乙列,丙列\n一,二,三\n"))
    assert (sheet.header_row, sheet.columns) == (3, ("甲列", "乙列", "丙列"))


@pytest.mark.parametrize("cell", ["NULL", "null", "N/A", "－", "－ ", "-", "—", "无", "  ", "\t", "\u3000", "\ufeff"])
def test_marks_of_nothing_are_nothing(tmp_path: Path, cell: str) -> None:
    assert read(write(tmp_path / "a.csv", f"名称,电话\n甲店,{cell}\n")).rows[0].values == ("甲店", "")


@pytest.mark.parametrize("cell", ["无锡", "A-1", "NULLA", "N/A 1"])
def test_marks_of_nothing_inside_a_cell_stay(tmp_path: Path, cell: str) -> None:
    assert read(write(tmp_path / "a.csv", f"名称,电话\n{cell},1\n")).rows[0].values == (cell, "1")


def test_cells_lose_their_edges_and_control_characters_but_no_letters(tmp_path: Path) -> None:
    sheet = read(write(tmp_path / "a.csv", '名称,税号,地址\n\u3000甲 店\u200b\x07 ,\t11913502,"一楼\r\n二楼"\n'))
    assert sheet.rows[0].values == ("甲 店", "11913502", "一楼\n二楼")


def test_numbers_and_dates_of_a_workbook_become_the_text_a_person_saw(tmp_path: Path) -> None:
    day = dt.datetime(2001, 5, 9, 0, 0)  # noqa: DTZ001 - workbooks know no zones
    row: list[object] = ["甲店", 11913502, 12.5, day, day.replace(hour=14, minute=30), dt.time(9, 5), True, "03244509", 0.1 + 0.2]
    sheet = read(workbook(tmp_path / "a.xlsx", [["名称", "电话", *"cdefghi"], row]))
    texts = ("甲店", "11913502", "12.5", "2001-05-09", "2001-05-09T14:30", "09:05", "TRUE", "03244509", "0.3")
    assert sheet.rows[0].values == texts
    assert sheet.encoding == "XLSX"


def test_numbers_that_excel_has_cut_are_marked(tmp_path: Path) -> None:
    sheet = read(
        workbook(
            tmp_path / "a.xlsx",
            [["姓名", "身份证号", "电话"], ["甲", 110105194912310020, 13800138000], ["乙", "11010519491231002X", None]],
        )
    )
    assert [row.damaged for row in sheet.rows] == [{1}, frozenset()]
    assert sheet.rows[0].values == ("甲", "1.10105E+17", "13800138000")
    sheet = read(write(tmp_path / "a.csv", "姓名,身份证号,电话\n甲,1.1E+17,138\n乙,1.10105e+17,139\n丙,3E02,140\n"))
    assert [row.damaged for row in sheet.rows] == [{1}, {1}, frozenset()]


def test_a_workbook_of_excel_97_is_read(tmp_path: Path) -> None:
    sheet = read(write(tmp_path / "客户.xls", zlib.decompress(base64.b64decode(XLS))))
    assert sheet == Sheet(
        "XLS", 1, ("客户名称", "电话", "成立日期"), (Row(2, ("上海示例贸易有限公司", "2162580000", "2001-05-09")),)
    )


def test_an_open_document_is_read(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row)
        + "</table:table-row>"
        for row in [["名称", "电话"], ["甲店", "021"]]
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{office}manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0"'
            f' xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="a">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    assert read(tmp_path / "a.ods") == Sheet("ODS", 1, ("名称", "电话"), (Row(2, ("甲店", "021")),))


def test_a_workbook_is_told_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    assert read(workbook(tmp_path / "a.xlsx", [["名称", "电话"], ["甲店", "1"]]).rename(tmp_path / "a.csv")).encoding == "XLSX"
    assert read(write(tmp_path / "b.xls", "名称\t电话\n甲店\t1\n".encode("gb18030"))).encoding == "GB18030"


def test_the_first_worksheet_that_is_not_blank_is_read_unless_one_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [], [["名称", "电话"], ["甲店", "1"]], [["名称", "电话"], ["乙店", "2"]])
    assert (read(path).rows[0].values[0], read(path).others) == ("甲店", ("Sheet", "Sheet2"))
    assert read(path, sheet="Sheet2").rows[0].values[0] == "乙店"
    with pytest.raises(reading.SheetMissing, match="Sheet9") as refusal:
        read(path, sheet="Sheet9")
    assert refusal.value.values["sheets"] == "Sheet, Sheet1, Sheet2"


def test_cells_beyond_the_last_title_are_kept_for_the_report(tmp_path: Path) -> None:
    sheet = read(write(tmp_path / "a.csv", "名称,地址\n甲店,人民路1号,2楼\n乙店,中山路,\n丙店\n"))
    assert [row.values for row in sheet.rows] == [("甲店", "人民路1号", "2楼"), ("乙店", "中山路"), ("丙店", "")]


def far_corner(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "名称"
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(path)
    return path


def zip_of_something_else(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def sparse(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(reading.LIMIT + 1)
    return path


def content(text: str | bytes) -> Callable[[Path], Path]:
    return lambda path: write(path, text)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda path: path, reading.SourceMissing),
        (folder, reading.SourceNoFile),
        (content(b""), reading.SourceEmpty),
        (content("\n,,\n \n"), reading.SourceEmpty),
        (content(b"\xff"), encoding.EncodingUnclear),
        (content("1"), reading.HeaderMissing),
        (content("13800138000,20260302\n13900139000,20260303\n"), reading.HeaderMissing),
        (content(b"name,phone\nA\0B,1\n"), encoding.NotText),
        (content(bytes(range(256)) * 8), encoding.NotText),
        (content(b"\0" * 100), encoding.NotText),
        (content("名称,电话\n" + "长" * 200_000 + ",1\n"), reading.TableBroken),
        (content('名称,电话\n"甲店,1\n乙店,2\n'), reading.TableBroken),
        (content(b"PK\x03\x04" + b"x" * 100), reading.WorkbookUnreadable),
        (content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000), reading.WorkbookUnreadable),
        (content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")), reading.WorkbookLocked),
        (zip_of_something_else, reading.WorkbookUnreadable),
        (far_corner, reading.WorkbookUnreadable),
        (lambda path: workbook(path, [], []), reading.SourceEmpty),
        (sparse, reading.SourceTooLarge),
    ],
)
def test_a_hostile_file_is_refused_with_a_way_out(
    tmp_path: Path, make: Callable[[Path], Path], refusal: type[ArchiveError]
) -> None:
    with pytest.raises(refusal) as raised:
        read(make(tmp_path / "客户"))
    assert "客户" in str(raised.value)
    assert raised.value.hint.format_map(raised.value.values)


def test_a_damaged_workbook_takes_nothing_down_with_it(tmp_path: Path) -> None:
    whole = zlib.decompress(base64.b64decode(XLS))
    dice = random.Random(7)  # noqa: S311 - the same damage on every run
    for _ in range(20):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        try:
            read(write(tmp_path / "a.xls", bytes(damaged[: dice.randrange(1000, len(damaged))])))
        except ArchiveError as refusal:
            assert refusal.message  # noqa: PT017 - reading on is as good as refusing


@pytest.mark.parametrize(
    ("name", "label", "rows"),
    [
        ("northwind/customers.csv", "UTF-8", 91),
        ("northwind/suppliers.csv", "UTF-8", 29),
        ("chinook/customer.csv", "UTF-8", 59),
        ("twse-listed/t187ap03_L.csv", "UTF-8", 992),
        ("twse-listed/mops-listed-cp950.csv", "CP950", 1041),
        ("twse-listed/db_basic.xlsx", "XLSX", 1805),
    ],
)
def test_public_files_are_read_whole(name: str, label: str, rows: int) -> None:
    if not (DATA / name).exists():
        pytest.skip("the public files are not at hand")
    sheet = read(DATA / name)
    assert (sheet.encoding, sheet.header_row, len(sheet.rows)) == (label, 1, rows)
    assert {len(row.values) for row in sheet.rows} == {len(sheet.columns)}


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("titles.csv", "客户名称,电话,备注\n", reading.RowsMissing),
        ("cards.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:张三\nEND:VCARD\n", reading.NoTable),
        ("cards.csv", "\ufeffbegin:vcard\nFN:张三\n", reading.NoTable),
        ("list.pdf", "%PDF-1.7\n", reading.NoTable),
    ],
)
def test_what_holds_no_rows_is_refused_for_what_it_is(
    tmp_path: Path, name: str, content: str, refusal: type[ArchiveError]
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(refusal):
        read(path)


def test_standard_input_is_no_file() -> None:
    with pytest.raises(reading.NoStream):
        read(Path("-"))
