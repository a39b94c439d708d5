"""When backups are due: by an interval or a day of the month, and their trials."""

from typing import Any

import pytest

from archivectl.registers.backing_up import turns
from archivectl.registers.fold import Case
from registers.entries import Made, case, event, regime

FOUNDED = "2026-01-15"


def backup(*done: tuple[str, str]) -> Case:
    """A backup with these acts on these days."""
    before = ["", *(act for act, _day in done)]
    rows = [event(act, act, *filter(None, [before[place]]), date=day) for place, (act, day) in enumerate(done)]
    return case("backup", *rows, made=Made(about=()))


@pytest.mark.parametrize(
    ("stated", "done", "due"),
    [
        ({"every": None, "day": None, "verify_every": None}, [], []),
        ({"every": "regularly"}, [], []),
        ({"every": "1mo"}, [], [("make", "2026-02-15")]),
        ({"every": "1mo"}, [("begin", "2026-02-01")], [("make", "2026-02-15")]),
        ({"every": "1mo"}, [("begin", "2026-02-01"), ("make", "2026-02-01")], [("make", "2026-03-01")]),
        ({"day": 1}, [], [("make", "2026-02-01")]),
        ({"day": 1}, [("begin", "2026-02-03"), ("make", "2026-02-03")], [("make", "2026-03-01")]),
        ({"day": 1}, [("begin", "2026-03-01"), ("make", "2026-03-01")], [("make", "2026-04-01")]),
        ({"day": 20}, [], [("make", "2026-01-20")]),
        ({"day": 31}, [("begin", "2026-01-31"), ("make", "2026-01-31")], [("make", "2026-02-28")]),
        ({"verify_every": "1y"}, [], []),
        ({"verify_every": "1y"}, [("begin", "2026-02-01"), ("make", "2026-02-01")], [("verify", "2027-02-01")]),
        (
            {"verify_every": "1y"},
            [("begin", "2026-02-01"), ("make", "2026-02-01"), ("verify", "2026-05-01")],
            [("verify", "2027-05-01")],
        ),
        (
            {"verify_every": "1y"},
            [("begin", "2026-02-01"), ("make", "2026-02-01"), ("fault", "2026-05-01")],
            [("verify", "2027-02-01")],
        ),
    ],
)
def test_turns(stated: dict[str, Any], done: list[tuple[str, str]], due: list[tuple[str, str]]) -> None:
    register = [backup(*done)] if done else []
    assert [(turn.act, turn.due) for turn in turns(regime(house={"backup": stated}), register, FOUNDED)] == due
