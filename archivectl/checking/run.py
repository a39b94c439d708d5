"""Checking a tree: every file by itself, on all processors where there are many, then all of them together."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from archivectl.checking import excuses, facts
from archivectl.checking.facts import EntryFact, Fact, Facts, InteractionsFact, RecordFact
from archivectl.checking.rules import RULES
from archivectl.checking.tree import Proposed, Tree
from archivectl.finding import Finding

# Starting a process takes as long as judging this many files.
MANY = 1500
_CHUNK = 250
_MOST = 8


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, sorted by path and line, and how many files and records were judged; ``excused`` are false alarms."""

    findings: tuple[Finding, ...]
    files: int
    records: int
    excused: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Judged:
    """What came of some files: their findings, what the rules about the whole tree have to know, and how many files."""

    findings: list[Finding]
    facts: list[Fact]
    files: int = 0


def run(
    folder: Path,
    paths: Iterable[str | Path] = (),
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    instead: Proposed = (),
) -> Report:
    """Judge the tree in a folder.

    Args:
        folder: the archive's folder.
        paths: files and folders in it, absolute or from its folder on, to be judged alone, without the rules that need to know
            every record and entry.
        processes: how many to judge with; as many as there are processors, or one for a small archive, when not given.
        progress: told how many files are judged, and of how many.
        instead: files to be judged as if they stood there already.

    Raises:
        NoArchiveHere, NoSuchPath.
    """
    tree = Tree(folder, instead)
    choice = tree.choice(list(paths) or ["."])
    files = [path for path in tree.files if path in choice]
    findings: list[Finding] = []
    known: list[Fact] = []
    done = 0
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    for judged in _judged(tree, chunks, processes or _processes(len(files))):
        findings += judged.findings
        known += judged.facts
        done += judged.files
        if progress:
            progress(done, len(files))
    together = _facts(sorted(known, key=lambda each: each.path))
    for rule in RULES.values():
        if rule.of_tree and (choice.whole or not rule.contents):
            findings += (each for each in rule.of_tree(tree, together) if each.path in choice)
    left, excused = _told_apart(tree, findings)
    return Report(left, len(files), len(together.records), excused)


def _told_apart(tree: Tree, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings in order, and those among them that an entry excuses."""
    told = [excuses.applied(tree, finding) for finding in sorted(findings)]
    return tuple(each for each in told if not each.excused), tuple(each for each in told if each.excused)


def _processes(files: int) -> int:
    return 1 if files <= MANY else min(os.cpu_count() or 1, _MOST)


def _facts(known: Iterable[Fact]) -> Facts:
    kept = list(known)
    return Facts(
        tuple(each for each in kept if isinstance(each, RecordFact)),
        tuple(each for each in kept if isinstance(each, EntryFact)),
        tuple(each for each in kept if isinstance(each, InteractionsFact)),
    )


def _judged(tree: Tree, chunks: Sequence[Sequence[str]], processes: int) -> Iterator[Judged]:
    """The verdicts on chunks of files, in no order; this process judges too, from the end, while the others start."""
    if processes == 1:
        yield from (judge(tree, chunk) for chunk in chunks)
        return
    # A fresh start, for a copy of a process that draws progress bars in a thread may hang.
    pool = ProcessPoolExecutor(processes - 1, get_context("spawn"), _leave_interrupts)
    try:
        with _nameless_main():
            begun = [pool.submit(_judge_apart, tree.folder, tree.instead, chunk) for chunk in chunks]
        for chunk, future in reversed(list(zip(chunks, begun, strict=True))):
            if future.cancel():
                yield judge(tree, chunk)
        yield from (future.result() for future in begun if not future.cancelled())
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _nameless_main() -> Iterator[None]:
    """Keep new processes from running the script that started this one again: they need none of it."""
    main = sys.modules["__main__"]
    kept = {name: value for name in ("__file__", "__spec__") if (value := vars(main).pop(name, None)) is not None}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(kept)


def judge(tree: Tree, paths: Iterable[str]) -> Judged:
    """Judge some files, each by itself."""
    judged = Judged([], [])
    for path in paths:
        judged.files += 1
        file = tree.file(path)
        for rule in RULES.values():
            if rule.of_file:
                judged.findings.extend(rule.of_file(file, tree))
        if fact := facts.of(file, tree):
            judged.facts.append(fact)
    return judged


@cache
def _tree(folder: Path, instead: Proposed) -> Tree:
    """The tree as a process of the pool, which lives for one run, sees it."""
    return Tree(folder, instead)


def _judge_apart(folder: Path, instead: Proposed, paths: Sequence[str]) -> Judged:
    return judge(_tree(folder, instead), paths)


def _leave_interrupts() -> None:
    """Let the process that started this one answer to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
