"""``approve`` and ``reject``: sign what an entry waits for, or record what somebody signed on paper."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import answers, console, context
from archivectl.cli.granted import TEXT, changed, is_one
from archivectl.cli.values import awaited
from archivectl.i18n import MASK, N_, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case

_SAID = ("unit", "term", "until")  # columns that have a line of their own
approving, rejecting = typer.Typer(), typer.Typer()
APPS = {"approve": approving, "reject": rejecting}


def _scan(paper: Path | None, message: Path | None) -> tuple[Path | bytes, str]:
    return (message, "message") if message else (paper or b"", "paper")


def request_text(archive: "Archive", case: "Case") -> list[str]:
    """What may be pasted into a message to whoever must sign: what is asked, as far as it is kept in clear.

    Nothing in it is secret; what is sealed, such as the purpose, is named there and stands in the register.
    """
    from archivectl.encryption.envelope import is_sealed  # noqa: PLC0415 - loads age

    records = archive.records_of(case.entry.uids)
    opener = case.done[0].by if case.done else ""
    asks = archive.members[opener].name if opener in archive.members else opener
    named = (
        f"{record.label} {MASK if is_sealed(name := record.data.get('name', '')) else name}".strip() for record in records[:3]
    )
    about = console.clean(listed(named)) + (" …" if len(records) > 3 else "")  # noqa: PLR2004 - a line holds three
    ends = case.entry.columns.get("term") or case.rule.get("term") or case.entry.columns.get("until")
    borrower, sealed = _borrower(archive, case), _sealed(case)
    rows = [
        _("[{entry}] {title}", entry=case.id, title=pick(case.kind.title)),
        _("About: {about}", about=about) if about else "",
        _("Asked for by: {who}, {date}", who=asks, date=case.done[0].date[:10] if case.done else "—"),
        _("Borrower: {who}", who=borrower) if borrower else "",
        _("For: {until}", until=console.said(ends)) if ends else "",
        *_stated(archive, case),
        _("It waits for: {who}", who=awaited(archive, case)),
        _("Encrypted, to be read in the register: {titles}: archivectl register show {entry}", titles=sealed, entry=case.id)
        if sealed
        else _("All of it: archivectl register show {entry}", entry=case.id),
        _("Please answer: “agreed, {entry}”, or “not agreed, {entry}” and why.", entry=case.id),
    ]
    return [row for row in rows if row]


def _stated(archive: "Archive", case: "Case") -> list[str]:
    """What an entry states in clear, each by its title: fields asked for, basis, use."""
    from archivectl.reports.wording import Wording  # noqa: PLC0415 - loads age

    kind, wording = case.kind, Wording(archive)
    said = {*_SAID, *((TEXT, "path", "last") if is_one(case) else ())}
    stated = {name: value for name, value in case.entry.columns.items() if name not in said and name in kind.columns}
    clear = {name: value for name, value in stated.items() if not kind.columns[name].sealed}
    cells = ((pick(kind.columns[name].titles), wording.cell(kind, name, value)) for name, value in clear.items())
    return [_("{title}: {value}", title=title, value=console.clean(value)) for title, value in cells]


def _sealed(case: "Case") -> str:
    """The titles of what an entry states and keeps encrypted."""
    columns = case.kind.columns
    return listed(pick(columns[name].titles) for name in case.entry.columns if name in columns and columns[name].sealed)


def _borrower(archive: "Archive", case: "Case") -> str:
    """Who is to have a file, as far as that may stand in a message: a member by name, anybody else by their unit."""
    from archivectl import ledger  # noqa: PLC0415 - loads git
    from archivectl.members.member import called  # noqa: PLC0415

    if "borrower" not in case.entry.columns:
        return ""
    columns = ledger.columns_of(archive, case)
    member, unit = called(archive.members, str(columns["borrower"])), columns.get("unit")
    return listed(filter(None, (member.name if member else "", unit)))


def _asked(ctx: typer.Context, entry: str) -> None:
    from archivectl import approvals  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        approvals.awaiting(case)
        lines, waits = request_text(archive, case), awaited(archive, case)
    console.emit(ctx.obj, {"entry": case.id, "state": case.state, "awaits": waits, "text": "\n".join(lines)}, lines)


def _report(ctx: typer.Context, archive: "Archive", case: "Case", *, given: bool, unknown: str = "") -> None:
    template = N_("{entry}: signed; now {state}.") if given else N_("{entry}: not agreed to; now {state}.")
    head = answers.partly(case) or _(template, entry=case.id, state=case.state_word)
    answers.standing(ctx, archive, case, *filter(None, [unknown]), *(changed(archive, case) if is_one(case) else ()), head=head)


def _unknown(archive: "Archive", entry: str, by: str) -> str:
    """One line where a signature elsewhere is in a name that none of the members with that post bears."""
    from archivectl import approvals  # noqa: PLC0415 - loads git

    if not (known := approvals.bearers(archive, entry, by)):
        return ""
    message = N_("“{who}” is no member; that post is held here by {known}. Make sure that the name on the paper is right.")
    return _(message, who=by, known=listed(one.name or one.handle for one in known))


@approving.command(epilog="archivectl approve JY-33 --by 陈静 --paper 审批单.pdf")
def approve(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The entry's number; JY-33 is that of this year."),
    by: str = typer.Option("", "--by", help="Who approved elsewhere, on paper or by message."),
    paper: Path = typer.Option(None, "--paper", help="The scan of the signed paper; it is kept encrypted."),
    message: Path = typer.Option(None, "--message", help="The message, as a file; it is kept encrypted."),
    ask: bool = typer.Option(False, "--ask", help="Sign nothing: print a text to send to whoever must sign."),
) -> None:
    """Sign what an entry waits for, as yourself or for the record of somebody's signature on paper."""
    from archivectl import approvals  # noqa: PLC0415 - loads git

    if ask:
        _asked(ctx, entry)
        return
    scan, means = _scan(paper, message)
    with context.writing(ctx) as archive:
        unknown = _unknown(archive, entry, by)
        case = approvals.approve(archive, entry, approvals.Elsewhere(by, scan, means))
        _report(ctx, archive, case, given=True, unknown=unknown)


@rejecting.command(epilog="archivectl reject JY-33 --reason 用途不明")
def reject(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The entry's number; JY-33 is that of this year."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
    by: str = typer.Option("", "--by", help="Who refused elsewhere, on paper or by message."),
    paper: Path = typer.Option(None, "--paper", help="The scan of the signed paper; it is kept encrypted."),
    message: Path = typer.Option(None, "--message", help="The message, as a file; it is kept encrypted."),
) -> None:
    """Refuse what an entry waits for; the regime says whether that ends it or sends it back."""
    from archivectl import approvals  # noqa: PLC0415 - loads git

    answers.need(reason=reason)
    scan, means = _scan(paper, message)
    with context.writing(ctx) as archive:
        unknown = _unknown(archive, entry, by)
        case = approvals.reject(archive, entry, reason, approvals.Elsewhere(by, scan, means))
        _report(ctx, archive, case, given=False, unknown=unknown)
