"""Fields by path and by title, and values by path."""

import copy
import subprocess
import sys
from typing import Any

import pytest

from archivectl.records import fields

RECORD: dict[str, Any] = {
    "keys": [{"id": "ZQVQ65B5MAQ6", "level": "confidential"}],
    "name": "上海示例贸易有限公司",
    "uid": "K5Q",
    "former_names": ["甲公司", "乙公司"],
    "address": {"street": "世纪大道1号", "city": "上海市"},
    "classification": {"house": "x", "grade": "A"},
    "contacts": [{"name": "王伟", "id": "cK3F7Q"}, {"id": "cAAAAA", "phone": "13800138000"}],
    "lease": {"payments": [{"id": "pK3F7Q", "amount": "100"}]},
}


def test_fields_are_listed_in_the_order_in_which_a_record_is_written() -> None:
    paths = list(fields.vocabulary())
    wanted = ["schema", "uid", "number", "subject", "status", "secrecy", "name", "address.city", "contacts[].name", "keys"]
    assert [path for path in paths if path in wanted] == wanted


def test_a_field_knows_what_the_schema_says_of_it() -> None:
    phone = fields.vocabulary()["contacts[].phone"]
    assert (phone.zh, phone.en, phone.type, phone.check, phone.raised) == ("电话", "Phone", "text", "phone", False)
    assert fields.vocabulary()["keys"].layout == "line"
    assert fields.vocabulary()["registration.capital"].subjects == ("organisation", "own-company")
    assert fields.vocabulary()["consent[].form"].choices["written"]["zh"] == "书面"
    assert fields.vocabulary()["phone"].raised


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("phone", "phone"),
        ("contacts[cK3F7Q].phone", "contacts[].phone"),
        ("contacts[].phone", "contacts[].phone"),
        ("contacts[cK3F7Q]", "contacts"),
        ("lease.payments[pK3F7Q].amount", "lease.payments[].amount"),
        ("interactions[iK3F7Q].content", "interactions[].content"),
        ("classification.grade", "classification.grade"),
        ("classification.house-axis", "classification.house-axis"),
    ],
)
def test_a_concrete_path_leads_to_its_field(path: str, field: str) -> None:
    found = fields.field_at(path)
    assert found is not None
    assert found.path == field


@pytest.mark.parametrize(
    "path",
    ["", "no.such", "phone.x", "address.planet", "contacts.phone", "classification.a.b", "classification.", "phone[x]y", "."],
)
def test_a_path_to_nothing_leads_nowhere(path: str) -> None:
    assert fields.field_at(path) is None
    with pytest.raises(fields.UnknownField):
        fields.level_of(path, "person")


@pytest.mark.parametrize(
    ("path", "subject", "level"),
    [
        ("name", "organisation", "open"),
        ("name", "person", "confidential"),
        ("phone", "organisation", "internal"),
        ("phone", "own-company", "internal"),
        ("phone", "person", "confidential"),
        ("note", "organisation", "internal"),
        ("note", "person", "confidential"),
        ("identity.uscc", "organisation", "open"),
        ("identity.id_number", "person", "secret"),
        ("people.owner.family", "organisation", "secret"),
        ("people.owner.name", "organisation", "confidential"),
        ("contacts[cK3F7Q].phone", "organisation", "confidential"),
        ("contacts[cK3F7Q].id", "person", "open"),
        ("contacts", "organisation", "confidential"),
        ("finances.accounts[aK3F7Q].number", "organisation", "secret"),
        ("characteristics.service_area", "organisation", "internal"),
        ("characteristics.service_area", "person", "confidential"),
        ("classification.grade", "person", "internal"),
        ("classification.house", "person", "internal"),
        ("classification.credit", "organisation", "confidential"),
        ("interactions[iK3F7Q].item", "organisation", "internal"),
        ("interactions[iK3F7Q].item", "person", "confidential"),
        ("interactions[iK3F7Q].kind", "person", "internal"),
        ("status", "person", "open"),
    ],
)
def test_secrecy_depends_on_field_and_subject(path: str, subject: str, level: str) -> None:
    assert fields.level_of(path, subject) == level
    assert fields.secret(path, subject) == (level in {"confidential", "secret", "top-secret"})


@pytest.mark.parametrize(
    ("path", "subject", "grade", "level"),
    [
        ("phone", "organisation", "secret", "secret"),
        ("phone", "person", "secret", "secret"),
        ("phone", "organisation", "internal", "internal"),
        ("phone", "person", "open", "confidential"),
        ("identity.id_number", "person", "confidential", "secret"),
        ("identity.uscc", "organisation", "confidential", "confidential"),
        ("note", "organisation", "secret", "secret"),
        ("contacts[cK3F7Q].phone", "organisation", "secret", "secret"),
        ("contacts[cK3F7Q].forgotten", "organisation", "secret", "open"),
        ("classification.credit", "organisation", "secret", "secret"),
        ("classification.grade", "organisation", "top-secret", "internal"),
        ("interactions[iK3F7Q].item", "organisation", "secret", "secret"),
        ("interactions[iK3F7Q].date", "organisation", "secret", "internal"),
        ("documents[dK3F7Q].title", "organisation", "secret", "internal"),
        ("name", "person", "secret", "secret"),
        *((path, "organisation", "top-secret", "open") for path in ("name", "number", "subject", "status", "secrecy")),
    ],
)
def test_a_grade_raises_content_and_what_is_sealed_anyway(path: str, subject: str, grade: str, level: str) -> None:
    assert fields.level_of(path, subject, grade) == level
    assert fields.secret(path, subject, grade) == (level in {"confidential", "secret", "top-secret"})


@pytest.mark.parametrize("subject", fields.SUBJECTS)
def test_no_grade_lowers_a_field_and_a_higher_one_never_asks_for_less(subject: str) -> None:
    levels = ("open", "internal", "confidential", "secret", "top-secret")
    for path in fields.vocabulary():
        asked = [levels.index(fields.level_of(path, subject, grade)) for grade in levels]
        assert asked[0] == levels.index(fields.level_of(path, subject))
        assert asked[0] == asked[1]
        assert asked == sorted(asked)


def test_values_are_walked_in_canonical_order_with_items_by_their_id() -> None:
    assert list(fields.walk(RECORD)) == [
        ("uid", "K5Q"),
        ("name", "上海示例贸易有限公司"),
        ("former_names", ["甲公司", "乙公司"]),
        ("classification.grade", "A"),
        ("classification.house", "x"),
        ("address.city", "上海市"),
        ("address.street", "世纪大道1号"),
        ("lease.payments[pK3F7Q].id", "pK3F7Q"),
        ("lease.payments[pK3F7Q].amount", "100"),
        ("contacts[cK3F7Q].id", "cK3F7Q"),
        ("contacts[cK3F7Q].name", "王伟"),
        ("contacts[cAAAAA].id", "cAAAAA"),
        ("contacts[cAAAAA].phone", "13800138000"),
        ("keys[ZQVQ65B5MAQ6].id", "ZQVQ65B5MAQ6"),
        ("keys[ZQVQ65B5MAQ6].level", "confidential"),
    ]


def test_what_no_field_knows_is_walked_last_and_not_lost() -> None:
    assert list(fields.walk({"bogus": {"x": 1}, "uid": "K5Q", "contacts": [{"phone": "1"}]})) == [
        ("uid", "K5Q"),
        ("contacts[0].phone", "1"),
        ("bogus.x", 1),
    ]


def test_every_walked_value_is_got_by_its_path() -> None:
    for path, value in fields.walk(RECORD):
        assert fields.get(RECORD, path) == value


@pytest.mark.parametrize(
    "path", ["phone", "address.district", "contacts[cZZZZZ].phone", "lease.payments[pZZZZZ]", "dining.dishes"]
)
def test_a_value_that_is_not_there_is_none(path: str) -> None:
    assert fields.get(RECORD, path) is None


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("phone", "1", {"phone": "1"}),
        ("address.city", "x", {"address": {"city": "x"}}),
        ("contacts[cK3F7Q].phone", "1", {"contacts": [{"id": "cK3F7Q", "phone": "1"}]}),
        ("contacts[cK3F7Q]", {"phone": "1"}, {"contacts": [{"id": "cK3F7Q", "phone": "1"}]}),
        ("lease.payments[pK3F7Q].amount", "1", {"lease": {"payments": [{"id": "pK3F7Q", "amount": "1"}]}}),
        ("classification.house", "x", {"classification": {"house": "x"}}),
    ],
)
def test_setting_makes_what_is_on_the_way_and_unsetting_takes_it_back(path: str, value: Any, after: dict[str, Any]) -> None:
    data: dict[str, Any] = {}
    fields.set_(data, path, value)
    assert data == after
    fields.set_(data, path, copy.deepcopy(value))
    assert data == after
    if path.endswith(("].phone", "].amount")):
        path = path.rpartition(".")[0]
    fields.unset(data, path)
    assert data == {}


def test_setting_changes_one_value_and_leaves_the_others() -> None:
    data = copy.deepcopy(RECORD)
    fields.set_(data, "contacts[cAAAAA].phone", "1")
    fields.unset(data, "address.city")
    fields.unset(data, "contacts[cK3F7Q]")
    fields.unset(data, "dining.dishes")
    assert data["contacts"] == [{"id": "cAAAAA", "phone": "1"}]
    assert data["address"] == {"street": "世纪大道1号"}
    assert list(data) == list(RECORD)


@pytest.mark.parametrize(
    ("path", "near"),
    [("phon", "phone"), ("adress.city", "address.city"), ("contacts[cK3F7Q].fone", "contacts[].phone"), ("电话号", "phone")],
)
def test_a_mistyped_path_is_refused_with_those_nearest_to_it(path: str, near: str) -> None:
    for act in (lambda: fields.set_({}, path, "1"), lambda: fields.get({}, path), lambda: fields.unset({}, path)):
        with pytest.raises(fields.UnknownField) as refused:
            act()
        assert refused.value.status == 2
        assert near in str(refused.value.values["close"]).split(", ")


def test_reading_the_vocabulary_loads_nothing_heavy() -> None:
    code = "import sys; from archivectl.records import fields; fields.vocabulary(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"yaml", "jsonschema", "jsonschema_rs", "difflib", "stdnum", "git", "typer"} & set(loaded)
