"""What people call a field: by one title, or by keys and titles step by step."""

from typing import Any

import pytest

from archivectl.records import fields, naming
from office import Office

AXES: dict[str, Any] = {"grade": {"zh": "客户等级", "en": "Grade"}, "house-kind": {"zh": "本司分类", "en": "house kind"}}


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("电话", "phone"),
        ("联系电话", "phone"),
        ("Phone", "phone"),
        ("phone", "phone"),
        ("ＰＨＯＮＥ", "phone"),
        ("姓名", "name"),
        ("统一社会信用代码", "identity.uscc"),
        ("身份证号", "identity.id_number"),
        ("address.city", "address.city"),
        ("城 市", "address.city"),
        ("地址", "address.street"),
        ("contacts.phone", "contacts[].phone"),
        ("联系人", "contacts"),
        ("客户等级", "classification.grade"),
        ("密级", "secrecy"),
    ],
)
def test_a_field_is_found_by_its_titles(title: str, path: str) -> None:
    assert naming.by_title(title)[0].path == path


def test_a_title_of_several_fields_finds_them_all_and_an_unknown_one_none() -> None:
    assert {"phone", "contacts[].phone"} <= {field.path for field in naming.by_title("电话")}
    assert naming.by_title("天气") == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("地址.城市", "address.city"),
        ("address.城市", "address.city"),
        ("Address.City", "address.city"),
        ("立档信息 · 立档日期", "filing.opened"),
        ("联系人[cK3F7Q].姓名", "contacts[cK3F7Q].name"),
        ("contacts[cK3F7Q].姓名", "contacts[cK3F7Q].name"),
        ("联系人［cK3F7Q］．姓名", "contacts[cK3F7Q].name"),
        ("联系人[cK3F7Q]", "contacts[cK3F7Q]"),
        ("联系人.姓名", "contacts[].name"),
        ("联系人", "contacts"),
        ("联系人[]", "contacts[]"),
        ("文件[dK3F7Q].电子件", "documents[dK3F7Q].object"),
    ],
)
def test_a_path_is_spelled_in_keys_and_titles(text: str, path: str) -> None:
    assert naming.path(text) == path
    assert naming.called(text)[0] == fields.field_at(path)


@pytest.mark.parametrize(
    "text", ["", ".", "地址.天气", "天气.城市", "地址[x].城市", "电话[x]", "联系人[c.姓名", "联系人[c]x.姓名", "联系人..姓名"]
)
def test_what_leads_nowhere_is_no_path(text: str) -> None:
    assert (naming.path(text), naming.called(text)) == ("", [])


@pytest.mark.parametrize(
    "text", ["house-kind", "本司分类", "house kind", "分类.本司分类", "classification.本司分类", "分类 · 本司分类"]
)
def test_an_axis_is_found_by_its_titles_after_its_group_too(text: str) -> None:
    assert naming.axis(text, AXES) == "house-kind"
    assert naming.axis(text.replace("分类.", "地址.").replace("本司", "别的").replace("house", "other"), AXES) == ""


def test_chinese_paths_are_understood_wherever_a_field_is_typed(office: Office) -> None:
    office.run("create", "--subject", "organisation", "--set", "名称=甲有限公司", "--set", "地址.城市=上海市")
    item = office.run("add", "1", "contact", "name=王伟", "phone=13800138000").out.strip()
    person = f"联系人[{item}]"
    assert office.run("update", "1", "--set", f"{person}.姓名=王维", "--unset", f"{person}.电话", "--reason", "更正").status == 0
    shown = office.run("show", "1", "--reveal", f"{person}.姓名", "--purpose", "核对", "--json").json
    assert (shown["contacts"], shown["masked"]) == ([{"id": item, "name": "王维"}], [])
    found = office.run("list", "地址.城市=上海市", "--columns", "地址.城市,联系人.姓名", "--json").json
    assert [(row["address.city"], row["contacts[].name"]) for row in found] == [("上海市", [None])]
    assert office.run("list", "地址.城市=北京市", "--json").json == []
    assert office.run("remove", "1", "地址.城市", "--reason", "有误").status == 0
    assert "address" not in office.run("show", "1", "--json").json


@pytest.mark.parametrize(("typed", "told"), [("联系人.姓名", "contacts[ID].name"), ("contacts[].name", "contacts[ID].name")])
def test_a_field_of_any_item_is_refused_with_how_one_is_named(office: Office, typed: str, told: str) -> None:
    office.run("create", "--subject", "organisation", "--set", "名称=甲有限公司")
    for words in (("--set", f"{typed}=王维"), ("--unset", typed)):
        refused = office.run("update", "1", *words, "--reason", "更正", "--json")
        assert (refused.status, refused.json["error"], told in refused.json["hint"]) == (2, "which-item", True)


@pytest.mark.parametrize(
    ("typed", "nearest"), [("联系人[cK3F7Q].性名", "contacts[].name"), ("地址.城", "address.city"), ("电活", "phone")]
)
def test_a_mistyped_title_names_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(fields.UnknownField) as refused:
        fields.known(typed)
    assert nearest in str(refused.value.values["close"]).split(", ")
