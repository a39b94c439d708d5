"""Inventories as pure calculation: what was expected where, what was seen where, and what follows.

An item is a record's uid, or ``uid/volume`` where volumes are counted. Items stand in events as one text, in which ``@place``
holds for the items after it; spaces in a place are written ``%20``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

from archivectl.registers.fold import ENDED, Case
from archivectl.registers.situation import World


class Tally(NamedTuple):
    """What an inventory found: items by what is the matter with them; ``misplaced`` are item, place recorded, place seen.

    ``away`` are out of the house and not seen, ``present`` were seen although the registers say that they are out.
    """

    expected: Mapping[str, str]
    seen: Mapping[str, str]
    missing: tuple[str, ...]
    away: tuple[str, ...]
    surplus: tuple[str, ...]
    misplaced: tuple[tuple[str, str, str], ...]
    strange: int
    present: tuple[str, ...] = ()


def written(items: Mapping[str, str]) -> str:
    """Items and their places as one text, each place named once."""
    by_place: dict[str, list[str]] = {}
    for item, place in items.items():
        by_place.setdefault(place, []).append(item)
    plain = by_place.pop("", [])
    return " ".join([*plain, *(word for place, found in sorted(by_place.items()) for word in (f"@{_quoted(place)}", *found))])


def _quoted(place: str) -> str:
    return "".join(quote(letter) if letter.isspace() or letter == "%" else letter for letter in place)


def read(text: object) -> dict[str, str]:
    """Items and their places from their text; nothing from nothing."""
    found, place = dict[str, str](), ""
    for word in str(text or "").split():
        if word.startswith("@"):
            place = unquote(word[1:])
        else:
            found[word] = place
    return found


def words(text: object) -> set[str]:
    """The items in a text, without their places."""
    return set(read(text))


def expected(case: Case) -> dict[str, str]:
    """What should be there, as it was listed when the inventory began."""
    return {item: place for event in case.acts("start") for item, place in read(event.data.get("expected")).items()}


def seen(case: Case) -> dict[str, str]:
    """What was counted, and where; the newest word counts."""
    return {item: place for event in case.acts("count") for item, place in read(event.data.get("seen")).items()}


def away(world: World, case: Case) -> list[str]:
    """Of what was expected and not seen, the items that are on loan or gone for a reason."""
    there = seen(case)
    return [item for item in expected(case) if item not in there and _is_away(world, item)]


def present(world: World, case: Case, items: Iterable[str]) -> list[str]:
    """Of these items, those that were seen although the registers say that they are out of the house."""
    there = seen(case)
    return [item for item in items if item in there and next(out(world, item), None)]


def out(world: World, item: str) -> Iterator[Case]:
    """The entries under which an item is out of the house, or lost."""
    uid, _slash, volume = item.partition("/")
    for case in world.cases(uid):
        if case.marked("out") and not case.marked("in") and _out(case, uid, f"volumes[{volume}]"):
            yield case


def _is_away(world: World, item: str) -> bool:
    uid, _slash, volume = item.partition("/")
    return any(case.marked(ENDED) or (case.marked("out") and _out(case, uid, f"volumes[{volume}]")) for case in world.cases(uid))


def _out(case: Case, uid: str, part: str) -> bool:
    """Whether the whole file or that volume is lent; of a file with one document out the rest is in its place."""
    return any(about.get("uid") == uid and about.get("part") in {None, part} for about in case.entry.about)


def tally(case: Case, gone: Iterable[str], here: Iterable[str] = ()) -> Tally:
    """The result of an inventory; ``gone`` are the items that ``away`` names, ``here`` those that ``present`` does."""
    should, found, absent = expected(case), seen(case), set(gone)
    strange = sum(int(event.data.get("strange", 0)) for event in case.acts("count"))
    return Tally(
        expected=should,
        seen=found,
        missing=tuple(item for item in should if item not in found and item not in absent),
        away=tuple(item for item in should if item in absent),
        surplus=tuple(item for item in found if item not in should),
        misplaced=tuple((item, should[item], at) for item, at in found.items() if item in should and elsewhere(should[item], at)),
        strange=strange,
        present=tuple(here),
    )


def elsewhere(recorded: str, at: str) -> bool:
    """Whether two places contradict each other; one may be part of the other, and an unknown one contradicts nothing."""
    return bool(recorded and at) and not recorded.startswith(at) and not at.startswith(recorded)
