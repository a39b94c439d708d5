"""Whether a value stands as high as is asked for."""

import pytest

from archivectl.records.sealing import stands_below

LINE = "enc:1:{}:ZQVQ65B5MAQ6:YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="


@pytest.mark.parametrize(
    ("value", "level", "below"),
    [
        ("甲", "internal", False),
        ("甲", "confidential", True),
        (0, "confidential", True),
        (["甲"], "secret", True),
        (None, "secret", False),
        (LINE.format("confidential"), "confidential", False),
        (LINE.format("confidential"), "secret", True),
        (LINE.format("top-secret"), "secret", False),
        ("enc:1:damaged", "secret", False),
    ],
)
def test_a_value_stands_below_a_level_in_clear_or_sealed_lower(value: object, level: str, below: bool) -> None:  # noqa: FBT001
    assert stands_below(value, level) is below
