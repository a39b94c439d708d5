"""The archive of these tests, built once and copied for each of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archivectl.members.home import Home
from archivectl.store.repository import Repository
from verifying.office import Office, build


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model is kept; the first test that needs it builds it."""
    return tmp_path_factory.mktemp("model")


@pytest.fixture
def office(model: Path, tmp_path: Path) -> Iterator[Office]:
    if not (model / "fingerprint").exists():
        fingerprint = build(model / "archive", Home(model / "home"))
        (model / "fingerprint").write_text(fingerprint, encoding="ascii")
    for name in ("archive", "home"):
        shutil.copytree(model / name, tmp_path / name, symlinks=True)
    with Repository.open(tmp_path / "archive") as repository:
        yield Office(repository, Home(tmp_path / "home"), (model / "fingerprint").read_text(encoding="ascii"))
