"""What typer says itself, in help and of lines it cannot read, follows the reader's language."""

import json
import re
from importlib.resources import files

import pytest

from archivectl import i18n
from archivectl.cli import ALIASES, BELOW, COMMANDS, main
from office import Office
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


CALLED = re.compile(r"archivectl (?:(?:-C|--as) \S+ )*([^\s，。；：、（）”{…]+)(?: ([a-z-]+)(?![\w=./{-]))?", re.ASCII)
CATALOGUE: dict[str, str] = json.loads(files("archivectl").joinpath("locale/zh.json").read_text(encoding="utf-8"))


def test_commands_in_chinese_sentences_are_called_by_their_chinese_words() -> None:
    main(["--version"])
    i18n.speak("zh")
    shown = [i18n._(sentence) for sentence in CATALOGUE if "archivectl " in CATALOGUE[sentence]]
    called = [found for text in shown for found in CALLED.finditer(text)]
    assert len(called) > 300
    assert [found[0] for found in called if found[1] in COMMANDS] == []
    assert [found[0] for found in called if found[2] in BELOW.get(ALIASES.get(found[1], ""), ())] == []
    # What looks like a command is one: a word with a space after it, and not a sentence about the program.
    commands = [found for found in called if found.string[found.end(1) :][:1] == " "]
    assert [found[0] for found in commands if found[1] not in ALIASES] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("archivectl show 1 --reveal phone", "archivectl 查看 1 --reveal phone"),
        ("archivectl member update li.na", "archivectl 成员 变更 li.na"),
        ("archivectl 成员 update li.na", "archivectl 成员 变更 li.na"),
        ("archivectl --as li.na -C /srv todo", "archivectl --as li.na -C /srv 待办"),
        ("archivectl list status=filed", "archivectl 列表 status=filed"),
        ("archivectl key remote sync", "archivectl 密钥 副本 sync"),
        ("archivectl showing", "archivectl showing"),
        ("archivectl list.txt", "archivectl list.txt"),
        ("archivectl member.yaml", "archivectl member.yaml"),
        ("myarchivectl show", "myarchivectl show"),
    ],
)
def test_only_whole_words_that_are_commands_are_put_into_chinese(said: str, shown: str) -> None:
    main(["--version"])
    i18n.speak("zh")
    assert i18n._("“{command}”", command=said) == f"“{shown}”"
    i18n.speak("en")
    assert i18n._("“{command}”", command=said) == f"“{said}”"


def test_a_hint_in_chinese_can_be_typed_as_it_stands(office: Office) -> None:
    hint = office.run("show", "99", "--lang", "zh", "--json").json["hint"]
    assert hint.endswith("archivectl 列表")
    assert office.run(*hint.rpartition("archivectl ")[2].split()).status == 0
