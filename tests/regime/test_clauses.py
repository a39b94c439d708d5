"""The catalogue of clauses: whatever it names exists, what a clause is of binds what meets it, and gates are seen to refuse."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archivectl.checking.rules import RULES
from archivectl.records import fields, schema
from archivectl.regime import load
from archivectl.regime.clauses import KINDS, Clause, UnknownClause, catalogue, clause, governing
from archivectl.regime.stating import stated
from archivectl.registers import kinds
from archivectl.registers.guards import GUARDS
from project import ROOT
from registers.entries import regime

# What stands before every act, named in no kind: see archivectl/registers/deciding.py.
EVERY_ACT = {"by", "from", "distinct", "chain", "apart", "means", "outsider", "recorder", "needs", "in_order", "answerable"}
CLAUSES = list(catalogue().values())
LAWS = [load.load(load.texts([slug])) for slug in load.shipped()]
NAMES = [each.name for each in CLAUSES]
SCENARIOS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/scenarios").rglob("*.txt")))


def named(sort: str) -> list[str]:
    """What meets clauses, of one sort, each once."""
    return sorted({each.partition(":")[2] for one in CLAUSES for each in one.met_by if each.startswith(f"{sort}:")})


def test_there_are_440_clauses_each_with_a_sentence_in_both_languages() -> None:
    assert len(CLAUSES) == 440
    for each in CLAUSES:
        assert re.fullmatch(r"[A-Z]+-\d\d", each.name)
        assert re.search(r"[\u4e00-\u9fff]", each.titles["zh"]), each.name
        assert re.match(r"[A-Z“]", each.titles["en"]), each.name
        assert each.titles["en"] != each.name


@pytest.mark.parametrize("each", CLAUSES, ids=NAMES)
def test_the_kinds_of_a_clause_bind_what_meets_it(each: Clause) -> None:
    sorts = {mechanism.partition(":")[0] for mechanism in each.met_by}
    assert each.met_by
    for kind in each.kinds:
        if kind == "P":
            assert each.parameter
        elif kind != "A":
            assert sorts & {*KINDS[kind]}, f"{each.name} is {kind} and has {each.met_by}"


@pytest.mark.parametrize("name", named("field"))
def test_every_field_is_one_of_the_vocabulary(name: str) -> None:
    section, _dot, rest = name.partition(".")
    known = {f"interactions.{kind}" for kind in _interactions()}
    assert name in known or fields.field_at(name) or fields.field_at(f"{section}[x1].{rest}"), name


def _interactions() -> Iterator[str]:
    kind = schema.load("interactions")["properties"]["interactions"]["items"]["properties"]["kind"]
    yield from (kind["enum"] if "enum" in kind else [each["const"] for each in kind["oneOf"]])


@pytest.mark.parametrize("name", named("gate"))
def test_every_gate_is_a_guard_of_a_step(name: str) -> None:
    step, _slash, guard = name.partition("/")
    kind, _dot, act = step.partition(".")
    found = kinds.kind(kind, regime()).steps[act]
    assert guard in EVERY_ACT or (guard in found.guards and guard in GUARDS)


@pytest.mark.parametrize("name", [each for each in named("check") if not each.startswith("duty/")])
def test_every_check_is_a_rule(name: str) -> None:
    assert name in RULES


@pytest.mark.parametrize("name", named("register"))
def test_every_register_is_a_kind(name: str) -> None:
    assert name in kinds.names(regime())


@pytest.mark.parametrize("name", named("form"))
def test_every_form_is_one_that_practice_names(name: str) -> None:
    assert name in regime().get("forms")


@pytest.mark.parametrize("name", named("gate"))
def test_every_gate_is_seen_to_refuse_in_a_scenario(name: str) -> None:
    assert f"{name}" in SCENARIOS


@pytest.mark.parametrize("path", sorted({each.parameter for each in CLAUSES if each.parameter}))
def test_every_parameter_is_stated_by_some_regulation(path: str) -> None:
    assert any(stated(law, path).holds for law in LAWS)


def test_the_clause_of_a_path_is_one_that_the_regulation_lists_where_there_are_several() -> None:
    first, second = (each.name for each in CLAUSES if each.parameter == "lend.rules.approve")
    assert governing("lend.rules.approve", {second}) == second
    assert governing("lend.rules.approve", set()) == first
    assert governing("lend.rules.approve.deeper", {second}) == second
    assert governing("no.such.path", {second}) == ""


def test_a_clause_is_found_however_it_is_written() -> None:
    assert clause("loan-04").name == "LOAN-04"
    with pytest.raises(UnknownClause):
        clause("LOAN-99")


def test_no_code_names_a_regulation() -> None:
    slugs = [slug for slug in load.shipped() if "-" in slug]
    for path in Path(ROOT / "archivectl").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        # `regime show property-lease` stands in the help as an example
        assert not [slug for slug in slugs if re.search(rf"[\"']{slug}[\"']", text)], path
