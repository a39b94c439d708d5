"""The use of files, and authority to sign: each reason as it refuses, and the same act beside it, where it is legal."""

from typing import Any

import pytest

from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.situation import Situation, delegated
from registers.entries import (
    BASE,
    CHEN_JING,
    DAY,
    LI_NA,
    STAFF,
    SUN_YAN,
    WANG_WEI,
    ZHAO_LEI,
    Made,
    case,
    event,
    member,
    record,
    regime,
)
from registers.test_deciding import (
    ASKED,
    CORP,
    DOCUMENT,
    DONE,
    FILE,
    PART,
    RETURNED,
    USUAL,
    Act,
    decided,
    loan,
    out,
    renewed,
    row,
)
from registers.world import World

WEEK = {"post": "manager", "to": "wang.wei", "from": DAY, "until": "2026-03-06"}
USUAL |= {"delegation.draft": WEEK, "loan.reserve": USUAL["loan.request"], "store.log": {"mode": "pests"}}
USUAL |= {"loan.provide": {"mode": "provision", "borrower": "税务局", "purpose": "协查", "fields": "name"}}
USUAL |= {"transmission.send": {"grade": "confidential", "scope": "工程部,销售部", "unit": "工程部"}}
STACK = regime("stack-room")
ONCE, CLOSED = regime(house={"lend": {"renewals": 1}}), regime(house={"provide": {"never": ["phone", "address"]}})
ASKING = regime(house={"provide": {"consent": True}})
MEMBERS_ONLY = regime(house={"lend": {"outsiders": False}})
TWO = regime(house={"lend": {"rules": [{"approve": ["manager", "manager"]}]}})
NOBODY = regime(house={"lend": {"rules": [{"approve": ["nobody"]}]}})
RENEWED = (event("h", "hand_out", "r", data={"due": DAY}), event("n", "renew", "h", data={"due": DAY, "reason": "—"}))
BACK = {"due": DAY}
LOOKED = {**RETURNED, "examined": "volume-by-volume, item-by-item"}
COPY = loan(columns={"mode": "copy"})
LOST = loan(event("h", "hand_out", "r", data={"due": DAY}), event("l", "report_lost", "h"))
FOUND = loan(event("h", "hand_out", "r", data={"due": DAY}), event("l", "report_lost", "h"), event("f", "find", "l"))
AGREED = record(consent=[{"id": "nAAAAA", "given": "2026-01-01"}])
AGREED_IN_PART = record(consent=[{"id": "nAAAAA", "given": "2026-01-01", "purposes": ["service"]}])
TAKEN_BACK = [{"id": "nAAAAA", "given": "2026-01-01"}, {"id": "nBBBBB", "withdrawn": "2026-02-01", "purposes": ["service"]}]
OUTSIDER = member("outside", "manager")


def reserved(number: int = 2, *more: dict[str, Any], **made: Any) -> Case:
    """A place in the queue."""
    first = event("q", "reserve", data={"rule": {"term": "14d"}})
    return case("loan", first, *more, made=Made(number=f"JY-2026-000{number}", columns={"mode": "loan"}, **made))


def away(columns: dict[str, Any], day: str = "2026-02-20") -> Case:
    """A file that went out on a day."""
    return loan(event("h", "hand_out", "r", date=day, data=BACK), columns=columns)


def letter(*more: dict[str, Any], by: str = "chen.jing", **columns: Any) -> Case:
    """A delegation to wang.wei that was signed, and what followed."""
    drafted = event("d", "draft", data={"rule": {"post": ["manager"]}})
    made = Made(about=(), columns={**WEEK, **columns}, number="WT-2026-0001")
    return case("delegation", drafted, event("s", "approve", "d", by=by, post="manager"), *more, made=made)


ABSENT = {"while": "absent"}
GONE = event("g", "depart", "s", data={"away_until": "2026-03-04"})
HOME = event("b", "come_back", "g", date="2026-03-03")
GONE_AGAIN = event("e", "depart", "b", date="2026-03-03", data={"away_from": "2026-03-06", "away_until": "2026-03-06"})
DEPARTING: dict[str, Any] = {"file": None, "case": letter(**ABSENT), "data": {"away_until": DAY}}
DRAFT = case("delegation", event("d", "draft", data={"rule": {"post": ["manager"]}}), made=Made(about=(), columns=WEEK))
MORE = {"mode": "control", "path": "members/chen.jing.yaml", "file": "handle: chen.jing\n", "signatures": 1}
PROPOSED = event("p", "propose", data={"rule": {"signers": [["admin", "manager"]]}})
RIGHTS = case("application", PROPOSED, made=Made(about=(), columns=MORE))
FOR_ANOTHER = case("application", PROPOSED, made=Made(about=(), columns={**MORE, "path": "members/wang.wei.yaml"}))
REVOKED = letter(event("x", "revoke", "s", data={"opinion": "—"}))
TAKEN_IN = loan(event("h", "hand_out", "r", data=BACK), event("t", "take_in", "h", data=RETURNED))
WITHDRAWN = reserved(2, event("w", "withdraw", "q", data={"reason": "—"}))
NAMED_UNITS = regime(house={"departments": {"works": {"zh": "工程部", "en": "Works"}}})
SENT = case("transmission", event("s", "send"), made=Made(columns={"unit": "工程部", "scope": "工程部"}))
SIGNING: dict[str, Any] = {"case": loan(rule=ASKED), "who": WANG_WEI}
DELEGATE: dict[str, Any] = {"who": LI_NA, "file": None}
LIMITED: dict[str, Any] = {"regime": CORP, "columns": {"post": "general-manager", "while": "absent", "kinds": "loan"}}
HEAD, DIRECTOR = member("wang.wei", "office-head"), member("wang.wei", "director")
CHAIN_OF_TWO = loan(
    event("a", "approve", "r", by="wang.wei", post="manager", data={"for": letter().uid}),
    rule={"approve": ["manager", "manager"]},
)

ROWS = [
    row("loan.request/not_on_loan", {"beside": (LOST,)}, {"beside": (FOUND,)}),
    row("loan.request/not_on_loan", {"beside": (TAKEN_IN,)}, {"beside": (DONE,)}),
    row("loan.request/first_in_queue", {"beside": (reserved(),)}, {"beside": (WITHDRAWN,)}),
    row("loan.request/first_in_queue", {"parts": DOCUMENT}, {"parts": ("documents[dBBBBB]",)}, beside=(reserved(about=PART),)),
    row("loan.claim/first_in_queue", {"case": reserved(3)}, {"case": reserved(1)}, beside=(reserved(2),)),
    row("loan.hand_out/first_in_queue", {"beside": (reserved(2),)}, {"beside": (reserved(4),)},
        case=loan(number="JY-2026-0003"), data=BACK),
    row("loan.reserve/is_away", {"beside": (DONE,)}, {"beside": (out(),)}),
    row("loan.reserve/is_away", {}, {"beside": (reserved(),)}),
    row("loan.renew/renewals_left", {"regime": ONCE}, {}, case=loan(*RENEWED), data=renewed()),
    row("loan.hand_out/comes_back", {"case": COPY}, {"case": loan()}, data=BACK),
    row("loan.deliver/stays_away", {"case": loan()}, {"case": COPY}),
    row("loan.provide/stays_away", {"columns": {"mode": "loan"}}, {}),
    row("loan.give_back/disinfested", {"case": away({"outside": True}, DAY)}, {"case": away({}, DAY)}, regime=STACK,
        data=LOOKED),
    row("loan.give_back/disinfested", {"now": DAY}, {"now": "2026-03-01"}, case=away({}), regime=STACK, data=LOOKED),
    row("loan.give_back/disinfested", {"data": LOOKED}, {"data": {**LOOKED, "disinfested": DAY}}, case=away({}),
        regime=STACK),
    row("loan.shelve/day_has_come", {"data": {"disinfested": "2026-03-03"}}, {"data": {"disinfested": DAY}}, case=TAKEN_IN),
    row("loan.shelve/day_has_come", {"data": {"disinfested": "2026-03-01"}}, {"data": {"disinfested": DAY}}, case=TAKEN_IN),
    row("loan.provide/may_be_disclosed", *({"columns": {"fields": told}} for told in ("name, phone", "name")), regime=CLOSED),
    row("loan.provide/may_be_disclosed",
        *({"columns": {"fields": told}} for told in ("contacts[cAAAAA].phone", "phones")), regime=CLOSED),
    row("loan.provide/may_be_disclosed", *({"columns": {"fields": told}} for told in ("address.city", "email")), regime=CLOSED),
    row("loan.provide/may_be_disclosed", {"columns": {"fields": ""}}, {"columns": {"fields": ""}, "parts": DOCUMENT},
        regime=CLOSED),
    row("loan.provide/may_be_provided", {}, {"columns": {"basis": "law"}}, regime=ASKING),
    row("loan.provide/may_be_provided",
        *({"columns": {"basis": "cooperation", "able": able}} for able in (None, True)), regime=ASKING),
    row("loan.provide/may_be_provided", *({"file": file} for file in (FILE, AGREED)), columns={"basis": "consent"},
        regime=ASKING),
    row("loan.provide/may_be_provided", *({"columns": {"basis": "consent", "use": use}} for use in ("marketing", "service")),
        file=AGREED_IN_PART, regime=ASKING),
    row("loan.provide/may_be_provided", *({"now": day} for day in ("2025-12-31", DAY)), file=AGREED,
        columns={"basis": "consent"},
        regime=ASKING),
    row("transmission.send/in_circulation_scope", {"columns": {"unit": "财务部"}}, {}),
    row("transmission.accept/of_receiving_department",
        *({"who": member("x", "clerk", department=own)} for own in ("客服部", "工程部")),
        case=SENT, data={"plan": "—"}),
    row("transmission.accept/of_receiving_department",
        *({"who": member("x", "clerk", department=own)} for own in ("service", "works")), regime=NAMED_UNITS,
        case=SENT, data={"plan": "—"}),
    row("loan.give_back/in_order", {"now": "2026-03-01T23:59"}, {"now": DAY}, case=out(), data=RETURNED),
    row("loan.request/answerable", {"regime": NOBODY}, {}),
    row("loan.request/answerable", {"staff": (CHEN_JING._replace(retired=DAY),)}, {}, regime=TWO),
    row("loan.approve/outsider", {"regime": MEMBERS_ONLY}, {}, case=loan(rule=ASKED), who=OUTSIDER, means="paper"),
    row("delegation.draft/delegate_is_member", {"columns": {"to": "王伟"}}, {}, **DELEGATE),
    row("delegation.draft/delegate_is_member", {"columns": {"post": "emperor"}}, {}, **DELEGATE),
    row("delegation.draft/delegation_has_days", {"columns": {"until": "2026-03-01"}}, {"columns": {"until": DAY}}, **DELEGATE),
    row("delegation.draft/delegation_has_days", {"columns": {"from": "2026-03-07"}},
        {"columns": {"from": "2026-03-06"}}, **DELEGATE),
    row("delegation.draft/delegation_has_days", {"columns": {"until": f"{DAY}T18:00"}}, {}, **DELEGATE),
    row("delegation.draft/delegation_has_scope", *({"columns": {"kinds": word}} for word in ("tea", "loan")), **DELEGATE),
    row("delegation.draft/delegation_has_scope",
        *({"columns": {"kinds": word}} for word in ("delegation", "JY, 档案利用登记")), **DELEGATE),
    row("delegation.draft/delegation_has_scope",
        *({"columns": {"where": word}} for word in ("colour=red", "secrecy>=secret")), **DELEGATE),
    row("delegation.draft/may_be_delegate", {"staff": (DIRECTOR,)}, {"staff": (HEAD,)}, file=None, **LIMITED),
    row("delegation.draft/may_be_delegate", {"columns": {**LIMITED["columns"], "while": "always"}},
        {"columns": LIMITED["columns"]},
        file=None, regime=CORP, staff=(HEAD,)),
    row("delegation.depart/absence_is_told", {"who": WANG_WEI}, {"who": CHEN_JING}, **DEPARTING),
    row("delegation.depart/absence_is_told", {"who": member("x", "manager")}, {"who": member("x", "clerk")}, **DEPARTING),
    row("delegation.depart/absence_is_told", *({"data": {"away_until": day}} for day in ("2026-03-01", DAY)),
        file=None, case=letter(**ABSENT)),
    row("delegation.depart/absence_is_told", *({"data": {"away_from": day, "away_until": "2026-03-04"}}
        for day in ("2026-03-05", "2026-03-04")), file=None, case=letter(**ABSENT)),
    row("delegation.depart/when", *({"case": letter(**{"while": each})} for each in ("always", "absent")), file=None,
        data={"away_until": DAY}),
    row("delegation.come_back/absence_is_told", {"who": WANG_WEI}, {}, file=None, case=letter(GONE, **ABSENT)),
    row("delegation.approve/not_to_oneself", {"who": member("wang.wei", "manager")}, {"who": CHEN_JING}, case=DRAFT, file=None),
    row("application.countersign/not_ones_own_rights", {"who": CHEN_JING}, {"who": member("zhou.min", "manager")},
        case=RIGHTS, file=None),
    row("application.countersign/apart", {"who": LI_NA}, {"who": CHEN_JING}, case=FOR_ANOTHER, file=None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()


@pytest.mark.parametrize(
    ("written", "now", "why"),
    [
        (letter(), "2026-03-06", ""),
        (letter(), "2026-03-07", "{entry} ended on {date}."),
        (letter(**{"from": "2026-03-03"}), DAY, "{entry} begins on {date}."),
        (REVOKED, DAY, "{entry} was revoked on {date}."),
        (DRAFT, DAY, "{entry} is not signed."),
        (letter(kinds="destruction"), DAY, "{entry} does not extend to this."),
        (letter(kinds="loan"), DAY, ""),
        (letter(where="secrecy>=secret"), DAY, "{entry} does not extend to this."),
        (letter(where="subject=organisation"), DAY, ""),
        (letter(where="not a scope"), DAY, "{entry} does not extend to this."),
        (letter(by="li.na"), DAY, "does not hold that post (any more)."),
        (letter(by="outside"), DAY, ""),
        (letter(**{"while": "always"}), DAY, ""),
        (letter(**ABSENT), DAY, "and nobody entered that."),
        (letter(GONE, **ABSENT), DAY, ""),
        (letter(GONE, by="outside", **ABSENT), "2026-03-04", ""),
        (letter(GONE, **ABSENT), "2026-03-05", "which was so until {date}."),
        (letter(GONE, HOME, **ABSENT), "2026-03-03", "which was so until {date}."),
        (letter(GONE, HOME, GONE_AGAIN, **ABSENT), "2026-03-05", "and nobody entered that."),
        (letter(GONE, HOME, GONE_AGAIN, **ABSENT), "2026-03-06", ""),
    ],
)
def test_a_delegate_signs_within_the_scope_and_the_days_of_what_was_written(written: Case, now: str, why: str) -> None:
    found = decided(Act("loan.approve", beside=(written,), now=now, **SIGNING))
    if why:
        assert [reason.code for reason in found.reasons] == ["loan.approve/chain", "loan.approve/delegation"]
        assert found.reasons[1].message.endswith(why.removeprefix("{entry}"))
    else:
        assert (found.reasons, found.post, found.behalf) == ((), "manager", written.uid)


@pytest.mark.parametrize(("use", "refused"), [("service", True), ("marketing", False)])
def test_a_consent_taken_back_for_one_purpose_holds_for_the_others(use: str, *, refused: bool) -> None:
    act = Act("loan.provide", file=record(consent=TAKEN_BACK), columns={"basis": "consent", "use": use}, regime=ASKING)
    codes = {reason.code for reason in decided(act).reasons}
    assert codes == ({"loan.provide/may_be_provided", "loan.provide/consent_given"} if refused else set())


def test_nobody_signs_under_a_delegation_to_somebody_else_nor_passes_theirs_on() -> None:
    assert decided(Act("loan.approve", beside=(letter(to="li.na"),), **SIGNING)).reasons
    drafted = case("delegation", event("e", "draft", data={"rule": {"post": ["manager"]}}), made=Made(about=(), columns=WEEK))
    assert decided(Act("delegation.approve", beside=(letter(),), case=drafted, who=WANG_WEI, file=None)).reasons


@pytest.mark.parametrize("who", [CHEN_JING, WANG_WEI])
def test_who_signed_through_a_delegate_has_signed(who: Any) -> None:
    found = decided(Act("loan.approve", case=CHAIN_OF_TWO, who=who, beside=(letter(),)))
    assert [reason.code for reason in found.reasons] == ["loan.approve/distinct"]
    other = member("other", "manager")
    assert decided(Act("loan.approve", case=CHAIN_OF_TWO, who=other, beside=(letter(),), staff=(other,))).reasons == ()


def test_a_chain_that_members_can_sign_with_one_outsider_is_met_and_a_delegate_counts() -> None:
    assert not decided(Act("loan.request", regime=TWO, staff=(member("second", "manager"),))).reasons
    assert not decided(Act("loan.request", regime=TWO)).reasons
    alone: dict[str, Any] = {"staff": (CHEN_JING._replace(retired=DAY),), "regime": TWO}
    assert decided(Act("loan.request", **alone)).reasons
    assert not decided(Act("loan.request", beside=(letter(by="outside"),), **alone)).reasons


def test_the_posts_delegated_to_a_member_for_a_day() -> None:
    world = World(BASE, STAFF, (letter(), letter(to="li.na"), DRAFT))
    assert delegated(world, WANG_WEI, f"{DAY}T10:00") == {"manager"}
    assert delegated(world, WANG_WEI, "2026-03-07") == delegated(world, SUN_YAN, DAY) == set()


def test_the_mode_says_which_rule_table_governs() -> None:
    kind = kinds.kind("loan", BASE)
    world = World(BASE, STAFF, ())
    for mode, table in (("loan", "lend.rules"), ("copy", "copy.rules"), ("provision", "provide.rules")):
        assert Situation(world, kind, kind.steps["request"], ZHAO_LEI, DAY, columns={"mode": mode}).rules == table
