"""Lists of what is due, by the rules of the house, from the index alone."""

from typing import Any

import pytest

from archivectl import retention, yaml_text
from archivectl.archive import Change
from office import Office

RULES: list[dict[str, Any]] = [
    {
        "when": {"subject": "person"},
        "title": {"zh": "个人客户", "en": "persons"},
        "from": ["ended"],
        "term": "10y",
        "cut_off": "year",
    },
    {"when": {"axis": {"grade": "A"}}, "term": "permanent"},
    {"term": "5y", "law": "某法第三十四条"},
]


def housed(office: Office, **keep: object) -> None:
    """Give the archive rules of its own."""
    with office.acting() as archive:
        text = yaml_text.dump({"keep": {"rules": RULES, **keep}}).encode()
        archive.commit(Change(("regime.house",), "regime.house: how long files are kept", {"regime/house.yaml": text}))


def ended(office: Office, day: str, *more: str, subject: str = "organisation", event: str = "ended") -> None:
    told = (f"retention.events[eAAAAA].event={event}", f"retention.events[eAAAAA].date={day}", *more)
    words = [word for one in told for word in ("--set", one)]
    assert office.run("create", "--subject", subject, "--set", "name=甲", *words).status == 0


def test_the_list_is_by_rule_and_event_the_longest_due_first(office: Office) -> None:
    housed(office)
    ended(office, "2015-06-30", subject="person")
    ended(office, "2020-01-01")
    ended(office, "2001-01-01", "classification.grade=A")
    ended(office, "2001-01-01", event="trade-stopped")
    ended(office, "2015-06-30", event="settled", subject="person")
    ended(office, "2021-03-03")
    found = office.run("destroy", "due", "--json").json
    assert [(row["number"], row["due"]) for row in found] == [("SH-000002", "2025-01-01"), ("SH-000001", "2026-01-01")]
    assert found[0]["law"] == "某法第三十四条"
    later = office.run("destroy", "due", "--until", "2026-03-03", "subject=organisation", "--json").json
    assert [row["number"] for row in later] == ["SH-000002", "SH-000006"]
    steps = office.run("destroy", "due", "--steps", "--json").json
    states = ["due", "due", "permanent", "awaiting-event", "awaiting-event", "kept"]
    assert [row["state"] for row in steps] == states


def test_house_rules_of_keeping_in_every_documented_key_pass_check_and_verify(office: Office) -> None:
    housed(office, rules=[{**RULES[0], "at_most": "30y", "law": "某法"}, {"title": "股权", "permanent": True}], minimum="5y")
    ended(office, "2015-06-30", subject="person")
    ended(office, "2001-01-01")
    for command in ("check", "verify"):
        answer = office.run(command)
        assert (answer.status, answer.err) == (0, ""), answer.out
    steps = office.run("destroy", "due", "--steps", "--json").json
    assert [row["state"] for row in steps] == ["due", "permanent"]


def test_the_list_agrees_with_what_may_be_proposed(office: Office) -> None:
    housed(office, minimum="6y")
    for day in ("2020-03-02", "2020-03-03", "2021-03-02"):
        ended(office, day)
    due = {row["number"] for row in office.run("destroy", "due", "--json").json}
    for number in ("SH-000001", "SH-000002", "SH-000003"):
        assert office.run("why", "destroy", number, "--json").json["allowed"] is (number in due)
    assert due == {"SH-000001"}


def test_what_is_gone_is_not_due_any_more(office: Office) -> None:
    housed(office)
    ended(office, "2001-01-01")
    office.run("destroy", "propose", "1", "--reason", "期满")
    office.run("approve", "XH-1", member="chen.jing")
    for member in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", "XH-1", member=member)
    office.run("destroy", "execute", "XH-1")
    with office.acting() as archive:
        assert retention.due(archive) == []
        assert list(retention.judged(archive)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_of_the_calculation_is_told(office: Office, language: str) -> None:
    housed(office, minimum="20y")
    ended(office, "2015-06-30", "retention.term=1y", subject="person")
    told = office.run("destroy", "due", "--steps", "--lang", language).out
    for part in ("2015-06-30", "2016-01-01", "2026-01-01", "2036-01-01", "2017-01-01"):
        assert part in told
