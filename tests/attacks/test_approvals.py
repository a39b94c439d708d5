"""Approvals that nobody gave for this: forged, used again, edited, dated back, too few, twice by one, or for what was."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from archivectl import approvals, intake, loans
from attacks.branches import Office
from verifying.office import LIST, REQUEST, STRANGER

OTHER = "registers/loan/2026/0/JY-2026-0003.yaml"


def approved(office: Office) -> bytes:
    """The line of the manager's approval of one loan."""
    office.act("chen.jing", approvals.approve, "JY-2")
    return office.read(REQUEST).splitlines(keepends=True)[-1]


def forged(office: Office) -> None:
    """Written as the manager's, signed with the key of whoever had one at hand."""
    office.append(REQUEST, "approve", by="chen.jing", post="manager", key=STRANGER)


def signed_by_a_colleague(office: Office) -> None:
    office.append(REQUEST, "approve", by="chen.jing", post="manager", key=office.key("sun.li"))


def replayed_elsewhere(office: Office) -> None:
    """The approval of one loan put under the request of another one, by the manager's own commit."""
    line = approved(office)
    office.act("wang.wei", intake.create, "person", {"name": "赵六", "secrecy": "confidential"})
    office.act("wang.wei", loans.lend, "4", {"mode": "loan", "borrower": "wang.wei", "purpose": "核对"}, ("", ""))
    office.commit({OTHER: office.read(OTHER) + line}, "loan.approve", by="chen.jing")


def replayed_again(office: Office) -> None:
    """The same approval once more at the end of its own entry."""
    line = approved(office)
    office.commit({REQUEST: office.read(REQUEST) + line}, "loan.approve", by="chen.jing")


def edited(office: Office) -> None:
    line = approved(office)
    office.commit(
        {REQUEST: office.read(REQUEST).replace(line, line.replace(b"post: manager", b"post: archivist"))}, "loan.approve"
    )


def dated_back(office: Office) -> None:
    """Said to have been entered weeks ago, before somebody left."""
    entered = (office.at - timedelta(days=21)).strftime("%Y-%m-%dT%H:%M:%SZ")
    office.append(REQUEST, "approve", by="chen.jing", post="manager", date=entered[:10], at=entered)


def one_too_few(office: Office) -> None:
    """The list is carried out after one of two supervisors."""
    office.append(LIST, "execute", by="li.na")


def twice_by_one(office: Office) -> None:
    office.append(LIST, "supervise", by="zhou.min", post="supervisor", data={"checked": 1})


def of_an_earlier_version(office: Office) -> None:
    """What was approved for destruction was changed since."""
    office.act("li.na", intake.update, "1", {"keeper": "sun.li"}, (), "核对")
    office.append(LIST, "supervise", by="wu.lei", post="supervisor", data={"checked": 1})


ATTACKS: dict[str, tuple[Callable[[Office], None], str]] = {
    "forged": (forged, "does not bear a valid signature of chen.jing"),
    "signed by a colleague": (signed_by_a_colleague, "does not bear a valid signature of chen.jing"),
    "used for another entry": (replayed_elsewhere, "does not bear a valid signature of chen.jing"),
    "used once more": (replayed_again, "REQUEST"),
    "edited": (edited, "entries only grow"),
    "dated back": (dated_back, "which cannot be"),
    "one too few": (one_too_few, "was not allowed to do destruction.execute"),
    "twice by one person": (twice_by_one, "zhou.min"),
    "of an earlier version": (of_an_earlier_version, "XH-2026-0001"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_approval_that_nobody_gave_for_this_is_found(office: Office, name: str) -> None:
    attack, words = ATTACKS[name]
    attack(office)
    found = office.findings()
    assert any(words.replace("REQUEST", REQUEST) in finding.text for finding in found), [finding.text for finding in found]
    assert {finding.commit for finding in found} == {office.tip}
