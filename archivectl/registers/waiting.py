"""What an entry waits for: the next step, who may take it, and until when; read from its kind, so no code knows a register."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, NamedTuple

from archivectl.i18n import N_
from archivectl.regime import spans
from archivectl.regime.model import Regime
from archivectl.registers.entry import OUTSIDE
from archivectl.registers.fold import Case
from archivectl.registers.kinds import Kind, Step, resolve


class Waiting(NamedTuple):
    """The step awaited, who of them may take it, the day or time it is due, and the command that does it.

    ``who`` are posts, roles and, after ``@``, members; after ``!`` members that may not. ``due`` is None where nothing sets a
    day; ``ahead`` is how many days before it is announced; ``path`` is where the regime governs it. ``say`` may tell as ``late``
    the days after the end on which somebody is to be reminded.
    """

    step: str
    who: tuple[str, ...]
    due: str | None
    ahead: int
    say: Mapping[str, Any]
    how: str
    path: str


AHEAD = 7  # days, where a kind says nothing else


def waiting(case: Case, regime: Regime) -> Waiting | None:
    """What a case waits for, or None where it waits for nothing."""
    row = _row(case, regime)
    step = case.kind.steps.get(str(row.get("do", ""))) or case.awaiting()
    if step is None:
        return None
    due = _due(case, regime, row)
    if due is None and "due" in row and not step.chain:
        return None  # no day was promised: it may stay away as long as it is needed
    how = str(row.get("how") or step.command or ("approve" if step.chain else f"register step {{entry}} {step.name}"))
    how = how if "{entry}" in how else f"{how} {{entry}}"
    say = row.get("say") or ({"sentence": N_("waits for a signature")} if step.chain else {"word": step.name})
    late = [-day for day in _stages(row) if day <= 0]
    say = {**say, "late": late} if any(late) else say
    who = tuple(dict.fromkeys((*_who(case, step, row, regime), *_barred(case, step, row, regime))))
    return Waiting(step.name, who, due, _ahead(case, due, row), say, how.replace("{entry}", case.id), _path(case.kind, step, row))


def _row(case: Case, regime: Regime) -> Mapping[str, Any]:
    """What is to be done in this state; of several things, in any order, the first that is asked for and not done yet.

    A row among others, or one with ``times``, is done once its step was taken (so many times; a chain: once it moved on), with
    ``until`` once that told what it waits for. One with ``asked: after`` holds where the entry's own rule names its step there.
    """
    found = case.kind.waits.get(case.state, ())
    for row in found:
        step = case.kind.steps.get(str(row.get("do", "")))
        once, wanted = len(found) > 1 and not (step and step.chain), len(case.acts(row["times"])) if "times" in row else 1
        done = (once or "times" in row) and "do" in row and len(case.acts(row["do"])) >= wanted and _settled(case, row)
        wants = "if" not in row or resolve(regime, row["if"])
        wants = wants and ("asked" not in row or row["do"] in case.rule.get(row["asked"], ()))
        if not done and wants and (step is None or step.fits(case.entry.columns)):
            return dict(row)
    return {}


def _settled(case: Case, row: Mapping[str, Any]) -> bool:
    """Whether the last of such acts told what the row waits for: ``until: {unverified: 0}``."""
    return all(case.acts(row["do"])[-1].data.get(name) == value for name, value in row.get("until", {}).items())


def _who(case: Case, step: Step, row: Mapping[str, Any], regime: Regime) -> Iterator[str]:
    """Who is asked: the party that the row names, the posts of the open signatures, or those who may take the step."""
    if party := case.entry.columns.get(str(row.get("who", ""))):
        yield f"@{party}"
        return
    posts: Any = resolve(regime, step.by) or ()
    if step.chain:
        posts = [post for slot in case.open_slots(step) for post in slot.posts]
    for post in posts:
        column = case.kind.columns.get(post)
        member = case.entry.columns.get(post) if column and column.type == "member" else None
        yield f"@{member}" if member else post


def _barred(case: Case, step: Step, row: Mapping[str, Any], regime: Regime) -> Iterator[str]:
    """Who signed the chain in progress, did their part of what several do, or took part where nobody may twice."""
    apart = resolve(regime, case.kind.apart) or ()
    others = case.acts(*(name for name in apart if name != step.name)) if step.name in apart else ()
    signed = [event for _slot, event in case.closed] if step.chain else case.acts(step.name) if "times" in row else ()
    yield from (f"!{event.by}" for event in (*signed, *others) if event.by != OUTSIDE)


def _path(kind: Kind, step: Step, row: Mapping[str, Any]) -> str:
    """Where the regime governs what is waited for."""
    if "path" in row:
        return str(row["path"])
    return step.chain.removeprefix("$") if step.chain.startswith("$") else f"{kind.rules}.approve" if step.chain else ""


def _due(case: Case, regime: Regime, row: Mapping[str, Any]) -> str | None:
    """A promised day (in the newest event that states it, or a column), or a span from the event that led to the state.

    The span holds where no day is promised. A row with ``since: date`` counts it from the day in that column.
    """
    if name := row.get("due"):
        stated = (event.data[name] for event in reversed(case.done) if name in event.data)
        found = next(stated, case.entry.columns.get(name))
        if found not in (None, "unlimited"):
            return str(found)
    within = resolve(regime, row.get("within"))
    if not within or not case.done:
        return None
    start = case.entry.columns.get(str(row.get("since"))) or case.done[-1].date
    return spans.span(str(within)).after(str(start), regime.calendar)


def _ahead(case: Case, due: str | None, row: Mapping[str, Any]) -> int:
    """How many days before the end it is announced: at the earliest of the stages that lies within the time that was given."""
    given = ceil(spans.hours_between(case.done[-1].date, due) / 24) if due and case.done else 0
    if "at-once" in row.get("remind", ()) or "remind" not in row:
        return max(given, 0) if "remind" in row else AHEAD
    return max((day for day in _stages(row) if day < given), default=0)


def _stages(row: Mapping[str, Any]) -> list[int]:
    """The days before the end, after it below zero, on which a kind wants somebody reminded."""
    return [int(str(stage).removesuffix("d")) for stage in row.get("remind", ()) if stage != "at-once"]
