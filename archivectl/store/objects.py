"""git's objects as values: commits and trees read from and written to their bytes, and packs of new objects."""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from archivectl.errors import Unreadable
from archivectl.i18n import N_, Sentence
from archivectl.store.states import Damaged
from archivectl.store.streams import bytes_of, text_of

FILE = "100644"
FOLDER = "40000"
NOTHING = "0" * 40  # git's id for no object
FOREIGN = "foreign"  # in place of a blob id: a symlink, a folder, an unmerged entry
_KINDS = {"commit": 1, "tree": 2, "blob": 3}
_SIGNATURES = re.compile(rb"\ngpgsig(?:-sha256)? [^\n]*(?:\n [^\n]*)*")
_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*): (.*)")
_UNSAFE_PART = re.compile(r"|\.|\.\.|\.git", re.IGNORECASE)
_UNSAFE_CHARACTER = re.compile(r"[\x00-\x1f\x7f\\]")
_MISPLACED_IN_NAMES = re.compile(r"[\x00-\x1f<>]")


class UnsafePath(Unreadable):
    """A path that leaves the archive, hides in it, or runs through something that is no folder."""

    message = "{path} cannot be the path of a file in the archive."
    hint = "A path has no empty part, '.', '..' or '.git', no control character, and only folders above its last part."


def is_unsafe(path: str) -> bool:
    """Whether a path would leave the archive, or hide in it, on any system."""
    return bool(_UNSAFE_CHARACTER.search(path)) or any(_UNSAFE_PART.fullmatch(part) for part in path.split("/"))


class Entry(NamedTuple):
    """One file of a commit: its path, mode (``100644``) and blob id."""

    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at a path beside the commits: blob ids in the index and on disk, None where nothing is, or FOREIGN."""

    index: str | None
    file: str | None


class Change(NamedTuple):
    """What became of one path: blob ids, None where there is no file; ``mode`` is the new side's, ``000000`` where it is gone."""

    path: str
    before: str | None
    after: str | None
    mode: str


class Commit(NamedTuple):
    """One commit object; ``when`` is the committer's time in UTC, ``payload`` the signed bytes, ``body`` without trailers."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    when: datetime
    subject: str
    body: str
    trailers: tuple[tuple[str, str], ...]
    payload: bytes
    signature: str | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class Objects:
    """New objects by id, as kind and bytes."""

    found: dict[str, tuple[str, bytes]]

    def add(self, kind: str, content: bytes) -> str:
        """Take an object in and answer its id."""
        name = object_id(kind, content)
        self.found[name] = (kind, content)
        return name


def object_id(kind: str, content: bytes) -> str:
    """The SHA-1 by which git names an object."""
    return hashlib.sha1(b"%s %d\x00" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()


def parse_change(row: bytes, path: bytes) -> Change:
    """One row of ``--raw -z`` with its path: ``:100644 100644 <before> <after> M``; a merge has a mode and id for each parent."""
    facts = row.decode("ascii").lstrip(":").split(" ")
    half = len(facts) // 2
    mode, before, after = facts[half - 1], facts[half], facts[-2]
    return Change(text_of(path), None if before == NOTHING else before, None if after == NOTHING else after, mode)


def parse_commit(name: str, raw: bytes) -> Commit:
    """Read a commit object.

    Raises:
        Damaged: it is no commit as git writes them.
    """
    head, _, message = raw.partition(b"\n\n")
    fields: dict[bytes, list[bytes]] = {}
    for line in head.replace(b"\n ", b"\x00").split(b"\n"):
        key, _, value = line.partition(b" ")
        fields.setdefault(key, []).append(value)
    signature = fields.get(b"gpgsig")
    subject, body, trailers = _parts(message.decode("utf-8", "replace"))
    try:
        author, email = _person(fields[b"author"][0])
        return Commit(
            id=name,
            tree=fields[b"tree"][0].decode("ascii"),
            parents=tuple(parent.decode("ascii") for parent in fields.get(b"parent", ())),
            author=author,
            email=email,
            when=datetime.fromtimestamp(int(fields[b"committer"][0].rsplit(b" ", 2)[1]), UTC),
            subject=subject,
            body=body,
            trailers=trailers,
            payload=_SIGNATURES.sub(b"", head) + raw[len(head) :],
            signature=signature[0].replace(b"\x00", b"\n").decode("utf-8", "replace") if signature else None,
            raw=raw,
        )
    except (KeyError, IndexError, ValueError, OverflowError, OSError) as error:
        raise Damaged(reason=Sentence(N_("commit {name} is malformed"), name=name)) from error


def _person(line: bytes) -> tuple[str, str]:
    name, _, rest = line.decode("utf-8", "replace").partition("<")
    return name.strip(), rest.partition(">")[0]


def _parts(message: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Subject, body and trailers; only a last paragraph made of nothing else counts as trailers, and never the subject."""
    first, *paragraphs = re.split(r"\n(?:[ \t]*\n)+", message.strip("\n"))
    lines = [_TRAILER.fullmatch(line) for line in paragraphs[-1].split("\n")] if paragraphs else []
    trailers = tuple((match[1], match[2]) for match in lines if match)
    if len(trailers) < len(lines):
        trailers = ()
    return " ".join(first.split("\n")), "\n\n".join(paragraphs[:-1] if trailers else paragraphs), trailers


def person(name: str, email: str, when: datetime) -> str:
    """Author or committer as a commit names them; characters that git cannot hold there are left out, as git does."""
    name, email = (_MISPLACED_IN_NAMES.sub("", text).strip() for text in (name, email))
    return f"{name} <{email}> {int(when.timestamp())} +0000"


def signed(payload: bytes, signature: str) -> bytes:
    """The commit with its signature as the last header."""
    head, _, message = payload.partition(b"\n\n")
    lines = signature.rstrip("\n").replace("\n", "\n ").encode("ascii")
    return head + b"\ngpgsig " + lines + b"\n\n" + message


def parse_tree(raw: bytes) -> dict[str, tuple[str, str]]:
    """Mode and id by name."""
    entries: dict[str, tuple[str, str]] = {}
    start = 0
    while start < len(raw):
        zero = raw.index(b"\x00", start)
        mode, _, name = raw[start:zero].partition(b" ")
        start = zero + 21
        entries[text_of(name)] = (mode.decode("ascii"), raw[zero + 1 : start].hex())
    return entries


def file_in(raw: bytes, name: str) -> str | None:
    """The blob id of a file in a tree."""
    mode, target = parse_tree(raw).get(name, ("", ""))
    return target if mode == FILE else None


def tree_bytes(entries: Mapping[str, tuple[str, str]]) -> bytes:
    """The reverse of ``parse_tree``, in git's order, by which a folder's name ends in a slash."""
    rows = ((bytes_of(name), mode, target) for name, (mode, target) in entries.items())
    ordered = sorted(rows, key=lambda row: row[0] + b"/" if row[1] == FOLDER else row[0])
    return b"".join(b"%s %s\x00%s" % (mode.encode(), name, bytes.fromhex(target)) for name, mode, target in ordered)


def edit_tree(
    read: Callable[[str], bytes], tree: str | None, writes: Mapping[str, str | None], new: Objects
) -> tuple[str | None, dict[str, str | None]]:
    """The tree with some paths set to other blobs, or to None, and what blob each of them had before.

    Trees that arise go to ``new``; a folder that loses its last file goes too, and an empty tree is None.
    """
    entries = parse_tree(read(tree)) if tree else {}
    before: dict[str, str | None] = {}
    folders: dict[str, dict[str, str | None]] = {}
    for path, blob in writes.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = blob
            continue
        mode, before[path] = entries.pop(name, (None, None))
        if mode == FOLDER:
            raise UnsafePath(path=path)
        if blob is not None:
            entries[name] = (FILE, blob)
    for name, inside in folders.items():
        mode, old = entries.pop(name, (None, None))
        if mode not in {FOLDER, None}:
            raise UnsafePath(path=f"{name}/{next(iter(inside))}")
        folder, had = edit_tree(read, old, inside, new)
        before.update((f"{name}/{rest}", blob) for rest, blob in had.items())
        if folder is not None:
            entries[name] = (FOLDER, folder)
    return (new.add("tree", tree_bytes(entries)) if entries else None), before


def pack(objects: Mapping[str, tuple[str, bytes]]) -> bytes:
    """The objects as one pack without deltas, which gc adds later."""
    pieces: list[bytes | bytearray] = [b"PACK" + struct.pack(">II", 2, len(objects))]
    for kind, content in objects.values():
        size, last = divmod(len(content), 16)
        head = bytearray([_KINDS[kind] << 4 | last])
        while size:
            head[-1] |= 0x80
            size, last = divmod(size, 0x80)
            head.append(last)
        pieces += (head, zlib.compress(content, 1))
    whole = b"".join(pieces)
    return whole + hashlib.sha1(whole, usedforsecurity=False).digest()
