"""The arithmetic of keeping: rules, minimum and a file's own term; events, cut-offs, and what never starts anything."""

from collections.abc import Mapping
from typing import Any

import pytest

from archivectl.records import facts
from archivectl.regime import load, retention, spans
from archivectl.regime.model import Regime
from archivectl.regime.retention import Demand, Verdict
from registers.entries import regime

FACTS = facts.of({"subject": "organisation", "secrecy": "internal", "files": ["tenant"]})
BASE = load.load(load.texts([]))


def ruled(*rows: Mapping[str, Any], minimum: str | None = None) -> Regime:
    return regime(house={"keep": {"rules": list(rows), "minimum": minimum}})


def ended(*days: str, term: str | None = None, event: str = "ended", **more: Any) -> dict[str, Any]:
    events = [{"id": "eAAAAA", "event": event, "date": day} for day in days]
    return {"events": events, **({"term": term} if term else {}), **more}


def judged(kept: Mapping[str, Any], rules: Regime = BASE, today: str = "2026-03-02") -> Verdict:
    return retention.verdict(FACTS, kept, rules, today)


@pytest.mark.parametrize(
    ("begun", "term", "cut_off", "due"),
    [
        ("2020-02-29", "1y", None, "2021-02-28"),
        ("2020-02-29", "4y", None, "2024-02-29"),
        ("2020-01-31", "1mo", None, "2020-02-29"),
        ("2021-01-31", "1mo", None, "2021-02-28"),
        ("2020-01-31", "30d", None, "2020-03-01"),
        ("2020-06-15", "5y", "year", "2026-01-01"),
        ("2020-12-31", "5y", "year", "2026-01-01"),
        ("2020-01-01", "5y", "year", "2026-01-01"),
        ("2020-05-15", "1y", "quarter", "2021-07-01"),
        ("2020-02-10", "1y", "month", "2021-03-01"),
        ("2020-03-31", "1y", "04-01", "2021-04-01"),
        ("2020-04-01", "1y", "04-01", "2022-04-01"),
    ],
)
def test_a_term_ends_on_its_day(begun: str, term: str, cut_off: str | None, due: str) -> None:
    rules = ruled({"term": term, **({"cut_off": cut_off} if cut_off else {})})
    assert judged(ended(begun), rules).due == due


@pytest.mark.parametrize(
    ("kept", "rules", "state", "due"),
    [
        ({}, BASE, "unstated", None),
        (ended("2010-01-01"), BASE, "unstated", None),
        (ended("2010-01-01", term="5y"), BASE, "due", "2015-01-01"),
        (ended("2021-03-02", term="5y"), BASE, "due", "2026-03-02"),
        (ended("2021-03-03", term="5y"), BASE, "kept", "2026-03-03"),
        (ended(term="5y"), BASE, "awaiting-event", None),
        ({"term": "5y", "events": [{"event": "ended"}]}, BASE, "awaiting-event", None),
        (ended("2010-01-01", term="5y", event="trade-stopped"), BASE, "awaiting-event", None),
        (ended("2010-01-01", term="5y", settled=False), BASE, "awaiting-event", None),
        (ended("2010-01-01", term="unlimited"), BASE, "permanent", None),
        (ended("2010-01-01"), ruled({"term": "permanent"}), "permanent", None),
        (ended("2010-01-01", term="1y"), ruled({"term": "unlimited"}), "permanent", None),
        (ended("2010-01-01"), ruled(minimum="10y"), "due", "2020-01-01"),
        (ended("2010-01-01"), ruled({"term": "5y", "from": ["settled"]}), "awaiting-event", None),
        (ended("2010-01-01"), ruled({"term": "5y", "from": ["settled", "ended"]}), "due", "2015-01-01"),
        (ended("2010-01-01", "2024-01-01"), ruled({"term": "5y"}), "kept", "2029-01-01"),
        (ended("2010-01-01"), ruled({"when": {"file": "owner"}, "term": "50y"}, {"term": "5y"}), "due", "2015-01-01"),
        (ended("2010-01-01"), ruled({"when": {"file": "tenant"}, "term": "50y"}, {"term": "5y"}), "kept", "2060-01-01"),
        (ended("2010-01-01"), ruled({"when": {"secrecy": ">=secret"}, "term": "50y"}), "unstated", None),
    ],
)  # fmt: skip
def test_what_becomes_of_a_file(kept: Mapping[str, Any], rules: Regime, state: str, due: str | None) -> None:
    found = judged(kept, rules)
    assert (found.state, found.due) == (state, due)


def test_the_longest_of_rule_minimum_and_own_term_wins_and_every_step_is_told() -> None:
    row = {
        "term": "5y",
        "from": ["ended"],
        "cut_off": "year",
        "law": "某法第三十四条",
        "title": {"zh": "客户", "en": "customers"},
    }
    found = judged(ended("2010-05-01", term="2y"), ruled(row, minimum="10y"))
    assert found.demands == (
        Demand("rule", "5y", "2016-01-01"),
        Demand("minimum", "10y", "2021-01-01"),
        Demand("own", "2y", "2013-01-01"),
    )
    assert (found.due, found.flags, found.law, found.begins) == ("2021-01-01", ("shortened",), "某法第三十四条", "2011-01-01")
    assert (found.event, found.date, found.cut_off, found.title) == ("ended", "2010-05-01", "year", row["title"])
    longer = judged(ended("2010-05-01", term="20y"), ruled(row, minimum="10y"))
    assert (longer.state, longer.due, longer.flags) == ("kept", "2031-01-01", ())


@pytest.mark.parametrize(
    ("row", "minimum", "flags"),
    [
        ({"term": "5y", "at_most": "20y"}, None, ()),
        ({"term": "5y", "at_most": "10y"}, None, ("overdue",)),
        ({"term": "5y", "at_most": "10y"}, "30y", ("beyond-maximum", "overdue")),
        ({"term": "permanent", "at_most": "20y"}, None, ("beyond-maximum",)),
    ],
)
def test_a_maximum_that_is_over_or_cannot_be_kept_is_flagged_and_shortens_nothing(
    row: dict[str, Any], minimum: str | None, flags: tuple[str, ...]
) -> None:
    found = judged(ended("2010-01-01"), ruled(row, minimum=minimum))
    assert found.flags == flags
    assert found.due in {"2015-01-01", "2040-01-01", None}


def test_a_maximum_counts_from_the_same_day_as_the_term() -> None:
    assert judged(ended("2010-05-01"), ruled({"term": "5y", "cut_off": "year", "at_most": "20y"})).latest == "2031-01-01"


def test_what_names_no_period_or_span_is_refused() -> None:
    with pytest.raises(spans.NoPeriod):
        judged(ended("2010-01-01"), ruled({"term": "5y", "cut_off": "season"}))
    with pytest.raises(spans.NoSpan):
        judged(ended("2010-01-01"), ruled({"term": "soon"}))
