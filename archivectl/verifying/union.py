"""Merges, judged by what came of them: a merge adds nothing, so anybody may make it; what it adds is an act of who signed it.

For every field, list item, event and file, matched by uid, the merge has what one of its parents has; what one side alone changed
since the histories parted is as that side has it; and what is destroyed or forgotten stays so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archivectl.blocks import NUMBERED
from archivectl.errors import UNAPPLICABLE
from archivectl.finding import Finding
from archivectl.i18n import N_
from archivectl.records import layout
from archivectl.registers import entry as entries
from archivectl.store.comparing import bases, compared
from archivectl.store.objects import FILE, Change
from archivectl.verifying import parts
from archivectl.verifying.deed import Deed
from archivectl.verifying.parts import Part

_PARSED = (layout.RECORDS, layout.REGISTERS, layout.INTERACTIONS)
_SERIES = ("office", "kind", "year")  # what a number is of
_LOST = N_("Commit {commit} by {member} unites two histories and leaves out or changes {place} in {path}, which never changes.")
_DROPPED = N_("Commit {commit} by {member} unites two histories and leaves out or changes {path}, which never changes.")
_ORDER = N_("Commit {commit} by {member} unites two histories and puts the lines of {path} in another order.")
_TWICE = N_("Commit {commit} by {member} unites two histories and leaves two files of one uid: {path}.")
_UNITED = N_("Commit {commit} by {member} unites two histories and leaves something that cannot be read in {path}.")
_LEFT = N_("Commit {commit} by {member} unites two histories and keeps {path} of a customer whose file one of them destroyed.")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at one path, as blob ids: in the merge, in both parents, and where their histories parted."""

    path: str
    merged: str | None
    parents: tuple[str | None, str | None]
    bases: tuple[str | None, ...]

    @property
    def sides(self) -> tuple[str | None, ...]:
        """All of them: the merge, the parents, the bases."""
        return (self.merged, *self.parents, *self.bases)


@dataclass(slots=True)
class Union:
    """What came of a merge: what is wrong with it in itself, and what it did besides uniting.

    ``own`` leads from the files as uniting alone would leave them, whose texts are in ``texts``, to those of the merge;
    ``places`` names by path what differs. ``rules`` says whether both sides changed control files, ``renumbered`` are the paths
    of files that got another number because the first parent had given theirs to something else.
    """

    findings: list[Finding] = field(default_factory=list)
    own: list[Change] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    rules: bool = False
    renumbered: list[str] = field(default_factory=list)


def allowed(one: object, other: object, parted: Sequence[object]) -> list[object]:
    """What a merge may have where its parents have these, and their histories parted from those."""
    if one == other:
        return [one]
    if all(base == one for base in parted):
        return [other]
    if all(base == other for base in parted):
        return [one]
    return [one, other]


def united(deed: Deed) -> Union:
    """What a merge of two parents came to; the archive stands at the first of them, and ``deed.changes`` lead from there."""
    found = Union()
    places = list(_places(deed))
    disputed = [place for place in places if _is_disputed(place)]
    found.rules = _both_changed_rules(places)
    parsed = [place for place in disputed if place.path.startswith(_PARSED)]
    gone = _destroyed(deed, places) if parsed else set()
    for group in _groups(deed, parsed, places, twice=_both_added(places)):
        if _owner(group[0].path) in gone:
            continue
        try:
            _unite(deed, group, found, {place.path: place for place in places})
        except UNAPPLICABLE:
            path = next((place.path for place in group if place.merged), group[0].path)
            found.findings.append(deed.finding("verify/merge", _UNITED, path))
    leaving = {layout.attached(digest) for digest in _lost_objects(deed, parsed)}
    for place in disputed:
        if place.path.startswith(_PARSED):
            continue
        left = place.merged is None and place.path in leaving
        if place.merged not in allowed(*place.parents, place.bases) and not left:
            found.own.append(Change(place.path, place.parents[0], place.merged, FILE))
            found.places[place.path] = place.path
    for place in places:
        if place.merged and _owner(place.path) in gone:
            found.findings.append(deed.finding("verify/tombstone", _LEFT, place.path))
    return found


def _places(deed: Deed) -> Iterator[Place]:
    """Every path at which the merge differs from a parent."""
    one, two = deed.commit.parents
    repository = deed.past.repository
    names = bases(repository, one, two)
    theirs, *since = compared(repository, [(deed.commit.id, two), *((one, base) for base in names)])
    ours = {change.path: change for change in deed.changes}
    other = {change.path: change for change in theirs}
    parted = [{change.path: change.before for change in changes} for changes in since]
    for path in sorted({*ours, *other}):
        merged = ours[path].after if path in ours else other[path].after
        left = ours[path].before if path in ours else merged
        right = other[path].before if path in other else merged
        yield Place(path, merged, (left, right), tuple(before.get(path, left) for before in parted))


def _is_disputed(place: Place) -> bool:
    choice = allowed(*place.parents, place.bases)
    return place.merged not in choice or len(choice) > 1


def _owner(path: str) -> str:
    """The uid of the record to which a list of interactions belongs, by its place."""
    return path.split("/")[2] if path.startswith(layout.INTERACTIONS) and path.count("/") > 2 else "-"  # noqa: PLR2004


def _both_changed_rules(places: Iterable[Place]) -> bool:
    """Whether both sides changed control files since they parted."""
    own = [place for place in places if layout.is_control(place.path)]
    changed = [any(place.parents[side] != base for place in own for base in place.bases) for side in (0, 1)]
    return all(changed)


def _both_added(places: Iterable[Place]) -> bool:
    """Whether each side added something under a number: perhaps one file, under two."""
    fresh = [place for place in places if place.path.startswith(layout.NUMBERED) and not any(place.bases)]
    return all(any(place.parents[side] for place in fresh) for side in (0, 1))


def _groups(deed: Deed, disputed: Sequence[Place], places: Sequence[Place], *, twice: bool) -> Iterator[list[Place]]:
    """Places of one record, entry or list of interactions: one that a side moved stands at two, and two may stand at one.

    ``twice`` says that a file may stand at two although nothing is disputed.
    """
    moved = [place for place in places if None in place.sides and place.path.startswith(_PARSED)] if disputed or twice else []
    groups: dict[str, dict[str, Place]] = {}
    wanted = dict[str, None]()
    for place in dict.fromkeys((*disputed, *moved)):
        for uid in dict.fromkeys(parts.uid_of(deed.past.text(place.path, blob)) for blob in place.sides if blob):
            key = f"{uid} {place.path if place.path.startswith(layout.INTERACTIONS) else ''}"
            groups.setdefault(key, {})[place.path] = _of(deed, place, uid)
            if place in disputed:
                wanted[key] = None
    for key, group in groups.items():
        if key not in wanted and all(any(place.parents[side] for place in group.values()) for side in (0, 1)):
            wanted[key] = None
    yield from (list(groups[key].values()) for key in wanted)


def _of(deed: Deed, place: Place, uid: str) -> Place:
    """A place with only the files of that uid."""
    own = [blob if blob and parts.uid_of(deed.past.text(place.path, blob)) == uid else None for blob in place.sides]
    return Place(place.path, own[0], (own[1], own[2]), tuple(own[3:]))


def _version(deed: Deed, group: Sequence[Place], side: int) -> Part | None:
    """The file of a group as one side has it: 0 the merge, 1 and 2 its parents, then the bases."""
    found = [(place.path, blob) for place in group if side < len(place.sides) and (blob := place.sides[side])]
    return parts.part(deed.past.text(*found[0]), found[0][0], found[0][1]) if found else None


def _unite(deed: Deed, group: Sequence[Place], found: Union, places: Mapping[str, Place]) -> None:
    """Compare one file with what uniting alone would have made of it."""
    path = next((place.path for place in group if place.merged), group[0].path)
    if len([place for place in group if place.merged]) > 1:
        found.findings.append(deed.finding("verify/merge", _TWICE, path))
        return
    merged, one, two, *parted = (_version(deed, group, side) for side in range(3 + len(group[0].bases)))
    wrong = _wrong(merged, one, two, parted)
    if merged and two and _gave_way(deed, merged, two, wrong, places):
        found.renumbered.append(merged.path)
        return
    lines = [version.lines if version else [] for version in (merged, one, two)]
    if any(_sorted_out(lines[0], kept) for kept in lines[1:]):
        found.findings.append(deed.finding("verify/merge", _ORDER, path))
    if not wrong:
        return
    found.places[path] = next(iter(wrong)) or path
    kept = next((key for key, value in wrong.items() if value is not None), None)
    if kept is not None and not path.startswith(layout.RECORDS):
        found.findings.append(deed.finding("verify/entry", _LOST if kept else _DROPPED, path, place=kept))
        return
    found.own += _own(deed, merged, one or two, wrong, found.texts)


def _gave_way(deed: Deed, merged: Part, two: Part, wrong: Mapping[str, Any], places: Mapping[str, Place]) -> bool:
    """Whether a file differs from the second parent's by its number alone, which the first has given to something else."""
    number = "number" if merged.path.startswith(layout.RECORDS) else "id"
    taken = places[two.path].parents[0] if two.path in places else None
    was, now = (NUMBERED.fullmatch(path) for path in (two.path, merged.path))
    if wrong.keys() != {parts.PATH, number} or not (taken and was and now) or was.group(*_SERIES) != now.group(*_SERIES):
        return False
    if parts.uid_of(deed.past.text(two.path, taken)) == parts.uid_of(merged.text):
        return False
    name = str(merged.values[number])
    return merged.path == (layout.record(now["office"], name) if now["office"] else entries.path(now["kind"], now["year"], name))


def _own(
    deed: Deed, merged: Part | None, parent: Part | None, wrong: Mapping[str, Any], texts: dict[str, bytes]
) -> Iterator[Change]:
    """What leads from the file as uniting alone would have left it to that of the merge."""
    if merged is None or parent is None:
        yield from [Change(side.path, side.blob, None, "000000") for side in [parent] if side]
        yield from [Change(side.path, None, side.blob, FILE) for side in [merged] if side]
        return
    name, place = f"united {deed.commit.id} {merged.path}", str(wrong.get(parts.PATH) or merged.path)
    texts[name] = parts.undone(merged, wrong)
    if place == merged.path:
        yield Change(place, name, merged.blob, FILE)
    else:
        yield from (Change(place, name, None, "000000"), Change(merged.path, None, merged.blob, FILE))


def _wrong(merged: Part | None, one: Part | None, two: Part | None, parted: Sequence[Part | None]) -> dict[str, Any]:
    """What the merge has otherwise than it may, by place, and what it should have (None: nothing)."""
    values: list[Mapping[str, Any]] = [version.values if version else {} for version in (merged, one, two, *parted)]
    standing = [version for version in (one, two) if version and version.gone and not any(base and base.gone for base in parted)]
    result = {}
    for key in dict.fromkeys(key for each in values[:3] for key in each):
        mine, left, right, *base = (each.get(key) for each in values)
        choice = allowed(left, right, base)
        if standing:  # what was destroyed stays destroyed
            choice = [version.values.get(key) for version in standing]
        elif (keeper := _forgotten(key, one, two)) is not None:
            choice = [keeper.values.get(key)]
        elif len(choice) == 1 and _kept_whole(key, values):
            choice = [mine]
        if mine not in choice:
            result[key] = choice[0]
    return result


def _kept_whole(key: str, values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a place belongs to an item that one side took out and the other changed, and that is gone, or as changed."""
    name, bracket, _rest = key.partition("]")
    if not bracket or "[" not in name:
        return False
    mine, left, right, *parted = ({at: each[at] for at in each if at.startswith(f"{name}]")} for each in values)
    changed = left or right
    return mine in ({}, changed) and not (left and right) and all(base not in ({}, changed) for base in parted)


def _forgotten(key: str, one: Part | None, two: Part | None) -> Part | None:
    """The side that forgot the contact a place belongs to, where one did."""
    contact = key.partition("]")[0]
    marks = (version for version in (one, two) if version and f"{contact}].forgotten" in version.values)
    return next(marks, None) if key.startswith("contacts[") else None


def _sorted_out(merged: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether lines that a parent has stand in another order; one that is missing is told otherwise."""
    there = set(kept)
    return [line for line in merged if line in there] != [line for line in kept if line in set(merged)]


def _destroyed(deed: Deed, places: Iterable[Place]) -> set[str]:
    """The uids of files that became tombstones on one side and are so in the merge."""
    texts = (
        deed.past.text(place.path, place.merged) for place in places if place.merged and place.path.startswith(layout.RECORDS)
    )
    return {parts.uid_of(text) for text in texts if parts.is_stone(text)}


def _lost_objects(deed: Deed, disputed: Iterable[Place]) -> Iterator[str]:
    """The attachments that only a side of a record names which gave way, to the other or to a tombstone."""
    for place in disputed:
        if place.path.startswith(layout.RECORDS):
            named = set(parts.objects_in(deed.past.text(place.path, place.merged))) if place.merged else set()
            for blob in (*place.parents, *place.bases):
                yield from set(parts.objects_in(deed.past.text(place.path, blob))) - named if blob else ()
