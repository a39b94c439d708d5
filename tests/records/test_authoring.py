"""The shipped schemas and the page of fields: current, complete, and the same to every validator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archivectl import yaml_text
from archivectl.records import authoring, fields, schema
from project import PACKAGE, ROOT

# Every row of the field list that the collected regulations ask for, with the fields that answer it.
ASKED = {
    "organisation: names": "name former_names",
    "organisation: address": "address.province address.city address.district address.street address.country address.postcode",
    "organisation: reach": "phone fax email website",
    "organisation: contact person": "contacts[].name contacts[].position contacts[].phone contacts[].email",
    "organisation: people": "people.owner.name people.operator.name people.legal_representative.name",
    "organisation: owner's profile": "people.owner.character people.owner.hobbies people.owner.family people.owner.education",
    "organisation: operator's profile": "people.operator.age people.operator.ability people.operator.family",
    "organisation: legal representative's profile": "people.legal_representative.character people.legal_representative.age",
    "organisation: founding": "registration.founded relationship.since registration.form registration.line_of_business",
    "organisation: assets": "finances.assets",
    "organisation: registration": "registration.capital registration.scope registration.details identity.uscc",
    "organisation: nature": "classification.ownership classification.industry classification.business-type",
    "organisation: size": "size.turnover size.staff",
    "organisation: company number": "filing.company_number filing.firm filing.handled filing.salesperson",
    "organisation: account opening": "finances.accounts[].papers finances.accounts[].number finances.accounts[].bank",
    "person: basics": "name person.sex person.age person.occupation",
    "person: ID": "identity.id_number identity.document identity.document_number",
    "person: reach": "phone email address.street person.workplace",
    "person: family": "household.family household.register household.marriage",
    "person: preferences": "person.birthday person.preferences person.consumption person.special_needs",
    "person: emergency contact": "contacts[].role",
    "finances: state": "finances.assets finances.income finances.debts",
    "finances: annual": "finances.years[].results finances.years[].statements finances.bank_credit finances.income_flow",
    "finances: proofs": "finances.income_proof finances.provident_fund finances.social_insurance finances.repayment_passbook",
    "finances: shareholders": "finances.shareholder_credit finances.facilities",
    "characteristics": "characteristics.service_area characteristics.sales_ability characteristics.potential size.turnover",
    "characteristics: policies": "characteristics.culture characteristics.policies characteristics.management",
    "characteristics: buying": "characteristics.decisions characteristics.needs characteristics.trend",
    "business status": "business.results[].amount business.managers business.staff business.competitors business.attitude",
    "trading: past and future": "trading.activity trading.problems trading.advantages trading.measures",
    "trading: standing": "trading.reputation trading.credit_standing trading.terms trading.credit_problems",
    "competitor dealings": "competitors[].mode competitors[].amount competitors[].payment",
    "transactions": "interactions[].date interactions[].amount interactions[].mode interactions[].product",
    "transactions: terms": "interactions[].quantity interactions[].price interactions[].payment_method interactions[].count",
    "transactions: numbers": "interactions[].order_number",
    "transactions: contract": "interactions[].contract_number contracts[].number contracts[].until",
    "transactions: papers": "interactions[].invoice interactions[].voucher",
    "transactions: bank": "interactions[].transaction finances.products[].product finances.loans[].number",
    "transactions: dining": "interactions[].dishes interactions[].rating dining.dishes",
    "service": "interactions[].process interactions[].problem interactions[].solution interactions[].result",
    "service: after-sales": "interactions[].after_sales interactions[].content",
    "service: implementation": "implementation.contract implementation.training implementation.implementation",
    "service: acceptance": "implementation.accepted implementation.acceptance",
    "vehicle": "vehicles[].model vehicles[].purchased vehicles[].channel vehicles[].condition",
    "repairs": "interactions[].item interactions[].cost interactions[].parts interactions[].fault",
    "communication": "interactions[].channel interactions[].person interactions[].content",
    "feedback": "interactions[].opinion interactions[].suggestion interactions[].requirement interactions[].special_need",
    "feedback: handling": "interactions[].handling_result",
    "complaints": "interactions[].matter interactions[].handling interactions[].outcome interactions[].reply",
    "intention": "intention[].project intention[].date intention[].content intention[].survey",
    "risk and credit": "classification.credit credit.warning credit.limit credit.recommended",
    "marketing": "interactions[].event interactions[].campaign marketing.potential marketing.information",
    "relationship": "classification.relationship relationship.years relationship.brands relationship.churn_reason",
    "lease": "lease.contract lease.payments[].due lease.payments[].paid lease.history lease.rating lease.relations",
    "tenant: money": "property.deposits[].amount property.fees property.arrears property.violations[].matter",
    "tenant: papers": "property.move_in property.liaison property.fit_out[].engineering property.correspondence",
    "tenant: handover": "property.meters[].reading property.keys_received property.access_cards property.seal_specimen",
    "employees": "employees.dealings employees.composition",
    "metadata: filing": "number files filing.place filing.archivist filing.archived filing.responsible filing.entered_by",
    "metadata: handling": "source.channel consent[].given collection[].verification identity_checks[].result secrecy",
    "metadata: keeping": "filing.circulation filing.media retention.term filing.pages filing.items volumes[].pages",
}
PORTABLE = {
    "$schema", "title", "type", "required", "additionalProperties", "properties", "items", "allOf", "anyOf", "not", "if", "then",
    "else", "enum", "const", "pattern", "minLength", "minimum", "uniqueItems", "propertyNames", "definitions", "$ref",
}  # fmt: skip
NAMES = ("archive", "customer", "entry", "interactions", "levels", "member", "recovery")
CLEAR = ("open", "internal")
ABOUT_PEOPLE = ("people.", "person.", "household.", "contacts[]")


@pytest.fixture(scope="module")
def authored() -> dict[str, Any]:
    source = PACKAGE / "records" / "vocabulary.yaml"
    return authoring.schemas(yaml_text.load(source.read_bytes()))


def shapes(shape: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    yield shape
    for key, value in shape.items():
        if key in {"properties", "definitions"}:
            for each in value.values():
                yield from shapes(each)
        elif key in {"allOf", "anyOf"}:
            for each in value:
                yield from shapes(each)
        elif isinstance(value, dict) and key in {
            "items",
            "not",
            "if",
            "then",
            "else",
            "propertyNames",
            "additionalProperties",
            "x-plain",
        }:
            yield from shapes(value)


def test_the_shipped_schemas_are_what_the_vocabulary_makes(authored: dict[str, Any]) -> None:
    assert sorted(path.name for path in (ROOT / "schemas").iterdir()) == [f"{name}.schema.json" for name in NAMES]
    for name, made in authored.items():
        assert (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == authoring.written(made) + "\n", name
    assert schema.releases()[schema.RELEASE] == authoring.digests(authored)


def test_the_page_of_fields_is_what_the_vocabulary_makes(authored: dict[str, Any]) -> None:
    page = authoring.page(authored["customer"], authored["interactions"])
    assert (ROOT / "docs" / "fields.md").read_text(encoding="utf-8") == page
    assert all(f"| `{path}` |" in page for path, field in fields.vocabulary().items() if field.type not in {"group", "list"})


@pytest.mark.parametrize("row", ASKED)
def test_every_row_that_regulations_ask_for_has_its_fields(row: str) -> None:
    assert [path for path in ASKED[row].split() if path not in fields.vocabulary()] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_by_both_drafts(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.load(name))
    jsonschema.Draft7Validator.check_schema(schema.load(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_uses_only_what_means_the_same_in_both_drafts(name: str) -> None:
    for shape in shapes(schema.load(name)):
        assert {key for key in shape if not key.startswith("x-")} <= PORTABLE
        assert "$ref" not in shape or set(shape) == {"$ref"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_unknown_may_stand_except_in_open_mappings(name: str) -> None:
    for shape in shapes(schema.load(name)):
        if "properties" in shape and "title" in shape and "additionalProperties" in shape and "propertyNames" not in shape:
            assert shape["additionalProperties"] is False, shape["title"]


def test_every_property_has_titles_in_both_languages_and_a_secrecy() -> None:
    for name in ("customer", "interactions"):
        for shape in shapes(schema.load(name)):
            for key, each in shape.get("properties", {}).items() if "additionalProperties" in shape else ():
                assert each["title"] == f"{each['x-title']['zh']} {each['x-title']['en']}", key
                assert not each["x-title"]["zh"].isascii(), key
                assert "x-secrecy" in each, key


def test_whatever_is_said_of_people_is_at_least_confidential_and_more_so_their_papers() -> None:
    for path, field in fields.vocabulary().items():
        leaf = path.rpartition(".")[2]
        if path.startswith(ABOUT_PEOPLE) and leaf not in {"id", "forgotten"}:
            assert field.level("person") not in CLEAR, path
            assert field.level("organisation") not in CLEAR, path
        if leaf in {"id_number", "document_number", "family", "seal_specimen"} or path.startswith("finances.accounts[].n"):
            assert {field.level(subject) for subject in fields.SUBJECTS} == {"secret"}, path


def test_every_content_field_of_a_person_is_encrypted() -> None:
    own = schema.load("customer")["properties"]
    content = list(own)[list(own).index("phone") : list(own).index("contacts")]
    for path, field in fields.vocabulary().items():
        leaf = path.rpartition(".")[2]
        if path.partition(".")[0].removesuffix("[]") in content and leaf != "id":
            assert field.level("person") not in CLEAR, path


@pytest.mark.parametrize(
    ("secrecy", "told"),
    [
        ("open", "open"),
        (
            {"default": "internal", "person": "secret"},
            {"organisation": "internal", "person": "secret", "own-company": "internal"},
        ),
    ],
)
def test_a_secrecy_is_a_level_or_a_level_by_subject(secrecy: Any, told: Any) -> None:
    made = authoring.schemas(vocabulary({"zh": "甲", "en": "A", "secrecy": secrecy}))["customer"]["properties"]["field"]
    assert made["x-secrecy"] == told
    assert "x-raised" not in made


def test_a_field_whose_secrecy_nobody_said_is_refused() -> None:
    with pytest.raises(authoring.NoSecrecy, match="field"):
        authoring.schemas(vocabulary({"zh": "甲", "en": "A"}))


def test_the_floor_lifts_content_for_persons_only_and_a_grade_may_raise_it() -> None:
    made = authoring.schemas(vocabulary({"zh": "甲", "en": "A", "secrecy": "open"}, "sections"))["customer"]["properties"][
        "field"
    ]
    assert made["x-secrecy"] == {"organisation": "open", "person": "confidential", "own-company": "open"}
    assert made["x-raised"] is True


def test_written_json_reads_back_and_keeps_short_things_on_one_line() -> None:
    value = {"short": {"a": 1, "b": [1, 2]}, "long": ["x" * 70, "y" * 70], "word": "汉字" * 80}
    text = authoring.written(value)
    assert json.loads(text) == value
    assert '  "short": {"a": 1, "b": [1, 2]},\n' in text
    assert f'    "{"x" * 70}",\n' in text


def test_main_writes_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "archivectl" / "records").mkdir(parents=True)
    monkeypatch.setattr(authoring, "ROOT", tmp_path)
    authoring.main()
    for path in ("docs/fields.md", "archivectl/records/releases.json", *(f"schemas/{name}.schema.json" for name in NAMES)):
        assert (tmp_path / path).read_bytes() == (ROOT / path).read_bytes()


def vocabulary(words: dict[str, Any], place: str = "head") -> dict[str, Any]:
    """A vocabulary of one field."""
    empty = {"zh": "往来", "en": "Interactions", "secrecy": "internal", "common": {}, "columns": {}, "kinds": {}}
    rest: dict[str, Any] = {"head": {}, "sections": {}, "tail": {}, "shared": {}, "others": {}, "interactions": empty}
    return {**rest, "floor": {"person": "confidential"}, place: {"field": words}}
