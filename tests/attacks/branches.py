"""Histories that part and unite again, made with the real program and with git's own commands."""

import os
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from archivectl import destruction
from verifying.office import COMPANY, GUARDED, LOAN, PERSON, Office

Work = Callable[[Office], object]


def apart(office: Office, one: Work, other: Work) -> tuple[str, str]:
    """Two histories that part here: the newest commits of both; the archive stands at the second."""
    base = office.tip
    one(office)
    first = office.tip
    office.git("reset", "--quiet", "--hard", base)
    other(office)
    return first, office.tip


def merge(office: Office, theirs: str, *options: str) -> str:
    """What git itself makes of two histories that do not collide; unsigned, as a forge makes it."""
    identity = ("-c", "user.name=forge", "-c", "user.email=forge@example.cn", "-c", "commit.gpgsign=false")
    date = f"{int(office.at.timestamp())} +0000"
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    command = ["git", *identity, "merge", "--quiet", "--no-edit", "--no-ff", *options, theirs]
    subprocess.run(command, cwd=office.repository.place.work_tree, env={**os.environ, **dates}, check=True, capture_output=True)
    return office.tip


def united(office: Office, parents: tuple[str, ...], writes: Mapping[str, bytes | None], *acts: str, **more: Any) -> str:
    """A merge made by hand: the tree of where the archive stands with some files changed; unsigned unless told otherwise."""
    told = {"key": None, "reason": "", "date": "", "subject": "Merge branch 'other'", "parents": list(parents), **more}
    return office.commit(writes, *acts, **told)


def note(office: Office, path: str = COMPANY, by: str = "li.na", **values: str) -> str:
    """Change clear fields of a record with git's plumbing, as archivectl would."""
    return office.commit({path: office.record(path, lambda data: data.update(values))}, "record.update", by=by)


__all__ = ["COMPANY", "GUARDED", "LOAN", "PERSON", "Office", "Work", "apart", "merge", "note", "united"]


def destroy(office: Office) -> None:
    """The last two steps of a destruction that waits for them."""
    office.act("wu.lei", destruction.supervise, "XH-1")
    office.act("li.na", destruction.execute, "XH-1")
