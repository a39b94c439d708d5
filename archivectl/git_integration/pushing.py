"""What would leave this machine by a push: names of refs, messages and files of commits, and keys that nobody else has."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.checking.rules import clear_text
from archivectl.custody import remotes
from archivectl.custody.remotes import Uncopied
from archivectl.encryption.access_log import BRANCH
from archivectl.finding import Finding
from archivectl.git_integration import hooks, traces
from archivectl.i18n import N_
from archivectl.store import reader
from archivectl.store.objects import NOTHING, Change
from archivectl.store.states import Place, locate
from archivectl.store.streams import text_of

_LOG = f"refs/heads/{BRANCH}"
_LINE = N_("{what} stands in the access log in clear.")
_PUSHED = N_("{what} stands in the message of commit {commit}.")
_REWORD = N_(
    "Do not push it. While nobody else has the commit, take it back with all that came after it: git reset --keep {commit}~1. "
    "A tag: git tag -d NAME"
)
_LOGGED = N_("Do not push the access log as it is, but the other branches alone: git push REMOTE main")
_TAKE = N_(
    "It is committed already, so mending the file does not help. Do not push it: while nobody else has commit {commit}, take it "
    "back with all that came after it, and do that again without it: git reset --keep {commit}~1"
)
_TAKE_OR_ALARM = N_(
    "It is committed already, so mending the file does not help. Do not push it: while nobody else has commit {commit}, take it "
    "back with all that came after it, and do that again without it: git reset --keep {commit}~1. Where it is a false alarm, an "
    "archivist enters that: "
    "archivectl register add ratification mode=finding rule=clear-text path={file} version={version} reason=…"
)
_ALONE = N_("Keys of {count} files or entries, made in {commits} commits, lie on this machine alone.")
_LOST = N_(
    "Keys of {count} files or entries, made in {commits} commits, are in no keyring at hand: what they seal opens nowhere."
)
_FIND = N_(
    "See which: archivectl key list --missing. Bring them: archivectl key remote sync, first on the machine where they were "
    "made; or archivectl key restore BACKUP. Where they are lost for good, enter that: "
    "archivectl key remote sync --accept-single-copy --reason TEXT"
)
_SYNC = N_(
    "Give them a second copy: archivectl key remote sync (or archivectl backup make). Where one copy has to do, enter that: "
    "archivectl key remote sync --accept-single-copy --reason TEXT"
)
_ADD = N_(
    "Give them a second copy: archivectl key remote add NAME FOLDER (or archivectl backup make). Where one copy has to do, enter "
    "that: archivectl key remote sync --accept-single-copy --reason TEXT"
)


class Update(NamedTuple):
    """A ref to be pushed, as git tells it on standard input."""

    local: str
    tip: str
    remote: str
    theirs: str


def leaks(folder: Path, updates: Iterable[Update], remote: str, verified: str | None) -> list[Finding]:
    """Judge names, messages and files that are new to the remote.

    ``verified`` is the commit up to which this machine has judged the history already.
    """
    place, found = locate(folder), list[Finding]()
    for update in updates:
        if update.tip == NOTHING:
            continue
        for name in dict.fromkeys((update.local, update.remote)):
            found += traces.of_name(name)
        known = [name for name in (update.theirs, verified) if name and name != NOTHING and reader.objects(place, [name])[0]]
        new = (update.tip, "--not", f"--remotes={remote}", *known)
        ids = reader.listed(place, *new)
        found += _messages(place, [update.tip, *ids])
        fresh = list({(each.path, each.after): each for each in reader.changed(place, ids) if each.after}.values())
        if update.local == _LOG:
            found += _lines(place, fresh)
        else:
            found += (_committed(place, new, each) for each in hooks.judged(place, fresh))
    return list(dict.fromkeys(found))


def _committed(place: Place, new: Sequence[str], found: Finding) -> Finding:
    """A finding in a file that is committed already: with the first commit that brought it, which has to be taken back."""
    if not (commits := reader.listed(place, *new, "--", found.path)):
        return found
    values = {**found.values, "commit": commits[-1][:12]}
    return replace(found, values=values, hint=_TAKE_OR_ALARM if "version" in values else _TAKE, commit=commits[-1])


def alone(archive: Archive, updates: Iterable[Update]) -> Iterator[Finding]:
    """The commits that would leave although the keys that they made lie on this machine alone, or nowhere; a finding of each."""
    repository, found = archive.repository, dict[str, Uncopied]()
    for update in updates:
        if update.tip != NOTHING and update.local != _LOG and repository.has(update.tip):
            known = [update.theirs] if repository.has(update.theirs) else []
            found |= {each.commit: each for each in remotes.uncopied(archive, update.tip, known)}
    lost = {commit: set(each.lost) for commit, each in found.items() if each.lost}
    alone = {commit: some for commit, each in found.items() if (some := {*each.uids} - {*each.lost})}
    add = _SYNC if archive.config.get("keyrings") else _ADD
    for uids, message, hint in ((lost, _LOST, _FIND), (alone, _ALONE, add)):
        if uids:
            values = {"commits": len(uids), "count": len(set[str]().union(*uids.values()))}
            yield Finding("", 1, 1, "second-copy", message, values, hint, next(iter(uids)))


def _lines(place: Place, changes: Sequence[Change]) -> Iterator[Finding]:
    """Judge the lines of the access log, which are no files of the archive."""
    for change, text in hooks.contents(place, changes):
        yield from clear_text.of_text(text.decode("utf-8", "replace"), change.path, _LINE, _LOGGED)


def _messages(place: Place, names: Sequence[str]) -> Iterator[Finding]:
    """Judge what commits and tags say."""
    for answer in reader.objects(place, names):
        if answer and answer.kind in {"commit", "tag"}:
            message = text_of(answer.content.partition(b"\n\n")[2])
            yield from clear_text.of_text(message, answer.id[:12], _PUSHED, _REWORD, commit=answer.id[:12])
