"""Records: what a commit may make of one, and of the sealed values in it."""

from collections.abc import Callable
from typing import Any

import pytest

from archivectl import approvals, destruction, intake, stops
from archivectl.approvals import Elsewhere
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.encryption import age, envelope
from archivectl.exchange import undoing
from archivectl.records import text as record_text
from verifying.office import COMPANY, GUARDED, LIST, PERSON, Office

Attack = Callable[[Office], object]
Edit = Callable[[dict[str, Any]], object]


def change(path: str, edit: Edit, by: str = "li.na", act: str = "record.update", **more: Any) -> Attack:
    """Commit a record with its data changed."""
    return lambda office: office.commit({path: office.record(path, edit)}, act, by=by, **more)


def raw(path: str, old: str, new: str) -> Attack:
    return lambda office: office.commit({path: office.read(path).replace(old.encode(), new.encode(), 1)}, "record.update")


def minted(office: Office, path: str, of: str, epoch: int, place: str = "", **wrong: Any) -> tuple[dict[str, Any], str]:
    """A new key of a record, and a value sealed with it."""
    recipient = age.generate()[1]
    row = {"id": envelope.key_id(recipient), "level": "confidential", "of": of, "epoch": epoch, "recipient": recipient, **wrong}
    uid = office.data(path)["uid"]
    return row, envelope.seal("a@example.cn", uid=uid, path=place, level="confidential", recipient=recipient)


def sealed(path: str, of: str, epoch: int, by: str = "li.na", **wrong: Any) -> Attack:
    """Commit a record with a new e-mail address, sealed with a new key."""

    def attack(office: Office) -> None:
        row, value = minted(office, path, of, epoch, "email", **wrong)
        change(path, lambda data: data.update(email=value, keys=[*data["keys"], row]), by)(office)

    return attack


def copied(office: Office) -> None:
    """The name of one person put over the name of another."""
    name = office.data(PERSON)["name"]
    change(GUARDED, lambda data: data.update(name=name))(office)


def copied_with_its_key(office: Office) -> None:
    data = office.data(PERSON)
    change(GUARDED, lambda other: other.update(name=data["name"], keys=other["keys"] + data["keys"]), "wang.wei")(office)


def contact_under_the_records_key(office: Office) -> None:
    row, value = minted(office, COMPANY, "record", 1, "contacts[cK3F7Q].email")

    def edit(data: dict[str, Any]) -> None:
        data["contacts"][0]["email"] = value
        data["keys"].append(row)

    change(COMPANY, edit)(office)


def stopped_by_scope(office: Office) -> None:
    office.act("li.na", stops.hold, [], "use", "核查", "subject=organisation")
    change(COMPANY, lambda data: data.update(keeper="sun.li"))(office)


def stopped(office: Office) -> None:
    office.act("li.na", stops.hold, ["2"], "use", "核查")
    change(COMPANY, lambda data: data.update(keeper="sun.li"))(office)


def new(number: str, path: str, by: str = "li.na", **values: Any) -> Attack:
    """Commit a new record of an organisation."""

    def attack(office: Office) -> None:
        data = {"schema": 1, "uid": "B" * 26, "number": number, "subject": "organisation", "status": "filed", "name": "商行"}
        office.commit({path: record_text.dump(data | values)}, "record.create", by=by)

    return attack


def taken_uid(office: Office) -> None:
    new("SH-000004", "customers/SH/0/SH-000004.yaml", uid=office.data(PERSON)["uid"])(office)


def tombstone(office: Office, **told: str) -> bytes:
    """The tombstone of the person on the list, with what it tells of the list."""
    entry = office.data(LIST)
    stated = {"entry": entry["uid"], "event": entry["events"][-1]["id"], "date": "2026-03-02", **told}

    def edit(data: dict[str, Any]) -> None:
        kept = {key: data[key] for key in ("schema", "uid", "number", "subject", "keys")}
        data.clear()
        data.update(kept, status="destroyed", destroyed=stated)

    return office.record(PERSON, edit)


def executing(office: Office) -> None:
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.append(LIST, "execute", by="li.na", id="EEEEEEEEEEEE")


def completed(*, stone: bool = True, keys: bool = True, **told: str) -> Attack:
    """Commit the completion of the list, with or without the tombstone it must come with."""

    def attack(office: Office) -> None:
        executing(office)
        text = tombstone(office, **told)
        writes: dict[str, bytes | None] = {LIST: office.event(LIST, "complete", by="li.na", id="CCCCCCCCCCCC")}
        if stone:
            writes[PERSON] = text if keys else text[: text.index(b"keys:")]
        office.commit(writes, "destruction.complete", date="")

    return attack


def edited_tombstone(office: Office) -> None:
    completed()(office)
    change(PERSON, lambda data: data["destroyed"].update(date="2026-03-01"))(office)


def gone(office: Office, path: str, commit: str) -> bytes:
    """A record as withdrawn with the import that a commit was."""

    def edit(data: dict[str, Any]) -> None:
        kept: dict[str, Any] = {key: data[key] for key in ("schema", "uid", "number", "subject", "keys") if key in data}
        data.clear()
        data.update(kept, status="withdrawn", withdrawn={"commit": commit})

    return office.record(path, edit)


def withdrawn(office: Office, by: str, **more: Any) -> None:
    office.commit({GUARDED: gone(office, GUARDED, office.tip)}, "record.withdraw", by=by, **more)


def imported(office: Office, created: int = 1, updated: int = 0) -> str:
    """Commit the import of one organisation, with what its entry says of it."""

    def bring(archive: Archive) -> None:
        told = {"format": "UTF-8", "created": created, "updated": updated, "rejected": 0}
        work = Work.opening(archive, "import", (), told)
        work.step("bring")
        values, sealer = {"name": "甲商行", "phone": "02112345678"}, archive.sealer("I" * 26)
        new = intake.prepare(archive, "organisation", values, "SH-000004", sealer)
        writes = {CONFIDENTIAL: new.record.text}
        archive.commit(work.change(writes, ["record.create"])._replace(minted=(*work.sealer.minted, *new.sealer.minted)))

    office.act("li.na", bring)
    return office.tip


def undone(office: Office, path: str, commit: str, *beside: str) -> None:
    """Commit the undoing of the import with the withdrawal of a record."""
    reason = minted(office, DR, "entry", 1, "events[FFFFFFFFFFFF].data.reason")
    text = office.event(DR, "undo", by="li.na", items=None, data={"reason": reason[1]}, keys=[reason[0]])
    writes = {DR: text, path: gone(office, path, commit), **dict.fromkeys(beside)}
    office.commit(writes, "import.undo", "record.withdraw")


def undone_with_another_file(office: Office) -> None:
    undone(office, COMPANY, imported(office))


def undone_of_another_commit(office: Office) -> None:
    imported(office)
    undone(office, CONFIDENTIAL, "0" * 40)


def undone_under_a_stop(office: Office) -> None:
    commit = imported(office)
    office.act("li.na", stops.hold, ["4"], "use", "核查")
    undone(office, CONFIDENTIAL, commit)


def undone_of_a_kept_file(office: Office) -> None:
    commit = imported(office)
    office.act("li.na", stops.hold, ["4"], "destroy", "诉讼")
    undone(office, CONFIDENTIAL, commit)


def undone_with_an_attachment(office: Office) -> None:
    office.act("wang.wei", approvals.approve, "JY-2", Elsewhere("chen.jing", b"a scan"))
    [scan] = office.repository.tree("main", "objects")
    commit = imported(office)
    change(CONFIDENTIAL, lambda data: data.update(documents=[document(scan.path)]))(office)
    undone(office, CONFIDENTIAL, commit, scan.path)


def document(path: str) -> dict[str, Any]:
    return {"id": "dK3F7Q", "object": path.rsplit("/", maxsplit=1)[-1].removesuffix(".age")}


def two_of_one_uid(office: Office) -> None:
    data = {"schema": 1, "uid": "B" * 26, "subject": "organisation", "status": "filed", "name": "商行"}
    numbers = ("SH-000004", "SH-000005")
    writes = {f"customers/SH/0/{number}.yaml": record_text.dump({**data, "number": number}) for number in numbers}
    office.commit(writes, "record.create")


def under(recipient: Callable[[Office], str], *uids: str) -> Attack:
    """Commit new records that are sealed to somebody's key."""

    def attack(office: Office) -> None:
        public, writes = recipient(office), dict[str, bytes | None]()
        for place, uid in enumerate(uids or ("B" * 26,)):
            row = {"id": envelope.key_id(public), "level": "confidential", "of": "record", "epoch": 1, "recipient": public}
            name = envelope.seal("赵六", uid=uid, path="name", level="confidential", recipient=public)
            number = f"SH-00000{place + 4}"
            data = {
                "schema": 1,
                "uid": uid,
                "number": number,
                "subject": "person",
                "status": "filed",
                "name": name,
                "keys": [row],
            }
            writes[f"customers/SH/0/{number}.yaml"] = record_text.dump(data)
        office.commit(writes, "record.create")

    return attack


def level_key(office: Office) -> str:
    return str(office.data("keys/levels.yaml")["levels"]["secret"][0]["recipient"])


DR = "registers/import/2026/0/DR-2026-0001.yaml"
TAKEN = "is one of something else already"
CONFIDENTIAL = "customers/SH/0/SH-000004.yaml"
ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "a clerk classifies": (
        change(COMPANY, lambda data: data.update(classification={"time": "old"}), "wang.wei", "record.classify"),
        "verify/act",
        "This is for: archivist",
    ),
    "a clerk updates and classifies": (
        change(COMPANY, lambda data: data.update(keeper="sun.li", classification={"time": "old"}), "wang.wei"),
        "verify/act",
        "record.classify",
    ),
    "a supervisor updates": (change(COMPANY, lambda data: data.update(keeper="wu.lei"), "wu.lei"), "verify/act", "record.update"),
    "a keeper whom nobody knows": (change(COMPANY, lambda data: data.update(keeper="wu.lie")), "verify/act", "is no member"),
    "a paper of tomorrow": (
        change(COMPANY, lambda data: data["filing"].update(archived="2026-04-01")),
        "verify/act",
        "2026-04-01 is yet to come",
    ),
    "a change before the file was opened": (
        change(COMPANY, lambda data: data.update(keeper="sun.li"), date="2026-02-27"),
        "verify/act",
        "was opened on 2026-03-02; 2026-02-27 lies before",
    ),
    "an axis that does not exist": (
        change(COMPANY, lambda data: data.update(classification={"mood": "good"}), act="record.classify"),
        "verify/act",
        "There is no axis",
    ),
    "a file under the scope of a stop": (stopped_by_scope, "verify/act", "is stopped by"),
    "a stopped file": (stopped, "verify/act", "is stopped by"),
    "no day": (
        lambda o: o.commit({COMPANY: o.record(COMPANY, lambda d: d.update(keeper="wu.lei"))}, "record.update", date=""),
        "verify/act",
        "Archive-Date",
    ),
    "a record that is gone": (lambda o: o.commit({COMPANY: None}), "verify/record", "removed"),
    "a record in clear": (change(PERSON, lambda data: data.update(phone="13800138000")), "verify/record", "encrypted"),
    "a value below its level": (raw(PERSON, "enc:1:confidential", "enc:1:internal"), "verify/record", "not an encrypted value"),
    "another spelling": (raw(COMPANY, "keeper: li.na", 'keeper: "li.na"'), "verify/record", "not spelled"),
    "a comment": (raw(COMPANY, "schema: 1\n", "schema: 1 # one\n"), "verify/record", "not spelled"),
    "another number": (change(COMPANY, lambda data: data.update(number="SH-000009")), "verify/record", "number"),
    "another uid": (change(COMPANY, lambda data: data.update(uid="B" * 26)), "verify/record", "uid"),
    "another status": (change(COMPANY, lambda data: data.update(status="stub")), "verify/record", "status"),
    "another subject": (change(COMPANY, lambda data: data.update(subject="own-company")), "verify/record", "subject"),
    "two items of one id": (
        change(COMPANY, lambda data: data["contacts"].append({"id": "cK3F7Q"})),
        "verify/record",
        "same id",
    ),
    "a wrong place": (new("SH-000004", "customers/SH/1/SH-000004.yaml"), "verify/record", "does not belong"),
    "a number with too many noughts": (new("SH-0000004", "customers/SH/0/SH-0000004.yaml"), "verify/record", "does not belong"),
    "an unknown office": (new("BJ-000004", "customers/BJ/0/BJ-000004.yaml"), "verify/record", "does not belong"),
    "a uid that is taken": (taken_uid, "verify/record", "uid of something else"),
    "a supervisor opens a file": (new("SH-000004", CONFIDENTIAL, "wu.lei"), "verify/act", "record.create"),
    "a value of another record": (copied, "verify/keys", "is sealed with a key that is not one of record"),
    "a value of another record with its key": (copied_with_its_key, "verify/keys", "of epoch 1, where it must be 0"),
    "a value taken away by who may not read it": (
        change(PERSON, lambda data: data.pop("phone"), "wang.wei"),
        "verify/keys",
        "replaced or taken away",
    ),
    "a contact taken away by who may not read it": (
        change(COMPANY, lambda data: data.pop("contacts"), "wang.wei"),
        "verify/keys",
        "replaced or taken away",
    ),
    "a key with a wrong id": (sealed(PERSON, "record", 1, id="A" * 12), "verify/keys", "id of its recipient"),
    "a key of an epoch to come": (sealed(PERSON, "record", 2), "verify/keys", "of epoch 2, where it must be 1"),
    "a key that claims to be unread": (sealed(PERSON, "record", 0), "verify/keys", "of epoch 0, where it must be 1"),
    "a clerk's key that claims an epoch": (sealed(PERSON, "record", 1, "wang.wei"), "verify/keys", "where it must be 0"),
    "a contact under the record's key": (contact_under_the_records_key, "verify/keys", "not one of contacts[cK3F7Q]"),
    "a key that is gone": (change(COMPANY, lambda data: data["keys"].pop()), "verify/keys", "changed or removed a key"),
    "a key that was changed": (
        change(COMPANY, lambda data: data["keys"][0].update(epoch=0)),
        "verify/keys",
        "changed or removed a key",
    ),
    "someone forgotten": (
        change(COMPANY, lambda data: data["contacts"].__setitem__(0, {"id": "cK3F7Q", "forgotten": "B" * 26})),
        "verify/tombstone",
        "forgotten",
    ),
    "a tombstone without a list": (
        lambda o: o.commit({PERSON: tombstone(o)}, "destruction.complete"),
        "verify/tombstone",
        "without the destruction list",
    ),
    "a tombstone of another event": (completed(event="A" * 12), "verify/tombstone", "does not say what"),
    "a tombstone of another day": (completed(date="2026-03-01"), "verify/tombstone", "does not say what"),
    "a tombstone without keys": (completed(keys=False), "verify/keys", "changed or removed a key"),
    "a list completed without tombstone": (completed(stone=False), "verify/tombstone", "was not destroyed"),
    "a tombstone edited": (edited_tombstone, "verify/act", "only its tombstone is left"),
    "a clerk withdraws": (lambda o: withdrawn(o, "wang.wei"), "verify/act", "record.withdraw"),
    "withdrawn on no day": (lambda o: withdrawn(o, "li.na", date=""), "verify/tombstone", "without undoing"),
    "withdrawn without an import": (lambda o: withdrawn(o, "li.na"), "verify/tombstone", "without undoing"),
    "withdrawn with another's import": (undone_with_another_file, "verify/tombstone", "without undoing"),
    "withdrawn of another commit": (undone_of_another_commit, "verify/tombstone", "without undoing"),
    "withdrawn under a stop": (undone_under_a_stop, "verify/act", "is stopped by"),
    "withdrawn in spite of a stop on destroying": (undone_of_a_kept_file, "verify/act", "is kept by"),
    "an attachment that goes with a withdrawal": (undone_with_an_attachment, "verify/object", "belongs to no paper or record"),
    "an import that counts too many": (lambda o: imported(o, created=2), "verify/act", "another number of created"),
    "an import that changed nothing": (lambda o: imported(o, updated=1), "verify/act", "another number of created"),
    "two records of one uid": (two_of_one_uid, "verify/record", "uid of something else"),
    "two records of one key": (
        under(lambda _office: age.generate()[1], "B" * 26, "C" * 26),
        "verify/keys",
        TAKEN,
    ),
    "another record's key": (under(lambda o: str(o.data(PERSON)["keys"][0]["recipient"])), "verify/keys", TAKEN),
    "an entry's key": (under(lambda o: str(o.data(LIST)["keys"][0]["recipient"])), "verify/keys", TAKEN),
    "the key of a level": (under(level_key), "verify/keys", TAKEN),
    "the key of a member": (under(lambda o: o.archive("sun.li").me.recipients()[0]), "verify/keys", TAKEN),
    "the recovery key": (under(lambda o: str(o.data("keys/levels.yaml")["recovery"][0]["recipient"])), "verify/keys", TAKEN),
    "no reason": (change(COMPANY, lambda data: data.update(keeper="wu.lei"), reason=""), "verify/act", "Archive-Reason"),
    "a reason of spaces": (
        change(COMPANY, lambda data: data.update(keeper="wu.lei"), reason="  "),
        "verify/act",
        "Archive-Reason",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_of_a_record_is_found(office: Office, name: str) -> None:
    attack, rule, words = ATTACKS[name]
    attack(office)
    told = [(finding.rule, finding.text) for finding in office.findings()]
    assert any(found == rule and words in text for found, text in told), told


def test_a_value_replaced_by_who_may_not_read_it_is_found(office: Office) -> None:
    """With an empty field the same commit is what a clerk may do."""
    row, value = minted(office, GUARDED, "record", 0, "phone")
    change(GUARDED, lambda data: data.update(phone=value, keys=[*data["keys"], row]), "wang.wei")(office)
    assert office.findings() == []
    row, value = minted(office, GUARDED, "record", 0, "phone")
    change(GUARDED, lambda data: data.update(phone=value, keys=[*data["keys"], row]), "wang.wei")(office)
    assert [(f.rule, f.member) for f in office.findings()] == [("verify/keys", "wang.wei")]


ALLOWED: dict[str, Attack] = {
    "a clerk updates": change(COMPANY, lambda data: data.update(keeper="sun.li"), "wang.wei"),
    "the opening day is put right": change(COMPANY, lambda data: data["filing"].update(opened="2026-01-05"), date="2026-02-27"),
    "an archivist classifies": change(COMPANY, lambda data: data.update(classification={"time": "old"}), act="record.classify"),
    "an archivist opens a file": new("SH-000004", CONFIDENTIAL),
    "a clerk mints a key": sealed(PERSON, "record", 0, "wang.wei"),
    "an archivist mints a key": sealed(PERSON, "record", 1),
    "a file of a list is destroyed": completed(),
    "an import": imported,
    "an import undone": lambda office: (imported(office), office.act("li.na", undoing.undo, "DR-1", "导错")),
    "an import undone by the forger": lambda office: undone(office, CONFIDENTIAL, imported(office)),
    "a new record with a key of its own": under(lambda _office: age.generate()[1]),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_signer_may_do_is_no_finding(office: Office, name: str) -> None:
    ALLOWED[name](office)
    assert [finding.text for finding in office.findings()] == []


def test_a_key_of_another_record_is_found_from_any_commit_on(office: Office) -> None:
    before = office.tip
    under(lambda o: str(o.data(PERSON)["keys"][0]["recipient"]))(office)
    assert [finding.rule for finding in office.findings(since=before)] == ["verify/keys"]


def test_a_record_mended_by_its_own_bytes_is_judged_again(office: Office) -> None:
    """After a file that cannot be read, the next change of it cannot be judged either, and says so."""
    before = office.read(COMPANY)
    office.commit({COMPANY: b"nothing"}, "record.update")
    office.commit({COMPANY: before}, "record.update")
    office.act("li.na", intake.update, "2", {"keeper": "sun.li"}, (), "核对")
    assert [finding.rule for finding in office.findings()].count("verify/record") == 2
