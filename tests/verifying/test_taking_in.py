"""Drafts that become files, items added and removed, and interactions: what a commit may make of them."""

from collections.abc import Callable
from typing import Any

import pytest

from archivectl import intake
from archivectl.encryption import envelope
from archivectl.intake import contents, submission
from archivectl.records import interactions, layout
from archivectl.records import text as record_text
from verifying.office import COMPANY, GUARDED, TODAY, Office

Attack = Callable[[Office], object]
INTAKE = "registers/intake/2026/0/SJ-2026-0001.yaml"
FILED = "customers/SH/0/SH-000004.yaml"


def draft(office: Office) -> str:
    """The path of a draft that was submitted."""
    uid = office.act("wang.wei", intake.create, "organisation", {"name": "丙商行"}, "", "draft").uid
    office.act("wang.wei", submission.submit, uid)
    return layout.draft("SH", uid)


def filed(office: Office, *events: str, by: str = "li.na", to: str = FILED, **fields: Any) -> None:
    """Forge the filing of a draft, with these events of its intake in the same commit."""
    path = draft(office)
    data = {**office.data(path), "number": "SH-000004", "status": "filed", **fields}
    if "accept" in events:
        office.append(INTAKE, "accept", by="li.na")
    writes: dict[str, bytes | None] = {path: None, to: record_text.dump(data)}
    if "file" in events:
        writes[INTAKE] = office.event(INTAKE, "file", by=by, id="GGGGGGGGGGGG")
    office.commit(writes, *(["intake.file"] if "file" in events else []), "record.file", by=by)


def visits(office: Office, path: str = COMPANY) -> str:
    """The path of a year of interactions that a clerk entered."""
    office.act("wang.wei", contents.add, office.data(path)["number"], "visit", {"content": "谈续租"})
    return interactions.path(office.data(path)["uid"], TODAY)


def line(office: Office, path: str = COMPANY, **fields: Any) -> tuple[str, bytes]:
    """The file of a record's interactions with one more line."""
    uid = office.data(path)["uid"]
    place = interactions.path(uid, TODAY)
    row = {"id": "iAAAAA", "kind": "visit", "date": TODAY, "by": "wang.wei", **fields}
    return place, (office.repository.read(office.tip, place) or interactions.begun(uid)) + interactions.line(row)


def entered(by: str = "wang.wei", path: str = COMPANY, act: str = "record.add", **fields: Any) -> Attack:
    """Commit one more line of a record's interactions."""
    return lambda office: office.commit(dict([line(office, path, **fields)]), act, by=by, reason="")


def sealed_elsewhere(office: Office) -> None:
    """A line whose content is sealed under the key of another record."""
    data, key = office.data(COMPANY), office.data(GUARDED)["keys"][0]
    place = "interactions[iAAAAA].content"
    value = envelope.seal("x", uid=data["uid"], path=place, level="confidential", recipient=key["recipient"])
    entered(content=value)(office)


def rewritten(office: Office) -> None:
    path = visits(office)
    office.commit({path: office.read(path).replace(b"kind: visit", b"kind: other")}, "record.add", by="wang.wei", reason="")


def taken_away(office: Office) -> None:
    office.commit({visits(office): None}, "record.add", by="li.na")


def of_nobody(office: Office) -> None:
    uid = "Q" * 26
    text = interactions.begun(uid) + interactions.line({"id": "iAAAAA", "kind": "visit", "date": TODAY, "by": "li.na"})
    office.commit({interactions.path(uid, TODAY): text}, "record.add", reason="")


def in_another_year(office: Office) -> None:
    place, text = line(office, date="2025-12-31")
    office.commit({place: text}, "record.add", by="wang.wei", reason="")


def item_gone(office: Office) -> None:
    office.commit({COMPANY: office.record(COMPANY, lambda data: data.pop("contacts"))}, "record.update", by="wang.wei")


ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "filed without an intake": (lambda o: filed(o, "accept"), "verify/record", "without an intake"),
    "filed before it was accepted": (lambda o: filed(o, "file"), "verify/act", "this needs: approved"),
    "filed by a clerk": (lambda o: filed(o, "accept", "file", by="wang.wei"), "verify/act", "record.file"),
    "changed while filed": (lambda o: filed(o, "accept", "file", note="x"), "verify/record", "while filing"),
    "filed as of another day": (
        lambda o: filed(o, "accept", "file", filing={"opened": TODAY, "archived": "2020-01-01"}),
        *("verify/record", "while filing")),
    "filed in a wrong place": (
        lambda o: filed(o, "accept", "file", to="customers/SH/1/SH-000004.yaml"), "verify/record", "does not belong"),
    "filed as another": (lambda o: filed(o, "accept", "file", subject="own-company"), "verify/record", "subject"),
    "filed without its keys": (lambda o: filed(o, "accept", "file", uid="A" * 26), "verify/record", "destroyed file leaves"),
    "a draft taken away": (lambda o: o.commit({draft(o): None}, "record.remove"), "verify/record", "leaves its number"),
    "an item taken out by a clerk": (item_gone, "verify/act", "record.remove"),
    "a line changed": (rewritten, "verify/record", "only added"),
    "a year taken away": (taken_away, "verify/object", "removed"),
    "a line about nobody": (of_nobody, "verify/record", "has no file"),
    "a line in another year": (in_another_year, "verify/record", "do not belong"),
    "a line by somebody else": (entered(by="sun.li"), "verify/record", "another is said"),
    "a line by who may not add": (entered(by="chen.jing"), "verify/act", "record.add"),
    "a line under another name": (entered(act="record.update"), "verify/act", "calls itself record.update"),
    "a line sealed elsewhere": (sealed_elsewhere, "verify/keys", "not one of record"),
    "a line in clear": (entered(path=GUARDED, kind="feedback", rating="好"), "verify/keys", "in clear"),
    "two lines of one id": (lambda o: (entered()(o), entered()(o)), "verify/record", "one id"),
    "no list at all": (lambda o: o.commit({visits(o): b"x"}, "record.add", by="wang.wei"), "verify/record", "interactions"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_found(office: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    attack(office)
    told = [(finding.rule, finding.text) for finding in office.findings()]
    assert any(found == rule and words in text for found, text in told), told


def added_by_hand(office: Office) -> None:
    edit = office.record(COMPANY, lambda data: data.update(documents=[{"id": "dAAAAA", "kind": "合同"}]))
    office.commit({COMPANY: edit}, "record.add", by="wang.wei", reason="")


ALLOWED: dict[str, Attack] = {
    "a draft filed by hand": lambda o: filed(o, "accept", "file"),
    "a draft filed": lambda o: (draft(o), o.act("li.na", submission.accept, "SJ-1")),
    "a stub filed": lambda o: (
        o.act("wang.wei", intake.create, "organisation", {"name": "丙"}, "", "stub"),
        o.act("wang.wei", submission.submit, "4"),
        o.act("li.na", submission.accept, "SJ-1"),
    ),
    "a paper added by hand": added_by_hand,
    "a contact removed": lambda o: o.act("li.na", contents.remove, "2", "cK3F7Q", "离职"),
    "a visit under a key of its own": visits,
    "two visits": lambda o: (visits(o, GUARDED), visits(o, GUARDED)),
    "a line by hand": entered(),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_signer_may_do_is_no_finding(office: Office, name: str) -> None:
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []
