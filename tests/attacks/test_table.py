"""The table of attacks names tests that exist."""

import pytest

from attacks import FOUND
from project import ROOT


@pytest.mark.parametrize("attack", FOUND)
def test_an_attack_is_made_by_a_test(attack: str) -> None:
    for file, name in FOUND[attack]:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text or f'"{name}": ' in text, (file, name)
