"""Contacts who were forgotten alone: legal only with the request that orders it, approved and signed, and for nobody else."""

from collections.abc import Callable
from typing import Any

import pytest

from archivectl import approvals, requests
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.records import text as record_text
from verifying.office import COMPANY, Office

REQUEST = "registers/request/2026/0/KQ-2026-0001.yaml"
ONE = "cK3F7Q"


def asked(office: Office, mode: str = "erase", contact: str = ONE) -> None:
    """A request about a contact of the company, its applicant identified."""
    wanted = requests.Asked(mode, "李四", contact=contact if mode == "erase" else "")
    office.act("li.na", requests.receive, "2", wanted, requests.Identified("document"))


def granted(office: Office, mode: str = "erase") -> None:
    asked(office, mode)
    office.act("chen.jing", approvals.approve, "KQ-1")


def begin(archive: Archive) -> None:
    work = Work.on(archive, archive.case("KQ-1"))
    work.step("begin")
    work.commit()


def begun(office: Office, mode: str = "erase") -> None:
    """The request approved, and its intent committed."""
    granted(office, mode)
    office.act("li.na", begin)


def marked(office: Office, contact: str = ONE, entry: str = "", **more: Any) -> bytes:
    """The company's file with the mark in place of a contact."""
    uid = entry or office.data(REQUEST)["uid"]

    def edit(data: dict[str, Any]) -> None:
        data["contacts"] = [{"id": contact, "forgotten": uid}, *(one for one in data["contacts"] if one["id"] != contact)]
        data.update(more)

    return office.record(COMPANY, edit)


def completed(office: Office, text: bytes | None, *acts: str) -> None:
    """Commit the completion of the request, with or without the file it must come with."""
    writes: dict[str, bytes | None] = {REQUEST: office.event(REQUEST, "complete", by="li.na")}
    office.commit(writes | ({COMPANY: text} if text else {}), "request.complete", *acts)


def before_the_approval(office: Office) -> None:
    asked(office)
    office.commit({COMPANY: marked(office)}, "record.update")


def before_the_intent(office: Office) -> None:
    granted(office)
    completed(office, marked(office))


def after_a_refusal(office: Office) -> None:
    asked(office)
    office.act("chen.jing", approvals.reject, "KQ-1", "理由不足")
    completed(office, marked(office))


def with_the_intent_alone(office: Office) -> None:
    begun(office)
    office.commit({COMPANY: marked(office)}, "record.update")


def somebody_else(office: Office) -> None:
    office.commit(
        {COMPANY: office.record(COMPANY, lambda data: data["contacts"].append({"id": "cBBBBB"}))},
        "record.update",
    )
    begun(office)
    completed(office, marked(office, "cBBBBB"))


def nobody(office: Office) -> None:
    begun(office)
    completed(office, None)


def by_another_request(office: Office) -> None:
    begun(office)
    completed(office, marked(office, entry="B" * 26))


def in_a_deletion(office: Office) -> None:
    begun(office, "delete")
    completed(office, marked(office))


def with_its_key(office: Office) -> None:
    begun(office)

    def edit(data: dict[str, Any]) -> None:
        data["keys"] = [row for row in data["keys"] if row["of"] != f"contacts[{ONE}]"]

    data = dict(office.data(COMPANY), contacts=[{"id": ONE, "forgotten": office.data(REQUEST)["uid"]}])
    edit(data)
    completed(office, record_text.dump(data))


def with_another_change(office: Office) -> None:
    begun(office)
    completed(office, marked(office, keeper="sun.li"))


def forgotten(office: Office) -> None:
    granted(office)
    office.act("li.na", requests.answer, "KQ-1", "", print)


def taken_back(office: Office) -> None:
    forgotten(office)
    office.commit({COMPANY: office.record(COMPANY, lambda data: data.pop("contacts"))}, "record.update")


def renamed(office: Office) -> None:
    forgotten(office)
    office.commit({COMPANY: marked(office, entry="B" * 26)}, "record.update")


NO_REQUEST = ("verify/tombstone", "without the request that it names")
ATTACKS: dict[str, tuple[Callable[[Office], None], tuple[str, str]]] = {
    "before the approval": (before_the_approval, NO_REQUEST),
    "before the intent": (before_the_intent, NO_REQUEST),
    "after a refusal": (after_a_refusal, NO_REQUEST),
    "with the intent alone": (with_the_intent_alone, NO_REQUEST),
    "somebody else": (somebody_else, NO_REQUEST),
    "nobody": (nobody, ("verify/tombstone", "was not forgotten")),
    "by another request": (by_another_request, NO_REQUEST),
    "in a deletion": (in_a_deletion, NO_REQUEST),
    "with its key": (with_its_key, ("verify/keys", "changed or removed a key")),
    "with another change": (with_another_change, ("verify/act", "calls itself")),
    "taken back": (taken_back, ("verify/tombstone", "took away or changed the mark")),
    "another request named later": (renamed, ("verify/tombstone", "took away or changed the mark")),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_contact_forgotten_otherwise_is_found(office: Office, name: str) -> None:
    attack, (rule, words) = ATTACKS[name]
    attack(office)
    told = [(finding.rule, finding.text) for finding in office.findings()]
    assert any(found == rule and words in text for found, text in told), told


def by_the_forger(office: Office) -> None:
    begun(office)
    completed(office, marked(office))


ALLOWED: dict[str, Callable[[Office], None]] = {"by the command": forgotten, "by the forger": by_the_forger}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_contact_forgotten_by_a_request_is_no_finding(office: Office, name: str) -> None:
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []
