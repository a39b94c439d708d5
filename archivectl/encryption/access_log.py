"""The access log: who opened what, and why; a branch of its own, one file per member, machine and month."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from archivectl.errors import Conflict, Unreadable
from archivectl.store.repository import Repository
from archivectl.store.transaction import Draft, commit

BRANCH = "access-log"


class Unclear(Unreadable):
    """A line of the access log that is no reading."""

    message = "The access log is damaged: {path}, line {line}."
    hint = "See which commit entered it: archivectl verify"


_TYPES = {"at": str, "act": str, "uid": str, "paths": list, "purpose": str, "count": int}


class Rewritten(Conflict):
    """Two logs of one machine of which neither goes on from the other."""

    message = "The access logs differ in what was entered earlier: {path}."
    hint = "One of them was rewritten; find out which, and by whom: archivectl verify"


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


def parsed(line: bytes, path: str = "", number: int = 0) -> Access:
    """The reading that a line says; raises Unclear."""
    try:
        row = json.loads(line)
        if row.keys() != set(_TYPES) or not all(isinstance(row[name], kind) for name, kind in _TYPES.items()):
            raise ValueError("no reading")  # noqa: TRY301 - the same answer as for a line that is no JSON
        return Access(**{**row, "paths": tuple(map(str, row["paths"]))})
    except (ValueError, AttributeError, RecursionError):
        raise Unclear(path=path, line=number) from None


def unite(repository: Repository, theirs: str, reader: Reader, at: datetime, sign: Callable[[bytes], str]) -> str:
    """Take in the log of another machine: every file of either side, the longer of what both have; the id of the newest commit.

    Each machine lengthens files of its own, so that one version begins with the other, unless somebody rewrote a log: then
    nothing is united, and Rewritten is raised.
    """
    ours = repository.tip(BRANCH)
    if ours is None or repository.is_ancestor(ours, theirs):
        repository.move(BRANCH, ours, theirs)
        return theirs
    if repository.is_ancestor(theirs, ours):
        return ours
    here = {entry.path: entry.blob for entry in repository.tree(ours)}
    writes: dict[str, bytes | None] = {}
    for entry in repository.tree(theirs):
        if here.get(entry.path) == entry.blob:
            continue
        own, other = (repository.read(tip, entry.path) or b"" for tip in (ours, theirs))
        if not (own.startswith(other) or other.startswith(own)):
            raise Rewritten(path=entry.path)
        writes |= {entry.path: other} if len(other) > len(own) else {}
    message = "read: unite\n"
    draft = Draft(
        base=ours,
        writes=writes,
        message=message,
        author=reader.name,
        email=reader.email,
        when=at,
        branch=BRANCH,
        merges=(theirs,),
    )
    return commit(repository, draft, sign)


def readings(repository: Repository, uid: str = "") -> Iterator[tuple[str, Access]]:
    """Handle and reading, of one record or of all, as the log has them.

    An export of several records names none of them, and so is one of each. Raises Unclear.
    """
    tip = repository.tip(BRANCH)
    listed = list(repository.tree(tip)) if tip else []
    texts = repository.blobs(entry.blob for entry in listed)
    for entry, (_id, text) in zip(listed, texts, strict=True):
        for number, line in enumerate(text.splitlines(), start=1):
            access = parsed(line, entry.path, number)
            if not uid or access.uid in {uid, ""}:
                yield entry.path.split("/")[0], access
