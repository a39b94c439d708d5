"""Every form, register and list that practice knows by a name is printed under that name."""

import re
from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.cli.report import ALL, FILE
from archivectl.registers import kinds
from archivectl.reports import figures, forms
from customer_tables import DATA
from office import Office
from project import ROOT
from registers.entries import regime
from test_duties import house

BASE = yaml_text.load((ROOT / "archivectl/regime/base.yaml").read_bytes())
FORMS: dict[str, Any] = BASE["forms"]
REQUIREMENTS = DATA.parent / "requirements.md"


def named(row: str) -> list[str]:
    """The Chinese names in the first cell of a row of the catalogue of forms."""
    cell = row.split("|")[1]
    stated = re.findall(r"[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]", cell) or re.findall(r": (.*)", cell)
    return [
        name for part in stated for name in re.split(r"\s*[,;，；、]\s*", part.strip()) if re.search(r"[\u4e00-\u9fff]", name)
    ]


def spelled(name: str) -> list[str]:
    """A name with a stroke in it is two: 移交/交接协议 is 移交协议 and 交接协议."""
    if name in FORMS or "/" not in name:
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
    known = {*FORMS, *(title["zh"] for title in (*FILE.values(), *ALL.values(), *figures.described(regime()).values()))}
    assert [name for name in names for each in spelled(name) if each not in known] == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_of_a_register_a_report_another_form_or_a_sheet(name: str) -> None:
    registers = {path.removeprefix("regime/registers/").removesuffix(".yaml") for path in kinds.texts()}
    form = forms.described(regime(), name)
    if isinstance(form, str):
        assert form in registers | FILE.keys() | ALL.keys() | figures.described(regime()).keys() | forms.shipped().keys()
    elif not forms.is_sheet(form):
        assert form["of"] in registers


@pytest.mark.parametrize("name", forms.shipped())
def test_every_description_is_of_a_form_that_practice_names(name: str) -> None:
    aliases = {form for form in FORMS.values() if isinstance(form, str)}
    assert name in FORMS or name in aliases


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_printed_with_nothing_in_it(office: Office, name: str) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("add", "1", "document", "kind=合同", "date=2025-03-01", "pages=3", "form=original")
    office.run("volumes", "1", "--form")
    number = ["1"] if isinstance(FORMS[name], str) and FORMS[name] in FILE else []
    found = office.run("report", name, *number, "--purpose", "核对", "--format", "csv")
    assert found.status == 0, found.err
    assert found.out.strip("\ufeff").startswith(name)


# What the catalogue of forms asks of each: words that stand on the printed page, and the boxes to sign.
HOLDS = {
    ("客户档案卡", "1"): "客户特征 服务区域 业务状况 与竞争公司的关系 交易活动现状 存在的问题 未来的对策 填写人 审核人",
    ("客户管理卡", "1"): "客户特征 业务状况 交易活动现状",
    ("客户档案表", "1"): "购买情况 服务情况 合作意向 业务员 销售经理",
    ("客户档案登记表", "1"): "业务资料 信用限额 填报部门 档案部门审核",
    ("客户档案记录单", "1"): "培训信息 实施信息 验收情况 实施经理 档案管理员",
    ("客户资料表", ""): "客户（签章） 审核人",
    ("客户资料调查表", ""): "具体需求 调查人（市场部）",
    ("客户访问日报", ""): "访问人 事由 结果",
    ("档案清单", ""): "档案编号 材料明细 责任人 归档日期",
    ("客户档案总表", ""): "纸质 电子 差异",
    ("合作店信息统计表", ""): "加盟角色 省份 法定代表人 客服专员",
    ("展车签收单", "1"): "物品名称 数量 签收日期 签收人（盖章） （公司联） （合作店联）",
    ("样本接收登记表", ""): "样本名称 准确性 完整性 接收人",
    ("交接登记", ""): "件数 移交日期 移交人（销售） 接收人（客户服务）",
    ("借阅申请", "JY-1"): "审批意见 申请人 销售主管",
    ("借阅记录", ""): "借出日期 归还日期 归还情况 借阅人 销售内勤",
    ("借阅单", "JY-1"): "（存根） （借阅人联） 借阅人 批准人 经办人",
    ("借阅档案申请表", "JY-1"): "部门经理 办公室主任 总经理或主管副总经理",
    ("档案查阅申请表", "JY-1"): "审批意见 部门负责人",
    ("查阅档案审批表", "JY-1"): "部门经理 总经理",
    ("查询借阅复印申请表", "JY-1"): "申请事项 借出 客户管理部门",
    ("档案交接表", "JJ-1"): "单位名称 部门 存放位置 经办人 保管期限 档案管理员 部门负责人 移交人 接收人 办理经过",
    ("文件交接表", "JJ-1"): "保管期限 档案管理员 部门负责人",
    ("移交登记表", ""): "移交人 封装情况 接收日期",
    ("移交清单", "JJ-1"): "题名 卷数 件数 档号",
    ("移交记录表", "JJ-1"): "查验情况 清点件数 运送情况 移交人",
    ("确认记录表", "JJ-1"): "确认日期 确认件数 接收人",
    ("移交协议", "JJ-1"): "双方 移交方 接收方 （移交方存） （接收方存）",
    ("移交计划", "JJ-1"): "移交范围 移交目的 移交时间 移交地点 参加人员 移交材料 双方责任 双方权利 编制人 批准人",
    ("档案交接说明", ""): "离职或调岗 企业注销 保管期限",
    ("销毁建议书", "XH-1"): "销毁依据 建议销毁理由 客服经理 总经理",
    ("销毁处理登记表", ""): "批准人 监销人 执行人 销毁日期",
    ("销毁处理反馈单", "XH-1"): "处理结果 报送人 上级签收",
    ("销毁记录", "XH-1"): "销毁范围和内容 批准人",
    ("客户信息泄露补救措施", ""): "补救措施 主管领导审核",
    ("问题处理报告", ""): "处理结果 报告人",
    ("检查记录", ""): "检查结果 库管员（签章） 副主任（签章） 主任（签章）",
    ("顾客满意度调查表", "1"): "服务质量 套餐（产品）价格 对公司的总体评价 顾客",
    ("分析报告", ""): "评分平均 总经理批准",
    ("满意度调查登记", ""): "评分 改进措施 经办人 批准人",
    ("库房温湿度记录", ""): "温度 ℃ 湿度 % 处理措施 库管员",
    ("证件发放登记", ""): "证件编号 发放日期 收回日期 领用人 收回人",
    ("投诉记录", ""): "渠道 类别 转办部门 处理结果 承办部门 总经理 办公室",
    ("联系报告", ""): "联系人 渠道 内容",
    ("更名通知", ""): "更名后名称 业务员 档案中心",
    ("开户更名申请", ""): "申请事项 销售存放处 财务存放处 销售中心 财务部",
    ("客户管理计划", ""): "客户目标 策略与行动 新负责人",
    ("装修许可证发放登记表", ""): "证件编号 发放日期 领用人 发放人",
    ("收楼验收表", "1"): "门窗 合格 问题记录 业主 验收人",
    ("抄表底数确认书", "1"): "水表 底数 抄表人",
}


@pytest.mark.parametrize(("name", "number"), HOLDS)
def test_a_form_holds_what_the_catalogue_of_forms_names(office: Office, name: str, number: str) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "回访")
    office.run("return", "JY-1", "--condition", "intact")
    office.run("handover", "propose", "1", "--to", "wang.wei", "--reason", "轮岗")
    office.run("create", "--subject", "organisation", "--set", "name=乙有限公司")
    office.run("destroy", "propose", "2", "--reason", "期满", "--ground", "useless")
    found = office.run("report", name, *filter(None, [number]), "--purpose", "核对")
    assert found.status == 0, found.err
    assert [word for word in HOLDS[name, number].split() if word not in found.out] == []


def test_a_form_is_printed_under_the_name_it_was_asked_for(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "回访")
    assert ">借阅台账</h1>" in office.run("report", "借阅台账").out
    assert ">借阅申请</h1>" in office.run("report", "借阅申请", "JY-1").out
    assert ">客户管理卡</h1>" in office.run("report", "客户管理卡", "1").out


def test_a_line_of_a_register_is_as_wide_as_its_head_and_says_who_signed(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("register", "add", "collection", "mode=sample", "what=色样", "date=2026-03-01", "collector=王伟", "--about", "1")
    page = office.run("report", "样本接收登记表").out
    (heads,), (cells,) = re.findall("<tr>(<th>.*)</tr>", page), re.findall("<tr>(<td.*)</tr>", page)
    assert heads.count("<th") == cells.count("<td")
    assert "李娜 2026-03-02" in cells


def test_small_slips_of_several_entries_share_a_page(office: Office) -> None:
    for number in ("1", "2"):
        office.run("create", "--subject", "organisation", "--set", f"name={number}有限公司")
        office.run("lend", number, "--to", "王伟", "--purpose", "回访")
    page = office.run("report", "借阅单", "JY-1", "JY-2").out
    assert page.count('<section class="stub">') == 4
    assert "section.stub { break-after: auto;" in page


@pytest.mark.parametrize(
    "form",
    [{"parts": [{"fields": 3}]}, {"parts": [{"zh": "甲"}]}, {"of": "loan", "columns": ["nothing"]}, {"of": "loan", "sign": 3}],
)
def test_what_describes_no_form_is_said_so(office: Office, form: dict[str, Any]) -> None:
    house(office, {"forms": {"怪单": form}})
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "回访")
    found = office.run("report", "怪单", *(["JY-1"] if "of" in form else []))
    assert (found.status, "怪单" in found.err) == (4, True)


def test_a_house_names_a_form_of_its_own(office: Office) -> None:
    rules = {"forms": {"出门条": {"of": "loan", "columns": ["number", "borrower"], "sign": [{"zh": "门卫", "en": "guard"}]},
                       "来访单": {"parts": [{"fields": ["name", {"zh": "来访时间", "en": "time"}]}]}}}  # fmt: skip
    house(office, rules)
    office.run("create", "--subject", "organisation", "--set", "name=甲有限公司")
    office.run("lend", "1", "--to", "王伟", "--purpose", "回访")
    assert "门卫" in office.run("report", "出门条", "JY-1").out
    assert "来访时间" in office.run("report", "来访单", "1").out
    assert office.run("check").status == 0
