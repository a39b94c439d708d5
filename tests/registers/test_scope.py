"""Scopes of stops: what is typed, what is kept, and which files fall under it."""

import pytest

from archivectl.registers import scope
from registers.entries import BASE

AXES = BASE.get("axes")
FILE = {
    "subject": "person",
    "secrecy": "secret",
    "department": "sales",
    "files": ["owner", "tenant"],
    "classification": {"region": "华东"},
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("subject=person region=华东", "subject=person axis.region=华东"),
        ("主体=个人 区域=华东", "subject=person axis.region=华东"),
        ("axis.region=华东", "axis.region=华东"),
        ("合作状态＝流失", "axis.cooperation=lost"),
        ("密级>=机密", "secrecy>=secret"),
        ('归口部门="sales east"', 'department="sales east"'),
        ("files=owner", "file=owner"),
    ],
)
def test_titles_are_kept_as_the_names_of_the_data(typed: str, kept: str) -> None:
    assert scope.canonical(typed, AXES) == kept
    assert scope.canonical(kept, AXES) == kept
    assert scope.parse(kept)


@pytest.mark.parametrize("text", ["", "华东", "phone=138", "subject", "region>=a", "subject=person or region=x", "name=甲"])
def test_a_scope_asks_for_nothing_else(text: str) -> None:
    with pytest.raises(scope.NoScope):
        scope.parse(scope.canonical(text, AXES))


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("subject=person", True),
        ("subject=organisation", False),
        ("subject=person axis.region=华东", True),
        ("subject=person axis.region=华南", False),
        ("axis.grade=A", False),
        ("file=tenant", True),
        ("file=fit-out", False),
        ("secrecy>=confidential", True),
        ("secrecy<secret", False),
        ("department=sales", True),
        ("something else", True),
    ],
)
def test_a_file_falls_under_a_scope_that_it_meets_and_under_one_that_nobody_can_read(text: str, covered: bool) -> None:  # noqa: FBT001
    assert scope.covers(text, FILE) is covered
