"""The archive of an example in a folder of the test."""

from pathlib import Path

import pytest

from checking.overlay import lay_out


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The base of all examples, in which there is nothing to find."""
    return lay_out(tmp_path / "archive")
