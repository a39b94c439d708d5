"""The access log: who opened what, and why; a branch of its own, one file per member, machine and month."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit

BRANCH = "access-log"


@dataclass(frozen=True, slots=True)
class Access:
    """One reading: ``at`` is the real clock, ``paths`` the fields opened; of ``count`` records, and without uid if several."""

    at: str
    act: str
    uid: str
    paths: tuple[str, ...]
    purpose: str
    count: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, where: what the log's files and commits are named after."""

    handle: str
    name: str
    email: str
    machine: str


def append(repository: Repository, reader: Reader, access: Access, at: datetime, sign: Callable[[bytes], str]) -> str:
    """Log a reading in one signed commit, before the value is shown; returns the commit's id."""
    tip = repository.tip(BRANCH)
    path = f"{reader.handle}/{reader.machine}/{at:%Y-%m}.jsonl"
    before = (repository.read(tip, path) if tip else None) or b""
    line = json.dumps(asdict(access), ensure_ascii=False, separators=(",", ":")) + "\n"
    writes = {path: before + line.encode()}
    message = f"read: {access.act}\n"
    draft = Draft(base=tip, writes=writes, message=message, author=reader.name, email=reader.email, when=at, branch=BRANCH)
    return commit(repository, draft, sign)


def readings(repository: Repository, uid: str = "") -> Iterator[tuple[str, Access]]:
    """Handle and reading, of one record or of all, as the log has them.

    An export of several records names none of them, and so is one of each.
    """
    tip = repository.tip(BRANCH)
    listed = list(repository.tree(tip)) if tip else []
    texts = repository.blobs(entry.blob for entry in listed)
    for entry, (_id, text) in zip(listed, texts, strict=True):
        for line in text.splitlines():
            row = json.loads(line)
            access = Access(row["at"], row["act"], row["uid"], tuple(row["paths"]), row["purpose"], row["count"])
            if not uid or access.uid in {uid, ""}:
                yield entry.path.split("/")[0], access
