"""The command line: which commands there are, lazily loaded, and the one boundary where every error ends."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from archivectl import i18n
from archivectl.cli import console, wording
from archivectl.cli.options import Options, extract, language
from archivectl.i18n import N_, _

gc.disable()  # nothing is garbage while modules load: a tenth of the start; opening an archive switches it on


class Word(NamedTuple):
    """A command: its module in this folder, its group of help, the Chinese word that means it, and what it does."""

    module: str
    group: str
    alias: str
    help: str
    hidden: bool = False


DAILY, USE, CASES, BATCH, INQUIRY, TRUST, SETUP = (
    N_("Daily"), N_("Use"), N_("Cases"), N_("Batch"), N_("Inquiry"), N_("Trust"), N_("Set-up"),
)  # fmt: skip

COMMANDS = {
    "todo": Word("todo", DAILY, "待办", N_("What is due, most urgent first.")),
    "show": Word("show", DAILY, "查看", N_("Show a record, masked; or open its sealed fields.")),
    "list": Word("listing", DAILY, "列表", N_("List the records that a condition selects.")),
    "search": Word("listing", DAILY, "检索", N_("Find records by any word of their clear fields or names.")),
    "create": Word("create", DAILY, "新建", N_("Open a customer's file.")),
    "update": Word("update", DAILY, "更新", N_("Change fields of a record.")),
    "edit": Word("edit", DAILY, "编辑", N_("Change a record in your editor.")),
    "classify": Word("update", DAILY, "分类", N_("Give a customer its value on one or more axes.")),
    "add": Word("add", DAILY, "添加", N_("Add a paper, a contact, a visit ... to a record.")),
    "remove": Word("add", DAILY, "移除", N_("Take an item out of a record.")),
    "lend": Word("lend", USE, "借出", N_("Lend a file, or request it where approval is needed.")),
    "renew": Word("lend", USE, "续借", N_("Promise a later day for a file that is out.")),
    "return": Word("lend", USE, "归还", N_("Take a file back.")),
    "submit": Word("submit", CASES, "提交", N_("Hand a file in, its papers checked against the list.")),
    "accept": Word("submit", CASES, "接收", N_("Take in what was submitted, and file it.")),
    "send-back": Word("submit", CASES, "退回", N_("Return what was submitted, with the reason.")),
    "provide": Word("provide", USE, "提供", N_("Tell somebody outside what a file says.")),
    "approve": Word("approve", CASES, "批准", N_("Approve what an entry waits for.")),
    "reject": Word("approve", CASES, "不同意", N_("Refuse what an entry waits for.")),
    "review": Word("review", CASES, "复核", N_("Enter the outcome of a review.")),
    "hold": Word("hold", CASES, "停用", N_("Stop files: against destroying, use, or everything.")),
    "seal": Word("hold", CASES, "封存", N_("Close files to use and change.")),
    "restrict": Word("hold", CASES, "限制", N_("Allow nothing but storing files."), hidden=True),
    "release": Word("hold", CASES, "解除", N_("Lift a stop.")),
    "request": Word("request", CASES, "请求", N_("What a customer asks about their own data.")),
    "rename": Word("rename", CASES, "更名", N_("Change a customer's name, with its papers.")),
    "destroy": Word("destroy", CASES, "销毁", N_("Propose, supervise, carry out and certify destruction.")),
    "handover": Word("handover", CASES, "交接", N_("Hand files over: propose, confirm, register.")),
    "inventory": Word("inventory", CASES, "盘点", N_("Count what is there, and find what is missing.")),
    "volumes": Word("volumes", CASES, "案卷", N_("Form the volumes of a file, or show them.")),
    "register": Word("register", CASES, "登记", N_("Any register: add an entry, list, show.")),
    "import": Word("bring", BATCH, "导入", N_("Take in a table of customers in one commit.")),
    "apply": Word("apply", BATCH, "建账", N_("Bring the archive to what stands on paper today.")),
    "export": Word("export", BATCH, "导出", N_("Write records to a table, for editing or reading.")),
    "undo": Word("bring", BATCH, "撤销", N_("Take back an import, updates included.")),
    "history": Word("history", INQUIRY, "沿革", N_("What happened to a record, newest first.")),
    "diff": Word("history", INQUIRY, "比较", N_("What changed in a record between two commits.")),
    "report": Word("report", INQUIRY, "报表", N_("Forms, ledgers, cards and labels to print and sign.")),
    "why": Word("why", INQUIRY, "为何", N_("Whether an act is allowed, and why not.")),
    "check": Word("check", TRUST, "检查", N_("Judge the files of the archive.")),
    "verify": Word("check", TRUST, "核验", N_("Replay the history and judge every step.")),
    "comply": Word("comply", TRUST, "合规", N_("Answer the regulations clause by clause.")),
    "backup": Word("backup", TRUST, "备份", N_("Make a backup, look into one, restore one.")),
    "git-hook": Word("hook", TRUST, "钩子", N_("What git calls before it takes or sends anything."), hidden=True),
    "git-merge": Word("git_merge", TRUST, "归并", N_("What git calls to merge one file."), hidden=True),
    "init": Word("init", SETUP, "建档", N_("Found an archive.")),
    "clone": Word("clone", SETUP, "克隆", N_("Bring an archive to this machine.")),
    "demo": Word("demo", SETUP, "演示", N_("Build an example archive and run the whole life cycle.")),
    "member": Word("member", SETUP, "成员", N_("Members: how they join, what they may do, how they leave.")),
    "regime": Word("regime", SETUP, "制度", N_("Regulations, the archive's own rules, its calendar.")),
    "sync": Word("sync", SETUP, "同步", N_("Take in what others did, and let them have yours.")),
    "key": Word("key", SETUP, "密钥", N_("Keys: who holds them, share, rotate, prove, copy.")),
}
ALIASES = {word.alias: name for name, word in COMMANDS.items()}
BELOW = {  # the Chinese words below a command
    "backup": {"make": "制作", "verify": "验证", "restore": "恢复"},
    "destroy": {
        "due": "到期", "propose": "提出", "appraise": "鉴定", "items": "清单", "supervise": "监销", "execute": "执行",
        "resume": "继续", "attest": "签证", "verify": "核实", "feedback": "反馈", "certificate": "证明",
    },
    "handover": {
        "propose": "提出", "audit": "查验", "confirm": "确认", "register": "登记", "show": "查看",
        "outstanding": "未了", "account": "客户",
    },
    "inventory": {"start": "开始", "count": "清点", "note": "备注", "show": "查看", "place": "错位", "close": "结束"},
    "key": {
        "list": "列表", "share": "分享", "rotate": "轮换", "rekey": "换钥", "drill": "演练", "export": "导出", "restore": "恢复",
        "recovery": "恢复单", "remote": "副本",
    },
    "member": {
        "request": "申请", "add": "添加", "list": "列表", "show": "查看", "update": "变更", "retire": "离职", "delegate": "委托",
        "countersign": "会签",
    },
    "regime": {
        "list": "列表", "show": "查看", "diff": "比较", "lint": "检查", "adopt": "采用", "upgrade": "升级", "calendar": "日历",
    },
    "register": {"kinds": "种类", "list": "列表", "show": "查看", "add": "添加", "step": "办理", "lease": "领号"},
    "sync": {"resolve": "定夺"},
    "request": {"open": "受理", "identify": "核实", "answer": "答复"},
}  # fmt: skip


def _stub(word: Word) -> str:
    """What the list of commands says of one; in Chinese with the Chinese word that means it."""
    return f"{word.alias}：{_(word.help)}" if i18n.spoken() == "zh" else word.help


class LazyGroup(TyperGroup):
    """Lists the commands as stubs; imports a command's module only to run it."""

    context_class = wording.Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(*args, **kwargs)
        stubs = {
            name: TyperCommand(name, help=_stub(word), rich_help_panel=word.group, hidden=word.hidden)
            for name, word in COMMANDS.items()
        }
        self.commands.update(stubs)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own
        """The real command for the first word, which may be Chinese."""
        _refuse_unknown(ctx, args[0], [*COMMANDS, *ALIASES])
        name, _found, rest = super().resolve_command(ctx, [ALIASES.get(args[0], args[0]), *args[1:]])
        if name is None:
            return name, _found, rest
        module = importlib.import_module(f"archivectl.cli.{COMMANDS[name].module}")
        apps = module.APPS
        command = wording.prepare(typer.main.get_command(apps[name]))
        command.name = name
        return name, command, _within(ctx, command, rest)


def _within(ctx: Any, command: Any, words: list[str]) -> list[str]:  # noqa: ANN401 - typer's
    """The words after a command, the first in English where it means one below it; Chinese help names the Chinese words."""
    alike = {chinese: english for english, chinese in BELOW.get(command.name, {}).items()}
    if i18n.spoken() == "zh":
        for chinese, english in alike.items():
            below = command.commands[english]
            below.short_help = f"{chinese}：{_(below.help)}"
    if not alike or not words or words[0].startswith("-"):
        return words
    if command.name != "request":  # there any other word is the number of a record
        _refuse_unknown(wording.Context(command, info_name=command.name, parent=ctx), words[0], [*command.commands, *alike])
    return [alike.get(words[0], words[0]), *words[1:]]


def _refuse_unknown(ctx: Any, word: str, known: list[str]) -> None:  # noqa: ANN401 - typer's
    """Refuse a word that is no command, with those that it may have been meant to be."""
    if word in known or word.startswith("-"):
        return
    import difflib  # noqa: PLC0415 - only once somebody mistyped

    close = difflib.get_close_matches(word, known, cutoff=0.6 if word.isascii() else 0.5)
    ctx.fail(f"No such command '{word}'." + (f" Did you mean {', '.join(map(repr, close))}?" if close else ""))


def _version(asked: bool) -> None:
    if asked:
        from archivectl import __version__  # noqa: PLC0415 - only for this answer

        typer.echo(f"archivectl {__version__}")
        raise typer.Exit


def _root() -> Any:  # noqa: ANN401 - typer's command
    app = typer.Typer(cls=LazyGroup, add_completion=True, pretty_exceptions_enable=False, rich_markup_mode="rich")

    @app.callback(help="A customer archive in plain files. Without a command: what is due today.")
    def root(
        folder: str = typer.Option("", "-C", help="The archive's folder.", metavar="DIR"),
        member: str = typer.Option("", "--as", help="Who acts.", metavar="MEMBER"),
        today: str = typer.Option("", "--today", help="The day or time to evaluate at.", metavar="DATE"),
        lang: str = typer.Option("", "--lang", help="zh or en."),
        json: bool = typer.Option(False, "--json", help="One JSON document on standard output."),
        yes: bool = typer.Option(False, "--yes", help="Answer every question with yes."),
        dry_run: bool = typer.Option(False, "--dry-run", help="Decide and show, but write nothing."),
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="The version."),
    ) -> None:
        """These options are read before typer sees the line, so that they may stand anywhere on it."""

    return typer.main.get_command(app)


def run() -> NoReturn:
    """The program: one command, then out."""
    status = main()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # everything is on disk: the system takes the rest down at once, Python in a tenth of a short command


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status and never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    i18n.name_commands({name: (word.alias, BELOW.get(name, {})) for name, word in COMMANDS.items()})
    i18n.speak(_language(arguments, os.environ))
    console.prepare()
    options = Options()
    try:
        options, rest = extract(arguments, os.environ)
        i18n.speak(options.lang)
        status = _root().main(rest or ["todo"], prog_name="archivectl", standalone_mode=False, obj=options)
        if status == console.INTERRUPTED:  # typer swallows the interruption
            return console.interrupted()
        console.finish(options)
    except Exception as error:  # noqa: BLE001 - the one boundary where every error becomes a sentence and a status
        return console.ended(error, options)
    except KeyboardInterrupt:
        return console.interrupted()
    except SystemExit:  # typer's answer to a reader of our output that went away
        return console.closed()
    return int(status) if isinstance(status, int) else 0


def _language(arguments: list[str], environment: Mapping[str, str]) -> str:
    """The language before the options are read, so that they can be refused in it."""
    asked = next((after for word, after in pairwise(arguments) if word == "--lang"), "")
    return asked if asked in i18n.LANGUAGES else language(environment)
