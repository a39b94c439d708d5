"""Guards of the use of files: what the rules allow, for how long, and what comes back."""

from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.regime import spans
from archivectl.registers.situation import Guard, Situation, holds


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


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        allowed_by_rules,
        term_within,
        grade_kept,
        not_overdue,
        renewal_allowed,
        pages_match_or_incident,
    )
}
