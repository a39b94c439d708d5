"""``demo``: an example archive with several members, and the whole life cycle, by the real program with real keys."""

import os
import shlex
import tempfile
from pathlib import Path

import typer

from archivectl.cli import console
from archivectl.cli.options import Options
from archivectl.errors import Refused
from archivectl.i18n import _

app = typer.Typer()
APPS = {"demo": app}

CUSTOMERS = """\
客户编号,客户名称,联系人,联系电话,城市
C-001,杭州样例电子有限公司,赵六,0571-5555 0101,杭州市
C-002,南京示范纺织厂,钱七,025-5555 0102,南京市
C-003,苏州例证机械有限公司,孙八,0512-5555 0103,苏州市
"""
ID_NUMBER = "11010519491231002X"


class DemoFailed(Refused):
    """A step of the demonstration that did not end as it should."""

    message = "The step “{step}” ended with status {status} instead of {expected}."
    hint = "Look at what it printed above; the archive is kept in {folder}."


class Stage:
    """Where the demonstration runs: its folder, and a command after the other."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.lang = lang

    def tell(self, text: str) -> None:
        """A line of narration."""
        console.say("\n" + console.paint("● " + text, "green"))

    def run(self, line: str, member: str = "li.na", expected: int = 0) -> None:
        """One command as a person would type it, and its real answer."""
        from archivectl.cli import main  # noqa: PLC0415 - the program itself

        who = f"{member}$" if member else "$"
        console.say(console.paint(f"{who} archivectl {line}", "bold"))
        status = main(["-C", str(self.archive), "--lang", self.lang, *(["--as", member] if member else []), *shlex.split(line)])
        if status != expected:
            raise DemoFailed(step=line, status=status, expected=expected, folder=self.folder)


def _founding(stage: Stage) -> None:
    stage.tell(_("A new archive. Its founder gets keys; the recovery sheet is to be printed and locked away."))
    founder = "--member li.na --name 李娜 --email li.na@example.cn"
    stage.run(f"init {stage.archive} --office SH {founder} --simulated", member="")
    stage.tell(_("Two clerks, a manager and two supervisors. The clerks may write what they cannot read back."))
    for handle, name, role, level in (
        ("wang.wei", "王伟", "clerk", "internal"),
        ("liu.yang", "刘洋", "clerk", "internal"),
        ("chen.jing", "陈静", "manager", "secret"),
        ("zhao.lei", "赵磊", "supervisor", "confidential"),
        ("sun.yan", "孙燕", "supervisor", "confidential"),
    ):
        who = f"{handle} --name {name} --email {handle}@example.cn"
        stage.run(f"member add {who} --role {role} --clearance {level} --generate-keys")


def _daily_work(stage: Stage) -> None:
    stage.tell(_("A table of customers comes in, first as a dry run, then for good, in one commit."))
    table = stage.folder / "customers.csv"
    table.write_text(CUSTOMERS, encoding="utf-8")
    stage.run(f"import {table} --dry-run")
    stage.run(f"import {table} --yes")
    stage.tell(_("A clerk opens the file of a person. She sees dots; whoever is cleared opens it, and that is logged."))
    stage.run(f"create --subject person --set 姓名=张三 --set 身份证号={ID_NUMBER} --set phone=13800138000", member="wang.wei")
    stage.run("show 4", member="wang.wei")
    stage.run("show 4 --reveal --purpose 合同核对", member="wang.wei", expected=3)
    stage.run("show 4 --reveal --purpose 合同核对")
    stage.run("update 1 --set address.city=宁波市 --reason 搬迁", member="wang.wei")
    stage.run("classify 1 客户等级=A --reason 年度评级")
    stage.tell(_("A file is lent; a second loan is refused, with the reason."))
    stage.run("lend 1 --to 刘洋 --purpose 合同核对 --for 14d --pages 42", member="wang.wei")
    stage.run("lend 1 --to 王伟 --purpose 回访 --for 1d", member="wang.wei", expected=3)
    stage.run("lend 2 --to 王伟 --purpose 回访 --for 15d", member="wang.wei", expected=3)


def _destruction(stage: Stage) -> None:
    stage.tell(_("A file on loan cannot be destroyed."))
    stage.run("why destroy 1")
    stage.run("destroy propose 1 --reason 保管期满", expected=3)
    stage.run("return JY-1 --condition 完好 --pages 42", member="wang.wei")
    stage.run("review 1 --outcome 属实")
    stage.tell(_("The person's file is proposed for destruction; a stop stands against it, and is lifted."))
    stage.run("hold 4 --forbid destroy --reason 诉讼")
    stage.run("destroy propose 4 --reason 保管期满", expected=3)
    stage.run("release TY-1 --reason 结案")
    stage.run("destroy propose 4 --reason 保管期满")
    stage.tell(_("Nobody approves their own proposal; the manager does, and two supervisors check item by item."))
    stage.run("approve XH-1", expected=3)
    stage.run("approve XH-1", member="chen.jing")
    stage.run("destroy supervise XH-1", member="zhao.lei")
    stage.run("destroy execute XH-1", expected=3)
    stage.run("destroy supervise XH-1", member="sun.yan")
    stage.run("destroy execute XH-1")


def _proof(stage: Stage) -> None:
    stage.tell(_("No commit can be read any more: the first version of the file is opened with every key that is left."))
    stage.run("show 4 --reveal --purpose 合同核对", expected=3)
    console.say(_unreadable(stage))
    stage.run("destroy verify XH-1")
    stage.run("destroy certificate XH-1")
    stage.run("history 4")
    stage.tell(_("The files are in order, and so is every step that led to them."))
    stage.run("check")
    stage.run("verify")


def _unreadable(stage: Stage) -> str:
    """Try every sealed value of every version of the destroyed record with every key of the keyring."""
    from archivectl.members.home import Home  # noqa: PLC0415 - loads git and age
    from archivectl.proof import attempts  # noqa: PLC0415
    from archivectl.store.repository import Repository  # noqa: PLC0415

    with Repository.open(stage.archive) as repository:
        tried, opened = attempts(repository, Home(stage.folder / "home"), "customers/SH/0/SH-000004.yaml")
    told = _("{tried} sealed values of all its versions, tried with every key of every member: {opened} opened.")
    return told.format(tried=tried, opened=opened)


@app.command(epilog="archivectl demo")
def demo(ctx: typer.Context, folder: Path = typer.Argument(None, help="A new folder; without it, one for the while.")) -> None:
    """Build an example archive and run the whole life cycle, narrated; ends with check and verify."""
    options: Options = ctx.obj
    place = folder or Path(tempfile.mkdtemp(prefix="archivectl-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    before = {name: value for name, value in os.environ.items() if name.startswith("ARCHIVECTL_")}
    for name in before:
        del os.environ[name]
    os.environ["ARCHIVECTL_HOME"] = str(place / "home")
    try:
        stage = Stage(place, options.lang)
        for act in (_founding, _daily_work, _destruction, _proof):
            act(stage)
    finally:
        del os.environ["ARCHIVECTL_HOME"]
        os.environ.update(before)
    console.say(
        "\n"
        + _(
            "The archive stays in {folder}; look around: ARCHIVECTL_HOME={folder}/home archivectl -C {folder}/archive list",
            folder=place,
        )
    )
