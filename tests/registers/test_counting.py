"""Inventories as calculation: what is missing, away, too much or in the wrong place follows from the events alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archivectl.registers import counting
from archivectl.registers.fold import Case
from registers.entries import DAY, Made, case, event

A, B, C, D = ("A" * 26, "B" * 26, "C" * 26, "D" * 26)
PLACES = st.text(st.sampled_from("37柜层 %@-"), max_size=5).map(str.strip)


def inventory(expected: str, *batches: str, strange: int = 0) -> Case:
    """An inventory of these items, counted in these batches."""
    rows = [event("s", "start", data={"expected": expected})]
    for number, batch in enumerate(batches):
        rows.append(event(f"b{'ABCDEFG'[number]}", "count", "s", data={"seen": batch, "strange": strange}))
    return case("inventory", *rows, made=Made(about=(), columns={"unit": "record"}, number="PD-2026-0001"))


@given(st.dictionaries(st.sampled_from([A, B, C, f"{D}/vAAAAA"]), PLACES))
def test_items_and_places_are_read_as_they_were_written(items: dict[str, str]) -> None:
    text = counting.written(items)
    assert counting.read(text) == items
    assert "\n" not in text


def test_a_place_is_named_once_however_many_items_stand_there() -> None:
    assert counting.written({A: "3柜 1层", B: "", C: "3柜 1层"}) == f"{B} @3柜%201层 {A} {C}"


def test_what_was_not_seen_is_missing_unless_it_is_away_and_the_newest_place_counts() -> None:
    found = counting.tally(inventory(f"@3柜 {A} {B} {C}", f"@7柜 {A}", f"@3柜 {A} @7柜 {B} {D}", strange=2), [C])
    assert (found.missing, found.away, found.surplus, found.strange) == ((), (C,), (D,), 4)
    assert found.misplaced == ((B, "3柜", "7柜"),)
    assert counting.tally(inventory(f"{A} {B}", A), ()).missing == (B,)


@given(st.permutations([A, B, C]), st.integers(0, 3))
def test_batches_change_nothing(order: list[str], cut: int) -> None:
    one = counting.tally(inventory(f"{A} {B} {D}", " ".join(order)), ())
    two = counting.tally(inventory(f"{A} {B} {D}", *filter(None, (" ".join(order[:cut]), " ".join(order[cut:])))), ())
    assert {name: set(getattr(one, name)) for name in ("missing", "surplus")} == {
        name: set(getattr(two, name)) for name in ("missing", "surplus")
    }
    assert (set(one.missing), set(one.surplus)) == ({D}, {C})


@pytest.mark.parametrize(
    ("recorded", "at", "wrong"),
    [("3柜2层", "3柜", False), ("3柜", "3柜2层", False), ("3柜", "7柜", True), ("", "7柜", False), ("3柜", "", False)],
)
def test_a_place_contradicts_another_only_where_neither_is_part_of_the_other(recorded: str, at: str, *, wrong: bool) -> None:
    assert counting.elsewhere(recorded, at) is wrong


class Beside:
    """A world of these entries."""

    def __init__(self, *entries: Case) -> None:
        self.entries = entries

    def cases(self, uid: str) -> list[Case]:
        """The entries about a record."""
        return [one for one in self.entries if uid in one.entry.uids]


def lent(part: str = "") -> Case:
    """A loan of the file, or of a part of it, that is out."""
    about = ({"uid": A, **({"part": part} if part else {})},)
    rows = (event("r", "request", data={"rule": {}}), event("h", "hand_out", "r", data={"due": DAY}))
    return case("loan", *rows, made=Made(about=about, number="JY-2026-0001"))


@pytest.mark.parametrize(
    ("item", "beside", "away"),
    [
        (A, lent(), True),
        (A, lent("documents[dAAAAA]"), False),
        (f"{A}/vAAAAA", lent("volumes[vAAAAA]"), True),
        (f"{A}/vAAAAA", lent("volumes[vBBBBB]"), False),
        (f"{A}/vAAAAA", lent(), True),
        (B, lent(), False),
    ],
)
def test_only_what_is_lent_itself_or_with_its_file_is_away(item: str, beside: Case, *, away: bool) -> None:
    assert counting.away(Beside(beside), inventory(item)) == ([item] if away else [])  # type: ignore[arg-type]
