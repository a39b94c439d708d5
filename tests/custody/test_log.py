"""Two machines that both read: their logs are united by the command that comes before the push, and nothing is lost."""

from pathlib import Path

import pytest

from archivectl.custody import log
from archivectl.encryption.access_log import BRANCH, readings
from archivectl.members.signing import armor
from archivectl.store.transaction import Draft, commit
from archivectl.verifying import reads
from machines import connect, git, pull, routine, second
from office import Office

SYNC = ("key", "remote", "sync")


@pytest.fixture
def pair(office: Office, tmp_path: Path) -> tuple[Office, Office]:
    """Two machines that a git remote and a keyring remote lie between, with git's hooks and numbers of their own."""
    (tmp_path / "nas").mkdir()
    office.run("create", "--subject", "person", "--set", "name=张三")
    assert office.run("key", "remote", "add", "nas", str(tmp_path / "nas")).status == 0
    connect(office)
    both = office, second(office)
    for machine in both:
        assert machine.run("register", "lease", "record.SH").status == 0
        pull(both[1])
        assert machine.run("git-hook", "install").status == 0
        git(machine.archive, "config", "user.name", "李娜")
        git(machine.archive, "config", "user.email", "li.na@example.cn")
    return both


def read(machine: Office, purpose: str) -> None:
    assert machine.run("show", "1", "--reveal", "--purpose", purpose).status == 0


def read_there(machine: Office) -> list[str]:
    with machine.acting() as archive:
        return sorted(access.purpose for _by, access in readings(archive.repository))


def fetch(machine: Office) -> None:
    git(machine.archive, "fetch", "--quiet", "origin")


def logged(machine: Office) -> str:
    return git(machine.archive, "rev-parse", BRANCH).strip()


def sound(machine: Office) -> bool:
    """Whether nothing is wrong with the access log, even where none of it was verified before."""
    with machine.acting() as archive:
        return not [*reads.judge(archive.repository, archive.members, logged(machine), None), *reads.verify(archive)]


def test_the_routine_of_the_readme_carries_what_both_machines_did_and_read_round_after_round(pair: tuple[Office, Office]) -> None:
    said = [f"{day}{seat}" for day in "一二" for seat in "甲乙"]
    for day in "一二":
        for machine, seat in zip(pair, "甲乙", strict=True):  # both read and write before either pushes
            read(machine, f"{day}{seat}")
            assert machine.run("create", "--subject", "person", "--set", "name=李四").status == 0
        for machine in (*pair, pair[0]):
            pushed = routine(machine)
            assert pushed.returncode == 0, pushed.stderr
    assert read_there(pair[0]) == read_there(pair[1]) == sorted(said)
    assert logged(pair[0]) == git(pair[0].run.folder / "hub.git", "rev-parse", BRANCH).strip()
    assert sound(pair[0])
    assert sound(pair[1])
    for machine in pair:
        assert machine.run("verify").status == 0


def test_before_anybody_read_anything_the_routine_works_as_well(pair: tuple[Office, Office]) -> None:
    for machine in pair:
        pushed = routine(machine)
        assert pushed.returncode == 0, pushed.stderr
    assert not git(pair[0].run.folder / "hub.git", "branch", "--list", BRANCH)


def test_without_the_sync_a_log_that_others_added_to_is_not_pushed(pair: tuple[Office, Office]) -> None:
    for machine in pair:
        read(machine, "核对")
    assert routine(pair[0]).returncode == 0
    assert "[rejected]" in routine(pair[1], BRANCH, sync=False).stderr


def test_a_machine_that_has_read_nothing_takes_the_log_as_it_is(pair: tuple[Office, Office]) -> None:
    read(pair[0], "核对")
    assert routine(pair[0]).returncode == 0
    fetch(pair[1])
    assert "read on other machines" in pair[1].run(*SYNC).out
    assert logged(pair[1]) == logged(pair[0])
    assert "read on other machines" not in pair[1].run(*SYNC).out
    assert sound(pair[1])


def test_logs_are_united_without_any_keyring_remote(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "name=甲公司", "--set", "contacts[cAAAAA].name=张三")
    connect(office)
    there = second(office)
    for machine in (office, there):
        read(machine, "核对")
    git(there.archive, "push", "--quiet", "origin", BRANCH)
    theirs = logged(there)
    fetch(office)
    assert office.run(*SYNC).status == 0
    assert git(office.archive, "merge-base", theirs, BRANCH).strip() == theirs
    assert sound(office)


def test_where_nothing_was_fetched_and_in_a_rehearsal_the_log_stays_as_it_is(pair: tuple[Office, Office]) -> None:
    for machine in pair:
        read(machine, "核对")
    before = logged(pair[0])
    with pair[0].acting() as archive:
        assert not log.unite(archive)
    git(pair[1].archive, "push", "--quiet", "origin", BRANCH)
    fetch(pair[0])
    with pair[0].acting() as archive:
        archive.rehearsal = True
        assert log.unite(archive)
    assert logged(pair[0]) == before


def test_a_log_that_was_rewritten_elsewhere_is_told_after_the_keys_were_united(pair: tuple[Office, Office]) -> None:
    read(pair[0], "核对")
    path = next(iter(git(pair[0].archive, "ls-tree", "-r", "--name-only", BRANCH).split()))
    git(pair[1].archive, "switch", "--quiet", "--orphan", "forged")
    file = pair[1].archive / path
    file.parent.mkdir(parents=True)
    file.write_text("{}\n")
    git(pair[1].archive, "add", path)
    git(pair[1].archive, "commit", "--quiet", "--no-verify", "-m", "read: reveal")
    git(pair[1].archive, "push", "--quiet", "--no-verify", "origin", f"HEAD:{BRANCH}")
    fetch(pair[0])
    before = logged(pair[0])
    done = pair[0].run(*SYNC)
    assert (done.status, "nothing new on either side" in done.out, "differ in what was entered earlier" in done.err) == (
        4,
        True,
        True,
    )
    assert logged(pair[0]) == before


@pytest.mark.parametrize("more", [(), ("三",)], ids=["taken as it is", "united"])
def test_a_reading_that_was_cut_out_elsewhere_is_found_once_the_log_is_here(
    pair: tuple[Office, Office], more: tuple[str]
) -> None:
    for purpose in "一二":
        read(pair[0], purpose)
    assert routine(pair[0]).returncode == 0
    assert routine(pair[1]).returncode == 0
    with pair[1].acting() as archive:
        base = archive.repository.tip(BRANCH)
        path = next(archive.repository.tree(BRANCH)).path
        first = (archive.repository.read(BRANCH, path) or b"").splitlines(keepends=True)[0]
        draft = Draft(base, {path: first}, "read: reveal\n", "x", "x@example.cn", archive.at, BRANCH)
        commit(archive.repository, draft, lambda text: armor(archive.signer.sign(text, "git")))
    git(pair[1].archive, "push", "--quiet", "--no-verify", "origin", BRANCH)
    for purpose in more:
        read(pair[0], purpose)
    fetch(pair[0])
    assert pair[0].run(*SYNC).status == 0
    with pair[0].acting() as archive:
        assert reads._CUT in {finding.message for finding in reads.verify(archive)}
