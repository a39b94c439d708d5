"""The only importer of GitPython: reads commits, trees and files of one repository; takes new objects, refs and index entries."""

import secrets
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from archivectl.i18n import N_, Sentence
from archivectl.store import states
from archivectl.store.contents import Contents
from archivectl.store.elsewhere import Elsewhere
from archivectl.store.objects import (
    FILE,
    FOLDER,
    FOREIGN,
    NOTHING,
    Change,
    Commit,
    Entry,
    Standing,
    file_in,
    pack,
    parse_change,
    parse_commit,
    parse_tree,
)
from archivectl.store.pointers import LARGE
from archivectl.store.processes import Processes, Reader, plainly
from archivectl.store.states import CannotWrite, Damaged, Place, UnknownRevision
from archivectl.store.streams import Answer, bytes_of, reason, text_of
from archivectl.store.worktree import blob_on_disk

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_RAW = ("-r", "-z", "--raw", "--no-renames")
_LOOSE = _LIMIT = 200  # more new objects are kept as one pack; for more paths the whole index is listed
_FSYNC_SETTING = (2, 36)  # the first git that knows core.fsync
_SETTINGS = {
    "core.quotePath": "false",
    "core.autocrlf": "false",
    "merge.renames": "false",
    "transfer.fsckObjects": "true",
}


class Repository:
    """One open repository; the process it keeps for reading ends with ``close`` or with the object."""

    def __init__(self, place: Place, *, at_once: bool = False) -> None:
        if shutil.which("git") is None:
            raise states.GitMissing
        execute, older = (plainly, ()) if at_once else _of_gitpython(place)
        self.place, self.held = place, False  # held: whether this process has the archive's lock
        self._git = Processes(execute, [*states.options(place), *older], states.environment(place))
        self._reader = Reader(self._git)
        self.contents = Contents(self._git, self._reader, place)
        self.elsewhere = Elsewhere(self._git, self._reader, place)
        weakref.finalize(self, self._reader.close)

    @classmethod
    def create(cls, folder: Path) -> "Repository":
        """Make a folder a repository on branch main, with settings that keep file names and bytes as they are."""
        folder.mkdir(parents=True, exist_ok=True)
        top = folder.resolve()
        repository = cls(Place(top, top / ".git", top / ".git"))
        init = ("init", "--quiet", "--initial-branch=main", "--object-format=sha1", "--template=")
        for command in (init, *(("config", "--local", *setting) for setting in _SETTINGS.items())):
            repository._git.run(*command, error=CannotWrite)
        return repository

    @classmethod
    def open(cls, folder: Path, *, at_once: bool = False) -> "Repository":
        """Open the repository whose work tree holds the folder; raises NotAnArchive, GitMissing or GitTooOld.

        ``at_once`` is for who waits to read one file, and writes no more than that into the access log: nothing is asked of git
        before, and a version that is too old is not told.
        """
        return cls(states.locate(folder), at_once=at_once)

    def configure(self, name: str, value: str) -> None:
        """Set a setting of this repository for git itself; a clone does not inherit it."""
        self._git.run("config", "--local", name, value, error=CannotWrite)

    def close(self) -> None:
        """End the process that reads objects; the next reading starts another."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def own_folder(self) -> Path:
        """Where caches, journals and locks lie; all of it may be lost at any time."""
        return self.place.git_dir / "archivectl"

    def ready_to_write(self) -> None:
        """Raise DetachedHead or MergeInProgress where the work tree does not show a settled branch main."""
        for name, what in states.UNFINISHED.items():
            if (self.place.git_dir / name).exists():
                raise states.MergeInProgress(what=what)
        if (self.place.git_dir / "HEAD").read_bytes() != b"ref: refs/heads/main\n":
            raise states.DetachedHead

    def tip(self, branch: str = "main") -> str | None:
        """The commit id a branch points to, or None where there is no such branch."""
        name = f"refs/heads/{branch}"
        found = self._reader.ask(name)
        if found is None and self._git.run("for-each-ref", "--format=%(refname)", name):
            raise Damaged(reason=Sentence(N_("the newest commit of {branch} is missing or broken"), branch=branch))
        return found.id if found else None

    def resolve(self, revision: str, kind: str = "commit") -> str:
        """The id of the commit (or ``tree``) that a revision means; raises UnknownRevision."""
        return self._find(revision, kind).id

    def commit(self, revision: str) -> Commit:
        """The commit that a revision means; raises UnknownRevision."""
        found = self._find(revision, "commit")
        return parse_commit(found.id, found.content)

    def read(self, revision: str, path: str) -> bytes | None:
        """The bytes of one file in a revision, or None where it has no such file."""
        found = self._file(revision, path)
        return found.content if found else None

    def blob(self, revision: str, path: str) -> str | None:
        """The blob id of one file in a revision, or None where it has no such file."""
        if path.endswith(LARGE):  # its folder tells, without the content
            folder, _, name = path.rpartition("/")
            tree = self._reader.ask(f"{revision}:{folder}")
            return file_in(tree.content, name) if tree and tree.kind == "tree" else None
        found = self._file(revision, path)
        return found.id if found else None

    def read_tree(self, revision: str) -> bytes:
        """The bytes of the tree object that a revision or id means."""
        return self._find(revision, "tree").content

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of many blobs, in the order asked for."""
        return self.contents.many(ids)

    def files(self, revision: str, under: str) -> dict[str, bytes]:
        """The bytes of every file below a folder of few files, by path."""
        found, result = self._reader.ask(f"{revision}:{under}"), dict[str, bytes]()
        if found is None or found.kind != "tree":
            return {}
        for name, (mode, object_id) in sorted(parse_tree(found.content).items()):
            path = f"{under}/{name}"
            result |= self.files(revision, path) if mode == FOLDER else {path: self.contents.one(object_id)}
        return result

    def tree(self, revision: str, under: str = "") -> Iterator[Entry]:
        """Every file of a revision, or those at and under one path, in git's order."""
        tree = self.resolve(revision, "tree")
        for record in self._git.records("ls-tree", "-r", "-z", "--full-tree", tree, "--", *([under] if under else [])):
            facts, _, path = record.partition(b"\t")
            mode, _, blob = facts.decode("ascii").split(" ")
            yield Entry(text_of(path), mode, blob)

    def changes(self, old: str | None, new: str, under: Iterable[str] = ()) -> list[Change]:
        """What differs from one revision (None: from nothing) to another, everywhere or at and under some paths."""
        sides = self.resolve(old, "tree") if old else _EMPTY_TREE, self.resolve(new, "tree")
        rows = self._git.records("diff-tree", *_RAW, *sides, "--", *under)
        return [parse_change(row, next(rows)) for row in rows]

    def commits(self, span: str, paths: Iterable[str] = (), *, newest_first: bool = True) -> Iterator[Commit]:
        """The commits of a range that touched the paths (none: all), each child before its parents, or all reversed.

        Merges of different sides of a path are among them.
        """
        order = () if newest_first else ("--reverse",)
        with self._git.listing(span, *order, "--end-of-options", span, "--", *paths) as ids:
            for answer in self._git.objects(ids):
                if answer is None:
                    raise Damaged(reason=N_("a commit is missing or broken"))
                yield parse_commit(answer.id, answer.content)

    def differences(self, span: str, paths: Iterable[str]) -> Iterator[tuple[str, list[Change]]]:
        """Ids of the commits that touched the paths, newest first, with what changed there since their first parent.

        A merge is among them only with files that are as in none of its parents.
        """
        limits = list(paths)
        name, changed = "", list[Change]()
        with self._git.listing(span, "--end-of-options", span, "--", *limits) as ids:
            rows = self._git.records("diff-tree", "--stdin", "--root", "-c", *_RAW, "--", *limits, given=ids)
            for row in rows:
                if row.startswith(b":"):
                    changed.append(parse_change(row, next(rows)))
                    continue
                if changed:
                    yield name, changed
                name, changed = row.decode("ascii"), []
        if changed:
            yield name, changed

    def has(self, name: str) -> bool:
        """Whether an object of that id is here."""
        return self._reader.ask(name) is not None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether the one commit is the other, or in its history; a commit that is not here is in nobody's."""
        if not self.has(older):
            return False
        with self._git.running("merge-base", "--is-ancestor", older, self.resolve(newer)) as process:
            said = process.communicate()[1]
            if process.returncode not in {0, 1}:
                raise Damaged(reason=reason(said))
            return process.returncode == 0

    def status_of(self, paths: Iterable[str]) -> dict[str, Standing]:
        """What stands at some paths in the index and on disk."""
        wanted = dict.fromkeys(paths)
        index: dict[str, str] = {}
        for record in self._git.records("ls-files", "-s", "-z", "--", *(wanted if len(wanted) <= _LIMIT else ())):
            facts, _, path = record.partition(b"\t")
            _, blob, merging = facts.decode("ascii").split(" ")
            index[text_of(path)] = blob if merging == "0" else FOREIGN
        return {path: Standing(index.get(path), blob_on_disk(self.place.work_tree, path, {index.get(path)})) for path in wanted}

    def write(self, objects: Mapping[str, tuple[str, bytes]]) -> None:
        """Bring new objects to disk, judged by git as if they came from elsewhere."""
        how = ("unpack-objects", "-q") if len(objects) <= _LOOSE else ("index-pack", "--stdin")
        self._git.run(*how, "--strict", given=pack(objects), error=CannotWrite)

    def move(self, branch: str, old: str | None, new: str, *, keep_open: tuple[int, ...] = ()) -> None:
        """Point a branch to another commit if it still points to the old one; git's process shares the files kept open."""
        update = ("update-ref", "-m", self.commit(new).subject, f"refs/heads/{branch}", new, old or NOTHING)
        self._git.run(*update, error=CannotWrite, keep_open=keep_open)

    def follow(self, paths: Iterable[str], instead: Mapping[str, str | None]) -> None:
        """Let the index have the files as they are on disk, and for some paths a blob (None: nothing) instead; hold index.lock.

        Done on a copy, so that git's own lock is never in doubt and a kill leaves the index as it was.
        """
        index = self.place.git_dir / "index"
        copy = self.own_folder / f"index-{secrets.token_hex(8)}"
        if index.exists():
            shutil.copyfile(index, copy)
        there = {"GIT_INDEX_FILE": str(copy)}
        listed = b"".join(bytes_of(path) + b"\x00" for path in paths)
        update = ("update-index", "-z", "--add", "--remove", "--stdin")
        self._git.run(*update, given=listed, error=CannotWrite, more=there)
        if instead:
            rows = "".join(f"{FILE if blob else 0} {blob or NOTHING}\t{path}\x00" for path, blob in instead.items())
            self._git.run("update-index", "-z", "--index-info", given=bytes_of(rows), error=CannotWrite, more=there)
        copy.replace(index)

    def tidy(self) -> None:
        """Every dozen commits, let git note which commit touched which paths, and pack; it only makes reading quicker."""
        tip = self.tip()
        if tip is None or int(tip[:2], 16) % 12:
            return
        for chore in (("commit-graph", "write", "--reachable", "--changed-paths", "--split"), ("gc", "--auto", "--quiet")):
            with self._git.running(*chore) as process:
                process.communicate()

    def _find(self, revision: str, kind: str) -> Answer:
        if (found := self._reader.ask(f"{revision}^{{{kind}}}")) is None:
            raise UnknownRevision(revision=revision)
        return found

    def _file(self, revision: str, path: str) -> Answer | None:
        found = self._reader.ask(f"{revision}:{path}")
        if found is None:
            self._miss(revision, path)
        return found if found and found.kind == "blob" else None

    def _miss(self, revision: str, path: str) -> None:
        """Raise Damaged where something is there after all: git calls a broken object missing, too."""
        above, _, name = path.rpartition("/")
        folder = self._reader.ask(f"{revision}:{above}")
        if folder and folder.kind == "tree" and name in parse_tree(folder.content):
            raise Damaged(reason=Sentence(N_("{path} is broken in {revision}"), path=path, revision=revision))
        if folder is None and above:
            self._miss(revision, above)
        elif folder is None and self._reader.ask(f"{revision}^{{commit}}"):
            raise Damaged(reason=Sentence(N_("the top folder is broken in {revision}"), revision=revision))


def _of_gitpython(place: Place) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """What starts git, and what an older version has to be told; raises GitTooOld."""
    from git import Git  # noqa: PLC0415 - slow to load, and it fails where git is missing

    git = Git(place.work_tree)
    if git.version_info < states.OLDEST_GIT:
        raise states.GitTooOld(found=".".join(map(str, git.version_info)))
    return git.execute, () if git.version_info >= _FSYNC_SETTING else ("-c", "core.fsyncObjectFiles=true")
