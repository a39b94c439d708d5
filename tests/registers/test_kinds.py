"""Kinds of entry: the shipped ones hold together, and an archive's own file wins."""

import json
from typing import Any

import pytest

from archivectl.regime import load
from archivectl.registers import kinds
from archivectl.registers.kinds import UnknownKind
from office import Office
from registers.entries import BASE

MOST = 24  # registers that people keep; what is like another is a mode of it
OWN = "kind: visit\ntitle: {zh: 来访登记}\nnumber: LF\nsteps: {log: {to: logged, by: [clerk]}}\n".encode()


@pytest.mark.parametrize("name", [*kinds.names(BASE), "record"])
def test_a_shipped_kind_holds_together(name: str) -> None:
    """Both titles everywhere, every state reached, every name that is needed a column, every path a value."""
    kind = kinds.kind(name, BASE)
    assert {*kind.title} == {"zh", "en"}
    assert all(column.titles["zh"] != column.name for column in (*kind.columns.values(), *kind.data.values()))
    states = {step.to for step in kind.steps.values()}
    assert {start for step in kind.steps.values() for start in step.start} <= states
    assert sum(not step.start for step in kind.steps.values()) >= 1
    needs = [next(iter(need)) if isinstance(need, dict) else need for step in kind.steps.values() for need in step.needs]
    assert all(kind.column(need) for need in (*needs, *kind.required))
    paths: list[Any] = [
        kind.means,
        kind.apart,
        *(value for step in kind.steps.values() for value in (step.by, step.chain, step.back)),
    ]
    whole = [path.partition(".{")[0] if isinstance(path, str) else path for path in paths]  # $routine.{do}.attest
    assert all(kinds.resolve(BASE, path) is not None for path in whole)


def test_there_are_at_most_two_dozen_registers(office: Office) -> None:
    shown = [row["kind"] for row in json.loads(office.run("register", "kinds", "--json").out)]
    assert (shown, len(shown) <= MOST) == (kinds.kept_by_people(BASE), True)


@pytest.mark.parametrize(
    ("kind", "mode", "its", "others"),
    [
        ("application", "rights", "apply approve refuse give end", "ask answer issue give_back"),
        ("application", "help", "ask answer cancel", "apply approve issue"),
        ("application", "key", "issue extend give_back report_lost revoke", "apply approve ask answer"),
        ("change", "error", "report approve refuse enter withdraw", "notify authorise apply request grant file"),
        ("change", "name", "notify hand_in submit authorise reject apply cancel", "report approve enter request grant"),
        ("change", "open", "request grant decline file log tell cancel", "report approve notify authorise apply"),
        ("feedback", "complaint", "take assign handle approve refuse reply", "record improve summarise adopt distribute"),
        ("feedback", "answer", "record improve", "take approve summarise correct adopt"),
        ("feedback", "shortfall", "fall_short correct adopt reject distribute", "take approve record summarise"),
        ("handover", "account", "begin prepare introduce plan relate assess close", "apply approve register evaluate"),
        ("handover", "leave", "apply approve agree confirm register tell evaluate", "begin prepare assess close"),
        ("store", "climate", "measure correct", "disinfest apply approve take_in"),
    ],
)
def test_an_entry_comes_only_to_the_steps_of_its_mode(kind: str, mode: str, its: str, others: str) -> None:
    course = {step.name for step in kinds.kind(kind, BASE).course({"mode": mode})}
    assert ({*its.split()} - course, {*others.split()} & course) == (set(), set())


def test_a_verb_is_what_its_step_says_or_else_the_command_that_does_it() -> None:
    found = kinds.verbs(BASE)
    typed = ("create", "submit", "accept", "send-back", "lend", "hand-out", "return", "review", "release", "destroy", "handover")
    codes = "record.create intake.submit intake.accept intake.send_back loan.request loan.hand_out loan.give_back review.conclude"
    assert [found[each] for each in typed] == [*codes.split(), "hold.lift", "destruction.propose", "handover.apply"]
    assert not {verb for verb in found if " " in verb}


def test_an_archives_own_kind_is_added_and_wins_over_the_shipped_one() -> None:
    found = load.load(load.texts([]) | kinds.texts() | {"regime/registers/visit.yaml": OWN, "regime/registers/review.yaml": OWN})
    assert "visit" in kinds.names(found)
    assert kinds.kind("visit", found).steps["log"].code == "visit.log"
    assert kinds.kind("review", found).number == "LF"
    assert kinds.kind("review", BASE).number == "FH"
    with pytest.raises(UnknownKind, match="visit"):
        kinds.kind("visit", BASE)
