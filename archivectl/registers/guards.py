"""Guards: named pure functions that give reasons against an act. All of an act's guards run, and all reasons are shown."""

from collections.abc import Callable, Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.regime.model import within
from archivectl.registers.fold import Case
from archivectl.registers.kinds import resolve
from archivectl.registers.situation import Situation, holds

Guard = Callable[[Situation], Iterator[Reason]]


def not_destroyed(s: Situation) -> Iterator[Reason]:
    """Nothing is done any more to a record of which only a tombstone is left."""
    for record in s.records:
        if record.gone:
            yield s.why(
                "not_destroyed",
                N_("{record} is {status}; only its tombstone is left."),
                record=record.label,
                status=record.status,
            )


def _stops(s: Situation, record: Record, *forbidding: str) -> Iterator[Case]:
    for case in s.world.cases(record.uid):
        if case.marked("stopping") and case.entry.columns.get("forbid") in forbidding:
            yield case


def not_stopped(s: Situation) -> Iterator[Reason]:
    """No stop forbids using and changing."""
    for record in s.records:
        for case in _stops(s, record, "use", "all"):
            hint = N_("Lift the stop first: archivectl release {hold}")
            yield s.why("not_stopped", N_("{record} is stopped by {hold}."), hint=hint, record=record.label, hold=case.id)


def not_held(s: Situation) -> Iterator[Reason]:
    """No stop at all stands against destroying."""
    for record in s.records:
        for case in _stops(s, record, "destroy", "use", "all"):
            hint = N_("Lift the stop first: archivectl release {hold}")
            yield s.why("not_held", N_("{record} is kept by {hold}."), hint=hint, record=record.label, hold=case.id)


def _overlaps(case: Case, record: Record, parts: tuple[str, ...]) -> bool:
    """Whether an entry is about the same parts of a record: the whole, the same part, or a volume and what lies in it."""
    documents = [each for each in record.data.get("documents") or () if each.get("volume")]
    inside = {f"documents[{each['id']}]": f"volumes[{each['volume']}]" for each in documents}
    theirs = [item.get("part") for item in case.entry.about if item.get("uid") == record.uid]
    return any(
        not parts or not part or any(part in {own, inside.get(own)} or own == inside.get(part) for own in parts)
        for part in theirs
    )


def not_on_loan(s: Situation) -> Iterator[Reason]:
    """The file, or the part of it that is asked for, is in its place."""
    for record in s.records:
        for case in s.others(record):
            if case.marked("out") and _overlaps(case, record, s.parts):
                yield s.why(
                    "not_on_loan",
                    N_("{record} is on loan ({loan}), due back {due}."),
                    hint=N_("When it is back: archivectl return {loan}"),
                    record=record.label,
                    loan=case.id,
                    due=case.due or "—",
                )


def settled(s: Situation) -> Iterator[Reason]:
    """Business with the customer is not said to be open, and no request about the file is."""
    for record in s.records:
        if (record.data.get("retention") or {}).get("settled") is False:
            yield s.why("settled", N_("The business with {record} is not settled."), record=record.label)
        for case in s.others(record):
            if case.marked("pending"):
                hint = N_("Settle it first: approve or reject {entry}")
                yield s.why(
                    "settled", N_("{entry} about {record} is not settled."), hint=hint, record=record.label, entry=case.id
                )


def not_on_destruction_list(s: Situation) -> Iterator[Reason]:
    """The file stands on no destruction list in progress."""
    for record in s.records:
        for case in s.others(record):
            if case.marked("listed"):
                message = N_("{record} stands on the destruction list {list}.")
                yield s.why("not_on_destruction_list", message, record=record.label, list=case.id)


def allowed_by_rules(s: Situation) -> Iterator[Reason]:
    """The regime's rule for this file lets it be used in this way at all, and this person apply."""
    rule = s.rule or {}
    record = s.records[0].label if s.records else ""
    if rule.get("barred"):
        yield s.why(
            "allowed_by_rules", N_("Files like {record} may not be used at all."), path=f"{s.kind.rules}.barred", record=record
        )
    if rule.get("place") and s.column("mode") == "loan":
        message, hint = N_("{record} may only be read on the premises."), N_("Read it there: add --on-site")
        yield s.why("allowed_by_rules", message, hint=hint, path=f"{s.kind.rules}.place", record=record)
    if (post := rule.get("apply")) and not holds(s, s.actor, post):
        message = N_("Only the {post} may apply for {record}.")
        yield s.why(
            "allowed_by_rules", message, path=f"{s.kind.rules}.apply", post=Titles([s.world.regime.titled(post)]), record=record
        )


def term_within(s: Situation) -> Iterator[Reason]:
    """The term asked for, or the day promised, keeps within the regime's term."""
    due, term = s.given("due"), s.column("term") if s.case is None else None
    # What is handed out keeps to what was asked for and approved; a renewal only to the rule.
    own = s.column("term") if s.case and not s.step.how else None
    limit = own or (s.rule or (s.case.rule if s.case else {})).get("term")
    if not limit or not (due or term):
        return
    until = spans.span(limit).after(s.now)
    if spans.beyond(due or spans.span(str(term)).after(s.now), until):
        yield s.why(
            "term_within",
            N_("A term of {asked} is longer than the {limit} allowed.") if term else N_("{asked} is beyond the {limit} allowed."),
            hint=N_("Allowed: {limit}, that is until {until}."),
            path=f"{s.kind.rules}.term",
            asked=term or due,
            limit=limit,
            until=until,
        )


def grade_kept(s: Situation) -> Iterator[Reason]:
    """The file is still of the grade that the request was made for."""
    asked = s.case.rule.get("grade") if s.case else None
    for record in s.records:
        if asked and record.secrecy != asked:
            yield s.why(
                "grade_kept",
                N_("{record} is {grade} now; {entry} was asked for when it was {asked}."),
                hint=N_("Ask for it anew: archivectl lend {record}"),
                record=record.label,
                entry=s.case.id if s.case else "",
                grade=record.secrecy,
                asked=asked,
            )


def not_overdue(s: Situation) -> Iterator[Reason]:
    """What is late is returned, not renewed."""
    if s.case and spans.overdue(s.case.due, s.now):
        hint = N_("Take it back first: archivectl return {loan}")
        yield s.why("not_overdue", N_("{loan} is overdue since {due}."), hint=hint, loan=s.case.id, due=s.case.due)


def renewal_allowed(s: Situation) -> Iterator[Reason]:
    """The regime lets a loan be renewed without formalities."""
    how = s.world.regime.get(s.step.how, "same")
    if how == "barred":
        yield s.why("renewal_allowed", N_("Loans are not renewed here."), path=s.step.how)
    if how == "formalities":
        hint = N_("Return it and lend it again: archivectl return {loan}")
        message = N_("A renewal goes through all formalities again.")
        yield s.why("renewal_allowed", message, hint=hint, path=s.step.how, loan=s.case.id if s.case else "")


def pages_match_or_incident(s: Situation) -> Iterator[Reason]:
    """As many pages come back as went out, unless the condition says what happened."""
    out = s.case.promised.get("pages") if s.case else None
    back = s.given("pages")
    if out is not None and back is not None and out != back and s.given("condition") == "intact":
        hint = N_("Say so: --condition damaged, or lost")
        yield s.why(
            "pages_match_or_incident",
            N_("{back} pages came back, {out} went out."),
            hint=hint,
            path="lend.return",
            back=back,
            out=out,
        )


def outcome_is_final(s: Situation) -> Iterator[Reason]:
    """What has to be rectified is a finding, not a conclusion."""
    if s.column("outcome") == "rectify":
        yield s.why("outcome_is_final", N_("What has to be rectified stays open until it is remedied."))


def unchanged(case: Case, records: tuple[Record, ...]) -> list[Record]:
    """The records that are still what every signature so far was given for."""
    return [r for r in records if all(event.items.get(r.uid, r.digest) == r.digest for event in case.done)]


def items_unchanged(s: Situation) -> Iterator[Reason]:
    """At least one file is still what was proposed and approved."""
    if s.case and s.records and not unchanged(s.case, s.records):
        hint = N_("Propose it again: archivectl destroy propose {record}")
        yield s.why(
            "items_unchanged",
            N_("{record} changed after {entry} was signed."),
            hint=hint,
            record=s.records[0].label,
            entry=s.case.id,
        )


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


def axis_values(s: Situation) -> Iterator[Reason]:
    """An axis exists in this archive, and the value is one of its own."""
    axes = s.world.regime.get("axes", {})
    for axis, value in (s.given("classification") or {}).items():
        known = axes.get(axis)
        if known is None:
            hint = N_("The axes are: {known}")
            yield s.why(
                "axis_values", N_("There is no axis “{axis}”."), hint=hint, path="axes", axis=axis, known=Titles(axes.values())
            )
        elif value is not None and "values" in known and value not in known["values"]:
            hint = N_("It may be: {known}")
            message = N_("“{value}” is no value of the axis “{axis}”.")
            named, takes = Titles([known]), Titles(known["values"].values())
            yield s.why("axis_values", message, hint=hint, path=f"axes.{axis}", value=value, axis=named, known=takes)


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
        not_destroyed,
        not_stopped,
        not_held,
        not_on_loan,
        settled,
        not_on_destruction_list,
        allowed_by_rules,
        term_within,
        grade_kept,
        not_overdue,
        renewal_allowed,
        pages_match_or_incident,
        outcome_is_final,
        items_unchanged,
        retention_over,
        axis_values,
        remedy_when_out_of_bounds,
    )
}
