"""Working together: what others pushed comes in, keys go both ways, what was done here goes out, numbers are leased ahead."""

from contextlib import suppress
from typing import NamedTuple

from archivectl import blocks, leasing, lfs, requests
from archivectl.archive import Archive
from archivectl.blocks import Block
from archivectl.custody import log, remotes, tips
from archivectl.destruction.acts import reapply
from archivectl.encryption.access_log import BRANCH
from archivectl.errors import NotAllowed, Refused
from archivectl.git_integration import pushing
from archivectl.i18n import Sentence
from archivectl.leasing import NoGitRemote
from archivectl.members.home import NoIdentity
from archivectl.merging import taking
from archivectl.merging.taking import UNDECIDED, Choices, Taken
from archivectl.registers import kinds
from archivectl.store.comparing import count
from archivectl.store.elsewhere import NewerThere
from archivectl.store.objects import NOTHING
from archivectl.verifying import trust

_TRIES = 5  # how often somebody may push first


class NotSent(Refused):
    """Commits that must not leave this machine as they are."""

    message = "What was done here is not sent: {finding}"
    hint = "{cure}; then: archivectl sync"

    def __init__(self, finding: Sentence, cure: Sentence, united: tuple[remotes.Synced, ...]) -> None:
        super().__init__(finding=finding, cure=cure)
        self.united = united  # what came of the keyring remotes before


class Withheld(Refused):
    """A commit that a member signed for, which the git remote does not have."""

    message = "{member} had commit {commit} on another machine, by what {remote} keeps; the git remote {git} does not show it."
    hint = (
        "It may withhold what others did, or have lost it. Ask {member} to send it again (archivectl sync); who knows that it "
        "was given up deletes tips/{machine}.json there."
    )


class Synced(NamedTuple):
    """What came of it; ``sent`` counts commits, ``logged`` says whether readings of other machines came in.

    ``numbers`` are the first and last of each run of numbers of files that this machine may give.
    """

    taken: Taken
    sent: int
    remotes: tuple[remotes.Synced, ...]
    logged: bool
    leased: tuple[Block, ...]
    numbers: tuple[tuple[str, str], ...]


def sync(archive: Archive, choices: Choices = UNDECIDED, *, lease: bool = True) -> Synced:
    """Take in what the git remote has, unite keyrings and access logs, and let the remote have what is here.

    Commits come before keys, so that it is known which keys go; keys go before commits, so that nothing is pushed whose keys lie
    here alone. Each step can be done again: what a kill left, the next sync finishes.

    Raises:
        NoGitRemote, OutOfReach, Declined, HeldBack, NotSent, Withheld, Rewritten, and what ``taking.take`` and
        ``trust.ensure`` raise.
    """
    elsewhere = archive.repository.elsewhere
    if not elsewhere.name:
        raise NoGitRemote
    found = Taken(0)
    for chance in range(_TRIES):
        elsewhere.fetch()
        came = taking.take(archive, choices)
        choices = choices if archive.rehearsal or not came.decided else UNDECIDED
        found = Taken(
            found.commits + came.commits,
            found.decided + came.decided,
            found.renumbered + came.renumbered,
            found.dropped + came.dropped,
        )
        try:
            return _exchange(archive, found, lease=lease)
        except (NewerThere, Withheld):  # somebody may have pushed since
            if chance == _TRIES - 1:
                raise
    raise AssertionError


def _exchange(archive: Archive, taken: Taken, *, lease: bool) -> Synced:
    trust.ensure(archive)
    with suppress(NoIdentity):  # who has no identity on this machine has no names here either
        reapply(archive)
        requests.reapply(archive)
    for tip in tips.missing(archive) if not archive.rehearsal else ():
        told = {"member": tip.member, "commit": tip.commit[:12], "remote": tip.remote, "machine": tip.machine}
        raise Withheld(git=archive.repository.elsewhere.name, **told)
    united = remotes.sync(archive)
    logged = log.unite(archive)
    before = archive.repository.elsewhere.tip
    sent = count(archive.repository, f"{before}..{archive.tip}" if before else archive.tip)
    if archive.rehearsal:
        return Synced(taken, sent, united, logged, (), ())
    _refuse_unsafe(archive, united)
    if lfs.used(archive, archive.tip):
        archive.repository.elsewhere.give_scans()
    leased = _leased(archive) if lease else ()
    _send(archive)
    tips.leave(archive)
    numbers = tuple(run for office in archive.config["offices"] for run in blocks.left(archive, (office,)))
    return Synced(taken, sent, united, logged, leased, numbers)


def _refuse_unsafe(archive: Archive, united: tuple[remotes.Synced, ...]) -> None:
    """Raise NotSent where what would leave holds something in clear, or its keys have no second copy."""
    repository = archive.repository
    updates = [
        pushing.Update(f"refs/heads/{branch}", tip, f"refs/heads/{branch}", repository.elsewhere.tip_of(branch) or NOTHING)
        for branch in ("main", BRANCH)
        if (tip := repository.tip(branch))
    ]
    verified = archive.home.pin(archive.id).main
    found = (
        *pushing.leaks(repository.place.work_tree, updates, repository.elsewhere.name, verified),
        *pushing.alone(archive, updates),
    )
    for finding in found:
        values = finding.values
        raise NotSent(Sentence(finding.message, **values), Sentence(finding.hint, **values), united)


def _leased(archive: Archive) -> tuple[Block, ...]:
    """Blocks of numbers, where few are left; who may not lease works with provisional ones, and so do archives from before."""
    if blocks.KIND not in kinds.names(archive.regime):
        return ()
    try:
        return leasing.lease(archive)
    except NotAllowed:
        return ()


def _send(archive: Archive) -> None:
    repository = archive.repository
    elsewhere = repository.elsewhere
    log_ = [BRANCH] if repository.tip(BRANCH) not in {None, elsewhere.tip_of(BRANCH)} else []
    first = elsewhere.tip is None
    if elsewhere.tip != archive.tip or log_:
        elsewhere.give(archive.tip, *log_)
    if first:
        elsewhere.track()
