"""The shipped regulations: sound, complete, each with its figures, its scenario, and something that keeps every clause."""

import json
from pathlib import Path

import pytest

from archivectl import compliance, linting, yaml_text
from archivectl.regime import load
from archivectl.regime.clauses import catalogue
from archivectl.regime.stating import stated
from archivectl.registers import kinds
from project import ROOT
from regime import document

SLUGS = load.shipped()
FIGURES = Path(__file__).parent / "figures"
SHARED = ROOT.parent / "shared/clauses.json"


def stating(slug: str) -> dict[str, object]:
    return dict(yaml_text.load(load.text(slug), slug))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_regulation_is_sound(slug: str) -> None:
    assert [f"{each.line}: {each.text}" for each in linting.judge({slug: load.text(slug)})] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_regulation_names_itself_and_its_clauses(slug: str) -> None:
    data = stating(slug)
    assert data["regulation"] == slug
    assert {"zh", "en"} == set(data["title"])  # type: ignore[call-overload]
    assert data["clauses"]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the catalogue that the regulations were distilled into")
def test_the_regulations_list_the_clauses_that_they_were_found_to_have() -> None:
    wanted: dict[str, set[str]] = {}
    for clause in json.loads(SHARED.read_text(encoding="utf-8"))["clauses"]:
        for slug in clause["regimes"]:
            wanted.setdefault(slug, set()).add(clause["id"])
    assert {slug: set(stating(slug)["clauses"]) for slug in SLUGS} == wanted  # type: ignore[call-overload]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_clause_is_met_by_what_its_kinds_ask_for(slug: str) -> None:
    regime = load.load({**load.texts([slug]), **kinds.texts()})
    open_ = []
    for name in sorted(regime.clauses):
        clause = catalogue()[name]
        mechanisms, value = compliance.at_work(regime, clause)
        weak = compliance.strength(mechanisms) == "stated" and set(clause.kinds) & set("GC")
        lacking = {"G": "gate:", "C": "check:"}.items()
        bare = [kind for kind, sort in lacking if kind in clause.kinds and not any(each.startswith(sort) for each in mechanisms)]
        if weak or bare or ("P" in clause.kinds and (value is None or not value.holds)):
            open_.append((name, clause.parameter, mechanisms))
    assert open_ == []


@pytest.mark.parametrize("slug", SLUGS)
def test_its_figures_are_those_of_its_source(slug: str) -> None:
    wanted = yaml_text.load((FIGURES / f"{slug}.yaml").read_bytes(), slug)
    regime = load.load(load.texts([slug]))
    assert {path: stated(regime, path).value for path in wanted} == wanted


@pytest.mark.parametrize("slug", SLUGS)
def test_a_scenario_shows_what_is_peculiar_to_it(slug: str) -> None:
    assert f"--regime {slug}" in (ROOT / f"tests/scenarios/regulations/{slug}.txt").read_text(encoding="utf-8")


def test_the_pages_about_regulations_are_those_of_the_regulations() -> None:
    assert document.PAGE.read_text(encoding="utf-8") == document.page()
    assert document.README.read_text(encoding="utf-8") == document.readme()
