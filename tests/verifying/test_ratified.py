"""What broke a rule stands once somebody ratified it who could have done all of it and had no part in it; some never does."""

from collections.abc import Callable

import pytest

from archivectl import intake
from archivectl.errors import NotAllowed
from archivectl.store.transaction import writing
from archivectl.verifying import trust
from archivectl.verifying.replay import Stretch, judge
from archivectl.verifying.trust import NotCured, NothingToRatify
from attacks.branches import note
from verifying.office import COMPANY, LIST, REQUEST, STRANGER, Office
from verifying.test_replay import retired


def ratify(office: Office, commit: str, by: str = "li.na") -> None:
    with writing(office.repository, 10):
        trust.ratify(office.archive(by), commit, "已核对")


def unsigned(office: Office, keeper: str = "sun.li") -> str:
    writes = {COMPANY: office.record(COMPANY, lambda data: data.update(keeper=keeper))}
    return office.commit(writes, "record.update", by="wang.wei", key=None)


def refused(office: Office, commit: str, by: str = "li.na") -> bool:
    try:
        ratify(office, commit, by)
    except NotCured:
        return True
    return False


def test_a_commit_that_was_ratified_is_told_for_ever_and_is_no_finding(office: Office) -> None:
    made = unsigned(office)
    assert [finding.rule for finding in office.findings()] == ["verify/signature"]
    ratify(office, made, by="sun.li")
    outcome = judge(office.repository, Stretch(office.fingerprint, office.tip, None), office.at)
    assert outcome.findings == []
    assert [(each.commit, each.excused) for each in outcome.ratified] == [(made, "ZR-2026-0001")]
    assert trust.ensure(office.archive()) == 2
    office.act("li.na", intake.update, "2", {"note": "其后"}, (), "核对")
    first, again = (trust.examine(office.archive()) for _turn in range(2))
    assert (first.earlier, again.earlier) == (0, first.commits)
    assert [(each.commit, each.text) for each in again.ratified] == [(each.commit, each.text) for each in first.ratified]
    assert [each.commit for each in again.ratified] == [made]


def test_nothing_but_the_commit_named_is_ratified(office: Office) -> None:
    made, other = unsigned(office), unsigned(office, "wu.lei")
    ratify(office, made)
    assert [finding.commit for finding in office.findings()] == [other]


def test_who_does_more_than_their_role_allows_needs_somebody_whose_role_does(office: Office) -> None:
    made = office.commit(
        {COMPANY: office.record(COMPANY, lambda data: data.update(classification={"time": "old"}))},
        "record.classify",
        by="wang.wei",
    )
    assert [finding.rule for finding in office.findings()] == ["verify/act"]
    assert refused(office, made, by="chen.jing") or office.findings()
    ratify(office, made, by="sun.li")
    assert office.findings() == []


@pytest.mark.parametrize("by", ["wang.wei", "chen.jing"])
def test_neither_a_clerk_nor_a_manager_ratifies(office: Office, by: str) -> None:
    with pytest.raises((NotAllowed, NotCured)):
        ratify(office, unsigned(office), by)


def test_nobody_ratifies_what_they_signed_themselves(office: Office) -> None:
    made = office.commit(
        {COMPANY: office.record(COMPANY, lambda data: data.update(keeper="sun.li"))}, by="sun.li"
    )  # names no act
    assert refused(office, made, by="sun.li")
    assert not refused(office, made, by="li.na")


def test_what_is_in_order_needs_no_ratification(office: Office) -> None:
    made = note(office, keeper="sun.li")
    with pytest.raises(NothingToRatify):
        ratify(office, made)


def rights(office: Office, by: str = "wang.wei", whose: str = "wang.wei", role: str = "admin") -> str:
    path = f"members/{whose}.yaml"
    text = office.read(path).replace(b"roles: []\n", b"roles:\n").replace(b"roles:\n", f"roles:\n  - {role}\n".encode(), 1)
    return office.commit({path: text}, "member.update", by=by)


def test_a_change_of_rights_needs_an_administrator_who_gains_nothing_by_it(office: Office) -> None:
    made = rights(office)
    assert refused(office, made, by="sun.li")
    assert refused(office, made, by="wang.wei")
    ratify(office, made)
    assert office.findings() == []


def test_who_gains_by_a_change_of_rights_does_not_ratify_it(office: Office) -> None:
    rights(office, by="li.na", whose="zhou.min")
    made = rights(office, whose="zhou.min", role="archivist")
    assert [finding.commit for finding in office.findings()] == [made]
    assert refused(office, made, by="zhou.min")
    assert not refused(office, made, by="li.na")


def test_who_became_administrator_by_what_nobody_ratified_ratifies_nothing_of_it(office: Office) -> None:
    """The clerk makes an archivist an administrator, who thanks for it."""
    made = rights(office, whose="zhou.min")
    rights(office, by="zhou.min", whose="sun.li")
    assert [finding.commit for finding in office.findings()] == [made]
    assert refused(office, made, by="sun.li")
    assert not refused(office, made, by="li.na")


def test_a_key_that_was_retired_needs_an_administrator(office: Office) -> None:
    retired(office)
    made = office.tip
    assert not refused(office, made, by="sun.li")  # an ordinary commit: the role covers it


KEPT = ("schema", "uid", "number", "subject", "keys")
GONE = {"status": "destroyed", "destroyed": {"entry": "A" * 26, "event": "A" * 12, "date": "2026-03-02"}}
NEVER: dict[str, Callable[[Office], object]] = {
    "an approval that nobody signed": lambda o: o.append(REQUEST, "approve", by="chen.jing", post="manager", key=STRANGER),
    "an approval by who may not": lambda o: o.append(REQUEST, "approve", by="sun.li", post="archivist"),
    "a destruction that was not supervised": lambda o: o.append(LIST, "execute", by="li.na"),
    "a tombstone without a list": lambda o: o.commit(
        {COMPANY: o.record(COMPANY, lambda data: [data.pop(key) for key in list(data) if key not in KEPT] and data.update(GONE))},
        "destruction.complete",
    ),
}


@pytest.mark.parametrize("name", NEVER)
def test_an_approval_or_a_destruction_that_is_not_valid_is_ratified_by_nobody(office: Office, name: str) -> None:
    NEVER[name](office)
    assert office.findings()
    assert refused(office, office.tip, by="li.na" if "supervised" not in name else "sun.li")


def test_a_ratification_that_is_only_claimed_cures_nothing(office: Office) -> None:
    """An entry made with git's plumbing, by somebody who had a part in it."""
    made = office.commit({COMPANY: office.record(COMPANY, lambda data: data.update(keeper="wu.lei"))}, by="sun.li")
    before = office.tip
    ratify(office, made, by="li.na")
    path = "registers/ratification/2026/0/ZR-2026-0001.yaml"
    text = office.read(path)
    office.git("reset", "--quiet", "--hard", before)
    office.commit({path: text}, "ratification.ratify", by="sun.li")
    assert made in {finding.commit for finding in office.findings()}


def test_a_ratification_that_breaks_a_rule_itself_cures_nothing(office: Office) -> None:
    """An archivist's entry, committed by a clerk who could have made the change but ratifies nothing."""
    writes = {COMPANY: office.record(COMPANY, lambda data: data.update(keeper="wu.lei"))}
    made = office.commit(writes, "record.update", by="wu.lei", key=None)
    before = office.tip
    ratify(office, made, by="sun.li")
    path = "registers/ratification/2026/0/ZR-2026-0001.yaml"
    text = office.read(path)
    office.git("reset", "--quiet", "--hard", before)
    told = office.commit({path: text}, "ratification.ratify", by="wang.wei")
    assert {finding.commit for finding in office.findings()} == {made, told}
