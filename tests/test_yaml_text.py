"""YAML as every parser reads it: each trap is either plain data or refused with its line and column, and the writer sets none."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archivectl import i18n, yaml_text
from archivectl.yaml_text import Mark, NotYaml

MEGABYTE = 1024 * 1024
BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(9))


@pytest.fixture(params=["CLoader", "Loader"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: the fast one is not in every installation."""
    monkeypatch.setattr(yaml_text, "_LOADER", getattr(yaml, request.param))


READ: dict[str, Any] = {
    "0123": "0123",
    "-0123": "-0123",
    "0": 0,
    "-7": -7,
    "+7": "+7",
    "no": "no",
    "on": "on",
    "y": "y",
    "12:30": "12:30",
    "2026-01-05": "2026-01-05",
    "110105194912310021": 110105194912310021,
    "1" * 32: int("1" * 32),
    "1" * 33: "1" * 33,
    "1e3": "1e3",
    "1.10": "1.10",
    ".inf": ".inf",
    ".nan": ".nan",
    "1_000": "1_000",
    "0x1F": "0x1F",
    "0o17": "0o17",
    "": None,
    "~": None,
    "NULL": None,
    "null": None,
    "nUll": "nUll",
    "TRUE": True,
    "false": False,
    '"true"': "true",
    "'~'": "~",
    '"0"': "0",
    "=": "=",
    "x # a remark": "x",
    '"a\\tb\\u4e2d\\x07"': "a\tb中\x07",
    "上海 😀": "上海 😀",
    "{b: [1, {c: no}], d: {}}": {"b": [1, {"c": "no"}], "d": {}},
    "|\n  one\n  two\n": "one\ntwo\n",
    ">-\n  one\n  two\n": "one two",
    "\n- 1\n- b: 2\n  c:\n": [1, {"b": 2, "c": None}],
}


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("text", READ)
def test_a_value_is_read_by_the_core_rules_or_stays_text(text: str) -> None:
    value = yaml_text.load(f"a: {text}")["a"]
    assert value == READ[text]
    assert type(value) is type(READ[text])


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# a remark\n", None),
        ("--- \na: 1\n...\n", {"a": 1}),
        ("1: a\nno: b\n~: c\n", {"1": "a", "no": "b", "~": "c"}),
        ('"<<": 1', {"<<": 1}),
        ("- 1", [1]),
        ("[" * 32 + "]" * 32, eval("[" * 32 + "]" * 32)),  # noqa: S307 - thirty-two brackets
    ],
)
def test_a_document_is_read_whole(text: str, data: object) -> None:
    assert yaml_text.load(text) == data


REFUSED: list[tuple[str | bytes, int | None, int | None, str]] = [
    ("a: 1\nb: &x 1", 2, 4, "anchors and aliases"),
    ("a: 1\nb: *x", 2, 4, "anchors and aliases"),
    ("- &a [1]", 1, 3, "anchors and aliases"),
    (BOMB, 1, 4, "anchors and aliases"),
    ("a: !!str 1", 1, 4, "tags"),
    ("- !Person {}", 1, 3, "tags"),
    ("a:\n  <<: {b: 1}", 2, 3, "merge keys"),
    ("&a a: 1", 1, 1, "key must be plain"),
    ("!!str a: 1", 1, 1, "key must be plain"),
    ("a: 1\n[b]: 2", 2, 1, "key must be plain"),
    ("a: 1\n---\nb: 1", 2, 1, "second document"),
    ("--- a\n--- b", 2, 1, "second document"),
    ("%YAML 1.2\n---\na: 1", 1, 1, "directives"),
    ("%TAG ! tag:x,2000:\n---\na: 1", 1, 1, "directives"),
    ("a: 1\nb: 2\na : 3", 3, 1, "the key a stands twice"),
    ("a: {b: 1, b: 2}", 1, 11, "the key b stands twice"),
    ('- c: 1\n  "c": 2', 2, 3, "the key c stands twice"),
    (b"\xef\xbb\xbfa: 1", 1, 1, "byte order mark"),
    ("a: 1\nb: \ufeff2", 2, 4, "control character"),
    (b"a: 1\r\nb: 2\r\n", 1, 5, "CR LF"),
    ("a: 1\n\tb: 2", 2, None, "not YAML"),
    ("a:\n\t- 1", 2, 1, "not YAML"),
    ("a: 1\nb: x\x00y", 2, 5, "control character"),
    ("b: \x1b[31m", 1, 4, "control character"),
    ("b: \x7f", 1, 4, "control character"),
    ('b: "\x85"', 1, 5, "control character"),
    ('b: "a\u2028b"', 1, 6, "control character"),
    ("b: \ufffe", 1, 4, "control character"),
    ("b: \ud800", 1, 4, "control character"),
    ('a: 1\nb: "\\ud800"', 2, None, "half of a character|not YAML"),
    ('a: 1\n"\\udfff": b', 2, None, "half of a character|not YAML"),
    ('"\\U00110000": b', None, None, "not YAML"),
    (b"a: 1\nb: \xff", 2, 4, "not UTF-8"),
    ("a: 中".encode() + b"\xe4\xb8", 1, 5, "not UTF-8"),
    ("名称: 上海".encode("gb18030"), 1, 1, "not UTF-8"),
    ("[" * 100 + "]" * 100, 1, 33, "too deep"),
    ("".join(f"{' ' * n}a:\n" for n in range(100)), 33, 33, "too deep"),
    (b"a: " + b"x" * 50 * MEGABYTE, 1, 1, "larger than 4 MB"),
    ("a: [1, 2", None, None, "not YAML"),
    ('a: "half', 1, None, "not YAML"),
    ("a: 1\nb: c: d", 2, 5, "not YAML"),
    ("- a\nb: 1", 2, 1, "not YAML"),
    ("a: @x", 1, 4, "not YAML"),
    ("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> theirs\n", 2, None, "not YAML"),
]


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(("text", "line", "column", "problem"), REFUSED, ids=[f"{row[3]} {n}" for n, row in enumerate(REFUSED)])
def test_a_trap_is_refused_with_its_place(text: str | bytes, line: int | None, column: int | None, problem: str) -> None:
    """None where the two parsers give up at different places."""
    with pytest.raises(NotYaml) as refusal:
        yaml_text.load(text, "members/li.na.yaml")
    told = str(refusal.value)
    found = re.match(r"members/li\.na\.yaml, line (\d+), column (\d+): ", told)
    assert found
    assert line in {None, int(found[1])}
    assert column in {None, int(found[2])}
    assert re.search(problem, told)


SAID_IN_CHINESE = {
    "a: 1\nb: c: d": "此处不能再有冒号",
    "name: 甲\nphone：1\nnote: 乙": "此行缺少冒号",
    'a: "half': "引号仍未闭合",
    "a: 'half": "引号仍未闭合",
    "a: {b: 1": "花括号未闭合",
    "a: [1, 2": "方括号未闭合",
    "a: {b: 1]": "花括号未闭合",
    "a: 1\n  b: 2": "此处",
    "a: 1\n- b": "此处",
    "- a\nb: 1": "请检查缩进",
    "a: 1\n\tb: 2": "制表符",
    "a:\n\t- 1": "制表符",
    "a: @x": "请加引号",
    "a: %x": "请加引号",
    "a: `x": "请加引号",
    'a: "\\工"': "反斜杠请写两个",
    'a: "\\xzz"': "反斜杠请写两个",
    'a: "b\n---\nc"': "文件分隔符",
    "a: - b": "请另起一行",
    "a: }": "",
    "a: [,]": "缺少值",
    "- 1\nx": "",
    "a\nb: 1": "",
}


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("text", SAID_IN_CHINESE)
def test_what_is_wrong_is_said_in_the_readers_language(text: str) -> None:
    with pytest.raises(NotYaml) as refusal:
        yaml_text.load(text)
    i18n.speak("zh")
    told = str(refusal.value.values["problem"])
    assert SAID_IN_CHINESE[text] in told
    assert re.findall("[A-Za-z]+", told) == ["YAML"], told
    i18n.speak("en")
    assert re.findall("[一-鿿]", str(refusal.value)) == []


def test_every_value_is_located() -> None:
    text = "a: 1\nb:\n  - {c: x,\n     d: 中}\n"
    assert yaml_text.locate(text) == {
        (): Mark(1, 1), ("a",): Mark(1, 4), ("b",): Mark(3, 3), ("b", 0): Mark(3, 5), ("b", 0, "c"): Mark(3, 9),
        ("b", 0, "d"): Mark(4, 9),
    }  # fmt: skip


class Core(yaml.SafeLoader):
    """A parser by the YAML 1.2 core rules, as other tools bring one."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as its parent has it


for tag, pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), None)

NASTY = [
    "", " ", "a ", " a", "0123", "0o17", "0x1F", "0b1", "1e3", "1E3", "12e", "1.10", "1_000", "12:30", "190:20:30",
    "+1", "-1", "-", "--- a", "...", "?", "? a", ":", "a:", "a: b", "a:b", "#", "a #b", "a#b", "&a", "*a", "!a", "|",
    ">", "%a", "@a", "`a", "[a]", "{a}", "a,b", "a]", "'a'", '"a"', "\\", "yes", "No", "ON", "off", "y", "N", "true",
    "NULL", "~", "null", "none", ".inf", "-.Inf", ".NaN", "nan", "inf", "=", "<<", "2026-01-05",
    "2026-01-05T10:00:00Z", "2026-1-5 1:2:3", "enc:1:x", "a\nb", "\n", "\t", "\r", "\x00", "\x07", "\x1b[31m", "\x7f",
    "\x85", "\xa0", "\u2028", "\ufeff", "\ufffe", "\U0010ffff", "上海", "上海：张三", "，", "（a）", "A-1",
    "-A", "12h", "1d", "3e", "2E", "1e", "14d", "0e0", "00", "0", "9", "9" * 40, "SH-000001", "王 伟", "李·四",
    "a" * 200, "é", "ñ", "가", "カ",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_text_is_written_so_that_every_parser_reads_that_text(text: str) -> None:
    written = yaml_text.dump({"a": text, "b": [text, {"c": text}], "d": {"e": text}}, lambda at: at == ("b",))
    for loader in (yaml.SafeLoader, yaml.BaseLoader, Core):
        assert yaml.load(written, loader)["d"]["e"] == text, loader  # noqa: S506 - each makes plain data only
    assert yaml_text.load(written) == {"a": text, "b": [text, {"c": text}], "d": {"e": text}}


def test_what_needs_no_quotes_has_none() -> None:
    plain = {"name": "上海示例贸易有限公司", "id": "SH-000001", "term": "14d", "who": "王 伟 (li.na@example.cn)", "none": None}
    assert yaml_text.dump(plain).splitlines() == [
        "name: 上海示例贸易有限公司", "id: SH-000001", "term: 14d", "who: 王 伟 (li.na@example.cn)", '"none": null',
    ]  # fmt: skip


KEYS = st.text(max_size=40)
SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=80) | st.sampled_from(NASTY)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), st.booleans())
@example({"<<": {"<<": 1}, "": "", "~": [[], {}, [[]], [{"a": {}}]]}, True)  # noqa: FBT003 - a table
@example({"a": [{"b": {"c": [1]}}, [1, [2, {"d": None}]]]}, False)  # noqa: FBT003 - a table
def test_data_survives_any_parser_and_is_written_one_way(data: dict[str, Any], in_lines: bool) -> None:  # noqa: FBT001 - drawn
    written = yaml_text.dump(data, lambda _at: in_lines)
    assert yaml_text.load(written) == data
    assert yaml.safe_load(written) == data
    assert yaml.load(written, Core) == data  # noqa: S506 - it makes plain data only
    assert yaml_text.dump(yaml_text.load(written), lambda _at: in_lines) == written


@pytest.mark.parametrize(("value", "error"), [("\ud800", ValueError), (1.5, TypeError), (b"a", TypeError), ({1}, TypeError)])
def test_what_cannot_stand_in_an_archive_is_not_written(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        yaml_text.dump({"a": value})
