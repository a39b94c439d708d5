"""``lend``, ``renew`` and ``return``."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.values import awaited, choice
from archivectl.errors import WrongUsage
from archivectl.i18n import N_

if TYPE_CHECKING:
    from archivectl.loans import Loan

lending, renewing, returning = typer.Typer(), typer.Typer(), typer.Typer()
APPS = {"lend": lending, "renew": renewing, "return": returning}


HANDED_OUT = N_("Lent: {loan}, {record}; back by {due}.")
REQUESTED = N_("Requested: {loan}, {record}; waits for {who}. Then hand it out: archivectl lend {loan}")
RENEWED = N_("Renewed: {loan}, {record}; back by {due}.")
RETURNED = N_("Returned: {loan}, {record}.")
RETURNED_LATE = N_("Returned: {loan}, {record}; it was due {was}.")
LOST = N_("Entered as lost: {loan}, {record}.")


class UnknownCondition(WrongUsage):
    """A condition that is none of the three."""

    message = "“{condition}” is no condition."
    hint = "It is intact (完好), damaged (破损) or lost (遗失)."


def _report(ctx: typer.Context, loan: "Loan", template: str, **more: str) -> None:
    document = {"loan": loan.number, "state": loan.state, "due": loan.due}
    values = {"loan": loan.number, "record": loan.record, "due": loan.due or "—", **more}
    console.emit(ctx.obj, document, [console.sentence(template, values)])


@lending.command(epilog="archivectl lend 212 --to 王伟 --purpose 续租谈判 --for 14d")
def lend(
    ctx: typer.Context,
    what: str = typer.Argument(help="A record's number, or an approved request (JY-31) to hand out."),
    to: str = typer.Option("", "--to", help="Who borrows it."),
    purpose: str = typer.Option("", "--purpose", help="What it is needed for."),
    until: str = typer.Option("", "--until", help="The day it is back."),
    length: str = typer.Option("", "--for", help="The term: 14d, 4h, 2wk."),
    document: str = typer.Option("", "--document", help="Only this document of the file."),
    volume: str = typer.Option("", "--volume", help="Only this volume of the file."),
    on_site: bool = typer.Option(False, "--on-site", help="To be read on the premises."),
    unit: str = typer.Option("", "--unit", help="The borrower's department, where the borrower is no member."),
    outside: bool = typer.Option(False, "--outside", help="To another organisation."),
    pages: int = typer.Option(None, "--pages", min=0, help="How many pages are handed out."),
) -> None:
    """Lend a file; where approval is needed, this requests it, and `lend JY-…` hands out what was approved."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    part = f"documents[{document}]" if document else f"volumes[{volume}]" if volume else ""
    with context.writing(ctx) as archive:
        if not to and not purpose and _is_entry(what):
            _report(ctx, loans.hand_out(archive, what, pages=pages), HANDED_OUT)
            return
        mode = "on-site" if on_site else "loan"
        columns = {"mode": mode, "borrower": to, "purpose": purpose, "unit": unit, "outside": outside or None}
        loan = loans.lend(archive, what, columns, loans.term(archive, until, length), part, pages)
        if loan.state == "lent":
            _report(ctx, loan, HANDED_OUT)
            return
        _report(ctx, loan, REQUESTED, who=awaited(archive, loan.case))


def _is_entry(text: str) -> bool:
    from archivectl.records.numbering import folded  # noqa: PLC0415

    return folded(text).startswith("JY")


@renewing.command(epilog="archivectl renew JY-31 --until 2026-04-01 --reason 谈判未结束")
def renew(
    ctx: typer.Context,
    loan: str = typer.Argument(help="The loan's number; JY-31 is that of this year."),
    until: str = typer.Option("", "--until", help="The day it is back."),
    length: str = typer.Option("", "--for", help="The term: 14d, 4h, 2wk."),
    reason: str = typer.Option("", "--reason", help="Why."),
) -> None:
    """Promise a later day for a file that is out."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, loans.renew(archive, loan, until, length, reason), RENEWED)


@returning.command(epilog="archivectl return JY-31 --condition 完好 --pages 42")
def give_back(
    ctx: typer.Context,
    loan: str = typer.Argument(help="The loan's number; JY-31 is that of this year."),
    condition: str = typer.Option("intact", "--condition", help="intact, damaged or lost."),
    pages: int = typer.Option(None, "--pages", min=0, help="How many pages came back."),
) -> None:
    """Take a file back, its condition and pages noted."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        choices = archive.kind("loan").data["condition"].choices
        chosen = choice(condition, choices)
        if chosen not in choices:
            raise UnknownCondition(condition=condition)
        before = archive.case(loan)
        text = LOST if chosen == "lost" else RETURNED_LATE if loans.late(before, archive.now) else RETURNED
        _report(ctx, loans.give_back(archive, loan, condition=chosen, pages=pages), text, was=before.due or "—")
