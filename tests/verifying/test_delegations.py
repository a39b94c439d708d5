"""Signatures for somebody else, and reports that must come with what they are about, judged as they were to be decided then."""

from typing import Any

import pytest

from archivectl import approvals, destruction, intake, ledger, loans, membership
from archivectl.errors import NotAllowed
from verifying.office import LOAN, REQUEST, TODAY, Office

WEEK = {"post": "manager", "to": "sun.li", "from": TODAY, "until": "2026-03-06", "kinds": "loan"}


def delegate(office: Office, **columns: str) -> str:
    """The manager delegates to sun.li; the delegation's uid."""
    drafted = office.act("li.na", ledger.add, "delegation", [], {**WEEK, **columns})
    return office.act("chen.jing", approvals.approve, drafted.id).uid


def told(office: Office) -> list[str]:
    return [finding.text for finding in office.findings()]


def test_what_a_delegate_signed_is_in_order_and_names_the_delegation(office: Office) -> None:
    uid = delegate(office)
    case = office.act("sun.li", approvals.approve, "JY-2")
    assert (case.done[-1].post, case.done[-1].data["for"]) == ("manager", uid)
    assert told(office) == []


@pytest.mark.parametrize(
    ("columns", "stated", "problem"),
    [
        ({}, {}, "under another post"),
        ({"kinds": "destruction"}, {"for": ""}, "does not extend to this"),
        ({}, {"for": "A" * 26}, "under another post"),
    ],
)
def test_a_signature_outside_a_delegation_is_found(
    office: Office, columns: dict[str, str], stated: dict[str, Any], problem: str
) -> None:
    uid = delegate(office, **columns)
    given = {key: value or uid for key, value in stated.items()}
    office.append(REQUEST, "approve", by="sun.li", post="manager", data=given)
    assert any(problem in text for text in told(office))


def test_a_signature_for_somebody_who_is_away_is_in_order(office: Office) -> None:
    uid = delegate(office, **{"while": "absent"})
    away = office.act("li.na", ledger.carry_on, "WT-1", "depart", {"away_until": "2026-03-04"})
    assert office.act("sun.li", approvals.approve, "JY-2").done[-1].data["for"] == away.uid == uid
    assert told(office) == []


@pytest.mark.parametrize(
    ("steps", "problem"), [((), "and nobody entered that"), (("depart", "come_back"), "was so until 2026-03-02")]
)
def test_a_signature_for_somebody_who_is_not_away_is_found(office: Office, steps: tuple[str, ...], problem: str) -> None:
    uid = delegate(office, **{"while": "absent"})
    for step in steps:
        office.act("li.na", ledger.carry_on, "WT-1", step, {"away_until": "2026-03-04"} if step == "depart" else {})
    office.append(REQUEST, "approve", by="sun.li", post="manager", data={"for": uid})
    assert any(problem in text for text in told(office))


def test_a_signature_after_the_last_day_is_found(office: Office) -> None:
    uid = delegate(office)
    office.append(REQUEST, "approve", by="sun.li", post="manager", data={"for": uid}, date="2026-03-07")
    assert any("ended on 2026-03-06" in text for text in told(office))


def test_a_signature_of_ones_own_that_claims_a_delegation_is_found(office: Office) -> None:
    uid = delegate(office)
    office.append(REQUEST, "approve", by="chen.jing", post="manager", data={"for": uid})
    assert any("under another post" in text for text in told(office))


def test_nobody_approves_through_a_delegate_what_they_proposed_themselves(office: Office) -> None:
    who = membership.Candidate("he.jun", "何军", "he.jun@example.cn", ("archivist",), ("manager",), "top-secret")
    office.act("li.na", membership.add, who)
    office.act("li.na", intake.create, "organisation", {"name": "示例商行"})
    drafted = office.act("li.na", ledger.add, "delegation", [], {**WEEK, "kinds": "destruction"})
    office.act("he.jun", approvals.approve, drafted.id)
    listed = office.act("he.jun", destruction.propose, ["4"], "期满").id
    with pytest.raises(NotAllowed) as refusal:
        office.act("sun.li", approvals.approve, listed)
    assert [reason.code for reason in refusal.value.reasons] == ["destruction.approve/apart"]
    assert refusal.value.reasons[0].values["member"] == "he.jun"
    assert office.act("chen.jing", approvals.approve, listed).state == "approved"
    assert told(office) == []


@pytest.mark.parametrize(("act", "condition"), [("report_lost", "lost"), ("give_back", "damaged")])
def test_what_came_back_damaged_or_not_at_all_is_reported_in_the_same_commit(office: Office, act: str, condition: str) -> None:
    office.append(LOAN, act, by="wang.wei", data={"condition": condition})
    assert any("should have come with an entry of the register incident" in text for text in told(office))


@pytest.mark.parametrize("condition", ["lost", "damaged"])
def test_a_loss_that_was_reported_is_in_order(office: Office, condition: str) -> None:
    assert office.act("wang.wei", loans.give_back, "JY-1", loans.Look(condition)).incident == "WX-2026-0001"
    assert told(office) == []


def test_a_return_before_the_file_was_handed_out_is_found(office: Office) -> None:
    office.append(LOAN, "give_back", by="wang.wei", data={"condition": "intact"}, date="2026-03-01")
    assert any("2026-03-01 lies before" in text for text in told(office))
