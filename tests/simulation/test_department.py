"""Two months of a department, day by day: what customers and the calendar bring, and in the evening whatever `todo` asks for."""

import random
import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from customer_tables import table
from office import Office
from program import Answer

BEGINS, ENDS = date(2026, 3, 2), date(2026, 4, 30)
QUIET = 14  # days in which nothing new comes, so that what is open comes to its end
CUSTOMERS = 500
# For each thing that may be due: who does it, and how where the command that `todo` tells leaves something open.
DOES = {
    "loan.approve": ("chen.jing", ""),
    "loan.hand_out": ("wang.wei", ""),
    "loan.give_back": ("wang.wei", ""),
    "review.remedy": ("wang.wei", "review {about} --note 已改正"),
    "request.identify": ("wang.wei", "request identify {about} --method document"),
    "request.approve": ("chen.jing", ""),
    "request.answer": ("li.na", "request answer {about} --grant --to {about}.json"),
    "feedback.assign": ("wang.wei", "register step {about} assign 转办部门=生产办公室"),
    "feedback.handle": ("wang.wei", "register step {about} handle 处理结果=已补送"),
    "feedback.approve": ("chen.jing", ""),
    "feedback.reply": ("wang.wei", "register step {about} reply 反馈日期={day} 反馈内容=已说明"),
    "duty.deep-check": ("li.na", "check --deep"),
    "incident.draft": ("li.na", "register step {about} draft remedy=修补"),
    "incident.approve": ("chen.jing", ""),
    "incident.execute": ("li.na", "register step {about} execute result=已修补"),
    "incident.close": ("li.na", "register step {about} close report=一般"),
    "destruction.approve": ("chen.jing", ""),
    "destruction.supervise": ("zhao.lei sun.yan", "destroy supervise {about}"),
    "destruction.execute": ("li.na", ""),
    "destruction.verify": ("li.na", ""),
    "destruction.attest": ("zhao.lei sun.yan", "destroy attest {about}"),
    "handover.approve": ("chen.jing", ""),
    "handover.confirm": ("li.na", "handover confirm {about} --all"),
    "handover.register": ("li.na", ""),
    "inventory.close": ("li.na", "inventory close {about}"),
    "inventory.approve": ("chen.jing", ""),
    "change.authorise": ("chen.jing", ""),
    "change.apply": ("li.na", ""),
    "intake.accept": ("li.na", "accept {about}"),
    "intake.approve": ("chen.jing", ""),
}

# The states in which the registers stand at the end, and no other.
ENDED = {
    "change": {"renamed"},
    "destruction": {"destroyed"},
    "duty": {"done"},
    "feedback": {"answered"},
    "handover": {"handed-over"},
    "incident": {"reported"},
    "inventory": {"closed"},
    "loan": {"returned"},
    "request": {"answered"},
    "review": {"remedied"},
    "store": {"logged"},
}


class Department:
    """The office with its customers, and a calendar that goes on."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.today = BEGINS
        self.chance = random.Random(2026)  # noqa: S311 - the same department every time
        self.refused = 0

    def do(self, member: str, line: str, *, may_refuse: bool = False) -> Answer:
        """What somebody types on that day."""
        answer = self.office.run(*shlex.split(line), "--today", f"{self.today}T10:00", "--yes", member=member)
        assert answer.status == 0 or (may_refuse and answer.status == 3), (self.today, member, line, answer.out, answer.err)
        self.refused += answer.status == 3
        return answer

    def register(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a register."""
        found: list[dict[str, Any]] = self.do("li.na", f"register list {kind} --json").json
        return found

    def due(self) -> list[dict[str, Any]]:
        """Everything that waits for anybody, but for files that may stay out longer."""
        found: list[dict[str, Any]] = self.do("li.na", "todo --all --json").json
        return [one for one in found if one["duty"] != "loan.give_back" or one["state"] != "coming"]

    def some(self) -> str:
        """The number of one of the customers with whom there is business."""
        return str(self.chance.randrange(1, 100))

    def days(self) -> Iterator[date]:
        """The working days of the two months, and of the two weeks after them."""
        with self.office.acting() as archive:
            works = archive.regime.calendar.works
        while self.today <= ENDS + timedelta(days=QUIET):
            if works(self.today):
                yield self.today
            self.today += timedelta(days=1)

    def morning(self, day: int) -> None:
        """What a day brings: files are asked for every day, the rest by turns."""
        self.do("li.na", "register add store mode=climate 温度=21 湿度=44")
        for _file in range(2):
            line = f"lend {self.some()} --to 王伟 --purpose 回访 --for {self.chance.choice(('2d', '5d', '14d'))}"
            self.do("wang.wei", line, may_refuse=True)
        told = "登记种类=投诉报修 渠道=电话 类别=服务质量 投诉事项=迟到 投诉人=张三"
        complaint = f"register add feedback --about {self.some()} {told}"
        phone = f"'phone=021-5555 {day:04}'"
        turns = {
            0: lambda: self.do("wang.wei", f"create --subject organisation --set 名称=新客户{day}有限公司"),
            1: lambda: self.do("wang.wei", f"review {self.some()} --outcome rectify --note 电话有误", may_refuse=True),
            2: lambda: self.do("wang.wei", f"request {self.some()} --mode access --by 张三", may_refuse=True),
            3: lambda: self.do("wang.wei", f"update {self.some()} --set {phone} --reason 回访", may_refuse=True),
            4: lambda: self.do("wang.wei", complaint),
        }
        turns[day % 5]()
        if once := {3: self.list_files, 8: self.damage, 12: self.rename, 20: self.hand_over, 30: self.count}.get(day):
            once()

    def damage(self) -> None:
        loan = self.do("wang.wei", "lend 150 --to 王伟 --purpose 回访 --json").json["loan"]
        self.do("wang.wei", f"return {loan} --condition damaged")

    def list_files(self) -> None:
        self.do("li.na", "destroy propose 401 402 403 404 405 --reason 期满")

    def rename(self) -> None:
        self.do("wang.wei", "rename 300 --to 上海新名贸易有限公司 --paper notice --paper contract --paper licence --reason 更名")

    def hand_over(self) -> None:
        self.do("wang.wei", "handover propose 110 111 112 --to 李娜 --mode 部门间移交 --reason 业务划转")

    def count(self) -> None:
        session = self.do("li.na", "inventory start --where 'address.city=上海市' --json").json["inventory"]
        rows = self.do("li.na", "list address.city=上海市 --json").json
        self.do("li.na", f"inventory count {session} {' '.join(row['number'] for row in rows)}")

    def evening(self) -> None:
        """Do what is due until nothing is, or what is left has to wait."""
        left = None
        while (found := self.due()) != left:
            left = found
            for one in found:
                who, line = DOES[one["duty"]]
                about = {"about": one["about"], "day": self.today.isoformat()}
                for member in who.split():
                    self.do(member, (line or one["how"]).format(**about), may_refuse=" " in who)


@pytest.fixture
def department(office: Office) -> Department:
    for sheet in (office.home.folder / "recovery").glob("*"):
        sheet.unlink()
    cities = ("上海市", "杭州市", "北京市", "广州市")
    rows = [(f"K{n}", f"示例{n}号有限公司", f"021-5555 {n:04}", cities[n % 4]) for n in range(1, CUSTOMERS + 1)]
    answer = office.run("import", table(office, ("客户编号", "公司名称", "电话", "城市"), *rows), "--json", "--yes")
    assert answer.json["created"] == CUSTOMERS, answer.err
    department = Department(office)
    for number in range(7, CUSTOMERS, 50):
        department.do("li.na", f"update {number} --set secrecy=confidential --reason 涉密")
    return department


def test_two_months_of_a_department_end_with_everything_done_and_sound(department: Department) -> None:
    for day, today in enumerate(department.days()):
        if today <= ENDS:
            department.morning(day)
        department.evening()
    assert department.due() == []
    assert department.do("li.na", "check").out.strip() == "No findings."
    assert department.do("li.na", "verify").status == 0
    assert department.refused > 0
    ended = {kind: Counter(row["state"] for row in department.register(kind)) for kind in ENDED}
    assert {kind: set(states) for kind, states in ended.items()} == ENDED
    assert ended["loan"]["returned"] > 50
    for kind in ENDED:
        page = department.do("li.na", f"report {kind}").out
        assert page.count("<tr>") == sum(ended[kind].values()) + 1
