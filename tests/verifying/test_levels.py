"""Level keys and the keys of records: nobody smuggles in a key that later writers would encrypt to."""

from collections.abc import Callable
from typing import Any

import pytest

from archivectl import intake
from archivectl.custody import rotation, sharing
from archivectl.encryption import age
from archivectl.encryption.envelope import key_id, parse
from archivectl.encryption.levels import PATH, Generation
from archivectl.encryption.levels import parse as parse_levels
from archivectl.encryption.levels import text as levels_text
from archivectl.errors import KeyMissing
from archivectl.intake import contents
from archivectl.records import interactions
from archivectl.verifying import trust
from verifying.office import PERSON, Office

Attack = Callable[[Office], object]
STRANGER = age.generate()


def entered(
    office: Office, *, by: str = "li.na", act: str = "key.rotate", generation: int = 2, recipient: str = STRANGER[1]
) -> None:
    """Commit one more row in the list of level keys."""
    keys = parse_levels(office.read(PATH)).with_("secret", Generation(generation, recipient, "2026-03-02"))
    office.commit({PATH: levels_text(keys).encode()}, act, by=by)


def replaced(office: Office) -> None:
    """The recipient of the only generation is another one now."""
    keys = parse_levels(office.read(PATH))
    old = keys.current("secret").recipient.encode()
    office.commit({PATH: office.read(PATH).replace(old, STRANGER[1].encode())}, "key.rotate")


def uncleared(office: Office) -> None:
    """An administrator who may not read a level gives it a key of their own making."""
    text = office.read("members/li.na.yaml").replace(b"clearance: top-secret", b"clearance: internal")
    office.commit({"members/li.na.yaml": text}, "member.update")
    entered(office)


def recovering(office: Office) -> None:
    keys = parse_levels(office.read(PATH))
    more = keys._replace(recovery=(*keys.recovery, {"recipient": STRANGER[1], "since": "2026-03-02"}))
    office.commit({PATH: levels_text(more).encode()}, "key.rotate")


def with_rules(office: Office) -> None:
    keys = parse_levels(office.read(PATH)).with_("secret", Generation(2, STRANGER[1], "2026-03-02"))
    rules = office.read("regime/base.yaml").replace(b"renew: same", b"renew: barred")
    office.commit({PATH: levels_text(keys).encode(), "regime/base.yaml": rules}, "key.rotate")


def members_key(office: Office) -> None:
    entered(office, recipient=office.archive().members["wang.wei"].recipients()[0])


def records_key(office: Office) -> None:
    entered(office, recipient=office.data(PERSON)["keys"][0]["recipient"])


SMALL = "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"
ATTACKS: dict[str, tuple[Attack, str]] = {
    "a level key is replaced": (replaced, "never removed"),
    "an archivist enters a level key": (lambda o: entered(o, by="sun.li"), "only an administrator"),
    "somebody enters a level key that he may not read": (uncleared, "without being cleared"),
    "a generation is left out": (lambda o: entered(o, generation=3), "not the next one"),
    "a generation comes twice": (lambda o: entered(o, generation=1), "not the next one"),
    "the key of another level": (
        lambda o: entered(o, recipient=parse_levels(o.read(PATH)).current("confidential").recipient),
        "serves somebody or something else",
    ),
    "the key of a member": (members_key, "serves somebody or something else"),
    "a key that hides nothing": (lambda o: entered(o, recipient=SMALL), "nothing can be kept secret with"),
    "one more who recovers everything": (recovering, "let somebody new recover"),
    "a rotation under another name": (lambda o: entered(o, act="regime.house"), "without saying that keys are rotated"),
    "a rotation and rules in one commit": (with_rules, "not all that changed"),
    "a rotation that rotates nothing": (
        lambda o: o.commit({"README.md": b"hello\n"}, "key.rotate"),
        "says that keys are rotated",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_level_key_that_nobody_should_have_entered_is_found(office: Office, name: str) -> None:
    attack, words = ATTACKS[name]
    attack(office)
    found = office.findings()
    assert {finding.rule for finding in found} == {"verify/control"}, [finding.text for finding in found]
    assert any(words in finding.text for finding in found), [finding.text for finding in found]


@pytest.mark.parametrize("attack", [lambda o: entered(o, by="sun.li"), recovering, replaced])
def test_nothing_is_encrypted_to_a_smuggled_key_on_any_machine(office: Office, attack: Attack) -> None:
    attack(office)
    with pytest.raises(trust.NotVerified):
        trust.ensure(office.archive())


def test_an_extra_recipient_that_was_pushed_unsigned_is_found(office: Office) -> None:
    keys = parse_levels(office.read(PATH))
    more = keys._replace(recovery=(*keys.recovery, {"recipient": STRANGER[1], "since": "2026-03-02"}))
    office.commit({PATH: levels_text(more).encode()}, "key.rotate", key=None)
    assert {finding.rule for finding in office.findings()} == {"verify/signature"}


def test_a_rotation_is_no_finding_and_neither_is_what_is_written_after_it(office: Office) -> None:
    assert office.act("li.na", rotation.rotate, ["secret", "confidential"], "例行").begun == ("confidential", "secret")
    office.act("li.na", intake.update, "1", {"phone": "13900139000"}, (), "更正")
    assert [finding.text for finding in office.findings()] == []


def listed(office: Office, *, by: str, epoch: int, of: str = "record", replace: bool = False) -> None:
    """Commit a key of a stranger's in the list of a record's keys."""

    def change(data: dict[str, Any]) -> None:
        row = {"id": key_id(STRANGER[1]), "level": "confidential", "of": of, "epoch": epoch, "recipient": STRANGER[1]}
        keys = list(data["keys"])
        data["keys"] = [row, *keys[1:]] if replace else [*keys, row]

    office.commit({PERSON: office.record(PERSON, change)}, "record.update", by=by)


@pytest.mark.parametrize(("by", "epoch", "words"), [
    ("wang.wei", 1, "of epoch 1, where it must be 0"),
    ("sun.li", 0, "of epoch 0, where it must be 1"),
])  # fmt: skip
def test_a_key_says_whether_a_cleared_member_made_it(office: Office, by: str, epoch: int, words: str) -> None:
    listed(office, by=by, epoch=epoch)
    assert any(words in finding.text for finding in office.findings()), [finding.text for finding in office.findings()]


def test_a_key_in_the_place_of_another_is_found(office: Office) -> None:
    listed(office, by="sun.li", epoch=1, replace=True)
    assert "verify/keys" in {finding.rule for finding in office.findings()}


def used(office: Office, member: str, path: str = "phone") -> str:
    """The recipient that a member's next value of a record is encrypted to."""
    if path == "phone":
        office.act(member, intake.update, "1", {"phone": "13900139000"}, (), "更正")
    else:
        office.act(member, intake.update, "1", {path: "test@example.cn"}, (), "补录")
    record = office.data(PERSON)
    sealed = parse(record[path])
    assert sealed
    return next(str(row["recipient"]) for row in record["keys"] if row["id"] == sealed.key_id)


def test_a_clerk_s_stranger_is_used_by_no_other_clerk(office: Office) -> None:
    """A dishonest clerk lists a key that he alone can open, honestly of epoch 0; the next clerk must not write to it."""
    listed(office, by="wang.wei", epoch=0)
    assert [finding.text for finding in office.findings() if finding.rule == "verify/keys"] == []
    assert used(office, "wang.wei", "email") != STRANGER[1]


def test_a_key_without_its_secret_half_is_used_by_no_cleared_writer(office: Office) -> None:
    """A dishonest archivist lists a key of the right epoch, and keeps its secret half out of the keyring."""
    listed(office, by="sun.li", epoch=1)
    assert used(office, "li.na") != STRANGER[1]


def test_a_keyring_row_that_holds_another_key_makes_no_key_usable(office: Office) -> None:
    """The row is there, but what it holds is not the secret half of the key that the record lists."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    from archivectl.encryption.rows import wrap_row  # noqa: PLC0415

    listed(office, by="sun.li", epoch=1)
    archive = office.archive()
    row = wrap_row(age.generate()[0], archive.record("1").uid, "confidential", 1, archive.levels["confidential"].recipient)
    archive.keyring.add([replace(row, recipient=STRANGER[1])])
    assert used(office, "li.na") != STRANGER[1]


def test_what_a_level_key_was_replaced_with_in_the_keyring_is_not_used(office: Office) -> None:
    archive = office.archive()
    archive.keyring.store_level("confidential", 1, "li.na", archive.me.recipients()[0], STRANGER[0])
    archive = office.archive()
    with pytest.raises(KeyMissing):
        sharing.secret(archive, "confidential", 1)
    assert rotation.rotate(archive, ["confidential"], "例行").barred == ("confidential",)


def resealed(office: Office, path: str = "phone", *, fresh: bool = True) -> bytes:
    """A record with one value sealed anew, under a new key of the right form, or under the one that it has."""
    archive = office.archive()
    record = archive.record("1")
    sealer = archive.sealer(record.uid, () if fresh else record.data["keys"])
    value = sealer.seal("13900139000", path, "confidential", "record")
    archive.keyring.add(sealer.minted)
    rows = [dict(row) for row in sealer.keys]
    return office.record(PERSON, lambda data: data.update({path: value, "keys": [*data["keys"], *rows] if fresh else rows}))


REKEYED: dict[str, tuple[Callable[[Office], bytes], str, bool]] = {
    "new keys by an archivist": (resealed, "sun.li", True),
    "new keys by a clerk": (resealed, "wang.wei", False),
    "a value under the key that it had": (lambda o: resealed(o, fresh=False), "sun.li", False),
    "another keeper": (lambda o: o.record(PERSON, lambda data: data.update(keeper="sun.li")), "sun.li", False),
}


@pytest.mark.parametrize("name", REKEYED)
def test_only_values_under_new_keys_pass_for_a_change_of_keys(office: Office, name: str) -> None:
    forge, by, allowed = REKEYED[name]
    office.commit({PERSON: forge(office)}, "record.rekey", by=by, reason="换钥", subject="rekey: SH-000001")
    assert (office.findings() == []) is allowed, [finding.text for finding in office.findings()]


Rows = list[dict[str, Any]]


def happened(office: Office, change: Callable[[Rows, Rows], object], by: str = "sun.li") -> None:
    """New keys for what happened with a customer, as the tool seals it, with something else changed in the same go."""
    for content in ("谈续租", "楼上漏水"):
        office.act("sun.li", contents.add, "1", "visit", {"content": content})
    archive = office.archive(by)
    uid = archive.record("1").uid
    path = interactions.path(uid, "2026-03-02")
    stood, rows = (interactions.parse(office.read(path), path)[1] for _ in range(2))
    sealer = archive.sealer(uid)
    for row in rows:
        row["content"] = sealer.seal("别的", f"interactions[{row['id']}].content", "confidential", "record")
    archive.keyring.add(sealer.minted)
    change(rows, stood)
    keys = [dict(row) for row in sealer.keys]
    writes = {
        PERSON: office.record(PERSON, lambda data: data.update(keys=[*data["keys"], *keys])),
        path: interactions.written(uid, rows),
    }
    office.commit(writes, "record.rekey", by=by, reason="换钥", subject="rekey: SH-000001")


def untouched(_rows: Rows, _stood: Rows) -> None:
    """Nothing but the keys changes."""


HAPPENED: dict[str, tuple[Callable[[Rows, Rows], object], str, bool]] = {
    "new keys by an archivist": (untouched, "sun.li", True),
    "new keys by a clerk": (untouched, "wang.wei", False),
    "another day": (lambda rows, _stood: rows[0].update(date="2026-03-01"), "sun.li", False),
    "another kind": (lambda rows, _stood: rows[0].update(kind="purchase"), "sun.li", False),
    "one less": (lambda rows, _stood: rows.pop(), "sun.li", False),
    "one twice": (lambda rows, _stood: rows.append(dict(rows[1])), "sun.li", False),
    "in another order": (lambda rows, _stood: rows.reverse(), "sun.li", False),
    "one under the key that it had": (lambda rows, stood: rows[0].update(content=stood[1]["content"]), "sun.li", False),
    "a word more": (lambda rows, _stood: rows[0].update(result=rows[0]["content"]), "sun.li", False),
}


@pytest.mark.parametrize("name", HAPPENED)
def test_nothing_but_keys_changes_of_what_happened_when_keys_change(office: Office, name: str) -> None:
    change, by, allowed = HAPPENED[name]
    happened(office, change, by)
    assert (office.findings() == []) is allowed, [finding.text for finding in office.findings()]


def test_an_archivist_who_may_not_read_changes_no_keys_of_what_happened(office: Office) -> None:
    text = office.read("members/li.na.yaml").replace(b"clearance: top-secret", b"clearance: internal")
    office.commit({"members/li.na.yaml": text}, "member.update")
    before = len(office.findings())
    happened(office, untouched, "li.na")
    found = [finding.text for finding in office.findings()][before:]
    assert any("interactions" in text and "who may not read it" in text for text in found), found


def test_a_change_of_keys_seals_nothing_lower_than_it_was(office: Office) -> None:
    def at(level: str, act: str) -> list[str]:
        archive = office.archive("li.na")
        sealer = archive.sealer(archive.record("1").uid)
        phone = sealer.seal("13900139000", "phone", level, "record")
        keys = [dict(row) for row in sealer.keys]
        text = office.record(PERSON, lambda data: data.update(phone=phone, keys=[*data["keys"], *keys]))
        office.commit({PERSON: text}, f"record.{act}", reason="换钥", subject=f"{act}: SH-000001")
        return [finding.text for finding in office.findings()]

    assert at("secret", "update") == []
    assert at("secret", "rekey") == []
    assert any("calls itself record.rekey" in text for text in at("confidential", "rekey"))
