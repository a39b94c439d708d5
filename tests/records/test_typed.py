"""What people type becomes the typed value of a field, or is refused without being repeated."""

from typing import Any

import pytest

from archivectl.records import fields, schema, typed

BASE = {"schema": 1, "uid": "A" * 26, "number": None, "status": "draft"}


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("name", "  张三 ", "张三"),
        ("phone", "０１０－５５５５ ０１００", "010-5555 0100"),
        ("identity.uscc", "9135 0100 m000100y43", "91350100M000100Y43"),
        ("identity.id_number", "11010519491231002x", "11010519491231002X"),
        ("size.staff", "１，２００", 1200),
        ("size.turnover", "¥1,200.50", "1200.50"),
        ("registration.capital", "USD 1000000", "USD 1000000"),
        ("registration.capital", "5000000元", "5000000"),
        ("registration.capital", "3万元", "30000"),
        ("registration.capital", "人民币1,200.5万", "12005000"),
        ("registration.capital", "１．２亿", "120000000"),
        ("registration.capital", "5百万元", "5000000"),
        ("registration.capital", "2 万亿", "2000000000000"),
        ("registration.capital", "USD 1.23456万", "USD 12345.6"),
        ("finances.years[].profit", "-3.5万", "-35000"),
        ("business.results[].quantity", "-2", "-2"),
        ("lease.area", "88.5", "88.5"),
        ("retention.settled", "是", True),
        ("retention.settled", "FALSE", False),
        ("registration.founded", "1998年3月2日", "1998-03-02"),
        ("registration.founded", "1998/3/2", "1998-03-02"),
        ("registration.founded", "19980302", "1998-03-02"),
        ("registration.founded", "1998-03-02 9:05", "1998-03-02T09:05"),
        ("registration.founded", "1998-03-02T14:30", "1998-03-02T14:30"),
        ("secrecy", "机密", "secret"),
        ("secrecy", "Top Secret", "top-secret"),
        ("person.sex", "女", "female"),
        ("contacts[].role", "决策人", "decision-maker"),
        ("contacts[].role", "门卫", "门卫"),
        ("filing.media", "纸质、电子", ["paper", "electronic"]),
        ("former_names", "甲公司，乙公司", ["甲公司", "乙公司"]),
        ("note", " 两行\n文字\n", "两行\n文字"),
    ],
)
def test_what_people_type_is_understood(path: str, text: str, value: Any) -> None:
    field = fields.vocabulary()[path]
    made = typed.typed(field, text)
    assert made == value
    assert type(made) is type(value)
    data: dict[str, Any] = {**BASE, "subject": field.subjects[0]}
    fields.set_(data, path.replace("[]", "[cK3F7Q]"), made)
    assert schema.explain_plain(data, field.subjects[0]) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("size.staff", "12.5"),
        ("size.staff", "一百"),
        ("size.staff", "-3"),
        ("size.turnover", "-500"),
        ("size.turnover", "五百万"),
        ("size.turnover", "USD3万"),
        ("lease.area", "3万"),
        ("lease.area", "-88.5"),
        ("interactions[].quantity", "--2"),
        ("lease.area", "1e3"),
        ("retention.settled", "也许"),
        ("registration.founded", "2026-02-30"),
        ("registration.founded", "2026131"),
        ("registration.founded", "2026-03-02T25:00"),
        ("secrecy", "很密"),
        ("filing.media", "纸质、石板"),
        ("phone", "两行\n文字"),
        ("name", " "),
        ("note", "\n"),
        ("former_names", "、"),
        ("address", "上海市"),
        ("contacts", "王伟"),
    ],
)
def test_what_is_no_value_of_the_field_is_refused_by_its_title_and_not_repeated(path: str, text: str) -> None:
    field = fields.vocabulary()[path]
    with pytest.raises(typed.WrongValue) as refused:
        typed.typed(field, text)
    assert refused.value.status == 2
    assert str(refused.value).startswith(f"{field.en}: ")
    assert text.strip() == "" or text not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "text", "advice"),
    [
        ("registration.founded", "民国85年3月2日", "Write the Gregorian year: 1996"),
        ("registration.founded", "民國元年1月1日", "Write the Gregorian year: 1912"),
        ("registration.founded", "112-08-31", "Write the Gregorian year: 2023"),
        ("registration.founded", "民国三十八年", "Write the Gregorian year: that of the Republic (民国) and 1911 more."),
        ("registration.founded", "85-03-02", ""),
        ("registration.founded", "2026-13-01", "There is no month 13."),
        ("lease.area", "-88.5", "It cannot be below zero."),
        ("registration.capital", "USD -3万", "It cannot be below zero."),
        ("registration.capital", "3-5万", ""),
    ],
)
def test_the_advice_says_what_is_wrong_with_what_looks_right(path: str, text: str, advice: str) -> None:
    with pytest.raises(typed.WrongValue) as refused:
        typed.typed(fields.known(path), text)
    assert str(refused.value.values["advice"]) == advice
