"""Complaints, surveys, finance accounts, and grounds of destruction: each reason as it refuses, and the act beside it."""

from typing import Any

import pytest

from archivectl.registers import surveying
from archivectl.registers.fold import Case
from archivectl.registers.waiting import waiting
from registers.entries import CHEN_JING, DAY, UID, Made, case, event, record, regime
from registers.test_deciding import Act, decided, listed, row

PATHS = regime(
    house={
        "complaint": {"path": {"service": ["production", "sales"]}},
        "departments": {"production": {"zh": "生产办公室", "en": "P"}},
    }
)
REPORT = {"mode": "report", "year": 2026, "answers": 2, "rating": 75}
TARGET = regime(house={"survey": {"target": 75}})
HIGHER = regime(house={"survey": {"target": 76}})
BY_CASE = regime(house={"rename": {"account": {"by": "case"}}})
ON_PAPER = regime(house={"rename": {"account": {"means": ["paper"]}}})
HOLDER = {"data": {"changed": ["finances.accounts[aAAAAA].holder"]}}
GROUNDS = regime(house={"destroy": {"grounds": ["expired", "useless"]}})
GONE = regime(house={"destroy": {"unrecoverable": True}})
NO_REFERRALS = regime(house={"purposes": {"referral": False}})
OVER = record(retention={"term": "1y", "events": [{"event": "closed", "date": "2020-01-01"}]})


def complaint(*more: dict[str, Any], kind: str = "service") -> Case:
    """A complaint that was taken, and what followed."""
    columns = {"channel": "phone", "kind": kind, "matter": "—"}
    return case("feedback", event("t", "take", data={"rule": {"approve": ["manager"]}}), *more, made=Made(columns=columns))


def answer(number: int, rating: int, day: str = DAY, **columns: Any) -> Case:
    """A customer's answer to a survey."""
    made = Made(columns={"mode": "answer", "rating": rating, **columns}, number=f"FK-2026-000{number}")
    return case("feedback", event("r", "record", date=day), made=made)


def application(*more: dict[str, Any]) -> Case:
    """An application about a finance account, and what followed."""
    first = event("a", "request", data={"rule": {"approve": ["manager"]}})
    return case("change", first, *more, made=Made(columns={"mode": "holder", "holder": "—"}, number="BG-2026-0001"))


def destroyed(*more: dict[str, Any]) -> Case:
    """A list that was carried out, and what followed."""
    signed = event("y", "approve", "p", by="chen.jing", post="manager")
    watched = [event(name, "supervise", after, by=name, post="supervisor") for name, after in (("zl", "y"), ("sy", "zl"))]
    return listed(signed, *watched, event("x", "execute", "sy"), event("c", "complete", "x"), *more)


def passed(departments: str) -> dict[str, Any]:
    return event("a", "assign", "t", data={"department": departments})


APPROVED = event("y", "grant", "a", by="chen.jing", post="manager")
SHREDDED = event("s", "shred", "c", data={"method": "粉碎"})
ANSWERS = (answer(1, 70), answer(2, 80), answer(3, 10, "2025-12-31"))
ROWS = [
    row("feedback.assign/department_by_kind", *({"data": {"department": told}} for told in ("销售部", "sales、生产办公室")),
        case=complaint(), regime=PATHS),
    row("feedback.assign/department_by_kind", {"case": complaint()}, {"case": complaint(kind="repair")}, regime=PATHS,
        data={"department": "—"}),
    row("feedback.handle/department_by_kind", {"case": complaint()}, {"case": complaint(passed("production sales"))},
        regime=PATHS, data={"result": "—"}),
    row("feedback.reply/by", {"who": CHEN_JING}, {}, data={"told": DAY, "reply": "—"},
        case=complaint(passed("—"), event("h", "handle", "a", data={"result": "—"}),
                       event("y", "approve", "h", by="chen.jing", post="manager"))),
    row("feedback.summarise/tabulated", {"beside": ANSWERS[1:]}, {"beside": ANSWERS}, file=None, columns=REPORT),
    row("feedback.summarise/tabulated", *({"columns": {**REPORT, "year": year}} for year in (2024, 2026)), file=None,
        beside=ANSWERS),
    row("feedback.summarise/on_target", {"regime": HIGHER}, {"regime": TARGET}, file=None, columns=REPORT, beside=ANSWERS),
    row("feedback.fall_short/below_target", {"regime": TARGET}, {"regime": HIGHER}, file=None, beside=ANSWERS,
        columns={**REPORT, "mode": "shortfall"}),
    row("feedback.fall_short/below_target", {"regime": regime()}, {"regime": HIGHER}, file=None, beside=ANSWERS,
        columns={**REPORT, "mode": "shortfall"}),
    row("record.update/account_by_case", {"regime": BY_CASE}, {"regime": regime()}, **HOLDER),
    row("record.update/account_by_case", {"beside": (application(),)}, {"beside": (application(APPROVED),)}, regime=BY_CASE,
        **HOLDER),
    row("change.grant/means", {}, {"means": "paper"}, who=CHEN_JING, case=application(), regime=ON_PAPER),
    row("destruction.propose/on_ground", {}, {"columns": {"ground": "useless"}}, regime=GROUNDS),
    row("destruction.propose/on_ground", *({"columns": {"ground": each}} for each in ("unneeded", "useless")), regime=GROUNDS),
    row("destruction.propose/on_ground", *({"file": each} for each in (record(), OVER)), regime=GROUNDS,
        columns={"ground": "expired"}),
    row("destruction.propose/not_for_inactivity",
        *({"file": record(retention={"events": [{"event": name, "date": "2020-01-01"}]})} for name in ("trade-stopped", "closed")
          )),
    row("destruction.approve/appraised", {"case": listed(columns={"ground": "useless"})}, {"case": listed()}, who=CHEN_JING,
        regime=GROUNDS),
    row("destruction.verify/paper_is_gone", {"case": destroyed()}, {"case": destroyed(SHREDDED)}, regime=GONE),
    row("loan.request/purpose_permitted", *({"columns": {"use": use}} for use in ("referral", "service")), regime=NO_REFERRALS),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{each[0]} {number}" for number, each in enumerate(ROWS)])
def test_an_act_is_refused_for_its_reason_and_the_one_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()


@pytest.mark.parametrize(("year", "answers", "rating"), [("2026", 2, 75), ("2025", 1, 10), ("2024", 0, None)])
def test_a_years_answers_are_counted_and_averaged(year: str, answers: int, rating: int | None) -> None:
    assert surveying.tabulated(ANSWERS, year) == (year, answers, rating)


def test_the_day_of_the_survey_counts_before_that_of_its_entry() -> None:
    assert surveying.tabulated([answer(1, 50, date="2025-12-30")], "2025").answers == 1


@pytest.mark.parametrize(
    ("done", "step"),
    [
        ((), "shred"),
        ((SHREDDED,), "verify"),
        ((SHREDDED, event("v", "verify", "s", data={"verified": 1, "unverified": 1})), "verify"),
        ((SHREDDED, event("v", "verify", "s", data={"verified": 2, "unverified": 0})), "attest"),
    ],
)
def test_what_may_not_be_recoverable_is_looked_at_until_no_copy_is_left(done: tuple[dict[str, Any], ...], step: str) -> None:
    found = waiting(destroyed(*done), GONE)
    assert found is not None
    assert found.step == step


def test_elsewhere_it_is_looked_at_once() -> None:
    found = waiting(destroyed(event("v", "verify", "c", data={"verified": 1, "unverified": 1})), regime())
    assert found is not None
    assert found.step == "attest"


def test_a_row_of_the_table_is_about_the_file_it_says() -> None:
    assert OVER.uid == UID
