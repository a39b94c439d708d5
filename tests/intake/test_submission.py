"""Handing files in: by when, late or not, incomplete for a while, and the draft by its first letters."""

from typing import Any

import pytest

from archivectl import yaml_text
from archivectl.archive import Change
from archivectl.registers.collecting import intake_due
from office import Office
from registers.entries import regime

WINDOWS = {"windows": [{"of": "quarter", "months": [4, 7, 10, 1]}, {"of": "year", "months": [2]}]}


def adopt(office: Office, **rules: Any) -> None:
    """Let the house state rules."""
    with office.acting() as archive:
        archive.commit(Change((), "forge: house", {"regime/house.yaml": yaml_text.dump(rules).encode()}))


@pytest.mark.parametrize(
    ("rules", "collected", "day"),
    [
        ({"within": "1wd"}, "2026-03-06", "2026-03-09"),
        ({"within": "same-day"}, "2026-03-06T18:00", "2026-03-06"),
        ({"within": "process"}, "2026-03-06", None),
        ({}, "2026-03-06", None),
        (WINDOWS, "2026-03-06", "2026-04-30"),
        (WINDOWS, "2026-04-30", "2026-04-30"),
        (WINDOWS, "2026-11-01", "2027-01-31"),
        (WINDOWS, "2028-02-01", "2028-02-29"),
    ],
)
def test_a_file_is_due_a_span_after_its_collection_or_in_the_next_window(
    rules: dict[str, Any], collected: str, day: str | None
) -> None:
    later = {"id": "cBBBBB", "date": "2029-01-01"}
    data = {"collection": [{"id": "cAAAAA", "date": collected}, later]}
    assert intake_due(data, regime(house={"intake": rules})) == day
    assert intake_due({"filing": {"handled": collected}}, regime(house={"intake": rules})) == day
    assert intake_due({}, regime(house={"intake": rules})) is None


def test_what_comes_late_is_recorded_and_told(office: Office) -> None:
    adopt(office, intake={"within": "1d"})
    for number, day in (("1", "2026-03-01"), ("2", "2026-02-28")):
        office.run("create", "--subject", "organisation", "--set", f"name=甲{number}")
        office.run("add", number, "collection", "section=lease", f"date={day}")
    assert office.run("submit", "1", "--json").json["late"] is None
    late = office.run("submit", "2")
    assert "It was due on 2026-03-01." in late.out
    assert "late" in office.run("register", "show", "SJ-2").out


def test_what_may_be_completed_is_filed_incomplete_and_waits_until_its_day(office: Office) -> None:
    adopt(office, files={"store": {"incomplete": {"complete_within": "15d"}, "papers": [{"kind": "合同"}]}})
    office.run("create", "--stub", "--subject", "organisation", "--set", "name=甲", "--set", "files=store")
    assert office.run("submit", "1", "--json").json["state"] == "submitted"
    told = office.run("accept", "SJ-1", member="li.na")
    assert "SJ-2026-0001: SH-000001 is incomplete." in told.out
    assert "To be completed by 2026-03-17; then: archivectl submit SH-000001" in told.out
    refused = office.run("submit", "1")
    assert (refused.status, "合同 is missing" in refused.err) == (3, True)
    office.run("add", "1", "document", "kind=合同")
    assert office.run("submit", "1", "--json").json["state"] == "filed"


def test_approval_stands_between_acceptance_and_number_and_binds_the_content(office: Office) -> None:
    adopt(office, intake={"number": "after-approval", "approve": ["manager"]})
    made = office.run("create", "--subject", "organisation", "--set", "name=甲", "--json").json
    uid, first = made["uid"], made["uid"][:6]
    assert (made["number"], made["status"]) == (None, "draft")
    office.run("submit", first.lower())
    assert office.run("accept", "SJ-1", "--json").json["state"] == "accepted"
    assert office.run("accept", "SJ-1").status == 3
    office.run("approve", "SJ-1", member="chen.jing")
    office.run("update", uid, "--set", "note=另一户", "--reason", "更正")
    changed = office.run("accept", "SJ-1")
    assert (changed.status, "changed after it was accepted" in changed.err) == (3, True)
    office.run("send-back", "SJ-1", "other")
    office.run("submit", "SJ-1")
    office.run("accept", "SJ-1")
    office.run("approve", "SJ-1", member="chen.jing")
    assert office.run("accept", "SJ-1", "--json").json["record"] == "SH-000001"
    assert office.run("show", "1", "--json").json["uid"] == uid


def test_a_rehearsal_files_nothing(office: Office) -> None:
    uid = office.run("create", "--draft", "--subject", "organisation", "--set", "name=甲", "--json").json["uid"]
    office.run("submit", uid)
    assert office.run("--dry-run", "accept", "SJ-1", "--json").json["state"] == "filed"
    assert office.run("show", uid, "--json").json["status"] == "draft"
