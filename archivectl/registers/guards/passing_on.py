"""Guards of passing files on, of counting them, and of putting right what was found."""

from collections.abc import Iterator, Mapping
from typing import Any

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles, Word
from archivectl.members.member import LEVELS
from archivectl.regime.model import Regime
from archivectl.registers import counting, materials
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import overlaps
from archivectl.registers.situation import Guard, Situation

_PART = {"prepare": "giver", "introduce": "giver"}  # the other steps of a key account's handover are the new owner's


def two_parties(s: Situation) -> Iterator[Reason]:
    """Nobody hands over to themselves."""
    giver, taker = s.column("giver"), s.column("taker")
    if giver and giver == taker:
        hint = N_("Name another member as the receiver: archivectl member list")
        yield s.why("two_parties", N_("{member} cannot hand over to themselves."), hint=hint, member=giver)


def not_on_another_slip(s: Situation) -> Iterator[Reason]:
    """A file stands on one open slip at a time; what a receiver did not confirm stands on that one no more."""
    for record in s.records:
        for case in s.others(record, "handover"):
            if case.marked("pending") and overlaps(case, record, s.parts) and record.uid in confirmed(case):
                message = N_("{record} stands on the open slip {slip}.")
                hint = N_("Go on with that one: archivectl handover show {slip}; or withdraw it: {how}")
                how = f"archivectl register step {case.id} withdraw opinion=…"
                yield s.why("not_on_another_slip", message, hint=hint, record=record.label, slip=case.id, how=how)


def plan_stated(s: Situation) -> Iterator[Reason]:
    """The plan says what the regime wants it to say."""
    wanted = _stated(s, "plan")
    if missing := [name for name in wanted if s.column(name) in (None, "")]:
        titles = Titles(column.titles for name in missing if (column := s.kind.column(name)))
        hint = N_("Add it: --plan {name}=…")
        path = "handover.rules" if (s.rule or {}).get("plan") else "handover.plan"
        yield s.why("plan_stated", N_("The plan does not say: {titles}."), hint=hint, path=path, titles=titles, name=missing[0])


def _stated(s: Situation, name: str) -> list[str]:
    """What the rule for this kind of handover wants, or else the regime for all of them."""
    return list((s.rule or {}).get(name) or s.world.regime.get(f"handover.{name}") or ())


def right_department(s: Situation) -> Iterator[Reason]:
    """Where the rule for this kind of handover says which department the files go to, it is that one."""
    stated = (s.rule or {}).get("unit") or ()
    units, called = [stated] if isinstance(stated, str) else stated, s.world.regime.department
    if units and called(s.column("unit")) not in map(called, units):
        hint, path = N_("Say so: --unit {unit}"), "handover.rules"
        message = N_("These files go to: {units}.")
        yield s.why("right_department", message, hint=hint, path=path, units=", ".join(units), unit=units[0])


def day_is_over(s: Situation) -> Iterator[Reason]:
    """What must have happened before the files go was on a day that has come."""
    for name in ("registry", "tax", "accepted"):
        if (day := s.column(name)) and str(day)[:10] > s.now[:10]:
            title = Titles([s.kind.columns[name].titles])
            hint = N_("Hand over once it has happened.")
            yield s.why("day_is_over", N_("{title}: {day} is yet to come."), hint=hint, title=title, day=day)


def whole_file(s: Situation) -> Iterator[Reason]:
    """Where the rule for this kind of handover wants files complete, no paper is lacking."""
    for record in s.records if (s.rule or {}).get("complete") else ():
        for lack in materials.missing(record.data, s.world.regime):
            message, hint = N_("{record}: {lack}."), N_("When it is there: archivectl add {record} document kind={paper} …")
            path = "handover.rules"
            yield s.why("whole_file", message, hint=hint, path=path, record=record.label, lack=lack, paper=lack.papers[0])


def applied_for(s: Situation) -> Iterator[Reason]:
    """Where the rule wants it, who takes over the archive has an application for that post that was granted."""
    if not (s.rule or {}).get("application"):
        return
    taker = str(s.column("taker") or s.column("receiver") or "—")
    granted = [case for case in s.world.register("application") if case.marked("acting")]
    if not any({"mode": "archivist", "member": taker}.items() <= case.entry.columns.items() for case in granted):
        message = N_("{member} has no granted application for the post of archivist.")
        hint = N_("Apply for it: archivectl register add application mode=archivist member={member} reason=…")
        yield s.why("applied_for", message, hint=hint, path="handover.rules", member=taker)


def protected(s: Situation) -> Iterator[Reason]:
    """For secret files the measures that protect them on the way are named."""
    least = s.world.regime.get("handover.protect")
    if least not in LEVELS or s.column("protection"):
        return
    for record in s.records:
        if record.secrecy in LEVELS and LEVELS.index(record.secrecy) >= LEVELS.index(least):
            message, hint = N_("{record} is {grade}; say how it is protected on the way."), N_("Add --protection MEASURES.")
            grade = Titles([_level(s, record.secrecy)])
            yield s.why("protected", message, hint=hint, path="handover.protect", record=record.label, grade=grade)


def _level(s: Situation, level: str) -> Mapping[str, str]:
    found: Mapping[str, str] = s.world.regime.get("secrecy.levels", {}).get(level, {"zh": level, "en": level})
    return found


def retention_stated(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it, how long a file is kept is settled before it is handed over."""
    for record in s.records if s.world.regime.get("handover.retention") else ():
        if not (record.data.get("retention") or {}).get("term"):
            hint = N_("Set it: archivectl update {record} --set retention.term=…")
            message = N_("How long {record} is kept is not stated.")
            yield s.why("retention_stated", message, hint=hint, path="handover.retention", record=record.label)


def checks(rule: Mapping[str, Any], regime: Regime) -> dict[str, Any]:
    """What an audit attests, with titles: what the rule for this kind of handover names, or else all that the regime lists."""
    known = regime.get("handover.checks") or {}
    return {name: known.get(name, {"zh": name, "en": name}) for name in rule.get("checks", known)}


def checks_made(s: Situation) -> Iterator[Reason]:
    """An audit attests everything that is to be checked of such a handover."""
    wanted = checks(s.rule or {}, s.world.regime)
    made = str(s.given("checks") or "").split()
    if missing := [name for name in wanted if name not in made]:
        hint = N_("Add it: --checked {name}")
        titles = Titles(wanted[name] for name in missing)
        message = N_("Not checked yet: {titles}.")
        yield s.why("checks_made", message, hint=hint, path="handover.checks", titles=titles, name=missing[0])


def prepared_first(s: Situation) -> Iterator[Reason]:
    """Nothing is taken over before what the regime wants done first."""
    for name in _stated(s, "before") if s.case else ():
        if s.case and not s.case.acts(name) and name in s.kind.steps:
            command = s.kind.steps[name].command
            how = f"{command} {s.case.id}" if command else f"register step {s.case.id} {name} note=…"
            message, hint = N_("Before anything is taken over: {step}."), N_("Do it: archivectl {how}")
            step = Word(s.kind.name, name)
            yield s.why("prepared_first", message, hint=hint, path="handover.before", step=step, how=how)


def met_first(s: Situation) -> Iterator[Reason]:
    """Where both parties are to meet, nothing is agreed before they met."""
    if s.case and "meet" in _stated(s, "before") and not s.case.acts("meet"):
        message = N_("The two parties have not met yet.")
        hint = N_("Enter the meeting: archivectl register step {entry} meet note=…")
        yield s.why("met_first", message, hint=hint, path="handover.before", entry=s.case.id)


def items_on_list(s: Situation) -> Iterator[Reason]:
    """Only what stands on the list is confirmed, and at least one item of it."""
    given = str(s.given("confirmed") or "").split()
    listed = set(s.case.entry.uids) if s.case else set[str]()
    if not set(given) <= listed:
        hint = N_("See what is on it: archivectl register show {entry}")
        entry = s.case.id if s.case else "—"
        yield s.why("items_on_list", N_("Something was confirmed that is not on the list."), hint=hint, entry=entry)
    elif not given and s.given("confirmed") is not None:
        hint = N_("Confirm what was received, or reject it: archivectl reject {entry}")
        yield s.why("items_on_list", N_("Nothing was confirmed."), hint=hint, entry=s.case.id if s.case else "—")


def confirmed(case: Case) -> list[str]:
    """The uids that count as handed over, in the order of the list: what every receiver confirmed, all where none had to."""
    # Only the confirmations since the slip was last handed in count.
    start = max((place for place, event in enumerate(case.done) if event.act in {"apply", "apply_again"}), default=0)
    lists = [set(str(event.data.get("confirmed", "")).split()) for event in case.done[start:] if event.act == "confirm"]
    return [uid for uid in dict.fromkeys(case.entry.uids) if all(uid in each for each in lists)]


def something_confirmed(s: Situation) -> Iterator[Reason]:
    """A handover of which nothing was confirmed is none."""
    if s.case and s.case.entry.uids and not confirmed(s.case):
        message = N_("Nothing on {entry} was confirmed by all who receive it.")
        hint = N_("Hand over anew what they agree on: archivectl handover propose")
        yield s.why("something_confirmed", message, hint=hint, entry=s.case.id)


def own_part(s: Situation) -> Iterator[Reason]:
    """Of a key account's handover each owner does their own part, or who may stand in for a keeper enters it for them."""
    party = s.column(_PART.get(s.step.name, "taker"))
    if party and s.actor.handle != party and not s.actor.titles & set(s.world.regime.get("who.stand_in") or ()):
        yield s.why("own_part", N_("This is for {member} to do."), path="handover.account", member=party)


def something_seen(s: Situation) -> Iterator[Reason]:
    """A count without a single code is none."""
    if not s.given("seen") and not s.given("strange"):
        yield s.why("something_seen", N_("No code was given."), hint=N_("Scan them, one a line, or name a file: --from FILE"))


def tally_true(s: Situation) -> Iterator[Reason]:
    """What is missing or too much is what follows from what was expected and seen; what is away is really away."""
    if s.case is None:
        return
    tally = counting.tally(s.case, counting.away(s.world, s.case))
    stated = {name: counting.words(s.given(name)) for name in ("missing", "surplus", "away")}
    if stated != {"missing": set(tally.missing), "surplus": set(tally.surplus), "away": set(tally.away)}:
        hint = N_("Let the archive work it out: archivectl inventory close {entry}")
        yield s.why("tally_true", N_("The result of {entry} is not what was counted."), hint=hint, entry=s.case.id)


def places_true(s: Situation) -> Iterator[Reason]:
    """What is misplaced is what was seen elsewhere than recorded; what is on loan and yet here is both."""
    if s.case is None:
        return
    misplaced = {item: at for item, _recorded, at in counting.tally(s.case, ()).misplaced}
    present = counting.words(s.given("present"))
    if counting.read(s.given("misplaced")) != misplaced or present != set(counting.present(s.world, s.case, present)):
        hint = N_("Let the archive work it out: archivectl inventory close {entry}")
        yield s.why("places_true", N_("The result of {entry} is not what was counted."), hint=hint, entry=s.case.id)


def remedy_approved(s: Situation) -> Iterator[Reason]:
    """Where remedies are approved, nothing is remedied before one was."""
    if s.case and s.case.state == "found" and s.case.rule.get("approve"):
        hint = N_("Propose it first: archivectl review {entry} --propose …")
        message = N_("What is done about {entry} needs approval first.")
        yield s.why("remedy_approved", message, hint=hint, path="review.approve", entry=s.case.id)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        two_parties,
        not_on_another_slip,
        plan_stated,
        right_department,
        day_is_over,
        whole_file,
        applied_for,
        protected,
        retention_stated,
        checks_made,
        prepared_first,
        met_first,
        items_on_list,
        something_confirmed,
        own_part,
        something_seen,
        tally_true,
        places_true,
        remedy_approved,
    )
}
