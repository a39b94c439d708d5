"""Destruction from the proposal to the certificate, wherever it was interrupted, and what the certificate may claim."""

import re
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from archivectl import destruction, yaml_text
from archivectl.archive import Archive
from archivectl.cases import Work
from archivectl.encryption import age, envelope
from archivectl.records import fields
from machines import connect, git, pull, push, second
from office import Office

CONTACT = ("--set", "contacts[cAAAAA].phone=13900139000")
PERSON = ("--subject", "person", "--set", "name=张三", "--set", "phone=13800138000", *CONTACT)


def sealed(office: Office) -> dict[str, Any]:
    with office.acting() as archive:
        return {path: value for path, value in fields.walk(archive.record("1").data) if envelope.is_sealed(value)}


def supervised(office: Office, *numbers: str) -> str:
    """A list of records that everyone has signed."""
    number = office.run("destroy", "propose", *numbers, "--reason", "期满", "--json").json["list"]
    office.run("approve", number, member="chen.jing")
    office.run("destroy", "supervise", number, member="zhao.lei")
    assert office.run("destroy", "supervise", number, "--json", member="sun.yan").json["state"] == "supervised"
    return str(number)


def keys_of(archive: Archive, number: str) -> list[Any]:
    return archive.keyring.rows(archive.record(number).uid)


def intend(archive: Archive) -> None:
    work = Work.on(archive, archive.case("XH-1"))
    work.step("execute")
    work.commit()


def intend_and_take_keys(archive: Archive) -> None:
    intend(archive)
    archive.keyring.remove(archive.case("XH-1").entry.uids)


@pytest.mark.parametrize("interrupted", [lambda _archive: None, intend, intend_and_take_keys])
def test_wherever_it_stopped_it_is_carried_to_its_end(office: Office, interrupted: Callable[[Archive], None]) -> None:
    office.run("create", *PERSON)
    office.run("list")
    values = sealed(office)
    number = supervised(office, "1")
    with office.acting() as archive:
        secrets = [archive.opener.secret(archive.record("1").uid, row) for row in archive.record("1").data["keys"]]
        interrupted(archive)
    assert office.run("destroy", "resume", number, "--json").json["state"] == "destroyed"
    with office.acting() as archive:
        assert keys_of(archive, "1") == []
        stone = archive.record("1").data
        event = archive.case(number).acts("execute")[-1]
    assert {key: stone[key] for key in ("number", "subject", "status")} == {
        "number": "SH-000001",
        "subject": "person",
        "status": "destroyed",
    }
    assert stone["destroyed"] == {"entry": archive.case(number).uid, "event": event.id, "date": "2026-03-02"}
    assert set(stone) == {"schema", "uid", "number", "subject", "status", "destroyed", "keys"}
    left = [secret for path in office.home.folder.glob("identities/*/*.age") for secret in path.read_text("ascii").split()]
    for value in values.values():
        parsed = envelope.parse(value)
        assert parsed
        assert age.decrypt(parsed.ciphertext, secrets)
        with pytest.raises(age.DoesNotOpen):
            age.decrypt(parsed.ciphertext, left)
    assert office.run("list", "--all", "--json").json[0]["name"] is None
    again = office.run("destroy", "resume", number, "--json")
    assert (again.status, again.json["state"]) == (0, "destroyed")
    assert office.run("destroy", "execute", number).status == 3


def test_nothing_is_done_any_more_to_what_is_destroyed(office: Office) -> None:
    office.run("create", *PERSON)
    office.run("destroy", "execute", supervised(office, "1"))
    for words in (
        ["update", "1", "--set", "phone=13800138000", "--reason", "x"],
        ["lend", "1", "--to", "王伟", "--purpose", "核对"],
        ["hold", "1", "--reason", "诉讼"],
        ["review", "1", "--outcome", "confirmed"],
        ["destroy", "propose", "1", "--reason", "x"],
        ["show", "1", "--reveal", "--purpose", "核对"],
        ["key", "export", "1", "--purpose", "核对"],
    ):
        assert office.run(*words).status == 3, words
    assert office.run("create", *PERSON).out == "SH-000002\n"


def test_a_file_that_changed_after_it_was_signed_drops_out_and_the_others_are_destroyed(office: Office) -> None:
    for _ in range(2):
        office.run("create", *PERSON)
    number = supervised(office, "1", "2")
    office.run("update", "2", "--set", "phone=13900139000", "--reason", "更正")
    assert office.run("destroy", "execute", number, "--json").json["state"] == "destroyed"
    assert [row["status"] for row in office.run("list", "--all", "--json").json] == ["destroyed", "filed"]
    assert office.run("destroy", "certificate", number, "--json").json["records"] == ["SH-000001"]
    assert office.run("show", "2", "--reveal", "phone", "--purpose", "核对", "--json").json["phone"] == "13900139000"
    assert office.run("destroy", "propose", "2", "--reason", "期满").status == 0


def test_three_files_or_more_are_destroyed_only_with_a_yes(office: Office) -> None:
    for _ in range(3):
        office.run("create", "--subject", "organisation", "--set", "name=甲")
    number = supervised(office, "1", "2", "3")
    assert office.run("destroy", "execute", number).status == 3
    assert [row["status"] for row in office.run("list", "--json").json] == ["filed"] * 3
    assert office.run("destroy", "execute", number, "--yes").status == 0


def test_only_copies_that_were_looked_at_are_called_verified(office: Office) -> None:
    """Ours is looked at; an exported key counts as unverified until its holder says it is gone; a surrendered one is no copy."""
    office.run("create", *PERSON)
    for _ in range(2):
        office.run("key", "export", "1", "--purpose", "司法调取")
    office.run("register", "step", "MY-3", "surrender")
    number = supervised(office, "1")
    kept = office.home.folder / "keyrings"
    shutil.copytree(kept, office.run.folder / "stale")
    office.run("destroy", "execute", number)

    def found() -> list[tuple[str, str]]:
        copies = office.run("destroy", "verify", number, "--json").json["copies"]
        assert office.run("destroy", "certificate", number, "--json").json["copies"] == copies
        return [(copy["entry"], copy["status"]) for copy in copies]

    assert found() == [("MY-2026-0001", "verified"), ("MY-2026-0002", "unverified")]
    office.run("register", "step", "MY-2", "acknowledge", f"list={number}")
    assert found() == [("MY-2026-0001", "verified"), ("MY-2026-0002", "verified")]
    shutil.rmtree(kept)
    shutil.copytree(office.run.folder / "stale", kept)
    assert found() == [("MY-2026-0001", "unverified"), ("MY-2026-0002", "verified")]


def test_the_certificate_names_who_signed_and_what_stays_readable(office: Office) -> None:
    office.run("create", *PERSON, "--set", "address.city=上海市", "--set", "classification.grade=A")
    office.run("add", "1", "contact", "name=李四")
    number = supervised(office, "1")
    assert office.run("destroy", "certificate", number).status == 3
    assert office.run("destroy", "verify", number).status == 3
    office.run("destroy", "execute", number)
    told = office.run("destroy", "certificate", number, "--json").json
    assert [(row["act"], row["by"], row["post"]) for row in told["signed"]] == [
        ("propose", "李娜", ""), ("approve", "陈静", "manager"), ("supervise", "赵磊", "supervisor"),
        ("supervise", "孙燕", "supervisor"), ("execute", "李娜", ""), ("complete", "李娜", ""),
    ]  # fmt: skip
    assert {"classification.grade", "contacts[].id"} <= set(told["clear"])
    assert not {"name", "phone", "contacts", "contacts[].name"} & set(told["clear"])
    assert re.search("Contacts +Identifier", office.run("destroy", "certificate", number).out)
    text = office.archive.joinpath("customers/SH/0/SH-000001.yaml").read_bytes()
    assert "destroyed" in yaml_text.load(text)


def test_a_dry_run_destroys_nothing(office: Office) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    assert office.run("destroy", "execute", number, "--dry-run").status == 0
    with office.acting() as archive:
        assert keys_of(archive, "1")
        assert archive.case(number).state == "supervised"


def test_a_dry_run_of_going_on_takes_no_key(office: Office) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    with office.acting() as archive:
        intend(archive)
    for words in ("resume", "execute"):
        assert office.run("destroy", words, number, "--dry-run").status == 0
    with office.acting() as archive:
        assert keys_of(archive, "1")
        assert (archive.record("1").gone, archive.case(number).state) == (False, "executing")


@pytest.mark.parametrize("interrupted", [lambda _archive: None, intend])
def test_who_may_not_destroy_or_has_no_identity_takes_no_key(office: Office, interrupted: Callable[[Archive], None]) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    with office.acting() as archive:
        interrupted(archive)
    assert office.run("destroy", "resume", number, member="wang.wei").status == 3
    (identity,) = office.home.folder.glob("identities/*/li.na.age")
    identity.rename(identity.with_suffix(".away"))
    tip = office.archive.joinpath(".git/refs/heads/main").read_text(encoding="ascii")
    assert office.run("destroy", "resume", number).status == 5
    assert office.archive.joinpath(".git/refs/heads/main").read_text(encoding="ascii") == tip
    identity.with_suffix(".away").rename(identity)
    with office.acting() as archive:
        assert keys_of(archive, "1")
    assert office.run("destroy", "resume", number).status == 0


def test_no_copy_is_verified_while_a_names_cache_still_names_who_was_destroyed(office: Office) -> None:
    office.run("create", *PERSON)
    for member in ("li.na", "chen.jing"):
        office.run("list", member=member)
    caches = {path: path.read_bytes() for path in office.home.folder.glob("names/*/*.age")}
    number = supervised(office, "1")
    office.run("destroy", "execute", number)

    def statuses(command: str) -> list[str]:
        return [copy["status"] for copy in office.run("destroy", command, number, "--json").json["copies"]]

    assert statuses("certificate") == ["verified"]
    for path, content in caches.items():
        path.write_bytes(content)
    assert statuses("certificate") == ["unverified"]
    assert office.run("destroy", "verify", number, member="wang.wei").status == 3
    assert len(list(office.home.folder.glob("names/*/*.age"))) == len(caches) == 2
    assert statuses("verify") == ["verified"]
    assert [path.name for path in office.home.folder.glob("names/*/*.age")] == ["li.na.age"]


def test_an_acknowledgement_keeps_the_uid_of_the_list_and_shows_its_number(office: Office) -> None:
    office.run("create", *PERSON)
    office.run("key", "export", "1", "--purpose", "司法调取")
    number = supervised(office, "1")
    for typed in (number, "XH-1"):
        assert office.run("register", "step", "MY-2", "acknowledge", f"list={typed}").status == 0
    assert office.run("register", "step", "MY-2", "acknowledge", "list=XH-7").status == 2
    with office.acting() as archive:
        uid = archive.case(number).uid
        assert [event.data["list"] for event in archive.case("MY-2").acts("acknowledge")] == [uid, uid]
    events = office.run("register", "show", "MY-2", "--json").json["events"]
    assert [event["data"] for event in events if event["act"] == "acknowledge"] == [{"list": number}] * 2


def test_a_certificate_says_who_signed_on_paper_as_far_as_the_reader_may_know(office: Office) -> None:
    office.run("create", *PERSON)
    paper = office.run.folder / "paper.pdf"
    paper.write_bytes(b"%PDF signed")
    number = office.run("destroy", "propose", "1", "--reason", "期满", "--json").json["list"]
    assert office.run("approve", number, "--by", "周总", "--paper", str(paper), member="wang.wei").status == 0
    for supervisor in ("zhao.lei", "sun.yan"):
        office.run("destroy", "supervise", number, member=supervisor)
    assert office.run("destroy", "execute", number).status == 0
    for reader, name in (("li.na", "周总"), ("wang.wei", "outside")):
        told = office.run("destroy", "certificate", number, "--json", member=reader).json["signed"]
        assert [(row["by"], row["means"]) for row in told if row["act"] in {"approve", "execute"}] == [
            (name, "paper"),
            ("李娜", "signed"),
        ]
        assert name in office.run("destroy", "certificate", number, member=reader).out


def test_the_same_file_under_two_names_stands_once_on_the_list(office: Office) -> None:
    office.run("create", *PERSON)
    with office.acting() as archive:
        case = destruction.propose(archive, ["1", "SH-000001", archive.record("1").uid], "期满")
    assert case.entry.uids == (archive.record("1").uid,)


def test_a_record_that_changed_after_the_proposal_is_said_to_be_left_out(office: Office) -> None:
    office.run("create", *PERSON)
    office.run("create", *PERSON)
    office.run("destroy", "propose", "1", "2", "--reason", "期满")
    office.run("update", "2", "--set", "note=改", "--reason", "更正")
    approved = office.run("destroy", "supervise", "XH-1", member="zhao.lei")
    assert approved.status == 3
    office.run("approve", "XH-1", member="chen.jing")
    told = office.run("destroy", "supervise", "XH-1", "--json", member="zhao.lei").json
    assert told["left_out"] == ["SH-000002"]


def test_a_supervisor_names_all_items_or_none_and_the_event_says_how_many(office: Office) -> None:
    for _ in range(3):
        office.run("create", *PERSON)
    number = office.run("destroy", "propose", "1", "2", "3", "--reason", "期满", "--json").json["list"]
    office.run("approve", number, member="chen.jing")
    office.run("update", "3", "--set", "note=改", "--reason", "更正")
    for some in (["1"], ["1", "2", "3"]):
        assert office.run("destroy", "supervise", number, *some, member="zhao.lei").status == 3
    assert office.run("approve", number, member="zhao.lei").status == 3
    assert office.run("destroy", "supervise", number, "2", "1", member="zhao.lei").status == 0
    with office.acting() as archive:
        (event,) = archive.case(number).acts("supervise")
        assert event.data["checked"] == 2
        assert set(event.items) == {archive.record(each).uid for each in "12"}
    assert office.run("verify").status == 0


def test_attesting_looking_and_reporting_are_awaited_after_a_destruction_until_they_are_done(office: Office) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    office.run("destroy", "execute", number)

    def awaited(member: str) -> list[str]:
        return [row["duty"] for row in office.run("todo", "--json", member=member).json if row["about"] == number]

    assert awaited("li.na") == ["destruction.verify"]
    office.run("destroy", "verify", number)
    assert (awaited("li.na"), awaited("zhao.lei")) == ([], ["destruction.attest"])
    for supervisor in ("zhao.lei", "sun.yan"):
        assert awaited(supervisor) == ["destruction.attest"]
        assert office.run("destroy", "attest", number, member=supervisor).status == 0
    assert (awaited("zhao.lei"), awaited("sun.yan")) == ([], [])
    assert office.run("destroy", "attest", number, member="sun.yan").status == 3
    assert office.run("destroy", "feedback", number, "--to", "总经理", "--opinion", "已销毁").status == 0
    assert office.run("verify").status == 0


def test_a_list_shows_its_items_before_and_after_they_are_destroyed(office: Office) -> None:
    term = ("--set", "retention.term=5y", "--set", "retention.events[eAAAAA].event=ended")
    paper = (
        "--set",
        "volumes[vAAAAA].pages=42",
        "--set",
        "volumes[vAAAAA].from=2010-01-01",
        "--set",
        "volumes[vAAAAA].until=2014-05-01",
    )
    date = ("--set", "retention.events[eAAAAA].date=2015-02-28")
    office.run("create", "--subject", "organisation", "--set", "name=甲", *term, *date, *paper)
    office.run("create", *PERSON)
    number = supervised(office, "1", "2")
    before = office.run("destroy", "items", number, "--json").json
    wanted = {
        "name": "甲",
        "first": "2010-01-01",
        "last": "2014-05-01",
        "volumes": 1,
        "pages": 42,
        "term": "5y",
        "due": "2020-02-28",
    }
    assert {key: before[0][key] for key in wanted} == wanted
    assert (before[0]["kept_since"], before[1]["name"], before[1]["reason"]) == ("2015-02-28", None, "期满")
    office.run("destroy", "execute", number)
    after = office.run("destroy", "items", number, "--json").json
    assert [row | {"status": ""} for row in after] == [row | {"status": ""} for row in before]
    assert [row["status"] for row in after] == ["destroyed"] * 2
    assert office.run("destroy", "items", number, "--json", member="wang.wei").json[0]["reason"] is None


def test_what_a_restored_keyring_brings_back_is_destroyed_again(office: Office) -> None:
    for _ in range(2):
        office.run("create", *PERSON)
    office.run("list")
    values = sealed(office)
    number = supervised(office, "1")
    kept = office.home.folder / "keyrings"
    shutil.copytree(kept, office.run.folder / "old")
    names = {path: path.read_bytes() for path in office.home.folder.glob("names/*/*.age")}
    with office.acting() as archive:
        row = archive.record("1").data["keys"][0]
    office.run("destroy", "execute", number)
    shutil.rmtree(kept)
    shutil.copytree(office.run.folder / "old", kept)
    for path, content in names.items():
        path.write_bytes(content)
    with office.acting() as archive:
        uid = archive.record("1").uid
        assert archive.opener.open(values["phone"], "phone", uid, archive.record("1").data["keys"]) == "13800138000"
    with office.acting() as archive:
        assert destruction.reapply(archive) == [uid]
        assert destruction.reapply(archive) == []
    with office.acting() as archive:
        assert not archive.opener.holds(uid, row)
        assert keys_of(archive, "1") == []
        assert keys_of(archive, "2")
    assert office.run("destroy", "certificate", number, "--json").json["copies"][0]["status"] == "verified"
    assert office.run("show", "2", "--reveal", "phone", "--purpose", "核对", "--json").json["phone"] == "13800138000"


def test_a_rehearsal_reapplies_nothing(office: Office) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    shutil.copytree(office.home.folder / "keyrings", office.run.folder / "old")
    office.run("destroy", "execute", number)
    shutil.copytree(office.run.folder / "old", office.home.folder / "keyrings", dirs_exist_ok=True)
    with office.acting() as archive:
        archive.rehearsal = True
        assert len(destruction.reapply(archive)) == 1
        assert keys_of(archive, "1")


def test_three_files_that_are_due_are_proposed_only_with_a_yes(office: Office) -> None:
    ended = ("--set", "retention.term=1y", "--set", "retention.events[eAAAAA].event=ended")
    for _ in range(3):
        office.run("create", *PERSON, *ended, "--set", "retention.events[eAAAAA].date=2020-01-01")
    assert office.run("destroy", "propose", "--due", "--reason", "期满").status == 3
    assert office.run("register", "list", "destruction", "--json").json == []
    told = office.run("destroy", "propose", "--due", "--reason", "期满", "--yes", "--json").json
    with office.acting() as archive:
        assert len(archive.case(told["list"]).entry.uids) == 3
    assert office.run("destroy", "propose", "--due", "--reason", "期满", member="wang.wei").status == 3


@pytest.fixture
def shared(office: Office) -> tuple[Office, str]:
    """An office with a git remote, and a list of one file that everyone has signed."""
    office.run("create", *PERSON)
    number = supervised(office, "1")
    connect(office)
    return office, number


def test_where_there_is_a_remote_the_intent_is_there_before_any_key_goes(shared: tuple[Office, str]) -> None:
    office, number = shared
    assert office.run("destroy", "execute", number).status == 0
    hub = office.run.folder / "hub.git"
    assert git(hub, "log", "-1", "--format=%s", "main") == f"destruction.execute: {number}\n"
    assert git(hub, "rev-parse", "main") == git(office.archive, "rev-parse", "main~1")


def test_where_the_remote_cannot_be_reached_nothing_is_destroyed(shared: tuple[Office, str]) -> None:
    office, number = shared
    office.run.folder.joinpath("hub.git").rename(office.run.folder / "away.git")
    done = office.run("destroy", "execute", number)
    assert (done.status, "cannot be reached" in done.err) == (4, True)
    with office.acting() as archive:
        assert (archive.case(number).state, bool(keys_of(archive, "1"))) == ("supervised", True)


def test_a_rehearsal_asks_no_remote(shared: tuple[Office, str]) -> None:
    office, number = shared
    office.run.folder.joinpath("hub.git").rename(office.run.folder / "away.git")
    done = office.run("destroy", "execute", number, "--dry-run")
    assert done.status == 0, done.err


def test_what_others_pushed_meanwhile_is_taken_in_and_counts(shared: tuple[Office, str]) -> None:
    office, number = shared
    there = second(office)
    assert there.run("hold", "1", "--forbid", "destroy", "--reason", "诉讼").status == 0
    push(there)
    done = office.run("destroy", "execute", number)
    assert (done.status, "archivectl sync" in done.err) == (4, True)
    pull(office)
    done = office.run("destroy", "execute", number)
    assert (done.status, "TY-2026-0001" in done.err) == (3, True), done.err
    with office.acting() as archive:
        assert keys_of(archive, "1")


def test_an_intent_that_the_remote_lacks_goes_there_before_the_keys_go(shared: tuple[Office, str]) -> None:
    office, number = shared
    with office.acting() as archive:
        intend(archive)
    office.run.folder.joinpath("hub.git").rename(office.run.folder / "away.git")
    assert office.run("destroy", "resume", number).status == 4
    with office.acting() as archive:
        assert keys_of(archive, "1")
    office.run.folder.joinpath("away.git").rename(office.run.folder / "hub.git")
    assert office.run("destroy", "resume", number).status == 0
    assert "destruction.execute" in git(office.run.folder / "hub.git", "log", "--format=%s", "main")


def test_nothing_is_destroyed_on_a_day_to_come(office: Office) -> None:
    office.run("create", *PERSON)
    number = supervised(office, "1")
    refused = office.run("--today", "2999-01-01", "destroy", "execute", number)
    assert (refused.status, "is yet to come" in refused.err) == (3, True)
    with office.acting() as archive:
        assert keys_of(archive, "1")
        assert archive.case(number).state == "supervised"
    assert office.run("destroy", "execute", number).status == 0
    assert office.run("verify").status == 0
