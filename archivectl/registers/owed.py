"""What is due without any entry that waits: what a file itself asks for, and what the regime has done again and again.

One pass over what stands in clear: the index asks it of every file that it takes in, and keeps the answer. Nothing here depends
on the day it is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from archivectl.i18n import N_
from archivectl.records import facts
from archivectl.records.model import GONE, UNFILED
from archivectl.regime import retention, schedule, spans
from archivectl.regime.model import Regime
from archivectl.registers import caring, collecting, reviewing, updating, upkeep, using
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, kind, names, resolve
from archivectl.registers.owing import File, Owed, Source, responsible
from archivectl.registers.waiting import AHEAD

_OWN = frozenset({"do", "title", "who", "path", "how", "attest"})
_TIMES = ("every", "months", "first", "last", "within", "event")
_MONTH = 28  # days; what comes round more often is told on its day, not before
_ALL = {"zh": "全部内容", "en": "all of it"}
_LOOKED_OVER = {
    "cycle": N_("to be looked over again"),
    "lent": N_("to be looked over since it was lent: {check}"),
    "returned": N_("to be looked over since it came back: {check}"),
    "moved": N_("to be looked over since it has a new keeper: {check}"),
}


def _review(file: File, regime: Regime) -> Iterator[Owed]:
    filing = file.data.get("filing") or {}
    since = file.happened.get("reviewed") or str(filing.get("archived") or filing.get("handled") or file.since)[:10]
    if file.data.get("status") in UNFILED:
        return
    found = reviewing.due(facts.of(file.data), since, regime, file.happened)
    if found:
        say = {"sentence": _LOOKED_OVER[found.why], "values": {"check": found.check or _ALL}}
        who, how = responsible(file, regime, "who.review"), f"review {file.label} --outcome …"
        path = "review.every" if found.why == "cycle" else "review.focus"
        yield Owed("review.conclude", who, found.due, say, how, path, unless=("review",))


def _destruction(file: File, regime: Regime) -> Iterator[Owed]:
    """The longest time that law allows is over; or, where the regime wants to be told, the term is."""
    found = retention.verdict(facts.of(file.data), file.data.get("retention") or {}, regime, file.since)
    prompt = regime.get("destroy.prompt")
    prompted = found.due and (spans.span(prompt).after(found.due, regime.calendar) if isinstance(prompt, str) else found.due)
    day = found.latest or (prompted if prompt else None)
    if day and found.state != "permanent" and "unsettled" not in found.flags:
        say = {"sentence": N_("its time is over") if not found.latest else N_("must be destroyed"), "values": {}}
        who, how = tuple(regime.get("who.destroy.propose") or ()), f"destroy propose {file.label} --reason …"
        path = "keep.rules" if found.latest else "destroy.prompt"
        yield Owed("destruction.propose", who, day, say, how, path, 30, ("destruction", "hold.in-force"))


def _shelving(file: File, regime: Regime) -> Iterator[Owed]:
    """A file that was taken in and is not disinfested yet: so long it is not on its shelf."""
    accepted = file.happened.get("accepted")
    if accepted and "filed" in file.happened and file.happened.get("disinfested", "") < accepted:
        say = {"sentence": N_("taken in; to be disinfested and shelved"), "values": {}}
        how = f"register add store mode=disinfest --about {file.label}"
        yield Owed("store.disinfest", tuple(regime.get("who.store") or ()), accepted, say, how, "keep.disinfest.intake")


# What asks, and whether a regime wants it asked at all.
_SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _review: lambda regime: regime.get("review.every") or regime.get("review.focus"),
    _destruction: lambda regime: regime.get("destroy.prompt") or any("at_most" in row for row in regime.get("keep.rules") or ()),
    **collecting.SOURCES,
    **caring.SOURCES,
    **updating.SOURCES,
    **upkeep.SOURCES,
    **using.SOURCES,
    _shelving: lambda regime: regime.get("keep.disinfest.intake"),
}


def sources(regime: Regime) -> tuple[Source, ...]:
    """What a regime asks of every file; nothing where it asks nothing."""
    return tuple(source for source, wanted in _SOURCES.items() if wanted(regime))


def of_file(file: File, regime: Regime, asked: tuple[Source, ...]) -> Iterator[Owed]:
    """What a file asks for. Raises NoSchedule, NoSpan, OddCondition."""
    if file.data.get("status") not in GONE:
        for source in asked:
            yield from source(file, regime)


def of_archive(regime: Regime, last: Mapping[str, str], since: str) -> Iterator[Owed]:
    """What the regime has done again and again, and the calendar of a year that nobody has written yet.

    Args:
        regime: its ``duties``, and the ``due`` of its kinds.
        last: the newest day on which each was done, by the name of the duty or of the register.
        since: the day the archive was founded.

    Raises:
        NoSchedule, NoSpan.
    """
    for name, row in routine(regime).items():
        stated = {key: value for key, value in row.items() if key not in _OWN}
        window = schedule.schedule(stated).following(last.get(name, since), regime.calendar)
        if window:
            often = spans.hours_between(window.opens[:10], window.due[:10]) < _MONTH * 24
            edge = "every" not in stated  # a window tells itself when it opens
            ahead = round(spans.hours_between(window.opens[:10], window.due[:10]) / 24) if edge else 0 if often else AHEAD
            yield Owed(f"duty.{name}", tuple(row["who"]), window.due, _say(row["title"]), row["how"], row["path"], ahead)
    year = int(since[:4])
    while not regime.calendar.unknown_years(f"{year}", f"{year}") and year < date.max.year:
        year += 1
    say = {"sentence": N_("the working days of {year} are not in the archive yet"), "values": {"year": year}}
    shown = (date(year - 1, 12, 31) - date(year - 1, 11, 1)).days
    yield Owed("regime.calendar", ("admin",), f"{year - 1}-12-31", say, f"regime calendar {year}", "calendar", shown)


def routine(regime: Regime) -> dict[str, dict[str, Any]]:
    """The rows of ``duties``, and those that the kinds state of their own registers, by name; complete with title, who and how.

    A duty that bears the name of a register is done by an entry there.
    """
    found = {name: row for name, row in plain(regime).items() if "event" not in row}
    for its in (kind(name, regime) for name in names(regime)):
        for row in _turns(its):
            (command, who), name, stated = _opening(its, row), str(row.get("as", its.name)), _turn(row, regime)
            own = {"title": row.get("title", dict(its.title)), "how": row.get("how", command)}
            if name in found:
                found[name] |= own
            elif stated:
                path = str(row["every" if resolve(regime, row["every"]) else "day"]).removeprefix("$")
                found[name] = {**own, "who": resolve(regime, who) or (), "path": path, **stated}
    return found


def _turns(its: Kind) -> list[Mapping[str, Any]]:
    """What a kind says comes round again and again in its register."""
    return [row for row in its.due if "every" in row]


def _turn(row: Mapping[str, Any], regime: Regime) -> dict[str, Any]:
    """The schedule of such a row: a span or a schedule, or a day of each month; nothing where the regime states none."""
    every, day = resolve(regime, row["every"]), resolve(regime, row.get("day"))
    if isinstance(every, Mapping):
        return dict(every)
    return {"every": every} if every else {"first": f"{day}d", "of": "month"} if day else {}


def plain(regime: Regime) -> dict[str, dict[str, Any]]:
    """The rows of ``duties`` by name, and those of ``routine`` that state a time; what they leave out is said."""
    found = dict[str, dict[str, Any]]()
    for row in (*(regime.get("duties") or ()), *_by_name(regime)):
        who = row.get("who") or ["archivist"]
        titles = {"title": row.get("title") or row["do"], "who": [who] if isinstance(who, str) else who}
        how = f"register add duty do={row['do']} result=…"
        found[row["do"]] = {"path": "duties", "how": how, **row, **titles}
    return found


def _by_name(regime: Regime) -> Iterator[dict[str, Any]]:
    """The rows of ``routine`` that state a time, without what they leave empty."""
    for name, row in (regime.get("routine") or {}).items():
        stated = {key: value for key, value in row.items() if value}
        if time := next((key for key in _TIMES if key in stated), ""):
            if stated.keys().isdisjoint({"first", "last"}):
                stated.pop("of", None)
            yield {**stated, "do": name, "path": f"routine.{name}.{time}"}


def _say(title: Any) -> Mapping[str, str]:  # noqa: ANN401 - a text, or titles
    return title if isinstance(title, Mapping) else {"zh": str(title), "en": str(title)}


def _opening(its: Kind, row: Mapping[str, Any]) -> tuple[str, Any]:
    """The command that opens an entry, and who may: by the first of the acts that count as the turn, or the kind's own first."""
    acts = row.get("acts") or [name for name, step in its.steps.items() if not step.start]
    step = its.steps[acts[0]]
    return step.command or f"register add {its.name} …", step.by


def shown(case: Case, regime: Regime) -> dict[str, str]:
    """What an entry shows to be done once more, with the day: turns of its register, or the duty that a column names."""
    found = dict[str, str]()
    for row in _turns(case.kind):
        events = case.acts(*row["acts"]) if "acts" in row else case.done if case.state in row.get("states", (case.state,)) else ()
        if events:
            found[str(row.get("as", case.kind.name))] = events[-1].date[:10]
    column = next((row["by"] for row in case.kind.due if "by" in row), None)
    if column and case.done and (name := named(str(case.entry.columns.get(column, "")), regime)):
        found[name] = case.done[0].date[:10]
    return found


def named(text: str, regime: Regime) -> str | None:
    """The duty of that name or title."""
    titles = {name: row["title"] for name, row in plain(regime).items()}
    return next(
        (name for name, each in titles.items() if text in {name, *(each.values() if isinstance(each, dict) else ())}), None
    )
