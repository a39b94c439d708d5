"""What is due, and for whom: what waits in the registers, what files and rules ask for, the recovery sheet to lock away.

No register is known here: what an entry waits for stands in its kind, and the index keeps it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archivectl.i18n import N_, UNITS, Sentence, Titles, Word
from archivectl.regime import spans
from archivectl.search.agenda import STATES, Asked, Open, Query, acts_for_others, counted, uncertain, waiting_for

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.custody.readers import Owing
    from archivectl.members.member import Member


_DAY = 24  # hours


class Due(NamedTuple):
    """One thing that waits for somebody; ``state`` is due, overdue or coming, ``message`` a sentence, ``how`` the command.

    ``records`` are the numbers of up to three of ``total`` files, ``name`` that of the only one, where it stands in clear.
    """

    duty: str
    about: str
    records: tuple[str, ...]
    due: str | None
    state: str
    message: Sentence
    clause: str = ""
    how: str = ""
    name: str = ""
    total: int = 0


class Found(NamedTuple):
    """The most urgent things that are due, and how many there are of each state."""

    rows: list[Due]
    counts: dict[str, int]


def asked(archive: "Archive", *, everyone: bool, until: str) -> Asked:
    """Who asks, with what only the entries and members tell: posts of a department, posts held for others."""
    from archivectl.registers.situation import delegated  # noqa: PLC0415 - few need the rest of the archive

    me, day = archive.me, until or archive.today
    who = _who(me, archive.now, day, everyone=everyone)
    if everyone or me.retired:
        return who
    found = uncertain(archive.index.db.execute, who, delegated(archive, me, archive.now))
    return who._replace(exactly=tuple(uid for uid in found if _mine(archive, uid)))


def asked_at_a_glance(query: Query, me: "Member", now: str, *, everyone: bool, until: str) -> Asked | None:
    """Who asks; None where the index alone does not tell what is theirs."""
    who = _who(me, now, until or now[:10], everyone=everyone)
    return who if everyone or me.retired or not (acts_for_others(query, me.handle) or uncertain(query, who)) else None


def _who(me: "Member", now: str, day: str, *, everyone: bool) -> Asked:
    """Who asks; whoever has left is asked for nothing, whatever titles their file still has."""
    if everyone:
        return Asked(me.handle, None, now, day)
    return Asked("", frozenset(), now, day) if me.retired else Asked(me.handle, me.titles, now, day)


def due(query: Query, who: Asked, sheet: Path | None = None, most: int = -1, keys: Iterable["Owing"] = ()) -> Found:
    """What waits now, or will by a later day; the most urgent first, up to so many.

    Args:
        query: how the index is asked.
        who: who asks.
        sheet: the recovery sheet of an administrator, while it lies on this machine.
        most: how many rows; all where it is negative.
        keys: what the member who asks is to do about keys.
    """
    rows, counts = [_due(one, who.now) for one in waiting_for(query, who, most)], counted(query, who)
    if sheet:
        text = N_("Print the recovery sheet {path}, lock it away, and delete the file.")
        rows.append(Due("recovery-sheet", "—", (), None, "due", Sentence(text, path=sheet)))
        counts["due"] += 1
    for each in keys:
        rows.append(Due(each.duty, "—", (), None, "due", each.say, how=each.how))
        counts["due"] += 1
    rows.sort(key=lambda one: STATES.index(one.state))
    return Found(rows, counts)


def _due(one: Open, now: str) -> Due:
    numbers, names = tuple(number for number, _name in one.records), [name for _number, name in one.records]
    name = (names[0] or "") if len(names) == 1 else ""
    return Due(one.duty, one.about, numbers, one.due, one.state, _said(one, now), one.clause, one.how, name, one.total)


def _said(one: Open, now: str) -> Sentence:
    """What is to be done, and by when."""
    what: object = Titles([one.say])
    if "sentence" in one.say:
        values = {name: Titles([value]) for name, value in one.say.get("values", {}).items()}
        what = Sentence(one.say["sentence"], **values)
    elif "word" in one.say:
        what = Word(one.kind, one.say["word"])
    if one.state == "overdue" and one.due:
        hours = spans.hours_between(one.due, now)
        if stages := one.say.get("late"):
            text = N_("{what}, due {due}, {late} late, time for reminder {count} of {all}: archivectl {how}")
            counts = {"count": sum(round(hours / 24) >= stage for stage in stages), "all": len(stages)}
            return Sentence(text, what=what, due=one.due, late=_late(hours), how=one.how, **counts)
        text = N_("{what}, due {due}, {late} late: archivectl {how}")
        return Sentence(text, what=what, due=one.due, late=_late(hours), how=one.how)
    if one.due:
        return Sentence(N_("{what}, due {due}: archivectl {how}"), what=what, due=one.due, how=one.how)
    return Sentence(N_("{what}: archivectl {how}"), what=what, how=one.how)


def _late(hours: float) -> Sentence:
    """How late something is: in days, before the first is over in hours."""
    unit, number = ("d", round(hours / 24)) if hours >= _DAY else ("h", int(hours))
    return Sentence(UNITS[unit][number != 1], number=number) if number else Sentence(N_("less than an hour"))


def _mine(archive: "Archive", uid: str) -> bool:
    """Whether the actor may give the signature that an entry waits for: for a post of that department, and not twice."""
    from archivectl.registers.guards.authority import signatories  # noqa: PLC0415 - few need the rest of the archive
    from archivectl.registers.situation import Situation, holds  # noqa: PLC0415
    from archivectl.registers.waiting import waiting  # noqa: PLC0415

    case = archive.case(uid)
    found = waiting(case, archive.regime)
    step = case.kind.steps[found.step] if found else None
    if found is None or step is None or not step.chain or f"!{archive.me.handle}" in found.who:
        return False
    situation = Situation(archive, case.kind, step, archive.me, archive.now, case, archive.records_of(case.entry.uids))
    if archive.me.handle in signatories(situation):
        return False
    return any(holds(situation, archive.me, post) for slot in case.open_slots(step) for post in slot.posts)
