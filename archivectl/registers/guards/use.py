"""Guards of the use of files: what the rules allow, for how long, and what comes back."""

import re
from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records.consent import consented
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.registers.fold import Case
from archivectl.registers.guards.files import overlaps
from archivectl.registers.situation import Guard, Situation, holds, listed

DELIVERED = ("copy", "provision")  # the modes in which nothing comes back
_BARRED = {
    "copy": N_("Files like {record} may not be copied."),
    "provision": N_("What is in files like {record} may not be told to others."),
}


def allowed_by_rules(s: Situation) -> Iterator[Reason]:
    """The regime's rule for this file lets it be used in this way at all, and this person apply."""
    rule = s.rule or {}
    record = s.records[0].label if s.records else ""
    if rule.get("barred"):
        message = _BARRED.get(str(s.column("mode")), N_("Files like {record} may not be used at all."))
        yield s.why("allowed_by_rules", message, path=f"{s.rules}.barred", record=record)
    if rule.get("place") and s.column("mode") == "loan":
        message, hint = N_("{record} may only be read on the premises."), N_("Read it there: add --on-site")
        yield s.why("allowed_by_rules", message, hint=hint, path=f"{s.rules}.place", record=record)
    if (post := rule.get("apply")) and not holds(s, s.actor, post):
        message = N_("Only the {post} may apply for {record}.")
        hint = N_("Ask them to apply for it: archivectl member list; or to delegate it: archivectl register add delegation")
        titled = Titles([s.world.regime.titled(post)])
        yield s.why("allowed_by_rules", message, hint=hint, path=f"{s.rules}.apply", post=titled, record=record)


def term_within(s: Situation) -> Iterator[Reason]:
    """The term asked for, or the day promised, keeps within the regime's term."""
    due, term = s.given("due"), s.column("term") if s.case is None else None
    # What is handed out keeps to what was asked for and approved; a renewal only to the rule.
    own = s.column("term") if s.case and not s.step.how else None
    limit = own or (s.rule or (s.case.rule if s.case else {})).get("term")
    if not limit or not (due or term):
        return
    calendar = s.world.regime.calendar
    until = spans.span(limit).after(s.now, calendar)
    if spans.beyond(due or spans.span(str(term)).after(s.now, calendar), until):
        yield s.why(
            "term_within",
            N_("A term of {asked} is longer than the {limit} allowed.") if term else N_("{asked} is beyond the {limit} allowed."),
            hint=N_("Allowed: {limit}, that is until {until}."),
            path=f"{s.rules}.term",
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


def renewals_left(s: Situation) -> Iterator[Reason]:
    """A loan was not renewed as often already as the regime lets it be."""
    most, done = s.world.regime.get("lend.renewals"), len(s.case.acts("renew")) if s.case else 0
    if most is not None and done >= most:
        hint = N_("Take it back first: archivectl return {loan}")
        message = N_("{loan} was renewed {done} times; {most} times are allowed.")
        loan = s.case.id if s.case else ""
        yield s.why("renewals_left", message, hint=hint, path="lend.renewals", loan=loan, done=done, most=most)


def comes_back(s: Situation) -> Iterator[Reason]:
    """What is handed out is a file to come back; copies and answers are delivered."""
    if s.column("mode") in DELIVERED:
        hint = N_("Deliver it: archivectl lend {entry}")
        message = N_("Nothing is handed out here: it is delivered, and does not come back.")
        yield s.why("comes_back", message, hint=hint, entry=s.case.id if s.case else "—")


def stays_away(s: Situation) -> Iterator[Reason]:
    """What is delivered does not come back; a file is handed out."""
    if s.column("mode") not in DELIVERED:
        hint, entry = N_("Hand it out: archivectl lend {entry}"), s.case.id if s.case else "NUMBER"
        yield s.why("stays_away", N_("This file is handed out, to come back."), hint=hint, entry=entry)


def _queued(s: Situation, record: Record) -> list[Case]:
    """Reservations of the same parts that were entered before."""
    others = [case for case in s.others(record) if case.marked("queued") and overlaps(case, record, s.parts)]
    return [case for case in others if s.case is None or rank(case) < rank(s.case)]


def rank(case: Case) -> tuple[str, int, str]:
    """The order in which entries of one register were made: by year, then by number."""
    return case.entry.path.split("/")[2], len(case.id), case.id


def first_in_queue(s: Situation) -> Iterator[Reason]:
    """Nobody who reserved the file earlier is passed over."""
    for record in s.records:
        for case in sorted(_queued(s, record), key=rank)[:1]:
            hint = N_("Reserve it too (--reserve), or wait until {first} is served.")
            message = N_("{record} is reserved: {first} is first in the queue.")
            yield s.why("first_in_queue", message, hint=hint, record=record.label, first=case.id)


def is_away(s: Situation) -> Iterator[Reason]:
    """Only what is not in its place, or is waited for by others, is reserved."""
    for record in s.records:
        gone = any(case.marked("out") and overlaps(case, record, s.parts) for case in s.others(record))
        if not gone and not _queued(s, record):
            hint = N_("Lend it at once: archivectl lend {record}, without --reserve")
            yield s.why("is_away", N_("{record} is in its place."), hint=hint, record=record.label)


def must_be_disinfested(s: Situation) -> bool:
    """Whether a file that comes back is disinfested before it is shelved: from outside, or after too long away."""
    rule = s.world.regime.get("keep.disinfest") or {}
    if rule.get("outside") and s.column("outside"):
        return True
    out = s.case.acts("hand_out") if s.case else ()
    if not out or not rule.get("away"):
        return False
    longest = spans.span(str(rule["away"])).after(out[-1].date[:10], s.world.regime.calendar)
    return longest is not None and s.now[:10] >= longest


def disinfested(s: Situation) -> Iterator[Reason]:
    """A file is shelved only once it is disinfested, where the regime wants that."""
    if s.step.start and must_be_disinfested(s) and not s.given("disinfested"):
        hint = N_("When it is done: archivectl return {loan} --disinfested DATE")
        message = N_("It must be disinfested before it goes back to its shelf.")
        yield s.why("disinfested", message, hint=hint, path="keep.disinfest", loan=s.case.id if s.case else "")


def day_has_come(s: Situation) -> Iterator[Reason]:
    """A day on which something is said to have been done is not yet to come, and not before the file was handed out."""
    day = s.given("disinfested")
    out = s.case.acts("hand_out") if s.case else ()
    if day and not (out[-1].date[:10] if out else "") <= str(day)[:10] <= s.now[:10]:
        hint = N_("Give a day between the one it was handed out on and today.")
        yield s.why("day_has_come", N_("{day} is not a day on which this was done."), hint=hint, day=day)


def may_be_disclosed(s: Situation) -> Iterator[Reason]:
    """Fields that are never told to others are not, by name or with the whole."""
    never = s.world.regime.get("provide.never") or ()
    fields = listed(s.column("fields") or "")
    path = "provide.never"
    if never and not fields and not s.parts:
        hint = N_("Name what is told: --fields name,identity.uscc")
        yield s.why("may_be_disclosed", N_("A file is not told to others as a whole here."), hint=hint, path=path)
    for field in fields:
        if any(f".{barred}." in re.sub(r"\[[^]]*\]", "", f".{field}.") for barred in never):
            yield s.why("may_be_disclosed", N_("“{field}” is never told to others."), path=path, field=field)


def may_be_provided(s: Situation) -> Iterator[Reason]:
    """The customer agreed, the law demands it, or the recipient is able to keep it secret."""
    if not s.world.regime.get("provide.consent"):
        return
    basis, path = s.column("basis"), "provide.consent"
    if basis is None:
        hint = N_("Say on what it rests: --basis consent, law or cooperation")
        yield s.why("may_be_provided", N_("It does not say why the customer's data may be told."), hint=hint, path=path)
    if basis == "cooperation" and not s.column("able"):
        hint = N_("Confirm it: --keeps-secrets")
        yield s.why("may_be_provided", N_("The recipient is not known to keep secrets."), hint=hint, path=path)
    use = str(s.column("use") or "provide")
    for record in s.records if basis == "consent" else ():
        if not consented(record.data, use, s.now[:10]):
            hint = N_("Enter the consent with its date first: consent[…].given")
            message = N_("{record} holds no consent of the customer that is in force.")
            yield s.why("may_be_provided", message, hint=hint, path=path, record=record.label)


def of_receiving_department(s: Situation) -> Iterator[Reason]:
    """What was passed on is accepted in the department that it was sent to."""
    unit = s.column("unit")
    if s.actor.department != unit:
        hint = N_("Somebody of {unit} does this: archivectl member list; an administrator enters who is of which department.")
        message, entry = N_("{entry} was sent to {unit}."), s.case.id if s.case else ""
        yield s.why("of_receiving_department", message, hint=hint, entry=entry, unit=unit)


def in_circulation_scope(s: Situation) -> Iterator[Reason]:
    """Information is passed on within its circulation scope only."""
    unit, among = s.column("unit"), listed(s.column("scope") or "")
    if among and unit not in among:
        message = N_("{unit} is outside the circulation scope: {scope}.")
        hint = N_("Send it to one of them, or state the scope that it really has: scope=…")
        yield s.why("in_circulation_scope", message, hint=hint, unit=unit, scope=", ".join(among))


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        allowed_by_rules,
        term_within,
        grade_kept,
        not_overdue,
        renewal_allowed,
        pages_match_or_incident,
        renewals_left,
        comes_back,
        stays_away,
        first_in_queue,
        is_away,
        disinfested,
        day_has_come,
        may_be_disclosed,
        may_be_provided,
        of_receiving_department,
        in_circulation_scope,
    )
}
