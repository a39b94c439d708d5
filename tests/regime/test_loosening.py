"""Rules that ask for less than those before them are found, whatever else they say."""

from typing import Any

import pytest

from archivectl.regime.loosening import Loosened, loosened

MANAGER = [{"when": {"secrecy": ">=confidential"}, "approve": ["manager"]}, {}]
SECRET = {"secrecy": ">=confidential"}


def table(rows: list[dict[str, Any]], section: str = "lend") -> dict[str, Any]:
    return {section: {"rules": rows}}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (MANAGER, [{"term": "7d"}], [Loosened("lend.rules", SECRET, ["manager"], [])]),
        (MANAGER, [{"approve": ["manager"]}], []),
        (MANAGER, [{"approve": ["clerk"]}], []),
        (MANAGER, [{"barred": True}], []),
        (MANAGER, MANAGER, []),
        (
            MANAGER,
            [{"when": {"post": "boss"}, "approve": []}, {"approve": ["manager"]}],
            [Loosened("lend.rules", {"post": "boss", **SECRET}, ["manager"], [])],
        ),
        (
            [{"when": {"secrecy": "top-secret"}, "barred": True}, {}],
            [{}],
            [Loosened("lend.rules", {"secrecy": "top-secret"}, None, [])],
        ),
        (
            [{"when": {"axis": {"tier": ["a", "b"]}}, "approve": ["x", "y"]}, {}],
            [{"approve": ["x"]}],
            [Loosened("lend.rules", {"axis": {"tier": ["a", "b"]}}, ["x", "y"], ["x"])],
        ),
    ],
)
def test_a_table_that_asks_for_less_is_found_with_what_it_is_about(before: Any, after: Any, found: list[Loosened]) -> None:
    assert loosened(table(before), table(after)) == found


def test_the_table_of_a_section_may_be_that_of_another() -> None:
    before = {**table(MANAGER), "read": {"as": "read", "rules": MANAGER}}
    after = {**table([{}]), "read": {"as": "lend", "rules": MANAGER}}
    assert [each.path for each in loosened(before, after)] == ["lend.rules", "read.rules"]


@pytest.mark.parametrize(("after", "less"), [([], True), (["a"], True), (["b", "a"], False), (["a", "b", "c"], False)])
def test_a_chain_that_lost_a_signature_is_found(after: list[str], less: bool) -> None:  # noqa: FBT001 - a table
    found = loosened({"destroy": {"approve": ["a", "b"]}}, {"destroy": {"approve": after}})
    assert found == ([Loosened("destroy.approve", {}, ["a", "b"], after)] if less else [])


def test_who_may_do_something_signs_nothing() -> None:
    assert loosened({"who": {"review": ["a", "b"]}}, {"who": {"review": ["a"]}}) == []
