"""What commands answer alike: Chinese words below a command, what is missing, rehearsals, and where an entry stands."""

import pytest

from office import Office

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
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对")
    assert "JY-2026-0001" in office.run("renew", "1", "--for", "3d", "--reason", "未完").out
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
