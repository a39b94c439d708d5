"""One file of two histories: the result is what one of them has, place by place, and what both changed is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivectl.merging.pieces import OURS, THEIRS, Dispute, Sides, united
from archivectl.records import fields, interactions
from archivectl.records import text as record_text
from archivectl.registers import entry as entries
from archivectl.verifying.union import allowed

PATH = "customers/SH/0/SH-000001.yaml"
YEAR = "interactions/AB/ABCDEFGHIJKLMNOPQRSTUVWXYZ/2026.yaml"
UID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASE: dict[str, Any] = {
    "schema": 1,
    "uid": UID,
    "number": "SH-000001",
    "subject": "organisation",
    "status": "filed",
    "name": "甲公司",
    "phone": "021-5555",
    "address": {"city": "上海市", "street": "一路"},
    "contacts": [{"id": "cAAAAA", "role": "main", "position": "经理"}, {"id": "cBBBBB", "position": "会计"}],
}


def record(**changes: Any) -> bytes:
    data = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    return record_text.dump(data)


def merge(ours: bytes | None, theirs: bytes | None, base: bytes | None, side: str = THEIRS, path: str = PATH) -> tuple[Any, Any]:
    made = united(path, Sides(ours, theirs, [base]), lambda _place: side)
    text = made.text
    return (text if text is None or path != PATH else record_text.parse(text, path).data), made.disputes


def test_what_one_side_alone_changed_is_as_that_side_has_it() -> None:
    found, disputes = merge(record(phone="021-6666"), record(note="新", address={"city": "杭州市", "street": "一路"}), record())
    assert (found["phone"], found["note"], found["address"]) == ("021-6666", "新", {"city": "杭州市", "street": "一路"})
    assert disputes == ()


@pytest.mark.parametrize(("side", "phone"), [(OURS, "1"), (THEIRS, "2")])
def test_what_both_changed_is_named_and_taken_from_the_side_that_is_preferred(side: str, phone: str) -> None:
    found, disputes = merge(record(phone="1"), record(phone="2"), record(), side)
    assert (found["phone"], disputes) == (phone, (Dispute(PATH, "phone", "1", "2"),))


def test_a_field_that_one_emptied_and_the_other_changed_is_disputed() -> None:
    found, disputes = merge(record(phone=None), record(phone="2"), record(), OURS)
    assert ("phone" in found, disputes) == (False, (Dispute(PATH, "phone", None, "2"),))


def test_items_are_matched_by_their_id_wherever_they_stand() -> None:
    one, two = BASE["contacts"]
    ours = record(contacts=[{"id": "cCCCCC", "position": "新人"}, one, two])
    theirs = record(contacts=[two, {**one, "position": "总监"}])
    found, disputes = merge(ours, theirs, record())
    assert disputes == ()
    assert {each["id"]: each["position"] for each in found["contacts"]} == {
        "cAAAAA": "总监",
        "cBBBBB": "会计",
        "cCCCCC": "新人",
    }


def test_an_item_is_taken_out_where_the_other_left_it_alone() -> None:
    found, disputes = merge(record(contacts=BASE["contacts"][:1]), record(phone="2"), record())
    assert ([each["id"] for each in found["contacts"]], disputes) == (["cAAAAA"], ())


def test_an_item_that_one_took_out_and_the_other_changed_is_disputed_whole() -> None:
    one, two = BASE["contacts"]
    changed = {**two, "position": "总监"}
    found, (dispute,) = merge(record(contacts=[one]), record(contacts=[one, changed]), record())
    assert (found["contacts"], dispute) == ([one, changed], Dispute(PATH, "contacts[cBBBBB]", None, changed))


def test_who_was_forgotten_stays_forgotten() -> None:
    one, two = BASE["contacts"]
    ours, theirs = (
        record(contacts=[{"id": one["id"], "forgotten": UID}, two]),
        record(contacts=[{**one, "position": "总监"}, two]),
    )
    for pair in ((ours, theirs), (theirs, ours)):
        found, disputes = merge(*pair, record())
        assert (found["contacts"][0], disputes) == ({"id": one["id"], "forgotten": UID}, ())


def test_what_was_destroyed_stays_destroyed() -> None:
    stone = record_text.dump(
        {
            **{key: BASE[key] for key in ("schema", "uid", "number", "subject")},
            "status": "destroyed",
            "destroyed": {"date": "2026-03-02"},
        }
    )
    for pair in ((stone, record(phone="2")), (record(phone="2"), stone)):
        assert united(PATH, Sides(*pair, [record()]), lambda _place: OURS).text == stone


def test_a_file_that_one_removed_and_the_other_changed_is_disputed_whole() -> None:
    assert merge(None, record(phone="2"), record(), OURS) == (None, (Dispute(PATH, "", None, record(phone="2")),))


def test_a_number_that_both_gave_one_file_is_that_of_the_other_side() -> None:
    found, disputes = merge(record(number="SH-000007"), record(number="SH-000008"), record(number=None))
    assert (found["number"], disputes) == ("SH-000008", ())


def entry(number: str, *names: str) -> bytes:
    head = entries.head("loan", UID, [], {"mode": "loan"}, [])
    row = {"act": "request", "by": "li.na", "date": "2026-03-02", "at": "2026-03-02T01:12:44Z"}
    return entries.text(number, head, [entries.event_line({"id": name, **row}) for name in names]).encode()


def test_the_events_of_an_entry_are_those_of_both_each_side_in_its_order() -> None:
    path = "registers/loan/2026/0/JY-2026-0001.yaml"
    found, disputes = merge(
        entry("JY-2026-0001", "AAAAAAAAAAAA", "DDDDDDDDDDDD", "CCCCCCCCCCCC"),
        entry("JY-2026-0001", "AAAAAAAAAAAA", "BBBBBBBBBBBB"),
        entry("JY-2026-0001", "AAAAAAAAAAAA"),
        path=path,
    )
    assert disputes == ()
    names = [event.id[0] for event in entries.parse(found, path).events]
    assert names == ["A", "B", "D", "C"]


def test_an_entry_keeps_the_number_that_one_side_gave_it_anew() -> None:
    path, before, after = "registers/loan/2026/0/JY-2026-0001.yaml", "JY-2026-0001", "JY-2026-0009"
    here, there = entry(after, "AAAAAAAAAAAA"), entry(before, "AAAAAAAAAAAA", "BBBBBBBBBBBB")
    for pair in ((here, there), (there, here)):
        found, _disputes = merge(*pair, entry(before, "AAAAAAAAAAAA"), path=path)
        assert (entries.parse(found, path).id, len(entries.parse(found, path).events)) == (after, 2)


def year(*names: str) -> bytes:
    return interactions.written(UID, [{"id": name, "kind": "visit", "date": "2026-03-02", "by": "li.na"} for name in names])


def test_visits_of_both_are_kept_and_one_that_was_taken_out_is_gone() -> None:
    found, disputes = merge(year("iAAAAA", "iBBBBB", "iCCCCC"), year("iAAAAA", "iDDDDD"), year("iAAAAA", "iBBBBB"), path=YEAR)
    assert disputes == ()
    assert [row["id"] for row in interactions.parse(found, YEAR)[1]] == ["iAAAAA", "iDDDDD", "iCCCCC"]


VALUES = st.sampled_from([None, "1", "2"])


def item(name: str, value: str | None) -> dict[str, str]:
    return {"id": name, **({"position": value} if value else {})}


ITEMS = st.lists(st.builds(item, st.sampled_from(["cAAAAA", "cBBBBB", "cCCCCC"]), VALUES), unique_by=lambda each: each["id"])
RECORDS = st.builds(
    lambda phone, note, city, contacts: record(
        phone=phone, note=note, address={"city": city} if city else None, contacts=contacts or None
    ),
    VALUES, VALUES, VALUES, ITEMS,
)  # fmt: skip


@given(ours=RECORDS, theirs=RECORDS, base=RECORDS, side=st.sampled_from([OURS, THEIRS]))
def test_every_place_is_as_a_merge_may_have_it_and_only_disputed_ones_depend_on_the_side(
    ours: bytes, theirs: bytes, base: bytes, side: str
) -> None:
    """What ``verify`` asks of a merge, place by place; an item that one side took out and the other changed is whole or gone."""
    made = united(PATH, Sides(ours, theirs, [base]), lambda _place: side)
    one, two, parted, found = (
        dict(fields.walk(record_text.parse(text or b"", PATH).data)) for text in (ours, theirs, base, made.text)
    )
    disputed = tuple(each.place for each in made.disputes)
    for place in {**one, **two, **found}:
        if place.startswith(disputed):
            assert found.get(place) == (one if side == OURS else two).get(place)
        else:
            assert allowed(one.get(place), two.get(place), [parted.get(place)]) == [found.get(place)]
