"""Machines that work apart and are united by ``sync``."""

import re
import shutil
import subprocess
from typing import Any

import pytest

from archivectl.members.signing import armor
from archivectl.store.objects import parse_tree, signed, tree_bytes
from machines import connect, git, second
from office import Office

FIRM = ("create", "--subject", "organisation", "--set")
WHY = ("--reason", "核对")
LEND = ("--to", "王伟", "--purpose", "核对", "--for", "3d", "--json")


def synced(office: Office, *words: str) -> Any:
    done = office.run("sync", *words, "--json")
    assert done.status == 0, done.err
    return done.json


def head(office: Office) -> str:
    return git(office.archive, "rev-parse", "main").strip()


def settled(*machines: Office) -> None:
    """The machines have the same, and nothing is wrong with it."""
    for machine in machines:
        synced(machine)
    synced(machines[0])
    assert len({head(machine) for machine in machines}) == 1
    for machine in machines:
        for command in ("check", "verify"):
            done = machine.run(command)
            assert done.status == 0, done.out
        assert git(machine.archive, "status", "--porcelain") == ""


def shared(office: Office) -> None:
    """Give an office a git remote, and a folder beside it that has the keys."""
    (office.run.folder / "nas").mkdir()
    assert office.run("key", "remote", "add", "nas", str(office.run.folder / "nas")).status == 0
    connect(office)


@pytest.fixture
def pair(office: Office) -> tuple[Office, Office]:
    """Two machines with one file, numbers of their own, and nothing to tell each other."""
    assert office.run(*FIRM, "name=甲公司", "--set", "phone=021-5555", "--set", "note=旧").status == 0
    shared(office)
    synced(office)
    there = second(office)
    synced(there)
    synced(office)
    return office, there


@pytest.fixture
def bare(office: Office) -> tuple[Office, Office]:
    """Two machines with one file that leased no numbers, so that they give the same."""
    assert office.run(*FIRM, "name=甲公司").status == 0
    shared(office)
    return office, second(office)


def test_what_each_did_is_on_both_after_two_rounds(pair: tuple[Office, Office]) -> None:
    here, there = pair
    assert here.run(*FIRM, "name=乙公司").status == 0
    assert there.run(*FIRM, "name=丙公司").status == 0
    assert there.run("update", "1", "--set", "note=新", *WHY).status == 0
    assert synced(there)["sent"] == 2
    told = synced(here)
    assert (told["received"], told["sent"], told["renumbered"]) == (2, 2, [])
    assert synced(there)["received"] == 2
    settled(*pair)
    assert {row["name"] for row in there.run("list", "--json").json} == {"甲公司", "乙公司", "丙公司"}


def test_fields_of_one_file_that_each_changed_are_both_kept(pair: tuple[Office, Office]) -> None:
    here, there = pair
    here.run("update", "1", "--set", "phone=021-6666", *WHY)
    there.run("update", "1", "--set", "note=新", *WHY)
    here.run("add", "1", "contact", "name=张三", "phone=13800138000")
    there.run("add", "1", "contact", "name=李四", "phone=13800138001")
    settled(*pair)
    shown = here.run("show", "1", "--reveal", "--purpose", "核对", "--json").json
    assert (shown["phone"], shown["note"]) == ("021-6666", "新")
    assert {contact["name"] for contact in shown["contacts"]} == {"张三", "李四"}


def test_a_field_that_both_changed_is_chosen_by_a_person_and_nothing_happens_before(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=那边", "--set", "phone=021-7777", *WHY)
    synced(there)
    here.run("update", "1", "--set", "note=这边", "--set", "phone=021-8888", *WHY)
    before = head(here)
    refused = here.run("sync")
    assert (refused.status, head(here)) == (4, before)
    assert all(word in refused.err for word in ("SH-000001", "这边", "那边", "021-7777", "021-8888", "sync resolve"))
    half = here.run("sync", "resolve", "1", "note=ours")
    assert (half.status, "021-8888" in half.err, "这边" in half.err) == (4, True, False)
    told = here.run("sync", "resolve", "1", "note=ours", "phone=theirs", "--json").json
    assert {each["place"] for each in told["decided"]} == {"note", "phone"}
    settled(*pair)
    shown = there.run("show", "1", "--json").json
    assert (shown["note"], shown["phone"]) == ("这边", "021-7777")


@pytest.mark.parametrize(("side", "note"), [("--ours", "这边"), ("--theirs", "那边")])
def test_one_side_may_stand_everywhere(pair: tuple[Office, Office], side: str, note: str) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=那边", *WHY)
    synced(there)
    here.run("update", "1", "--set", "note=这边", *WHY)
    assert here.run("sync", "resolve", side).status == 0
    assert here.run("show", "1", "--json").json["note"] == note
    settled(*pair)


def test_what_is_not_disputed_cannot_be_chosen(pair: tuple[Office, Office]) -> None:
    pair[1].run("update", "1", "--set", "phone=021-6666", *WHY)
    synced(pair[1])
    pair[0].run("update", "1", "--set", "note=新", *WHY)
    for words in (("1", "note=ours"), ("1", "note=mine"), ("note=ours",)):
        done = pair[0].run("sync", "resolve", *words)
        assert (done.status, "hint" in done.err) == (2, True), done.err


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_contact_that_one_removed_and_the_other_changed_goes_or_stays_whole(pair: tuple[Office, Office], side: str) -> None:
    here, there = pair
    here.run("add", "1", "contact", "name=张三", "position=经理")
    settled(*pair)
    name = here.run("show", "1", "--json").json["contacts"][0]["id"]
    there.run("update", "1", "--set", f"contacts[{name}].position=总监", *WHY)
    synced(there)
    assert here.run("remove", "1", f"contacts[{name}]", *WHY).status == 0
    assert here.run("sync").status == 4
    assert here.run("sync", "resolve", "1", f"contacts[{name}]={side}").status == 0
    settled(*pair)
    shown = there.run("show", "1", "--reveal", "--purpose", "核对", "--json").json
    left = [(contact["name"], contact["position"]) for contact in shown.get("contacts", [])]
    assert left == ([] if side == "ours" else [("张三", "总监")])


def test_a_number_that_both_gave_stays_with_who_pushed_first(bare: tuple[Office, Office]) -> None:
    here, there = bare
    assert here.run(*FIRM, "name=乙公司", "--json").json["number"] == "SH-000002"
    assert there.run(*FIRM, "name=丙公司", "--json").json["number"] == "SH-000002"
    assert there.run("lend", "2", *LEND).json["loan"] == here.run("lend", "2", *LEND).json["loan"] == "JY-2026-0001"
    synced(there)
    told = synced(here)["renumbered"]
    assert {each["before"] for each in told} == {"SH-000002", "JY-2026-0001"}
    settled(*bare)
    numbers = {row["name"]: row["number"] for row in there.run("list", "--json").json}
    assert numbers["丙公司"] == "SH-000002"
    assert numbers["乙公司"] == next(each["after"] for each in told if each["before"] == "SH-000002")
    loans = {row["id"]: row["state"] for row in there.run("register", "list", "loan", "--json").json}
    assert len(loans) == 2
    moved = next(each["after"] for each in told if each["before"] == "JY-2026-0001")
    assert here.run("return", moved, "--json").json["state"] == "returned"


def test_what_one_destroyed_the_other_does_not_bring_back(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("add", "1", "interaction", "kind=visit", "content=来访")
    there.run("update", "1", "--set", "note=新", *WHY)
    here.destroy()
    synced(here)
    synced(there)
    settled(*pair)
    assert there.run("show", "1", "--json").json["status"] == "destroyed"
    assert not any((there.archive / "interactions").rglob("*.yaml"))


def test_both_lent_one_file_and_are_told(pair: tuple[Office, Office]) -> None:
    here, there = pair
    for machine in pair:
        assert machine.run("lend", "1", *LEND).status == 0
    synced(there)
    synced(here)
    done = here.run("check")
    assert (done.status, "clash" in done.out) == (1, True)
    [clash] = [row for row in here.run("todo", "--json").json if row["duty"] == "clash"]
    assert (clash["about"], clash["state"]) == ("SH-000001", "due")
    assert here.run(*clash["how"].split()).status == 0
    assert "clash" not in here.run("todo", "--json").out
    assert here.run("check").status == 0


def test_two_papers_of_one_file_may_be_out_at_once(pair: tuple[Office, Office]) -> None:
    here, _there = pair
    for machine in pair:
        machine.run("add", "1", "document", "kind=营业执照")
    settled(*pair)
    papers = [paper["id"] for paper in here.run("show", "1", "--json").json["documents"]]
    for machine, paper in zip(pair, papers, strict=True):
        assert machine.run("lend", "1", "--document", paper, *LEND).status == 0
    settled(*pair)
    assert "clash" not in here.run("todo", "--json").out


def test_where_the_remote_is_away_nothing_is_changed(pair: tuple[Office, Office]) -> None:
    here = pair[0]
    here.run("update", "1", "--set", "note=新", *WHY)
    before = head(here)
    shutil.move(here.run.folder / "hub.git", here.run.folder / "away.git")
    done = here.run("sync")
    assert (done.status, head(here), "cannot be reached" in done.err) == (4, before, True)


def test_a_rehearsal_tells_what_would_come_and_changes_nothing(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=新", *WHY)
    synced(there)
    here.run(*FIRM, "name=乙公司")
    before = head(here)
    told = synced(here, "--dry-run")
    assert (told["received"], told["sent"], head(here)) == (1, 1, before)


def test_what_breaks_a_rule_is_not_taken_in(pair: tuple[Office, Office]) -> None:
    here, there = pair
    path = there.archive / "customers/SH/0/SH-000001.yaml"
    path.write_text(path.read_text("utf-8").replace("note: 旧", "note: 假"), "utf-8")
    git(there.archive, "-c", "core.hooksPath=/dev/null", "commit", "-qam", "update: SH-000001")
    git(there.archive, "push", "--quiet", "--no-verify", "origin", "main")
    before = head(here)
    done = here.run("sync")
    assert (done.status, head(here), "main..origin/main" in done.err) == (3, before, True)
    assert here.run("verify", "main..origin/main").status == 1


def test_work_that_is_not_committed_is_never_written_over(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=新", *WHY)
    synced(there)
    path = here.archive / "customers/SH/0/SH-000001.yaml"
    path.write_text(path.read_text("utf-8").replace("note: 旧", "note: 手"), "utf-8")
    before = head(here)
    done = here.run("sync")
    assert (done.status, head(here), "SH-000001.yaml" in done.err) == (4, before, True)
    assert "note: 手" in path.read_text("utf-8")


def test_without_a_remote_there_is_nothing_to_sync_with(office: Office) -> None:
    done = office.run("sync")
    assert (done.status, "git remote add" in done.err) == (3, True)


def test_who_was_overtaken_in_rotating_takes_that_in_first(pair: tuple[Office, Office]) -> None:
    """Two new keys of one generation could not be united, so that each is on the git remote before it is here."""
    here, there = pair
    assert there.run("key", "rotate", "secret", *WHY).status == 0
    before = head(here)
    late = here.run("key", "rotate", "secret", *WHY)
    assert (late.status, head(here), "commits that are not here" in late.err) == (4, before, True)
    synced(there)
    synced(here)
    assert here.run("key", "rotate", "secret", *WHY).status == 0
    settled(*pair)


def test_a_rotation_on_two_machines_that_was_forced_is_not_united(pair: tuple[Office, Office]) -> None:
    here, there = pair
    for machine in pair:
        git(machine.archive, "remote", "remove", "origin")
        assert machine.run("key", "rotate", "secret", *WHY).status == 0
        git(machine.archive, "remote", "add", "origin", str(here.run.folder / "hub.git"))
    synced(there)
    before = head(here)
    done = here.run("sync")
    assert (done.status, head(here), "backup restore" in done.err) == (3, before, True)


def test_changes_of_rules_on_both_sides_take_an_administrator(pair: tuple[Office, Office]) -> None:
    here, there = pair
    add = ("--name", "某人", "--role", "clerk", "--clearance", "internal", "--generate-keys")
    assert here.run("member", "add", "qian.yi", "--email", "a@example.cn", *add).status == 0
    assert there.run("member", "add", "feng.er", "--email", "b@example.cn", *add).status == 0
    synced(there)
    assert here.run("sync", member="wang.wei").status == 3
    settled(*pair)
    assert {row["handle"] for row in there.run("member", "list", "--json").json} >= {"qian.yi", "feng.er"}


def test_a_reading_on_each_machine_is_in_the_log_of_both(pair: tuple[Office, Office]) -> None:
    for machine, purpose in zip(pair, ("核对", "回访"), strict=True):
        machine.run("add", "1", "contact", "name=张三")
        assert machine.run("show", "1", "--reveal", "--purpose", purpose).status == 0
    settled(*pair)
    for machine in pair:
        assert {row["purpose"] for row in machine.run("history", "1", "--reads", "--json").json} == {"核对", "回访"}


def test_somebody_who_pushes_in_between_is_taken_in_too(pair: tuple[Office, Office]) -> None:
    """The git remote gets a commit of the other machine right after this one has fetched."""
    here, there = pair
    there.run("update", "1", "--set", "note=新", *WHY)
    git(there.archive, "push", "--quiet", "--no-verify", "origin", "main:refs/heads/later")
    here.run("update", "1", "--set", "phone=021-6666", *WHY)
    hook = here.run.folder / "hub.git/hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nrm hooks/update\nif test $1 = refs/heads/main; then git update-ref refs/heads/main later; fi\n")
    hook.chmod(0o755)
    told = synced(here)
    assert (told["received"], told["sent"]) == (1, 2)
    git(here.run.folder / "hub.git", "branch", "--quiet", "-D", "later")
    settled(*pair)


def test_the_past_of_a_file_that_got_another_number_is_its_own(bare: tuple[Office, Office]) -> None:
    here, there = bare
    for machine, name in ((here, "乙公司"), (there, "丙公司")):
        assert machine.run(*FIRM, f"name={name}", "--set", "note=初", "--today", "2026-03-01").status == 0
        assert machine.run("update", "2", "--set", f"note={name}", "--reason", f"改{name}").status == 0
        assert machine.run("lend", "2", *LEND).status == 0
    synced(there)
    moved = next(each["after"] for each in synced(here)["renumbered"] if each["before"] == "SH-000002")
    settled(*bare)
    for number, name, other in (("SH-000002", "丙公司", "乙公司"), (moved, "乙公司", "丙公司")):
        told = there.run("history", number, "--json").json
        assert [each["reason"] for each in told if each["act"] == "record.update"] == [f"改{name}"]
        assert other not in there.run("history", number).out
        assert [each["act"] for each in told if each["act"]] == ["loan.request", "record.update", "record.create"]
        assert there.run("update", number, "--as-of", "2026-03-01", "--reason", "复原").status == 0
        assert there.run("show", number, "--json").json["note"] == "初"
        assert other not in there.run("diff", number, "--since", "main~1").out


@pytest.mark.parametrize("what", ["opened", "changed"])
def test_an_import_whose_files_got_other_numbers_is_taken_back_whole(bare: tuple[Office, Office], what: str) -> None:
    here, there = bare
    for machine, name in ((here, "乙公司"), (there, "丙公司")):
        table = machine.run.folder / f"{name}.csv"
        if what == "changed":
            assert machine.run(*FIRM, f"name={name}", "--set", "note=旧").status == 0
        table.write_text(f"档案编号,名称,备注\n{'SH-000002' if what == 'changed' else ''},{name},新\n", "utf-8")
        done = machine.run("import", str(table), "--yes", "--json")
        assert done.status == 0, done.err + done.out
        assert done.json["created"] + done.json["updated"] == 1
    synced(there)
    moved = {each["before"]: each["after"] for each in synced(here)["renumbered"]}
    settled(*bare)
    brought = next(number for number in moved if number.startswith("DR"))
    assert there.run("undo", moved[brought], "--yes", "--reason", "导错").status == 0
    settled(*bare)
    rows = {row["number"]: row for row in here.run("list", "--json").json}
    stands = {number: row["status"] for number, row in rows.items()}
    assert stands["SH-000002"] == "filed"
    if what == "changed":
        assert here.run("show", moved["SH-000002"], "--json").json["note"] == "旧"
        assert here.run("show", "2", "--json").json["note"] == "新"
    else:
        assert moved["SH-000002"] not in stands
        assert here.run("show", moved["SH-000002"], "--json").json["status"] == "withdrawn"


def test_a_copy_that_lags_behind_another_on_this_machine_takes_in_what_that_one_sent(pair: tuple[Office, Office]) -> None:
    here, _there = pair
    copy = here.run.folder / "copy"
    git(here.run.folder, "clone", "--quiet", str(here.run.folder / "hub.git"), str(copy))
    assert here.run("update", "1", "--set", "note=新", *WHY).status == 0
    behind = here.run("-C", str(copy), "update", "1", "--set", "phone=021-6666", *WHY)
    assert (behind.status, "archivectl sync" in behind.err) == (3, True)
    early = here.run("-C", str(copy), "sync")
    assert (early.status, "lacks" in early.err) == (3, True)
    synced(here)
    assert synced(here, "-C", str(copy))["received"] == 1
    assert here.run("-C", str(copy), "update", "1", "--set", "phone=021-6666", *WHY).status == 0


def test_what_has_one_copy_by_decision_is_sent_under_another_number_too(office: Office) -> None:
    """The keys of what got another number are no newer than the file."""
    assert office.run(*FIRM, "name=甲公司").status == 0
    connect(office)
    there = second(office)
    for machine, name in ((office, "乙公司"), (there, "丙公司")):
        assert machine.run(*FIRM, f"name={name}").status == 0
        assert machine.run("add", "2", "contact", "name=张三").status == 0
        single = ("key", "remote", "sync", "--accept-single-copy", *WHY)
        assert machine.run(*single).status == 0, name
    synced(there)
    assert "SH-000002" in {each["before"] for each in synced(office)["renumbered"]}


def test_a_git_server_that_withholds_what_others_did_is_found_out(pair: tuple[Office, Office]) -> None:
    """Another machine signs in the keyring remote for what it sent."""
    here, there = pair
    old = head(here)
    there.run("update", "1", "--set", "note=新", *WHY)
    synced(there)
    new = head(there)
    git(here.run.folder / "hub.git", "update-ref", "refs/heads/main", old)
    here.run("update", "1", "--set", "phone=021-6666", *WHY)
    done = here.run("sync")
    assert (done.status, new[:12] in done.err, "li.na" in done.err) == (3, True, True)
    assert git(here.run.folder / "hub.git", "rev-parse", "main").strip() == old
    git(here.run.folder / "hub.git", "update-ref", "refs/heads/main", new)
    settled(*pair)


@pytest.mark.parametrize(
    "forged",
    [
        lambda text: text.replace("commit", "commits"),
        lambda text: text[:-9],
        lambda text: text.replace('"commit": "', '"commit": "' + "0" * 40)[: len(text)],
        lambda text: text.replace("li.na", "chen.jing"),
        lambda _text: "[]",
    ],
)
def test_what_nobody_signed_for_in_a_keyring_remote_holds_nobody_up(pair: tuple[Office, Office], forged: Any) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=新", *WHY)
    synced(there)
    [tip] = (here.run.folder / "nas").rglob("SECONDMACHIN.json")
    old = git(here.archive, "rev-parse", "origin/main").strip()
    git(here.run.folder / "hub.git", "update-ref", "refs/heads/main", old)
    assert here.run("sync").status == 3
    tip.write_text(forged(tip.read_text("utf-8")), "utf-8")
    synced(here)


def draft(machine: Office, name: str) -> str:
    return str(machine.run(*FIRM, f"name={name}", "--draft", "--json").json["uid"])


def filed(machine: Office, uid: str) -> None:
    entry = machine.run("submit", uid, "--json").json["entry"]
    assert machine.run("accept", entry).status == 0


def test_a_draft_that_both_filed_is_one_file(office: Office) -> None:
    """Each with a number of its own, so that no path is disputed."""
    uid = draft(office, "甲公司")
    shared(office)
    synced(office)
    there = second(office)
    synced(there)
    synced(office)
    for machine in (office, there):
        filed(machine, uid)
    synced(there)
    [moved] = synced(office)["renumbered"]
    [row] = office.run("list", "--json").json
    assert (moved["before"], moved["after"]) == ("SH-000001", row["number"])
    settled(office, there)


@pytest.mark.parametrize("other", ["opened", "filed"])
def test_a_draft_filed_under_a_number_that_the_other_gave_gets_another(office: Office, other: str) -> None:
    one, two = draft(office, "甲公司"), draft(office, "乙公司")
    shared(office)
    there = second(office)
    filed(office, one)
    if other == "filed":
        filed(there, two)
    else:
        assert there.run(*FIRM, "name=丙公司").status == 0
    synced(there)
    assert "SH-000001" in {each["before"] for each in synced(office)["renumbered"]}
    settled(office, there)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_contact_that_one_removed_and_the_other_added_to_goes_or_stays_whole(pair: tuple[Office, Office], side: str) -> None:
    here, there = pair
    here.run("add", "1", "contact", "name=张三")
    settled(*pair)
    name = here.run("show", "1", "--json").json["contacts"][0]["id"]
    there.run("update", "1", "--set", f"contacts[{name}].position=总监", *WHY)
    synced(there)
    assert here.run("remove", "1", f"contacts[{name}]", *WHY).status == 0
    assert here.run("sync", "resolve", "1", f"contacts[{name}]={side}").status == 0
    settled(*pair)


def test_what_was_done_to_a_file_that_another_withdrew_is_told(pair: tuple[Office, Office]) -> None:
    here, there = pair
    table = here.run.folder / "t.csv"
    table.write_text("名称,备注\n乙公司,新\n", "utf-8")
    assert here.run("import", str(table), "--yes").status == 0
    settled(*pair)
    number = next(row["number"] for row in there.run("list", "--json").json if row["name"] == "乙公司")
    assert there.run("add", number, "interaction", "kind=visit", "content=来访").status == 0
    [brought] = here.run("register", "list", "import", "--json").json
    assert here.run("undo", brought["id"], "--yes", "--reason", "导错").status == 0
    synced(here)
    assert synced(there)["dropped"] == [number]
    settled(*pair)


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_the_scan_that_does_not_stand_is_gone(pair: tuple[Office, Office], side: str) -> None:
    here, there = pair
    here.run("add", "1", "document", "kind=营业执照")
    settled(*pair)
    paper = here.run("show", "1", "--json").json["documents"][0]["id"]
    for machine in pair:
        scan = machine.run.folder / "s.pdf"
        scan.write_bytes(b"%PDF " + str(machine.archive).encode())
        assert machine.run("update", "1", "--set", f"documents[{paper}].file=@{scan}", *WHY).status == 0
    synced(there)
    assert here.run("sync", "resolve", side).status == 0
    settled(*pair)


def test_a_tip_that_nothing_can_be_made_of_holds_nobody_up(pair: tuple[Office, Office]) -> None:
    [tip] = (pair[0].run.folder / "nas").rglob("SECONDMACHIN.json")
    tip.with_name("EVIL.json").write_text("[" * 200_000)
    synced(pair[0])


def pushed_by_hand(machine: Office) -> None:
    """What somebody commits without a signature, and pushes."""
    git(machine.archive, "-c", "core.hooksPath=/dev/null", "commit", "-qam", "x")
    git(machine.archive, "push", "-q", "--no-verify", "origin", "main")


@pytest.mark.parametrize("text", ["\0", "a: " + "[" * 3000, "a: " + "x" * 5_000_000, "uid: " + "A" * 26])
def test_what_breaks_a_rule_there_is_told_as_theirs_before_anybody_is_asked(pair: tuple[Office, Office], text: str) -> None:
    here, there = pair
    (there.archive / "customers/SH/0/SH-000001.yaml").write_text(text)
    pushed_by_hand(there)
    here.run("update", "1", "--set", "note=新", *WHY)
    for words in ((), ("resolve", "--ours")):
        done = here.run("sync", *words)
        assert (done.status, "origin" in done.err, "Say which stands" in done.err) == (3, True, False)


def test_a_draft_that_was_replaced_there_is_refused_in_words(pair: tuple[Office, Office]) -> None:
    here, there = pair
    uid = draft(here, "乙公司")
    settled(*pair)
    [path] = (there.archive / "customers").rglob(f"{uid}.yaml")
    path.write_text(re.sub("uid: .*", "uid: " + "A" * 26, path.read_text("utf-8")), "utf-8")
    pushed_by_hand(there)
    here.run("update", uid, "--set", "note=x", *WHY)
    assert here.run("sync", "resolve", "--ours").status == 3


def test_resolving_again_goes_on_where_the_push_failed(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=那边", *WHY)
    synced(there)
    here.run("update", "1", "--set", "note=这边", *WHY)
    hook = here.run.folder / "hub.git/hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    words = ("sync", "resolve", "1", "note=ours")
    refused = here.run(*words)
    assert (refused.status, "Nothing was sent" in refused.err) == (4, True)
    hook.unlink()
    assert here.run(*words).status == 0
    settled(*pair)


@pytest.mark.parametrize("name", [".git", "..", "a\\..\\b"])
@pytest.mark.parametrize("checked", [True, False])
def test_a_path_that_leaves_the_archive_is_not_written(pair: tuple[Office, Office], name: str, *, checked: bool) -> None:
    """Signed by an administrator, and pushed past every hook; taken in neither by git's own look at it nor without."""
    here, there = pair
    hub = here.run.folder / "hub.git"

    def raw(kind: str, data: bytes) -> str:
        command = ["git", "-C", str(hub), "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().strip()

    tip = head(here)
    with here.acting() as archive:
        tree = parse_tree(archive.repository.read_tree(tip))
        tree[name] = ("40000", raw("tree", tree_bytes({"evil": ("100644", raw("blob", b"x"))})))
        when = f"李娜 <li.na@example.cn> {int(archive.repository.commit(tip).when.timestamp())} +0000"
        text = f"tree {raw('tree', tree_bytes(tree))}\nparent {tip}\nauthor {when}\ncommitter {when}\n\nregime.house: x\n"
        payload = signed(text.encode(), armor(archive.signer.sign(text.encode(), "git")))
    made = raw("commit", payload)
    git(hub, "update-ref", "refs/heads/main", made)
    if not checked:  # as where git brought it by hand
        git(there.archive, "-c", "fetch.fsckObjects=false", "-c", "transfer.fsckObjects=false", "fetch", "-q", "origin")
    done = there.run("sync")
    assert (done.status in {3, 4}, head(there)) == (True, tip), done.err
    assert "cannot be reached" not in done.err
    assert not list(there.run.folder.rglob("evil"))


def test_a_list_that_was_cancelled_elsewhere_while_it_was_carried_out_is_carried_out(pair: tuple[Office, Office]) -> None:
    """Keys that are gone do not come back; whoever cancelled is told by the state of the list."""
    here, there = pair
    entry = here.sign_for("1")
    settled(*pair)
    assert there.run("register", "step", entry, "cancel", "opinion=要留").status == 0
    assert here.run("destroy", "execute", entry, "--yes").status == 0
    synced(here)
    synced(there)
    synced(here)
    for machine in pair:
        assert machine.run("register", "show", entry, "--json").json["state"] == "destroyed"
        assert machine.run("destroy", "certificate", entry).status == 0
        assert machine.run("check").status == 0
        assert machine.run("verify").status == 0


def test_scripts_get_what_is_disputed_as_data(pair: tuple[Office, Office]) -> None:
    here, there = pair
    there.run("update", "1", "--set", "note=那边", *WHY)
    synced(there)
    here.run("update", "1", "--set", "note=这边", *WHY)
    done = here.run("sync", "--json")
    [dispute] = done.json["disputes"]
    assert (done.status, dispute["number"], dispute["place"]) == (4, "SH-000001", "note")
    assert (dispute["ours"], dispute["theirs"], dispute["by"]["ours"]) == ("这边", "那边", "李娜 2026-03-02")


def test_a_folder_without_the_keyring_does_not_pass_for_the_remote_that_has_it(pair: tuple[Office, Office]) -> None:
    there = pair[1]
    other = there.run.folder / "other"
    other.mkdir()
    done = there.run("key", "remote", "add", "nas", str(other))
    assert (done.status, list(other.iterdir()), "--anew" in done.err) == (3, [], True)
    assert there.run("key", "remote", "add", "nas", str(other), "--anew").status == 0


def test_the_work_of_who_was_retired_elsewhere_is_refused_without_blaming_the_remote(pair: tuple[Office, Office]) -> None:
    here, there = pair
    assert here.run("member", "retire", "wang.wei", "--reason", "离职").status == 0
    assert there.run("update", "1", "--set", "note=新", *WHY, member="wang.wei").status == 0
    synced(here)
    before = head(there)
    done = there.run("sync")
    assert (done.status, head(there), "cannot be united" in done.err, "wang.wei" in done.err) == (3, before, True, True)
    git(there.archive, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
    bad = git(there.archive, "rev-parse", "main~1").strip()
    commits = [line for line in git(there.archive, "rev-list", "--first-parent", "main").split() if line == before]
    assert there.run("verify", "--ratify", (commits or [bad])[0], "--reason", "离职前所办").status == 0
    assert there.run("verify").status == 0
    synced(there)


def test_plain_git_knows_the_remote_after_the_first_sync(pair: tuple[Office, Office]) -> None:
    for machine in pair:
        git(machine.archive, "pull", "--quiet", "--no-rebase", "--no-edit")
