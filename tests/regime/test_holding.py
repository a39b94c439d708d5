"""What a file says that it holds, set against what is listed in it."""

from typing import Any

import pytest

from archivectl.regime import holding


@pytest.mark.parametrize(
    ("data", "both", "told"),
    [
        ({}, False, []),
        ({"filing": {"media": ["paper"]}}, False, ["paper is stated, none is listed"]),
        ({"filing": {"media": ["electronic"]}}, False, ["electronic is stated, none is listed"]),
        ({"filing": {"media": ["paper", "database"]}, "volumes": [{}] * 3}, False, ["electronic is stated, none is listed"]),
        ({"volumes": [{}] * 3}, True, ["there is paper, but nothing electronic"]),
        ({"documents": [{"medium": "electronic"}]}, True, ["there is something electronic, but no paper"]),
        ({"documents": [{"object": "00"}]}, True, []),
        (
            {"filing": {"media": ["electronic"]}, "documents": [{}, {"form": "scan"}]},
            False,
            ["paper is listed, none is stated"],
        ),
        ({"filing": {"media": ["paper"]}, "documents": [{"object": "00"}]}, False, ["electronic is listed, none is stated"]),
        ({"filing": {"items": 3}, "volumes": [{"items": 2}]}, False, ["3 items are stated, 2 counted"]),
    ],
)
def test_master_table_paper_and_electronic_files_are_compared(data: Any, *, both: bool, told: list[str]) -> None:
    assert [text.format_map(values) for text, values in holding.differences(data, both=both)] == told
