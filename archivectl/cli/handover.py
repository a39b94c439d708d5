"""``handover``: slips from the proposal to the register, what a leaver still has, and key accounts."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import answers, console, context
from archivectl.cli.values import choice, chosen, split
from archivectl.errors import Reason, WrongUsage
from archivectl.i18n import MASK, N_, Titles, _

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case

app = typer.Typer(help="Hand files over: to a successor, another department, the archive room.", no_args_is_help=True)
APPS = {"handover": app}
SLIP = N_("The handover slip; JJ-2 is that of this year.")


class UnknownCheck(WrongUsage):
    """Something that the rules do not want checked."""

    message = "“{check}” is nothing that is checked here."
    hint = "It may be: {known}"


class WhichItems(WrongUsage):
    """A confirmation that does not say of what."""

    message = "Which items of {entry} were received?"
    hint = "Name them, or say --all; what is not named stays with who hands over. See them: archivectl handover show {entry}"


def _report(ctx: typer.Context, archive: "Archive", case: "Case", more: list[str] | None = None) -> None:
    answers.standing(ctx, archive, case, *(more or []), files=len(case.entry.uids))


def _reasons(archive: "Archive", reasons: list[Reason]) -> list[str]:
    """What stands in the way, and what to do about each."""
    told = (console.told(reason, archive.regime.titles) for reason in reasons)
    return [line for text, hint in told for line in (f"· {text}", f"  {hint}")]


@app.command(epilog="archivectl handover propose --of 李娜 --to 王伟 --mode 离职 --reason 离职")
def propose(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help="The records' numbers."),
    of: str = typer.Option("", "--of", help="Everything that this member keeps.", metavar="MEMBER"),
    where: str = typer.Option("", "--where", help="The records that a condition selects.", metavar="EXPR"),
    to: str = typer.Option("", "--to", help="Who receives: a member, or anybody by name."),
    mode: str = typer.Option("", "--mode", help="leave, reassign, archivist, department, archive-room, deregistration …"),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
    giver: str = typer.Option("", "--from", help="Who hands over; you, without it.", metavar="MEMBER"),
    unit: str = typer.Option("", "--unit", help="The receiving department."),
    store: str = typer.Option("", "--place", help="Where the files will stand."),
    protection: str = typer.Option("", "--protection", help="What protects secret files on the way; it is kept encrypted."),
    plan: list[str] = typer.Option([], "--plan", help="A line of the plan: scope=…, time=…; repeatable.", metavar="COLUMN=VALUE"),
    volume: str = typer.Option("", "--volume", help="Only this volume of the file."),
) -> None:
    """Open a handover slip about files."""
    from archivectl import handover, ledger, seeking  # noqa: PLC0415 - loads git
    from archivectl.records import parts  # noqa: PLC0415

    answers.need(to=to, reason=reason)
    with context.writing(ctx) as archive:
        kind = archive.kind("handover")
        columns = {
            "mode": chosen(kind, "mode", mode),
            "giver": giver or of,
            "receiver": to,
            "reason": reason,
            "unit": unit,
            "store": store,
        }
        columns |= {"protection": protection, **ledger.cells(kind, dict(split(each) for each in plan))}
        found = [*(numbers or ()), *(handover.kept_by(archive, of) if of else ())]
        if where:
            fitting = [row.uid for row in seeking.selected(archive, where, living=True)]
            found = [uid for uid in found if uid in fitting] if of else [*found, *fitting]
        case = handover.propose(archive, found, columns, parts.path("volumes", volume))
        left = list(handover.outstanding(archive, of, case.entry.uids)) if of else []
        more = [_("Besides these files, before it can be registered:"), *_reasons(archive, left)] if left else []
        _report(ctx, archive, case, more)


@app.command(epilog="archivectl handover audit JJ-2 --checked 完整 --checked 准确 --counted 42")
def audit(
    ctx: typer.Context,
    entry: str = typer.Argument(help=SLIP),
    checked: list[str] = typer.Option([], "--checked", help="What was checked; repeatable."),
    counted: int = typer.Option(None, "--counted", min=0, help="How many items were counted."),
    note: str = typer.Option("", "--note", help="What was found; it is kept encrypted."),
) -> None:
    """Attest, before the transfer, that the material was checked."""
    from archivectl import handover  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        known = handover.checks(archive, entry)
        checks = [choice(each, known) for each in checked]
        for check in checks:
            if check not in known:
                raise UnknownCheck(check=check, known=Titles(known.values()))
        _report(ctx, archive, handover.audit(archive, entry, checks, counted, note))


@app.command(epilog="archivectl handover confirm JJ-2 --all-but 640")
def confirm(
    ctx: typer.Context,
    entry: str = typer.Argument(help=SLIP),
    numbers: list[str] = typer.Argument(None, help="The records' numbers."),
    everything: bool = typer.Option(False, "--all", help="Every item on the slip was received."),
    but: list[str] = typer.Option([], "--all-but", help="Every item except this one; repeatable.", metavar="NUMBER"),
) -> None:
    """Confirm, as who receives, item by item; what is not confirmed stays with who hands over."""
    from archivectl import handover  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = archive.case(entry)
        if not numbers and not everything and not but:
            raise WhichItems(entry=case.id)
        named = list(numbers) if numbers else None
        if but:
            lacking = {archive.record(each).uid for each in but}
            named = [uid for uid in case.entry.uids if uid not in lacking]
        _report(ctx, archive, handover.confirm(archive, entry, named))


@app.command(epilog="archivectl handover register JJ-2")
def register(ctx: typer.Context, entry: str = typer.Argument(help=SLIP)) -> None:
    """Enter a slip that all have signed: its confirmed files get their new keeper, department and place."""
    from archivectl import handover  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = handover.register(archive, entry)
        count, left = len(handover.handed_over(archive, case)), len(set(case.entry.uids))
        more = [_("Handed over: {count} of {total} files.", count=count, total=left)]
        _report(ctx, archive, case, more)


@app.command(epilog="archivectl handover show JJ-2")
def show(ctx: typer.Context, entry: str = typer.Argument(help=SLIP)) -> None:
    """The files on a slip, which of them count as handed over, and who did not have to sign and did not."""
    from archivectl import disclosure, handover  # noqa: PLC0415 - loads git
    from archivectl.reports import signing  # noqa: PLC0415 - loads the layouts

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        rows = [row for uid in dict.fromkeys(case.entry.uids) if (row := archive.index.record(uid=uid))]
        names = disclosure.names(archive, rows)
        done = {record.uid for record in handover.handed_over(archive, case)} if case.acts("confirm", "register") else set[str]()
        files = [
            {"number": row.number, "name": row.name if row.name is not None else names.get(row.uid), "confirmed": row.uid in done}
            for row in rows
        ]
        heads = (_("Number"), _("Name"), _("Confirmed"))
        table = [(each["number"], each["name"] or MASK, _("yes") if each["confirmed"] else _("no")) for each in files]
        left = signing.unasked(case)
        said = N_("{title}: {who} did not sign; the rules do not ask for it.")
        more = [_(said, title=title, who=archive.members[who].name if who in archive.members else who) for title, who in left]
        answers.standing(
            ctx, archive, case, *console.table(table, heads), *more, files=files, unsigned=[who for _title, who in left]
        )


@app.command(epilog="archivectl handover outstanding 李娜")
def outstanding(ctx: typer.Context, member: str = typer.Argument(help="The member who leaves.", metavar="MEMBER")) -> None:
    """What a member still has: files kept, loans, signatures that only they can give."""
    from archivectl import handover  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        found = list(handover.outstanding(archive, member))
        lines = _reasons(archive, found) or [_("Nothing is outstanding.")]
    console.emit(ctx.obj, [console.reason_json(reason) for reason in found], lines)


@app.command(epilog="archivectl handover account 212 --from 李娜 --to 王伟")
def account(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number."),
    to: str = typer.Option("", "--to", help="The new owner of the account.", metavar="MEMBER"),
    giver: str = typer.Option("", "--from", help="The old owner of the account.", metavar="MEMBER"),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Begin the handover of a key account: prepare, introduce, plan, build the relationship, evaluate."""
    from archivectl import handover  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, handover.account(archive, number, giver, to, reason))
