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
    day; ``ahead`` is how many days before it is announced; ``path`` is where the regime governs it.
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
    if due is None and case.due == "unlimited" and not step.chain:
        return None  # it may stay away as long as it is needed
    how = str(row.get("how") or step.command or ("approve" if step.chain else f"register step {{entry}} {step.name}"))
    how = how if "{entry}" in how else f"{how} {{entry}}"
    say = row.get("say") or ({"sentence": N_("waits for a signature")} if step.chain else {"word": step.name})
    who = tuple(dict.fromkeys((*_who(case, step, row, regime), *_barred(case, step, row, regime))))
    return Waiting(step.name, who, due, _ahead(case, due, row), say, how.replace("{entry}", case.id), _path(case.kind, step, row))


def _row(case: Case, regime: Regime) -> Mapping[str, Any]:
    """What is to be done in this state; of several things, in any order, the first that is asked for and not done yet."""
    found = case.kind.waits.get(case.state, ())
    for row in found:
        wanted = len(case.acts(row["times"])) if "times" in row else 1
        done = len(found) > 1 and "do" in row and len(case.acts(row["do"])) >= wanted
        if not done and ("if" not in row or resolve(regime, row["if"])):
            return dict(row)
    return {}


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
    """A promised day (in the newest event that states it, or a column), or a span from the event that led to the state."""
    if name := row.get("due"):
        stated = (event.data[name] for event in reversed(case.done) if name in event.data)
        found = next(stated, case.entry.columns.get(name))
        return None if found in (None, "unlimited") else str(found)
    within = resolve(regime, row.get("within"))
    return spans.span(str(within)).after(case.done[-1].date, regime.calendar) if within and case.done else None


def _ahead(case: Case, due: str | None, row: Mapping[str, Any]) -> int:
    """How many days before the end it is announced: at the earliest of the stages that lies within the time that was given."""
    given = ceil(spans.hours_between(case.done[-1].date, due) / 24) if due and case.done else 0
    stages = [str(each) for each in row.get("remind", ())]
    if not stages or "at-once" in stages:
        return max(given, 0) if stages else AHEAD
    days = [int(stage.removesuffix("d")) for stage in stages]
    return max((day for day in days if day < given), default=0)
