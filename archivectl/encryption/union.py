"""The union of two keyrings, this machine's and a remote one: rows and wraps go both ways, and absence never deletes.

Files are written once, so nobody needs a lock: what two machines add at once stands in files of their own. Only two things go:
the keys of what was destroyed, wherever they are met, and wraps that one for a later generation stands for, once that was opened.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from archivectl.encryption.keyring import LEVEL_KEYS, RECORDS, WRAP, Keyring, level_folder
from archivectl.encryption.rows import KeyringDamaged, Row, lines, rows_in, shard
from archivectl.i18n import N_, Sentence

_WRAP_NAME = re.compile(rf"([a-z0-9.-]+)\.[A-Z2-7]{{12}}{re.escape(WRAP)}")
_AGE = b"age-encryption.org/v1\n"
_OTHER = N_(
    "{file} is not the key that its name says, and was not taken over; whoever has that key wraps it anew: "
    "archivectl key share {handle}"
)
_LINK = N_("{file} is a link; it was left alone.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be united, as the archive tells it at a commit that was verified.

    ``gone`` are uids of destroyed records, ``forgotten`` recipients of contacts who were forgotten; neither is ever taken over.
    ``generations`` are the current ones; what is of a later one waits until the commit that made it is here. ``readers`` are
    handles. ``opens`` says whether the actor opens a row, ``fits`` whether a wrap of a level and generation for a handle and key
    id is the level key that the archive names (None: it looks like one, and is for somebody else).
    """

    gone: frozenset[str]
    forgotten: frozenset[str]
    generations: Mapping[str, int]
    readers: frozenset[str]
    opens: Callable[[Row], bool]
    fits: Callable[[str, int, tuple[str, str], bytes], bool | None]

    def bars(self, row: Row) -> bool:
        """Whether a row is of what was destroyed."""
        return row.uid in self.gone or row.recipient in self.forgotten

    def knows(self, row: Row) -> bool:
        """Whether the archive names the level key that a row is wrapped for."""
        return row.generation <= self.generations.get(row.level, 0)


@dataclass(slots=True)
class United:
    """What came of it: rows and wraps taken over here, given there, rows destroyed and superseded, and what is damaged."""

    taken: int = 0
    given: int = 0
    shared: int = 0
    destroyed: int = 0
    superseded: int = 0
    damaged: list[Sentence] = field(default_factory=list)


def unite(own: Keyring, other: Keyring, terms: Terms, progress: Callable[[int, int], None] = lambda _done, _all: None) -> United:
    """Bring two keyrings to their union; what was done stays done when it breaks off, and doing it again goes on.

    Raises:
        KeyringAway, OSError: one of them is not there, or no longer.
    """
    own.demand()
    other.demand()
    told = United()
    for level, newest in terms.generations.items():
        for generation in range(1, newest + 1):
            _wraps(own, other, (level, generation), terms, told)
    shards = sorted({*own.shards(), *other.shards()})
    for done, name in enumerate(shards):
        progress(done, len(shards))
        _shard(own, other, name, terms, told)
    other.demand()
    return told


def _wraps(own: Keyring, other: Keyring, key: tuple[str, int], terms: Terms, told: United) -> None:
    """Level keys: what one lacks of the other, and what is better there; never what is not the archive's."""
    folder = level_folder(*key)
    sides = [(keyring, _contents(keyring, folder, terms, told)) for keyring in (own, other)]
    for (giver, theirs), (taker, ours) in (sides[::-1], sides):
        for name, content in list(theirs.items()):
            if content == ours.get(name):
                continue
            if terms.fits(*key, _owner(name), content) is False:
                if name not in ours or terms.fits(*key, _owner(name), ours[name]) is False:
                    told.damaged.append(Sentence(_OTHER, file=giver.folder / LEVEL_KEYS / folder / name, handle=_owner(name)[0]))
            elif name not in ours or terms.fits(*key, _owner(name), ours[name]) is False:
                taker.put(LEVEL_KEYS, folder, name, content)
                ours[name] = content
                told.shared += 1


def _owner(name: str) -> tuple[str, str]:
    """Handle and key id in the name of a wrap."""
    handle, _dot, key = name.removesuffix(WRAP).rpartition(".")
    return handle, key


def _contents(keyring: Keyring, folder: str, terms: Terms, told: United) -> dict[str, bytes]:
    found = {}
    for path in keyring.files(LEVEL_KEYS, folder):
        form = _WRAP_NAME.fullmatch(path.name)
        if form and form[1] in terms.readers:
            content = _read(path, told)
            if content and content.startswith(_AGE):
                found[path.name] = content
    return found


def _read(path: Path, told: United) -> bytes | None:
    if path.is_symlink():
        told.damaged.append(Sentence(_LINK, file=path))
        return None
    try:
        return path.read_bytes()
    except FileNotFoundError:  # somebody else rewrote it meanwhile; its rows stand in a file that the next union finds
        return None


class _Side(NamedTuple):
    """The shard of one keyring: what can be read of it, by file."""

    keyring: Keyring
    name: str
    files: dict[str, list[Row]]

    @property
    def rows(self) -> set[Row]:
        """All rows."""
        return {row for rows in self.files.values() for row in rows}

    def sift(self, gone: Callable[[Row], bool]) -> None:
        """Rewrite the files that hold rows that are to go."""
        for file, rows in self.files.items():
            survivors = [row for row in rows if not gone(row)]
            if survivors and len(survivors) < len(rows):
                self.keyring.put(RECORDS, self.name, file, lines(survivors))
            elif rows and not survivors:
                (self.keyring.folder / RECORDS / self.name / file).unlink(missing_ok=True)


def _shard(own: Keyring, other: Keyring, name: str, terms: Terms, told: United) -> None:
    """The rows of one shard, both ways; survivors are written before anything goes."""
    told.destroyed += _swept(own, name, terms, told)
    mine, theirs = _sizes(own, name), _sizes(other, name)
    alike = {file for file, size in mine.items() if theirs.get(file) == size}
    if alike == mine.keys() == theirs.keys():
        return
    ours = _Side(own, name, _files(own, name, mine, told))
    known = {file: ours.files[file] for file in alike if file in ours.files}
    yours = _Side(other, name, known | _files(other, name, theirs.keys() - known.keys(), told))
    good = {row for row in ours.rows | yours.rows if terms.knows(row) and not terms.bars(row)}
    spent = superseded(good, terms.opens)
    told.taken += _give(yours, ours, good - spent)
    told.given += _give(ours, yours, good - spent)
    for side in (ours, yours):
        barred, old = {row for row in side.rows if terms.bars(row)}, side.rows & spent
        side.sift((barred | old).__contains__)
        told.destroyed += len(barred)
        told.superseded += len(old)


def _swept(keyring: Keyring, name: str, terms: Terms, told: United) -> int:
    """Take what was destroyed out of a shard here, if there is any."""
    uids = [uid for uid in terms.gone if shard(uid) == name]
    wanted = [text.encode() for text in (*uids, *terms.forgotten)]
    contents = [path.read_bytes() for path in keyring.files(RECORDS, name) if wanted and not path.is_symlink()]
    if not any(text in content for content in contents for text in wanted):
        return 0
    try:
        return keyring.sift(name, terms.bars)
    except KeyringDamaged as damage:
        told.damaged.append(Sentence(damage.message, **damage.values))
        return 0


def _sizes(keyring: Keyring, name: str) -> dict[str, int]:
    found = {}
    for path in keyring.files(RECORDS, name):
        try:
            found[path.name] = path.lstat().st_size
        except FileNotFoundError:
            continue
    return found


def _files(keyring: Keyring, name: str, files: Iterable[str], told: United) -> dict[str, list[Row]]:
    """The rows of some files of a shard; those that are damaged are told and left out."""
    found = {}
    for file in files:
        path = keyring.folder / RECORDS / name / file
        content = _read(path, told)
        try:
            found[file] = [] if content is None else rows_in(content, path)
        except KeyringDamaged as damage:
            told.damaged.append(Sentence(damage.message, **damage.values))
    return found


def superseded(rows: Iterable[Row], opens: Callable[[Row], bool]) -> set[Row]:
    """The rows that one of the same key and a later generation stands for, once that was opened."""
    by_key: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        by_key.setdefault((row.uid, row.recipient, row.level), []).append(row)
    spent = set[Row]()
    for some in by_key.values():
        oldest = min(row.generation for row in some)
        newer = sorted((row for row in some if row.generation > oldest), key=lambda row: -row.generation)
        stands = next((row.generation for row in newer if opens(row)), oldest)
        spent |= {row for row in some if row.generation < stands}
    return spent


def _give(giver: _Side, taker: _Side, good: set[Row]) -> int:
    """Write to one keyring the rows that it lacks of the other: files as they lie there where all of a file is lacking."""
    lacking = (giver.rows & good) - taker.rows
    count = len(lacking)
    for file, rows in giver.files.items():
        if rows and lacking.issuperset(rows) and file not in taker.files:  # not there, or damaged
            taker.keyring.put(RECORDS, giver.name, file, lines(rows))
            lacking -= set(rows)
    taker.keyring.add(sorted(lacking))
    return count
