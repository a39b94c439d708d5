"""Every value of every regulation does something: changed to another legal one, it changes an answer that somebody can see.

What is asked stands in ``answering.py``, what may stand in a value's place in ``mutating.py``. The few values that only other
rules beside the regulation bring to light are listed in ``unnoticed.yaml``, with the scenario that shows each of them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archivectl import i18n, yaml_text
from archivectl.regime import load
from project import ROOT
from regime.mutating import values
from regime.noticing import look
from regime.printing import Rehearsal, rehearsal

KNOWN = yaml_text.load((Path(__file__).parent / "unnoticed.yaml").read_bytes(), "unnoticed.yaml")
INVENTED = {
    "regulation": "invented",
    "title": {"zh": "虚构", "en": "invented"},
    "intake": {"counted": True, "within": "5d"},
    "collect": {"channels": ["service"]},
    "clauses": [],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """An archive in which pages are printed and acts rehearsed."""
    with rehearsal(tmp_path_factory.mktemp("rehearsal")) as archive:
        yield archive


@pytest.mark.parametrize("slug", load.shipped())
def test_every_value_is_noticed(slug: str, place: Rehearsal) -> None:
    i18n.speak("zh")
    stated = yaml_text.load(load.text(slug), slug)
    found = look(stated, place)
    assert {path: change for path, change in found.unnoticed.items() if path not in KNOWN.get(slug, {})} == {}
    assert set(KNOWN.get(slug, {})) <= set(found.unnoticed), "these are noticed; they need not be listed any more"
    assert values(stated) <= found.changed, "for these nothing else is legal"


def test_what_nobody_notices_has_a_scenario_of_its_own() -> None:
    assert set(KNOWN) <= set(load.shipped())
    for file in {file for paths in KNOWN.values() for file in paths.values()}:
        assert (ROOT / "tests/scenarios" / file).is_file()


def test_a_value_that_nothing_reads_is_found_out(place: Rehearsal) -> None:
    found = look(INVENTED, place)
    assert found.changed == values(INVENTED) == {"intake.counted", "intake.within", "collect.channels[0]"}
    assert set(found.unnoticed) == {"collect.channels[0]"}
