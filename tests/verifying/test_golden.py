"""Archives written under earlier rules are judged as they were then: none of the bundles in ``golden/`` may find anything."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archivectl.store.repository import Repository
from archivectl.verifying.replay import replay

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.bundle"))
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("bundle", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_an_archive_of_earlier_rules_still_stands(bundle: Path, tmp_path: Path) -> None:
    fingerprint = bundle.with_suffix(".fingerprint").read_text(encoding="ascii").strip()
    subprocess.run(["git", "clone", "--quiet", "--branch", "main", bundle, tmp_path / "archive"], check=True)
    with Repository.open(tmp_path / "archive") as repository:
        commits = list(repository.commits("main"))
        assert [finding.text for finding in replay(repository, fingerprint=fingerprint, until="main", since=None, at=LATER)] == []
        assert len(commits) > 50


def test_there_is_an_archive_of_the_present_rules() -> None:
    assert GOLDEN
