"""Which identifiers are refused, which only get advice."""

import pytest

from archivectl.records import identifiers

GOOD = [
    ("cn_id", "11010519491231002X"),
    ("cn_id", "440524188001010014"),  # GB 11643-1999, appendix
    ("cn_id", "810000199408230021"),  # residence permit of Hong Kong
    ("cn_id", "911124198108030024"),  # permanent residence permit of a foreigner
    ("uscc", "91350100M000100Y43"),
    ("uscc", "91110000600037341L"),
    ("date", "2024-02-29"),
    ("date", "2026-03-02T14:30"),
    ("span", "14d"),
    ("span", "unlimited"),
    ("phone", "anything at all"),
    ("email", "anything at all"),
    ("region", "anything at all"),
    ("", "anything at all"),
]


@pytest.mark.parametrize(("check", "value"), GOOD)
def test_what_can_be_right_is_not_refused(check: str, value: str) -> None:
    assert identifiers.refusal(check, value) is None


@pytest.mark.parametrize(
    ("check", "value", "told"),
    [
        ("cn_id", "1101051949123100", "18 characters"),
        ("cn_id", "11010519491231002x", "17 digits"),
        ("cn_id", "1101051949123100AX", "17 digits"),
        ("cn_id", "001105194912310020", "region"),
        ("cn_id", "991124198108030024", "region"),
        ("cn_id", "110105194913310027", "date of birth"),
        ("cn_id", "110105194902300020", "date of birth"),
        ("cn_id", "110105194912310021", "check digit"),
        ("uscc", "91350100M000100Y4", "18 characters"),
        ("uscc", "91350100M0001O0Y43", "without I, O, S, V and Z"),
        ("uscc", "B1350100M000100Y43", "registering authority"),
        ("uscc", "913501A0M000100Y43", "region"),
        ("uscc", "91350100M000100Y44", "check digit"),
        ("date", "2026-02-30", "calendar"),
        ("date", "2.3.2026", "written as"),
        ("span", "two weeks", "written as"),
    ],
)
def test_a_refusal_names_the_check_that_failed(check: str, value: str, told: str) -> None:
    refused = identifiers.refusal(check, value)
    assert refused is not None
    assert told in refused
    assert value not in refused


@pytest.mark.parametrize(
    ("check", "value", "good"),
    [
        ("email", "li.na@example.cn", True),
        ("email", "li.na@example", False),
        ("email", "li.na", False),
        ("phone", "13800138000", True),
        ("phone", "+86 10 6552 9988", True),
        ("phone", "+1 650-253-0000", True),
        ("phone", "1380013800", False),
        ("phone", "见名片", False),
        ("region", "上海市", True),
        ("region", "浦东新区", True),
        ("region", "崇文区", True),
        ("region", "310115", True),
        ("region", "London", True),
        ("region", "杭州", False),
        ("region", "319999", False),
        ("cn_id", "11010519491231002X", True),
        ("cn_id", "810000199408230021", True),
        ("cn_id", "119999194912310020", False),
        ("", "anything at all", True),
    ],
)
def test_advice_is_given_where_a_value_looks_wrong(check: str, value: str, good: bool) -> None:  # noqa: FBT001
    given = identifiers.advice(check, value)
    assert (given is None) == good
    assert given is None or value not in given


@pytest.mark.parametrize("first", ["A", "N", "Y"])
def test_codes_of_authorities_that_the_library_does_not_know_are_taken(first: str) -> None:
    taken = [f"{first}1350100M000100Y4{last}" for last in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    assert len([code for code in taken if identifiers.refusal("uscc", code) is None]) == 1


@pytest.mark.parametrize(
    ("number", "abroad"),
    [
        *(("(02) 2345-6789", True), ("030-0074321", True)),
        *((number, False) for number in ("1380013800", "138001380", "12", "5555555", "01887370")),
    ],
)
def test_a_number_of_another_country_is_told_apart_from_one_that_is_none(number: str, abroad: bool) -> None:  # noqa: FBT001
    assert ("another country" in str(identifiers.advice("phone", number))) is abroad
