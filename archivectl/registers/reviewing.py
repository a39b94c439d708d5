"""When a file is to be looked over again: by its cycle, and because of what happened to it; pure calculation."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archivectl.regime import schedule, spans
from archivectl.regime.model import Regime, first
from archivectl.registers.fold import Case


class Due(NamedTuple):
    """A review that is due by a day; ``why`` is ``cycle`` or what happened: ``lent``, ``returned``, ``moved``.

    ``check`` is what is looked at, a text or titles; nothing where that is all of the file.
    """

    due: str
    why: str
    check: Any = None


def happenings(case: Case) -> dict[str, str]:
    """What an entry says was done to its files, with the newest day: ``lent``, ``returned``, ``moved`` or ``reviewed``."""
    found = dict[str, str]()
    for event in case.done:
        if what := case.kind.steps[event.act].happened:
            found[what] = max(found.get(what, ""), event.date[:10])
    return found


def due(known: Mapping[str, Any], since: str, regime: Regime, happened: Mapping[str, str] | None = None) -> Due | None:
    """When a file is to be reviewed next, and why; None where nothing asks for it. Raises NoSchedule, NoSpan.

    Args:
        known: what ``records.facts`` tells of the file.
        since: the day of its last review or, without one, the day it was opened.
        regime: ``review.every`` is a span or a table of rules by class; ``review.focus`` lists checks of what happened to files:
            ``{when: {happened: [lent, moved]}, check: secrecy, every: 1y}``.
        happened: what ``happenings`` tells; only what happened since the last review counts.
    """
    stated = regime.get("review.every")
    row = first(stated, known) if isinstance(stated, list) else {"every": stated} if stated else None
    found = [Due(day, "cycle")] if row and (day := _next(row["every"], since, regime)) else []
    newer = {what: day for what, day in (happened or {}).items() if day > since}
    for each in regime.get("review.focus") or ():
        wanted = each.get("when", {}).get("happened", ())
        hits = [what for what in ([wanted] if isinstance(wanted, str) else wanted) if what in newer]
        others = {key: value for key, value in each.get("when", {}).items() if key != "happened"}
        if hits and first([{"when": others}], known) and (day := _next(each["every"], newer[hits[0]], regime)):
            found.append(Due(day, hits[0], each.get("check")))
    return min(found, key=lambda one: one[:2], default=None)


def _next(every: Any, since: str, regime: Regime) -> str | None:  # noqa: ANN401 - a span, or a schedule as a mapping
    if isinstance(every, Mapping):
        window = schedule.schedule(every).following(since, regime.calendar)
        return window.due if window else None
    return spans.span(str(every)).after(since, regime.calendar) if every and every != schedule.REGULARLY else None
