"""What a file asks for while it is kept alive: to be refreshed, completed, brought up to date after events, not forgotten."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archivectl.i18n import N_
from archivectl.records import facts, fields
from archivectl.records.model import UNFILED
from archivectl.regime import schedule, spans
from archivectl.regime.model import Regime, first
from archivectl.registers import collecting, filling
from archivectl.registers.owing import File, Owed, Source, responsible

CHANGED = "changed"  # in a file's past: the day on which it last became another
_LACKING = frozenset({"record.add", "record.complete", "record.basics", "record.filing"})
_SEEN_TO = ("review", "change.reported", "change.approved")  # what an open entry about a file sees to already


def _since(file: File, *others: str) -> str:
    """The day of the last change, or of another thing that happened to the file."""
    filing = file.data.get("filing") or {}
    begun = str(filing.get("archived") or filing.get("opened") or filing.get("handled") or file.since)[:10]
    changed = file.happened.get(CHANGED) or begun
    return max(changed, *(file.happened.get(each, "") for each in others)) if others else changed


def _refresh(file: File, regime: Regime) -> Iterator[Owed]:
    """Neither changed nor looked over for longer than its class may be."""
    stated = regime.get("update.every")
    row = first(stated, facts.of(file.data)) if isinstance(stated, list) else {"every": stated}
    if row is None or file.data.get("status") in UNFILED:
        return
    every = row["every"] if isinstance(row["every"], Mapping) else {"every": row["every"]}
    if window := schedule.schedule(every).following(_since(file, "reviewed"), regime.calendar):
        say = {"sentence": N_("nothing changed for long; to be refreshed"), "values": {}}
        yield _owed(file, regime, "record.refresh", window.due, say, "update.every")


def _improve(file: File, regime: Regime) -> Iterator[Owed]:
    """Not complete, and not improved for longer than that may be."""
    asked = (source for source, wanted in collecting.SOURCES.items() if wanted(regime))
    lacking = filling.lacking(file.data, regime) or any(one.duty in _LACKING for source in asked for one in source(file, regime))
    if lacking or file.data.get("status") in UNFILED:
        due = spans.span(str(regime.get("update.incomplete"))).after(_since(file), regime.calendar)
        say = {"sentence": N_("is not complete; to be improved"), "values": {}}
        yield _owed(file, regime, "record.improve", due, say, "update.incomplete")


def _follow(file: File, regime: Regime) -> Iterator[Owed]:
    """Something happened with the customer, and the file was not brought up to date after it."""
    after, changed = regime.get("update.after"), _since(file)
    open_ = [(day, kind) for kind in after if (day := file.happened.get(kind, "")) > changed]
    if open_:
        day, kind = min(open_)
        due = spans.span(str(after[kind])).after(day, regime.calendar)
        told: dict[str, object] = {"day": day, "what": fields.known("interactions[].kind").choices.get(kind, kind)}
        sentence = N_("to be brought up to date after: {what}, {day}")
        if fine := first(regime.get("fines") or (), {"offence": regime.get("update.offence")}):
            sentence, told = (
                N_("to be brought up to date after: {what}, {day}; who does not is fined {fine}"),
                {**told, "fine": fine["amount"]},
            )
        yield _owed(file, regime, "record.follow", due, {"sentence": sentence, "values": told}, "update.after")


def _revive(file: File, regime: Regime) -> Iterator[Owed]:
    """Nothing at all was entered for longer than a file may lie."""
    if file.data.get("status") not in UNFILED:
        due = spans.span(str(regime.get("update.idle"))).after(_since(file, *file.happened), regime.calendar)
        say = {"sentence": N_("lies idle; nothing was entered for long"), "values": {}}
        yield _owed(file, regime, "record.revive", due, say, "update.idle")


def _owed(file: File, regime: Regime, duty: str, due: str | None, say: Mapping[str, Any], path: str) -> Owed:
    who, how = responsible(file, regime, "who.update"), f"update {file.label} --set … --reason …"
    return Owed(duty, who, due, say, how, path, unless=_SEEN_TO)


SOURCES: Mapping[Source, Callable[[Regime], Any]] = {
    _refresh: lambda regime: regime.get("update.every"),
    _improve: lambda regime: regime.get("update.incomplete"),
    _follow: lambda regime: regime.get("update.after"),
    _revive: lambda regime: regime.get("update.idle"),
}


def dated(regime: Regime) -> bool:
    """Whether anything depends on the day on which a file last changed."""
    return any(wanted(regime) for wanted in SOURCES.values())
