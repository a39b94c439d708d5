"""What would leave this machine by a push: names of refs, messages and files of commits, and keys that nobody else has."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archivectl.archive import Archive
from archivectl.checking.rules import clear_text
from archivectl.custody import remotes
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
_REWORD = N_("Do not push it. Where the commit is not to stay, take it back; where it is, see: archivectl verify")
_ALONE = N_("Commit {commit} made keys of {count} files or entries that lie on this machine alone.")
_COPY = N_(
    "Give them a second copy: archivectl key remote add NAME FOLDER, archivectl key remote sync, or archivectl backup make; or "
    "enter that one has to do: archivectl key remote sync --accept-single-copy --reason TEXT"
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
        ids = reader.listed(place, update.tip, "--not", f"--remotes={remote}", *known)
        found += _messages(place, [update.tip, *ids])
        fresh = list({(each.path, each.after): each for each in reader.changed(place, ids) if each.after}.values())
        found += _lines(place, fresh) if update.local == _LOG else hooks.judged(place, fresh)
    return list(dict.fromkeys(found))


def alone(archive: Archive, updates: Iterable[Update]) -> Iterator[Finding]:
    """Commits that would leave although the keys that they made lie on this machine alone."""
    repository = archive.repository
    for update in updates:
        if update.tip != NOTHING and update.local != _LOG and repository.is_ancestor(update.tip, archive.tip):
            known = [update.theirs] if repository.has(update.theirs) else []
            for each in remotes.uncopied(archive, update.tip, known):
                values = {"commit": each.commit[:12], "count": len(each.uids)}
                yield Finding("", 1, 1, "second-copy", _ALONE, values, _COPY, each.commit)


def _lines(place: Place, changes: Sequence[Change]) -> Iterator[Finding]:
    """Judge the lines of the access log, which are no files of the archive."""
    for change, text in hooks.contents(place, changes):
        yield from clear_text.of_text(text.decode("utf-8", "replace"), change.path, _LINE, _REWORD)


def _messages(place: Place, names: Sequence[str]) -> Iterator[Finding]:
    """Judge what commits and tags say."""
    for answer in reader.objects(place, names):
        if answer and answer.kind in {"commit", "tag"}:
            message = text_of(answer.content.partition(b"\n\n")[2])
            yield from clear_text.of_text(message, answer.id[:12], _PUSHED, _REWORD, commit=answer.id[:12])
