"""Looking after customers: who keeps in touch with them, what is done for them again and again, who gets a key account."""

from collections.abc import Mapping
from typing import Any

import pytest

from registers.entries import DAY, asked

PROSPECT = {"classification": {"time": "future", "position": "main"}}
STAFF = {"relations": {"staff_at_least": 2}}
VISITS = {"do": "visit", "title": {"zh": "走访", "en": "visits"}, "every": "6mo", "by": ["visit", "care"]}
KEY = {"handover": {"account": {"for": [{"axis": {"grade": "A"}}]}}}
FILED = {"filing": {"archived": "2026-01-10"}}


def cared(**more: Any) -> dict[str, Any]:
    """Rules of care with one row."""
    return {"care": {"rules": [{**VISITS, **more}]}}


@pytest.mark.parametrize(
    ("rules", "fields", "happened", "owes"),
    [
        ({}, PROSPECT, {}, {}),
        (STAFF, PROSPECT, {}, {"record.contacts": None}),
        (STAFF, {**PROSPECT, "relationship": {"contact_staff": ["li.na"]}}, {}, {"record.contacts": None}),
        (STAFF, {**PROSPECT, "relationship": {"contact_staff": ["li.na", "wang.wei"]}}, {}, {}),
        (STAFF, {**PROSPECT, "subject": "person"}, {}, {}),
        (STAFF, {}, {}, {}),
        ({"relations": {"staff_at_least": 1, "for": {"axis": {"grade": "A"}}}}, {"classification": {"grade": "B"}}, {}, {}),
        (cared(), FILED, {}, {"record.care": "2026-07-10"}),
        (cared(), FILED, {"visit": "2026-03-01"}, {"record.care": "2026-09-01"}),
        (cared(), FILED, {"visit": "2026-03-01", "care": "2026-04-01"}, {"record.care": "2026-10-01"}),
        (cared(), FILED, {"purchase": "2026-03-01"}, {"record.care": "2026-07-10"}),
        (cared(by=["survey", "surveyed"]), FILED, {"surveyed": "2026-02-01"}, {"record.care": "2026-08-01"}),
        (cared(), {**FILED, "status": "draft"}, {}, {}),
        (cared(when={"axis": {"position": "main"}}), FILED, {}, {}),
        (cared(when={"axis": {"position": "main"}}), {**FILED, **PROSPECT}, {}, {"record.care": "2026-07-10"}),
        (KEY, {"classification": {"grade": "A"}}, {}, {"handover.begin": None}),
        (KEY, {"classification": {"grade": "A"}}, {"named": DAY}, {}),
        (KEY, {"classification": {"grade": "B"}}, {}, {}),
    ],
)
def test_customers_are_looked_after_as_the_rules_ask(
    rules: Mapping[str, Any], fields: Mapping[str, Any], happened: Mapping[str, str], owes: Mapping[str, str | None]
) -> None:
    assert asked(rules, fields, happened) == owes
