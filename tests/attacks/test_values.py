"""Sealed values that were moved, or written by who should not: found without keys where that can be, else once opened."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from archivectl import disclosure, intake
from archivectl.checking import deep
from archivectl.checking.run import run
from archivectl.encryption import access_log, age, envelope
from archivectl.encryption.envelope import MovedValue
from archivectl.errors import KeyMissing
from attacks.branches import COMPANY, GUARDED, PERSON, Office
from verifying.office import STRANGER
from verifying.test_records import minted

CONTACT = "contacts[cK3F7Q]"


def change(office: Office, path: str, edit: Callable[[dict[str, Any]], object], **more: Any) -> str:
    return office.commit({path: office.record(path, edit)}, "record.update", **more)


def opened(office: Office) -> list[tuple[str, str]]:
    """What opening everything shows, as the rule and the place."""
    found = deep.opened(office.archive(), lambda _done, _total: None)
    return [(finding.rule, str(finding.values["place"])) for finding in found.findings]


def swapped(office: Office) -> None:
    """The name and the phone number of one contact, both under the contact's key."""

    def edit(data: dict[str, Any]) -> None:
        contact = data["contacts"][0]
        contact["name"], contact["phone"] = contact["phone"], contact["name"]

    change(office, COMPANY, edit)


def test_what_the_program_wrote_opens_in_its_place(office: Office) -> None:
    office.act("wang.wei", intake.update, "3", {"email": "a@example.cn"}, (), "补")
    found = deep.opened(office.archive(), lambda _done, _total: None)
    assert found.findings == []
    assert found.opened > 8
    reading = [access for _handle, access in access_log.readings(office.repository)][-1]
    assert (reading.act, reading.purpose, reading.count) == ("check", deep.PURPOSE, 3)


def test_a_member_who_is_not_cleared_opens_nothing(office: Office) -> None:
    found = deep.opened(office.archive("wang.wei"), lambda _done, _total: None)
    assert (found.findings, found.opened) == ([], 0)
    assert found.above > 8


def test_a_value_moved_between_fields_opens_nowhere(office: Office) -> None:
    swapped(office)
    assert opened(office) == [("deep/place", f"{CONTACT}.name"), ("deep/place", f"{CONTACT}.phone")]
    with pytest.raises(MovedValue):
        disclosure.reveal(office.archive(), office.archive().record("2"), [f"{CONTACT}.phone"], "核对")


def test_a_value_moved_between_records_is_found_without_keys_and_with_them(office: Office) -> None:
    """With its key's row, so that all seems to fit."""
    own = office.data(PERSON)

    def edit(data: dict[str, Any]) -> None:
        data["name"] = own["name"]
        data["keys"].append(own["keys"][0])

    made = change(office, GUARDED, edit)
    assert {(finding.commit, finding.rule) for finding in office.findings()} == {(made, "verify/keys")}
    assert ("deep/opens", "name") in opened(office)


def test_a_value_moved_between_levels_is_found(office: Office) -> None:
    """A secret number, called confidential so that more may read it."""
    office.act("li.na", intake.update, "1", {"identity.id_number": "11010519491231002X"}, (), "补")
    secret = office.data(PERSON)["identity"]["id_number"]
    assert secret.startswith("enc:1:secret:")
    made = change(office, PERSON, lambda data: data["identity"].update(id_number=secret.replace(":secret:", ":confidential:")))
    assert made in {finding.commit for finding in office.findings()}
    assert ("deep/place", "identity.id_number") in opened(office)


def sealed(office: Office, value: object, path: str = "name", of: str = PERSON) -> str:
    """A value as anybody seals it who has a copy of the archive: recipients are public."""
    data = office.data(of)
    row = data["keys"][0]
    return envelope.seal(value, uid=data["uid"], path=path, level=row["level"], recipient=row["recipient"])


@pytest.mark.parametrize(("more", "rule"), [({"key": None}, "verify/signature"), ({"key": STRANGER}, "verify/signature"),
                                            ({"by": "wang.wei"}, "verify/keys")])  # fmt: skip
def test_a_value_that_an_outsider_sealed_is_found(office: Office, more: dict[str, Any], rule: str) -> None:
    """Nobody sees that from the value; who signed tells. Whoever may not read it may not replace it either."""
    value = sealed(office, "赵六")
    made = change(office, PERSON, lambda data: data.update(name=value), **more)
    assert opened(office) == []
    assert {(finding.commit, finding.rule) for finding in office.findings()} == {(made, rule)}


@pytest.mark.parametrize("value", [["张三"], 13, "11010519491231002X" * 40])
def test_what_cannot_stand_there_is_found_once_it_is_opened(office: Office, value: object) -> None:
    text = sealed(office, value)
    change(office, PERSON, lambda data: data.update(name=text))
    assert office.findings() == []
    found = opened(office)
    assert found == ([] if isinstance(value, str) else [("deep/type", "name")])


def shared(office: Office, of: str, path: str) -> str:
    """A value sealed as the archive seals it, and for a stranger besides."""
    data = office.data(of)
    row = data["keys"][0]
    inside = {"key": row["id"], "level": row["level"], "path": path, "uid": data["uid"], "v": 1, "value": "赵六"}
    body = json.dumps(inside, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode().ljust(192)
    cipher = age.encrypt(body, [row["recipient"], age.generate()[1]])
    return f"enc:1:{row['level']}:{row['id']}:{base64.b64encode(cipher).decode()}"


def test_a_value_sealed_for_a_stranger_too_is_found_without_any_key(office: Office) -> None:
    """By somebody who may write it, under the right key, so that it opens in its place."""
    value = shared(office, PERSON, "name")
    made = change(office, PERSON, lambda data: data.update(name=value))
    assert opened(office) == []
    assert [(finding.commit, finding.rule) for finding in office.findings()] == [(made, "verify/keys")]
    assert "for somebody besides the key it names" in office.findings()[0].text
    top = office.repository.place.work_tree
    assert [(finding.rule, finding.path) for finding in run(top).findings] == [("sealed", PERSON)]


def test_an_id_number_that_cannot_be_is_found_and_not_told(office: Office) -> None:
    office.act("li.na", intake.update, "1", {"identity.id_number": "11010519491231002X"}, (), "补")
    data = office.data(PERSON)
    row = next(row for row in data["keys"] if row["level"] == "secret")
    wrong = envelope.seal(
        "110105194912310029", uid=data["uid"], path="identity.id_number", level="secret", recipient=row["recipient"]
    )
    change(office, PERSON, lambda data: data["identity"].update(id_number=wrong))
    found = deep.opened(office.archive(), lambda _done, _total: None).findings
    assert [finding.rule for finding in found] == ["deep/type"]
    assert "110105194912310029" not in found[0].text + found[0].advice


def test_a_stranger_s_key_among_a_record_s_is_used_by_no_writer(office: Office) -> None:
    """A keys block changed so that the next writer would encrypt to a stranger: found by its signature, and never used."""
    secret, public = age.generate()
    row = {"id": envelope.key_id(public), "level": "confidential", "of": "record", "epoch": 1, "recipient": public}
    made = change(office, GUARDED, lambda data: data.update(keys=[*data["keys"], row]), key=None)
    assert [(finding.commit, finding.rule) for finding in office.findings()] == [(made, "verify/signature")]
    office.act("li.na", intake.update, "3", {"email": "a@example.cn"}, (), "补")
    written = office.data(GUARDED)["email"]
    assert envelope.key_id(public) not in written
    with pytest.raises(KeyMissing):
        envelope.unseal(written, uid=office.data(GUARDED)["uid"], path="email", secret=secret)


def test_a_key_that_nobody_has_is_found_once_it_is_needed(office: Office) -> None:
    """What a dishonest member sealed for a key that went nowhere."""
    row, value = minted(office, PERSON, "record", 1, "email")
    change(office, PERSON, lambda data: data.update(email=value, keys=[*data["keys"], row]))
    assert office.findings() == []
    assert opened(office) == [("deep/opens", "email")]


def test_an_attachment_and_a_line_of_a_visit_are_opened_too(office: Office) -> None:
    office.act("li.na", intake.create, "organisation", {"name": "商行", "contacts[cAAAAA].name": "李四"})
    found = deep.opened(office.archive(), lambda _done, _total: None)
    assert (found.findings, found.files) == (
        [],
        len(office.git("ls-files", "customers", "registers", "interactions").splitlines()),
    )
