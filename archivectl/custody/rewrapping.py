"""Wrapping the keys of records anew for the current generation of a level key, on every core; each result is opened once."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from archivectl import crew
from archivectl.archive import Archive
from archivectl.custody import sharing
from archivectl.encryption.keyring import RECORDS, Keyring
from archivectl.encryption.rows import KeyringDamaged, Row, recipient_of, unwrapped, wrapped
from archivectl.errors import KeyMissing, Unreadable, told_by
from archivectl.i18n import N_, Sentence
from archivectl.records.sealing import Level

_SHARDS = 256  # of a keyring, by the first byte of a digest
MANY = 1 << 20  # bytes of a keyring from which on other processes are worth their start
_TELLING = N_("Re-wrapping keys")
_LOST = N_("the key of generation {generation} is not at hand")
_WRONG = N_("the row does not hold the key it names")
_DISK = N_("the system says: {problem}")


class RotationCutOff(Unreadable):
    """The system ended one of the processes that wrap keys."""

    message = "The system ended a helping process before all keys were wrapped anew; it may have been short of memory."
    hint = "Nothing is lost, and what is done stays. Go on where it stopped: archivectl key rotate {levels} --reason TEXT"


class Left(NamedTuple):
    """A key that could not be wrapped anew: whose, which one (both empty where a whole file is damaged), and why."""

    uid: str
    recipient: str
    why: Sentence
    disk: bool = False


class Rewrapped(NamedTuple):
    """How many keys were wrapped anew, and which were not."""

    done: int
    left: tuple[Left, ...]


class OneKey(NamedTuple):
    """Every row of one key at one level: those of the current generation, and older ones, newest first."""

    now: list[Row]
    old: list[Row]

    @property
    def task(self) -> "Task":
        """What a process needs to know of it."""
        row = self.old[0]
        return (
            row.level,
            row.recipient,
            [each.wrapped for each in self.now],
            [(each.generation, each.wrapped) for each in self.old],
        )


class Keys(NamedTuple):
    """The level keys in hand: the current ones with their secrets, and the secrets of older ones by level and generation."""

    current: Mapping[str, tuple[Level, str]]
    older: Mapping[tuple[str, int], str]


# Plain texts and numbers, for they go from process to process: level, recipient, wraps of today, older ones by generation;
# and the new wrap, nothing where one of today opens already, or the generation whose key is not at hand (0: no row is right).
Task = tuple[str, str, list[str], list[tuple[int, str]]]
Result = str | int | None


def unfinished(archive: Archive, level: str) -> bool:
    """Whether this keyring holds rows of a level that only an older generation of its key opens."""
    current = archive.levels[level].generation
    return current > 1 and any(_lags(archive.keyring, name, level, current) for name in archive.keyring.shards())


def _lags(keyring: Keyring, name: str, level: str, current: int) -> bool:
    """Whether a shard holds rows of older generations of a level; read in full only where its bytes look like it."""
    some = re.compile(rf'"generation":([0-9]+),"level":"{level}"'.encode())
    contents = [path.read_bytes() for path in keyring.files(RECORDS, name) if path.is_file()]
    if all(int(found) >= current for content in contents for found in some.findall(content)):
        return False
    return bool(_grouped(_all(_segments(keyring, name)[0]), {level: current}))


def rewrap(archive: Archive, levels: Sequence[str]) -> Rewrapped:
    """Bring every key of some levels under the current generation; goes on past what fails, and where it stopped before.

    Raises:
        NoIdentity, LevelKeyNotShared, LevelKeyShut: the actor has no current key of a level.
        KeyringAway, KeyringBusy, RotationCutOff.
    """
    keyring, keys = archive.keyring, _keys(archive, levels)
    current = {level: found.generation for level, (found, _secret) in keys.current.items()}
    left: list[Left] = []
    count = 0
    with keyring.alone():
        shards = keyring.shards()
        read = ((name, *_segments(keyring, name)) for name in shards)
        stale = ((name, found, damaged, _grouped(_all(found), current)) for name, found, damaged in read)
        for done, ((name, found, damaged, groups), results) in enumerate(_done(stale, keys, keyring)):
            archive.progress(_TELLING, done, len(shards))
            left += damaged
            new, spent, problems = _sorted(groups, results, current)
            left += problems
            if not archive.rehearsal:
                new, problems = _written(keyring, name, found, new, spent)
                left += problems
            count += len(new)
    return Rewrapped(count, tuple(left))


def _written(
    keyring: Keyring, name: str, segments: Mapping[Path, Sequence[Row]], new: list[Row], spent: Collection[int]
) -> tuple[list[Row], list[Left]]:
    """Put a shard in place, without the rows of these identities: the new rows in it, and those that the disk does not take."""
    if not spent:
        return [], []
    try:
        keyring.rewrite(name, segments, [*(row for row in _all(segments) if id(row) not in spent), *new])
    except OSError as error:
        why = Sentence(_DISK, problem=told_by(error))
        return [], [Left(row.uid, row.recipient, why, disk=True) for row in new]
    return new, []


def _sorted(
    groups: Sequence[OneKey], results: Sequence[Result], current: Mapping[str, int]
) -> tuple[list[Row], set[int], list[Left]]:
    """New rows, the identities of those that they stand for, and what is left over."""
    new, spent, left = list[Row](), set[int](), list[Left]()
    for group, result in zip(groups, results, strict=True):
        row = group.old[0]
        if isinstance(result, int):
            why = Sentence(_LOST, generation=result) if result else Sentence(_WRONG)
            left.append(Left(row.uid, row.recipient, why))
            continue
        spent.update(map(id, group.old))
        new += [Row(current[row.level], row.level, row.recipient, row.uid, result)] if result else []
    return new, spent, left


def _segments(keyring: Keyring, name: str) -> tuple[dict[Path, list[Row]], list[Left]]:
    """What can be read of a shard, and the files that are damaged."""
    found, left = dict[Path, list[Row]](), list[Left]()
    for path, rows in keyring.readable(name):
        if isinstance(rows, KeyringDamaged):
            left.append(Left("", "", Sentence(rows.message, **rows.values)))
        else:
            found[path] = rows
    return found, left


def _all(segments: Mapping[Path, Sequence[Row]]) -> list[Row]:
    return [row for rows in segments.values() for row in rows]


def _grouped(rows: Iterable[Row], current: Mapping[str, int]) -> list[OneKey]:
    """The keys among some rows that have wraps older than the current generation of their level."""
    by_key: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.level in current:
            by_key.setdefault((row.uid, row.recipient, row.level), []).append(row)
    found = []
    for (_uid, _recipient, level), some in by_key.items():
        old = sorted((row for row in some if row.generation < current[level]), key=lambda row: -row.generation)
        if old:
            found.append(OneKey([row for row in some if row.generation == current[level]], old))
    return found


def _keys(archive: Archive, levels: Sequence[str]) -> Keys:
    current = {
        level: (archive.levels[level], sharing.secret(archive, level, archive.levels[level].generation)) for level in levels
    }
    older = {}
    for level in levels:
        for row in archive.level_keys.levels[level]:
            if row.generation < archive.levels[level].generation:
                try:
                    older[level, row.generation] = sharing.secret(archive, level, row.generation)
                except KeyMissing:
                    continue  # each key that would need it is told
    return Keys(current, older)


def renewed(tasks: Iterable[Task], keys: Keys) -> list[Result]:
    """For each key a wrap for the current generation, opened once to prove it."""
    return [_renewed(task, keys) for task in tasks]


def _renewed(task: Task, keys: Keys) -> Result:
    name, recipient, now, old = task
    level, secret = keys.current[name]
    if any(_opened(wrap, secret, recipient) for wrap in now):
        return None
    lost = 0
    for generation, wrap in old:
        key = keys.older.get((name, generation))
        lost = lost or (0 if key else generation)
        found = _opened(wrap, key, recipient) if key else None
        if found:
            made = wrapped(found, level.recipient)
            if unwrapped(made, secret) == found:
                return made
    return lost


def _opened(wrap: str, secret: str, recipient: str) -> str | None:
    """The secret half of a recipient, where a wrap holds it."""
    try:
        found = unwrapped(wrap, secret)
    except (KeyMissing, ValueError):
        return None
    return found if recipient_of(found) == recipient else None


Shard = tuple[str, dict[Path, list[Row]], list[Left], list[OneKey]]


def _done(shards: Iterable[Shard], keys: Keys, keyring: Keyring) -> Iterator[tuple[Shard, list[Result]]]:
    """The shards with their results, in order: by this process, or where there is much to do by one for every core."""
    asked = deque[Shard]()

    def tasks() -> Iterator[list[Task]]:
        for shard in shards:
            asked.append(shard)
            yield [group.task for group in shard[3]]

    few = _SHARDS if keyring.size() < MANY else 0
    try:
        with crew.Crew(at_once=1) as helpers:
            for results in helpers.stream(partial(renewed, keys=keys), tasks(), few):
                yield asked.popleft(), results
    except crew.HelperLost as error:
        raise RotationCutOff(levels=" ".join(keys.current)) from error
