"""What typer says itself, in help and of lines it cannot read, follows the reader's language."""

import re

import pytest

from archivectl.cli import BELOW, COMMANDS
from program import Program

GROUPS = {
    "destroy": ("propose", "supervise", "execute", "resume", "verify", "certificate"),
    "key": ("export",),
    "member": ("add", "list", "show"),
    "register": ("kinds", "list", "show", "add", "step"),
}
LINES = [(), *((name,) for name in COMMANDS), *((name, below) for name, parts in GROUPS.items() for below in parts)]
ENGLISH = re.compile(r"(?:[A-Za-z]{2,}[.,;:]? ){2}[A-Za-z]{2,}")


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_chinese_help_is_chinese(run: Program, line: tuple[str, ...]) -> None:
    answer = run(*line, "--help", "--lang", "zh")
    assert answer.status == 0
    usage, *told = [text for text in answer.out.splitlines() if text.strip()]
    assert usage.strip().startswith(" ".join(["用法：archivectl", *line, "[选项]"]))
    examples = ("archivectl ", "EDITOR=", "identity.uscc=")
    assert [text for text in told if ENGLISH.search(text) and not text.strip().startswith(examples)] == []


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ("fly", "There is no command “fly”.", "没有命令“fly”。"),
        ("lendd", "There is no command “lendd”; did you mean lend?", "没有命令“lendd”；是否要用 lend？"),
        ("destroy fly", "There is no command “fly”.", "没有命令“fly”。"),
        ("member ad", "There is no command “ad”; did you mean add?", "没有命令“ad”；是否要用 add？"),
        ("成员 添", "There is no command “添”; did you mean 添加?", "没有命令“添”；是否要用 添加？"),
        ("借处 1", "There is no command “借处”; did you mean 续借, 借出?", "没有命令“借处”；是否要用 续借、借出？"),
        ("show 1 2", "That is too much: 2", "多余的内容：2"),
        ("release TY-1", "--reason is missing.", "缺少 --reason。"),
        ("hold 1", "--reason is missing.", "缺少 --reason。"),
        ("renew JY-1 --for 3d", "--reason is missing.", "缺少 --reason。"),
        ("undo DR-1", "--reason is missing.", "缺少 --reason。"),
        ("show", "“NUMBER” is missing.", "缺少编号。"),
        ("create", "--subject is missing.", "缺少 --subject。"),
        ("show 1 --purpos=x", "There is no option --purpos; did you mean --purpose?", "没有选项 --purpos；是否要用 --purpose？"),
        ("todo --zzz", "There is no option --zzz.", "没有选项 --zzz。"),
        ("lend 1 --to", "--to needs a value.", "--to 须带值。"),
        ("lend 1 --on-site=3", "--on-site takes no value.", "--on-site 不带值。"),
        ("todo now", "That is too much: now", "多余的内容：now"),
        ("lend 1 --pages x", "--pages: “x” is no whole number.", "--pages：“x”不是整数。"),
        ("lend 1 --pages -1", "--pages: -1 is less than 0.", "--pages：-1 小于 0。"),
    ],
)
def test_a_wrong_line_is_explained(run: Program, line: str, english: str, chinese: str) -> None:
    for language, told, prefix in (("zh", chinese, "有误："), ("en", english, "error: ")):
        answer = run(*line.split(), "--lang", language)
        assert (answer.status, answer.err.splitlines()[0]) == (2, prefix + told)


def test_every_command_below_another_has_a_chinese_word_and_help_names_it(run: Program) -> None:
    for name, words in BELOW.items():
        told = run(name, "--help", "--lang", "zh").out
        assert [word for word in words.values() if f"{word}：" not in told] == [], name
        assert len(set(words.values())) == len(words)


def test_help_does_not_stay_in_the_language_of_the_call_before(run: Program) -> None:
    for language, told in (("zh", "借阅人。"), ("en", "Who borrows it."), ("zh", "借阅人。")):
        assert told in run("lend", "--help", "--lang", language).out


def test_a_group_alone_shows_its_help_and_nothing_else(run: Program) -> None:
    answer = run("member", "--lang", "zh")
    assert (answer.status, answer.err) == (2, "")
    assert "新增成员。" in answer.out


def test_the_list_of_commands_names_the_chinese_words(run: Program) -> None:
    listed = run("--help", "--lang", "zh").out
    assert [word.alias for word in COMMANDS.values() if not word.hidden and f"{word.alias}：" not in listed] == []
