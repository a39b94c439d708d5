"""What a regime says at a path: stated, without a figure, by the base rules, or nothing."""

import pytest

from archivectl.regime.stating import stated
from registers.entries import regime

HOUSE = {
    "review": {"every": "regularly"},
    "lend": {"rules": [{"when": {"secrecy": "secret"}, "term": "4h"}, {"term": "14d"}, {"term": "14d"}], "renewals": 2},
    "consent": {"told": False},
    "files": {"tenant": {"title": {"zh": "承租客户", "en": "Tenant"}, "sections": ["lease"]}},
}


def test_a_word_for_a_time_is_as_good_as_a_figure_once_a_regulation_or_the_house_says_what_it_means() -> None:
    open_ = stated(regime(house=HOUSE), "review.every")
    assert (open_.how, open_.meant) == ("unquantified", {"regularly": "1y"})
    decided = stated(regime(house={**HOUSE, "regularly": "6mo"}), "review.every")
    assert (decided.how, decided.value, decided.meant) == ("stated", "regularly", {"regularly": "6mo"})
    assert not stated(regime(house=HOUSE), "lend.renewals").meant


def test_what_several_rows_say_is_marked() -> None:
    assert stated(regime(house=HOUSE), "lend.rules.term").several
    assert not stated(regime(house=HOUSE), "lend.renewals").several


@pytest.mark.parametrize(
    ("path", "how", "source", "value"),
    [
        ("review.every", "unquantified", "house", "regularly"),
        ("lend.renewals", "stated", "house", 2),
        ("lend.rules.term", "stated", "house", ["4h", "14d"]),
        ("read.rules.term", "stated", "house", ["4h", "14d"]),
        ("lend.renew", "base", "base", "same"),
        ("inventory.every", "absent", "base", None),
        ("destroy.prompt", "absent", "base", None),
        ("consent.told", "stated", "house", False),
        ("nothing.of.the.kind", "absent", "base", None),
        ("files.*.sections", "stated", "house", ["lease"]),
    ],
)
def test_a_path_is_stated_without_a_figure_by_base_or_not_at_all(path: str, how: str, source: str, value: object) -> None:
    found = stated(regime(house=HOUSE), path)
    assert (found.how, found.source, found.value) == (how, source, value)
    assert found.holds == (how != "absent")
