"""Guards of the store: what goes in and out is counted and clean, and who visits knows the rules."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.registers.situation import Guard, Situation

_ADD = N_("When it is done, add: disinfested=DATE")


def must_be_disinfested(s: Situation) -> bool:
    """Whether a file that comes back is disinfested before it is shelved: from outside, or after too long away."""
    rule = s.world.regime.get("keep.disinfest") or {}
    if rule.get("outside") and s.column("outside"):
        return True
    out = s.case.acts("hand_out", "take_out") if s.case else ()
    if not out or not rule.get("away"):
        return False
    longest = spans.span(str(rule["away"])).after(out[-1].date[:10], s.world.regime.calendar)
    return longest is not None and s.now[:10] >= longest


def disinfested(s: Situation) -> Iterator[Reason]:
    """A file is shelved only once it is disinfested, where the regime wants that."""
    if s.step.start and must_be_disinfested(s) and not s.given("disinfested"):
        hint = N_("When it is done: archivectl return {loan} --disinfested DATE") if s.step.command else _ADD
        message = N_("It must be disinfested before it goes back to its shelf.")
        path = "keep.disinfest.outside" if s.column("outside") else "keep.disinfest"
        yield s.why("disinfested", message, hint=hint, path=path, loan=s.case.id if s.case else "")


def day_has_come(s: Situation) -> Iterator[Reason]:
    """A day on which something is said to have been done is not yet to come, and not before the file was handed out."""
    day = s.given("disinfested")
    out = s.case.acts("hand_out", "take_out") if s.case else ()
    if day and not (out[-1].date[:10] if out else "") <= str(day)[:10] <= s.now[:10]:
        hint = N_("Give a day between the one it was handed out on and today.")
        yield s.why("day_has_come", N_("{day} is not a day on which this was done."), hint=hint, day=day)


def _taken_in(s: Situation, record: Record) -> str | None:
    """The day on which a file was accepted that was taken in here; None where the regime does not have new files disinfested."""
    if not s.world.regime.get("keep.disinfest.intake"):
        return None
    filed = [case for case in s.world.cases(record.uid, "intake") if case.acts("file", "file_incomplete")]
    return max((case.acts("accept")[-1].date[:10] for case in filed if case.acts("accept")), default=None)


def _clean_since(s: Situation, record: Record, day: str) -> bool:
    """Whether the log of the store says that a file was disinfested on a day or after it."""
    return any(event.date[:10] >= day for case in s.world.cases(record.uid, "store") for event in case.acts("disinfest"))


def shelved(s: Situation) -> Iterator[Reason]:
    """What was taken in is used only once it is disinfested and so on its shelf, where the regime wants that."""
    for record in s.records:
        day = _taken_in(s, record)
        if day and not _clean_since(s, record, day):
            message = N_("{record} was taken in on {day} and is not disinfested and shelved yet.")
            hint = N_("When it is done: archivectl register add store mode=disinfest --about {record}")
            yield s.why("shelved", message, hint=hint, path="keep.disinfest.intake", record=record.label, day=day)


def disinfested_first(s: Situation) -> Iterator[Reason]:
    """Nothing new goes into the store before it is disinfested, where the regime wants that."""
    if not s.world.regime.get("keep.disinfest.intake") or s.given("disinfested") or s.case is None:
        return
    asked = s.case.done[0].date[:10]
    if not s.records or not all(_clean_since(s, record, asked) for record in s.records):
        message, hint = N_("It must be disinfested before it goes into the store."), _ADD
        yield s.why("disinfested_first", message, hint=hint, path="keep.disinfest.intake")


def counted_as_stated(s: Situation) -> Iterator[Reason]:
    """What goes in or out is as many pieces as was applied for and approved."""
    asked, counted = s.column("quantity"), s.given("counted")
    if asked is not None and counted is not None and asked != counted:
        message = N_("{counted} were counted, {asked} were applied for.")
        hint = N_("Count again; or cancel it, and apply for what there is: archivectl register step {entry} cancel opinion=…")
        entry = s.case.id if s.case else "—"
        yield s.why("counted_as_stated", message, hint=hint, counted=counted, asked=asked, entry=entry)


def rules_told(s: Situation) -> Iterator[Reason]:
    """Where the regime wants it, a visitor is accompanied, and was told the rules of the store before they go in."""
    if s.world.regime.get("store.told") and not (s.given("told") and s.given("escort")):
        message = N_("A visitor is told the rules of the store, and somebody goes with them.")
        hint = N_("Say so: told=yes escort=NAME")
        yield s.why("rules_told", message, hint=hint, path="store.told")


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard for guard in (disinfested, day_has_come, shelved, disinfested_first, counted_as_stated, rules_told)
}
