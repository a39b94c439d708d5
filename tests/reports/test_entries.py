"""What stands on the pages of registers: who signed, what went out and came back, item by item, and never a uid."""

import re
from typing import Any

import pytest

from archivectl.i18n import MASK
from archivectl.registers import kinds
from archivectl.reports import entries, items
from archivectl.tables.page import Page, Sign
from office import Office
from test_duties import house

FIRM = ("create", "--subject", "organisation", "--set")
EXPIRED = (
    *("--set", "retention.term=5y", "--set", "retention.events[eAAAAA].event=ended"),
    *("--set", "retention.events[eAAAAA].date=2016-02-29", "--set", "volumes[vAAAAA].pages=42"),
    *("--set", "volumes[vAAAAA].from=2010-01-01", "--set", "volumes[vAAAAA].until=2015-12-31"),
)
UID = re.compile(r"\b[A-Z2-7]{26}\b")


@pytest.fixture(autouse=True)
def _files(office: Office) -> None:
    done(office, *FIRM, "name=甲有限公司", "--set", "filing.place=3柜1层", *EXPIRED)
    done(office, *FIRM, "name=乙有限公司", "--set", "secrecy=confidential", "--set", "filing.place=3柜2层")
    done(office, "create", "--subject", "person", "--set", "name=张三")


def done(office: Office, *args: str, member: str = "li.na") -> Any:
    answer = office.run(*args, member=member)
    assert answer.status == 0, answer.err
    return answer


def slip(office: Office, number: str, member: str = "li.na") -> Page:
    with office.acting(member) as archive:
        return entries.slip(archive, archive.case(number))


def ledger(office: Office, name: str) -> list[dict[str, str]]:
    with office.acting() as archive:
        (table,) = entries.register(archive, archive.kind(name), archive.register(name)).tables
    return [dict(zip(table.heads, row, strict=True)) for row in table.rows]


def texts(page: Page) -> list[str]:
    cells = [cell for table in (*page.tables, *page.course) for row in table.rows for cell in row]
    return [*cells, *(value for _name, value in page.facts), *page.text]


def test_a_file_that_is_gone_is_called_so_where_its_name_stood(office: Office) -> None:
    for loan, number in enumerate(("1", "3"), 1):
        done(office, "lend", number, "--to", "王伟", "--purpose", "核对", "--pages", "42")
        done(office, "return", f"JY-{loan}", "--pages", "42", "--condition", "intact")
    done(office, "handover", "propose", "1", "3", "--to", "王伟", "--reason", "轮岗")
    done(office, "register", "step", "JJ-1", "withdraw", "opinion=重复")
    done(office, "update", "3", *EXPIRED, "--reason", "到期")
    done(office, "destroy", "propose", "1", "3", "--reason", "期满")
    done(office, "approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        done(office, "destroy", "supervise", "XH-1", member=member)
    done(office, "destroy", "execute", "XH-1")
    assert [row["Records"] for row in ledger(office, "loan")] == ["SH-000001 destroyed", "SH-000003 destroyed"]
    # What was listed then keeps the name that stood there in clear; the other one is gone with its key.
    assert [row[2] for row in slip(office, "JJ-1").tables[0].rows] == ["甲有限公司", "destroyed"]
    assert ">SH-000001 已销毁<" in done(office, "report", "借阅台账").out
    assert "已销毁" in done(office, "report", "档案目录").out


def test_a_register_is_printed_by_year(office: Office) -> None:
    done(office, "register", "add", "store", "mode=pests", "paper=甲单", "--today", "2025-12-30")
    done(office, "register", "add", "store", "mode=pests", "paper=乙单")
    both, this = (done(office, "report", "出入库单", *more).out for more in ((), ("--year", "2026")))
    assert ("甲单" in both, "乙单" in both) == (True, True)
    assert ("甲单" in this, "乙单" in this) == (False, True)
    assert [row["id"] for row in done(office, "register", "list", "store", "--year", "2025", "--json").json] == ["CK-2025-0001"]


def test_the_loan_ledger_tells_what_went_out_came_back_and_who_signed(office: Office) -> None:
    done(office, "lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "14d", "--pages", "42")
    done(office, "return", "JY-1", "--pages", "42", "--condition", "intact")
    done(office, "lend", "2", "--to", "王伟", "--purpose", "核对")
    back, asked = ledger(office, "loan")
    wanted = {"lent on": "2026-03-02", "due": "2026-03-16", "pages out": "42", "returned on": "2026-03-02", "pages back": "42"}
    assert {name: back[name] for name in wanted} == wanted
    assert (back["Records"], back["condition"]) == ("SH-000001 甲有限公司", "intact")
    assert back["handled by (signature)"].startswith("李娜 2026-03-02")
    assert back["approved by (signature)"] == ""
    assert (asked["lent on"], asked["approved by (signature)"]) == ("", "not signed")
    done(office, "approve", "JY-2", member="chen.jing")
    assert ledger(office, "loan")[1]["approved by (signature)"].startswith("陈静 2026-03-02")


def test_every_form_names_steps_columns_and_lists_that_are_there(office: Office) -> None:
    with office.acting() as archive:
        for kind in (archive.kind(name) for name in kinds.names(archive.regime)):
            boxes = [row for row in kind.form.get("sign", ()) if isinstance(row, dict)]
            columns = [row for row in kind.form.get("columns", ()) if isinstance(row, dict)]
            named = [word for row in boxes for word in ([row["step"]] if isinstance(row["step"], str) else row["step"])]
            named += [word for row in columns for word in ([row["of"]] if isinstance(row["of"], str) else row["of"])]
            assert {word.partition("/")[0] for word in named} <= kind.steps.keys(), kind.name
            shown = [row["show"].removeprefix("data.") for row in columns if row["show"].startswith("data.")]
            assert all(map(kind.column, shown)), kind.name
            assert kind.form.get("items", "") in {"", *items.LISTS}
            states = {state for line in kind.form.get("text", ()) for state in line.get("in", ())}
            assert states <= {step.to for step in kind.steps.values()}, kind.name
            assert all({"zh", "en"} <= row.keys() for row in (*boxes, *columns, *kind.form.get("text", ()))), kind.name


def test_a_ledger_without_columns_of_its_own_has_all_of_the_register(office: Office) -> None:
    done(office, "register", "add", "key-copy", "place=export", "name=U盘")
    row = ledger(office, "key-copy")[-1]
    assert (row["place"], row["name"], row["keeper (signature)"]) == ("export", "U盘", "李娜 2026-03-02 signed")


def test_a_destruction_list_names_its_items_what_they_come_to_and_who_signed(office: Office) -> None:
    done(office, "destroy", "propose", "1", "3", "--reason", "保管期满")
    assert slip(office, "XH-1").signs == (Sign("approved by"), Sign("supervised by"), Sign("carried out by"))
    done(office, "approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        done(office, "destroy", "supervise", "XH-1", member=member)
    page = slip(office, "XH-1")
    (table,) = page.tables
    assert table.rows[0][:7] == ("1", "SH-000001", "甲有限公司", "2010–2015", "1", "", "42")
    assert table.rows[0][7] == "5 years"
    assert table.rows[1][1:3] == ("SH-000003", "张三")
    assert table.rows[2][1:7] == ("Sum", "", "", "1", "0", "42")
    approved, supervised, carried_out = page.signs
    assert approved.signed == ("陈静 2026-03-02 signed",)
    assert [told.split()[0] for told in supervised.signed] == ["赵磊", "孙燕"]
    assert carried_out.signed == ()
    assert slip(office, "XH-1", "wang.wei").tables[0].rows[1][2] == MASK


def test_the_certificate_says_when_who_signed_and_which_copies_are_not_verified(office: Office) -> None:
    done(office, "destroy", "propose", "1", "3", "--reason", "保管期满")
    assert office.run("report", "销毁证明", "XH-1").status == 3
    assert office.run("report", "销毁证明").status == 2
    done(office, "approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        done(office, "destroy", "supervise", "XH-1", member=member)
    done(office, "destroy", "execute", "XH-1")
    assert ">档案销毁证明</h1>" in done(office, "report", "销毁证明", "XH-1").out
    with office.acting() as archive:
        page = entries.certificate(archive, archive.case("XH-1"))
    records, _copies, clear = page.tables
    assert "2 files on destruction list XH-2026-0001" in page.text[0]
    assert "2026-03-02" in page.text[0]
    assert [row[1] for row in records.rows] == ["SH-000001", "SH-000003"]
    assert [row[2] for row in page.course[0].rows] == ["李娜", "陈静", "赵磊", "孙燕", "李娜", "李娜"]
    assert "张三" not in " ".join(texts(page))
    sections = {row[0]: row[1] for row in clear.rows}
    assert sections["Filing"] == "Opened on, Place"
    assert "Subject" in sections["The file"]
    assert not [text for text in page.text if "Opened on" in text]


def test_a_handover_slip_tells_of_each_item_whether_it_was_confirmed(office: Office) -> None:
    done(office, "handover", "propose", "1", "3", "--to", "zhao.lei", "--reason", "岗位调整")
    assert [row[-1] for row in slip(office, "JJ-1").tables[0].rows] == ["", ""]
    done(office, "approve", "JJ-1", member="chen.jing")
    done(office, "handover", "confirm", "JJ-1", "3", member="zhao.lei")
    page = slip(office, "JJ-1")
    rows = [(*row[1:4], *row[4:7], row[-1]) for row in page.tables[0].rows]
    assert rows[0] == ("SH-000001", "甲有限公司", "2010–2015", "1", "", "42", "not confirmed")
    assert (rows[1][0], rows[1][1], rows[1][-1]) == ("SH-000003", "张三", "confirmed")
    assert dict(page.facts)["who takes over"] == "赵磊"
    assert [bool(sign.signed) for sign in page.signs] == [True, True, True, False, False]
    assert [text for text in texts(page) if UID.search(text)] == []


def test_a_leaver_who_did_not_have_to_sign_is_said_not_to_have_signed(office: Office) -> None:
    done(office, "update", "1", "--set", "keeper=wang.wei", "--reason", "换人保管")
    done(office, "handover", "propose", "1", "--from", "wang.wei", "--to", "zhao.lei", "--reason", "离职")
    done(office, "approve", "JJ-1", member="chen.jing")
    done(office, "handover", "confirm", "JJ-1", "--all", member="zhao.lei")
    assert (slip(office, "JJ-1").signs[0].signed, office.run("handover", "show", "JJ-1", "--json").json["unsigned"]) == ((), [])
    done(office, "handover", "register", "JJ-1")
    giver, _head, taker, other, _archivist = slip(office, "JJ-1").signs
    assert (giver.signed, other.signed) == (("not signed; the rules do not ask for it",), ())
    assert taker.signed[0].startswith("赵磊 ")
    assert office.run("handover", "show", "JJ-1", "--json").json["unsigned"] == ["wang.wei"]
    assert "handed over by: 王伟 did not sign; the rules do not ask for it." in office.run("handover", "show", "JJ-1").out
    assert "移交人 王伟 未签字（规定不要求）。" in office.run("handover", "show", "JJ-1", "--lang", "zh").out


def test_a_leaver_who_has_to_sign_is_waited_for(office: Office) -> None:
    house(office, {"handover": {"agree": ["giver"]}})
    done(office, "handover", "propose", "1", "--from", "wang.wei", "--to", "zhao.lei", "--reason", "离职")
    done(office, "approve", "JJ-1", member="chen.jing")
    assert slip(office, "JJ-1").signs[0].signed == ()
    done(office, "approve", "JJ-1", member="wang.wei")
    assert slip(office, "JJ-1").signs[0].signed[0].startswith("王伟 ")
    done(office, "handover", "confirm", "JJ-1", "--all", member="zhao.lei")
    done(office, "handover", "register", "JJ-1")
    assert office.run("handover", "show", "JJ-1", "--json").json["unsigned"] == []


def test_a_part_that_is_handed_over_is_named_and_counted_alone(office: Office) -> None:
    done(office, "handover", "propose", "1", "--volume", "vAAAAA", "--to", "zhao.lei", "--reason", "岗位调整")
    (row,) = slip(office, "JJ-1").tables[0].rows
    assert row[2].startswith("甲有限公司 ")
    assert row[4:7] == ("1", "", "42")


def test_an_inventory_tells_of_each_item_where_it_is_and_what_is_the_matter(office: Office) -> None:
    for name, place in (("丙有限公司", "3柜1层"), ("丁有限公司", "5柜")):
        done(office, *FIRM, f"name={name}", "--set", f"filing.place={place}")
    done(office, "lend", "1", "--to", "王伟", "--purpose", "核对", "--pages", "42")
    done(office, "inventory", "start", "--place", "3柜")
    assert [row[5] for row in slip(office, "PD-1").tables[0].rows] == ["on loan", "not counted yet", "not counted yet"]
    done(office, "inventory", "count", "PD-1", "2", "5", "--at", "3柜1层")
    done(office, "inventory", "note", "PD-1", "2", "--note", "缺第3页")
    done(office, "inventory", "close", "PD-1")
    page = slip(office, "PD-1")
    assert [row[1:] for row in page.tables[0].rows] == [
        ("SH-000001", "甲有限公司", "3柜1层", "", "on loan", ""),
        ("SH-000004", "丙有限公司", "3柜1层", "", "missing", ""),
        ("SH-000002", "乙有限公司", "3柜2层", "3柜1层", "misplaced", "缺第3页"),
        ("SH-000005", "丁有限公司", "", "3柜1层", "not expected", ""),
    ]
    assert {"Expected": "3", "Missing": "1", "Misplaced": "1"}.items() <= dict(page.facts).items()
    assert [text for text in texts(page) if UID.search(text)] == []


def test_what_was_signed_before_a_refusal_no_longer_counts(office: Office) -> None:
    done(office, "handover", "propose", "1", "--to", "zhao.lei", "--reason", "岗位调整")
    done(office, "approve", "JJ-1", member="chen.jing")
    assert slip(office, "JJ-1").signs[1].signed == ("陈静 2026-03-02 signed",)
    done(office, "reject", "JJ-1", "--reason", "清单不全", member="zhao.lei")
    assert slip(office, "JJ-1").signs[1].signed == ()
    done(office, "register", "step", "JJ-1", "apply_again")
    assert slip(office, "JJ-1").signs[1].signed == ()
    done(office, "approve", "JJ-1", member="chen.jing")
    assert slip(office, "JJ-1").signs[1].signed == ("陈静 2026-03-02 signed",)


def test_a_letter_is_sentences_and_leaves_out_those_of_which_nothing_is_known(office: Office) -> None:
    columns = ("post=manager", "to=zhao.lei", "from=2026-03-02", "until=2026-03-20", "kinds=loan,hold")
    done(office, "register", "add", "delegation", *columns)
    page = slip(office, "WT-1")
    assert page.text[0] == "赵磊 is to act as manager from 2026-03-02 until 2026-03-20."
    assert page.text[1] == "It extends to: Use of files, Stops on files."
    assert not [line for line in page.text if line.startswith(("Within", "It holds", "Reason", "It was revoked"))]
    assert (page.layout, page.facts, page.course) == ("letter", (), ())
    done(office, "approve", "WT-1", member="chen.jing")
    done(office, "register", "step", "WT-1", "revoke", "opinion=已返回")
    page = slip(office, "WT-1")
    assert page.text[-1] == "It was revoked on 2026-03-02."
    assert page.signs == (Sign("principal", ("陈静 2026-03-02 signed",)), Sign("受托人"))


def test_a_signature_on_paper_is_marked_so(office: Office) -> None:
    done(office, "lend", "2", "--to", "王伟", "--purpose", "核对")
    scan = office.run.folder / "signed.pdf"
    scan.write_bytes(b"%PDF-1.4")
    done(office, "approve", "JY-1", "--by", "chen.jing", "--paper", str(scan))
    assert slip(office, "JY-1").signs[1].signed == ("陈静 2026-03-02 paper (scan attached)",)


def test_the_answer_to_a_request_is_written_to_who_asked(office: Office) -> None:
    done(office, "request", "3", "--mode", "copy", "--by", "张三", "--received", "2026-02-27")
    assert slip(office, "KQ-1").text[0] == "张三:"
    assert "you will be answered by 2026-03-14" in slip(office, "KQ-1").text[2]
    done(office, "request", "answer", "KQ-1", "--refuse", "--reason", "身份未能核实")
    assert slip(office, "KQ-1").text[-2:] == ("The request is refused. Reason: 身份未能核实", "This is our answer.")


def test_a_form_shows_the_text_and_the_boxes_of_entries_like_it(office: Office) -> None:
    done(office, "register", "add", "acknowledgement", "member=wang.wei", "year=2026")
    done(office, "register", "add", "acknowledgement", "mode=agreement", "member=wang.wei")
    promise, agreement = slip(office, "CN-1").text, slip(office, "CN-2").text
    assert (promise[0][:12], agreement[0][:12]) == ("I, 王伟, have ", "I, 王伟, keep ")
    assert (len(promise), len(agreement)) == (1, 1)
    assert [row["who signs (signature)"] for row in ledger(office, "acknowledgement")] == ["not signed"] * 2
    done(office, "hold", "1", "--reason", "诉讼")
    done(office, "seal", "2", "--reason", "终止")
    boxes = [[each.title for each in slip(office, number).signs] for number in ("TY-1", "TY-2")]
    assert boxes == [["placed by", "lifted by"], ["placed by", "sealing approved by", "lifted by"]]
