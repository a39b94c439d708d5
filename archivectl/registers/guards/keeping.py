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

_APPRAISED = frozenset({"useless", "unneeded"})  # grounds that somebody has to have looked into


def retention_over(s: Situation) -> Iterator[Reason]:
    """The time a file must be kept, from the last event that starts it, is over."""
    for record in s.records:
        found = retention.verdict(facts.of(record.data), record.data.get("retention") or {}, s.world.regime, s.now[:10])
        sources = {demand.source for demand in found.demands}
        path = "keep.rules" if "rule" in sources else "keep.minimum" if "minimum" in sources else "destroy.grounds"
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


def not_for_inactivity(s: Situation) -> Iterator[Reason]:
    """That a customer stopped trading, or whatever else the rules call no start, is by itself no reason to let a file go."""
    never = s.world.regime.get("keep.never_from") or ()
    for record in s.records:
        events = [str(one.get("event")) for one in (record.data.get("retention") or {}).get("events") or ()]
        asked = "asked" in {s.column("trigger"), s.column("ground")}  # by the customer
        if events and all(event in never for event in events) and not asked:
            message = N_("All that is known to have happened to {record} is “{event}”; that alone is no reason to let it go.")
            hint = N_("Enter what ended the business with it: retention.events, its event and date")
            yield s.why("not_for_inactivity", message, hint=hint, path="keep.never_from", record=record.label, event=events[-1])


def on_ground(s: Situation) -> Iterator[Reason]:
    """A list names a ground that the regime knows; of what is said to be expired the term is over."""
    known, ground = s.world.regime.get("destroy.grounds") or (), s.column("ground")
    titles = s.kind.columns["ground"].choices
    if known and ground not in known:
        message, hint = N_("Files are destroyed here only as: {known}."), N_("Name the ground: --ground {ground}")
        named = Titles(titles.get(each, each) for each in known)
        yield s.why("on_ground", message, hint=hint, path="destroy.grounds", known=named, ground=known[0])
    for record in s.records if ground == "expired" else ():
        found = retention.verdict(facts.of(record.data), record.data.get("retention") or {}, s.world.regime, s.now[:10])
        if found.state == "unstated":
            message = N_("How long {record} is kept is not stated, so its term is not over.")
            hint = N_("State it, and what begins it: archivectl update {record} --set retention.term=…")
            yield s.why("on_ground", message, hint=hint, path="destroy.grounds", record=record.label)


def paper_is_gone(s: Situation) -> Iterator[Reason]:
    """Where nothing may be recoverable, who carried a list out attests first what became of the paper."""
    if s.world.regime.get("destroy.unrecoverable") and s.case and not s.case.acts("shred"):
        message = N_("How the paper of {list} was destroyed is not attested yet.")
        hint = N_("Attest it: archivectl register step {list} shred method=…")
        yield s.why("paper_is_gone", message, hint=hint, path="destroy.unrecoverable", list=s.case.id)


def appraised(s: Situation) -> Iterator[Reason]:
    """Where the regime asks for an appraisal, somebody has found that no file on the list is of value any more."""
    required = "destroy.appraise.required"
    path = required if s.world.regime.get(required) else "destroy.grounds"
    by_ground = bool(s.world.regime.get("destroy.grounds")) and s.column("ground") in _APPRAISED
    if (by_ground or path == required) and not (s.case and s.case.acts("appraise")):
        hint = N_("Have it appraised: archivectl destroy appraise {list} --opinion TEXT")
        message = N_("{list} has not been appraised yet.")
        yield s.why("appraised", message, hint=hint, path=path, list=s.case.id if s.case else "—")


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
        not_for_inactivity,
        on_ground,
        paper_is_gone,
        appraised,
        items_checked,
        own_supervision,
        is_verified,
        about_something,
        outcome_is_final,
        remedy_when_out_of_bounds,
    )
}
