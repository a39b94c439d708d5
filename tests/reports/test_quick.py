"""The quick card says what holds here; the running record and the list of missing signatures say what happened."""

import re
from importlib.resources import files
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.cli import ALIASES, BELOW, COMMANDS
from archivectl.registers import kinds
from office import Office
from registers.entries import BASE, regime
from test_duties import house

ROWS: list[dict[str, Any]] = yaml_text.load(files("archivectl.reports").joinpath("quick.yaml").read_bytes(), "quick.yaml")
TYPED = [(row["en"], language, text) for row in ROWS for language, text in row["command"].items()]
BELOW_ALIASES = {name: {alias: word for word, alias in words.items()} for name, words in BELOW.items()}


def line(office: Office, title: str) -> list[str]:
    rows = office.run("report", "速查卡", "--json").json["tables"][0]["rows"]
    return next(row for row in rows if row[0] == title)


@pytest.mark.parametrize(("_title", "language", "text"), TYPED)
def test_every_command_on_the_card_is_one(_title: str, language: str, text: str) -> None:
    for typed in re.split(r"[；;] ?", text):
        words = typed.split()
        assert words[0] == "archivectl"
        name = words[1] if language == "en" else ALIASES[words[1]]
        assert name in COMMANDS
        below = BELOW.get(name, {})
        if below and name != "request" and not words[2].isdigit():
            assert (
                (words[2] in below)
                if language == "en"
                else (words[2] in BELOW_ALIASES[name].keys() | below.keys() | {*below.values()})
            )


@pytest.mark.parametrize("row", ROWS, ids=[row["en"] for row in ROWS])
def test_every_path_on_the_card_is_one_of_the_rules(row: dict[str, Any]) -> None:
    for key in ("approve", "within", "word"):
        path = row.get(key, "lend.rules")
        section, _dot, last = path.rpartition(".")
        assert last in (BASE.get(section) or {}), path
    for path in row.get("with", ()):
        assert BASE.get(path) is not None, path
    assert row.get("kind", "loan") in kinds.names(BASE)


def test_what_the_rules_ask_to_be_said_stands_in_the_command(office: Office) -> None:
    assert "--use" not in line(office, "借阅")[4]
    asked = {"verify": ["identity", "department"], "return": {"check": ["in-person"]}}
    house(office, {"purposes": {"other": False, "service": {"zh": "客户服务", "en": "customer service"}}, "lend": asked})
    assert line(office, "借阅")[4] == "archivectl 借出 212 --to 王伟 --purpose … --use 客户服务 --verified 身份、部门"
    assert line(office, "归还")[4] == "archivectl 归还 JY-3 --checked 当面"
    assert line(office, "对外提供")[4].endswith("--use 客户服务")


def test_the_card_tells_the_terms_and_approvers_in_force(office: Office) -> None:
    assert line(office, "借阅")[1:4] == ["秘密及以上", "经理", "14 天"]
    rules = {
        "lend": {
            "rules": [{"when": {"secrecy": ">=secret"}, "barred": True}, {"approve": [["manager", "archivist"]], "term": "4h"}]
        }
    }
    house(office, {**rules, "destroy": {"approve": ["archivist", "manager"], "within": "at-once"}})
    assert line(office, "借阅")[1:4] == ["机密及以上", "不允许", ""]
    rows = office.run("report", "速查卡", "--json").json["tables"][0]["rows"]
    assert ["", "其他情形", "经理 / 档案员", "4 小时", ""] in rows
    assert line(office, "提出销毁")[2:4] == ["档案员 → 经理", "立即"]


@pytest.mark.parametrize("slug", ["corp-archive", "tiered-sales", "property-lease", "stack-room", "transfer-slip"])
def test_the_card_is_one_page_under_a_regulation(office: Office, slug: str) -> None:
    with office.acting() as archive:
        from archivectl.archive import Change  # noqa: PLC0415 - an act that no command has yet
        from archivectl.regime import load  # noqa: PLC0415

        archive.commit(Change(("regime.adopt",), slug, {f"regime/{slug}.yaml": load.text(slug)}))
    found = office.run("report", "速查卡", "--json").json
    assert found["pages"] == 1
    assert 15 <= len(found["tables"][0]["rows"]) <= 45
    assert regime(slug).titles[slug]["zh"] in {each["value"] for each in found["facts"]}


@pytest.mark.parametrize("slug", ["bank", "stack-room", "handbook"])
def test_a_chinese_card_has_chinese_commands_registers_and_columns_that_exist(office: Office, slug: str) -> None:
    house(office, {"routine": {"custody": {"every": "1mo"}}, "keep": {"climate": {"every": "1d"}}})
    assert office.run("regime", "adopt", slug).status == 0
    tables = office.run("report", "速查卡", "--json").json["tables"]
    commands = [each for table in tables for row in table["rows"] for each in re.split(r"；", row[-1]) if each]
    assert "archivectl 密钥 演练 --recovery 文件" in commands
    assert "archivectl 登记 添加 日常事务登记 事项=保管情况检查 结果=…" in commands
    for command in commands:
        words = command.split()
        assert words[1] in ALIASES, command
        if words[1:3] == ["登记", "添加"]:
            columns = office.run("登记", "种类", words[3], "--json").json
            titles = {each["title"]["zh"].split(" ")[0] for each in columns}
            assert {word.partition("=")[0] for word in words[4:] if "=" in word} <= titles, command


def test_what_lacks_a_signature_is_listed_until_it_is_signed(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司", "--set", "secrecy=secret")
    assert office.run("report", "未签登记表", "--json").json["tables"][0]["rows"] == []
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对")
    (row,) = office.run("report", "未签登记表", "--json").json["tables"][0]["rows"]
    assert (row[0], row[1], row[-1]) == ("JY-2026-0001", "档案利用登记", "批准人")
    office.run("approve", "JY-1", member="chen.jing")
    assert office.run("report", "未签登记表", "--json").json["tables"][0]["rows"] == []


def test_the_running_record_tells_changes_and_entries_in_their_order(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "核对")
    office.run("return", "JY-1", "--condition", "intact", "--today", "2026-03-05")
    office.run("update", "1", "--set", "note=大客户", "--reason", "补充", "--today", "2026-03-04")
    (table,) = office.run("report", "全程记录", "1", "--json").json["tables"]
    assert [(row[0], row[1]) for row in table["rows"]] == [
        ("2026-03-02", "客户档案"),
        ("2026-03-02", "档案利用登记"),
        ("2026-03-02", "档案利用登记"),
        ("2026-03-04", "客户档案"),
        ("2026-03-05", "档案利用登记"),
    ]
    assert "补充" in table["rows"][3][-1]
