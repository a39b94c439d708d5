"""Collecting and opening: what a file asks for meanwhile, and what is refused; beside each the case where it asks nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from archivectl.registers import owed
from archivectl.registers.owing import File
from registers.entries import DAY, case, event, record, regime
from registers.test_deciding import Act, decided, row

COLLECT = "collect"
MARKED = regime(house={"intake": {"marks": ["业务员", "商编"]}})
COUNTED = regime(house={"intake": {"counted": True}})
ONE_COPY = regime(house={"intake": {"one_copy": "any-form"}})
TOLD = regime(house={"consent": {"told": ["file"]}})
FILING = regime(house={"consent": {"for": ["file"], "form": "written", "capacity": ["self", "legal-representative"]}})
KNOWN = regime(house={"identity": {"for": ["record.create", "record.file"]}})
NOTICE = {"id": "pAAAAA", "purpose": "服务", "told": DAY, "how": "告知书"}
AGREED = {"id": "kAAAAA", "form": "written", "given": "2026-01-01", "capacity": "self", "purposes": ["营销"]}
CHECK = {"id": "iAAAAA", "method": "oral", "date": DAY, "result": "confirmed"}
PAPER = {"id": "dAAAAA", "kind": "合同", "form": "original", "marks": ["业务员", "商编"]}
TWO = record(documents=[PAPER, {**PAPER, "id": "dBBBBB"}])
SUBMITTED = case("intake", event("s", "submit"))


def opened(status: str = "filed", **content: Any) -> dict[str, Any]:
    """What a file is opened with."""
    return {"status": status, "fields": ["name"], "content": {"subject": "organisation", "name": "甲", **content}}


ROWS = [
    row("intake.submit/items_marked", {"file": record(documents=[{**PAPER, "marks": ["业务员"]}])},
        {"file": record(documents=[PAPER])}, regime=MARKED),
    row("intake.accept/items_marked", {"file": record(documents=[{"id": "dAAAAA"}])}, {"file": TWO},
        regime=MARKED, case=SUBMITTED),
    row("intake.accept/counted_as_listed", {"data": {"counted": 1}}, {"data": {"counted": 2}},
        regime=COUNTED, case=SUBMITTED, file=TWO),
    row("intake.accept/counted_as_listed", {"regime": COUNTED}, {}, case=SUBMITTED, file=TWO),
    row("record.add/no_duplicate_paper", {"data": {"added": {"documents": [{"kind": "合同", "form": "copy"}]}}},
        {"data": {"added": {"documents": [{"kind": "合同", "form": "copy", "number": "2"}]}}}, regime=ONE_COPY, file=TWO),
    row("record.add/no_duplicate_paper", {"data": {"added": {"documents": [{"kind": "补充协议", "copies": 2}]}}},
        {"data": {"added": {"documents": [{"kind": "补充协议", "copies": 1}]}}}, regime=ONE_COPY, file=TWO),
    row("record.create/customer_told", {"data": opened()}, {"data": opened(purposes=[NOTICE])}, regime=TOLD, file=None),
    row("record.create/customer_told", {"data": opened(purposes=[{**NOTICE, "how": None}])},
        {"data": opened("draft")}, regime=TOLD, file=None),
    row("record.file/customer_told", {"file": record(purposes=[{"id": "pAAAAA", "purpose": "服务", "told": DAY}])},
        {"file": record(purposes=[NOTICE])}, regime=TOLD),
    row("record.create/consent_given", {"data": opened()}, {"data": opened(consent=[AGREED])}, regime=FILING, file=None),
    row("record.create/consent_given", {"data": opened(consent=[{**AGREED, "form": "oral"}])}, {"data": opened("draft")},
        regime=FILING, file=None),
    row("record.file/consent_given", {"file": record(consent=[{**AGREED, "capacity": "agent"}])},
        {"file": record(consent=[{**AGREED, "capacity": "legal-representative"}])}, regime=FILING),
    row("record.file/consent_given", {"file": record(consent=[{**AGREED, "withdrawn": DAY}])},
        {"file": record(consent=[AGREED])}, regime=FILING),
    row("record.create/identity_confirmed", {"data": opened()}, {"data": opened(identity_checks=[CHECK])},
        regime=KNOWN, file=None),
    row("record.create/identity_confirmed", {"data": opened(identity_checks=[{**CHECK, "result": "refuted"}])},
        {"data": opened("stub")}, regime=KNOWN, file=None),
    row("record.file/identity_confirmed", {}, {"file": record(identity_checks=[CHECK])}, regime=KNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert {reason.code for reason in decided(refused).reasons} == {code}
    assert decided(allowed).reasons == ()


STATES = [
    {"when": {"axis": {"process": "about-to"}}, "fields": ["name", "phone", "business"], "within": "1mo"},
    {"when": {"axis": {"process": "trading"}}, "fields": ["name", "phone"]},
]
ABOUT_TO = {"classification": {"process": "about-to"}, "filing": {"handled": DAY}}
COME = [{"id": "cAAAAA", "channel": "customer-form", "section": "finances", "date": DAY}]
VISIT = [{"id": "cAAAAA", "channel": "sales-visit", "date": "2026-03-03", "by": "wang.wei"}]
SERVICE = {"service": {"zh": "提供服务", "en": "service"}}
REPORT = {"report": {"who": ["clerk"], "what": ["sales-visit"], "exempt": {"secrecy": ">=secret"}}, "within": "1d"}
LATE = {"filing": {"handled": "2026-03-02", "archived": "2026-03-06"}}
CHECKED = [{"id": "cAAAAA", "section": "电话", "verification": "verified"}]


@pytest.mark.parametrize(
    ("rules", "fields", "happened", "owes"),
    [
        ({COLLECT: {"complete": STATES}}, {}, {}, {}),
        ({COLLECT: {"complete": STATES}}, ABOUT_TO, {}, {"record.complete": "2026-04-02"}),
        ({COLLECT: {"complete": STATES}}, {"classification": {"process": "trading"}}, {}, {"record.complete": None}),
        ({COLLECT: {"complete": STATES}}, {**ABOUT_TO, "phone": "enc:1:…", "business": {"staff": "—"}}, {}, {}),
        ({COLLECT: {"basics": ["name", "phone"]}}, {}, {}, {}),
        ({COLLECT: {"basics": ["name", "phone"]}}, {"business": {"staff": "—"}}, {}, {"record.basics": None}),
        ({COLLECT: {"basics": ["name", "phone"]}}, {"business": {"staff": "—"}, "phone": "021"}, {}, {}),
        ({COLLECT: {"basics": ["name", "phone"]}}, {"collection": COME}, {}, {}),
        ({"intake": {"filing": ["filing.place"]}}, {}, {}, {"record.filing": None}),
        ({"intake": {"filing": ["filing.place"]}}, {"status": "draft"}, {}, {}),
        ({"intake": {"filing": ["filing.place"]}}, {"filing": {"place": "A-1"}}, {}, {}),
        ({"media": {"of_file": ["card", "database"]}}, {"filing": {"media": ["card"]}}, {}, {"record.media": None}),
        ({"media": {"of_file": ["card", "database"]}}, {"filing": {"media": ["card", "database"]}}, {}, {}),
        ({COLLECT: {"channels_at_least": 2}}, {"collection": COME}, {}, {"record.channels": None}),
        ({COLLECT: {"channels_at_least": 2}}, {"collection": COME, "status": "draft"}, {}, {}),
        ({COLLECT: {"channels_at_least": 2}}, {"collection": COME, "source": {"channel": "customer-form"}}, {},
            {"record.channels": None}),
        ({COLLECT: {"channels_at_least": 2}}, {"collection": [*COME, *VISIT]}, {}, {}),
        ({COLLECT: {"verify": ["customer-form"]}}, {"collection": COME}, {}, {"record.verify": None}),
        ({COLLECT: {"verify": ["customer-form"]}}, {"collection": [{**COME[0], "verification": "doubtful"}]}, {}, {}),
        ({COLLECT: {"verify": ["customer-form"]}}, {"collection": VISIT}, {}, {}),
        ({"intake": {"verify": ["phone"]}}, {"phone": "021", "status": "draft"}, {}, {"record.verify": None}),
        ({"intake": {"verify": ["phone"]}}, {"phone": "021", "collection": CHECKED}, {}, {}),
        ({"intake": {"verify": ["phone"]}}, {}, {}, {}),
        ({COLLECT: REPORT}, {"collection": VISIT}, {}, {"collection.enter": "2026-03-04"}),
        ({COLLECT: REPORT}, {"collection": VISIT}, {"reported": "2026-03-02"}, {"collection.enter": "2026-03-04"}),
        ({COLLECT: REPORT}, {"collection": VISIT}, {"reported": "2026-03-03"}, {}),
        ({COLLECT: REPORT}, {"collection": VISIT, "secrecy": "secret"}, {}, {}),
        ({COLLECT: REPORT}, {"collection": COME}, {}, {}),
        ({"intake": {"within": "1wd"}}, LATE, {}, {"record.late": None}),
        ({"intake": {"within": "1wd"}}, LATE, {"reviewed": "2026-03-06"}, {}),
        ({"intake": {"within": "at-once"}}, {"filing": {"handled": DAY, "opened": "2026-03-03"}}, {}, {"record.late": None}),
        ({"intake": {"within": "at-once"}}, {"filing": {"handled": DAY, "opened": DAY}}, {}, {}),
        ({"intake": {"within": "1wd"}}, {"filing": {"handled": DAY}}, {"filed": "2026-03-06"}, {"record.late": None}),
        ({"intake": {"within": "1wd"}}, {"filing": {"handled": DAY, "archived": "2026-03-03"}}, {}, {}),
        ({"intake": {"within": "timely"}}, {"status": "draft", "filing": {"handled": DAY}}, {}, {"intake.submit": "2026-03-05"}),
        ({"intake": {"within": "timely"}, "timely": "1d"}, {"status": "draft", "filing": {"handled": DAY}}, {},
            {"intake.submit": "2026-03-03"}),
        ({"intake": {"within": "process"}}, {"status": "draft", "filing": {"handled": DAY}}, {}, {}),
        ({"intake": {"within": "process"}}, {"status": "draft", "filing": {"agreed": "2026-03-20"}}, {},
            {"intake.submit": "2026-03-20"}),
        ({"intake": {"within": "5d"}}, {"status": "draft", "filing": {"handled": DAY}}, {}, {"intake.submit": "2026-03-07"}),
        ({"intake": {"event": SERVICE}}, {"status": "stub", "filing": {"handled": DAY}}, {}, {"intake.submit": None}),
        ({"intake": {"event": SERVICE}}, {"status": "stub"}, {}, {}),
        ({"intake": {"event": SERVICE}}, {"filing": {"handled": DAY}}, {}, {}),
        ({"intake": {"within": "5d", "holidays": "defer"}}, {"status": "draft", "filing": {"handled": DAY}}, {},
            {"intake.submit": "2026-03-09"}),
    ],
)  # fmt: skip
def test_a_file_asks_for_what_is_lacking_unverified_unreported_or_late(
    rules: Mapping[str, Any], fields: Mapping[str, Any], happened: Mapping[str, str], owes: Mapping[str, str | None]
) -> None:
    law = regime(house=rules)
    file = File(record(**fields).data, "SH-000001", happened, DAY)
    found = list(owed.of_file(file, law, owed.sources(law)))
    assert {one.duty: one.due for one in found} == owes
    assert all(one.who and one.how for one in found)


def test_what_is_to_be_handed_in_names_the_event_that_obliges_to_it() -> None:
    event_ = {"first-purchase": {"zh": "首次购买", "en": "first purchase"}}
    law = regime(house={"intake": {"within": "3d", "event": event_}})
    file = File(record(status="draft", filing={"handled": DAY}).data, "—", {}, DAY)
    (found,) = owed.of_file(file, law, owed.sources(law))
    assert found.say["values"]["event"] == event_["first-purchase"]


def test_of_many_things_lacking_the_first_are_named() -> None:
    law = regime(house={COLLECT: {"complete": [{"fields": ["phone", "email", "fax", "website", "address"]}]}})
    (found,) = owed.of_file(File(record().data, "—", {}, DAY), law, owed.sources(law))
    assert found.say["values"] == {"found": 0, "wanted": 5, "fields": {"zh": "电话、邮箱、传真 …", "en": "Phone, E-mail, Fax …"}}
