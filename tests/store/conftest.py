"""Real repositories, and git as a person would call it."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit, writing

Git = Callable[..., str]
Act = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository.create(tmp_path / "archive") as made:
        yield made


@pytest.fixture
def top(repository: Repository) -> Path:
    return repository.place.work_tree


@pytest.fixture
def git(top: Path) -> Git:
    """Git in the archive's folder, as typed by a person; answers what it printed."""

    def run(*arguments: str) -> str:
        person = ("-c", "user.name=A Person", "-c", "user.email=person@example.cn")
        done = subprocess.run(["git", *person, *arguments], cwd=top, capture_output=True, check=True)
        return done.stdout.decode("utf-8").rstrip("\n")

    return run


@pytest.fixture
def act(repository: Repository) -> Act:
    """One commit on the current tip of a branch."""

    def write(writes: Mapping[str, bytes | None], message: str = "update: SH-000001", branch: str = "main") -> str:
        draft = Draft(
            base=repository.tip(branch),
            writes=writes,
            message=message,
            author="李娜",
            email="li.na@example.cn",
            when=datetime(2026, 3, 2, 1, 12, 44, tzinfo=UTC),
            branch=branch,
        )
        with writing(repository, 10):
            return commit(repository, draft)

    return write
