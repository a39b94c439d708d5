"""Guards of keeping and letting go: retention, climate, reviews."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.regime import spans
from archivectl.regime.model import within
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import Guard, Situation


def retention_over(s: Situation) -> Iterator[Reason]:
    """The time a file must be kept, from the last event that starts it, is over."""
    for record in s.records:
        kept = record.data.get("retention") or {}
        term = kept.get("term") or s.world.regime.get("keep.minimum")
        begun = max((event["date"] for event in kept.get("events") or () if event.get("date")), default="")
        if term and not begun:
            message = N_("{record} must be kept for {term}, and nothing has begun that term yet.")
            yield s.why("retention_over", message, path="keep.minimum", record=record.label, term=term)
        elif term:
            until = spans.span(term).after(begun)
            if until is None or s.now[:10] < until[:10]:
                message = N_("{record} must be kept until {until}.")
                yield s.why("retention_over", message, path="keep.minimum", record=record.label, until=until or term)


def outcome_is_final(s: Situation) -> Iterator[Reason]:
    """What has to be rectified is a finding, not a conclusion."""
    if s.column("outcome") == "rectify":
        yield s.why("outcome_is_final", N_("What has to be rectified stays open until it is remedied."))


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
        outcome_is_final,
        remedy_when_out_of_bounds,
    )
}
