"""The papers a file must hold: missing, in the wrong form, alternatives, conditions, papers within papers."""

from typing import Any

import pytest

from archivectl.registers import materials
from archivectl.registers.materials import OddCondition
from registers.entries import regime

SEALED = {"kind": "公司章程", "form": "stamped-copy", "marks": ["骑缝章", "公章"]}


def lacks(rows: list[dict[str, Any]], documents: list[dict[str, Any]], **data: Any) -> list[str]:
    """What a file with these papers lacks of a list, in words."""
    papers = [{"id": f"dAAAA{'ABCDEFG'[place]}", **each} for place, each in enumerate(documents)]
    law = regime(house={"files": {"store": {"papers": rows}}})
    return [str(lack) for lack in materials.missing({"files": ["store"], "documents": papers, **data}, law)]


LEASE = {"any_of": [{"kind": "租赁合同"}, {"kind": "业主授权书", "form": "original"}]}
LICENCE = {"kind": "营业执照", "when": {"subject": "organisation", "axis": {"nature": ["连锁", "加盟"]}}}
AGENT = {"kind": "委托人身份证", "when": {"document": "委托书"}}
HANDBOOK = {"kind": "住户手册", "contains": [{"kind": "管理规约"}, {"any_of": [{"kind": "消防承诺书"}, {"kind": "消防责任书"}]}]}
CHAIN = {"subject": "organisation", "classification": {"nature": "连锁"}}


@pytest.mark.parametrize(
    ("row", "papers", "told"),
    [
        ({"kind": "合同"}, [], ["合同 is missing"]),
        ({"kind": "合同"}, [{"kind": "合　同"}], []),
        ({"kind": "合同", "zh": "服务合同"}, [{"kind": "服务合同"}], []),
        ({"kind": "合同", "form": "original"}, [{"kind": "合同", "form": "copy"}], ["合同 must be: original"]),
        ({"kind": "合同", "form": "original"}, [{"kind": "合同"}], ["合同 must be: original"]),
        ({"kind": "合同", "form": ["copy", "electronic"]}, [{"kind": "合同", "form": "electronic"}], []),
        ({"kind": "合同", "form": "original"}, [{"kind": "合同", "form": f} for f in ("copy", "original")], []),
        (SEALED, [{"kind": "公司章程", "form": "stamped-copy", "marks": ["公章"]}], ["公司章程 lacks: 骑缝章"]),
        (SEALED, [{"kind": "公司章程"}], ["公司章程 must be: copy with company seal", "公司章程 lacks: 骑缝章, 公章"]),
        (SEALED, [{"kind": "公司章程", "form": "stamped-copy", "marks": ["公章", "骑缝章"]}], []),
        ({"kind": "合同", "filled": ["date", "title"]}, [{"kind": "合同", "date": "2026-03-02"}], ["合同 has blanks: Title"]),
        ({"kind": "合同", "filled": ["date"]}, [{"kind": "合同", "date": "2026-03-02"}], []),
        ({"kind": "合同", "pages": 3}, [{"kind": "合同", "pages": 2}], ["合同 has fewer pages than 3"]),
        ({"kind": "合同", "copies": 2}, [{"kind": "合同"}], ["合同 is there in fewer copies than 2"]),
        ({"kind": "合同", "copies": 2}, [{"kind": "合同", "copies": 2}], []),
        (LEASE, [], ["租赁合同 / 业主授权书 is missing"]),
        (LEASE, [{"kind": "业主授权书", "form": "copy"}], ["业主授权书 must be: original"]),
        (LEASE, [{"kind": "租赁合同"}], []),
        (AGENT, [], []),
        (AGENT, [{"kind": "委托书"}], ["委托人身份证 is missing"]),
        (HANDBOOK, [{"kind": "住户手册"}], ["住户手册 must hold: 管理规约", "住户手册 must hold: 消防承诺书, 消防责任书"]),
        (HANDBOOK, [{"kind": "住户手册"}, {"kind": "管理规约"}, {"kind": "消防责任书"}],
            ["住户手册 must hold: 管理规约", "住户手册 must hold: 消防承诺书, 消防责任书"]),
        (HANDBOOK, [{"kind": "住户手册", "contains": ["dAAAAB", "dAAAAC"]}, {"kind": "管理规约"}, {"kind": "消防责任书"}], []),
        ({"kind": "合同"}, [{"kind": "合同"}, {"kind": "从未见过的文件"}], []),
    ],
)  # fmt: skip
def test_a_paper_is_missing_or_falls_short(row: dict[str, Any], papers: list[dict[str, Any]], told: list[str]) -> None:
    assert lacks([row], papers) == told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (CHAIN, ["营业执照 is missing"]),
        ({**CHAIN, "subject": "person"}, []),
        ({**CHAIN, "classification": {"nature": "直营"}}, []),
    ],
)
def test_a_paper_is_asked_for_on_its_conditions(data: dict[str, Any], told: list[str]) -> None:
    assert lacks([LICENCE], [], **data) == told


def test_a_condition_that_nothing_can_answer_is_refused_by_name() -> None:
    with pytest.raises(OddCondition, match="weather"):
        lacks([{"kind": "合同", "when": {"weather": "fair"}}], [])


def test_only_the_kinds_of_file_that_refuse_refuse_and_the_others_name_their_term() -> None:
    rows = {"papers": [{"kind": "合同"}]}
    law = regime(house={"files": {
        "strict": {**rows, "incomplete": "refuse"}, "patient": {**rows, "incomplete": {"complete_within": "15d"}}, "open": rows,
    }})  # fmt: skip
    told = {file: materials.incomplete({"files": [file]}, law) for file in ("strict", "patient", "open", "unknown")}
    assert {file: (len(refused), term) for file, (refused, term) in told.items()} == {
        "strict": (1, None), "patient": (0, "15d"), "open": (0, None), "unknown": (0, None),
    }  # fmt: skip
    assert materials.standing({"files": ["open"], "documents": [{"id": "dAAAAA", "kind": "合同"}]}, law) == (1, ())


def test_the_papers_of_a_cooperating_store_are_fifteen() -> None:
    asked = materials.standing({"files": ["store"]}, regime("franchise"))
    assert (asked.asked, len(asked.lacks)) == (15, 15)
