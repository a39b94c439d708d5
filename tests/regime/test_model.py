"""Rule tables: which row matches, and what comes from base where a row is silent."""

from typing import Any

import pytest

from archivectl.regime import load, model
from archivectl.regime.model import Regime, within


def regime(*slugs: str, house: bytes = b"") -> Regime:
    return load.load(load.texts(slugs) | ({"regime/house.yaml": house} if house else {}))


@pytest.mark.parametrize(
    ("when", "facts", "fits"),
    [
        ({}, {}, True),
        ({"secrecy": "secret"}, {"secrecy": "secret"}, True),
        ({"secrecy": "secret"}, {"secrecy": "internal"}, False),
        ({"secrecy": "secret"}, {}, False),
        ({"secrecy": ">=confidential"}, {"secrecy": "confidential"}, True),
        ({"secrecy": ">=confidential"}, {"secrecy": "top-secret"}, True),
        ({"secrecy": ">=confidential"}, {"secrecy": "internal"}, False),
        ({"secrecy": ">confidential"}, {"secrecy": "confidential"}, False),
        ({"secrecy": "<confidential"}, {"secrecy": "internal"}, True),
        ({"secrecy": "<=confidential"}, {"secrecy": "secret"}, False),
        ({"secrecy": ">=confidential"}, {"secrecy": None}, False),
        ({"post": ["manager", "deputy"]}, {"post": {"clerk", "deputy"}}, True),
        ({"post": ["manager", "deputy"]}, {"post": {"clerk"}}, False),
        ({"file": "tenant"}, {"file": ["owner", "tenant"]}, True),
        ({"axis": {"tier": "company"}}, {"axis": {"tier": "company", "grade": "A"}}, True),
        ({"axis": {"tier": "company"}}, {"axis": {"grade": "A"}}, False),
        ({"axis": {"tier": "company"}}, {"axis": None}, False),
        ({"outside": True}, {"outside": True}, True),
        ({"outside": True}, {"outside": False}, False),
        ({"secrecy": "secret", "outside": True}, {"secrecy": "secret", "outside": False}, False),
    ],
)
def test_a_row_matches_when_all_that_it_names_fits(when: dict[str, Any], facts: dict[str, Any], fits: bool) -> None:  # noqa: FBT001 - a table
    assert (model.first([{"when": when}], facts) is not None) is fits


def test_the_first_row_that_matches_counts_alone() -> None:
    rows: list[dict[str, Any]] = [
        {"when": {"secrecy": ">=secret"}, "approve": ["director"]},
        {"when": {"secrecy": ">=confidential"}},
        {"term": "1d"},
    ]
    found = [model.first(rows, {"secrecy": level}) for level in ("top-secret", "confidential", "open")]
    assert found == rows


@pytest.mark.parametrize(
    ("slug", "facts", "rule"),
    [
        ("", {"secrecy": "internal"}, {"term": "14d"}),
        ("", {"secrecy": "secret"}, {"approve": ["manager"], "term": "14d"}),
        ("property-lease", {"secrecy": "confidential"}, {"approve": [], "term": "14d"}),
        ("property-lease", {"secrecy": "secret"}, {"approve": ["department-manager of keeper"], "term": "14d"}),
        ("corp-archive", {"secrecy": "top-secret"}, {"barred": True}),
        ("corp-archive", {"secrecy": "secret"}, {"place": "archive-room", "term": "14d"}),
        ("corp-archive", {"secrecy": "confidential"}, {"approve": [["general-manager", "deputy"]], "term": "4h"}),
        ("corp-archive", {"secrecy": "internal", "post": {"director"}}, {"approve": [], "term": "14d"}),
        (
            "corp-archive",
            {"secrecy": "internal", "post": {"clerk"}},
            {"apply": "department-manager of borrower", "approve": ["office-head"], "term": "14d"},
        ),
        ("stack-room", {"secrecy": "internal"}, {"approve": [["director", "deputy-director"]], "term": "unlimited"}),
    ],
)
def test_a_rule_leaves_only_its_term_to_base(slug: str, facts: dict[str, Any], rule: dict[str, Any]) -> None:
    found = regime(*[slug] if slug else []).rule("lend.rules", facts)
    assert {key: value for key, value in found.items() if key != "when"} == rule


def test_a_path_has_a_value_an_origin_and_a_clause() -> None:
    found = regime("stack-room", house=b"keep:\n  climate: {humidity: <=50}\n")
    assert (found.get("keep.climate.humidity"), found.origin("keep.climate.humidity")) == ("<=50", "house")
    assert (found.get("keep.climate.temperature"), found.origin("keep.climate.temperature")) == ("<=22", "stack-room")
    assert (found.get("destroy.approve"), found.origin("destroy.approve")) == (["manager"], "base")
    assert (found.get("no.such", "—"), found.origin("no.such"), found.clause("no.such")) == ("—", "base", "")
    assert [found.clause(path) for path in ("keep.climate.humidity", "lend.rules.approve", "lend.rules", "lend")] == [
        "STO-06",
        "LOAN-02",
        "LOAN-01",
        "LOAN-01",
    ]


@pytest.mark.parametrize(
    ("bound", "value", "kept"),
    [
        ("<=22", "22", True),
        ("<=22", "22.0", True),
        ("<=22", "22.1", False),
        ("<22", "22", False),
        ("<22", "-5", True),
        (">=30", "30", True),
        (">30", "30.0", False),
        (">30", "100", True),
    ],
)
def test_a_bound_is_kept_or_not(bound: str, value: str, kept: bool) -> None:  # noqa: FBT001 - a table
    assert within(bound, value) is kept
