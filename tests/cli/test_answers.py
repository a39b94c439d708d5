"""What commands answer alike: Chinese words below a command, what is missing, rehearsals, and where an entry stands."""

import re

import pytest

from office import Office
from test_duties import house

FIRM = ("create", "--subject", "organisation", "--set", "name=甲有限公司")
MISSING = ("lend 1", "lend 1 --to 王伟", "review 1", "hold 1", "release TY-1", "reject XH-1", "provide 1 --to 税务局")


@pytest.fixture(autouse=True)
def _firm(office: Office) -> None:
    office.run(*FIRM)
    office.run("create", "--subject", "person", "--set", "name=张三")


def test_chinese_words_below_a_command_and_titles_of_posts_and_levels_are_understood(office: Office) -> None:
    words = ("--name", "周敏", "--role", "经办人", "--clearance", "内部", "--generate-keys")
    assert office.run("成员", "添加", "zhou.min", *words).status == 0
    shown = office.run("成员", "查看", "zhou.min", "--json").json
    assert (shown["posts"], shown["roles"], shown["clearance"]) == (["clerk"], ["clerk"], "internal")
    assert office.run("销毁", "提出", "1", "--reason", "期满", "--json").json["state"] == "proposed"
    for word in ("请求", "request", "KQ", "客户请求登记"):
        assert office.run("登记", "列表", word, "--json").json == []


def test_an_unknown_register_is_answered_by_titles_and_letters(office: Office) -> None:
    answer = office.run("register", "list", "abc", "--lang", "zh")
    assert (answer.status, "档案利用登记（JY）" in answer.err, "request" in answer.err) == (2, True, False)


@pytest.mark.parametrize("line", MISSING)
def test_what_a_command_cannot_do_without_is_asked_for_before_anything_is_judged(office: Office, line: str) -> None:
    assert office.run(*line.split()).status == 2


def test_a_register_without_a_command_is_told_its_columns(office: Office) -> None:
    answer = office.run("register", "add", "store", "mode=climate", "--lang", "zh")
    assert (answer.status, "温度=…" in answer.err, "--temperature" in answer.err) == (3, True, False)


def test_a_rehearsal_says_that_it_is_one_and_looking_does_not(office: Office) -> None:
    told = office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--dry-run")
    assert (told.out.startswith("If it were done"), "Dry run" in told.err) == (True, True)
    assert "Dry run" not in office.run("show", "1", "--dry-run").err


def test_supervisors_are_counted_and_an_unready_list_is_refused_before_it_asks(office: Office) -> None:
    office.run(*FIRM)
    office.run("destroy", "propose", "1", "2", "3", "--reason", "期满")
    refused = office.run("destroy", "execute", "XH-1")
    assert (refused.status, "that needs a yes" in refused.err) == (3, False)
    office.run("approve", "XH-1", member="chen.jing")
    assert "1 of 2 checked" in office.run("destroy", "supervise", "XH-1", member="zhao.lei").out


def test_a_file_s_number_names_its_open_loan_and_a_loan_returned_is_done(office: Office) -> None:
    assert "SH-000001 is not on loan" in office.run("return", "1").err
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "3d")
    assert "JY-2026-0001" in office.run("renew", "1", "--until", "2026-03-16", "--reason", "未完").out
    assert office.run("return", "1", "--json").json["state"] == "returned"
    again = office.run("return", "JY-1")
    assert (again.status, again.err.count("\n")) == (3, 2)
    assert "nothing is left to do" in again.err
    assert "register show JY-2026-0001" in again.err


def test_the_text_for_the_chat_names_the_firm_and_no_person(office: Office) -> None:
    office.run("destroy", "propose", "1", "2", "--reason", "期满")
    text = office.run("approve", "XH-1", "--ask").out
    assert ("甲有限公司" in text, "张三" in text) == (True, False)


def test_interactions_are_read_back_masked_and_opened_with_a_trace(office: Office) -> None:
    office.run("add", "2", "visit", "content=谈续约", "date=2026-03-01")
    masked = office.run("show", "2", "--interactions", "--json").json
    assert [row["content"] for row in masked["interactions"]] == [None]
    assert "谈续约" not in office.run("show", "2", "--interactions").out
    assert office.run("show", "2", "--interactions", "--reveal").status == 2
    assert "谈续约" in office.run("show", "2", "--interactions", "--reveal", "--purpose", "核对").out
    assert "interactions[" in office.run("history", "2", "--reads", "--json").out


def test_interactions_of_one_day_stand_as_they_were_entered(office: Office) -> None:
    kinds = ["visit", "complaint", "purchase", "visit", "service", "complaint"]
    for kind, day in [*((each, "02") for each in kinds), ("visit", "01")]:
        added = office.run("add", "2", kind, "content=一事", f"date=2026-03-{day}")
        assert added.status == 0, added.err
    told = office.run("show", "2", "--interactions", "--json").json["interactions"]
    assert [row["kind"] for row in told] == ["visit", *kinds]


def test_a_section_is_revealed_whole_and_numbers_stand_for_uids(office: Office) -> None:
    office.run(
        "update", "1", "--set", "contacts[cK3F7Q].name=赵六", "--set", "contacts[cK3F7Q].phone=13800138000", "--reason", "补录"
    )
    opened = office.run("show", "1", "--reveal", "联系人", "--purpose", "核对").out
    assert ("赵六" in opened, "13800138000" in opened) == (True, True)
    office.run("add", "2", "relation", "to=1", "kind=其他")
    lines = office.run("show", "2").out.splitlines()
    assert "SH-000001" in "".join(lines)
    assert lines[-1].startswith("Identifier")


@pytest.mark.parametrize(("condition", "named"), [("status=foo", "filed"), ("subject=企业", "organisation")])
def test_a_value_that_no_record_has_is_answered_by_those_there_are(office: Office, condition: str, named: str) -> None:
    answer = office.run("list", condition)
    assert (answer.status, named in answer.err) == (2, True)


def test_what_is_wrong_with_a_value_is_said(office: Office) -> None:
    for assignment, told in (
        ("registration.founded=2026-13-01", "no month 13"),
        ("registration.founded=2026-02-30", "no day 30"),
    ):
        assert told in office.run("update", "1", "--set", assignment, "--reason", "更正").err
    assert "not negative" in office.run("add", "1", "document", "kind=合同", "pages=-3").err
    nearest = office.run("add", "1", "文档", "kind=合同", "--lang", "zh")
    assert ("文件" in nearest.err, nearest.err.count("\n")) == (True, 2)


def test_what_a_register_keeps_by_keys_is_shown_by_titles_and_says_how_it_stands(office: Office) -> None:
    house(office, {"routine": {"custody": {"every": "1mo"}}})
    done = office.run("登记", "添加", "日常事务登记", "do=custody", "结果=完好", "--lang", "zh")
    assert done.out == "SW-2026-0001：已办理。\n"
    shown = office.run("register", "show", "SW-1", "--lang", "zh").out
    assert ("保管情况检查" in shown, "custody" in shown) == (True, False)
    printed = office.run("report", "日常事务登记", "--json").json["tables"][0]["rows"]
    assert "保管情况检查" in printed[0]


def test_what_was_sent_back_was_not_given_back(office: Office) -> None:
    office.run("submit", "1")
    assert "已退回" in office.run("退回", "SJ-1", "缺章", "--lang", "zh").out
    assert "已退回" in office.run("登记", "列表", "SJ", "--lang", "zh").out


def test_a_paper_is_named_where_its_digest_would_stand(office: Office) -> None:
    office.run("update", "1", "--set", "secrecy=secret", "--reason", "x")
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "4h")
    scan = office.run.folder / "signed.pdf"
    scan.write_bytes(b"%PDF-1.4")
    office.run("approve", "JY-1", "--by", "chen.jing", "--paper", str(scan), "--lang", "zh")
    for words in (("register", "show", "JY-1"), ("report", "借阅单", "JY-1"), ("report", "running", "1")):
        text = office.run(*words, "--lang", "zh").out
        assert text.count("纸质签字（附扫描件）") >= 1
        assert (re.findall("[0-9a-f]{40}", text), "纸质签字 纸质签字" in text) == ([], False)


def test_times_of_day_are_told_without_a_letter_between(office: Office) -> None:
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "4h")
    told = [office.run(*words).out for words in (
        ("register", "list", "loan"), ("register", "show", "JY-1"), ("report", "借阅台账"), ("report", "借阅单", "JY-1"),
        ("report", "running", "1"), ("history", "1"), ("todo", "--all"), ("show", "1"),
    )]  # fmt: skip
    assert [text for text in told if re.search("[0-9]T[0-9]", text)] == []
    assert [text for text in told if "2026-03-02 14:00" in text]
    assert office.run("register", "list", "loan", "--json").json[0]["due"] == "2026-03-02T14:00"


def test_a_loan_is_late_by_hours_before_it_is_by_days(office: Office) -> None:
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--for", "4h")
    late = {"2026-03-02T14:20": "不足 1 小时", "2026-03-02T17:00": "3 小时", "2026-03-04T15:00": "2 天"}
    for now, said in late.items():
        assert f"逾期{said}" in office.run("todo", "--all", "--lang", "zh", "--today", now).out


def test_a_line_says_how_many_files_there_are_besides_those_it_names(office: Office) -> None:
    for _each in range(4):
        office.run(*FIRM)
    office.run("destroy", "propose", "1", "3", "4", "5", "6", "--reason", "期满")
    lines = (("todo", "--all"), ("register", "list", "XH"), ("register", "due"))
    told = [office.run(*words, "--lang", "zh").out for words in lines]
    assert ["SH-000001、SH-000003、SH-000004等 5 项" in text for text in told] == [True, True, True]


def test_the_list_of_a_register_tells_the_day_that_the_rules_set(office: Office) -> None:
    house(office, {"secrecy": {"incident": {"within": "3d"}}})
    office.run("register", "add", "incident", "--about", "1", "what=damage")
    assert office.run("register", "list", "incident", "--json").json[0]["due"] == "2026-03-05"
    assert "2026-03-05" in office.run("register", "list", "incident").out


def test_who_is_to_be_told_of_an_incident_is_who_approves_it(office: Office) -> None:
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对")
    house(office, {"secrecy": {"incident": {"approve": ["supervisor"]}}})
    assert "须立即报告：监销人" in office.run("return", "1", "--condition", "damaged", "--lang", "zh").out


def test_a_report_says_how_many_forms_it_wrote(office: Office) -> None:
    target = office.run.folder / "card.html"
    told = office.run("report", "card", "1", "2", "-o", str(target), "--lang", "zh").out
    assert told == f"已写入 {target}，共 2 份。\n"


def test_a_time_that_ends_before_it_begins_is_refused(office: Office) -> None:
    for words in (("history", "1"), ("history", "--reads"), ("report", "借阅台账")):
        refused = office.run(*words, "--from", "2027-01-01", "--until", "2026-01-01")
        assert (refused.status, "--from 2026-01-01 --until 2027-01-01" in refused.err) == (2, True)
    assert "Nothing was done" in office.run("history", "1", "--from", "2027-01-01").out


def test_the_text_for_the_chat_says_what_is_asked_and_only_names_what_is_sealed(office: Office) -> None:
    uses = {"service": {"zh": "客户服务", "en": "customer service"}}
    house(office, {"provide": {"rules": [{"approve": ["manager"]}]}, "purposes": uses})
    asked = ("--purpose", "协查欠税", "--basis", "法定义务", "--fields", "电话,名称", "--use", "客户服务")
    assert office.run("provide", "1", "--to", "税务局赵某", *asked).status == 0
    text = office.run("approve", "JY-1", "--ask", "--lang", "zh").out
    lines = ("方式：对外提供", "提供依据：法定义务", "查阅或提供项目：电话、名称", "使用目的：客户服务", "借阅人、用途")
    assert [line for line in lines if line not in text] == []
    assert [word for word in ("赵某", "协查欠税", "enc:") if word in text] == []
    office.run("update", "1", "--set", "secrecy=confidential", "--reason", "x")
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对", "--use", "客户服务")
    assert "14 天" in office.run("approve", "JY-2", "--ask", "--lang", "zh").out
    assert "14 天（按规定）" in office.run("register", "show", "JY-2", "--lang", "zh").out


def test_what_the_access_log_says_was_done_is_said_in_words(office: Office) -> None:
    office.run("check", "--deep")
    assert "逐项核验" in office.run("history", "--reads", "--lang", "zh").out
    assert "逐项核验" in office.run("report", "查阅日志", "--lang", "zh").out


def test_of_many_choices_the_nearest_are_told(office: Office) -> None:
    told = office.run("add", "1", "document", "kind=合同", "form=复印见", "--lang", "zh").err
    assert "copy（复印件）" in told
    told = office.run("add", "2", "interactions", "kind=投拆", "date=2026-03-01", "--lang", "zh").err
    assert ("complaint（投诉）" in told, told.count("（") <= 4) == (True, True)
