"""Registers at large: what is typed becomes what a column takes, under its name or a title, or is refused."""

from typing import Any

import pytest

from archivectl import ledger
from archivectl.errors import WrongUsage
from archivectl.registers import kinds
from office import Office
from registers.entries import BASE


@pytest.mark.parametrize(
    ("kind", "typed", "cells"),
    [
        ("store", {"温度 ℃": "-90", "humidity": "100"}, {"temperature": "-90", "humidity": "100"}),
        ("loan", {"方式": "室内查阅", "term": "14d"}, {"mode": "on-site", "term": "14d"}),
        ("loan", {"mode": "copy", "outside": "是", "pages": "１２"}, {"mode": "copy", "outside": True, "pages": 12}),
        ("loan", {"outside": "no", "pages": "12", "due": "2026-03-16"}, {"outside": False, "pages": 12, "due": "2026-03-16"}),
        ("handover", {"接收人": "刘洋", "unit": "销售部"}, {"receiver": "刘洋", "unit": "销售部"}),
    ],
)
def test_cells_are_typed_by_their_column(kind: str, typed: dict[str, str], cells: dict[str, Any]) -> None:
    assert ledger.cells(kinds.kind(kind, BASE), typed) == cells


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("store", {"colour": "red"}),
        ("store", {"temperature": "warm"}),
        ("store", {"temperature": "1.2.3"}),
        ("store", {"temperature": "1e3"}),
        ("store", {"temperature": "-90.1"}),
        ("store", {"temperature": "60.1"}),
        ("store", {"湿度": "100.1"}),
        ("store", {"湿度": "-1"}),
        ("loan", {"mode": "sell"}),
        ("loan", {"pages": "-1"}),
        ("loan", {"pages": "twelve"}),
        ("loan", {"pages": "½"}),
        ("loan", {"term": "long"}),
        ("loan", {"due": "2026-02-30"}),
        ("loan", {"outside": "perhaps"}),
    ],
)
def test_what_a_column_does_not_take_is_refused(kind: str, typed: dict[str, str]) -> None:
    with pytest.raises(WrongUsage):
        ledger.cells(kinds.kind(kind, BASE), typed)


@pytest.mark.parametrize("kind", ["loan", "hold", "review", "destruction", "import", "key-copy"])
def test_an_entry_that_a_command_makes_is_not_made_by_hand(office: Office, kind: str) -> None:
    assert office.run("register", "add", kind, "reason=x").status == 2


def test_a_register_is_listed_by_state_and_shown_as_far_as_one_may_read(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲")
    office.run("register", "add", "handover", "接收人=刘洋", "交接事由=轮岗", "--about", "1")
    office.run("register", "add", "handover", "接收人=王伟", "交接事由=补交", "--about", "SH-000001", "--about", "1")
    office.run("reject", "JJ-2", "--reason", "误填", member="chen.jing")
    listed = office.run("register", "list", "handover", "--state", "applied", "--json").json
    assert [(row["id"], row["records"]) for row in listed] == [("JJ-2026-0001", ["SH-000001"])]
    columns = {who: office.run("register", "show", "JJ-1", "--json", member=who).json["columns"] for who in ("li.na", "wang.wei")}
    assert columns["li.na"] == {"receiver": "刘洋", "reason": "轮岗"}
    assert columns["wang.wei"] == {"receiver": None, "reason": None}


def test_who_types_no_number_is_shown_what_one_looks_like() -> None:
    with pytest.raises(ledger.WrongCell) as refused:
        ledger.cells(kinds.kind("store", BASE), {"temperature": "热"})
    assert refused.value.values["takes"] == "a number, such as 21.5"
