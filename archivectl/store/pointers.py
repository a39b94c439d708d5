"""Large contents as values: their digests, read piece by piece, and the pointers that git keeps where git-lfs has the content."""

import hashlib
import os
import re
from typing import IO

PIECE = 1 << 20  # bytes
LARGE = ".age"  # what may be larger than the memory, and be kept by git-lfs
LONGEST = 200  # bytes of a pointer
START = 1 << 12  # bytes of a content that are told with its digest
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize ([0-9]+)\n")


def pointer(digest: str, size: int) -> bytes:
    """What git keeps in place of a content that git-lfs has."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n".encode("ascii")


def pointed(content: bytes) -> str | None:
    """The SHA-256 that a pointer names; None for what is none as git-lfs writes them."""
    found = _POINTER.fullmatch(content)
    return found[1].decode("ascii") if found else None


def sha256(file: IO[bytes], read: bytes = b"") -> str:
    """The SHA-256 of what a stream still holds, after what was read of it already."""
    return _digest(file, read)


def blob_of(file: IO[bytes]) -> str:
    """The id by which git names the content of an open file."""
    return _digest(file, b"blob %d\x00" % os.fstat(file.fileno()).st_size, "sha1")


def _digest(file: IO[bytes], head: bytes, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, head, usedforsecurity=algorithm != "sha1")
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
