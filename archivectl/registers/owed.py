"""What is due without any entry that waits: what a file itself asks for, and what the regime has done again and again.

One pass over what stands in clear: the index asks it of every file that it takes in, and keeps the answer. Nothing here depends
on the day it is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from archivectl.i18n import N_
from archivectl.records import consent, facts, identity
from archivectl.records.model import GONE
from archivectl.regime import retention, schedule, spans
from archivectl.regime.model import Regime
from archivectl.registers import materials, reviewing
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, kind, names, resolve
from archivectl.registers.relations import contacts_lacking
from archivectl.registers.waiting import AHEAD

_OWN = frozenset({"do", "title", "who", "path", "how"})
_MONTH = 28  # days; what comes round more often is told on its day, not before
_UNFILED = frozenset({"draft", "stub"})
_ALL = {"zh": "全部内容", "en": "all of it"}
_LOOKED_OVER = {
    "cycle": N_("to be looked over again"),
    "lent": N_("to be looked over since it was lent: {check}"),
    "returned": N_("to be looked over since it came back: {check}"),
    "moved": N_("to be looked over since it has a new keeper: {check}"),
}


class Owed(NamedTuple):
    """One thing to be done; ``who`` as of an entry that waits, ``due`` a day or None, ``ahead`` the days it is told before.

    ``say`` are titles, or a marked ``sentence`` and its ``values``, which may be titles too. ``unless`` names registers: an open
    entry of one of them about the file sees to it already.
    """

    duty: str
    who: tuple[str, ...]
    due: str | None
    say: Mapping[str, Any]
    how: str
    path: str
    ahead: int = AHEAD
    unless: tuple[str, ...] = ()


class File(NamedTuple):
    """A file as the index knows it: what stands in clear, what it is called, and when what happened to it last.

    ``happened`` are the days of ``reviewed``, ``lent``, ``returned``, ``moved``; ``since`` is the day the archive was founded.
    """

    data: Mapping[str, Any]
    label: str
    happened: Mapping[str, str]
    since: str


Source = Callable[[File, Regime], Iterator[Owed]]


def _who(file: File, regime: Regime, path: str) -> tuple[str, ...]:
    """Who may do it: the file's keeper and, of those that the regime names, who stands in; without a keeper, all of them."""
    posts, keeper = tuple(regime.get(path) or ()), file.data.get("keeper")
    stand_in = regime.get("who.stand_in") or ()
    return (f"@{keeper}", *(post for post in posts if post in stand_in)) if keeper else posts


def _review(file: File, regime: Regime) -> Iterator[Owed]:
    filing = file.data.get("filing") or {}
    since = file.happened.get("reviewed") or str(filing.get("archived") or filing.get("handled") or file.since)[:10]
    if file.data.get("status") in _UNFILED:
        return
    found = reviewing.due(facts.of(file.data), since, regime, file.happened)
    if found:
        say = {"sentence": _LOOKED_OVER[found.why], "values": {"check": found.check or _ALL}}
        who, how = _who(file, regime, "who.review"), f"review {file.label} --outcome …"
        yield Owed("review.conclude", who, found.due, say, how, "review.every", unless=("review",))


def _destruction(file: File, regime: Regime) -> Iterator[Owed]:
    """The longest time that law allows is over; or, where the regime wants to be told, the term is."""
    found = retention.verdict(facts.of(file.data), file.data.get("retention") or {}, regime, file.since)
    day = found.latest or (found.due if regime.get("destroy.prompt") else None)
    if day and found.state != "permanent" and "unsettled" not in found.flags:
        say = {"sentence": N_("its time is over") if not found.latest else N_("must be destroyed"), "values": {}}
        who, how = tuple(regime.get("who.destroy.propose") or ()), f"destroy propose {file.label} --reason …"
        yield Owed("destruction.propose", who, day, say, how, "keep.rules", 30, ("destruction", "hold"))


def _papers(file: File, regime: Regime) -> Iterator[Owed]:
    """A file not handed in yet, or without all its papers."""
    lacks = materials.missing(file.data, regime)
    unfiled = file.data.get("status") in _UNFILED
    due = intake_due(file.data, regime) if unfiled else None
    if lacks:
        papers = "、".join(dict.fromkeys(" / ".join(lack.papers) for lack in lacks[:3])) + (" …" if len(lacks) > 3 else "")  # noqa: PLR2004
        say = {"sentence": N_("papers are lacking: {papers}"), "values": {"papers": papers}}
        how = f"add {file.label} document kind=…"
        yield Owed("record.add", _who(file, regime, "who.add"), due, say, how, "files", unless=("intake",))
    elif due:
        say = {"sentence": N_("to be handed in"), "values": {}}
        yield Owed(
            "intake.submit",
            _who(file, regime, "who.submit"),
            due,
            say,
            f"submit {file.label}",
            "intake.within",
            unless=("intake",),
        )


def _consent(file: File, regime: Regime) -> Iterator[Owed]:
    """A consent that runs out without another after it."""
    for item in file.data.get("consent") or ():
        if not (until := str(item.get("until") or "")[:10]) or item.get("withdrawn"):
            continue
        after = spans.span("1d").after(until) or until
        if not all(consent.consented(file.data, purpose, after) for purpose in item.get("purposes") or ("",)):
            say = {"sentence": N_("a consent of the customer runs out"), "values": {}}
            who, how = _who(file, regime, "who.update"), f"add {file.label} consent …"
            yield Owed("record.consent", who, until, say, how, "consent.for", 30)


def _identity(file: File, regime: Regime) -> Iterator[Owed]:
    """A question about the customer's identity that waits for its reply."""
    if identity.last(file.data).get("result") == "pending":
        say = {"sentence": N_("the identity of the customer waits for a reply"), "values": {}}
        who, how = _who(file, regime, "who.add"), f"add {file.label} identity-check date=… result=…"
        yield Owed("record.identity", who, None, say, how, "identity.for")


def _contacts(file: File, regime: Regime) -> Iterator[Owed]:
    """Fewer people to talk to than the regime asks for."""
    if lacking := contacts_lacking(file.data, regime):
        say = {"sentence": N_("contacts are lacking: {count}"), "values": {"count": lacking}}
        who, how = _who(file, regime, "who.add"), f"add {file.label} contact name=…"
        yield Owed("record.contacts", who, None, say, how, "relations.contacts_at_least")


# What asks, and whether a regime wants it asked at all.
_SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _review: lambda regime: regime.get("review.every") or regime.get("review.focus"),
    _destruction: lambda regime: regime.get("destroy.prompt") or any("at_most" in row for row in regime.get("keep.rules") or ()),
    _papers: lambda regime: regime.get("files") or regime.get("intake.within") or regime.get("intake.windows"),
    _consent: lambda regime: regime.get("consent.for"),
    _identity: lambda regime: regime.get("identity.for"),
    _contacts: lambda regime: regime.get("relations.contacts_at_least"),
}


def sources(regime: Regime) -> tuple[Source, ...]:
    """What a regime asks of every file; nothing where it asks nothing."""
    return tuple(source for source, wanted in _SOURCES.items() if wanted(regime))


def of_file(file: File, regime: Regime, asked: tuple[Source, ...]) -> Iterator[Owed]:
    """What a file asks for. Raises NoSchedule, NoSpan, OddCondition."""
    if file.data.get("status") not in GONE:
        for source in asked:
            yield from source(file, regime)


def intake_due(data: Mapping[str, Any], regime: Regime) -> str | None:
    """The day by which a file is to be handed in: a span from its collection, or the end of the next filing window."""
    begun = min((row["date"][:10] for row in data.get("collection") or () if row.get("date")), default=None)
    begun = (data.get("filing") or {}).get("handled") or begun
    if begun is None:
        return None
    if within := regime.get("intake.within"):
        return spans.span(str(within)).after(str(begun)[:10], regime.calendar)
    months = sorted({month for window in regime.get("intake.windows") or () for month in window.get("months", ())})
    return _window(date.fromisoformat(str(begun)[:10]), months) if months else None


def _window(day: date, months: list[int]) -> str:
    """The last day of the first of these months that is not over on a day."""
    later = [month for month in months if month >= day.month]
    opens = date(day.year, later[0], 1) if later else date(day.year + 1, months[0], 1)
    return spans.period(opens, "month")[1].isoformat()


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
        command, who = _opening(its)
        for row in _turns(its):
            name, stated = str(row.get("as", its.name)), _turn(row, regime)
            own = {"title": row.get("title", dict(its.title)), "how": row.get("how", command)}
            if name in found:
                found[name] |= own
            elif stated:
                path = str(row["every"]).removeprefix("$")
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
    """The rows of ``duties`` by name; what they leave out is said."""
    found = dict[str, dict[str, Any]]()
    for row in regime.get("duties") or ():
        who = row.get("who") or ["archivist"]
        titles = {"title": row.get("title") or row["do"], "who": [who] if isinstance(who, str) else who}
        how = f"register add duty do={row['do']} result=…"
        found[row["do"]] = {"path": "duties", "how": how, **row, **titles}
    return found


def _say(title: Any) -> Mapping[str, str]:  # noqa: ANN401 - a text, or titles
    return title if isinstance(title, Mapping) else {"zh": str(title), "en": str(title)}


def _opening(its: Kind) -> tuple[str, Any]:
    """The command that opens an entry, and who may."""
    step = next(step for step in its.steps.values() if not step.start)
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
        found[name] = case.done[-1].date[:10]
    return found


def named(text: str, regime: Regime) -> str | None:
    """The duty of that name or title."""
    titles = {name: row["title"] for name, row in plain(regime).items()}
    return next(
        (name for name, each in titles.items() if text in {name, *(each.values() if isinstance(each, dict) else ())}), None
    )
