"""Numbers where several machines give them: each takes blocks of its own first, and what is from none is provisional."""

import json
import shutil
from pathlib import Path

import pytest

from archivectl import blocks
from machines import connect, git, pull, push, second
from office import Office

FIRM = ("create", "--subject", "organisation", "--set")
LEND = ("--to", "王伟", "--purpose", "核对", "--for", "3d", "--json")


def opened(office: Office, name: str) -> str:
    done = office.run(*FIRM, f"name={name}", "--json")
    assert done.status == 0, done.err
    return str(done.json["number"])


@pytest.fixture
def shared(office: Office) -> Office:
    """An office with one file and a git remote."""
    assert opened(office, "甲公司") == "SH-000001"
    connect(office)
    return office


def test_without_a_remote_numbers_follow_on_the_highest_and_nothing_is_leased(office: Office) -> None:
    assert [opened(office, name) for name in ("甲公司", "乙公司")] == ["SH-000001", "SH-000002"]
    done = office.run("register", "lease")
    assert (done.status, "git remote add" in done.err) == (3, True)


def test_two_machines_that_leased_open_files_and_entries_at_once_and_never_the_same(shared: Office) -> None:
    assert shared.run("register", "lease", "record.SH", "loan.2026", "--size", "5").status == 0
    there = second(shared)
    assert there.run("register", "lease", "record.SH", "loan.2026", "--size", "5").status == 0
    assert [opened(shared, "乙公司"), opened(there, "丙公司")] == ["SH-000002", "SH-000007"]
    lent = [machine.run("lend", number, *LEND).json["loan"] for machine, number in ((shared, "2"), (there, "7"))]
    assert lent == ["JY-2026-0001", "JY-2026-0006"]
    pull(shared)
    push(shared)
    pull(there)
    push(there)
    pull(shared)
    for machine in (shared, there):
        numbers = {row["number"] for row in machine.run("list", "--json").json}
        assert numbers == {"SH-000001", "SH-000002", "SH-000007"}
        for command in ("check", "verify"):
            done = machine.run(command)
            assert done.status == 0, done.out


def test_what_is_leased_is_on_the_remote_before_it_is_here(shared: Office) -> None:
    done = shared.run("register", "lease", "record.SH", "record.SH", "--json")  # named twice is leased once
    assert done.json == [{"series": "record.SH", "from": 2, "to": 201}]
    assert git(shared.archive, "rev-parse", "main") == git(shared.run.folder / "hub.git", "rev-parse", "main")


def test_where_the_remote_cannot_be_reached_nothing_is_leased(shared: Office) -> None:
    before = git(shared.archive, "rev-parse", "main")
    shutil.move(shared.run.folder / "hub.git", shared.run.folder / "away.git")
    done = shared.run("register", "lease")
    assert (done.status, "cannot be reached" in done.err) == (4, True)
    assert git(shared.archive, "rev-parse", "main") == before


def hooked(folder: Path, name: str, *lines: str) -> None:
    """Let a hook of a repository do something."""
    hook = folder / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    hook.chmod(0o755)


def test_what_the_remote_refuses_is_not_leased_either_and_its_own_words_are_told(shared: Office) -> None:
    before = git(shared.archive, "rev-parse", "main")
    hooked(shared.run.folder / "hub.git", "pre-receive", "echo closed for the night >&2", "exit 1")
    done = shared.run("register", "lease")
    assert (done.status, git(shared.archive, "rev-parse", "main")) == (4, before)
    assert "\nclosed for the night\n" in done.err
    assert "does not take it" in done.err
    assert not any(wrong in done.err for wrong in ("cannot be reached", "git fetch", "archivectl sync", ";."))


def test_what_the_hook_of_this_machine_finds_is_told_as_it_says_it(shared: Office) -> None:
    before = git(shared.archive, "rev-parse", "main")
    hooked(shared.archive / ".git", "pre-push", "echo '没有第二份。' >&2", "echo 'hint: key remote sync' >&2", "exit 1")
    done = shared.run("register", "lease")
    assert (done.status, git(shared.archive, "rev-parse", "main")) == (4, before)
    assert "holds it back, and says:\n没有第二份。\nhint: key remote sync\nhint: Nothing was sent." in done.err
    assert not any(wrong in done.err for wrong in ("cannot be reached", "git fetch", "archivectl sync"))


def test_who_is_overtaken_while_pushing_takes_in_what_came_first(shared: Office) -> None:
    opened(shared, "乙公司")
    push(shared)
    hooked(shared.run.folder / "hub.git", "update", "git update-ref refs/heads/main main~1")
    done = shared.run("register", "lease")
    assert (done.status, "has commits that are not here yet" in done.err, "archivectl sync" in done.err) == (4, True, True)


def test_who_lacks_what_others_pushed_takes_it_in_first(shared: Office) -> None:
    there = second(shared)
    opened(shared, "乙公司")
    push(shared)
    done = there.run("register", "lease")
    assert (done.status, "archivectl sync" in done.err) == (4, True)
    pull(there)
    assert there.run("register", "lease", "record.SH", "--json").json[0]["from"] == 3


def test_a_number_from_no_block_lies_beyond_all_and_is_said_to_be_provisional(shared: Office) -> None:
    second(shared).run("register", "lease", "record.SH")
    pull(shared)
    done = shared.run(*FIRM, "name=乙公司")
    assert (done.out.strip(), "provisional" in done.err.lower(), "SH-000202" in done.err) == ("SH-000202", True, True)
    assert "SH-000202" in shared.run("show", "202").err
    assert shared.run("show", "1").err == ""
    page = shared.run("report", "card", "202", "-o", str(shared.run.folder / "card.html"))
    assert page.status == 0, page.err
    assert "SH-000202。" in (shared.run.folder / "card.html").read_text("utf-8").split("暂定")[1][:40]
    push(shared)
    shared.run("report", "card", "202", "-o", str(shared.run.folder / "card.html"))
    assert "暂定" not in (shared.run.folder / "card.html").read_text("utf-8")


def test_a_number_of_a_leased_block_is_final_at_once(shared: Office) -> None:
    shared.run("register", "lease", "record.SH")
    done = shared.run(*FIRM, "name=乙公司")
    assert (done.out.strip(), "provisional" in done.err.lower()) == ("SH-000002", False)


def test_a_block_that_is_used_up_is_followed_by_what_is_beyond_all(shared: Office) -> None:
    shared.run("register", "lease", "record.SH", "--size", "2")
    assert [opened(shared, name) for name in "乙丙丁"] == ["SH-000002", "SH-000003", "SH-000004"]
    with shared.acting() as archive:
        assert blocks.provisional(archive) == ["SH-000004"]


def test_a_block_that_was_only_committed_here_does_not_count(shared: Office) -> None:
    shared.run("register", "lease", "record.SH", "--size", "5")
    git(shared.run.folder / "hub.git", "update-ref", "refs/heads/main", "main~1")
    git(shared.archive, "fetch", "--quiet", "origin", "+main:refs/remotes/origin/main")
    assert opened(shared, "乙公司") == "SH-000007"


def test_what_is_leased_already_is_leased_again_only_where_it_runs_out(shared: Office) -> None:
    assert shared.run("register", "lease").status == 0
    assert shared.run("register", "lease", "--json").json == []
    assert shared.run("register", "lease", "record.SH", "--json").json == [{"series": "record.SH", "from": 202, "to": 401}]


def test_a_leased_number_is_no_gap_but_said_to_be_leased(shared: Office) -> None:
    shared.run("register", "lease", "record.SH", "--size", "5")
    there = second(shared)
    there.run("register", "lease", "record.SH", "--size", "5")
    opened(there, "乙公司")
    done = json.loads(there.run("report", "漏号表", "--json").out)
    told = {row[1]: row[4] for table in done["tables"] for row in table["rows"]}
    assert list(told) == ["SH-000002"]
    assert "领用" in told["SH-000002"]


def test_the_register_is_kept_by_the_tool_and_read_like_any_other(shared: Office) -> None:
    shared.run("register", "lease", "record.SH")
    assert shared.run("register", "list", "number-block", "--json").json[0]["id"] == "HD-2026-0001"
    assert "number-block" not in {row["kind"] for row in shared.run("register", "kinds", "--json").json}


def test_who_names_no_series_leases_every_register_of_the_year_in_one_commit(shared: Office) -> None:
    commits = int(git(shared.archive, "rev-list", "--count", "main"))
    leased = {row["series"] for row in shared.run("register", "lease", "--json").json}
    assert int(git(shared.archive, "rev-list", "--count", "main")) == commits + 1
    known = {row["kind"] for row in shared.run("register", "kinds", "--json").json}
    assert leased == {"record.SH", *(f"{kind}.2026" for kind in known)} >= {"record.SH", "handover.2026", "duty.2026"}


@pytest.mark.parametrize(
    "act",
    [
        (*FIRM, "name=乙公司"),
        ("lend", "1", *LEND),
        ("hold", "1", "--forbid", "destroy", "--reason", "诉讼"),
        ("register", "add", "store", "mode=climate", "temperature=21.5", "humidity=44"),
        ("review", "1", "--outcome", "confirmed"),
    ],
)
def test_nothing_is_provisional_after_one_lease(shared: Office, act: tuple[str, ...]) -> None:
    shared.run("register", "lease")
    done = shared.run(*act)
    assert (done.status, "provisional" in done.err.lower()) == (0, False), done.err


def test_in_december_the_numbers_of_the_next_year_are_leased_too(shared: Office) -> None:
    shared.run("register", "lease")
    fresh = {row["series"] for row in shared.run("--today", "2026-12-01", "register", "lease", "--json").json}
    assert {each.rpartition(".")[2] for each in fresh} == {"2027"}
    done = shared.run("--today", "2027-01-04", "lend", "1", *LEND)
    assert (done.json["loan"], "provisional" in done.err.lower()) == ("JY-2027-0001", False)


@pytest.mark.parametrize(
    ("series", "told"),
    [
        ("record.ZZ", "no office “ZZ”"),
        ("loan.2062", "No numbers of 2062"),
        ("loan.2025", "No numbers of 2025"),
        ("x.2026", "x.2026"),
    ],
)
def test_numbers_of_an_office_or_a_year_that_is_none_are_refused_before_anything_is_pushed(
    shared: Office, series: str, told: str
) -> None:
    hub = shared.run.folder / "hub.git"
    before = git(hub, "rev-parse", "main")
    done = shared.run("register", "lease", "record.SH", series)
    assert (done.status, told in done.err) == (3, True)
    assert git(hub, "rev-parse", "main") == before


def test_a_rehearsal_leases_nothing_and_asks_no_remote(shared: Office) -> None:
    before, known = git(shared.archive, "rev-parse", "main"), shared.home.settings()
    shared.home.save_settings({name: value for name, value in known.items() if name != "machine"})
    shared.run.folder.joinpath("hub.git").rename(shared.run.folder / "away.git")
    assert shared.run("register", "lease", "--dry-run").status == 0
    assert git(shared.archive, "rev-parse", "main") == before
    assert "machine" not in shared.home.settings()


def test_a_lease_that_was_killed_after_the_push_is_taken_in_and_used(shared: Office) -> None:
    with shared.acting() as archive:
        pin = shared.home.pin(archive.id)
    before = git(shared.archive, "rev-parse", "main").strip()
    shared.run("register", "lease", "record.SH")
    git(shared.archive, "reset", "--quiet", "--hard", before)
    shared.home.save_pin(pin)
    assert shared.run("register", "lease").status == 4
    pull(shared)
    assert opened(shared, "乙公司") == "SH-000002"
