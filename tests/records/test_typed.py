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
        ("size.turnover", "500万"),
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
