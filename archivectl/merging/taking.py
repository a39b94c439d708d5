"""Taking in what the git remote has: judged before anything here moves, united where both sides went on."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from archivectl import lfs
from archivectl.archive import Archive, refuse_unless_admin
from archivectl.errors import Conflict, Refused, WrongUsage
from archivectl.i18n import Sentence
from archivectl.members.signing import armor
from archivectl.merging import trees
from archivectl.merging.pieces import THEIRS, Dispute
from archivectl.merging.renumbering import Numbers, number
from archivectl.merging.trees import Merge, Renumbering
from archivectl.records import layout
from archivectl.store.comparing import count
from archivectl.store.transaction import Draft, advance, united
from archivectl.verifying import trust
from archivectl.verifying.trust import NotVerified


class Undecided(Conflict):
    """Places that were changed on both sides, each in its own way, and nobody said which stands."""

    message = "In {count} places something was changed both here and on the git remote, each in its own way."
    hint = "Say which stands: archivectl sync resolve NUMBER FIELD=ours (or theirs) …; for all others: --ours or --theirs"

    def __init__(self, disputes: Collection[Dispute], authors: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(count=len(disputes))
        self.disputes, self.authors = tuple(disputes), authors  # who changed each file last, here and there, by path


class NotDisputed(WrongUsage):
    """A choice where there is nothing to choose."""

    message = "Nothing is disputed at {place} of {path}."
    hint = "See what is: archivectl sync"


class NotTaken(Refused):
    """Commits on the git remote that break a rule."""

    message = "What the git remote has does not stand up to verification: {finding}"
    hint = (
        "Nothing was taken in. See all that is wrong there: archivectl verify main..{remote}/main. Who may ratify it takes it in "
        "with git pull --no-rebase {remote} main, then: archivectl verify --ratify COMMIT --reason TEXT"
    )


class NotUnited(Refused):
    """Two histories that each stand up, and break a rule together."""

    message = "What was done here and what the git remote has cannot be united as it is: {finding}"
    hint = (
        "Nothing was changed. Who may ratify it unites them with git pull --no-rebase {remote} main, then: archivectl verify "
        "--ratify COMMIT --reason TEXT"
    )


class Choices(NamedTuple):
    """Which side stands: by path of the file and place in it, and everywhere else (empty: to be asked)."""

    places: Mapping[tuple[str, str], str]
    rest: str = ""

    def prefer(self, path: str, place: str) -> str:
        """The side that a disputed place is taken from, as far as it was said."""
        return self.places.get((path, place)) or self.rest or THEIRS

    def open(self, disputes: Collection[Dispute]) -> list[Dispute]:
        """What nobody decided; raises NotDisputed."""
        known = {(each.path, each.place) for each in disputes}
        for path, place in self.places.keys() - known:
            raise NotDisputed(path=number(path) if path.startswith(layout.RECORDS) else path, place=place or path)
        return [each for each in disputes if not self.rest and (each.path, each.place) not in self.places]


UNDECIDED = Choices({})


class Taken(NamedTuple):
    """What came in: the number of commits, what was decided with the side that stands, and what got another number.

    ``dropped`` are numbers of files that one side destroyed or withdrew: what the other did to them since stands no more.
    """

    commits: int
    decided: tuple[tuple[Dispute, str], ...] = ()
    renumbered: tuple[Renumbering, ...] = ()
    dropped: tuple[str, ...] = ()


def take(archive: Archive, choices: Choices = UNDECIDED) -> Taken:
    """Let main go on to what the git remote had when it was last seen, by a merge where both sides have commits of their own.

    Where the archive is only rehearsed, nothing is written.

    Raises:
        Undecided, NotDisputed, NotTaken, NotUnited, Unrelated, BothRotated, NotAllowed, and what ``transaction.advance`` raises.
    """
    repository, ours, theirs = archive.repository, archive.tip, archive.repository.elsewhere.tip
    if theirs is None or repository.is_ancestor(theirs, ours):  # what was chosen before, an earlier run may have united
        return Taken(0)
    commits = count(repository, f"{ours}..{theirs}")
    if repository.is_ancestor(ours, theirs):
        _judge(archive, theirs)
        _go(archive, theirs)
        return Taken(commits)
    _judge(archive, theirs, ours)
    merge = trees.merge(repository, ours, theirs, choices.prefer, Numbers(archive, theirs).instead)
    if left := choices.open(merge.disputes):
        raise Undecided(left, {each.path: _authors(archive, each.path, (ours, theirs)) for each in left})
    if merge.rules:
        refuse_unless_admin(archive, "sync")
    if not archive.rehearsal:
        made = _made(archive, theirs, merge, commits)
        try:
            trust.allow(archive, made)
        except NotVerified as error:
            told = Sentence("{finding}", **error.values)
            raise NotUnited(remote=repository.elsewhere.name, finding=told) from error
        _go(archive, made)
    decided = tuple((each, choices.prefer(each.path, each.place)) for each in merge.disputes)
    return Taken(commits, decided, tuple(merge.renumbered), tuple(merge.dropped))


def _authors(archive: Archive, path: str, sides: tuple[str, str]) -> tuple[str, str]:
    """Who changed a file last on either side since the histories parted, and on which day."""
    told = []
    for one, other in (sides, sides[::-1]):
        last = next(archive.repository.commits(f"{other}..{one}", [path]), None)
        day = last and (dict(last.trailers).get("Archive-Date") or archive.civil(last.when)[:10])
        told.append(f"{last.author} {day}" if last else "")
    return told[0], told[1]


def _made(archive: Archive, theirs: str, merge: Merge, commits: int) -> str:
    """The merge, which nothing has gone on to yet; what is pushed already is its first parent."""
    message = f"sync: {commits} commits of {archive.repository.elsewhere.name}"
    who = archive.me.name, archive.me.email, archive.at
    draft = Draft(theirs, merge.writes, message, *who, merges=(archive.tip,))
    return united(archive.repository, draft, lambda payload: armor(archive.signer.sign(payload, "git")))


def _judge(archive: Archive, theirs: str, ours: str = "") -> None:
    """Raise NotTaken where what the git remote has does not stand up, all of it or what is not in our history."""
    try:
        trust.allow(archive, theirs, ours)
    except NotVerified as error:
        raise NotTaken(remote=archive.repository.elsewhere.name, finding=Sentence("{finding}", **error.values)) from error


def _go(archive: Archive, commit: str) -> None:
    """Let main go on to a commit that was judged."""
    if archive.rehearsal:
        return
    if lfs.used(archive, commit):
        archive.repository.elsewhere.bring_scans(str(archive.repository.elsewhere.tip))
    advance(archive.repository, archive.tip, commit)
    archive.stand_at(commit)
    trust.go_on(archive)
