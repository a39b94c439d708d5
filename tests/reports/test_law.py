"""What rules state is said in words: every value of every regulation, without a key left in it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from archivectl import i18n, yaml_text
from archivectl.checking.rules import RULES
from archivectl.records import fields
from archivectl.regime import load
from archivectl.regime.clauses import catalogue
from archivectl.regime.model import Regime
from archivectl.regime.stating import stated
from archivectl.registers import kinds
from archivectl.reports import law
from registers.entries import regime

TITLES = {"zh", "en"}
# Names of files are grammars, and documents have numbers of their own.
AS_WRITTEN = re.compile(r"\{[a-z:0-9]+\}|CJTS\S+|JD-\S+|IC卡|GPS")
KEYS = re.compile(r"[A-Za-z][A-Za-z_.-]*")
WORDS: Mapping[str, Any] = yaml_text.load(files("archivectl.reports").joinpath("law.yaml").read_bytes(), "law.yaml")


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    i18n.speak("zh")
    yield
    i18n.speak("en")


@cache
def ruled(slug: str) -> Regime:
    return load.load({**load.texts([slug]), **kinds.texts()})


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping) or not value or value.keys() & TITLES:
        yield at, value
    else:
        for key, inner in value.items():
            yield from leaves(inner, f"{at}.{key}" if at else key)


@pytest.mark.parametrize("slug", load.shipped())
def test_every_value_of_a_regulation_is_said_without_its_keys(slug: str) -> None:
    found = ruled(slug)
    said = {
        path: law.told(found, path, value)
        for path, value in leaves(found.values)
        if not path.startswith("forms.") and not path.endswith(".how")
    }
    for name in found.clauses:
        path = catalogue()[name].parameter
        if path and (value := stated(found, path)).holds:
            values = value.value if value.several else [value.value]
            said |= {f"{name} {path} {number}": law.told(found, path, each) for number, each in enumerate(values)}
    assert {path: text for path, text in said.items() if KEYS.search(AS_WRITTEN.sub("", text))} == {}


SAID = "绝密：不允许；秘密及以上：经理 / 档案员 → 经办人＋保管人的经理批准，4 小时；其他情形：仅限档案室内；其他情形：无须批准"
LEND = [
    {"when": {"secrecy": "top-secret"}, "barred": True},
    {
        "when": {"secrecy": ">=confidential"},
        "approve": [["manager", "archivist"], {"all": ["clerk", "manager of keeper"]}],
        "term": "4h",
    },
    {"place": "archive-room"},
    {},
]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "lend.rules",
            LEND,
            SAID,
        ),
        ("lend.rules.approve", [], "无须批准"),
        ("review.approve", ["manager", "archivist"], "经理 → 档案员"),
        ("review.every", "regularly", "定期（此处指 1 年）"),
        ("update.within", "3wd", "3 个工作日"),
        ("keep.climate", {"humidity": "<=45"}, "湿度 %：≤45"),
        ("axes.time.values", {"old": {"zh": "老客户", "en": "old"}, "new": {"zh": "新客户", "en": "new"}}, "老客户、新客户"),
        ("governing.focus", [{"axis": {"time": ["new", "future"]}}], "新客户 / 未来客户"),
        ("lend.completeness", True, "是"),
        ("destroy.supervise", [], "—"),
        ("inventory.every", None, "—"),
        (
            "collect.complete",
            [{"when": {"subject": "person"}, "fields": ["name", "phone"], "within": "1wd"}],
            "个人：名称、电话，期限：1 个工作日",
        ),
    ],
)
def test_a_value_is_said_as_an_archivist_would(path: str, value: Any, said: str) -> None:
    assert law.told(regime(), path, value) == said


def test_every_place_of_titles_is_there() -> None:
    base = regime()
    for source in (*WORDS["found"].values(), *WORDS["keyed"].values()):
        sort, _space, name = source.partition(" ")
        if sort == "field":
            assert fields.known(name).choices, source
        elif sort == "column":
            kind, _dot, column = name.partition(".")
            assert kinds.kind(kind, base).columns[column].choices, source
        else:
            assert sort in {"fields", "who"} or base.get(source) is not None, source


def test_every_check_has_a_title() -> None:
    assert WORDS["checks"].keys() == RULES.keys()
