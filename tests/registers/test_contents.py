"""What files hold: fields, numbers and papers, refused or asked for; beside each the case where nothing is said."""

from collections.abc import Mapping
from typing import Any

import pytest

from archivectl.registers import filling, owed
from archivectl.registers.owing import File
from registers.entries import DAY, case, event, record, regime
from registers.test_deciding import Act, decided, row

NARROW = {
    "sections": ["basic", "contacts", "finances.years", "interactions.service"],
    "extra": "refuse",
    "barred": ["people.owner"],
}
NARROWED = regime(house={"fields": NARROW})
BY_KIND = regime(house={"files": {"shop": NARROW, "firm": {"sections": ["business"]}}})
ASKING = regime(house={"fields": {"required": [["phone", "email"], "person.sex"], "blank": "refuse"}})
NUMBERED = regime(house={"numbers": {"archive_number": {"pattern": "[A-Z]{2}-[0-9]+"}}})
APART = regime(house={"volumes": {"apart": ["mortgage"]}})
SCANNED = regime(house={"media": {"scan": "originals"}})
KEPT = regime(house={"media": {"originals": [{"when": {"secrecy": ">=secret"}, "place": ["档案室"]}]}})
ORIGINAL = {"id": "dAAAAA", "kind": "合同", "form": "original"}
SCAN = {"id": "dBBBBB", "kind": "合同", "form": "scan"}
LEASE = {"id": "dAAAAA", "kind": "租约", "material": "lease", "volume": "vAAAAA"}
APPROVED = case("intake", event("s", "submit"), event("a", "accept", "s"))
OTHER = [{"path": "filing.archive_number", "number": "SH-000002"}]


def setting(**values: Any) -> dict[str, Any]:
    """What a change sets, by path with ``__`` for a dot."""
    named = {path.replace("__", "."): value for path, value in values.items()}
    return {"changed": sorted(named), "values": named}


def added(item: Mapping[str, Any], section: str = "documents") -> dict[str, Any]:
    """What an item brings that is added to a file."""
    values = {f"{section}[{item['id']}].{key}": value for key, value in item.items() if key != "id"}
    return {"changed": sorted(values), "values": values}


def entered(kind: str) -> dict[str, Any]:
    """An interaction that is entered."""
    return {"values": {"interactions[iAAAAA].kind": kind, "interactions[iAAAAA].date": DAY}}


def opened(status: str = "filed", **content: Any) -> dict[str, Any]:
    """What a file is opened with."""
    data = {"subject": "organisation", "name": "甲", **content}
    return {
        "status": status,
        "fields": sorted(data),
        "content": data,
        "values": {key: data[key] for key in data if key != "subject"},
    }


ROWS = [
    row("record.create/fields_wanted", {"data": opened(business={"staff": "好"})}, {"data": opened(phone="021")},
        regime=NARROWED, file=None),
    row("record.create/fields_wanted", {"data": opened(files=["shop"], business={"staff": "好"})},
        {"data": opened(files=["shop", "firm"], business={"staff": "好"})}, regime=BY_KIND, file=None),
    row("record.update/fields_wanted", {"data": setting(trading__terms="—")}, {"data": setting(trading__terms=None)},
        regime=NARROWED),
    row("record.update/fields_wanted", {"data": setting(people__owner__name="甲")},
        {"data": setting(people__operator__name="甲")}, regime=NARROWED),
    row("record.update/fields_wanted", {"data": setting(finances__assets="—")},
        {"data": {"values": {"finances.years[yAAAAA].year": 2025}}}, regime=NARROWED),
    row("record.add/fields_wanted", {"data": entered("visit")}, {"data": entered("service")}, regime=NARROWED),
    row("record.add/fields_wanted", {"data": added({"id": "cAAAAA", "name": "乙"}, "competitors")},
        {"data": added({"id": "cAAAAA", "name": "乙"}, "contacts")}, regime=NARROWED),
    row("record.create/fields_complete", {"data": opened()}, {"data": opened("draft")}, regime=ASKING, file=None),
    row("record.create/fields_complete", {"data": opened(fax="021")}, {"data": opened(email="enc:1:…")},
        regime=ASKING, file=None),
    row("intake.submit/fields_complete", {}, {"file": record(phone="021")}, regime=ASKING),
    row("intake.accept/fields_complete", {}, {"file": record(phone="021")}, regime=ASKING,
        case=case("intake", event("s", "submit"))),
    row("record.create/number_fits", {"data": opened(filing={"archive_number": "7"})},
        {"data": opened(filing={"archive_number": "XS-7"})}, regime=NUMBERED, file=None),
    row("record.update/number_fits", {"data": setting(filing__archive_number="7")},
        {"data": setting(filing__archive_number="XS-7")}, regime=NUMBERED),
    row("record.update/number_fits", {"data": setting(filing__archive_number="XS-7") | {"borne": OTHER}},
        {"data": setting(filing__archive_number="XS-7") | {"borne": []}}),
    row("record.add/lies_apart", {"data": added({**LEASE, "id": "dBBBBB", "material": "mortgage"})},
        {"data": added({**LEASE, "id": "dBBBBB"})}, regime=APART, file=record(documents=[LEASE])),
    row("record.update/lies_apart", {"data": {"values": {"documents[dAAAAA].material": "mortgage"}}},
        {"data": {"values": {"documents[dAAAAA].material": "mortgage", "documents[dAAAAA].volume": "vBBBBB"}}},
        regime=APART, file=record(documents=[LEASE, {**LEASE, "id": "dBBBBB"}])),
    row("record.add/scanned_first", {"data": added({**ORIGINAL, "place": "3柜"})}, {"data": added(ORIGINAL)}, regime=SCANNED),
    row("record.add/scanned_first", {"data": added(ORIGINAL), "file": record(filing={"place": "3柜"})},
        {"data": added(ORIGINAL), "file": record(filing={"place": "3柜"}, documents=[SCAN])}, regime=SCANNED),
    row("record.update/scanned_first", {"data": {"values": {"documents[dAAAAA].volume": "vAAAAA"}}},
        {"data": {"values": {"documents[dAAAAA].volume": "vAAAAA", "documents[dAAAAA].form": "copy"}}},
        regime=SCANNED, file=record(documents=[ORIGINAL])),
    row("record.add/original_kept", {"data": added({**ORIGINAL, "secrecy": "secret", "place": "销售部"})},
        {"data": added({**ORIGINAL, "secrecy": "secret", "place": "档案室3柜"})}, regime=KEPT),
    row("record.add/original_kept", {"data": added({**ORIGINAL, "secrecy": "secret", "place": "销售部"})},
        {"data": added({**ORIGINAL, "place": "销售部"})}, regime=KEPT),
    row("record.update/original_kept", {"data": {"values": {"documents[dAAAAA].place": "销售部"}}},
        {"data": {"values": {"documents[dAAAAA].place": "销售部", "documents[dAAAAA].form": "copy"}}},
        regime=KEPT, file=record(secrecy="secret", documents=[ORIGINAL])),
    row("intake.file/original_kept", {"file": record(secrecy="secret", documents=[ORIGINAL])},
        {"file": record(secrecy="secret", documents=[{**ORIGINAL, "place": "档案室"}])}, regime=KEPT, case=APPROVED),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert {reason.code for reason in decided(refused).reasons} == {code}
    assert decided(allowed).reasons == ()


@pytest.mark.parametrize(
    ("rules", "fields", "lacking"),
    [
        ({"required": ["phone"]}, {}, [("phone",)]),
        ({"required": ["phone"]}, {"phone": "enc:1:…"}, []),
        ({"required": ["phone"]}, {"phone": None}, []),
        ({"required": ["contacts.phone"]}, {"contacts": [{"id": "c", "name": "乙"}]}, [("contacts.phone",)]),
        ({"required": ["contacts.phone"]}, {"contacts": [{"id": "c"}, {"id": "d", "phone": "1"}]}, []),
        ({"required": [["phone", "email"]]}, {"email": "a@b"}, []),
        ({"required": ["person.sex"]}, {}, []),
        ({"required": ["person.sex"]}, {"subject": "person"}, [("person.sex",)]),
        ({"required": ["size.staff"]}, {"size": {"staff": 0}}, []),
        ({"required": [{"when": {"axis": {"partner": ["key", "brand"]}}, "fields": ["fax"]}]}, {}, []),
        (
            {"required": [{"when": {"axis": {"partner": ["key", "brand"]}}, "fields": ["fax"]}]},
            {"classification": {"partner": "brand"}},
            [("fax",)],
        ),
    ],
)
def test_what_is_required_and_blank_is_told_as_far_as_it_may_stand_for_the_customer(
    rules: Mapping[str, Any], fields: Mapping[str, Any], lacking: list[tuple[str, ...]]
) -> None:
    data = record(**fields).data
    for house in ({"fields": rules}, {"files": {"shop": rules}}):  # a file that names no kind is of the only one there is
        assert filling.lacking(data, regime(house=house)) == lacking


def test_a_file_of_several_kinds_holds_what_any_of_them_lists_and_the_strictest_word_counts() -> None:
    kinds = {
        "one": {"sections": ["basic"], "extra": "flag", "owners": {"basic": "a"}},
        "two": {"sections": ["lease"], "extra": "refuse", "blank": "refuse"},
        "three": {},
    }
    law = regime(house={"files": kinds})
    found = filling.rules(record(files=["one", "two", "three"]).data, law)
    assert (found.sections, found.extra, found.blank) == (("basic", "lease"), "refuse", "refuse")
    assert filling.owners(record(files=["one", "two", "three"]).data, law) == {"basic": "a"}
    assert filling.rules(record(files=["three"]).data, law).sections is None
    assert filling.rules(record().data, law).sections is None


def test_what_says_how_a_file_is_kept_lies_outside_no_list() -> None:
    law = regime(house={"fields": {"sections": []}})
    paths = [
        "classification.time",
        "filing.place",
        "documents[dAAAAA].kind",
        "consent[kAAAAA].form",
        "name",
        "phone",
        "interactions.visit",
    ]
    assert dict(filling.excess(paths, record().data, law)) == {"phone": "extra", "interactions.visit": "extra"}


ARRANGED = {
    "axes": {"property-type": {"zh": "物业类型", "en": "Property type", "values": {"shop": {"zh": "商铺", "en": "shop"}}}},
    "arrange": [
        {"when": {"axis": {"product-age": "old"}}, "by": ["keeper"]},
        {"by": ["classification.property-type", "filing.handled"]},
    ],
}
SHOP = {"classification": {"property-type": "shop"}}
RESULTS = {"results": {"every": "1y"}}


@pytest.mark.parametrize(
    ("rules", "fields", "owes"),
    [
        ({"fields": {"required": ["phone"]}}, {}, {"record.fields": None}),
        ({"fields": {"required": ["phone"]}}, {"status": "draft"}, {"record.fields": None}),
        ({"fields": {"required": ["phone"]}}, {"phone": "021"}, {}),
        (ARRANGED, {}, {}),
        (ARRANGED, {"keeper": "li.na"}, {}),
        (ARRANGED, {"keeper": "li.na", "classification": {"product-age": "old"}}, {"record.label": None}),
        (ARRANGED, SHOP, {"record.label": None}),
        (ARRANGED, {**SHOP, "status": "draft"}, {}),
        (ARRANGED, {**SHOP, "filing": {"label": "商铺"}}, {}),
        (ARRANGED, {**SHOP, "filing": {"label": "shop"}}, {}),
        (ARRANGED, {**SHOP, "filing": {"label": "商铺", "handled": DAY}}, {"record.label": None}),
        (ARRANGED, {**SHOP, "filing": {"label": f"商铺 {DAY}", "handled": DAY}}, {}),
        (RESULTS, {}, {"record.results": "2027-12-31"}),
        (RESULTS, {"filing": {"archived": "2024-05-01"}}, {"record.results": "2025-12-31"}),
        (RESULTS, {"finances": {"years": [{"id": "yAAAAA", "year": 2024}]}}, {"record.results": "2026-12-31"}),
        (RESULTS, {"finances": {"years": [{"id": "yAAAAA", "year": "enc:1:…"}]}}, {}),
        (RESULTS, {"subject": "person"}, {}),
        (RESULTS, {"status": "draft"}, {}),
    ],
)
def test_a_kept_file_asks_for_blank_items_its_label_and_the_results_of_each_year(
    rules: Mapping[str, Any], fields: Mapping[str, Any], owes: Mapping[str, str | None]
) -> None:
    law = regime(house=rules)
    found = list(owed.of_file(File(record(**fields).data, "SH-000001", {}, DAY), law, owed.sources(law)))
    assert {one.duty: one.due for one in found} == owes
    assert all(one.who and one.how for one in found)


def test_who_feeds_a_blank_section_is_told_by_department() -> None:
    house = {"departments": {"hr": {"zh": "人事部", "en": "HR"}}, "fields": {"required": ["phone"], "owners": {"basic": "hr"}}}
    law = regime(house=house)
    (found,) = owed.of_file(File(record().data, "—", {}, DAY), law, owed.sources(law))
    assert found.say["values"] == {"fields": {"zh": "电话", "en": "Phone"}, "units": {"zh": "人事部", "en": "HR"}}


def test_null_takes_an_axis_or_a_value_of_base_away() -> None:
    axes = regime(
        house={"axes": {"time": {"values": {"future": None, "potential": {"zh": "潜在", "en": "potential"}}}, "route": None}}
    )
    assert list(axes.get("axes.time.values")) == ["old", "new", "potential"]
    assert "route" not in axes.get("axes")
