"""One file of two histories: what both have since they parted, and what both changed, each in its own way.

A record is united by field and by item of its lists, an entry and a year of interactions by line, anything else as a whole.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from archivectl.records import interactions, layout
from archivectl.records import text as record_text
from archivectl.registers import entry as entries
from archivectl.verifying.union import allowed

OURS, THEIRS = "ours", "theirs"
_ABSENT: Any = object()
_MAINLINE = {"number"}  # what the history that is pushed already has stands, without asking


class Dispute(NamedTuple):
    """A place that both sides changed, each in its own way; ``place`` is empty for the whole file, a value None where it is gone.

    The values of a whole file are its bytes, those of an item of a list all it holds.
    """

    path: str
    place: str
    ours: Any
    theirs: Any


class Sides(NamedTuple):
    """The bytes of one file: on this machine, there, and where the two histories parted; None where there is none."""

    ours: bytes | None
    theirs: bytes | None
    bases: Sequence[bytes | None]


class United(NamedTuple):
    """What came of uniting one file: its bytes, what was disputed in it, and whether a tombstone put an end to it."""

    text: bytes | None
    disputes: tuple[Dispute, ...]
    stone: bool = False


Prefer = Callable[[str], str]  # which side a disputed place is taken from: OURS or THEIRS


def united(path: str, sides: Sides, prefer: Prefer) -> United:
    """Unite one file; raises what the readers of a record, an entry or interactions raise."""
    choice = allowed(sides.ours, sides.theirs, sides.bases)
    if len(choice) == 1:
        return United(_bytes(choice[0]), ())
    if sides.ours is None or sides.theirs is None or not path.startswith((layout.RECORDS, *_LINED)):
        chosen = sides.ours if prefer("") == OURS else sides.theirs
        return United(chosen, (Dispute(path, "", sides.ours, sides.theirs),))
    if path.startswith(layout.RECORDS):
        return _record(path, sides.ours, sides.theirs, sides.bases, prefer)
    return United(_LINED[f"{path.partition('/')[0]}/"](path, sides.ours, sides.theirs, sides.bases), ())


def _bytes(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _record(path: str, ours: bytes, theirs: bytes, bases: Sequence[bytes | None], prefer: Prefer) -> United:
    one, two = record_text.parse(ours, path), record_text.parse(theirs, path)
    parted = [record_text.parse(text, path) if text else None for text in bases]
    if (one.gone or two.gone) and not any(base and base.gone for base in parted):  # what was destroyed stays so
        return United(theirs if two.gone else ours, (), stone=not (one.gone and two.gone))
    tally = _Tally(path, prefer, [])
    data = tally.mapping(one.data, two.data, [base.data if base else {} for base in parted], "")
    return United(record_text.dump(data), tuple(tally.disputes))


class _Tally(NamedTuple):
    """A record under way: how disputed places are chosen, and which there were."""

    path: str
    prefer: Prefer
    disputes: list[Dispute]

    def mapping(
        self, ours: Mapping[str, Any], theirs: Mapping[str, Any], bases: Sequence[Mapping[str, Any]], before: str
    ) -> dict[str, Any]:
        """A group: every key that either side has, unless it goes."""
        found = {}
        for key in dict.fromkeys((*theirs, *ours)):
            one, two, *parted = (side.get(key, _ABSENT) for side in (ours, theirs, *bases))
            found[key] = self.value(one, two, parted, before + key)
        return {key: value for key, value in found.items() if value is not _ABSENT}

    def value(self, ours: Any, theirs: Any, bases: Sequence[Any], place: str) -> Any:  # noqa: ANN401 - any value of a record
        """One value of a group."""
        choice = allowed(ours, theirs, bases)
        if len(choice) == 1:
            return choice[0]
        some = [each for each in (ours, theirs) if each is not _ABSENT]
        if all(isinstance(each, Mapping) for each in some):
            groups = [each if isinstance(each, Mapping) else {} for each in (ours, theirs, *bases)]
            return self.mapping(groups[0], groups[1], groups[2:], f"{place}.") or _ABSENT
        if all(isinstance(each, list) and all(isinstance(item, Mapping) for item in each) for each in some):
            rows = [each if isinstance(each, list) else [] for each in (ours, theirs, *bases)]
            return self.items(rows[0], rows[1], rows[2:], place) or _ABSENT
        return self.disputed(place, ours, theirs)

    def items(
        self, ours: Sequence[Any], theirs: Sequence[Any], bases: Sequence[Sequence[Any]], place: str
    ) -> list[Mapping[str, Any]]:
        """A list of items, matched by id: those there in their order, then those that only this side has."""
        by_id = [{str(item.get("id")): item for item in rows} for rows in (ours, theirs, *bases)]
        found = []
        for name in dict.fromkeys((*by_id[1], *by_id[0])):
            one, two, *parted = (rows.get(name, _ABSENT) for rows in by_id)
            found.append(self.item(one, two, parted, f"{place}[{name}]"))
        return [item for item in found if item is not _ABSENT]

    def item(self, ours: Any, theirs: Any, bases: Sequence[Any], place: str) -> Any:  # noqa: ANN401 - an item, or nothing
        """One item: who was forgotten stays so; what one side took out and the other changed is disputed as a whole."""
        choice = allowed(ours, theirs, bases)
        if len(choice) == 1:
            return choice[0]
        if _ABSENT in (ours, theirs):
            return self.disputed(place, ours, theirs)
        for each in (theirs, ours):
            if "forgotten" in each:
                return each
        return self.mapping(ours, theirs, [base if base is not _ABSENT else {} for base in bases], f"{place}.")

    def disputed(self, place: str, ours: Any, theirs: Any) -> Any:  # noqa: ANN401 - any value of a record
        """The side that is preferred, noted as disputed unless it goes without saying."""
        if place in _MAINLINE:
            return theirs
        told = [None if each is _ABSENT else each for each in (ours, theirs)]
        self.disputes.append(Dispute(self.path, place, *told))
        return ours if self.prefer(place) == OURS else theirs


def _settled(ours: Any, theirs: Any, bases: Sequence[Any]) -> Any:  # noqa: ANN401 - an id or a line
    """What goes without saying: what one side alone changed, else what is there."""
    choice = allowed(ours, theirs, bases)
    return choice[0] if len(choice) == 1 else theirs


def _entry(path: str, ours: bytes, theirs: bytes, bases: Sequence[bytes | None]) -> bytes:
    """An entry's events: those there, then those that only this side has."""
    one, two = entries.parse(ours, path), entries.parse(theirs, path)
    known = {event.id for event in two.events}
    lines = [event.line for event in (*two.events, *(event for event in one.events if event.id not in known))]
    number = _settled(one.id, two.id, [entries.parse(text, path).id if text else None for text in bases])
    return entries.text(number, two.head, lines).encode()


def _year(path: str, ours: bytes, theirs: bytes, bases: Sequence[bytes | None]) -> bytes:
    """A year of interactions: those there, then those that only this side has; what one side took out is gone."""
    uid, _rows = interactions.parse(theirs, path)
    by_id = [{row["id"]: row for row in interactions.parse(text, path)[1]} if text else {} for text in (theirs, ours, *bases)]
    found = [
        _settled(by_id[1].get(name), by_id[0].get(name), [rows.get(name) for rows in by_id[2:]]) for name in by_id[0] | by_id[1]
    ]
    return interactions.written(uid, filter(None, found))


_LINED = {layout.REGISTERS: _entry, layout.INTERACTIONS: _year}
