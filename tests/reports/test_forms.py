"""Every form, register and list that practice knows by a name is printed under that name."""

import re

import pytest

from archivectl import yaml_text
from archivectl.cli.report import ALL, FILE
from archivectl.registers import kinds
from customer_tables import DATA
from office import Office
from project import ROOT

BASE = yaml_text.load((ROOT / "archivectl/regime/base.yaml").read_bytes())
FORMS: dict[str, str] = BASE["forms"]
REQUIREMENTS = DATA.parent / "requirements.md"
# Reports of figures and analyses, which no register holds.
FIGURES = {"客户业务报表", "客户销售报表", "客户综合销售力分析表", "分析报告"}
# Papers that customers sign: they lie in a file, in its list of contents and its checklist.
PAPERS = {
    "装修申请表", "改建申请表", "装修管理服务协议", "装修承诺书", "水电设施检查记录表", "装修验收申请表",
    "违章施工通知书", "违章整改记录", "收楼通知书", "收楼验收表", "信息登记表", "IC卡申请表",
    "文件/钥匙签收表", "收楼确认书", "抄表底数确认书", "授权印鉴书", "租户信息登记表", "物品放行印鉴表",
}  # fmt: skip


def named(row: str) -> list[str]:
    """The Chinese names in the first cell of a row of the catalogue of forms."""
    cell = row.split("|")[1]
    stated = re.findall(r"[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]", cell) or re.findall(r": (.*)", cell)
    return [
        name for part in stated for name in re.split(r"\s*[,;，；、]\s*", part.strip()) if re.search(r"[\u4e00-\u9fff]", name)
    ]


def spelled(name: str) -> list[str]:
    """A name with a stroke in it is two: 移交/交接协议 is 移交协议 and 交接协议."""
    if name in PAPERS or "/" not in name:
        return [name]
    first, second = name.split("/")
    tails = [second[start:] for start in range(1, len(second))]
    return [next((first + tail for tail in tails if first + tail in FORMS), first), second]


@pytest.mark.skipif(not REQUIREMENTS.exists(), reason="the catalogue of forms is not here")
def test_every_form_of_the_catalogue_is_reached() -> None:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    rows = text[text.index("## 4. Forms") : text.index("## 5. Enumerations")].splitlines()
    names = [name for row in rows if row.startswith("| ") and not row.startswith("| Form |") for name in named(row)]
    assert len(names) > 80
    known = {*FORMS, *FIGURES, *PAPERS, *(title["zh"] for title in (*FILE.values(), *ALL.values()))}
    assert [name for name in names for each in spelled(name) if each not in known] == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_a_register_or_a_report(name: str) -> None:
    shipped = {path.removeprefix("regime/registers/").removesuffix(".yaml") for path in kinds.texts()}
    assert FORMS[name] in shipped | FILE.keys() | ALL.keys()


def test_a_form_is_printed_under_the_name_it_was_asked_for(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "回访")
    assert ">借阅台账</h1>" in office.run("report", "借阅台账").out
    assert ">借阅申请</h1>" in office.run("report", "借阅申请", "JY-1").out
    assert ">客户管理卡</h1>" in office.run("report", "客户管理卡", "1").out
