"""How long a file is kept, as a calculation: from its events and the rules to a day, with every step on the way."""

from collections.abc import Container, Iterable, Mapping
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from archivectl.regime import spans
from archivectl.regime.model import Regime, first

PERMANENT = "permanent"
ARCHIVED = "archived"  # the day a file was filed: the start of a term where the rule names it, and only there


class Demand(NamedTuple):
    """One word on how long: ``source`` is ``rule``, ``minimum`` or ``own``; ``until`` is None where it has no end or no start."""

    source: str
    term: str
    until: str | None


class Verdict(NamedTuple):
    """What is to become of a file, and why.

    ``state`` is ``due``, ``kept``, ``permanent``, ``awaiting-event`` or ``unstated``. ``event`` and ``date`` are what starts the
    term, ``begins`` the day it is counted from after the cut-off. ``due`` is the latest ``until`` of the demands, ``latest`` the
    day the file should be gone by. ``flags``: ``shortened`` (the file's own term is shorter than what rules),
    ``beyond-maximum`` (the minimum ends after the maximum), ``overdue`` (the maximum is over), ``unsettled`` (business is said to
    be open).
    """

    state: str
    due: str | None
    title: Any
    law: str
    event: str
    date: str
    cut_off: str
    begins: str
    demands: tuple[Demand, ...]
    at_most: str
    latest: str | None
    flags: tuple[str, ...]


def verdict(known: Mapping[str, Any], kept: Mapping[str, Any], regime: Regime, today: str) -> Verdict:
    """What the rules say of a file on a day; the longest of rule, minimum and the file's own term wins.

    Args:
        known: what ``records.facts`` tells of the file.
        kept: its section ``retention``: ``term``, ``settled``, ``events``.
        regime: the rules; read are ``keep.rules``, ``keep.minimum`` and ``keep.never_from``.
        today: the civil date of evaluation.

    Raises:
        NoSpan, NoDate, NoPeriod.
    """
    row = first(regime.get("keep.rules") or (), known) or {}
    ruled = PERMANENT if row.get("permanent") else row.get("term")
    terms = {"rule": ruled, "minimum": regime.get("keep.minimum"), "own": kept.get("term")}
    happened = [*(kept.get("events") or ())]
    if ARCHIVED in (row.get("from") or ()):
        happened.append({"event": ARCHIVED, "date": known.get(ARCHIVED)})
    event, day = _begun(happened, row.get("from"), regime.get("keep.never_from") or ())
    cut_off = str(row.get("cut_off") or "")
    begins = "" if not day else _after(day, cut_off) if cut_off else day
    unsettled = kept.get("settled") is False
    started = "" if unsettled else begins
    demands = tuple(Demand(source, str(term), _end(str(term), started)) for source, term in terms.items() if term)
    at_most = str(row.get("at_most") or "")
    latest = _end(at_most, started) if at_most else None
    state, due = _state(demands, started, today)
    flags = _flags(demands, state, due, latest, today) + (("unsettled",) if unsettled else ())
    about = row.get("title", ""), str(row.get("law") or "")
    return Verdict(state, due, *about, event, day, cut_off, begins, demands, at_most, latest, flags)


def _begun(events: Iterable[Mapping[str, Any]], wanted: Any, never: Container[object]) -> tuple[str, str]:  # noqa: ANN401 - a list or None
    """The last dated event that starts the term; what the rules call no start, such as stopped trade, never is one."""
    fit = [one for one in events if one.get("date") and one.get("event") not in never]
    fit = [one for one in fit if not wanted or one.get("event") in wanted]
    last = max(fit, key=lambda one: str(one["date"]), default={})
    return str(last.get("event") or ""), str(last.get("date") or "")[:10]


def _state(demands: tuple[Demand, ...], begins: str, today: str) -> tuple[str, str | None]:
    if not demands:
        return "unstated", None
    if any(_is_endless(demand.term) for demand in demands):
        return "permanent", None
    if not begins:
        return "awaiting-event", None
    due = max(str(demand.until) for demand in demands)
    return "due" if today[:10] >= due else "kept", due


def _flags(demands: tuple[Demand, ...], state: str, due: str | None, latest: str | None, today: str) -> tuple[str, ...]:
    own = next((demand for demand in demands if demand.source == "own"), None)
    shorter = own is not None and not _is_endless(own.term) and (state == "permanent" or (due and str(own.until) < due))
    found = {
        "shortened": shorter,
        "beyond-maximum": latest is not None and (state == "permanent" or (due is not None and due > latest)),
        "overdue": latest is not None and today[:10] > latest,
    }
    return tuple(name for name, holds in found.items() if holds)


@cache
def _is_endless(term: str) -> bool:
    return term == PERMANENT or spans.span(term).after("2000-01-01") is None


@lru_cache(4096)  # a list asks for the same days over and over
def _end(term: str, begins: str) -> str | None:
    found = spans.span(term).after(begins) if begins and term != PERMANENT else None
    return found[:10] if found else None


@lru_cache(4096)
def _after(day: str, cut_off: str) -> str:
    """The day after the end of the period that a day lies in: terms are counted in whole periods."""
    _start, end = spans.period(spans.moment(day).date(), cut_off)
    return (end + timedelta(days=1)).isoformat()
