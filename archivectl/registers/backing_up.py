"""When the next backup is to be made, and when one is to be restored on trial; pure calculation."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from archivectl.regime import schedule
from archivectl.regime.model import Regime
from archivectl.regime.spans import moment
from archivectl.registers.fold import Case


class Turn(NamedTuple):
    """A backup to be made (``make``) or restored on trial (``verify``) by a day; ``path`` is what the regime says of it."""

    act: str
    due: str
    path: str


def turns(regime: Regime, register: Sequence[Case], since: str) -> list[Turn]:
    """What is due next, by ``backup.every`` or ``backup.day`` (of each month) and by ``backup.verify_every``.

    Raises NoSchedule.

    Args:
        regime: the rules in force.
        register: the entries of the kind ``backup``.
        since: the day the archive was founded, from which the first turn counts.
    """
    made, tried = (_last(register, *acts) for acts in (("make", "verify"), ("verify",)))
    found = list[Turn]()
    if (every := regime.get("backup.every")) and (due := _following(every, made or since, regime)):
        found.append(Turn("make", due, "backup.every"))
    if day := regime.get("backup.day"):
        found.append(Turn("make", _on_day(int(day), made or since), "backup.day"))
    if made and (every := regime.get("backup.verify_every")) and (due := _following(every, tried or _first(register), regime)):
        found.append(Turn("verify", due, "backup.verify_every"))
    return sorted(found, key=lambda turn: turn.due)


def _last(register: Sequence[Case], *acts: str) -> str:
    return max((event.date[:10] for case in register for event in case.acts(*acts)), default="")


def _first(register: Sequence[Case]) -> str:
    return min(event.date[:10] for case in register for event in case.acts("make", "verify"))


def _following(stated: Any, since: str, regime: Regime) -> str | None:  # noqa: ANN401 - a span, or a schedule as a mapping
    shaped = stated if isinstance(stated, dict) else {"every": stated}
    window = schedule.schedule(shaped).following(since, regime.calendar)
    return window.due if window else None


def _on_day(day: int, since: str) -> str:
    """The first such day of a month after another day; the last one of a month that is shorter."""
    begun = moment(since).date()
    for first in (begun.replace(day=1), begun.replace(day=1) + timedelta(days=32)):
        found = date(first.year, first.month, min(day, monthrange(first.year, first.month)[1]))
        if found > begun:
            break
    return found.isoformat()
