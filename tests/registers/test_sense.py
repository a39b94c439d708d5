"""Words that protect, dates and scales: what makes no sense is refused, and every refusal shows a way on."""

import ast
import inspect
from types import ModuleType
from typing import Any

import pytest

from archivectl.records.model import Record
from archivectl.registers import deciding, guards
from archivectl.registers.guards import sense
from archivectl.registers.guards.sense import acts_asking
from archivectl.registers.kinds import kind, names
from registers.entries import BASE, CHEN_JING, DAY, WANG_WEI, Made, case, event, member, record, regime
from registers.test_deciding import Act, decided, listed, row

LATER_DAY = "2026-03-03"
CORP = regime("corp-archive")
HEAD = member("head", "office-head")
BOSS = member("boss", "department-manager", department="sales")
BORROWER = {"mode": "loan", "borrower": "王伟", "purpose": "核对", "unit": "sales"}
OF_SALES = member("amy", "clerk", department="sales")
PASSED = {"grade": "internal", "scope": "sales", "unit": "sales"}
SENT = case("transmission", event("s", "send"), made=Made(columns=PASSED, number="CD-2026-0001"))
LISTED = regime(house={"files": {"store": {"papers": [{"kind": "合同"}]}, "shop": {"title": {"zh": "店", "en": "shop"}}}})
REGIONS = regime(house={"files": {"store": {}}, "departments": {"hr": "人事部"}})


def protecting(section: str, *acts: str) -> Any:
    """House rules that protect these acts."""
    return regime(house={section: {"for": list(acts)}})


def scoped(text: str) -> dict[str, Any]:
    """A stop with a scope."""
    return {"columns": {"scope": text}}


def opened(day: str) -> Record:
    """A file that was opened on a day."""
    return record(filing={"opened": day})


CHECKED = record(identity_checks=[{"id": "iAAAAA", "date": DAY, "result": "confirmed"}], consent=[{"id": "kAAAAA", "given": DAY}])
ROWS = [
    row("record.update/words_known", {"regime": protecting("identity", "record.change")},
        {"regime": protecting("identity", "record.update")}, file=CHECKED),
    row("loan.request/words_known", {"regime": protecting("consent", "lend")}, {"regime": protecting("consent", "use")},
        file=CHECKED),
    row("hold.place/scope_known", scoped("subject=dog"), scoped("subject=person"), file=None),
    row("hold.place/scope_known", scoped("axis.time=someday"), scoped("axis.time=old"), file=None),
    row("hold.place/scope_known", scoped("secrecy>=low"), scoped("secrecy>=secret"), file=None),
    row("hold.place/scope_known", scoped("file=shop"), scoped("file=store"), file=None, regime=REGIONS),
    row("hold.place/scope_known", scoped("department=sales"), scoped("department=hr"), file=None, regime=REGIONS),
    row("hold.place/scope_known", {}, {"staff": (OF_SALES,)}, file=None, **scoped("department=sales")),
    row("feedback.record/on_scale", *({"columns": {"rating": each}} for each in (101, 100))),
    row("feedback.record/on_scale", *({"columns": {"rating": each}} for each in (6, 5)),
        regime=regime(house={"survey": {"rating": [">=1", "<=5"]}})),
    row("transmission.send/grade_not_lower", {"file": record(secrecy="secret")}, {}, columns=PASSED),
    row("transmission.accept/of_receiving_department", {"who": WANG_WEI}, {"who": OF_SALES}, case=SENT, data={"plan": "—"}),
    row("incident.report/not_destroyed", {"file": record(status="destroyed")}, {}),
    row("record.add/not_of_tomorrow", *({"data": {"values": {"documents[dAAAAA].date": day}}} for day in (LATER_DAY, DAY))),
    row("record.create/not_of_tomorrow",
        *({"data": {"content": {"documents": [{"id": "dAAAAA", "date": day}]}}} for day in (LATER_DAY, DAY)), file=None),
    *(row("record.update/not_of_tomorrow", *({"data": {"values": {path: day}}} for day in (LATER_DAY, DAY)))
      for path in ("filing.archived", "documents[dAAAAA].received",
                   "contacts[cAAAAA].birthday", "people.owner.birthday", "lease.payments[pAAAAA].paid_on")),
    row("record.update/not_of_tomorrow", *({"data": {"values": {"person.birthday": day}}} for day in (LATER_DAY, DAY)),
        file=record(subject="person")),
    row("record.update/not_of_tomorrow",
        *({"data": {"values": {"filing.handled": f"{day}T09:00"}}} for day in (LATER_DAY, DAY))),
    *(row(f"record.{act}/members_known", *({"data": {"values": {path: value}}} for value in told))
      for act, path, told in (
          ("update", "keeper", ("lina", "li.na")),
          ("update", "filing.responsible", ("wang.wie", "wang.wei")),
          ("update", "relationship.contact_staff", (["wang.wei", "nobody"], ["wang.wei", "li.na"])),
          ("add", "documents[dAAAAA].received_by", ("王伟", "wang.wei")),
          ("add", "interactions[iAAAAA].approved_by", ("boss", "chen.jing")))),
    *(row(f"{step}/in_order", {"file": opened(LATER_DAY)}, {"file": opened(DAY)}) for step in (
        "loan.request", "hold.place", "review.conclude", "destruction.propose", "handover.apply", "record.update", "record.add")),
    row("record.update/in_order", {"now": "2026-02-28"}, {"now": DAY}, file=opened(DAY)),
    row("record.update/in_order", *({"data": {"values": {path: DAY}}} for path in ("filing.archived", "filing.opened")),
        file=opened(LATER_DAY)),
    row("loan.request/in_order", {"file": opened(f"{LATER_DAY}T08:00")}, {"file": opened(f"{DAY}T23:00")}),
    row("record.create/members_known", {}, {"staff": (member("old", retired=DAY),)}, file=None,
        data={"content": {"keeper": "old"}}),
    row("record.create/not_of_tomorrow",
        *({"data": {"content": {"person": {"birthday": "1990-05"}, "documents": [{"id": "dAAAAA", "date": day}]}}}
          for day in ("1990-04-30", "1990-05-01")), file=None),
    row("record.create/file_kind_stated", *({"data": {"status": "filed", "content": {"subject": "person", **each}}}
        for each in ({}, {"files": ["store"]})), file=None, regime=LISTED),
    row("record.create/file_kind_stated", *({"data": {"status": "filed", "content": {"subject": each}}}
        for each in ("person", "own-company")), file=None, regime=LISTED),
    row("record.create/file_kind_stated", {"regime": LISTED}, {"regime": REGIONS}, file=None,
        data={"status": "filed", "content": {"subject": "person"}}),
    row("intake.submit/file_kind_stated", {}, {"file": record(files=["shop"])}, regime=LISTED),
]  # fmt: skip


@pytest.mark.parametrize(("code", "refused", "allowed"), ROWS, ids=[f"{each[0]} {number}" for number, each in enumerate(ROWS)])
def test_what_makes_no_sense_is_refused_and_the_act_beside_it_is_legal(code: str, refused: Act, allowed: Act) -> None:
    assert [reason.code for reason in decided(refused).reasons] == [code]
    assert decided(allowed).reasons == ()


def test_what_is_sealed_or_ends_one_day_is_not_dated_wrongly() -> None:
    content = {"person": {"birthday": "enc:1:…"}, "contracts": [{"until": "2030-01-01", "date": DAY}]}
    assert decided(Act("record.create", file=None, data={"content": content})).reasons == ()


def test_the_acts_that_consent_and_identity_may_protect() -> None:
    assert acts_asking("consent_given", BASE) == {"use", "provide", "create", "file"}
    assert acts_asking("customer_told", BASE) == {"create", "file"}
    steps = {"loan.request", "loan.provide", "record.create", "record.file", "record.update"}
    assert acts_asking("identity_confirmed", BASE) == steps


@pytest.mark.parametrize(
    ("who", "refused"), [(HEAD, False), (BOSS, False), (CHEN_JING, True), (member("other", "director"), False)], ids=str
)
def test_who_the_rule_itself_names_may_ask_for_the_file(who: Any, *, refused: bool) -> None:
    found = decided(Act("loan.request", who=who, columns=BORROWER, regime=CORP, staff=(HEAD, BOSS)))
    assert ("loan.request/by" in {reason.code for reason in found.reasons}) is refused


def test_a_post_that_the_rule_for_another_file_names_asks_for_nothing() -> None:
    act = Act("loan.request", who=HEAD, file=record(secrecy="confidential"), columns=BORROWER, regime=CORP, staff=(HEAD, BOSS))
    assert "loan.request/by" in {reason.code for reason in decided(act).reasons}


def test_a_changed_item_of_a_list_shows_the_way_back() -> None:
    (reason,) = decided(Act("destruction.approve", who=CHEN_JING, case=listed(), file=record(note="later"))).reasons
    assert "reject {entry}" in reason.hint
    assert reason.values["entry"] == "XH-2026-0001"


def _refusals(module: ModuleType) -> list[tuple[int, set[str]]]:
    """Every call of ``why`` with the names that it is given."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "why"]
    return [(call.lineno, {each.arg or "" for each in call.keywords}) for call in named]


MODULES = (deciding, *guards.MODULES)


@pytest.mark.parametrize("module", MODULES, ids=[module.__name__ for module in MODULES])
def test_every_refusal_has_a_way_on_or_names_the_rule_behind_it(module: ModuleType) -> None:
    found = _refusals(module)
    assert [line for line, named in found if not named & {"hint", "path"}] == []
    assert found


def test_every_kind_with_bounds_names_a_scale_that_the_regime_states() -> None:
    paths = {column.bounds for name in names(BASE) for column in kind(name, BASE).columns.values() if column.bounds}
    assert "$survey.rating" in paths
    assert sense.on_scale.__name__ in kind("feedback", BASE).steps["record"].guards
