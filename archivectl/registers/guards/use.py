"""Guards of the use of files: what the rules allow, for how long, and what comes back."""

import re
from collections.abc import Iterator, Mapping

from archivectl.errors import Reason
from archivectl.i18n import N_, Titles
from archivectl.records.consent import consented
from archivectl.records.model import Record
from archivectl.regime import spans
from archivectl.registers.fold import Case, slots
from archivectl.registers.guards.files import overlaps
from archivectl.registers.situation import Guard, Situation, holds, listed

DELIVERED = ("query", "copy", "provision")  # the modes in which nothing comes back
_ELSEWHERE = ("loan", "query")  # those in which a file is read somewhere else than where it lies
_BARRED = {
    "copy": N_("Files like {record} may not be copied."),
    "provision": N_("What is in files like {record} may not be told to others."),
}
_NEVER = N_(
    "No approval lifts this; the rule stands in regime/{law}.yaml. A file that is graded or classified wrongly is corrected "
    "first: archivectl update {record} --set secrecy=… --reason TEXT"
)


def allowed_by_rules(s: Situation) -> Iterator[Reason]:
    """The regime's rule for this file lets it be used in this way at all, and this person apply."""
    rule = s.rule or {}
    record = s.records[0].label if s.records else ""
    if rule.get("barred"):
        message = _BARRED.get(str(s.column("mode")), N_("Files like {record} may not be used at all."))
        path = f"{s.rules}.barred"
        yield s.why("allowed_by_rules", message, hint=_NEVER, path=path, record=record, law=s.stated_in(path))
    if rule.get("place") and s.column("mode") in _ELSEWHERE:
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


def term_stated(s: Situation) -> Iterator[Reason]:
    """Where the term is the borrower's to state, it is stated."""
    if (s.rule or {}).get("term") == "stated" and s.column("mode") == "loan" and not s.column("term"):
        message, hint = N_("The borrower states for how long the file is needed."), N_("Say it: --for 14d, or --until DAY")
        yield s.why("term_stated", message, hint=hint, path=f"{s.rules}.term")


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
    if isinstance(how, list) and s.given("asked") not in how:
        choices = s.kind.data["asked"].choices
        message, hint = N_("How the renewal was asked for must be said."), N_("Add --asked with one of: {known}")
        known = Titles(choices.get(word, word) for word in how)
        yield s.why("renewal_allowed", message, hint=hint, path=s.step.how, known=known)


def signed_again(s: Situation) -> Iterator[Reason]:
    """Where a renewal is as a loan is, what somebody had to approve is not kept longer without them."""
    chain = s.case.rule.get("approve") if s.case and s.world.regime.get(s.step.how, "same") == "same" else None
    if s.case and chain:
        message = N_("{loan} was lent with the approval of {posts}; to keep it longer is approved likewise.")
        hint = N_("Take it back and ask anew: archivectl return {loan}, then archivectl lend {record}")
        wanted = Titles(s.world.regime.titled(*slot.posts) for slot in slots(chain))
        record = s.records[0].label if s.records else "—"
        yield s.why("signed_again", message, hint=hint, path=f"{s.rules}.approve", loan=s.case.id, posts=wanted, record=record)


def later_than_promised(s: Situation) -> Iterator[Reason]:
    """A renewal promises a later day than the one promised before."""
    due, promised = s.given("due"), s.case.due if s.case else None
    if s.case and due and promised and not spans.beyond(due, promised):
        message = N_("{loan} is promised for {promised}; {due} is no later.")
        hint = N_("Give a later day: --until DAY; what comes back earlier is taken back: archivectl return {loan}")
        yield s.why("later_than_promised", message, hint=hint, loan=s.case.id, promised=promised, due=due)


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
    return case.entry.year, len(case.id), case.id


def first_in_queue(s: Situation) -> Iterator[Reason]:
    """Nobody who reserved the file earlier is passed over; to be told what it says, nobody need wait."""
    for record in s.records if s.column("mode") != "query" else ():
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


def told_outside(s: Situation) -> bool:
    """Whether somebody outside is told what the file says; a copy or an answer to our own people is not that."""
    return s.column("mode") == "provision" or bool(s.column("outside"))


def may_be_disclosed(s: Situation) -> Iterator[Reason]:
    """Fields that are never told to others are not, by name or with the whole."""
    never = (s.world.regime.get("provide.never") or ()) if told_outside(s) else ()
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
    if not (told_outside(s) and s.world.regime.get("provide.consent")):
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


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        allowed_by_rules,
        term_within,
        term_stated,
        grade_kept,
        not_overdue,
        renewal_allowed,
        signed_again,
        later_than_promised,
        pages_match_or_incident,
        renewals_left,
        comes_back,
        stays_away,
        first_in_queue,
        is_away,
        may_be_disclosed,
        may_be_provided,
    )
}
