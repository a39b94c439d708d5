"""Two commits made one: which files the merge has, what is disputed in them, and what gets another number."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from archivectl.blocks import NUMBERED
from archivectl.errors import Refused
from archivectl.merging import pieces
from archivectl.merging.pieces import Dispute, Sides
from archivectl.merging.renumbering import number, renumbered
from archivectl.records import interactions, layout
from archivectl.store.comparing import bases, compared, texts
from archivectl.store.contents import Kept
from archivectl.store.objects import object_id
from archivectl.store.repository import Repository
from archivectl.verifying import parts
from archivectl.verifying.union import allowed

_ATTACHED = (layout.INTERACTIONS, layout.OBJECTS)
_LEVELS = "keys/levels.yaml"


class Unrelated(Refused):
    """Two histories that never were one."""

    message = "What the git remote has is the history of another archive."
    hint = "See where it leads (git remote -v), and give this archive a remote of its own: git remote set-url origin URL"


class BothRotated(Refused):
    """Level keys that two machines changed at once: one of the two new keys would be lost."""

    message = "Both here and on the git remote level keys were rotated, or recovery renewed, since the histories parted."
    hint = (
        "What is pushed stays. Put back a backup of this machine from before its rotation, enter again what was done since, then "
        "sync: archivectl backup restore"
    )


class Renumbering(NamedTuple):
    """A file that got another number, because the other side had given it to something else."""

    uid: str
    before: str
    after: str


@dataclass(slots=True)
class Merge:
    """What a merge is, on top of the commit there: files by path, what was disputed, what got another number.

    ``dropped`` are numbers of files that one side destroyed or withdrew and the other changed, ``lost`` the places of scans that
    gave way. ``rules`` says whether both sides changed control files, which takes an administrator.
    """

    writes: dict[str, bytes | Kept | None] = field(default_factory=dict)
    disputes: list[Dispute] = field(default_factory=list)
    renumbered: list[Renumbering] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    rules: bool = False


class Place(NamedTuple):
    """The blob ids at one path: here, there, and where the histories parted."""

    path: str
    ours: str | None
    theirs: str | None
    bases: tuple[str | None, ...]

    @property
    def blobs(self) -> tuple[str | None, ...]:
        """All of them, in that order."""
        return (self.ours, self.theirs, *self.bases)

    @property
    def choice(self) -> list[str | None]:
        """What may stand there: one blob, unless both sides changed it."""
        return list(allowed(self.ours, self.theirs, self.bases))  # type: ignore[arg-type]  # of what it was given


Prefer = Callable[[str, str], str]  # by the path of a file and a place in it: OURS or THEIRS
Version = tuple[str, bytes]  # path and bytes


def merge(repository: Repository, ours: str, theirs: str, prefer: Prefer, instead: Callable[[str], str]) -> Merge:
    """Unite two commits, nothing written.

    Args:
        repository: has both.
        ours: the commit of this machine.
        theirs: the one that is pushed, whose numbers stand.
        prefer: which side a disputed place is taken from.
        instead: the path of a new number, by a path that two files have.

    Raises:
        Unrelated, BothRotated, and what the readers of records, entries and interactions raise.
    """
    names = bases(repository, ours, theirs)
    if not names:
        raise Unrelated
    places = list(_places(repository, ours, theirs, names))
    found = Merge(rules=_both_changed_rules(places))
    settled = {place.path: place.choice[0] for place in places if len(place.choice) == 1}
    disputed = [place for place in places if place.path not in settled]
    if any(place.path == _LEVELS for place in disputed):
        raise BothRotated
    moved = [place for place in places if None in place.blobs] if disputed or both_added(places) else []
    known = texts(repository, dict.fromkeys(blob for place in (*disputed, *moved) for blob in place.blobs if blob))
    result: dict[str, bytes | Kept | None] = {path: Kept(blob) if blob else None for path, blob in settled.items()}
    result |= _united(found, _groups(disputed, [*disputed, *moved], known), prefer, instead)
    _clear(repository, places, result, found)
    there = {place.path: place.theirs for place in places}
    found.writes = {path: content for path, content in result.items() if _blob(content) != there.get(path)}
    return found


def both_added(places: Iterable[Place]) -> bool:
    """Whether each side added something under a number: perhaps one file, filed under two."""
    fresh = [place for place in places if place.path.startswith(layout.NUMBERED) and not any(place.bases)]
    return all(any(place.blobs[side] for place in fresh) for side in (0, 1))


def _places(repository: Repository, ours: str, theirs: str, names: Sequence[str]) -> Iterator[Place]:
    """Every path at which the two differ."""
    differing, *since = compared(repository, [(ours, theirs), *((ours, base) for base in names)])
    parted = [{change.path: change.before for change in changes} for changes in since]
    for change in differing:
        yield Place(change.path, change.after, change.before, tuple(before.get(change.path, change.after) for before in parted))


def _both_changed_rules(places: Iterable[Place]) -> bool:
    own = [place for place in places if layout.is_control(place.path)]
    return all(any(place.blobs[side] != base for place in own for base in place.bases) for side in (0, 1))


def _groups(
    disputed: Sequence[Place], candidates: Iterable[Place], known: Mapping[str, bytes]
) -> dict[str, list[Version | None]]:
    """The versions of every file that is disputed, as ours, theirs and the bases have it, wherever each of them has it."""
    groups, wanted = dict[str, list[Version | None]](), dict[str, None]()
    for place in dict.fromkeys(candidates):
        for side, blob in enumerate(place.blobs):
            if blob is None:
                continue
            uid = parts.uid_of(known[blob]) if place.path.startswith(layout.NUMBERED) else ""
            key = uid or place.path
            versions = groups.setdefault(key, [None] * len(place.blobs))
            versions[side] = (place.path, known[blob])
            if place in disputed or (versions[0] and versions[1]):
                wanted[key] = None
    return {key: groups[key] for key in wanted}


def _gives_way(versions: Sequence[Version | None]) -> bool:
    """Whether a file stands where the commit there does not have it."""
    paths = [version[0] if version else None for version in versions]
    return allowed(paths[0], paths[1], paths[2:])[-1] != paths[1]


def _united(
    found: Merge, groups: Mapping[str, list[Version | None]], prefer: Prefer, instead: Callable[[str], str]
) -> dict[str, bytes | Kept | None]:
    """What stands at every path of some files that both sides changed; what is pushed keeps its place."""
    result = dict[str, bytes | Kept | None]()
    for uid, versions in sorted(groups.items(), key=lambda group: _gives_way(group[1])):
        ours, theirs, *parted = versions
        paths = [version[0] if version else None for version in versions]
        choice = [path for path in allowed(paths[0], paths[1], paths[2:]) if path]
        path = str(choice[-1] if choice else paths[1] or paths[0])
        told = paths[0] or path
        sides = Sides(ours and ours[1], theirs and theirs[1], [base and base[1] for base in parted])
        made = pieces.united(told, sides, partial(prefer, told))
        found.disputes += made.disputes
        found.dropped += [number(told)] if made.stone else []
        for old in filter(None, paths):
            result.setdefault(old, None)
        text = made.text
        if text is not None and result.get(path) is not None:
            to = instead(path)
            found.renumbered.append(Renumbering(uid, number(path), number(to)))
            path, text = to, renumbered(text, path, to)
        elif ours and theirs and NUMBERED.fullmatch(ours[0]) and path == theirs[0] != ours[0]:
            found.renumbered.append(Renumbering(uid, number(ours[0]), number(path)))
        if text is not None:
            result[path] = text
        found.lost |= (
            _unnamed(text, [version[1] for version in (ours, theirs) if version]) if path.startswith(layout.RECORDS) else set()
        )
    return result


def _unnamed(text: bytes | None, versions: Iterable[bytes]) -> set[str]:
    """Where the scans lie that a side of a record names, and what stands does not."""
    left = set(parts.objects_in(text or b""))
    return {layout.attached(digest) for version in versions for digest in parts.objects_in(version) if digest not in left}


def _clear(repository: Repository, places: Sequence[Place], result: dict[str, bytes | Kept | None], found: Merge) -> None:
    """Take out what stands for nothing any more: scans that gave way, and what the other side added to what is destroyed."""
    added = [place.path for place in places if place.path.startswith(_ATTACHED) and result[place.path]]
    for place in places if added else ():
        content = result.get(place.path)
        if not (content and place.path.startswith(layout.RECORDS)):
            continue
        merged = repository.contents.one(content.blob) if isinstance(content, Kept) else content
        if not parts.is_stone(merged):
            continue
        folder = interactions.folder(parts.uid_of(merged))
        lost = _unnamed(None, (repository.contents.one(blob) for blob in place.blobs if blob))
        gone = {path: None for path in added if path.startswith(folder) or path in lost}
        result |= gone
        found.dropped += [number(place.path)] if gone and number(place.path) not in found.dropped else []
    result |= dict.fromkeys(found.lost.intersection(added))


def _blob(content: bytes | Kept | None) -> str | None:
    if isinstance(content, Kept):
        return content.blob
    return None if content is None else object_id("blob", content)
