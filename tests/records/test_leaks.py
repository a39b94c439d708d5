"""What gives a person away in a text, however it is written; what only looks like it; and what a clear field may hold."""

import pytest

from archivectl.records import leaks

ID, CARD, MOBILE = "ID number", "card number", "mobile number"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("证号 11010519491231002X", [ID]),
        ("ID11010519491231002x。", [ID]),
        ("110105 19491231 002X", [ID]),
        ("110105-1949-1231-002X", [ID]),
        ("１１０１０５１９４９１２３１００２Ｘ", [ID]),
        ("4111111111111111", [CARD]),
        ("卡号4111-1111-1111-1111", [CARD]),
        ("6222 0212 3456 7890", [CARD]),
        ("tel13800138000", [MOBILE]),
        ("１３８００１３８０００", [MOBILE]),
        ("138 0013 8000", [MOBILE]),
        ("138.0013.8000", [MOBILE]),
        ("138·0013·8000", [MOBILE]),
        ("+86-138-0013-8000", [MOBILE]),
        ("8613800138000", [MOBILE]),
        ("2026-03-02 138 0013 8000", [MOBILE]),
        ("13800138000 13900139000", [MOBILE, MOBILE]),
        ("张三 13800138000 11010519491231002X", [MOBILE, ID]),
    ],
)
def test_an_identifier_is_found_however_it_is_written(text: str, what: list[str]) -> None:
    assert leaks.found(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 2026-03-16",
        "2026-03-13 2026-03-16 1",
        "2026.03.13至2026.03.16",
        "20260302 20260316",
        "20260302101530123",
        "1500.00 12000.50",
        "1 380 013 800",
        "订单 23800138000",
        "订单 113800138000",
        "138001380001",
        "a13800138000",
        "cafe13800138000ab",
        "550e8400-e29b-41d4-a716-446655440000",
        "SH-000212 SH-000213",
        "021-5555 0101",
        "110105194912310021",
        "110105 19491331 0021",
        "4111111111111112",
        "3.14159265358979323",
    ],
)
def test_dates_amounts_and_longer_codes_are_none(text: str) -> None:
    assert leaks.found(text) == []


@pytest.mark.parametrize(
    ("path", "value", "subject", "what"),
    [
        ("registration.scope", "联系人张三 138 0013 8000", "organisation", MOBILE),
        ("former_names", ["甲", "11010519491231002X"], "organisation", ID),
        ("documents[dAAAAA].title", "11010519491231002X 身份证复印件", "organisation", ID),
        ("filing.firm", "4111 1111 1111 1111", "person", CARD),
        ("registration.scope", "13800138000", "person", None),
        ("phone", "13800138000", "organisation", None),
        ("fax", "13800138000", "organisation", None),
        ("identity.uscc", "91350100M000100Y43", "organisation", None),
        ("source.external_id", "13800138000", "person", None),
        ("size.turnover", "13800138000", "organisation", None),
        ("filing.pages", 13800138000, "organisation", None),
        ("no.such", "13800138000", "organisation", None),
    ],
)
def test_a_clear_field_tells_unless_it_may_hold_such_a_number(path: str, value: object, subject: str, what: str | None) -> None:
    assert leaks.tells(path, value, subject) == what


@pytest.mark.parametrize("value", ["王老五", ["赵四", "王老五"], {"name": "王老五"}, "王 老五", 50000, "010-5555 0103"])
def test_a_text_that_repeats_what_is_in_hand_is_refused(value: object) -> None:
    with pytest.raises(leaks.Telltale):
        leaks.refuse("曾用名王老五，余额５００００，电话 010 55550103", ["李四", value])


@pytest.mark.parametrize("value", ["李四", "男", 26, 26.5, True, None, "", "-", ["赵四"]])
def test_a_text_that_repeats_nothing_is_taken(value: object) -> None:
    leaks.refuse("2026 年男装换季 - 更正", [value])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("customers/SH/0/SH-000001.yaml", "customers/SH/0/SH-000001.yaml"),
        ("customers/SH/0/13800138000.pdf", "customers/SH/0/•••••••••••.pdf"),
        ("refs/heads/110105 19491231 002X", "refs/heads/•••••• •••••••• •••X"),
    ],
)
def test_a_name_is_shown_without_the_digits_that_identify(name: str, shown: str) -> None:
    assert leaks.masked(name) == shown
