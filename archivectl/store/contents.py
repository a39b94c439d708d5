"""The contents of blobs; large ones are read piece by piece, and taken in by git or git-lfs from a file that is staged.

Where ``.gitattributes`` gives a path to git-lfs, git keeps a pointer of three lines, and the content lies beside git's objects
under its SHA-256. Pointers are written and read here, so that nothing depends on which filters are set up on a machine.
"""

import os
import secrets
import shutil
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from subprocess import PIPE
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.store.objects import Objects
from archivectl.store.pointers import LARGE, LONGEST, PIECE, START, pointed, pointer, sha256
from archivectl.store.processes import Processes, Reader, output
from archivectl.store.states import CannotWrite, Damaged, Place
from archivectl.store.streams import answers, reason, send, text_of
from archivectl.store.worktree import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

_FEW = 16  # blobs that are not worth a process of their own
_AT_ONCE = 256  # names sent before answers are read: well below what a pipe holds, so that neither side waits for ever
# Ciphertext does not shrink, and compressing it takes ten times as long as writing it.
_HASH = ("-c", "core.compression=0", "hash-object", "-w", "--no-filters", "--stdin")

# git would map the whole pack.
_CAT = ("-c", "core.packedGitWindowSize=1m", "-c", "core.packedGitLimit=16m", "cat-file", "blob")


class ContentAway(Unreadable):
    """git-lfs has not brought a file to this machine yet."""

    message = "The content of an attachment is kept by git-lfs and is not on this machine ({digest}…)."
    hint = "Bring it with: git lfs pull"


class Staged(NamedTuple):
    """A file in git's own folder, to be moved in place; ``lfs`` is its SHA-256 where git-lfs is to keep the content."""

    path: Path
    lfs: str = ""


class Kept(NamedTuple):
    """A content that git has already, by its blob id."""

    blob: str


class Told(NamedTuple):
    """A content's SHA-256 and its first bytes; of a ``pointer`` of git-lfs what it says, and no bytes where those are away."""

    digest: str
    start: bytes
    pointer: bool


class Contents:
    """The contents of one repository."""

    def __init__(self, git: Processes, reader: Reader, place: Place) -> None:
        self._git, self._reader = git, reader
        self._folder = place.common_dir / "lfs" / "objects"

    def one(self, blob: str) -> bytes:
        """A small blob, through the process that is kept; raises Damaged."""
        if (found := self._reader.ask(blob)) is None:
            raise Damaged(reason=Sentence(N_("blob {name} is missing or broken"), name=blob))
        return found.content

    def many(self, ids: "Iterable[str]") -> "Iterator[tuple[str, bytes]]":
        """Many small blobs, in the order asked for; raises Damaged."""
        names = iter(ids)
        few = list(islice(names, _FEW))
        if len(few) < _FEW:
            yield from ((name, self.one(name)) for name in few)
            return
        names = chain(few, names)
        with self._git.running("cat-file", "--batch", given=PIPE) as process:
            found = answers(output(process))
            while some := list(islice(names, _AT_ONCE)):
                send(process, some)
                for name in some:
                    if (answer := next(found, None)) is None:
                        raise Damaged(reason=Sentence(N_("blob {name} is missing or broken"), name=name))
                    yield name, answer.content

    @contextmanager
    def opened(self, blob: str) -> "Iterator[IO[bytes]]":
        """The content of a blob as a stream, that of git-lfs in place of a pointer; raises ContentAway, Damaged."""
        with self._blob(blob) as stream:
            if digest := pointed(stream.peek(LONGEST)):
                with self._kept(digest) as file:
                    yield file
            else:
                yield stream

    def told(self, blob: str) -> "Told":
        """The digest and the beginning of a blob's content; raises Damaged."""
        with self._blob(blob) as stream:
            start = stream.read(START)
            if (digest := pointed(start)) is None:
                return Told(sha256(stream, start), start, pointer=False)
        kept = self.place_of(digest)
        if not kept.exists():
            return Told(digest, b"", pointer=True)
        with kept.open("rb") as file:
            return Told(digest, file.read(START), pointer=True)

    @contextmanager
    def _blob(self, blob: str) -> "Iterator[BufferedReader]":
        with self._git.running(*_CAT, blob) as process:
            stream = cast("BufferedReader", output(process))
            yield stream
            while stream.read(PIECE):  # whoever has seen enough leaves the rest
                pass
            said = process.communicate()[1]
            if process.returncode:
                raise Damaged(reason=reason(said))

    def take(self, staged: Staged, new: Objects) -> str:
        """Bring a staged file to disk and answer its blob id; a pointer goes to the new objects."""
        if staged.lfs:
            self.keep(staged.path, staged.lfs)
            return new.add("blob", pointer(staged.lfs, staged.path.stat().st_size))
        with staged.path.open("rb") as file:
            return self._git.run(*_HASH, given=file, error=CannotWrite).decode("ascii").strip()

    def keep(self, path: Path, digest: str) -> None:
        """Copy a file to where git-lfs looks for it, under its name only once it is on disk."""
        target = self.place_of(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self.copy(path, target)

    @staticmethod
    def copy(path: Path, target: Path) -> None:
        """Copy a file, under its name only once it is on disk."""
        unfinished = target.with_name(f"{secrets.token_hex(8)}.tmp")
        try:
            with path.open("rb") as source, unfinished.open("xb") as copy:
                shutil.copyfileobj(source, copy, PIECE)
                copy.flush()
                os.fsync(copy.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(target.parent)

    def _kept(self, digest: str) -> "BufferedReader":
        try:
            return self.place_of(digest).open("rb")
        except OSError as error:
            raise ContentAway(digest=digest[:12]) from error

    def place_of(self, digest: str) -> Path:
        """Where git-lfs keeps a content."""
        return self._folder / digest[:2] / digest[2:4] / digest

    def pointers(self, revision: str) -> dict[str, str]:
        """The files of a revision of which git has only a pointer: the SHA-256 of the content by path."""
        listed = (row.partition(b"\t") for row in self._git.records("ls-tree", "-r", "-z", "-l", "--full-tree", revision))
        small = {text_of(path): facts.split() for facts, _, path in listed if path.endswith(LARGE.encode())}
        blobs = {path: facts[2].decode("ascii") for path, facts in small.items() if int(facts[3]) <= LONGEST}
        found = zip(blobs, (pointed(content) for _, content in self.many(blobs.values())), strict=True)
        return {path: digest for path, digest in found if digest}

    def by_lfs(self, path: str) -> bool:
        """Whether ``.gitattributes`` of the work tree gives a path to git-lfs."""
        return self._git.run("check-attr", "-z", "filter", "--", path).split(b"\x00")[2] == b"lfs"
