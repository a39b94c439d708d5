"""An anchor: a digest over every byte of the archive, short enough for paper, which no later hand can make fit another archive.

It is the SHA-256 of what ``git ls-files -z | xargs -0 sha256sum`` prints for a commit, so that stock tools check it too,
and it does not rest on git's own ids. Kept elsewhere, it shows later that the archive of that day is still in the history.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from archivectl.errors import WrongUsage
from archivectl.store.comparing import compared, count
from archivectl.store.objects import FILE, Change
from archivectl.store.pointers import LARGE
from archivectl.store.repository import Repository
from archivectl.store.streams import bytes_of

SHORTEST = 32  # hexadecimal digits of a digest that still prove something
_AT_ONCE = 200


class NoDigest(WrongUsage):
    """What was given is no digest."""

    message = "“{given}” is not a digest as archivectl verify --anchor prints it."
    hint = "Give its 64 hexadecimal digits, or the first 32 at least; spaces do not matter."


class Anchor(NamedTuple):
    """A commit, how many files it has, and the digest (64 hex) over them."""

    commit: str
    files: int
    digest: str

    @property
    def grouped(self) -> str:
        """The digest in groups of eight, as one writes it down."""
        return " ".join(self.digest[place : place + 8] for place in range(0, 64, 8))


def of(repository: Repository, commit: str) -> Anchor:
    """The anchor of a commit."""
    return next(_anchors(repository, iter([commit])))


def read(given: str) -> str:
    """The digits of a digest as typed; raises NoDigest."""
    digits = re.sub(r"[\s:-]", "", given).lower()
    if not re.fullmatch(r"[0-9a-f]*", digits) or not SHORTEST <= len(digits) <= 64:  # noqa: PLR2004 - all of it
        raise NoDigest(given=given)
    return digits


def find(repository: Repository, tip: str, digits: str, progress: Callable[[int, int], object]) -> Anchor | None:
    """The newest commit in the history of another to which a digest fits."""
    total = count(repository, tip)
    for done, anchor in enumerate(_anchors(repository, (commit.id for commit in repository.commits(tip))), start=1):
        progress(done, total)
        if anchor.digest.startswith(digits):
            return anchor
    return None


def _anchors(repository: Repository, commits: Iterator[str]) -> Iterator[Anchor]:
    """The anchors of commits; each from what differs from the one before."""
    lines: dict[bytes, bytes] = {}
    known: dict[str, str] = {}
    last = ""
    while some := list(islice(commits, _AT_ONCE)):
        if not last:
            first = [Change(file.path, None, file.blob, FILE) for file in repository.tree(some[0])]
            changed = [first, *compared(repository, list(zip(some[1:], some, strict=False)))]
        else:
            changed = compared(repository, list(zip(some, [last, *some], strict=False)))
        for commit, changes in zip(some, changed, strict=True):
            _follow(repository, changes, lines, known)
            listing = b"".join(lines[path] for path in sorted(lines))
            yield Anchor(commit, len(lines), hashlib.sha256(listing).hexdigest())
        last = some[-1]


def _follow(repository: Repository, changes: list[Change], lines: dict[bytes, bytes], known: dict[str, str]) -> None:
    """Bring the lines up to a commit; ``known`` are the digests of contents by blob id."""
    new = {change.after: change.path for change in changes if change.after and change.after not in known}
    large = {blob for blob, path in new.items() if path.endswith(LARGE)}
    known |= {blob: repository.contents.told(blob).digest for blob in large}
    known |= {blob: hashlib.sha256(text).hexdigest() for blob, text in repository.blobs(new.keys() - large)}
    for change in changes:
        path = bytes_of(change.path)
        if change.after is None:
            lines.pop(path, None)
        else:
            lines[path] = b"%s  %s\n" % (known[change.after].encode(), path)
