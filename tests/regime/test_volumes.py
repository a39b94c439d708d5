"""How papers are gathered and arranged in volumes."""

from typing import Any

import pytest

from archivectl.regime import volumes
from archivectl.regime.volumes import Rules

HOW = Rules("customer", (("date",),), stated=True, process=(), apart=(), materials=())


def paper(name: str, **stated: Any) -> dict[str, Any]:
    return {"id": f"d{name * 5}", **stated}


def names(papers: Any) -> str:
    return "".join(each["id"][1] for each in papers)


def groups(data: dict[str, Any], how: Rules = HOW) -> list[tuple[str, str, str]]:
    return [(str(each.volume.get("id", "")), each.group, names(each.papers)) for each in volumes.gathered(data, how)]


A = paper("A", kind="合同", date="2025-03-01", material="lease")
B = paper("B", kind="抵押合同", date="2025-01-01", material="mortgage")
C = paper("C", kind="函件", date="2025-02-01")


@pytest.mark.parametrize(
    ("how", "found"),
    [
        (HOW, [("", "", "BCA")]),
        (HOW._replace(gather="material"), [("", "", "C"), ("", "lease", "A"), ("", "mortgage", "B")]),
        (
            HOW._replace(gather="material", materials=("mortgage", "lease")),
            [("", "mortgage", "B"), ("", "lease", "A"), ("", "", "C")],
        ),
        (HOW._replace(apart=("mortgage",)), [("", "", "CA"), ("", "mortgage", "B")]),
        (HOW._replace(apart=("抵押合同",)), [("", "", "CA"), ("", "抵押合同", "B")]),
    ],
)
def test_papers_are_gathered_as_the_rules_say(how: Rules, found: list[tuple[str, str, str]]) -> None:
    assert groups({"documents": [A, B, C]}, how) == found


@pytest.mark.parametrize(
    ("order", "process", "found"),
    [
        (("date",), (), "BCA"),
        (("customer", "date"), (), "BCA"),
        (("process",), ("合同", "抵押合同"), "ABC"),
        (("process", "date"), ("函件", "抵押合同", "合同"), "CBA"),
        (("kind",), (), "CAB"),
    ],
)
def test_papers_are_arranged_by_what_the_rules_name(order: tuple[str, ...], process: tuple[str, ...], found: str) -> None:
    assert names(volumes.arranged([A, B, C], HOW._replace(orders=(order,), process=process))) == found


def test_what_belongs_together_is_kept_together_and_what_has_no_date_comes_last() -> None:
    late = paper("D", date="2025-12-01", **{"with": ["dBBBBB"]})
    assert names(volumes.arranged([paper("E"), A, B, C, late], HOW)) == "BDCAE"


def test_papers_stay_in_their_volume_and_new_ones_join_their_like_but_never_in_a_bound_one() -> None:
    lying = {**A, "volume": "vAAAAA", "sequence": 1}
    data: dict[str, Any] = {"documents": [lying, C], "volumes": [{"id": "vAAAAA", "number": 1}]}
    assert groups(data) == [("vAAAAA", "", "CA")]
    data["volumes"][0]["bound"] = True
    assert groups(data) == [("vAAAAA", "", "A"), ("", "", "C")]


def test_what_is_set_apart_leaves_the_volume_that_it_shares() -> None:
    documents = [{**A, "volume": "vAAAAA"}, {**B, "volume": "vAAAAA"}]
    data = {"documents": documents, "volumes": [{"id": "vAAAAA", "number": 1}]}
    assert groups(data, HOW._replace(apart=("mortgage",))) == [("vAAAAA", "", "A"), ("", "mortgage", "B")]


@pytest.mark.parametrize("stated", [{"medium": "electronic"}, {"medium": "database"}, {"form": "scan"}, {"form": "electronic"}])
def test_what_is_not_on_paper_lies_in_no_volume(stated: dict[str, str]) -> None:
    assert groups({"documents": [paper("A", **stated)]}) == []


def test_a_volume_tells_its_days_its_items_and_its_pages_where_all_are_known() -> None:
    known = [{**A, "pages": 2}, {**B, "pages": 3}]
    assert volumes.extent(known) == {"from": "2025-01-01", "until": "2025-03-01", "pages": 5, "items": 2}
    assert volumes.extent([*known, C])["pages"] is None


@pytest.mark.parametrize(("second", "odd"), [("2025-02-01", "B"), ("2025-04-01", None), (None, None)])
def test_the_first_paper_out_of_order_is_found_and_one_without_a_date_is_passed_over(second: str | None, odd: str | None) -> None:
    first, other = {**A, "sequence": 2}, paper("B", date=second, sequence=3)
    found = volumes.misplaced([first, other], HOW)
    assert (found is not None) == (odd is not None)
    assert volumes.misplaced([first, other], HOW._replace(stated=False)) is None
