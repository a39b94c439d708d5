"""Kinds of entry: the shipped ones hold together, and an archive's own file wins."""

from typing import Any

import pytest

from archivectl.regime import load
from archivectl.registers import kinds
from archivectl.registers.kinds import UnknownKind
from registers.entries import BASE

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
