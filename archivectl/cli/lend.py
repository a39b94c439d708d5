"""``lend``, ``renew`` and ``return``."""

from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import answers, console, context, values
from archivectl.cli.approve import request_text
from archivectl.cli.values import awaited, chosen, paths
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.loans import Desk, Loan

lending, renewing, returning = typer.Typer(), typer.Typer(), typer.Typer()
APPS = {"lend": lending, "renew": renewing, "return": returning}

HANDED_OUT = N_("Lent: {loan}, {record}; back by {due}.")
DELIVERED = N_("Delivered: {loan}, {record}.")
REQUESTED = N_("Requested: {loan}, {record}; waits for {who}. Then hand it out: archivectl lend {loan}")
RESERVED = N_("Reserved: {loan}, {record}. When it is back and your turn has come: archivectl lend {loan}")
WITHDRAWN = N_("Withdrawn: {loan}, {record}.")
RENEWED = N_("Renewed: {loan}, {record}; back by {due}.")
RETURNED = N_("Returned: {loan}, {record}.")
RETURNED_LATE = N_("Returned: {loan}, {record}; it was due {was}.")
TO_DISINFEST = N_("Taken in: {loan}, {record}; to be disinfested. When it is done: archivectl return {loan} --disinfested DATE")
LOST = N_("Entered as lost: {loan}, {record}.")
FOUND = N_("Found again: {loan}, {record}.")
INCIDENT = N_("Reported: {incident}. To be told at once: {who}. See: archivectl register show {incident}")
FIRST = N_("{first} is first in the queue now: archivectl lend {first}")
LOAN = N_("The loan (JY-31 is that of this year), or the file that is out.")
DUTIES = N_("The borrower may not: {duties}.")
WHOLE = N_("The borrower answers for its completeness.")
_STATES = {"lent": HANDED_OUT, "delivered": DELIVERED, "reserved": RESERVED, "withdrawn": WITHDRAWN}


class TwoWays(WrongUsage):
    """Options that exclude each other."""

    message = "{options} exclude each other."
    hint = "Choose one of them."


def report(ctx: typer.Context, archive: "Archive", loan: "Loan", template: str = "", **more: str) -> None:
    """Say what came of a use of a file, and what follows from it."""
    from archivectl.regime import spans  # noqa: PLC0415 - loads what writing loaded

    who = awaited(archive, loan.case)
    sentence = template or _STATES.get(loan.state, REQUESTED)
    values = {"loan": loan.number, "record": loan.record, "due": loan.due or "—", "who": who, **more}
    answer: dict[str, Any] = {"loan": loan.number, "state": loan.state, "due": loan.due}
    lines = [console.sentence(sentence, values)]
    if sentence == HANDED_OUT and (duties := archive.regime.get("lend.barred_to_borrower")):
        answer["duties"] = list(duties)
        manners = archive.regime.get("lend.manners", {})
        lines.append(_(DUTIES, duties=listed(pick(manners.get(duty, duty)) for duty in duties)))
    if sentence == HANDED_OUT and archive.regime.get("lend.completeness"):
        lines.append(_(WHOLE))
    length = more.get("length") or loan.case.entry.columns.get("term") or loan.case.rule.get("term") or ""
    if loan.state == "lent" and (years := spans.uncounted(str(length), archive.today, loan.due, archive.regime.calendar)):
        answer["calendar"] = years
        lines += answers.plain_weeks(years)
    if loan.incident:
        answer["incident"] = loan.incident
        from archivectl.reports import law  # noqa: PLC0415 - few files come back so

        chain = archive.regime.get("secrecy.incident.approve")
        who = law.chain(archive.regime, chain) if chain else _("whoever is in charge")
        lines.append(_(INCIDENT, incident=loan.incident, who=who))
    if loan.first:
        answer["first"] = loan.first
        lines.append(_(FIRST, first=loan.first))
    if who and sentence == REQUESTED:
        lines += [*answers.nobody_line(archive, loan.case), "", *request_text(archive, loan.case)]
    console.emit(ctx.obj, answer, lines)


@lending.command(epilog="archivectl lend 212 --to 王伟 --purpose 续租谈判 --for 14d")
def lend(
    ctx: typer.Context,
    what: str = typer.Argument(help="A record's number, or an approved request (JY-31) to hand out."),
    to: str = typer.Option("", "--to", help="Who borrows it."),
    purpose: str = typer.Option("", "--purpose", help="What it is needed for."),
    use: str = typer.Option("", "--use", help="The permitted purpose of the use, where the regime lists them."),
    until: str = typer.Option("", "--until", help="The day it is back."),
    length: str = typer.Option("", "--for", help="The term: 14d, 4h, 2wk."),
    document: str = typer.Option("", "--document", help="Only this document of the file."),
    volume: str = typer.Option("", "--volume", help="Only this volume of the file."),
    on_site: bool = typer.Option(False, "--on-site", help="To be read on the premises."),
    query: bool = typer.Option(False, "--query", help="To be told, or to open, what the file says; nothing is carried away."),
    fields: str = typer.Option("", "--fields", help="With --query: the fields that are needed, separated by commas."),
    copy: bool = typer.Option(False, "--copy", help="A copy, which does not come back."),
    reserve: bool = typer.Option(False, "--reserve", help="It is out: stand in the queue for it."),
    unit: str = typer.Option("", "--unit", help="The borrower's department, where the borrower is no member."),
    outside: bool = typer.Option(False, "--outside", help="To another organisation."),
    pages: int = typer.Option(None, "--pages", min=0, help="How many pages are handed out."),
    verified: str = typer.Option("", "--verified", help="What was confirmed of the applicant: identity, department."),
    promised: bool = typer.Option(False, "--promised", help="The borrower has promised what the rules ask of a borrower."),
    withdraw: str = typer.Option("", "--withdraw", help="Take this request or reservation back, and why.", metavar="REASON"),
) -> None:
    """Lend a file; where approval is needed, this requests it, and `lend JY-…` hands out what was approved."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    way = _way(on_site=on_site, query=query, copy=copy)
    asked = {"mode": way, "borrower": to, "purpose": purpose, "unit": unit, "fields": paths(fields), "outside": outside or None}
    with context.writing(ctx) as archive:
        asked["use"] = values.use(archive, use)
        desk = loans.Desk(pages, words(archive, verified), promised)
        if withdraw:
            loan = loans.withdraw(archive, what, withdraw)
        elif not (to or purpose) and archive.names_entry("loan", what):
            loan = loans.hand_out(archive, what, desk)
        else:
            answers.need(to=to, purpose=purpose)
            ends, item = loans.term(archive, until, length), part(document, volume)
            loan = _begun(archive, what, asked, (ends, item), None if reserve else desk)
        report(ctx, archive, loan)


def _begun(
    archive: "Archive", what: str, asked: "dict[str, Any]", wanted: tuple[tuple[str, str], str], desk: "Desk | None"
) -> "Loan":
    """A use of a file begun; without a desk, a place in the queue for it."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    ends, item = wanted
    if desk is None:
        return loans.reserve(archive, what, asked, ends[0], item)
    return loans.lend(archive, what, asked, ends, item, desk)


def _way(**asked: bool) -> str:
    """How a file is used, of the ways that exclude each other; lent where none is asked for. Raises TwoWays."""
    ways = [way.replace("_", "-") for way, wanted in asked.items() if wanted]
    if len(ways) > 1:
        raise TwoWays(options=", ".join(f"--{way}" for way in ways))
    return ways[0] if ways else "loan"


def words(archive: "Archive", text: str) -> str:
    """The names of what was confirmed or looked at, where titles in either language were typed."""
    from archivectl.registers.situation import listed as among  # noqa: PLC0415 - loads yaml

    known = archive.regime.get("lend.checks", {})
    named = {word: name for name, titles in known.items() for word in (name, *titles.values())}
    return ", ".join(named.get(word, word) for word in among(text))


def part(document: str, volume: str) -> str:
    """The part of a file that two options name; empty for the whole."""
    from archivectl.records import parts  # noqa: PLC0415 - reads the schema

    return parts.path("documents", document) or parts.path("volumes", volume)


@renewing.command(epilog="archivectl renew JY-31 --until 2026-04-01 --reason 谈判未结束")
def renew(
    ctx: typer.Context,
    loan: str = typer.Argument(help=LOAN),
    until: str = typer.Option("", "--until", help="The day it is back."),
    length: str = typer.Option("", "--for", help="The term: 14d, 4h, 2wk."),
    reason: str = typer.Option("", "--reason", help="Why."),
    asked: str = typer.Option("", "--asked", help="How it was asked for: in-person, phone or mail."),
) -> None:
    """Promise a later day for a file that is out."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    answers.need(until=until or length, reason=reason)
    with context.writing(ctx) as archive:
        way = chosen(archive.kind("loan"), "asked", asked)
        report(ctx, archive, loans.renew(archive, loan, until, length, reason, way), RENEWED, length=length)


@returning.command(epilog="archivectl return JY-31 --condition 完好 --pages 42")
def give_back(
    ctx: typer.Context,
    loan: str = typer.Argument(help=LOAN),
    condition: str = typer.Option("intact", "--condition", help="intact, damaged or lost."),
    pages: int = typer.Option(None, "--pages", min=0, help="How many pages came back."),
    checked: str = typer.Option("", "--checked", help="How it was looked at: in-person, item-by-item."),
    disinfested: str = typer.Option("", "--disinfested", help="The day it was disinfested.", metavar="DATE"),
) -> None:
    """Take a file back, its condition and pages noted; or shelve what was disinfested, or what was lost and is found."""
    from archivectl import loans  # noqa: PLC0415 - loads git
    from archivectl.regime import spans  # noqa: PLC0415

    with context.writing(ctx) as archive:
        found = chosen(archive.kind("loan"), "condition", condition)
        if disinfested:
            spans.moment(disinfested)
        before = loans.of(archive, loan)
        looked = loans.Look(found, pages, words(archive, checked), disinfested)
        done = loans.give_back(archive, before.uid, looked)
        ended = RETURNED_LATE if loans.late(before, archive.now) else FOUND if before.marked("missing") else RETURNED
        text = {"lost": LOST, "to-disinfest": TO_DISINFEST}.get(done.state, ended)
        report(ctx, archive, done, text, was=before.due or "—")
