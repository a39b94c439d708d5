"""What passes through the store, to other departments and to other hands: each reason, and the same act beside it, legal."""

from dataclasses import replace
from typing import Any

import pytest

from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.fold import Case
from archivectl.registers.waiting import waiting
from registers.entries import BASE, DAY, UID, WANG_WEI, Made, case, event, member, record, regime
from registers.test_deciding import DONE, OTHER, USUAL, Act, decided, loan, out, row, slip

LATER = "2026-03-03"
USUAL |= {
    "store.apply": {"mode": "in", "quantity": "2"},
    "store.log": {"mode": "pests"},
    "store.disinfest": {"mode": "disinfest"},
}
HELP = {"unit": "工程部", "matter": "—", "answer_by": DAY}
USUAL |= {
    "application.ask": {"mode": "help", **HELP},
    "application.apply": {"mode": "archivist", "member": "li.na", "reason": "—"},
}
USUAL |= {"application.issue": {"mode": "pass", "mark": "CR-1", "holder": "—"}}
USUAL |= {"transmission.send": {"grade": "confidential", "scope": "工程部,销售部", "unit": "工程部"}}
CLEAN = regime(house={"keep": {"disinfest": {"intake": True, "away": "10d"}}})
TOLD = regime(house={"store": {"told": True}})
MARKED, REVIEWED, INSPECTED = (
    regime(house={"transmit": rule}) for rule in ({"marked": True}, {"reviewed": True}, {"inspect": "3mo"})
)
ANALYSED = regime(house={"collect": {"analyse": True, "review": ["manager"]}})
RULED: dict[str, Any] = {"mode": "deregistration"}


def under(**rule: Any) -> Any:
    """House rules for the handover of a deregistered company."""
    return regime(house={"handover": {"rules": [{"when": RULED, **rule}]}})


def passing(mode: str, *more: dict[str, Any], **made: Any) -> Case:
    """What was applied for in the store and approved, and what followed."""
    columns = {"mode": mode, "quantity": 2, "until": LATER}
    applied = event("a", "apply", data={"rule": {}})
    return case("store", applied, *more, made=Made(**{"columns": columns, "number": "CK-2026-0001", **made}))


def cleaned(day: str) -> Case:
    """A file that was disinfested on a day."""
    made = Made(columns={"mode": "disinfest"}, number="CK-2026-0002")
    return case("store", event("d", "disinfest", date=day), made=made)


def taken_in(*more: dict[str, Any]) -> Case:
    """A file that was submitted and accepted, and what followed."""
    rows = (event("s", "submit"), event("a", "accept", "s", date=DAY))
    return case("intake", *rows, *more, made=Made(number="SJ-2026-0001"))


def collected(*more: dict[str, Any], **rule: Any) -> Case:
    """What was collected about the file, and what followed."""
    first = event("e", "enter", data={"rule": rule})
    return case("collection", first, *more, made=Made(number="SC-2026-0001"))


def sent(*more: dict[str, Any]) -> Case:
    """Information that was accepted, and what followed."""
    rows = (event("s", "send", data={"rule": {}}), event("c", "accept", "s"))
    return case("transmission", *rows, *more, made=Made(columns={"unit": "工程部"}, number="CD-2026-0001"))


def applied(state: str, whom: str) -> Case:
    """An application for the post of archivist, by how far it went."""
    rows = [event("a", "apply", data={"rule": {"approve": ["manager"]}})]
    rows += [event("p", "approve", "a", by="chen.jing", post="manager")] if state == "granted" else []
    made = Made(about=(), columns={"mode": "archivist", "member": whom}, number="SQ-2026-0001")
    return case("application", *rows, made=made)


def counted(*batches: str) -> Case:
    """An inventory of two files that should stand in 3柜, and what was scanned."""
    started = event("s", "start", data={"expected": f"@3柜 {UID} {OTHER}"})
    rows = [event(f"b{'ABC'[place]}", "count", "s", data={"seen": batch}) for place, batch in enumerate(batches)]
    made = Made(about=(), columns={"unit": "record"}, number="PD-2026-0001")
    return case("inventory", started, *rows, made=made)


def permit(**columns: str) -> Case:
    """A pass that was given out."""
    return case("application", event("i", "issue"), made=Made(columns={"mode": "pass", **columns}, number="SQ-2026-0001"))


FILED = event("f", "file", "a")
OF_THEM = member("amy", "clerk", department="工程部")
NUMBERED = record(filing={"transmission_number": "CX-8", "circulation": ["工程部", "销售部"]})
IN_PART = record(filing={"transmission_number": "CX-8"})
AS_NUMBERED = {"mark": "CX-8"}
OUT = event("o", "take_out", "a", date="2026-02-20", data={"counted": 2})
PAPERS = {"files": {"company": {"papers": [{"kind": "营业执照"}]}}}
WANTED = regime(house={"handover": {"rules": [{"when": RULED, "complete": True}]}, **PAPERS})
HELD = record(files=["company"], documents=[{"id": "dAAAAA", "kind": "营业执照"}])
POST = under(application=True)
MEETING = {"before": ["meet"], "agree": [{"all": ["giver", "taker"]}], "confirm": ["taker"]}
MET = event("m", "meet", "a")
WHOLE = {"missing": "", "surplus": "", "away": ""}
SEEN = f"{UID} {OTHER}"

ROWS = [
    row("store.take_out/when", {"case": passing("in")}, {"case": passing("out")}, data={"counted": 2}),
    row("store.apply/when", {"columns": {"mode": "pests"}}, {}),
    row("store.apply/needs", {"columns": {"quantity": None}}, {}),
    row("store.take_out/counted_as_stated", {"data": {"counted": 3}}, {"data": {"counted": 2}}, case=passing("out")),
    row("handover.apply/not_on_another_slip", {"beside": (slip(),)}, {"beside": (slip(event("w", "withdraw", "a")),)},
        columns={"giver": "wang.wei", "mode": "reassign"}),
    row("store.take_out/not_on_loan", {"beside": (out(),)}, {"beside": (DONE,)}, case=passing("out"), data={"counted": 2}),
    row("store.take_in/disinfested_first", {}, {"beside": (cleaned(DAY),)}, case=passing("in"), data={"counted": 2},
        regime=CLEAN),
    row("store.take_in/disinfested_first", {"regime": CLEAN}, {"regime": BASE}, case=passing("in"), data={"counted": 2},
        beside=(cleaned("2026-03-01"),)),
    row("store.bring_back/disinfested", {"data": {"counted": 2}}, {"data": {"counted": 2, "disinfested": DAY}},
        case=passing("out", OUT), regime=CLEAN),
    row("store.admit/rules_told", {"data": {"told": True}}, {"data": {"told": True, "escort": "—"}}, case=passing("visit"),
        file=None, regime=TOLD),
    row("loan.request/shelved", {"beside": (taken_in(FILED),)}, {"beside": (taken_in(FILED), cleaned(DAY))}, regime=CLEAN),
    row("loan.request/shelved", {"beside": (taken_in(FILED), cleaned("2026-03-01"))}, {"beside": (taken_in(),)}, regime=CLEAN),
    row("loan.hand_out/shelved", {"regime": CLEAN}, {"regime": BASE}, case=loan(), data={"due": DAY}, beside=(taken_in(FILED),)),
    row("application.apply/needs", {"columns": {"reason": " "}}, {}, file=None),
    row("application.apply/when", {"columns": {"mode": "help", **HELP}}, {}, file=None),
    row("application.ask/needs", {"columns": {"answer_by": None}}, {}, file=None),
    row("application.ask/not_destroyed", {"file": record(status="destroyed")}, {}),
    row("application.give/from", {"case": applied("applied", "zhao.lei")}, {"case": applied("granted", "zhao.lei")}, file=None),
    row("application.issue/days_in_order", *({"columns": {"from": LATER, "until": day}} for day in (DAY, LATER))),
    row("application.extend/days_in_order", *({"data": {"until": day}} for day in ("2026-03-01", DAY)),
        case=permit(until=DAY)),
    row("transmission.send/marked", {"file": IN_PART}, {"file": NUMBERED}, columns=AS_NUMBERED, regime=MARKED),
    row("transmission.send/marked", {"columns": {"mark": "CX-9"}}, {"columns": AS_NUMBERED}, file=NUMBERED),
    row("transmission.send/marked", *({"columns": {**AS_NUMBERED, "scope": f"工程部,{unit}"}} for unit in ("财务部", "销售部")),
        file=NUMBERED),
    row("transmission.send/marked", {}, {"columns": AS_NUMBERED}, file=None, regime=MARKED),
    row("transmission.send/reviewed_first", {"beside": (collected(),)}, {"beside": (collected(event("n", "analyse", "e")),)},
        regime=REVIEWED),
    row("transmission.send/reviewed_first", {"regime": REVIEWED}, {"regime": BASE},
        beside=(collected(event("n", "analyse", "e"), review=["manager"]),)),
    row("collection.approve/analysed_first", {"case": collected(review=["manager"])},
        {"case": collected(event("n", "analyse", "e"), review=["manager"])}, who=member("boss", "manager"), regime=ANALYSED),
    row("transmission.close/inspected_first", {"case": sent()}, {"case": sent(event("i", "inspect", "c"))}, who=OF_THEM,
        regime=INSPECTED),
    row("handover.apply/right_department", *({"columns": {**RULED, "unit": unit}} for unit in ("客服部", "总公司")),
        regime=under(unit="总公司")),
    row("handover.apply/day_is_over", *({"columns": {"registry": day}} for day in (LATER, DAY))),
    row("handover.apply/whole_file", {"file": record(files=["company"])}, {"file": HELD}, columns=RULED, regime=WANTED),
    row("handover.apply/applied_for", *({"beside": (applied(state, "wang.wei"),)} for state in ("applied", "granted")),
        columns={**RULED, "taker": "wang.wei"}, regime=POST),
    row("handover.apply/applied_for", *({"beside": (applied("granted", whom),)} for whom in ("zhao.lei", "wang.wei")),
        columns={**RULED, "receiver": "wang.wei"}, regime=POST),
    row("handover.agree/met_first", {"case": slip(rule=MEETING)}, {"case": slip(MET, rule=MEETING)}, who=WANG_WEI),
    row("handover.audit/checks_made", {"data": {}}, {"data": {"checks": "listed"}},
        case=slip(rule={"checks": ["listed"], "confirm": ["taker"]})),
    row("inventory.close/places_true", {"data": WHOLE}, {"data": {**WHOLE, "misplaced": f"@7柜 {UID}"}},
        case=counted(f"@7柜 {UID} @3柜 {OTHER}"), file=None),
    row("inventory.close/places_true", {"beside": (DONE,)}, {"beside": (out(),)}, case=counted(SEEN), file=None,
        data={**WHOLE, "present": UID}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{each[0]} {number}" for number, each in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()


def test_a_step_that_leads_nowhere_leaves_the_signatures_that_were_given() -> None:
    both = {"confirm": [{"all": ["taker", "archivist"]}]}
    first = event("c", "confirm", "a", by="zhao.lei", post="taker", data={"confirmed": UID})
    packed = event("p", "pack", "c", data={"note": "—"})
    last = event("d", "confirm", "p", post="archivist", data={"confirmed": UID})
    assert (slip(first, packed, rule=both).state, len(slip(first, packed, rule=both).closed)) == ("agreed", 1)
    assert slip(first, packed, last, rule=both).state == "accepted"


def moved(*more: dict[str, Any], **rule: Any) -> Case:
    """A slip that was registered, and what followed."""
    rows = (event("c", "confirm", "a", by="zhao.lei", post="taker", data={"confirmed": UID}), event("r", "register", "c"))
    return slip(*rows, *more, rule={"confirm": ["taker"], **rule})


AFTER = {"after": ["sort_in", "evaluate"]}
SAME_DAY = regime(house={"collect": {"hand_over": "same-day"}})
YESTERDAY = Made(columns={"date": "2026-03-01"}, number="SC-2026-0001")


@pytest.mark.parametrize(
    ("of", "under_", "step", "due"),
    [
        (moved(), BASE, None, None),
        (moved(**AFTER), BASE, "sort_in", None),
        (moved(event("s", "sort_in", "r"), **AFTER), BASE, "evaluate", None),
        (moved(event("s", "sort_in", "r"), event("e", "evaluate", "s"), **AFTER), BASE, None, None),
        (case("collection", event("e", "enter", data={"rule": {}}), made=YESTERDAY), BASE, None, None),
        (case("collection", event("e", "enter", data={"rule": {}}), made=YESTERDAY), SAME_DAY, "hand_over", "2026-03-01"),
        (permit(), BASE, None, None),
        (permit(until=LATER), BASE, "give_back", LATER),
        (passing("in"), BASE, "take_in", None),
        (passing("out"), BASE, "take_out", None),
        (passing("visit"), BASE, "admit", None),
        (passing("out", event("o", "take_out", "a")), BASE, "bring_back", LATER),
        (sent(), BASE, None, None),
        (sent(), INSPECTED, "inspect", "2026-06-02"),
        (sent(event("i", "inspect", "c", date=LATER)), INSPECTED, "inspect", "2026-06-03"),
    ],
)
def test_what_an_entry_waits_for(of: Case, under_: Regime, step: str | None, due: str | None) -> None:
    found = waiting(of, under_)
    assert (found and found.step, found and found.due) == (step, due)


def test_what_a_choice_asks_for_and_what_a_step_is_of_are_columns_and_choices_of_the_kind() -> None:
    for kind in (kinds.kind(name, BASE) for name in kinds.names(BASE)):
        choices = [choice for column in kind.columns.values() for choice in column.choices.values()]
        assert {name for choice in choices for name in choice.get("needs", ())} <= kind.columns.keys()
        for step in kind.steps.values():
            for name, wanted in step.when.items():
                known = {*(kind.columns[name].choices or {True, False}), None}
                assert set(wanted if isinstance(wanted, list) else [wanted]) <= known


def test_what_a_receiver_did_not_confirm_stands_on_that_slip_no_more() -> None:
    act = Act("handover.apply", who=WANG_WEI, columns={"giver": "wang.wei", "taker": "zhao.lei", "mode": "reassign"})
    about = ({"uid": UID}, {"uid": OTHER})
    asked = event("a", "apply", data={"rule": {"confirm": ["taker"]}}, items={})
    made = Made(about=about, columns={"mode": "leave", "giver": "wang.wei", "taker": "zhao.lei"}, number="JJ-2026-0001")
    some = event("c", "confirm", "a", by="zhao.lei", post="taker", data={"confirmed": OTHER})
    for one, codes in (
        (case("handover", asked, made=made), ["not_on_another_slip"]),
        (case("handover", asked, some, made=made), []),
    ):
        found = decided(replace(act, beside=(one,))).reasons
        assert [reason.code.partition("/")[2] for reason in found] == codes
