"""Every reason against an act: once as it refuses, and once beside it, where the same act is legal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from archivectl.members.member import Member
from archivectl.records.model import Record
from archivectl.regime.model import Regime
from archivectl.registers import kinds
from archivectl.registers.deciding import Decision, decide
from archivectl.registers.fold import Case
from archivectl.registers.guards import GUARDS
from archivectl.registers.situation import Situation
from registers.entries import (
    BASE,
    CHEN_JING,
    DAY,
    LI_NA,
    STAFF,
    SUN_YAN,
    UID,
    WANG_WEI,
    ZHAO_LEI,
    Made,
    case,
    event,
    member,
    record,
    regime,
)
from registers.world import World

FILE = record()
BORROWED = {"mode": "loan", "borrower": "王伟", "purpose": "核对"}


@dataclass(frozen=True, slots=True)
class Act:
    """An act as a row of the table below: base, li.na, a filed record and a plain request where nothing else is said."""

    step: str
    who: Member = LI_NA
    file: Record | None = FILE
    beside: tuple[Case, ...] = ()
    case: Case | None = None
    columns: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    means: str = "signed"
    regime: Regime = BASE
    now: str = f"{DAY}T10:00"
    staff: tuple[Member, ...] = ()
    files: tuple[Record, ...] = ()


USUAL = {"loan.request": BORROWED, "review.conclude": {"outcome": "confirmed"}, "destruction.propose": {"reason": "—"}}
USUAL |= {"hold.place": {"forbid": "destroy", "reason": "—"}, "handover.apply": {"receiver": "—", "reason": "—"}}
USUAL |= {"review.find": {"outcome": "rectify"}, "store.measure": {"mode": "climate", "temperature": "20", "humidity": "40"}}
USUAL |= {"duty.do": {}, "feedback.record": {"mode": "answer"}, "incident.report": {"what": "loss"}, "transmission.send": {}}

USUAL |= {"feedback.summarise": {"mode": "report"}, "feedback.fall_short": {"mode": "shortfall"}}
USUAL |= {"intake.submit": {}, "collection.enter": {"mode": "survey", "what": "—", "date": DAY, "collector": "—"}}


def decided(act: Act) -> Decision:
    name, _, step = act.step.partition(".")
    kind = kinds.kind(name, act.regime)
    columns = None if act.case or name == "record" else {**USUAL[act.step], **(act.columns or {})}
    situation = Situation(
        World(
            act.regime,
            {**STAFF, **{one.handle: one for one in act.staff}},
            (*act.beside, *([act.case] if act.case else [])),
            (*((act.file,) if act.file else ()), *act.files),
        ),
        kind,
        kind.steps[step],
        act.who,
        act.now,
        act.case,
        (act.file,) if act.file else (),
        act.parts,
        columns,
        {**({"reason": "—"} if name == "record" else {}), **act.data},
        act.means,
    )
    return decide(situation)


def loan(*more: dict[str, Any], rule: Mapping[str, Any] | None = None, **made: Any) -> Case:
    """A request, and what followed it."""
    asked = event("r", "request", data={"rule": dict(rule or {"term": "14d"})})
    return case("loan", asked, *more, made=Made(**{"number": "JY-2026-0001", **made}))


def out(due: str = "2026-03-16", pages: int | None = None, **made: Any) -> Case:
    """A file that is lent."""
    return loan(event("h", "hand_out", "r", data={"due": due, **({"pages": pages} if pages else {})}), **made)


def listed(*more: dict[str, Any], text: Record = FILE, rule: Mapping[str, Any] | None = None, **made: Any) -> Case:
    """A destruction list, and what followed its proposal."""
    chain = rule or {"approve": ["manager"], "supervise": ["supervisor", "supervisor"]}
    proposed = event("p", "propose", data={"rule": dict(chain)}, items={UID: text.digest})
    return case("destruction", proposed, *more, made=Made(number="XH-2026-0001", **made))


def stop(forbid: str, *more: dict[str, Any]) -> Case:
    """A stop on the file."""
    return case("hold", event("s", "place"), *more, made=Made(columns={"forbid": forbid}, number="TY-2026-0001"))


def at_large(forbid: str, scope: str) -> Case:
    """A stop on all files that fit."""
    made = Made(about=(), columns={"forbid": forbid, "scope": scope}, number="TY-2026-0002")
    return case("hold", event("s", "place"), made=made)


AT_LARGE, SEALED = at_large("destroy", "subject=organisation"), at_large("use", "subject=organisation")
CHECKED = {"checked": 1}
APPRAISING = regime(house={"destroy": {"appraise": {"required": True}}})
FOR_GOOD = regime(house={"keep": {"rules": [{"term": "permanent"}]}})
PART = ({"uid": UID, "part": "documents[dAAAAA]"},)
LIFTED = event("t", "lift", "s", data={"reason": "—"})
CANCELLED = event("x", "cancel", "p", data={"opinion": "—"})
APPROVED = event("y", "approve", "p", by="chen.jing", post="manager")
FIRST = event("z", "supervise", "y", by="zhao.lei", post="supervisor")
SECOND = event("w", "supervise", "z", by="sun.yan", post="supervisor")
ASKED = {"approve": ["manager"], "term": "14d"}
BOSS = member("boss", "clerk", "department-manager", department="sales")
OUTSIDER = member("outside", "manager")
APPRAISED = event("v", "appraise", "p", data={"opinion": "—"})
ALL = (APPROVED, FIRST, SECOND, event("e", "execute", "w"), event("c", "complete", "e"))
ATTESTED, LOOKED_AT = event("t", "attest", "c", by="sun.yan"), event("t", "verify", "c")
HOUSE_4H = regime(house={"lend": {"rules": [{"term": "4h"}]}})
FILED_BY: dict[str, Any] = {"file": record(keeper="amy"), "staff": (member("amy", "clerk", department="sales"),)}
OF_KEEPER = loan(rule={"approve": ["department-manager of keeper"]})
CORP = regime("corp-archive")
HANDOVER = case("handover", event("a", "apply", data={"rule": {"approve": ["manager"]}}), made=Made(number="JJ-2026-0001"))
DONE = loan(event("h", "hand_out", "r", data={"due": DAY}), event("b", "give_back", "h"))
READY, GONE = listed(APPROVED, FIRST, SECOND), listed(*ALL)
RETURNED = {"condition": "intact"}
NO = {"opinion": "—"}
COUNTED = record(volumes=[{"id": "vAAAAA", "pages": 40}], documents=[{"id": "dAAAAA"}])
BOUND = record(volumes=[{"id": "vAAAAA"}], documents=[{"id": "dAAAAA", "volume": "vAAAAA"}])
VOLUME = ({"uid": UID, "part": "volumes[vAAAAA]"},)
DOCUMENT = ("documents[dAAAAA]",)
TRAINING = regime(house={"duties": [{"do": "training", "title": {"zh": "培训"}, "who": "archivist", "every": "1y"}]})
TRAINED = {"do": "培训", "result": "—"}
HOUSE_3WD = regime(house={"lend": {"rules": [{"term": "3wd"}]}})


GIVEN = event("y", "approve", "r", by="chen.jing", post="manager")
LENT_WITH_LEAVE = loan(GIVEN, event("h", "hand_out", "y", data={"due": "2026-03-10"}), rule=ASKED)


def renewed(due: str = "2026-03-16") -> dict[str, str]:
    """What a renewal states."""
    return {"due": due, "reason": "—"}


def kept(term: str | None, *dates: str) -> Record:
    """A file to be kept for a term from the last of these days."""
    return record(retention={"term": term, "events": [{"id": "eAAAAA", "event": "ended", "date": day} for day in dates]})


def row(code: str, wrong: dict[str, Any], right: dict[str, Any], **both: Any) -> tuple[str, Act, Act]:
    """The code of a reason, the act that it refuses, and the same act a little different, which is legal."""
    step = code.partition("/")[0]
    return code, Act(step, **both, **wrong), Act(step, **both, **right)


def slip(*more: dict[str, Any], rule: Mapping[str, Any] | None = None, text: Record = FILE, mode: str = "reassign") -> Case:
    """A handover slip from wang.wei to zhao.lei, and what followed."""
    asked = event("a", "apply", data={"rule": dict(rule or {"confirm": [["taker", "archivist"]]})}, items={UID: text.digest})
    made = Made(columns={"mode": mode, "giver": "wang.wei", "taker": "zhao.lei"}, number="JJ-2026-0001")
    return case("handover", asked, *more, made=made)


def counted(**data: Any) -> Case:
    """An inventory of two files, and one batch."""
    started = event("s", "start", data={"expected": f"{UID} {OTHER}"})
    made = Made(about=(), columns={"unit": "record"}, number="PD-2026-0001")
    return case("inventory", started, event("b", "count", "s", data=data), made=made)


OTHER = "B" * 26
CONFIRMED = {"confirmed": UID}
BY_TAKER = (event("c", "confirm", "a", by="zhao.lei", post="taker", data=CONFIRMED),)
TAKEN, LEAVING = (slip(*BY_TAKER, mode=mode) for mode in ("reassign", "leave"))
KEPT = record(keeper="wang.wei")
STILL_KEPT = record(uid=OTHER, number="SH-000002", keeper="wang.wei")


def collected(post: str) -> Case:
    """A collection that waits for a signature."""
    return case("collection", event("e", "enter", data={"rule": {"review": [post]}}), made=Made(number="SC-2026-0001"))


NOTHING_TAKEN = slip(event("c", "confirm", "a", by="zhao.lei", post="taker", data={"confirmed": OTHER}))
AUDITED = regime(house={"handover": {"before": ["audit"]}})
CHECKING = regime(house={"handover": {"checks": {"complete": {"zh": "完整", "en": "complete"}}}})
PLANNED, PROTECTED, TERMED = (
    regime(house={"handover": value}) for value in ({"plan": ["scope"]}, {"protect": "secret"}, {"retention": True})
)
OWNERS = Made(columns={"mode": "account", "giver": "wang.wei", "taker": "both"}, number="JJ-2026-0001")
KEY_ACCOUNT = case("handover", event("n", "begin"), made=OWNERS)
FOUND = case("review", event("f", "find"), made=Made(number="FH-2026-0001"))
UNDECIDED = case("review", event("f", "find", data={"rule": {"approve": ["manager"]}}), made=Made(number="FH-2026-0001"))
OUT_AGAIN: dict[str, Any] = {"beside": (out(about=({"uid": OTHER},)),)}


ONE_DAY, GRADED = loan(columns={"term": "1d"}), loan(rule={"grade": "internal"})


def paper(**more: Any) -> dict[str, Any]:
    """A paper, as the guards see one that is added."""
    return {"kind": "合同", "date": DAY, **more}


def taken_in(*more: dict[str, Any], text: Record | None = None) -> Case:
    """A file that is being taken in: submitted, and what followed."""
    given = {UID: (text or FILE).digest}
    chain = {"rule": {"approve": ["manager"]}}
    return case("intake", event("s", "submit", items=given, data=chain), *more, made=Made(number="SJ-2026-0001"))


STRICT = regime(house={"files": {"store": {"incomplete": "refuse", "papers": [{"kind": "合同"}]}}})
PATIENT = regime(house={"files": {"store": {"incomplete": {"complete_within": "15d"}, "papers": [{"kind": "合同"}]}}})
LATER = regime(house={"intake": {"number": "after-approval", "stub": ["name", "filing.handled"], "one_copy": True}})
DAILY = regime(house={"collect": {"within": "1d"}})
STORE, FULL = record(files=["store"]), record(files=["store"], documents=[{"id": "dAAAAA", **paper()}])
TWIN = {"twins": [{"path": "identity.uscc", "number": "SH-000007"}]}
ACCEPTED = event("a", "accept", "s", items={UID: FILE.digest})
SIGNED = event("m", "approve", "a", by="chen.jing", post="manager")
SENT_BACK = event("b", "send_back", "s", data={"defect": "late"})
STORE_ACCEPTED = (event("a", "accept", "s", items={UID: STORE.digest}), SIGNED)

ROWS = [
    row("loan.request/by", {"who": CHEN_JING}, {"who": WANG_WEI}),
    row("loan.request/by", {"who": LI_NA._replace(retired=DAY)}, {"who": LI_NA}),
    row("record.classify/by", {"who": WANG_WEI}, {}),
    row("destruction.execute/by", {"who": WANG_WEI}, {}, case=READY),
    row("loan.hand_out/from", {"case": loan(rule=ASKED)}, {"case": loan()}, data={"due": DAY}),
    row("loan.give_back/from", {"case": loan()}, {"case": out()}, data=RETURNED),
    row("loan.approve/chain", {"who": LI_NA}, {"who": CHEN_JING}, case=loan(rule=ASKED)),
    row("loan.approve/chain", {"who": BOSS._replace(department="hr")}, {"who": BOSS}, case=OF_KEEPER, **FILED_BY),
    row("loan.approve/chain", {"who": member("outside", "clerk")}, {"who": OUTSIDER}, case=loan(rule=ASKED), means="paper"),
    row("loan.refuse/chain", {"who": LI_NA}, {"who": CHEN_JING}, case=loan(rule=ASKED), data=NO),
    row("destruction.supervise/distinct", {"who": ZHAO_LEI}, {"who": SUN_YAN}, case=listed(APPROVED, FIRST), data=CHECKED),
    row("destruction.approve/apart", {"who": LI_NA._replace(posts=("manager",))}, {"who": CHEN_JING}, case=listed()),
    row("destruction.supervise/apart", {"who": member("chen.jing", "supervisor")}, {"who": SUN_YAN},
        case=listed(APPROVED), data=CHECKED),
    row("destruction.supervise/items_checked", {"data": {"checked": 2}}, {"data": CHECKED}, who=SUN_YAN, case=listed(APPROVED)),
    row("destruction.supervise/items_checked", {}, {"means": "paper"}, who=SUN_YAN, case=listed(APPROVED)),
    row("destruction.approve/appraised", {"case": listed()}, {"case": listed(APPRAISED)}, who=CHEN_JING, regime=APPRAISING),
    row("destruction.attest/own_supervision", {"who": member("zhou", "supervisor")}, {"who": SUN_YAN}, case=GONE),
    row("destruction.attest/own_supervision", {"case": listed(*ALL, ATTESTED)}, {"case": GONE}, who=SUN_YAN),
    row("destruction.feedback/is_verified", {"case": GONE}, {"case": listed(*ALL, LOOKED_AT)}, data=NO),
    row("hold.place/about_something", {"file": None}, {"file": None, "columns": {"scope": "subject=person"}}),
    row("hold.place/about_something", {"columns": {"scope": "subject=person"}}, {}),
    row("hold.place/about_something", *({"columns": {"scope": text}} for text in ("phone=1", "axis.region=华东")), file=None),
    row("hold.place/about_something", *({"columns": {"scope": f"axis.{axis}=x"}} for axis in ("no-such", "region")), file=None),
    row("destruction.propose/not_held", {"beside": (AT_LARGE,)}, {"beside": (AT_LARGE,), "file": record(subject="person")}),
    row("record.update/not_stopped", {"beside": (SEALED,)}, {"beside": (AT_LARGE,)}),
    row("destruction.approve/means", {"means": "message"}, {"means": "paper"}, who=CHEN_JING, case=listed()),
    row("loan.request/needs", {"columns": {"purpose": ""}}, {}),
    row("loan.renew/needs", {"data": {"due": "2026-03-16"}}, {"data": renewed()}, case=out("2026-03-10")),
    row("loan.refuse/needs", {}, {"data": NO}, who=CHEN_JING, case=loan(rule=ASKED)),
    row("loan.hand_out/needs", {}, {"parts": DOCUMENT}, file=COUNTED, case=loan(), data={"due": DAY}),
    row("loan.give_back/needs", {"data": RETURNED}, {"data": {**RETURNED, "pages": 3}}, case=out(pages=3)),
    row("loan.request/not_destroyed", {"file": record(status="destroyed")}, {}),
    row("record.update/not_destroyed", {"file": record(status="withdrawn")}, {}),
    row("loan.request/not_stopped", {"beside": (stop("use"),)}, {"beside": (stop("destroy"),)}),
    row("record.update/not_stopped", {"beside": (stop("all"),)}, {"beside": (stop("all", LIFTED),)}),
    row("loan.approve/not_stopped", {"beside": (stop("use"),)}, {}, who=CHEN_JING, case=loan(rule=ASKED)),
    row("destruction.propose/not_held", {"beside": (stop("destroy"),)}, {"beside": (stop("destroy", LIFTED),)}),
    row("destruction.execute/not_held", {"beside": (stop("use"),)}, {}, case=READY),
    row("loan.request/not_on_loan", {"beside": (out(),)}, {"beside": (DONE,)}),
    row("loan.request/not_on_loan", {"parts": DOCUMENT}, {"parts": ("documents[dBBBBB]",)}, beside=(out(about=PART),)),
    row("loan.request/not_on_loan", {"beside": (out(about=PART),)}, {"beside": (loan(rule=ASKED),)}),
    row("loan.request/not_on_loan", {"file": BOUND}, {"file": COUNTED}, parts=("volumes[vAAAAA]",), beside=(out(about=PART),)),
    row("loan.request/not_on_loan", {"file": BOUND}, {"file": COUNTED}, parts=DOCUMENT, beside=(out(about=VOLUME),)),
    row("loan.hand_out/not_on_loan", {"beside": (out(),)}, {}, case=loan(number="JY-2026-0002"), data={"due": DAY}),
    row("destruction.approve/not_on_loan", {"beside": (out(),)}, {}, who=CHEN_JING, case=listed()),
    row("destruction.propose/settled", {"beside": (loan(rule=ASKED),)}, {"beside": (DONE,)}),
    row("destruction.propose/settled", {"beside": (HANDOVER,)}, {}),
    row("loan.request/not_on_destruction_list", {"beside": (listed(),)}, {"beside": (listed(CANCELLED),)}),
    row("destruction.propose/not_on_destruction_list", {"beside": (listed(APPROVED),)}, {}),
    row("loan.request/allowed_by_rules", {"file": record(secrecy="top-secret")}, {"file": record(secrecy="secret")},
        columns={"mode": "on-site"}, regime=CORP),
    row("loan.request/allowed_by_rules", {}, {"columns": {"mode": "on-site"}}, file=record(secrecy="secret"), regime=CORP),
    row("loan.request/allowed_by_rules", {"columns": {"unit": "hr"}}, {"columns": {"unit": "sales"}}, who=BOSS, regime=CORP),
    row("loan.request/term_within", {"columns": {"term": "15d"}}, {"columns": {"term": "2wk"}}),
    row("loan.request/term_within", {"columns": {"term": "5h"}}, {"columns": {"term": "4h"}}, regime=HOUSE_4H),
    row("loan.request/term_within", {"now": DAY}, {"now": "2026-03-06"}, columns={"term": "5d"}, regime=HOUSE_3WD),
    row("loan.hand_out/term_within", {"data": {"due": "2026-03-17"}}, {"data": {"due": "2026-03-16"}}, case=loan()),
    row("loan.hand_out/term_within", {"data": {"due": DAY}}, {"data": {"due": f"{DAY}T14:00"}}, case=loan(rule={"term": "4h"})),
    row("loan.hand_out/term_within", {"case": loan()}, {"case": loan(rule={"term": "unlimited"})}, data={"due": "unlimited"}),
    row("loan.hand_out/term_within", {"data": {"due": "2026-03-10"}}, {"data": {"due": "2026-03-03"}}, case=ONE_DAY),
    row("loan.hand_out/grade_kept", {"file": record(secrecy="secret")}, {}, case=GRADED, data={"due": DAY}),
    row("loan.renew/term_within", {"data": renewed("2026-03-17")}, {"data": renewed()}, case=out("2026-03-10")),
    row("loan.renew/later_than_promised", *({"data": renewed(day)} for day in ("2026-03-05", "2026-03-06")),
        case=out("2026-03-05")),
    row("loan.renew/later_than_promised", *({"data": renewed(day)} for day in (f"{DAY}T15:00", f"{DAY}T15:01")),
        case=out(f"{DAY}T15:00")),
    row("loan.renew/signed_again", *({"case": one} for one in (LENT_WITH_LEAVE, out("2026-03-10"))), data=renewed()),
    row("loan.renew/signed_again", {}, {"regime": regime(house={"lend": {"renew": "notice"}})}, case=LENT_WITH_LEAVE,
        data=renewed()),
    row("loan.renew/not_overdue", {"case": out("2026-03-01")}, {"case": out(DAY)}, data=renewed()),
    row("loan.renew/renewal_allowed", {"regime": regime("property-lease")}, {"regime": CORP}, case=out("2026-03-10"),
        data=renewed()),
    row("loan.renew/renewal_allowed", {"regime": regime(house={"lend": {"renew": "barred"}})}, {}, case=out("2026-03-10"),
        data=renewed()),
    row("loan.give_back/pages_match_or_incident", {"data": {"condition": "intact", "pages": 3}},
        {"data": {"condition": "damaged", "pages": 3}}, case=out(pages=4)),
    row("review.conclude/outcome_is_final", {"columns": {"outcome": "rectify"}}, {"columns": {"outcome": "corrected"}}),
    row("destruction.approve/items_unchanged", {"file": record(note="later")}, {}, who=CHEN_JING, case=listed()),
    row("destruction.propose/settled", *({"file": record(retention={"settled": done})} for done in (False, True))),
    row("destruction.propose/retention_over", *({"file": kept("5y", "2019-01-01", day)} for day in ("2021-03-03", "2021-03-02"))),
    row("destruction.propose/retention_over", *({"regime": term} for term in (FOR_GOOD, BASE)), file=kept(None, "2001-01-01")),
    row("destruction.propose/retention_over", {"file": kept("unlimited", "2019-01-01")}, {"file": kept("1y", "2019-01-01")}),
    row("destruction.propose/retention_over", {"file": kept("1y")}, {"file": kept(None)}),
    row("destruction.execute/retention_over", {"regime": regime(house={"keep": {"minimum": "1y"}})}, {}, case=READY),
    row("record.create/axis_values", *({"data": {"classification": {axis: "old"}}} for axis in ("no-such", "time")), file=None),
    row("record.classify/axis_values", *({"data": {"classification": {"time": value}}} for value in ("ancient", "old"))),
    row("record.classify/axis_values", *({"data": {"classification": {axis: None}}} for axis in ("size", "grade"))),
    row("store.measure/remedy_when_out_of_bounds", {"columns": {"humidity": "46"}},
        {"columns": {"humidity": "46", "remedy": "开除湿机"}}, file=None, regime=regime("stack-room")),
    row("store.measure/remedy_when_out_of_bounds", {"regime": regime("stack-room")}, {}, file=None,
        columns={"temperature": "23"}),
    row("record.create/one_file", {"data": TWIN}, {"data": {"twins": []}}, file=None),
    row("record.create/one_file", {}, {"regime": regime(house={"intake": {"one_file": False}})}, file=None, data=TWIN),
    row("record.create/number_may_be_given", *({"data": {"status": each}} for each in ("filed", "draft")),
        file=None, regime=LATER),
    row("record.create/stub_is_told", {"data": {"status": "stub", "fields": ["name"]}},
        {"data": {"status": "stub", "fields": ["name", "filing.handled"]}}, file=None, regime=LATER),
    row("intake.submit/materials_complete", {"file": STORE}, {"file": FULL}, regime=STRICT),
    row("intake.submit/materials_complete", {"regime": STRICT}, {"regime": PATIENT}, file=STORE),
    row("intake.submit/not_in_intake", {"beside": (taken_in(),)}, {}),
    row("intake.accept/materials_complete", {"file": STORE}, {"file": FULL}, regime=STRICT, case=taken_in()),
    row("intake.approve/as_accepted", {"file": record(note="later")}, {}, who=CHEN_JING, case=taken_in(ACCEPTED)),
    row("intake.file/as_accepted", {"file": record(note="later")}, {}, case=taken_in(ACCEPTED, SIGNED)),
    row("intake.file/materials_complete", {"regime": PATIENT}, {}, file=STORE, case=taken_in(*STORE_ACCEPTED)),
    row("intake.file_incomplete/may_be_completed", {}, {"regime": PATIENT}, file=STORE, case=taken_in(*STORE_ACCEPTED),
        data={"due": DAY}),
    row("intake.send_back/needs", {}, {"data": {"defect": "missing-seal"}}, case=taken_in()),
    row("intake.accept/by", {"who": WANG_WEI}, {}, case=taken_in()),
    row("intake.accept/from", {"case": taken_in(SENT_BACK)}, {"case": taken_in()}),
    row("record.add/no_duplicate_paper", {"data": {"added": {"documents": [paper()]}}},
        {"data": {"added": {"documents": [paper(form="copy")]}}}, file=FULL, regime=LATER),
    row("record.add/no_duplicate_paper", {"regime": LATER}, {}, file=FULL, data={"added": {"documents": [paper()]}}),
    row("record.add/no_duplicate_paper", {"file": record(documents=[{"id": "dAAAAA", **paper(number="enc:1:…")}])},
        {"file": record(documents=[{"id": "dAAAAA", **paper(number="2")}])}, regime=LATER,
        data={"added": {"documents": [paper(number="1")]}}),
    row("collection.enter/not_ahead", *({"columns": {"date": day}} for day in ("2026-03-03", DAY)), file=None),
    row("collection.enter/lateness_is_told", *({"columns": {"date": day}} for day in ("2026-02-28", "2026-03-01")),
        file=None, regime=DAILY),
    row("collection.enter/lateness_is_told", {"columns": {"date": "2026-02-01"}},
        {"columns": {"date": "2026-02-01", "late": True}}, file=None, regime=DAILY),
    row("handover.apply/two_parties", *({"columns": {"giver": "li.na", "taker": who}} for who in ("li.na", "wang.wei"))),
    row("handover.apply/plan_stated", {}, {"columns": {"scope": "—"}}, regime=PLANNED),
    row("handover.apply/protected", {}, {"columns": {"protection": "—"}}, file=record(secrecy="secret"), regime=PROTECTED),
    row("handover.apply/protected", *({"file": record(secrecy=one)} for one in ("top-secret", "confidential")), regime=PROTECTED),
    row("handover.apply/retention_stated", {}, {"file": record(retention={"term": "10y"})}, regime=TERMED),
    row("handover.audit/checks_made", {}, {"data": {"checks": "complete"}}, case=slip(), regime=CHECKING),
    row("handover.confirm/chain", {"who": WANG_WEI}, {"who": ZHAO_LEI}, case=slip(), data=CONFIRMED),
    row("handover.confirm/prepared_first", {"case": slip()}, {"case": slip(event("d", "audit", "a"))},
        data=CONFIRMED, regime=AUDITED),
    row("handover.confirm/items_on_list", *({"data": {"confirmed": uid}} for uid in (OTHER, UID)), case=slip()),
    row("handover.confirm/items_unchanged", {"file": record(note="later")}, {}, case=slip(), data=CONFIRMED),
    row("handover.register/something_confirmed", {"case": NOTHING_TAKEN}, {"case": TAKEN}),
    row("handover.register/by", {"who": ZHAO_LEI}, {}, case=TAKEN),
    row("handover.register/files_left", {"case": LEAVING}, {"case": TAKEN}, files=(STILL_KEPT,)),
    row("handover.register/files_left", {"files": (STILL_KEPT,)}, {}, case=slip(*BY_TAKER, text=KEPT, mode="leave"), file=KEPT),
    row("handover.register/signatures_left", *({"beside": (collected(post),)} for post in ("clerk", "archivist")), case=LEAVING),
    row("handover.register/signatures_left", {"case": LEAVING}, {"case": TAKEN}, beside=(collected("clerk"),)),
    row("handover.prepare/own_part", {"who": BOSS}, {"who": WANG_WEI}, case=KEY_ACCOUNT, data={"background": "—"}),
    row("inventory.count/something_seen", {}, {"data": {"strange": 1}}, case=counted(), file=None),
    row("inventory.close/tally_true", {}, {"data": {"missing": OTHER}}, case=counted(seen=UID), file=None),
    row("inventory.close/tally_true", *({"data": {name: OTHER}} for name in ("missing", "away")), file=None,
        case=counted(seen=UID), **OUT_AGAIN),
    row("inventory.close/tally_true", {}, {"data": {"missing": f"{UID} {OTHER}", "surplus": "C" * 26}}, file=None,
        case=counted(seen="C" * 26)),
    row("review.remedy/remedy_approved", {"case": UNDECIDED}, {"case": FOUND}, data={"remedy": "—"}),
    row("duty.do/duty_of_theirs", {"columns": {**TRAINED, "do": "—"}}, {"columns": TRAINED}, file=None, regime=TRAINING),
    row("duty.do/duty_of_theirs", {"who": WANG_WEI}, {}, columns=TRAINED, file=None, regime=TRAINING),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{row[0]} {number}" for number, row in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()


def test_every_guard_refuses_somewhere_in_the_table_and_every_guard_of_a_kind_exists() -> None:
    tables = [import_module(f"registers.{path.stem}") for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    told = {row[0].partition("/")[2] for table in tables for row in getattr(table, "ROWS", ()) if isinstance(row[0], str)}
    assert GUARDS.keys() - told == set()
    for name in kinds.names(BASE):
        assert {guard for step in kinds.kind(name, BASE).steps.values() for guard in step.guards} <= GUARDS.keys()


def test_every_reason_is_told_at_once_with_the_clause_and_the_regulation_it_stands_in() -> None:
    wrong = Act("loan.request", who=CHEN_JING, beside=(out(), stop("all"), listed()), columns={"term": "15d", "purpose": None})
    found = decided(wrong)
    assert [reason.code.partition("/")[2] for reason in found.reasons] == [
        "by",
        "needs",
        "not_stopped",
        "not_on_loan",
        "not_on_destruction_list",
        "term_within",
    ]
    assert {reason.code: (reason.clause, reason.source) for reason in found.reasons}["loan.request/term_within"] == (
        "LOAN-04",
        "base",
    )
    assert found.verdict == "refused"


@pytest.mark.parametrize(
    ("secrecy", "verdict", "awaits", "rule"),
    [
        ("internal", "allowed", [], {"clause": "LOAN-01", "term": "14d", "grade": "internal"}),
        ("secret", "approval", [("manager",)], {"clause": "LOAN-02", "approve": ["manager"], "term": "14d", "grade": "secret"}),
    ],
)
def test_an_opening_act_says_who_must_sign_and_keeps_the_rule(
    secrecy: str, verdict: str, awaits: list[tuple[str, ...]], rule: dict[str, Any]
) -> None:
    found = decided(Act("loan.request", file=record(secrecy=secrecy)))
    assert (found.verdict, [slot.posts for slot in found.awaits], found.rule) == (verdict, awaits, rule)


def test_a_signature_is_given_under_the_post_that_is_open() -> None:
    both = member("both", "director", "deputy-director", "manager")
    asked = loan(rule={"approve": ["manager", ["director", "deputy-director"]]})
    assert decided(Act("loan.approve", who=both, case=asked)).post == "manager"
    one = loan(event("a", "approve", "r", by="chen.jing", post="manager"), rule={"approve": ["manager", ["director", "deputy"]]})
    assert decided(Act("loan.approve", who=both, case=one)).post == "director"


def test_a_list_with_one_unchanged_file_goes_on_without_the_others() -> None:
    other = record(note="later")._replace(data={**FILE.data, "uid": "B" * 26})
    two = case("destruction", event("p", "propose", items={UID: FILE.digest, "B" * 26: FILE.digest}))
    kind = two.kind
    situation = Situation(World(BASE, STAFF, ()), kind, kind.steps["cancel"], LI_NA, DAY, two, (FILE, other))
    assert not list(GUARDS["items_unchanged"](situation))


@pytest.mark.parametrize(
    ("file", "who", "codes", "said"),
    [
        (FILE, BOSS, ["chain", "department"], "entered nowhere"),
        (record(department="sales"), BOSS, [], ""),
        (record(department="works"), BOSS, ["chain"], ""),
        (record(department="sales"), BOSS._replace(department=None), ["chain", "department"], "no department is entered"),
        (FILE, CHEN_JING, ["chain"], ""),
    ],
)
def test_a_post_of_a_department_that_is_entered_nowhere_is_refused_for_that(
    file: Record, who: Member, codes: list[str], said: str
) -> None:
    found = decided(Act("loan.approve", who=who, file=file, case=OF_KEEPER)).reasons
    assert [reason.code.partition("/")[2] for reason in found] == codes
    assert said in found[-1].message if said else True


def test_a_rule_is_named_by_the_file_it_stands_in_and_by_no_clause_that_nobody_follows() -> None:
    asked = Act("loan.request", columns={"term": "15d"}, regime=regime("bank"))
    (found,) = (reason for reason in decided(asked).reasons if reason.code == "loan.request/term_within")
    assert (found.source, found.clause) == ("base", "")
    (found,) = decided(Act("loan.request", columns={"term": "15d"}, regime=regime("property-lease"))).reasons
    assert (found.source, found.clause) == ("property-lease", "LOAN-04")


def test_a_clause_that_governs_no_path_is_named_with_the_regulation_that_lists_it() -> None:
    law = regime("bank")
    s = Situation(World(law, STAFF, ()), kinds.kind("loan", law), kinds.kind("loan", law).steps["hand_out"], LI_NA, DAY)
    assert (s.why("from", "—").clause, s.why("from", "—").source) == ("QRY-19", "bank")


def test_the_rules_of_the_house_are_called_so_in_both_languages() -> None:
    assert regime(house={"lend": {"renew": "barred"}}).titles["house"] == {"zh": "本公司规定", "en": "house rules"}
