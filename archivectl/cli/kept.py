"""How long a file is kept, in sentences: every step from the rule and the event to the day."""

from typing import TYPE_CHECKING, Any

from archivectl.cli import console
from archivectl.i18n import N_, _, pick

if TYPE_CHECKING:
    from archivectl.regime.retention import Verdict

STATES = {
    "due": N_("Its time is over since {due}."),
    "kept": N_("It is kept until {due}."),
    "permanent": N_("It is kept for good."),
    "awaiting-event": N_("Nothing has begun its term yet, so it is not due."),
    "unstated": N_("Nothing says how long it is kept."),
}
SOURCES = {"rule": N_("the rule"), "minimum": N_("the minimum of the regulations"), "own": N_("the file's own term")}
ENDLESS = {"permanent": N_("for good"), "unlimited": N_("for good")}
CUT_OFFS = {"year": N_("the year"), "quarter": N_("the quarter"), "month": N_("the month")}
FLAGS = {
    "shortened": N_("The file's own term is shorter than what rules; it does not shorten it."),
    "beyond-maximum": N_("It must be kept longer than it may be: the minimum ends after the maximum of {at_most} on {latest}."),
    "overdue": N_("It should have been gone by {latest}."),
    "unsettled": N_("The business is said to be open; until it is settled nothing begins."),
}


def explained(verdict: "Verdict") -> list[str]:
    """The arithmetic, a sentence a line."""
    values: dict[str, Any] = verdict._asdict()
    lines = []
    if verdict.title or verdict.law:
        named = " · ".join(part for part in (pick(verdict.title), verdict.law) if part)
        lines.append(_("Kept by the rule: {rule}", rule=console.clean(named)))
    if verdict.date:
        begun = N_("The term starts with the event of {date}: {event}")
        lines.append(console.sentence(begun, {**values, "event": _event(verdict) or "—"}))
    if verdict.cut_off:
        counted = N_("It is counted from {begins}, the day after the end of {period}.")
        lines.append(console.sentence(counted, {**values, "period": CUT_OFFS.get(verdict.cut_off, CUT_OFFS["year"])}))
    for demand in verdict.demands:
        told = {"source": SOURCES[demand.source], "term": ENDLESS.get(demand.term, demand.term), "until": demand.until or "—"}
        lines.append(console.sentence(N_("By {source}: {term}, until {until}"), told))
    lines.append(console.sentence(STATES[verdict.state], values))
    return lines + [console.sentence(FLAGS[flag], {**values, "latest": verdict.latest or "—"}) for flag in verdict.flags]


def document(verdict: "Verdict") -> dict[str, Any]:
    """The arithmetic as scripts read it."""
    return {**verdict._asdict(), "demands": [demand._asdict() for demand in verdict.demands], "flags": list(verdict.flags)}


def reason(verdict: "Verdict") -> str:
    """In a few words why a file is due: the rule, the event and the term that decided."""
    deciding = max(verdict.demands, key=lambda demand: demand.until or "9999", default=None)
    term = str(console.said(deciding.term)) if deciding else ""
    return " · ".join(part for part in (pick(verdict.title) or verdict.law, _event(verdict), verdict.date, term) if part)


def _event(verdict: "Verdict") -> str:
    from archivectl.reports import law  # noqa: PLC0415 - only where something is kept for a time

    return law.event(verdict.event)
