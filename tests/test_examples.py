"""The example archives are in order."""

from pathlib import Path

import pytest

from archivectl.checking import run
from project import ROOT

ARCHIVES = sorted(path.parent for path in (ROOT / "examples").glob("*/archive.yaml"))


def test_there_are_examples() -> None:
    assert ARCHIVES


@pytest.mark.parametrize("folder", ARCHIVES, ids=lambda folder: folder.name)
def test_an_example_has_no_findings(folder: Path) -> None:
    report = run.run(folder)
    assert report.records
    assert [str(finding) for finding in report.findings] == []
