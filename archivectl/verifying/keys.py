"""Keys and sealed values of a record or an entry: what their writer could rightly have written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archivectl.encryption import envelope
from archivectl.i18n import N_, Sentence
from archivectl.members.member import Member
from archivectl.records.sealing import KeyRow, key_of, stands_below


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote, the generations of the level keys then, and whether a recipient serves anything else already."""

    member: Member
    generations: Mapping[str, int]
    is_taken: Callable[[str], bool]

    def epoch(self, level: str) -> int:
        """The epoch that a key minted by this writer bears."""
        return self.generations.get(level, 0) if self.member.cleared(level) else 0


def minted(rows: Iterable[KeyRow], known: Iterable[KeyRow], writer: Writer) -> Iterator[Sentence]:
    """What is wrong with new rows of a list of keys."""
    ids = {row["id"] for row in known}
    for row in rows:
        if row["id"] in ids:
            yield Sentence(N_("the key {key} is listed twice"), key=row["id"])
        ids.add(row["id"])
        if row["id"] != envelope.key_id(row["recipient"]):
            yield Sentence(N_("the key {key} does not have the id of its recipient"), key=row["id"])
        if writer.is_taken(row["recipient"]):
            yield Sentence(N_("the key {key} is one of something else already"), key=row["id"])
        if row["epoch"] != writer.epoch(row["level"]):
            message = N_("the key {key} is of epoch {epoch}, where it must be {wanted}")
            yield Sentence(message, key=row["id"], epoch=row["epoch"], wanted=writer.epoch(row["level"]))


def kept(before: Sequence[KeyRow], after: Sequence[KeyRow]) -> bool:
    """Whether every row of a list of keys stands as it stood."""
    return list(after[: len(before)]) == list(before)


def sealed(value: str, path: str, of: str, rows: Sequence[KeyRow], writer: Writer) -> Iterator[Sentence]:
    """What is wrong with a newly sealed value at a path, whose key must belong to ``of``."""
    parsed = envelope.parse(value)
    if parsed is None:
        yield Sentence(N_("the encrypted value at {place} is damaged"), place=path)
        return
    if not parsed.alone:
        yield Sentence(N_("the value at {place} is encrypted for somebody besides the key it names"), place=path)
    row = key_of(rows, value)
    if row is None or row["level"] != parsed.level or row["of"] != of:
        yield Sentence(N_("the value at {place} is sealed with a key that is not one of {of}"), place=path, of=of)
    elif writer.member.cleared(parsed.level) and row["epoch"] != writer.epoch(parsed.level):
        yield Sentence(N_("the value at {place} is sealed with a key that is not of the current epoch"), place=path)


def resealed(old: Mapping[str, object], changed: Mapping[str, object], rows: Iterable[KeyRow]) -> bool:
    """Whether all that changed are sealed values, each no lower than it was and under a key that is not among these rows."""
    known = {row["id"] for row in rows}
    for path, value in changed.items():
        was, now = (envelope.parse(each) if isinstance(each, str) else None for each in (old.get(path), value))
        if was is None or now is None or now.key_id in known:
            return False
        if envelope.LEVELS.index(now.level) < envelope.LEVELS.index(was.level):
            return False
    return True


def too_low(value: object, path: str, level: str) -> Iterator[Sentence]:
    """What is wrong with a value at a path that asks for a level."""
    if stands_below(value, level):
        message = N_("the value at {place} stands lower than {level}, to which the grade of the file raises it")
        yield Sentence(message, place=path, level=Sentence(level))


def lifted(before: object, after: object, level: str) -> bool:
    """Whether a value that stood below a level stands at it now: sealed anew, as far as anybody sees without a key."""
    return stands_below(before, level) and after is not None and not stands_below(after, level)


def overwritten(before: object, path: str, writer: Writer) -> Iterator[Sentence]:
    """What is wrong with replacing or taking away the value that stood at a path."""
    parsed = envelope.parse(before) if isinstance(before, str) and envelope.is_sealed(before) else None
    if parsed is not None and not writer.member.cleared(parsed.level):
        yield Sentence(N_("the value at {place} was replaced or taken away by someone who may not read it"), place=path)
