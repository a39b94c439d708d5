"""The merge driver: one file that git finds changed on both sides, united by field and item where it can be read."""

import os
from pathlib import Path

from archivectl.errors import UNAPPLICABLE
from archivectl.merging import pieces
from archivectl.merging.pieces import OURS, Sides, United
from archivectl.store import drivers


def merge(path: str, ours: Path, base: Path, theirs: Path, size: int) -> bool:
    """Unite one file, which is at ``path`` in the archive, and say whether nothing in it is disputed.

    ``ours`` gets the result: what git itself makes of the lines, with its marks, where something is disputed or cannot be read.
    Where both sides added the file, ``base`` is empty.
    """
    mine = ours.read_bytes()
    made = _united(path, mine, base.read_bytes(), theirs.read_bytes())
    if made and made.text is not None and not made.disputes:
        ours.write_bytes(made.text)
        return True
    clean = drivers.by_lines(ours, base, theirs, size)
    if clean and made:  # the lines lie apart, and what they say is disputed all the same: it must not stand as if decided
        ours.write_bytes(mine)
        drivers.by_lines(ours, Path(os.devnull), theirs, size)
    return clean and not made


def _united(path: str, ours: bytes, base: bytes, theirs: bytes) -> United | None:
    """What comes of the file; None where a side cannot be read, as where git's marks stand in it already."""
    try:
        return pieces.united(path, Sides(ours, theirs, [base]), lambda _place: OURS)
    except UNAPPLICABLE:
        return None
