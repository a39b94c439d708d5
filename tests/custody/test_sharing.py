"""Sharing: whoever holds a level's key wraps it for who is cleared, and what is not the archive's key counts for nothing."""

import json
from pathlib import Path

import pytest

from archivectl.custody import sharing
from archivectl.encryption import age
from archivectl.encryption.keyring import LevelKeyShut
from office import Office

PERSON = ("create", "--subject", "person", "--set", "name=张三", "--set", "phone=13800138000")


def wraps(office: Office, handle: str) -> list[Path]:
    return sorted(office.home.folder.glob(f"keyrings/*/levels/*/{handle}.*.age"))


def reveal(office: Office, member: str) -> int:
    return office.run("show", "1", "--reveal", "name", "--purpose", "核对", member=member).status


def test_sharing_with_a_member_wraps_every_generation_of_what_they_are_cleared_for(office: Office) -> None:
    office.run(*PERSON)
    office.run("key", "rotate", "confidential", "--reason", "例行")
    for path in wraps(office, "chen.jing"):
        path.unlink()
    assert reveal(office, "chen.jing") == 5
    with office.acting() as archive:
        assert sharing.share(archive, "chen.jing") == ()
    assert [path.parent.name for path in wraps(office, "chen.jing")] == ["confidential.1", "confidential.2", "secret.1"]
    assert reveal(office, "chen.jing") == 0


def test_what_the_actor_cannot_open_is_left_to_somebody_else(office: Office) -> None:
    for path in wraps(office, "chen.jing"):
        path.unlink()
    with office.acting("zhao.lei") as archive:
        assert sharing.share(archive, "chen.jing") == ("secret",)
    answer = office.run("key", "share", "chen.jing", "--json", member="zhao.lei")
    assert answer.status == 5
    assert [each["level"] for each in answer.json["left"]] == ["secret"]
    assert office.run("key", "share", member="li.na").status == 0


def test_it_is_a_duty_of_those_who_can(office: Office) -> None:
    def duties(member: str) -> list[str]:
        return [each["duty"] for each in office.run("todo", "--json", member=member).json]

    assert "key.share" not in duties("li.na")
    for path in wraps(office, "sun.yan"):
        path.unlink()
    assert "key.share" in duties("li.na")
    assert "key.share" in duties("zhao.lei")
    assert "key.share" not in duties("wang.wei"), "who is cleared for nothing holds no key to share"
    assert "key.share" not in duties("sun.yan")
    office.run("key", "share")
    assert "key.share" not in duties("li.na")


def test_a_replaced_level_key_is_not_passed_on(office: Office) -> None:
    """Somebody who can write to the keyring wraps a key of their own for a reader, under the name of the archive's."""
    with office.acting() as archive:
        archive.keyring.store_level("secret", 1, "li.na", archive.me.recipients()[0], age.generate()[0])
    with office.acting() as archive:
        with pytest.raises(LevelKeyShut):
            sharing.secret(archive, "secret", 1)
        assert sharing.share(archive, "chen.jing") == ("secret",)
    listed = office.run("key", "list", "--json").json["levels"]
    assert [each["here"] for each in listed if each["level"] == "secret"] == ["damaged or another key"]


def test_a_spoilt_wrap_is_made_anew_for_whom_is_named(office: Office) -> None:
    office.run(*PERSON)
    for path in wraps(office, "zhao.lei"):
        path.write_bytes(path.read_bytes()[:-9])
    assert reveal(office, "zhao.lei") == 5
    assert office.run("key", "share", "zhao.lei").status == 0
    assert reveal(office, "zhao.lei") == 0


def test_a_dry_run_shares_nothing(office: Office) -> None:
    for path in wraps(office, "sun.yan"):
        path.unlink()
    answer = office.run("--dry-run", "key", "share", "--json")
    assert json.loads(answer.out)["shared"][0]["handle"] == "sun.yan"
    assert wraps(office, "sun.yan") == []
