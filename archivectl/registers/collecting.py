"""What a file asks for while it is collected and opened: papers and fields, channels, a second look, and to be in time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from archivectl.i18n import N_
from archivectl.records import consent, facts, fields, identity
from archivectl.records.model import UNFILED
from archivectl.regime import spans
from archivectl.regime.model import Regime, first
from archivectl.registers import filling, materials
from archivectl.registers.owing import File, Owed, Source, responsible

DEFER = "defer"  # what holidays do to a deadline
_PROCESS = "process"
_FILED = "filed"
_SEEN = frozenset({"verified", "doubtful"})
_PERIODS = {
    "month": {"zh": "月度", "en": "month"},
    "quarter": {"zh": "季度", "en": "quarter"},
    "year": {"zh": "年度", "en": "year"},
}
_FEW = 3  # things lacking that are named one by one
# What says how a file was made and is kept, and nothing more of the customer.
_APART = frozenset(
    {"classification", "filing", "collection", "source", "retention", "consent", "purposes"}
    | {"identity_checks", "volumes", "destroyed", "withdrawn", "keys"}
)


def _papers(file: File, regime: Regime) -> Iterator[Owed]:
    """A file not handed in yet, or without all its papers."""
    lacks = materials.missing(file.data, regime)
    unfiled = file.data.get("status") in UNFILED
    due = intake_due(file.data, regime) if unfiled else None
    events = tuple((regime.get("intake.event") or {}).values())
    if lacks:
        papers = "、".join(dict.fromkeys(" / ".join(lack.papers) for lack in lacks[:_FEW])) + (" …" if len(lacks) > _FEW else "")
        say = {"sentence": N_("papers are lacking: {papers}"), "values": {"papers": papers}}
        how = f"add {file.label} document kind=…"
        yield Owed("record.add", responsible(file, regime, "who.add"), due, say, how, "files.*.papers", unless=("intake",))
    elif due or (unfiled and events and _begun(file.data)):
        say = {"sentence": N_("to be handed in"), "values": {}}
        if events:
            say = {"sentence": N_("to be handed in since: {event}"), "values": {"event": _joined(events)}}
        elif period := _period(due, regime):
            say = {"sentence": N_("to be handed in with the filing of the {period}"), "values": {"period": _PERIODS[period]}}
        who, how = responsible(file, regime, "who.submit"), f"submit {file.label}"
        path = _deadline(regime) if due else "intake.event"
        yield Owed("intake.submit", who, due, say, how, path, unless=("intake",))


def _late(file: File, regime: Regime) -> Iterator[Owed]:
    """A file that was filed after its time, until somebody has looked over why."""
    filing = file.data.get("filing") or {}
    filed = file.happened.get("filed") or str(filing.get("archived") or filing.get("opened") or "")
    due = intake_due(file.data, regime) if filed and file.data.get("status") == _FILED else None
    if spans.overdue(due, filed) and file.happened.get("reviewed", "") < filed[:10]:
        say = {"sentence": N_("was filed on {day}, after its time: {due}"), "values": {"day": filed[:10], "due": due}}
        who, how = responsible(file, regime, "who.review"), f"review {file.label} --outcome …"
        yield Owed("record.late", who, None, say, how, _deadline(regime), unless=("review",))


def _consent(file: File, regime: Regime) -> Iterator[Owed]:
    """A consent that runs out without another after it."""
    for item in file.data.get("consent") or ():
        if not (until := str(item.get("until") or "")[:10]) or item.get("withdrawn"):
            continue
        after = spans.span("1d").after(until) or until
        if not all(consent.consented(file.data, purpose, after) for purpose in item.get("purposes") or ("",)):
            say = {"sentence": N_("a consent of the customer runs out"), "values": {}}
            who, how = responsible(file, regime, "who.update"), f"add {file.label} consent …"
            yield Owed("record.consent", who, until, say, how, "consent.for", 30)


def _identity(file: File, regime: Regime) -> Iterator[Owed]:
    """A question about the customer's identity that waits for its reply."""
    if identity.last(file.data).get("result") == "pending":
        say = {"sentence": N_("the identity of the customer waits for a reply"), "values": {}}
        who, how = responsible(file, regime, "who.add"), f"add {file.label} identity-check date=… result=…"
        yield Owed("record.identity", who, None, say, how, "identity.for")


def _verification(file: File, regime: Regime) -> Iterator[Owed]:
    """What customers said of themselves, and what is of weight, that nobody has looked at yet."""
    rows: list[Mapping[str, Any]] = file.data.get("collection") or []
    channels, weighty = regime.get("collect.verify") or (), regime.get("intake.verify") or ()
    unseen = [row for row in rows if row.get("channel") in channels and row.get("verification") not in _SEEN]
    seen = [str(row.get("section")) for row in rows if row.get("verification") in _SEEN]
    left = [path for path in weighty if filling.filled(file.data, path) and not any(_names(name, path) for name in seen)]
    if unseen or left:
        named = [*(_collected(row) for row in unseen), *map(filling.title, left)]
        say = {"sentence": N_("to be verified: {fields}"), "values": {"fields": _joined(named)}}
        entered = f"update {file.label} --set collection[{unseen[0]['id']}].verification=verified …" if unseen else ""
        how = entered or f"add {file.label} collection section={left[0]} verification=verified …"
        path = "collect.verify" if unseen else "intake.verify"
        yield Owed("record.verify", responsible(file, regime, "who.update"), None, say, how, path)


def _collected(row: Mapping[str, Any]) -> Mapping[str, str]:
    """What was collected, by its section, or else by the channel over which it came."""
    if row.get("section"):
        return filling.title(str(row["section"]))
    return fields.known("collection[].channel").choices.get(str(row["channel"]), {"zh": row["channel"], "en": row["channel"]})


def _names(name: str, path: str) -> bool:
    """Whether what stands in a collection as its section means a field, by path or title."""
    field = fields.field_at(path)
    return fields.folded(name) in {fields.folded(each) for each in (path, *((field.zh, field.en) if field else ()))}


def _channels(file: File, regime: Regime) -> Iterator[Owed]:
    """A file that stands on fewer channels than the regime asks for."""
    found = {row.get("channel") for row in file.data.get("collection") or ()} | {(file.data.get("source") or {}).get("channel")}
    least, count = regime.get("collect.channels_at_least"), len(found - {None})
    if file.data.get("status") == _FILED and count < least:
        say = {"sentence": N_("rests on {count} channels; {least} are asked for"), "values": {"count": count, "least": least}}
        who, how = responsible(file, regime, "who.add"), f"add {file.label} collection channel=… date=…"
        yield Owed("record.channels", who, None, say, how, "collect.channels_at_least")


def _report(file: File, regime: Regime) -> Iterator[Owed]:
    """What was collected over a channel of which there are to be reports, and was not reported since."""
    asked, reported = regime.get("collect.report"), file.happened.get("reported", "")
    if asked.get("exempt") and first([{"when": asked["exempt"]}], facts.of(file.data)) is not None:
        return
    rows = [row for row in file.data.get("collection") or () if row.get("channel") in asked["what"]]
    days = sorted((str(row["date"]), row.get("by")) for row in rows if row.get("date") and str(row["date"])[:10] > reported)
    if days:
        day, by = days[0]
        within = regime.get("collect.within")
        due = spans.span(str(within)).after(day[:10], regime.calendar) if within else None
        say = {"sentence": N_("what was collected on {day} is to be reported"), "values": {"day": day[:10]}}
        who, how = (f"@{by}",) if by else tuple(asked.get("who") or ()), f"register add collection --about {file.label} mode=…"
        yield Owed("collection.enter", who, due, say, how, "collect.report")


def _complete(file: File, regime: Regime) -> Iterator[Owed]:
    """What a customer's file should hold, as the regime says it for one in this state of trade."""
    row = first(regime.get("collect.complete") or (), facts.of(file.data))
    wanted = (row or {}).get("fields") or ()
    lacking = [path for path in wanted if not filling.filled(file.data, path)]
    if row and lacking:
        begun = _begun(file.data) or str((file.data.get("filing") or {}).get("opened") or file.since)
        due = spans.span(str(row["within"])).after(begun[:10], regime.calendar) if row.get("within") else None
        ahead = round(spans.hours_between(begun[:10], due[:10]) / 24) if due else 0  # it is to be done from the beginning
        told = {"found": len(wanted) - len(lacking), "wanted": len(wanted), "fields": _joined(map(filling.title, lacking))}
        say = {"sentence": N_("complete to {found} of {wanted}; lacking: {fields}"), "values": told}
        who, how = responsible(file, regime, "who.update"), f"update {file.label} --set …"
        yield Owed("record.complete", who, due, say, how, "collect.complete", ahead)


def _lacking(file: File, regime: Regime, duty: str, path: str) -> Iterator[Owed]:
    """The fields listed at a path of the regime that a file has not."""
    wanted = regime.get(path) or ()
    if duty == "record.basics":
        asked = bool({*file.data} & _sections() - {each.partition(".")[0] for each in wanted})
    else:
        asked = file.data.get("status") == _FILED
    if asked and (lacking := [each for each in wanted if not filling.filled(file.data, each)]):
        say = {"sentence": N_("is lacking: {fields}"), "values": {"fields": _joined(map(filling.title, lacking))}}
        who, how = responsible(file, regime, "who.update"), f"update {file.label} --set {lacking[0]}=…"
        yield Owed(duty, who, None, say, how, path)


@cache
def _sections() -> frozenset[str]:
    """What tells more of a customer than the head of the file does, how the file was made apart."""
    groups = {field.path for field in fields.vocabulary().values() if "." not in field.path and field.type in {"group", "list"}}
    return frozenset(groups - _APART)


def _media(file: File, regime: Regime) -> Iterator[Owed]:
    """A medium in which the file as a whole is not kept, though every file is to be."""
    kept = (file.data.get("filing") or {}).get("media") or ()
    left = [medium for medium in regime.get("media.of_file") or () if medium not in kept]
    if left and file.data.get("status") == _FILED:
        choices = fields.known("filing.media").choices
        say = {"sentence": N_("is not kept as: {media}"), "values": {"media": _joined([choices[each] for each in left])}}
        who, how = responsible(file, regime, "who.update"), f"update {file.label} --set filing.media=…"
        yield Owed("record.media", who, None, say, how, "media.of_file")


def _joined(titles: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Titles in one text, each once; of many only the first."""
    shown = [*{each["zh"]: each for each in titles}.values()]
    more, between = " …" if len(shown) > _FEW else "", {"zh": "、", "en": ", "}
    return {language: mark.join(each[language] for each in shown[:_FEW]) + more for language, mark in between.items()}


def _begun(data: Mapping[str, Any]) -> str:
    """The day on which the business began that the file is opened for: as stated, or that of the first collection."""
    collected = min((row["date"][:10] for row in data.get("collection") or () if row.get("date")), default="")
    return str((data.get("filing") or {}).get("handled") or collected)


def _deadline(regime: Regime) -> str:
    """Where the regime says by when a file is handed in."""
    return "intake.within" if regime.get("intake.within") else "intake.windows"


def _period(due: str | None, regime: Regime) -> str:
    """What the window is of that a file is due in, where there are windows; or nothing."""
    windows = regime.get("intake.windows") or () if due and not regime.get("intake.within") else ()
    return next((str(row["of"]) for row in windows if "of" in row and int(str(due)[5:7]) in row["months"]), "")


def intake_due(data: Mapping[str, Any], regime: Regime) -> str | None:
    """The day by which a file is to be handed in: a span from its collection, or the end of the next filing window.

    Where the regime names no more than the time of a process, it is the day agreed; holidays may put the day off.
    """
    begun, within, due = _begun(data), regime.get("intake.within"), None
    if within == _PROCESS:
        due = (data.get("filing") or {}).get("agreed")
    elif begun and within:
        due = spans.span(str(within)).after(begun[:10], regime.calendar)
    elif begun:
        months = sorted({month for window in regime.get("intake.windows") or () for month in window.get("months", ())})
        due = _window(date.fromisoformat(begun[:10]), months) if months else None
    return _put_off(due, regime) if due and regime.get("intake.holidays") == DEFER else due


def _put_off(due: str, regime: Regime) -> str:
    """The first working day on or after one."""
    day = date.fromisoformat(due[:10])
    while not regime.calendar.works(day):
        day += timedelta(days=1)
    return day.isoformat() + due[10:]


def _window(day: date, months: list[int]) -> str:
    """The last day of the first of these months that is not over on a day."""
    later = [month for month in months if month >= day.month]
    opens = date(day.year, later[0], 1) if later else date(day.year + 1, months[0], 1)
    return spans.period(opens, "month")[1].isoformat()


# What asks, and whether a regime wants it asked at all.
SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _papers: lambda regime: any(regime.get(path) for path in ("files", "intake.within", "intake.windows", "intake.event")),
    _late: lambda regime: regime.get("intake.within") or regime.get("intake.windows"),
    _consent: lambda regime: regime.get("consent.for"),
    _identity: lambda regime: regime.get("identity.for"),
    _verification: lambda regime: regime.get("collect.verify") or regime.get("intake.verify"),
    _channels: lambda regime: regime.get("collect.channels_at_least"),
    _report: lambda regime: regime.get("collect.report.what"),
    _complete: lambda regime: regime.get("collect.complete"),
    partial(_lacking, duty="record.basics", path="collect.basics"): lambda regime: regime.get("collect.basics"),
    partial(_lacking, duty="record.filing", path="intake.filing"): lambda regime: regime.get("intake.filing"),
    _media: lambda regime: regime.get("media.of_file"),
}
