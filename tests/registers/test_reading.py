"""Reading and secrecy: each reason as it refuses, and the same act beside it, where it is legal."""

from dataclasses import replace
from typing import Any

import pytest

from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation, facts_for
from registers.entries import BASE, CHEN_JING, DAY, LI_NA, WANG_WEI, Made, case, event, member, record, regime
from registers.test_deciding import RETURNED, USUAL, Act, decided, loan, out, row
from registers.world import World

SEALING = {"forbid": "seal", "trigger": "ended"}
USUAL |= {"hold.propose": {**SEALING, "reason": "—"}, "loan.reserve": USUAL["loan.request"]}
LEAVE = regime(house={"read": {"as": "read", "opening": "by-leave", "rules": [{"approve": ["manager"]}]}})
TERM = regime(house={"read": {"as": "read", "opening": "by-leave", "rules": [{"approve": ["manager"], "term": "3d"}]}})
EACH = regime(house={"read": {"as": "read", "opening": "by-leave", "limits": ["at-use"], "rules": [{"approve": []}]}})
OWN = regime(house={"read": {"as": "read", "opening": "by-leave", "rules": [{"when": {"keeper": True}}, {"barred": True}]}})
SECRET = record(secrecy="secret")
LOW = member("low", "clerk")._replace(clearance="internal")
CLEARED = regime(house={"read": {"clearance": True}})
NAMED = regime(house={"read": {"named": True}})
INSIDE, WILLING = (regime(house={"read": {"limits": [word]}}) for word in ("inside", "willing"))
AT_USE = regime(house={"read": {"limits": ["at-use"]}})
NO_COMMERCE = regime(
    house={
        "read": {"limits": ["no-commerce"]},
        "purposes": {"service": {"zh": "服务", "en": "service"}, "ads": {"zh": "广告", "en": "ads", "commerce": True}},
    }
)
VERIFIED = regime(house={"lend": {"verify": ["identity"]}, "who": {"verify": ["manager"]}})
BARRED = regime(house={"lend": {"barred_to_borrower": ["copy"]}})
WHOLE = regime(house={"lend": {"completeness": True}})
LOOKED = regime(house={"lend": {"return": {"check": ["in-person"]}}})
OWN_TERM = regime(house={"lend": {"rules": [{"term": "stated"}]}})
BY_PHONE = regime(house={"lend": {"renew": ["phone", "mail"]}})
ON_SITE = regime(house={"read": {"as": "read", "rules": [{"place": "archive-room"}]}})
SCHEME = regime(house={"secrecy": {"scheme": ["internal", "secret"]}})
ORDER = regime(house={"secrecy": {"grading": ["collected", "analysed", "reviewed", "numbered"]}})
ENDING = regime(house={"seal": {"upon": ["ended"], "ended": {"axis": {"cooperation": "lost"}}}})
ASKING = regime(house={"seal": {"upon": ["asked"]}})
AGREED = record(consent=[{"id": "nAAAAA", "given": "2026-01-01"}])
TODAY = record(consent=[{"id": "nAAAAA", "given": DAY}])
LOST = record(classification={"cooperation": "lost"})
BACK = {"due": DAY}
QUERY = {"columns": {"mode": "query"}}


def query(*more: dict[str, Any], by: str = "wang.wei", rule: dict[str, Any] | None = None, **columns: Any) -> Case:
    """A query about the file."""
    asked = event("r", "request", by=by, data={"rule": rule or {"approve": ["manager"]}})
    return case("loan", asked, *more, made=Made(columns={"mode": "query", **columns}, number="JY-2026-0001"))


APPROVED = event("a", "approve", "r", by="chen.jing", post="manager")
TOLD = event("t", "deliver", "a", by="li.na")
KEPT = record(keeper="chen.jing")
COLLECTED = case("collection", event("c", "enter", data={"rule": {}}), made=Made(number="SC-2026-0001"))
REVIEWED = case(
    "collection",
    event("c", "enter", data={"rule": {}}),
    event("d", "analyse", "c", data={"analysis": "—"}),
    made=Made(number="SC-2026-0001"),
)
MARKED = record(filing={"transmission_number": "CD-1"})
RAISED = {"changed": ["secrecy"], "values": {"secrecy": "secret"}, "reason": "—"}
IN_FORCE = case("hold", event("s", "place"), made=Made(columns={"forbid": "use"}, number="TY-2026-0001"))
SEALED = case("hold", event("s", "propose"), made=Made(columns=SEALING, number="TY-2026-0001"))
UNSEALED = case(
    "hold",
    event("s", "propose"),
    event("u", "unseal", "s", data={"reason": "—"}),
    made=Made(columns=SEALING, number="TY-2026-0001"),
)
GRANTED = case(
    "request",
    event("i", "receive", data={"rule": {}}),
    event("j", "identify", "i", data={"method": "oral"}),
    made=Made(columns={"mode": "delete"}, number="KQ-2026-0001"),
)
IDENTITY = event("v", "verify", "r", by="chen.jing", data={"verified": "identity"})
BY_OTHERS = event("v", "verify", "r", by="wang.wei", data={"verified": "identity"})
LENT = loan(event("h", "hand_out", "r", data={"due": DAY}))
RENEWING = {"due": "2026-03-05", "reason": "—"}

ROWS = [
    row("record.open/not_stopped", {"beside": (SEALED,)}, {"beside": (UNSEALED,)}),
    row("record.open/cleared", *({"data": {"levels": {"phone": level}}} for level in ("top-secret", "secret"))),
    row("record.open/cleared", {"file": SECRET}, {}, regime=CLEARED, who=LOW),
    row("loan.request/cleared", {"file": SECRET}, {}, regime=CLEARED, who=LOW, columns={"mode": "loan"}),
    row("record.open/has_leave", {"beside": (query(),)}, {"beside": (query(APPROVED),)}, regime=LEAVE, who=WANG_WEI),
    row("record.open/has_leave", {}, {"beside": (query(APPROVED, TOLD),)}, regime=LEAVE, who=WANG_WEI),
    row("record.open/has_leave", {"who": member("amy", "manager")}, {}, regime=LEAVE, beside=(query(APPROVED, TOLD),)),
    row("record.open/has_leave", *({"beside": (query(*events),)} for events in ((APPROVED,), (APPROVED, TOLD))), regime=EACH,
        who=WANG_WEI),
    row("record.open/has_leave", {"now": "2026-03-06"}, {"now": "2026-03-05"}, who=WANG_WEI, regime=TERM,
        beside=(query(APPROVED, TOLD, rule={"approve": ["manager"], "term": "3d"}),)),
    row("record.open/has_leave", *({"data": {"paths": [path]}} for path in ("phones", "contacts[cAAAAA].phone")), who=WANG_WEI,
        regime=LEAVE, beside=(query(APPROVED, fields="contacts.phone, phone"),)),
    row("record.open/has_leave", {"who": LI_NA}, {"who": CHEN_JING}, regime=OWN, file=KEPT),
    row("loan.request/fields_named", QUERY, {"columns": {"mode": "query", "fields": "phone"}}, regime=NAMED),
    row("loan.request/within_limits", {"columns": {"outside": True}}, {}, regime=INSIDE),
    row("loan.request/within_limits", {}, {"file": AGREED}, regime=WILLING),
    row("loan.request/within_limits", *({"columns": {"use": use}} for use in ("ads", "service")), regime=NO_COMMERCE),
    row("loan.hand_out/within_limits", {"file": AGREED}, {"file": TODAY}, case=loan(), regime=AT_USE, data=BACK),
    row("loan.hand_out/applicant_verified", {"case": loan(BY_OTHERS)}, {"case": loan(IDENTITY)}, data=BACK, regime=VERIFIED),
    row("loan.approve/applicant_verified", {"case": query()}, {"case": query(IDENTITY)}, regime=VERIFIED, who=CHEN_JING),
    row("loan.hand_out/duties_acknowledged", {"data": BACK}, {"data": {**BACK, "promised": True}}, case=loan(), regime=BARRED),
    row("loan.hand_out/duties_acknowledged", {"regime": WHOLE}, {}, case=loan(), data=BACK),
    row("loan.give_back/return_checked", {"data": RETURNED}, {"data": {**RETURNED, "examined": "in-person"}}, case=out(),
        regime=LOOKED),
    row("loan.request/term_stated", {}, {"columns": {"term": "90d"}}, regime=OWN_TERM),
    row("loan.renew/renewal_allowed", {"data": RENEWING}, {"data": {**RENEWING, "asked": "phone"}}, case=LENT, regime=BY_PHONE),
    row("loan.request/allowed_by_rules", QUERY, {"columns": {"mode": "on-site"}}, regime=ON_SITE),
    row("loan.request/not_on_loan", {}, QUERY, beside=(out(),)),
    row("loan.request/needs", *({"columns": {"purpose": text}} for text in (" ", "核对"))),
    row("record.create/grade_in_scheme", *({"data": {"content": {"secrecy": level}}} for level in ("confidential", "secret")),
        file=None, regime=SCHEME),
    row("record.update/grade_in_scheme", {"data": {**RAISED, "values": {"secrecy": "confidential"}}}, {"data": RAISED},
        regime=SCHEME),
    row("record.create/graded_in_order", *({"data": {"content": content}} for content in ({"secrecy": "secret"}, {})),
        file=None, regime=ORDER),
    row("record.update/graded_in_order", {"beside": ()}, {"beside": (REVIEWED,)}, file=MARKED, data=RAISED, regime=ORDER),
    row("record.update/graded_in_order", {"beside": (COLLECTED,)}, {"beside": (REVIEWED,)}, file=MARKED, data=RAISED,
        regime=ORDER),
    row("record.update/graded_in_order", {"file": record()}, {"file": MARKED}, beside=(REVIEWED,), data=RAISED, regime=ORDER),
    row("loan.request/not_due_for_sealing", {"file": LOST}, {}, regime=ENDING),
    row("loan.request/not_due_for_sealing", {"regime": ASKING}, {"regime": ENDING}, beside=(GRANTED,)),
    row("loan.request/not_stopped", {"beside": (SEALED,)}, {"beside": (UNSEALED,)}),
    row("record.update/not_stopped", {"beside": (SEALED,)}, {}, data={"changed": ["note"], "reason": "—"}),
    row("hold.propose/about_something", {"file": None}, {}),
    row("hold.propose/needs", {"columns": {"trigger": None}}, {}),
    row("hold.propose/when", {"columns": {"forbid": "use"}}, {}),
    row("hold.place/when", *({"columns": {"forbid": what, "trigger": "ended", "reason": "—"}} for what in ("seal", "use"))),
    row("hold.propose/not_stopped", {"beside": (SEALED,)}, {"beside": (UNSEALED,)}),
    row("hold.propose/not_on_loan", {"beside": (out(),)}, {}),
    row("destruction.propose/not_held", {"beside": (IN_FORCE,)}, {"beside": (SEALED,)}, columns={"reason": "—"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert {reason.code for reason in decided(refused).reasons} == {code}
    assert decided(allowed).reasons == ()


def test_a_sealed_file_may_be_put_on_a_destruction_list() -> None:
    found = decided(Act("destruction.propose", beside=(SEALED,), columns={"ground": "expired"}))
    assert "destruction.propose/not_held" not in {reason.code for reason in found.reasons}


AMY = member("amy", "clerk", "department-manager", department="sales")
BOB = member("bob", "clerk", department="service")


def facts(who: Any, file: Any, *entries: Case, when: str = "former") -> dict[str, Any]:
    found = regime(house={"read": {"rules": [{"when": {when: True}}]}})
    kind = kinds.kind("loan", found)
    world = World(found, {"amy": AMY, "bob": BOB}, entries, (file,))
    return facts_for(
        Situation(world, kind, kind.steps["request"], who, DAY, None, (file,), columns={"mode": "query"}), "read.rules"
    )


def test_a_rule_may_ask_whether_the_applicant_keeps_the_file_or_leads_the_department_of_who_does() -> None:
    kept = record(keeper="amy")
    assert (facts(AMY, kept)["keeper"], facts(BOB, kept)["keeper"]) == (True, False)
    assert "department-manager of keeper" in facts(AMY, kept)["post"]
    assert "department-manager of keeper" not in facts(AMY, record(keeper="bob"))["post"]


@pytest.mark.parametrize(("called", "free"), [("marketing", True), ("营销部", True), ("Marketing", True), ("工程部", False)])
def test_a_department_is_the_same_by_its_key_and_by_its_titles(called: str, free: bool) -> None:  # noqa: FBT001 - a table
    rules: list[dict[str, Any]] = [{"when": {"department": "marketing"}, "approve": []}, {"approve": ["head of keeper"]}]
    named = {"departments": {"marketing": {"zh": "营销部", "en": "Marketing"}}, "posts": {"head": {"zh": "负责人", "en": "head"}}}
    who, amy = member("x", "clerk", "head", department=called), member("amy", "clerk", department="营销部")
    act = Act(
        "loan.request",
        regime=regime(house={**named, "read": {"as": "read", "rules": rules}}),
        who=who,
        staff=(amy,),
        file=record(keeper="amy"),
        columns={"mode": "on-site"},
    )
    assert bool(decided(act).awaits) is (not free)
    signing = decided(replace(act, step="loan.approve", case=loan(rule=rules[1])))
    assert ("loan.approve/chain" not in {reason.code for reason in signing.reasons}) is free


def test_a_rule_may_ask_whether_the_applicants_department_handed_the_file_over() -> None:
    handed = case(
        "handover",
        event("a", "apply", data={"rule": {"approve": []}}),
        event("c", "confirm", "a", post="taker"),
        event("r", "register", "c"),
        made=Made(columns={"giver": "amy", "taker": "bob"}, number="JJ-2026-0001"),
    )
    file = record()
    assert [facts(who, file, handed)["former"] for who in (AMY, BOB)] == [True, False]
    assert "former" not in facts(AMY, file, handed, when="keeper")


def test_reading_follows_the_rules_of_the_section_that_the_regime_names() -> None:
    asked = regime(house={"read": {"as": "read", "rules": [{"approve": ["manager"]}]}})
    waits = [decided(Act("loan.request", regime=each, columns={"mode": "on-site"})).awaits for each in (BASE, asked)]
    assert [[slot.posts for slot in found] for found in waits] == [[], [("manager",)]]
