"""Guards of keeping and letting go: retention, climate, reviews."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records import facts
from archivectl.regime import retention
from archivectl.regime.model import within
from archivectl.registers import scope
from archivectl.registers.guards.files import unchanged
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import Guard, Situation


def retention_over(s: Situation) -> Iterator[Reason]:
    """The time a file must be kept, from the last event that starts it, is over."""
    for record in s.records:
        found = retention.verdict(facts.of(record.data), record.data.get("retention") or {}, s.world.regime, s.now[:10])
        path = "keep.rules" if any(demand.source == "rule" for demand in found.demands) else "keep.minimum"
        hint = N_("See how that is worked out: archivectl destroy due number={record} --steps")
        if found.state == "awaiting-event":
            message = N_("{record} must be kept for {term}, and nothing has begun that term yet.")
            term = next(demand.term for demand in found.demands)
            yield s.why("retention_over", message, hint=hint, path=path, record=record.label, term=term)
        elif found.state == "kept":
            message = N_("{record} must be kept until {until}.")
            yield s.why("retention_over", message, hint=hint, path=path, record=record.label, until=found.due)
        elif found.state == "permanent":
            yield s.why("retention_over", N_("{record} is kept for good."), hint=hint, path=path, record=record.label)


def appraised(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for an appraisal, somebody has found that no file on the list is of value any more."""
    if s.world.regime.get("destroy.appraise.required") and not (s.case and s.case.acts("appraise")):
        hint = N_("Have it appraised: archivectl destroy appraise {list} --opinion TEXT")
        message = N_("{list} has not been appraised yet.")
        yield s.why("appraised", message, hint=hint, path="destroy.appraise", list=s.case.id if s.case else "—")


def items_checked(s: Situation) -> Iterator[Reason]:
    """A supervisor who signs here says how many items were checked, and that is all of them; a scan speaks for itself."""
    if s.case is None or s.means != "signed":
        return
    count = len(unchanged(s.case, s.records))
    if s.given("checked") != count:
        message = N_("All {count} items of {list} are checked one by one before it is signed.")
        hint = N_("When they are: archivectl destroy supervise {list}")
        yield s.why("items_checked", message, hint=hint, path="destroy.supervise", count=count, list=s.case.id)


def own_supervision(s: Situation) -> Iterator[Reason]:
    """Only who supervised a destruction attests it, and each once."""
    signed = s.case.acts("supervise") if s.case else ()
    if not any(s.actor.handle in {event.by, event.recorder} for event in signed):
        hint = N_("Who supervised it attests it: archivectl register show {list}")
        message, entry = N_("{member} did not supervise this destruction."), s.case.id if s.case else "—"
        yield s.why("own_supervision", message, hint=hint, member=s.actor.handle, list=entry)
    elif s.case and any(event.by == s.actor.handle for event in s.case.acts("attest")):
        hint = N_("Nothing is left to be done here; the others attest it for themselves.")
        yield s.why("own_supervision", N_("{member} has attested it already."), hint=hint, member=s.actor.handle)


def is_verified(s: Situation) -> Iterator[Reason]:
    """What is reported of a destruction was looked at before."""
    if s.case and not s.case.acts("verify"):
        hint = N_("Look at it first: archivectl destroy verify {list}")
        yield s.why("is_verified", N_("The copies of {list} have not been looked at yet."), hint=hint, list=s.case.id)


def about_something(s: Situation) -> Iterator[Reason]:
    """A stop is about files that it names, or about all that a scope selects; never about nothing, never about both."""
    text = s.column("scope")
    if bool(text) == bool(s.records):
        message = N_("A stop names its files, or says by a scope which they are.")
        hint = N_("Name them by their numbers, or: --where 'subject=person region=华东'")
        yield s.why("about_something", message, hint=hint)
    if text:
        try:
            asked = scope.parse(text)
        except scope.NoScope as error:
            yield s.why("about_something", error.message, hint=error.hint, text=text)
            return
        for axis in asked.get("axis", {}).keys() - s.world.regime.get("axes", {}).keys():
            yield s.why("about_something", N_("There is no axis “{axis}”."), path="axes", axis=axis)


def outcome_is_final(s: Situation) -> Iterator[Reason]:
    """What has to be rectified is a finding, not a conclusion."""
    if s.column("outcome") == "rectify":
        hint = N_("Enter it as found; the remedy follows: archivectl review NUMBER --outcome rectify")
        yield s.why("outcome_is_final", N_("What has to be rectified stays open until it is remedied."), hint=hint)


def remedy_when_out_of_bounds(s: Situation) -> Iterator[Reason]:
    """A reading out of bounds comes with what was done about it."""
    for name, column in s.kind.columns.items():
        bound, value = resolve(s.world.regime, column.bounds), s.column(name)
        if bound and value is not None and not within(bound, str(value)) and not s.column("remedy"):
            hint = N_("Say what was done: remedy=…")
            message = N_("{name} {value} is out of bounds ({bound}).")
            path = column.bounds.removeprefix("$")
            yield s.why(
                "remedy_when_out_of_bounds", message, hint=hint, path=path, name=Titles([column.titles]), value=value, bound=bound
            )


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        retention_over,
        appraised,
        items_checked,
        own_supervision,
        is_verified,
        about_something,
        outcome_is_final,
        remedy_when_out_of_bounds,
    )
}
