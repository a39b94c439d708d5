"""Checking a tree: every file by itself, on all processors where there are many, then all of them together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from archivectl.checking import excuses, facts
from archivectl.checking.facts import EntryFact, Fact, Facts, InteractionsFact, RecordFact
from archivectl.checking.rules import RULES
from archivectl.checking.tree import Proposed, Tree
from archivectl.crew import CHUNK, Crew
from archivectl.finding import Finding

# Starting helpers takes as long as judging this many files.
MANY = 1500
_MOST = 8
_OF_FILE = tuple(rule.of_file for rule in RULES.values() if rule.of_file)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, sorted by path and line, and how many files and records were judged; ``excused`` are false alarms."""

    findings: tuple[Finding, ...]
    files: int
    records: int
    excused: tuple[Finding, ...] = ()


class Judged(NamedTuple):
    """What came of a file: its findings, and what the rules about the whole tree have to know."""

    findings: list[Finding]
    fact: Fact | None


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
        processes: how many to judge with; as many as there are cores, or one for a small archive, when not given.
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
    with Crew(most=processes or _MOST) as crew:
        for done, judged in enumerate(crew.stream(partial(judge, tree), files, 0 if processes else MANY), start=1):
            findings += judged.findings
            known += [judged.fact] if judged.fact else []
            if progress and (done % CHUNK == 0 or done == len(files)):
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


def _facts(known: Iterable[Fact]) -> Facts:
    kept = list(known)
    return Facts(
        tuple(each for each in kept if isinstance(each, RecordFact)),
        tuple(each for each in kept if isinstance(each, EntryFact)),
        tuple(each for each in kept if isinstance(each, InteractionsFact)),
    )


def judge(tree: Tree, path: str) -> Judged:
    """Judge a file by itself."""
    file, findings = tree.file(path), list[Finding]()
    for rule in _OF_FILE:
        findings.extend(rule(file, tree))
    return Judged(findings, facts.of(file, tree))
