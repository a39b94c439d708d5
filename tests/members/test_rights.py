"""What is more and what is less: the one answer that commands and ``verify`` give."""

from collections.abc import Mapping
from typing import Any

import pytest

from archivectl.members import countersigners, rights
from archivectl.members.member import Key, Member

AGE, SSH = Key("age1a", "2026-03-02", "li.na", None), Key("ssh-ed25519 A", "2026-03-02", "li.na", None)
CLERK = Member("wang.wei", "王伟", "w@example.cn", None, ("clerk",), ("clerk",), "confidential", None, (AGE,), (SSH,))
GONE = "2026-03-03"


def key(public: str, retired: str | None = None) -> Key:
    return Key(public, "2026-03-03", "li.na", retired)


# What changes, the fields in which that is more, whether a member may do it to themselves, the levels to rotate.
CHANGES: dict[str, tuple[dict[str, Any], tuple[str, ...], bool, tuple[str, ...]]] = {
    "nothing": ({}, (), True, ()),
    "a post more": ({"posts": ("clerk", "manager")}, ("posts",), False, ()),
    "a post less": ({"posts": ()}, (), True, ()),
    "one post for another": ({"posts": ("manager",)}, ("posts",), False, ()),
    "a role more": ({"roles": ("clerk", "admin")}, ("roles",), False, ()),
    "a role less": ({"roles": ()}, (), True, ()),
    "a higher clearance": ({"clearance": "secret"}, ("clearance",), False, ()),
    "a lower clearance": ({"clearance": "internal"}, (), True, ("confidential",)),
    "another department": ({"department": "财务部"}, ("department",), False, ()),
    "another name": ({"name": "陈静"}, (), False, ()),
    "another address": ({"email": "c@example.cn"}, (), False, ()),
    "one who left": ({"retired": GONE}, (), True, ("confidential",)),
    "an age key more": ({"age": (AGE, key("age1b"))}, ("age",), False, ()),
    "a retired age key more": ({"age": (AGE, key("age1b", GONE))}, (), True, ()),
    "an age key less": ({"age": (AGE._replace(retired=GONE),)}, (), True, ("confidential",)),
    "a signing key more": ({"signing": (SSH, key("ssh-ed25519 B"))}, ("signing",), False, ()),
    "a signing key less": ({"signing": (SSH._replace(retired=GONE),)}, (), True, ()),
    "a post less and a role more": ({"posts": (), "roles": ("auditor",)}, ("roles",), False, ()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_more_or_less(name: str) -> None:
    change, more, own, levels = CHANGES[name]
    after = CLERK._replace(**change)
    assert rights.gained(CLERK, after) == more
    assert rights.gave_up(CLERK, after) == own
    assert rights.lost(CLERK, after) == levels


BACK: Mapping[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a member back": ({"retired": None}, ("retired",)),
    "a key back": ({"age": (AGE,)}, ("age",)),
}


@pytest.mark.parametrize("name", BACK)
def test_who_or_what_was_retired_comes_back_as_something_more(name: str) -> None:
    change, more = BACK[name]
    before = CLERK._replace(retired=GONE, age=(AGE._replace(retired=GONE),))
    assert rights.gained(before, before._replace(**change)) == more
    assert rights.lost(before, before._replace(**change)) == ()


def test_a_new_member_is_more() -> None:
    assert rights.gained(None, CLERK)
    assert not rights.gave_up(CLERK, None)


KEYS: Mapping[str, tuple[tuple[Key, ...], bool]] = {
    "retired": ((AGE._replace(retired=GONE),), True),
    "one more": ((AGE, key("age1b")), True),
    "gone": ((), False),
    "another": ((key("age1b"),), False),
    "made by another": ((AGE._replace(made_by="x"),), False),
    "dated otherwise": ((AGE._replace(since="2020-01-01"),), False),
    "behind another": ((key("age1b"), AGE), False),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_stand_where_they_stood(name: str) -> None:
    after, stands = KEYS[name]
    assert rights.kept((AGE,), after) == stands


def people(*titles: str) -> dict[str, Member]:
    """Members called a, b, c … with one role or post each."""
    return {
        handle: CLERK._replace(handle=handle, roles=(title,) if title == "admin" else (), posts=(title,))
        for handle, title in zip("abcdef", titles, strict=False)
    }


POSTS = frozenset({"admin", "manager"})
OFFICES: Mapping[str, tuple[tuple[str, ...], int, int]] = {
    "the founder alone": (("admin",), 1, 0),
    "a clerk does not count": (("admin", "clerk"), 1, 0),
    "a manager does": (("admin", "manager"), 1, 1),
    "a second administrator does": (("admin", "admin"), 1, 1),
    "one of two that are asked for": (("admin", "manager"), 2, 1),
    "two of two": (("admin", "manager", "manager"), 2, 2),
    "nothing is asked for": (("admin", "manager"), 0, 0),
}


@pytest.mark.parametrize("name", OFFICES)
def test_so_many_must_countersign_for_somebody_new(name: str) -> None:
    titles, asked, needed = OFFICES[name]
    assert countersigners.needed(people(*titles), POSTS, asked, {"a", "new"}) == needed


def test_who_gets_the_rights_is_no_help_once_there_were_enough() -> None:
    assert countersigners.needed(people("admin", "manager"), POSTS, 1, {"a", "b"}) == 1


@pytest.mark.parametrize(
    "lost",
    [{"retired": GONE}, {"posts": ()}, {"signing": ()}, {"signing": (SSH._replace(retired=GONE),)}],
    ids=["left", "without the post", "without a key", "with a retired key"],
)
def test_those_who_countersign_are_not_taken_away(lost: dict[str, Any]) -> None:
    before = people("admin", "manager", "clerk")
    after = {**before, "b": before["b"]._replace(**lost)}
    assert countersigners.falls_short(before, after, POSTS, 1)
    assert not countersigners.falls_short(before, {**after, "c": before["b"]}, POSTS, 1)
    assert not countersigners.falls_short(after, after, POSTS, 1)
    assert not countersigners.falls_short(before, after, POSTS, 0)


def test_an_administrator_is_one_who_can_still_sign() -> None:
    admin = people("admin")["a"]
    lost = [admin._replace(retired=GONE), admin._replace(signing=()), admin._replace(signing=(SSH._replace(retired=GONE),))]
    assert [rights.administrators({"a": each}) for each in (admin, *lost)] == [["a"], [], [], []]
