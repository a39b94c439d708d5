"""The history judged commit by commit, from its first one or from one that is trusted; the rules are those of docs/security.md.

One state of the archive is carried along. Histories that part and unite again are walked one side after the other: between sides
the state goes from commit to commit by what differs there, so that branches cost no memory.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, takewhile
from typing import NamedTuple

from archivectl.errors import ArchiveError, Unreadable, WrongUsage
from archivectl.finding import Finding
from archivectl.i18n import N_, Sentence
from archivectl.records import layout
from archivectl.store.comparing import compared, count, texts
from archivectl.store.objects import FILE, Change, Commit, is_unsafe
from archivectl.store.repository import Repository
from archivectl.store.states import Damaged
from archivectl.verifying import acts, control, genesis, merges, message, ratified, signatures, soundness
from archivectl.verifying.claims import Claimed
from archivectl.verifying.deed import SKEW, Deed
from archivectl.verifying.past import Control, Past, control_at
from archivectl.yaml_text import NotYaml

_AT_ONCE = 500  # commits whose files are read together
_DAY = timedelta(days=1)
_NOTHING = "000000"
_ROOT = N_("Commit {commit} by {member} begins a history of its own; this archive has one first commit.")
_CUT = N_("Commit {commit} by {member} stands on {parent}, which is not in the history that leads to it.")
_FINGERPRINT = N_("The first commit {commit} by {member} is not the one that this archive is known by.")
_BACKDATED = N_("Commit {commit} by {member} says it was made on {when}, before the commit it stands on.")
_AHEAD = N_("Commit {commit} by {member} says it was made on {when}, which is yet to come.")
# What content that nobody foresaw makes its readers raise.
_HOSTILE = (Unreadable, WrongUsage, LookupError, TypeError, ValueError)
_PUZZLE = N_("Commit {commit} by {member} cannot be judged ({problem}); nothing after it was looked at.")
_PATH = N_("Commit {commit} by {member} has a file whose path leaves the archive, or hides in it.")
_MODE = N_("Commit {commit} by {member} holds something else than plain files.")
Progress = Callable[[int, int], object]
Batch = tuple[list[Commit], list[list[Change]], dict[str, bytes]]  # commits, what each changed, and contents by blob id


@dataclass(slots=True)
class Outcome:
    """What came of judging a history: findings that stand, those that were ratified, commits, and approvals by how they came.

    ``earlier`` of the commits were judged by this machine before.
    """

    findings: list[Finding] = field(default_factory=list)
    ratified: list[Finding] = field(default_factory=list)
    commits: int = 0
    signed: int = 0
    on_paper: int = 0
    earlier: int = 0


class Stretch(NamedTuple):
    """What is judged: up to a commit, of the archive with a fingerprint, and from where on.

    ``fingerprint`` is the SHA-256 (hex) of the first commit, and looked at only where the replay begins there; ``since`` is a
    commit that is trusted with all before it, or None for the whole history.
    """

    fingerprint: str
    until: str
    since: str | None


def replay(repository: Repository, *, fingerprint: str, until: str, since: str | None, at: datetime) -> Iterator[Finding]:
    """What is wrong with a history and was not ratified; the arguments are those of ``judge``."""
    yield from judge(repository, Stretch(fingerprint, until, since), at).findings


def judge(
    repository: Repository,
    stretch: Stretch,
    at: datetime,
    progress: Progress = lambda _done, _total: None,
    tried: Claimed | None = None,
) -> Outcome:
    """Judge every commit by the archive as it stood just before, oldest first.

    Another first commit, links, or files that nothing can be judged by end the replay with their finding; after members, keys or
    rules that cannot be read it goes on by those before.

    Args:
        repository: the open repository.
        stretch: which commits.
        at: the verifier's time.
        progress: told how many of how many commits were judged.
        tried: a ratification that counts as if it had been entered.
    """
    walk = _Walk(repository, stretch, at, ratified.read(repository, stretch.until, tried))
    outcome, found = Outcome(), dict[tuple[str, ...], Finding]()
    span = f"{stretch.since}..{stretch.until}" if stretch.since else stretch.until
    total = count(repository, span)
    for deed, findings in walk.through(repository.commits(span, newest_first=False)):
        outcome.commits += 1
        for finding in findings:
            found.setdefault((finding.commit, finding.rule, finding.path, finding.text), finding)
        for step in deed.steps if deed else ():
            if step.after.kind.steps[step.event.act].chain:
                outcome.signed += step.event.means == "signed"
                outcome.on_paper += step.event.means != "signed"
        progress(outcome.commits, total)
    outcome.findings, outcome.ratified = walk.ratifications.sorted(list(found.values()))
    return outcome


class _Walk:
    """A replay under way: the archive as it stands, and the control files of every commit that was passed."""

    def __init__(self, repository: Repository, stretch: Stretch, at: datetime, ratifications: ratified.Ratifications) -> None:
        self.repository, self.fingerprint, self.since, self.at = repository, stretch.fingerprint, stretch.since, at
        self.past, self.ratifications = Past(repository), ratifications
        self.controls: dict[str, Control] = {}
        if self.since:
            commit = repository.commit(self.since)
            self.controls[commit.id] = self.past.begin_at(commit)

    def through(self, commits: Iterator[Commit]) -> Iterator[tuple[Deed | None, list[Finding]]]:
        """Each commit as it was judged, with what is wrong with it."""
        for some, changed, contents in self._read(commits):
            self.past.texts = contents
            for commit, changes in zip(some, changed, strict=True):
                deed = Deed(commit, changes, self.past, self.at)
                if finding := self._barred(deed):
                    yield None, [finding]
                    return
                found = list[Finding]()
                after = None
                try:
                    after = self._after(deed)
                    found += self._judged(deed, after)
                except Damaged:
                    raise
                except _HOSTILE as error:
                    if after is not None or self.past.tip is None or not isinstance(error, (NotYaml, soundness.Unsound)):
                        yield None, [*found, _unjudged(deed, error, read=after is not None)]
                        return
                    after = self.past.control  # the last that could be read go on to count
                    found += _unread(deed, error)
                yield deed, found
                if not found:
                    self.ratifications.enter(deed)
                self.past.advance(deed.commit, deed.changes, after)
                self.controls[deed.commit.id] = after

    def _read(self, commits: Iterator[Commit]) -> Iterator[Batch]:
        """Commits, what they changed and what those files held; each batch is read while the one before is judged."""

        def read(some: list[Commit]) -> Batch:
            changed = compared(self.repository, [(commit.id, "".join(commit.parents[:1])) for commit in some])
            for commit in some:  # remembered until the commit is judged
                signatures.public(commit)
            return some, changed, texts(self.repository, _wanted(changed))

        with ThreadPoolExecutor(1) as ahead:
            waiting = deque[Future[Batch]]()
            while some := list(islice(commits, _AT_ONCE)):
                waiting.append(ahead.submit(read, some))
                if len(waiting) > 1:
                    yield waiting.popleft().result()
            yield from (each.result() for each in waiting)

    def _barred(self, deed: Deed) -> Finding | None:
        """Why a commit is not looked into at all; else the archive stands at its parent."""
        commit, begun = deed.commit, self.past.tip is not None
        if not _is_plain(deed.changes):
            return deed.finding("verify/record", _MODE)
        if any(is_unsafe(change.path) for change in deed.changes):
            return deed.finding("verify/record", _PATH)
        if not commit.parents and begun:
            return deed.finding("verify/genesis", _ROOT)
        for parent in commit.parents:
            if parent not in self.controls:
                if not self.since or not self.repository.is_ancestor(parent, self.since):
                    return deed.finding("verify/genesis", _CUT, parent=parent[:12])
                self.controls[parent] = control_at(self.repository, parent)
        if not begun and not genesis.fits(deed, self.fingerprint):
            return deed.finding("verify/genesis", _FINGERPRINT)
        if commit.parents and self.past.tip is not None and self.past.tip.id != commit.parents[0]:
            self.past.stand(self.repository.commit(commit.parents[0]), self.controls[commit.parents[0]])
        return None

    def _after(self, deed: Deed) -> Control:
        """The control files after the commit; raises what ``control_at`` raises."""
        if deed.commit.parents and not any(layout.is_control(change.path) for change in deed.changes):
            return self.past.control
        return control_at(self.repository, deed.commit.id)

    def _judged(self, deed: Deed, after: Control) -> Iterator[Finding]:
        if not deed.commit.parents:
            yield from genesis.judge(deed, after)
            yield from message.written(deed)
            yield from _clock(deed, after, ())
            return
        others = map(self.repository.commit, deed.commit.parents[1:])
        yield from _clock(deed, self.past.control, [*others, *([self.past.tip] if self.past.tip else ())])
        if len(deed.commit.parents) > 1:
            sides = [self.controls[parent] for parent in deed.commit.parents]
            yield from merges.judge(deed, after, sides, self.ratifications)
        else:
            yield from self._ordinary(deed, after)

    def _ordinary(self, deed: Deed, after: Control) -> Iterator[Finding]:
        """A commit with one parent, judged by its signer's key."""
        deed.member, problem = signatures.signer(deed.commit, deed.past.control)
        rules = self.past.control is not after
        if problem == signatures.RECOVERY:
            found = [*message.written(deed), *control.by_recovery(deed, after)]
            rules = bool(found)  # that the key was used at all is acknowledged by any administrator
            found.insert(0, deed.finding("verify/control", problem))
        elif problem:
            found = [deed.finding("verify/signature", problem)]
        else:
            found = [*message.written(deed), *acts.judge(deed, after)]
        if found:
            self.ratifications.weigh(deed.commit.id, partial(acts.weighed, deed, rules=rules))
        yield from found


def _unread(deed: Deed, error: ArchiveError) -> Iterator[Finding]:
    """The findings about a commit that leaves control files which cannot be read: whose it is, and what stands there."""
    deed.member, problem = signatures.signer(deed.commit, deed.past.control)
    if problem:
        yield deed.finding("verify/signature", problem)
    yield deed.unreadable("verify/control", error, str(error.values.get("path") or error.values.get("name") or ""))


def _unjudged(deed: Deed, error: Exception, *, read: bool) -> Finding:
    """The finding that ends the replay: control files, or once those are ``read`` other files, that nothing can be judged by."""
    if isinstance(error, ArchiveError) and not read:
        return deed.unreadable("verify/control" if deed.past.tip else "verify/genesis", error, "")
    why = Sentence(error.message, **error.values) if isinstance(error, ArchiveError) else type(error).__name__
    return deed.finding("verify/act", _PUZZLE, problem=why)


def _wanted(changed: Iterable[list[Change]]) -> dict[str, None]:
    """The blobs before and after each change, attachments left out, as far as all are plain files."""
    wanted: dict[str, None] = {}
    for changes in takewhile(_is_plain, changed):
        for change in changes:
            if not change.path.startswith(layout.OBJECTS):
                wanted |= dict.fromkeys(blob for blob in (change.before, change.after) if blob)
    return wanted


def _is_plain(changes: Iterable[Change]) -> bool:
    """Files, and nothing that leads elsewhere or can be run."""
    return all(change.mode in {FILE, _NOTHING} for change in changes)


def _clock(deed: Deed, rules: Control, parents: Iterable[Commit]) -> Iterator[Finding]:
    if rules.config["simulated"]:
        return
    when = deed.commit.when
    if any(when < parent.when - _DAY for parent in parents):
        yield deed.finding("verify/time", _BACKDATED, when=when.strftime("%Y-%m-%d"))
    if when > deed.at + SKEW:
        yield deed.finding("verify/time", _AHEAD, when=when.strftime("%Y-%m-%d"))
