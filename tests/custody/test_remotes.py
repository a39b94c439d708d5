"""Keyring remotes: added by name, united both ways, kept in the register by themselves, and honest about what is away."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archivectl.custody import places, remotes
from archivectl.encryption import age
from archivectl.encryption.keyring import Keyring
from archivectl.encryption.rows import Row
from archivectl.members.home import Home
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")
ADD = ("key", "remote", "add", "nas")
SYNC = ("key", "remote", "sync")


def nas(office: Office) -> Path:
    return office.run.folder / "nas"


def archive_id(office: Office) -> str:
    return next(office.home.folder.glob("trust/*")).stem


def own(office: Office) -> Keyring:
    return office.home.keyring(archive_id(office))


def remote(office: Office) -> Keyring:
    return Keyring(nas(office) / archive_id(office))


def rows(keyring: Keyring) -> set[Row]:
    return {row for uid in keyring.uids() for row in keyring.rows(uid)}


def copies(office: Office) -> list[tuple[str, str]]:
    with office.acting() as archive:
        return [(str(each.entry.columns["place"]), str(each.entry.columns["name"])) for each in archive.register("key-copy")]


@pytest.fixture
def kept(office: Office) -> Office:
    """An office with two files and a keyring remote."""
    nas(office).mkdir()
    for _ in range(2):
        assert office.run(*PERSON).status == 0
    assert office.run(*ADD, str(nas(office))).status == 0
    return office


def second_machine(office: Office) -> Office:
    """A colleague's machine: a clone of the archive, the same member's identity and pin, and no keys yet."""
    folder = office.run.folder / "second"
    shutil.copytree(office.archive, folder / "archive", symlinks=True)
    shutil.copytree(office.home.folder, folder / "home")
    shutil.rmtree(folder / "home" / "keyrings" / archive_id(office))
    home = Home(folder / "home")
    home.keyring(archive_id(office)).create()
    settings = home.settings()
    home.save_settings({**settings, "machine": "SECONDMACHIN"})
    there = {"ARCHIVECTL_HOME": str(folder / "home"), "ARCHIVECTL_ARCHIVE": str(folder / "archive")}
    return Office(folder / "archive", home, replace(office.run, environment={**office.run.environment, **there}))


def pull(behind: Office, ahead: Office) -> None:
    import subprocess  # noqa: PLC0415 - only here

    command = ["git", "-C", str(behind.archive), "pull", "-q", "--ff-only", str(ahead.archive), "main"]
    subprocess.run(command, check=True, capture_output=True)


def test_adding_a_remote_copies_the_keys_and_enters_it_and_this_machine(kept: Office) -> None:
    assert rows(remote(kept)) == rows(own(kept)) != set()
    assert remote(kept).level_keys() == own(kept).level_keys()
    assert [place for place, _name in copies(kept)] == ["machine", "remote"]
    assert ("remote", "nas") in copies(kept)
    with kept.acting() as archive:
        assert archive.config["keyrings"] == ["nas"]
    assert kept.run("verify").status == 0
    assert kept.run("check").status == 0
    listed = kept.run("key", "remote", "list", "--json").json
    assert [(each["name"], each["here"]) for each in listed] == [("nas", True)]


def test_adding_it_again_adds_nothing_twice(kept: Office) -> None:
    before = copies(kept)
    assert kept.run(*ADD, str(nas(kept))).status == 0
    assert copies(kept) == before


@pytest.mark.parametrize("handle", ["li.na", "chen.jing"])
def test_a_level_key_in_a_remote_that_is_none_is_told_and_not_taken_over(kept: Office, handle: str) -> None:
    """For oneself another key, well formed; for others what is no wrap for them alone."""
    for each in (own(kept), remote(kept)):
        (wrap,) = each.folder.glob(f"levels/secret.1/{handle}.*.age")
        wrap.unlink()
    with kept.acting(handle) as archive:
        recipients = [*archive.me.recipients(), *([age.generate()[1]] if handle == "chen.jing" else ())]
    wrap = remote(kept).folder / "levels" / "secret.1" / wrap.name
    wrap.write_bytes(age.encrypt(f"{age.generate()[0]}\n".encode(), recipients))
    answer = kept.run(*SYNC, "--json")
    assert answer.status == 4
    assert f"archivectl key share {handle}" in answer.json[0]["problems"][0]
    assert handle not in own(kept).level_readers("secret", 1)


def test_a_second_machine_gets_every_key_and_is_entered(kept: Office) -> None:
    second = second_machine(kept)
    assert second.run("show", "1", "--reveal", "name", "--purpose", "核对").status == 5
    assert second.run(*SYNC).status == 0
    assert rows(own(second)) == rows(remote(kept))
    assert second.run("show", "1", "--reveal", "name", "--purpose", "核对").status == 0
    assert ("machine", "SECONDMACHIN") in copies(second)


def test_keys_that_two_machines_add_reach_both(kept: Office) -> None:
    second = second_machine(kept)
    second.run(*SYNC)
    kept.run(*PERSON)
    second.run(*PERSON)
    for office in (kept, second, kept):
        office.run(*SYNC)
    assert rows(own(kept)) == rows(own(second)) == rows(remote(kept))


def test_a_remote_that_is_not_mounted_is_told_and_nothing_is_written_where_it_would_be(kept: Office) -> None:
    shutil.rmtree(nas(kept) / archive_id(kept))
    for folder in (nas(kept) / archive_id(kept), nas(kept)):
        if folder.exists():
            folder.rmdir()
        answer = kept.run(*SYNC, "--json")
        assert (answer.status, answer.json[0]["reached"]) == (4, False)
        assert f"not mounted, {nas(kept)} holds no keyring" in answer.json[0]["problems"][0]
        assert "archivectl key remote sync nas" in answer.json[0]["problems"][0]
        assert not (nas(kept) / archive_id(kept)).exists()
    assert kept.run("key", "remote", "list", "--json").json[0]["here"] is False
    assert "not mounted" in kept.run("key", "remote", "list").out


def in_git(office: Office) -> str:
    import subprocess  # noqa: PLC0415 - only here

    folder = office.run.folder / "clone" / "keys"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder.parent)], check=True)
    return str(folder)


def in_bare(office: Office) -> str:
    import subprocess  # noqa: PLC0415 - only here

    subprocess.run(["git", "init", "-q", "--bare", str(nas(office))], check=True)
    return str(nas(office))


def plain(office: Office) -> str:
    nas(office).mkdir()
    return str(nas(office))


@pytest.mark.parametrize(
    ("name", "folder", "member", "status", "error"),
    [
        ("nas", lambda _office: "/nonexistent/nas", "li.na", 4, "no-folder"),
        ("nas", in_git, "li.na", 3, "not-for-keys"),
        ("nas", in_bare, "li.na", 3, "not-for-keys"),
        ("nas", lambda office: str(office.archive / "customers"), "li.na", 4, "no-folder"),
        ("nas", lambda office: str(office.archive), "li.na", 3, "not-for-keys"),
        ("../nas", plain, "li.na", 2, "bad-remote"),
        ("nas", plain, "wang.wei", 3, "not-allowed"),
    ],
)
def test_a_folder_that_cannot_be_a_remote_is_refused(
    office: Office, name: str, folder: Callable[[Office], str], member: str, status: int, error: str
) -> None:
    answer = office.run("key", "remote", "add", name, folder(office), "--json", member=member)
    assert (answer.status, answer.json["error"]) == (status, error)
    with office.acting() as archive:
        assert archive.config["keyrings"] == []
        assert places.listed(archive) == []


def test_a_name_that_is_none_is_told(kept: Office) -> None:
    answer = kept.run(*SYNC, "cloud", "--json")
    assert (answer.status, answer.json["error"]) == (2, "no-such-remote")


def test_a_name_without_a_folder_on_this_machine_is_told(kept: Office) -> None:
    settings = kept.home.settings()
    settings["archives"][archive_id(kept)].pop("keyrings")
    kept.home.save_settings(settings)
    answer = kept.run(*SYNC, "--json")
    assert (answer.status, "no folder is set" in answer.json[0]["problems"][0]) == (4, True)
    assert kept.run(*ADD, str(nas(kept))).status == 0, "who is no administrator may still say where it lies"


def test_a_lost_keyring_is_named_with_the_way_back(kept: Office) -> None:
    shutil.rmtree(own(kept).folder)
    answer = kept.run(*SYNC, "--json")
    assert (answer.status, answer.json["error"]) == (4, "keyring-away")
    assert "archivectl key restore" in answer.json["hint"]


def status_of(office: Office, place: str) -> str:
    answer = office.run("destroy", "verify", "XH-1", "--json").json
    return next(str(each["status"]) for each in answer["copies"] if each["copy"].startswith(place))


def test_a_destruction_reaches_the_remotes_that_are_there(kept: Office) -> None:
    uid = kept.destroy()
    assert remote(kept).rows(uid) == []
    assert status_of(kept, "remote") == "verified"


def test_a_remote_that_was_away_is_unverified_until_it_is_united_with(kept: Office) -> None:
    nas(kept).rename(nas(kept).with_name("away"))
    uid = kept.destroy()
    assert status_of(kept, "remote") == "unverified"
    nas(kept).with_name("away").rename(nas(kept))
    assert remote(kept).rows(uid)
    answer = kept.run(*SYNC, "--json")
    assert (answer.status, answer.json[0]["destroyed"]) == (0, 1)
    assert remote(kept).rows(uid) == own(kept).rows(uid) == []
    nas(kept).rename(nas(kept).with_name("away"))
    assert status_of(kept, "remote") == "verified", "the register keeps the acknowledgement"
    assert kept.run("verify").status == 0


def test_a_destroyed_key_does_not_come_back_from_another_machine(kept: Office) -> None:
    second = second_machine(kept)
    second.run(*SYNC)
    pull(kept, second)
    uid = kept.destroy()
    assert own(second).rows(uid), "the other machine knows nothing of it yet"
    second.run(*SYNC)
    kept.run(*SYNC)
    assert own(kept).rows(uid) == remote(kept).rows(uid) == []
    pull(second, kept)
    assert second.run(*SYNC).status == 0
    assert own(second).rows(uid) == remote(kept).rows(uid) == []
    pull(kept, second)
    statuses = {each["copy"]: each["status"] for each in kept.run("destroy", "verify", "XH-1", "--json").json["copies"]}
    assert statuses["machine:SECONDMACHIN"] == "verified", "each machine acknowledges for itself"


def test_a_rotation_reaches_the_remote_and_the_old_wraps_go(kept: Office) -> None:
    assert kept.run("key", "rotate", "confidential", "--reason", "例行").status == 0
    assert {row.generation for row in rows(remote(kept))} == {2}
    second = second_machine(kept)
    assert second.run(*SYNC).status == 0
    assert {row.generation for row in rows(own(second))} == {2}


def test_a_machine_that_is_behind_brings_no_old_wraps_back_for_good(kept: Office) -> None:
    second = second_machine(kept)
    second.run(*SYNC)
    pull(kept, second)
    kept.run("key", "rotate", "confidential", "--reason", "例行")
    second.run(*SYNC)
    kept.run(*SYNC)
    assert {row.generation for row in rows(remote(kept))} == {2}
    pull(second, kept)
    second.run(*SYNC)
    assert {row.generation for row in rows(own(second))} == {2}


def test_whoever_may_not_keep_the_register_unites_all_the_same(kept: Office) -> None:
    kept.run(*PERSON, member="wang.wei")
    assert kept.run(*SYNC, member="wang.wei").status == 0
    assert rows(remote(kept)) == rows(own(kept))


def alone(office: Office) -> list[tuple[str, ...]]:
    with office.acting() as archive:
        return [each.uids for each in remotes.uncopied(archive)]


def test_commits_whose_keys_lie_on_this_machine_alone_are_named(office: Office) -> None:
    nas(office).mkdir()
    office.run(*PERSON)
    with office.acting() as archive:
        uid = archive.record("1").uid
        assert [(each.commit, each.uids) for each in remotes.uncopied(archive)] == [(archive.tip, (uid,))]
    office.run(*ADD, str(nas(office)))
    assert alone(office) == []
    office.run(*PERSON)
    assert len(alone(office)) == 1
    office.run(*SYNC)
    assert alone(office) == []


def test_what_a_remote_held_when_it_was_last_there_has_a_second_copy(kept: Office) -> None:
    nas(kept).rename(nas(kept).with_name("away"))
    assert alone(kept) == []
    kept.run(*PERSON)
    assert len(alone(kept)) == 1


def test_keys_that_are_in_no_keyring_are_not_said_to_have_a_copy(kept: Office) -> None:
    """The keyring was lost after a file was made, and an older one put back; uniting with the remote brings it no key."""
    kept.run(*PERSON)
    with kept.acting() as archive:
        uid = archive.record("3").uid
    own(kept).remove([uid])
    for _ in range(2):
        with kept.acting() as archive:
            assert [each.lost for each in remotes.uncopied(archive)] == [(uid,)]
        assert kept.run(*SYNC).status == 0


def test_keys_of_what_was_destroyed_are_missed_by_nobody(kept: Office) -> None:
    uid = kept.destroy("1")
    assert uid not in {row.uid for row in rows(own(kept))}
    kept.run(*SYNC)
    assert alone(kept) == []


def test_what_others_have_already_is_not_asked_for(office: Office) -> None:
    office.run(*PERSON)
    with office.acting() as archive:
        assert remotes.uncopied(archive, known=[archive.tip]) == ()
        tip = archive.tip
    office.run(*PERSON)
    with office.acting() as archive:
        assert len(remotes.uncopied(archive, known=[tip])) == 1
        assert remotes.uncopied(archive, until=tip, known=[tip]) == ()


def test_a_backup_is_a_second_copy_until_it_is_discarded(office: Office) -> None:
    office.run(*PERSON)
    assert len(alone(office)) == 1
    office.run("backup", "make", "backup")
    assert alone(office) == []
    office.run("register", "step", "BF-1", "discard", "reason=介质损坏")
    assert len(alone(office)) == 2, "the file's, and that of the reason just given"


def test_a_single_copy_is_accepted_on_record_for_what_is_committed_by_then(office: Office) -> None:
    office.run(*PERSON)
    refused = office.run(*SYNC, "--accept-single-copy", "--json")
    assert (refused.status, refused.json["error"]) == (2, "reason-for-single")
    assert office.run(*SYNC, "--accept-single-copy", "--reason", "共享盘维修").status == 0
    assert alone(office) == []
    assert office.run("register", "show", "MY-1").status == 0
    assert office.run("verify").status == 0
    office.run(*PERSON)
    assert len(alone(office)) == 1


def test_a_remote_that_takes_no_new_wraps_is_told_and_what_was_done_stands(kept: Office) -> None:
    levels = remote(kept).folder / "levels"
    shutil.move(levels, kept.run.folder / "levels")
    levels.write_bytes(b"")  # as a share that is full, or went away: nothing can be put there
    sheet = next(kept.home.folder.glob("recovery/*.txt"))
    sheet.unlink()
    answer = kept.run("key", "recovery", "--reason", "恢复单遗失", "--json")
    assert (answer.status, answer.json["file"], answer.json["away"]) == (0, str(sheet), ["nas"])
    assert "archivectl key remote sync nas" in kept.run("key", "share", "sun.yan").out
    levels.unlink()
    shutil.move(kept.run.folder / "levels", levels)
    assert kept.run("key", "share", "sun.yan", "--json").json["away"] == []
    assert kept.run(*SYNC).status == 0
    assert remote(kept).level_readers("confidential", 1) == own(kept).level_readers("confidential", 1)
