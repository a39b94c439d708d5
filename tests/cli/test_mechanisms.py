"""What stands for a clause is said in words: no mechanism, and no duty, is shown by its key."""

import re
from collections.abc import Iterator

import pytest

from archivectl import i18n
from archivectl.cli import mechanisms
from archivectl.regime import load
from archivectl.regime.clauses import catalogue
from archivectl.registers import kinds, owed
from project import PACKAGE
from registers.entries import regime

KEYS = re.compile(r"[a-z_]+[._/-][a-z_]+|^[^：]*$")


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    i18n.speak("zh")
    yield
    i18n.speak("en")


def duties() -> set[str]:
    """The duties of files and of the archive, as the code names them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "registers").glob("*.py"))
    return {*re.findall(r"Owed\(\s*\"([a-z._]+)\"", text), *re.findall(r"duty=\"([a-z._]+)\"", text)}


def test_every_mechanism_of_every_clause_is_said_in_words() -> None:
    base = regime()
    named = {each for clause in catalogue().values() for each in clause.met_by}
    stated = {name for slug in load.shipped() for name in owed.routine(load.load({**load.texts([slug]), **kinds.texts()}))}
    told = mechanisms.told((each for each in named if each.removeprefix("check:duty/") not in stated), base)
    assert {text: each for text, each in told.items() if KEYS.search(text)} == {}


@pytest.mark.parametrize("name", sorted(duties()))
def test_every_duty_of_a_file_has_a_title(name: str) -> None:
    assert re.fullmatch(r"[^a-z]+", mechanisms.duty(name, regime())), name


@pytest.mark.parametrize(
    ("mechanisms_", "said"),
    [
        (
            ["gate:loan.request/term_within", "gate:loan.request/by", "gate:loan.renew/needs"],
            ["不合则拒绝办理：档案利用登记 · 申请借阅", "不合则拒绝办理：档案利用登记 · 续借"],
        ),
        (["check:duty/loan.give_back", "register:loan"], ["到期提醒：档案利用登记 · 归还", "登记簿：档案利用登记"]),
        (["check:fields", "form:借阅单", "report:catalogue"], ["检查：必填项齐全、无多余内容", "表单：借阅单", "报表：档案目录"]),
        (
            ["field:name", "field:documents.kind", "field:interactions.visit"],
            ["字段：名称", "字段：文件 · 文件种类", "字段：客户访问"],
        ),
    ],
)
def test_gates_of_one_step_are_one(mechanisms_: list[str], said: list[str]) -> None:
    found = mechanisms.told(mechanisms_, regime())
    assert list(found) == said
    assert [each for alike in found.values() for each in alike] == mechanisms_


def test_what_comes_round_again_is_called_as_the_rules_call_it() -> None:
    assert mechanisms.duty("duty.training", regime("hotel")) == mechanisms.duty("training", regime("hotel")) == "培训"
