"""When a file is looked over again: by the cycle of its class, and because of what happened to it."""

from typing import Any

import pytest

from archivectl.records import facts
from archivectl.registers import reviewing
from archivectl.registers.reviewing import Due
from registers.entries import DAY, Made, case, event, record, regime

BY_CLASS = [
    {"when": {"axis": {"grade": "A"}}, "every": "1mo"},
    {"when": {"secrecy": ">=secret"}, "every": "6mo"},
    {"every": "1y"},
]
FOCUS = [
    {"when": {"happened": ["lent", "moved"]}, "check": "secrecy", "every": "3mo"},
    {"when": {"happened": "returned", "secrecy": "secret"}, "check": "pages", "every": "1d"},
]


@pytest.mark.parametrize(
    ("house", "fields", "happened", "due"),
    [
        ({}, {}, {}, None),
        ({"every": "1y"}, {}, {}, Due("2027-03-02", "cycle")),
        ({"every": "regularly"}, {}, {}, Due("2027-03-02", "cycle")),
        ({"every": {"every": "6mo"}}, {}, {}, Due("2026-09-02", "cycle")),
        ({"every": BY_CLASS}, {"classification": {"grade": "A"}}, {}, Due("2026-04-02", "cycle")),
        ({"every": BY_CLASS}, {"secrecy": "secret"}, {}, Due("2026-09-02", "cycle")),
        ({"every": BY_CLASS}, {}, {}, Due("2027-03-02", "cycle")),
        ({"focus": FOCUS}, {}, {}, None),
        ({"focus": FOCUS}, {}, {"moved": "2026-04-01"}, Due("2026-07-01", "moved", "secrecy")),
        ({"focus": FOCUS}, {}, {"moved": DAY}, None),
        ({"focus": FOCUS}, {}, {"returned": "2026-04-01"}, None),
        ({"focus": FOCUS}, {"secrecy": "secret"}, {"returned": "2026-04-01"}, Due("2026-04-02", "returned", "pages")),
        ({"every": "1mo", "focus": FOCUS}, {}, {"lent": "2026-04-01"}, Due("2026-04-02", "cycle")),
    ],
)
def test_a_review_is_due_by_cycle_or_by_what_happened_since_the_last(
    house: dict[str, Any], fields: dict[str, Any], happened: dict[str, str], due: Due | None
) -> None:
    rules = regime(house={"review": house}) if house else regime()
    assert reviewing.due(facts.of(record(**fields).data), DAY, rules, happened) == due


def test_what_happened_to_a_file_is_told_by_its_entries() -> None:
    looked = case("review", event("c", "conclude", date="2026-02-01"), made=Made(number="FH-2026-0001"))
    open_ = case("review", event("f", "find", date="2026-03-01"), made=Made(number="FH-2026-0002"))
    rows = (event("r", "request", data={"rule": {}}), event("h", "hand_out", "r", data={"due": DAY}, date="2026-01-05"))
    loan = case("loan", *rows, event("b", "give_back", "h", date="2026-01-09"), made=Made(number="JY-2026-0001"))
    assert reviewing.happenings(looked) == {"reviewed": "2026-02-01"}
    assert reviewing.happenings(loan) == {"lent": "2026-01-05", "returned": "2026-01-09"}
    assert reviewing.happenings(open_) == {}
