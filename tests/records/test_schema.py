"""What keeps to the schemas, what does not, and how it is told."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivectl import i18n
from archivectl.records import schema
from project import ROOT

UID = "K5QA" + "A" * 22
SEALED = "enc:1:confidential:ZQVQ65B5MAQ6:YWdlLWVuY3J5cHRpb24ub3JnL3Yx"
SECRET = SEALED.replace("confidential", "secret")
KEY = {"id": "ZQVQ65B5MAQ6", "level": "confidential", "of": "contacts[cK3F7Q]", "epoch": 0, "recipient": "age1qqqq"}
FIRM = {"schema": 1, "uid": UID, "number": "SH-000001", "subject": "organisation", "status": "filed"}
PERSON = {**FIRM, "subject": "person"}
DESTROYED = {"status": "destroyed", "destroyed": {"entry": UID, "event": "3F7QK2ZMXA4B", "date": "2026-03-02"}}
EVENT = {
    "id": "3F7QK2ZMXA4B",
    "act": "approve",
    "by": "chen.jing",
    "date": "2026-03-02",
    "at": "2026-03-02T01:12:44Z",
    "means": "signed",
    "sig": "U1NI",
}
ENTRY = {"id": "JY-2026-0031", "uid": UID, "kind": "loan", "events": [EVENT]}
MADE = {"since": "2026-03-02", "made_by": "li.na", "retired": None}
MEMBER = {
    "handle": "li.na",
    "name": "李娜",
    "email": "li.na@example.cn",
    "department": None,
    "posts": ["archivist"],
    "roles": ["admin"],
    "clearance": "top-secret",
    "retired": None,
    "age": [{"recipient": "age1qqqq", **MADE}],
    "signing": [{"key": "ssh-ed25519 AAAA", **MADE}],
}
ARCHIVE = {
    "format": 1,
    "id": UID,
    "rules": 1,
    "schemas": "1.0",
    "simulated": False,
    "countersign": 0,
    "offices": {"SH": "上海"},
    "numbering": {"record": "{office}-{sequence:6}", "entry": "{kind}-{year}-{sequence:4}"},
    "time_zone": "Asia/Shanghai",
    "working_hours": "09:00-17:30",
    "fiscal_year": "01-01",
    "languages": ["zh", "en"],
    "keyrings": ["nas"],
}
LEVELS = {
    "levels": {"confidential": [{"generation": 1, "recipient": "age1qqqq", "since": "2026-03-02"}]},
    "recovery": [{"recipient": "age1qqqq", "since": "2026-03-02"}],
}


def met(**columns: str) -> dict[str, Any]:
    """A file of one interaction."""
    return {"uid": UID, "interactions": [{"id": "iK3F7Q", "kind": "visit", "date": "2026-03-02", **columns}]}


GOOD: list[tuple[str, Mapping[str, Any]]] = [
    ("customer", FIRM),
    ("customer", {**FIRM, "name": "上海示例贸易有限公司", "phone": "021-5555 0100", "registration": {"capital": "500.00"}}),
    ("customer", {**FIRM, "phone": SECRET, "registration": {"capital": SEALED}}),
    ("customer", {**FIRM, "subject": "own-company", "relationship": {"brands": ["甲", "乙"]}, "size": {"staff": 12}}),
    ("customer", {**FIRM, "status": "draft", "number": None}),
    (
        "customer",
        {**FIRM, "retention": {"term": "5y", "settled": True, "events": [{"id": "eK3F7Q", "date": "2026-03-02T14:30"}]}},
    ),
    ("customer", {**FIRM, "status": "withdrawn", "withdrawn": {"commit": "0" * 40}, "keys": [KEY]}),
    ("customer", {**PERSON, "name": SEALED, "identity": {"id_number": SECRET}, "contacts": [{"id": "cK3F7Q", "phone": SEALED}]}),
    ("customer", {**PERSON, "classification": {"grade": "A", "house-axis": "x", "credit": SEALED}, "keys": [KEY]}),
    ("customer", {**PERSON, "contacts": [{"id": "cK3F7Q", "forgotten": UID}]}),
    ("customer", {**PERSON, **DESTROYED}),
    ("interactions", met(content=SEALED)),
    ("interactions", met(kind="repair", item="换轮胎")),
    ("interactions", met(kind="repair", item=SEALED)),
    ("entry", {**ENTRY, "about": [{"uid": UID, "part": "documents[dK3F7Q]"}], "columns": {"mode": "loan", "pages": 3}}),
    ("entry", {**ENTRY, "events": [{**EVENT, "items": {UID: "0" * 64}, "data": {"rule": {"approve": [["manager"]]}}}]}),
    ("archive", ARCHIVE),
    ("member", MEMBER),
    ("recovery", {"signing": MEMBER["signing"]}),
    ("levels", LEVELS),
]
ONE_LINE = "this is not one line of text without spaces at its ends"
NO_DATE = 'this is not a date such as "2026-03-02" or "2026-03-02T14:30"'
CLEAR = "this must be encrypted"
WRONG_LEVEL = "this is not an encrypted value of the level it needs"
MALFORMED = "is not written as it should be"
NO_FIELD = "is not a field that can stand here"
NOT_HERE = "does not belong in a file of this kind"
# What is wrong is told as "place: sentence", one a line.
BAD: list[tuple[str, Mapping[str, Any], str]] = [
    ("customer", {**PERSON, "name": "张三"}, f"name: Name: {CLEAR}"),
    ("customer", {**PERSON, "address": {"city": "上海市"}}, f"address.city: City: {CLEAR}"),
    ("customer", {**PERSON, "person": {"sex": "男"}, "phone": "1"}, f"person.sex: Sex: {CLEAR}\nphone: Phone: {CLEAR}"),
    ("customer", {**FIRM, "name": SEALED}, "name: Name: text may not begin with “enc:”"),
    ("customer", {**FIRM, "people": {"owner": {"name": "王五"}}}, f"people.owner.name: Name: {CLEAR}"),
    ("customer", {**FIRM, "people": {"owner": {"family": SEALED}}}, f"people.owner.family: Family: {WRONG_LEVEL}"),
    ("customer", {**FIRM, "phone": "enc:1:secret:x"}, f"phone: Phone: {WRONG_LEVEL}"),
    ("customer", {**FIRM, "phone": "021 "}, f"phone: Phone: {ONE_LINE}"),
    ("customer", {**FIRM, "phone": "021\n"}, f"phone: Phone: {ONE_LINE}"),
    ("customer", {**FIRM, "phone": 2155550100}, f"phone: Phone: {ONE_LINE}"),
    ("customer", {**FIRM, "size": {"staff": "12"}}, "size.staff: Staff: this is not a whole number"),
    ("customer", {**FIRM, "size": {"staff": -1}}, "size.staff: Staff: this is not a whole number"),
    ("customer", {**FIRM, "size": {"turnover": "-5"}}, "size.turnover: Turnover: this is below zero, which it cannot be"),
    ("customer", {**FIRM, "size": {"turnover": "USD -5"}}, "size.turnover: Turnover: this is below zero, which it cannot be"),
    ("customer", {**FIRM, "registration": {"founded": "2026-13-01"}}, f"registration.founded: Founding date: {NO_DATE}"),
    (
        "customer",
        {**FIRM, "status": "lost"},
        "status: State of the file: “lost” is not one of draft, stub, filed, withdrawn, destroyed",
    ),
    ("customer", {**FIRM, "schema": 2}, "schema: Format version: “2” is not one of 1"),
    ("customer", {**FIRM, "keeper": "Li Na"}, f"keeper: Keeper: “Li Na” {MALFORMED}"),
    ("customer", {**FIRM, "files": ["owner", "owner"]}, "files: Kinds of file: the same value stands twice"),
    ("customer", {**FIRM, "files": ["a", "B"]}, f"files.1: Kinds of file: “B” {MALFORMED}"),
    ("customer", {**FIRM, "bogus": 1, "alias": 2}, f"bogus: “bogus” {NO_FIELD}\nalias: “alias” {NO_FIELD}"),
    ("customer", {**FIRM, "person": {"sex": SEALED}}, f"person: Person {NOT_HERE}"),
    ("customer", {**PERSON, "identity": {"tax_number": SEALED}}, f"identity.tax_number: Tax number {NOT_HERE}"),
    ("customer", {**FIRM, "contacts": [{"phone": SEALED}]}, "contacts.0: Identifier is missing"),
    (
        "customer",
        {**PERSON, "contacts": [{"id": "cK3F7Q", "forgotten": UID, "phone": SEALED}]},
        f"contacts.0: “phone” {NO_FIELD}",
    ),
    ("customer", {**FIRM, "number": None}, "number: File number is missing"),
    ("customer", {**FIRM, "status": "draft"}, "number: File number must be empty here"),
    ("customer", {"schema": 1, "uid": UID, "number": None, "status": "draft"}, ": Subject is missing"),
    ("customer", {**PERSON, "status": "destroyed"}, ": Destruction is missing"),
    ("customer", {**PERSON, **DESTROYED, "secrecy": "internal"}, f": “secrecy” {NO_FIELD}"),
    ("customer", {**FIRM, "withdrawn": {"commit": "0" * 40}}, f"withdrawn: Withdrawal {NOT_HERE}"),
    ("customer", {**FIRM, "classification": {"a b": "x"}}, f"classification: “a b” {NO_FIELD}"),
    (
        "customer",
        {**FIRM, "keys": [{**KEY, "level": "internal"}]},
        "keys.0.level: Level: “internal” is not one of confidential, secret, top-secret",
    ),
    ("interactions", met(item="x"), f"interactions.0: “item” {NO_FIELD}"),
    ("interactions", met(content="x"), f"interactions.0.content: Content: {CLEAR}"),
    ("entry", {**ENTRY, "events": [{**EVENT, "means": "x"}]}, "events.0.means: Means: “x” is not one of signed, paper, message"),
    ("entry", {**ENTRY, "columns": {"temperature": 21.5}}, "columns.temperature: This: this is not written as it should be"),
    ("member", {**MEMBER, "handle": None}, "handle: Handle is missing"),
    ("archive", {**ARCHIVE, "simulated": "no"}, "simulated: Simulated: this is neither true nor false"),
]


@pytest.mark.parametrize(("name", "data"), GOOD)
def test_what_the_formats_show_is_valid(name: str, data: Mapping[str, Any]) -> None:
    assert schema.explain(name, data) == []
    assert schema.is_valid(name, data)


@pytest.mark.parametrize(("name", "data", "told"), BAD)
def test_what_is_wrong_is_told_in_one_sentence_each(name: str, data: Mapping[str, Any], told: str) -> None:
    assert not schema.is_valid(name, data)
    found = [f"{'.'.join(map(str, problem.path))}: {problem}" for problem in schema.explain(name, data)]
    assert found == told.split("\n")


@pytest.mark.parametrize(("name", "data"), [*GOOD, *((name, data) for name, data, _ in BAD)])
def test_both_drafts_judge_alike(name: str, data: Mapping[str, Any]) -> None:
    shape = schema.load(name)
    assert jsonschema.Draft7Validator(shape).is_valid(data) == jsonschema.Draft202012Validator(shape).is_valid(data)


@given(
    st.dictionaries(
        st.sampled_from(["name", "phone", "note", "registration", "former_names", "size", "identity", "bogus"]),
        st.text(max_size=4) | st.integers() | st.none() | st.lists(st.text(max_size=2), max_size=2) | st.just({"staff": "\n"}),
    ),
    st.sampled_from([FIRM, PERSON]),
)
def test_whatever_is_invalid_is_explained_and_nothing_else(data: dict[str, Any], base: dict[str, Any]) -> None:
    record = base | data
    told = [problem for problem in schema._problems(schema.load("customer"), record) if problem.message != schema._SOMEHOW]
    assert (told == []) == schema.is_valid("customer", record)


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        ({**PERSON, "identity": {"document": "1101051949"}}, "person"),
        ({**PERSON, "person": {"birthday": "1101051949", "sex": "1101051949"}}, "person"),
        ({**FIRM, "people": {"owner": {"age": "1101051949"}}}, "organisation"),
        ({**FIRM, "contacts": [{"id": "cK3F7Q", "birthday": "1101051949"}]}, "organisation"),
        ({**PERSON, "subject": "1101051949", "phone": ["1101051949"]}, "person"),
    ],
)
def test_a_sentence_never_repeats_what_is_sensitive(data: Mapping[str, Any], subject: str) -> None:
    told = [problem for problem in schema.explain_plain(data, subject) if problem.path != ("subject",)]
    assert told
    assert not [problem for problem in told if "1101051949" in str(problem) or "1101051949" in str(problem.values)]


def test_the_plain_schema_is_that_of_values_in_clear() -> None:
    clear = {**PERSON, "name": "张三", "identity": {"id_number": "11010519491231002X"}, "person": {"birthday": "1949-12-31"}}
    assert schema.explain_plain(clear, "person") == []
    assert not schema.is_valid("customer", clear)
    told = schema.explain_plain({**PERSON, "name": SEALED, "registration": {"scope": "x"}}, "person")
    assert [str(problem) for problem in told] == [
        "Name: text may not begin with “enc:”",
        "“registration” is not a field that can stand here",
    ]


def test_the_plain_schema_of_interactions_is_that_of_values_in_clear() -> None:
    assert schema.explain_plain(met(content="面谈"), "person", "interactions") == []


@pytest.mark.parametrize("subject", ["organisation", "person", "own-company"])
def test_a_plain_schema_holds_no_encrypted_form(subject: str) -> None:
    plain = {key: each for key, each in schema.plain_schema(subject).items() if key != "definitions"}
    assert "^enc:1:" not in str(plain)
    assert "x-plain" not in str(plain)


def test_a_sentence_names_the_field_in_the_readers_language() -> None:
    (problem,) = schema.explain("customer", {**FIRM, "secrecy": "hot"})
    i18n.speak("zh")
    assert "密级" in str(problem)


def test_the_schemas_lie_in_the_package_or_beside_it() -> None:
    assert schema.folder() in {ROOT / "schemas", ROOT / "archivectl" / "schemas"}
    assert schema.load("customer") is schema.load("customer")
