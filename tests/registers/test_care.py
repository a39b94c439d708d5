"""The customer as a person: each reason as it refuses, and the same act beside it, where it is legal."""

from typing import Any

import pytest

from archivectl.records.consent import consented, withdrawals
from archivectl.records.model import Record
from archivectl.registers.fold import Case
from registers.entries import CHEN_JING, DAY, LI_NA, UID, WANG_WEI, Made, case, event, record, regime
from registers.test_deciding import USUAL, Act, decided, loan, row, stop

ASKED = {"mode": "access", "received": DAY, "due": "2026-03-17", "applicant": "—"}
USUAL |= {
    "request.receive": ASKED,
    "change.notify": {"mode": "name", "name": "—"},
    "conduct.propose": {"person": "—", "mode": "praise", "offence": "—"},
}
MEMBER: dict[str, Any] = {"member": "wang.wei", "year": 2026}
BOUND = {"mode": "agreement", "member": "wang.wei"}
USUAL |= {"acknowledgement.ask": MEMBER, "acknowledgement.present": BOUND}
ONE = ("contacts[cAAAAA]",)
KNOWN = record(contacts=[{"id": "cAAAAA"}, {"id": "cBBBBB"}])
FORGOTTEN = record(contacts=[{"id": "cAAAAA", "forgotten": "B" * 26}])
PART = ({"uid": UID, "part": ONE[0]},)
GIVEN = {"id": "kAAAAA", "form": "written", "given": "2026-01-01"}
NO = {"opinion": "—"}


def asked(mode: str, *more: dict[str, Any]) -> Case:
    """A request that was received, and what followed."""
    first = event("r", "receive", data={"rule": {"approve": ["manager"]}})
    about = PART if mode == "erase" else ({"uid": UID},)
    return case("request", first, *more, made=Made(about, {**ASKED, "mode": mode}, number="KQ-2026-0001"))


def identified(mode: str, *more: dict[str, Any]) -> Case:
    """The same, its applicant identified."""
    return asked(mode, event("i", "identify", "r", data={"method": "document"}), *more)


def granted(mode: str, *more: dict[str, Any]) -> Case:
    """The same, approved by the manager."""
    return identified(mode, event("y", "approve", "i", by="chen.jing", post="manager"), *more)


def notified(**papers: bool) -> Case:
    """A change of name with some of its papers."""
    first = event("n", "notify", data={"rule": {"approve": ["manager"]}})
    return case("change", first, made=Made(columns={"mode": "name", "name": "—", **papers}, number="BG-2026-0001"))


def kept(*consents: dict[str, Any], **fields: Any) -> Record:
    """A person's file with consents."""
    return record(subject="person", consent=list(consents), **fields)


QUESTION = event("q", "ask", "r", data={"method": "electronic"})
REPLY = {"method": "electronic"}
ITEMS = {"method": "oral", "asked": "姓名,company,职位"}
ALL_PAPERS = {"notice": True, "contract": True, "licence": True}
AHEAD = {"received": "2026-03-03", "due": "2026-03-18"}
STOPPED, LONG = stop("destroy"), record(contacts=[{"id": "cAAAAA"}], retention={"term": "unlimited"})
ASKING = regime(
    house={"consent": {"for": ["use", "provide", "create"], "form": "written", "sensitive": "separate", "told": True}}
)
AT_USE = regime(house={"consent": {"for": ["use"], "at_use": True}})
LISTED = regime(house={"purposes": {"service": {"zh": "服务", "en": "service"}}})
IDENTITY = regime(house={"identity": {"for": ["record.update", "loan.request"]}})
RENAMING = {"changed": ["name"], "renaming": UID}
BY_CASE = regime(house={"rename": {"by": "case"}})
FINES = {"file": None, "who": LI_NA._replace(posts=("hr-officer",)), "regime": regime("tiered-sales")}
TOLD = {"purposes": [{"id": "pAAAAA", "purpose": "use"}]}
GOOD = kept(GIVEN, **TOLD)
CHECK = {"id": "iAAAAA", "method": "document", "date": DAY, "result": "confirmed"}
FINE = {"person": "—", "mode": "fine", "offence": "missed-update", "amount": "20"}
IN_FORCE = case("acknowledgement", event("a", "ask"), made=Made((), {"member": "wang.wei", "year": 2026}, number="CN-2026-0001"))
PROMISED, BINDING = (
    case(
        "acknowledgement", event("a", step, data={"rule": {"approve": ["member"]}}), made=Made((), columns, number="CN-2026-0001")
    )
    for step, columns in (("ask", MEMBER), ("present", BOUND))
)

ROWS = [
    row("request.receive/answered_in_time", {"columns": {"due": "2026-03-18"}}, {}),
    row("request.receive/answered_in_time", {"now": DAY}, {"now": "2026-03-03"}, columns=AHEAD),
    row("request.receive/contact_named", {}, {"parts": ONE}, columns={"mode": "erase"}, file=KNOWN),
    row("request.receive/contact_named", {"file": FORGOTTEN}, {"file": KNOWN}, columns={"mode": "erase"}, parts=ONE),
    row("request.receive/contact_named", {"columns": {"mode": "restrict"}}, {"columns": {"mode": "copy"}}, parts=ONE, file=KNOWN),
    row("request.receive/not_destroyed", {"file": record(status="destroyed")}, {}),
    row("request.identify/identity_items", {"data": {"method": "oral", "asked": "姓名"}}, {"data": ITEMS}, case=asked("copy")),
    row("request.identify/identity_items", {"case": asked("copy")}, {"case": asked("copy", QUESTION)}, data=REPLY),
    row("request.approve/from", {"case": asked("erase")}, {"case": identified("erase")}, who=CHEN_JING, file=KNOWN, parts=ONE),
    row("request.approve/law_allows", {"beside": (STOPPED,)}, {}, who=CHEN_JING, case=identified("erase"), file=KNOWN, parts=ONE),
    row("request.begin/law_allows", {"file": LONG}, {"file": KNOWN}, case=granted("erase"), parts=ONE),
    row("request.begin/law_allows", {"beside": (STOPPED,)}, {}, case=granted("delete")),
    row("request.begin/contact_named", {"file": FORGOTTEN}, {"file": KNOWN}, case=granted("erase"), parts=ONE),
    row("request.begin/by", {"who": WANG_WEI}, {"who": LI_NA}, case=granted("erase"), file=KNOWN, parts=ONE),
    row("request.decline/needs", {}, {"data": NO}, case=identified("erase")),
    row("request.complete/carried_out", {"file": KNOWN}, {"file": record(status="destroyed")},
        case=granted("delete", event("b", "begin", "y"))),
    row("record.update/identity_confirmed", {"file": record(identity_checks=[{**CHECK, "result": "pending"}])},
        {"file": record(identity_checks=[CHECK])}, regime=IDENTITY, data={"changed": ["phone"]}),
    row("record.update/identity_confirmed", {"data": {"changed": ["phone"]}},
        {"data": {"changed": ["identity_checks[iAAAAA].result"]}}, regime=IDENTITY),
    row("loan.request/identity_confirmed", {}, {"file": record(identity_checks=[CHECK])}, regime=IDENTITY),
    row("loan.request/purpose_permitted", {"columns": {"use": "sale"}}, {"columns": {"use": "service"}}, regime=LISTED),
    row("loan.request/purpose_permitted", {}, {"columns": {"use": "service"}}, regime=LISTED),
    row("loan.request/consent_given", {"file": kept(**TOLD)}, {"file": GOOD}, regime=ASKING),
    row("loan.request/consent_given", {"file": kept({**GIVEN, "form": "oral"}, **TOLD)}, {"file": GOOD}, regime=ASKING),
    row("loan.request/consent_given", {"file": kept({**GIVEN, "withdrawn": DAY}, **TOLD)}, {"file": GOOD}, regime=ASKING),
    row("loan.request/consent_given", {"file": kept(GIVEN)}, {"file": GOOD}, regime=ASKING),
    row("loan.request/consent_given", {"file": kept({**GIVEN, "purposes": ["use"]}, identity={"id_number": "—"}, **TOLD)},
        {"file": kept({**GIVEN, "purposes": ["use", "sensitive"]}, identity={"id_number": "—"}, **TOLD)}, regime=ASKING),
    row("loan.request/consent_given", {"columns": {"use": "sale"}}, {"columns": {"use": "service"}},
        file=kept(GIVEN, {"id": "wAAAAA", "purposes": ["sale"], "withdrawn": "2026-02-01"})),
    row("loan.hand_out/consent_given", {"file": kept(GIVEN)}, {"file": kept({**GIVEN, "given": DAY})},
        regime=AT_USE, case=loan(columns={"mode": "loan"}, regime=AT_USE), data={"due": DAY}),
    row("record.create/consent_given", {"data": {"content": {"subject": "person"}}},
        {"data": {"content": {"subject": "person", "consent": [GIVEN], "purposes": [{"id": "pAAAAA", "purpose": "create"}]}}},
        file=None, regime=ASKING),
    row("record.update/renamed_by_case", {"data": {"changed": ["name"]}}, {"data": RENAMING}, regime=BY_CASE),
    row("record.update/renamed_by_case", {"data": {"changed": ["name"]}}, {"data": {"changed": ["phone"]}}, regime=BY_CASE),
    row("change.submit/papers_complete", {"case": notified(notice=True)}, {"case": notified(**ALL_PAPERS)}),
    row("conduct.propose/fine_by_table", {"columns": {**FINE, "offence": "late"}}, {"columns": FINE}, **FINES),
    row("conduct.propose/fine_by_table", {"columns": {**FINE, "amount": "50"}}, {"columns": FINE}, **FINES),
    row("acknowledgement.ask/once_a_year", {"beside": (IN_FORCE,)}, {}, file=None),
    row("acknowledgement.ask/once_a_year", {"columns": {"member": "nobody"}}, {}, file=None),
    row("acknowledgement.ask/needs", {"columns": {"year": None}}, {}, file=None),
    row("acknowledgement.ask/when", {"columns": {"mode": "agreement"}}, {"columns": {"mode": "promise"}}, file=None),
    row("acknowledgement.present/when", {"columns": {"mode": "promise"}}, {}, file=None, beside=(PROMISED,)),
    row("acknowledgement.acknowledge/chain", {"who": CHEN_JING}, {"who": WANG_WEI}, file=None, case=PROMISED),
    row("acknowledgement.acknowledge/when", {"case": BINDING}, {"case": PROMISED}, file=None, who=WANG_WEI),
    row("acknowledgement.sign/when", {"case": PROMISED}, {"case": BINDING}, file=None, who=WANG_WEI),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert {reason.code for reason in decided(refused).reasons} == {code}
    assert decided(allowed).reasons == ()


BOTH = {**GIVEN, "purposes": ["sale", "service"]}
GONE = {"id": "wAAAAA", "purposes": ["sale"], "withdrawn": "2026-02-01"}


@pytest.mark.parametrize(
    ("consents", "purpose", "today", "stands"),
    [
        ([], "sale", DAY, False),
        ([GIVEN], "sale", DAY, True),
        ([GIVEN], "sale", "2025-12-31", False),
        ([{**GIVEN, "until": "2026-03-01"}], "sale", DAY, False),
        ([{**GIVEN, "until": DAY}], "sale", DAY, True),
        ([{**GIVEN, "purposes": ["service"]}], "sale", DAY, False),
        ([BOTH, GONE], "sale", DAY, False),
        ([BOTH, GONE], "service", DAY, True),
        ([BOTH, GONE], "sale", "2026-01-31", True),
        ([BOTH, GONE, {**GIVEN, "given": "2026-02-02"}], "sale", DAY, True),
        ([{**GIVEN, "withdrawn": DAY}], "sale", DAY, False),
        ([{**GIVEN, "withdrawn": DAY}], "sale", "2026-03-01", True),
        ([{"id": "kAAAAA", "purposes": ["sale"]}], "sale", DAY, False),
    ],
)
def test_whether_a_consent_stands(consents: list[dict[str, Any]], purpose: str, today: str, stands: bool) -> None:  # noqa: FBT001 - a table
    assert consented({"consent": consents}, purpose, today) is stands


@pytest.mark.parametrize(
    ("consents", "purpose", "changes"),
    [
        ([], "sale", {}),
        ([BOTH, GONE], "sale", {}),
        ([GIVEN], "", {"consent[kAAAAA].withdrawn": DAY}),
        ([{**GIVEN, "purposes": ["sale"]}], "sale", {"consent[kAAAAA].withdrawn": DAY}),
        ([BOTH], "sale", {"consent[new].withdrawn": DAY, "consent[new].purposes": ["sale"]}),
        ([GIVEN], "sale", {"consent[new].withdrawn": DAY, "consent[new].purposes": ["sale"]}),
        ([BOTH, GONE], "", {"consent[kAAAAA].withdrawn": DAY}),
    ],
)
def test_a_withdrawal_is_for_its_purpose_alone(consents: list[dict[str, Any]], purpose: str, changes: dict[str, Any]) -> None:
    assert withdrawals({"consent": consents}, purpose, DAY, "new") == changes
