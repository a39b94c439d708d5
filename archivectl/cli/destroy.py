"""``destroy``: due, propose, appraise, items, supervise, execute, resume, attest, verify, feedback, certificate."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import answers, console, context, kept
from archivectl.cli.answers import MANY
from archivectl.errors import Refused, WrongUsage
from archivectl.i18n import MASK, N_, Word, _, listed, pick
from archivectl.records import fields

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.destruction import Copy
    from archivectl.registers.fold import Case

app = typer.Typer(help="Propose, supervise, carry out and certify destruction.", no_args_is_help=True)
APPS = {"destroy": app}
OUTSIDE = N_("outside")  # who signed on paper, to a reader who may not know the name
HEADS = (
    N_("Number"), N_("Name"), N_("Years"), N_("Volumes"), N_("Documents"), N_("Pages"), N_("Term"), N_("Counted from"),
    N_("Due since"), N_("State"),
)  # fmt: skip
LIST = N_("The destruction list; XH-2 is that of this year.")


class NotConfirmed(Refused):
    """Many records, and nobody said yes."""

    message = "{count} records would be destroyed for good; that needs a yes."
    hint = "Answer the question at a terminal, or add --yes."


class NothingNamed(WrongUsage):
    """A list of nothing."""

    message = "No record is named."
    hint = "Name records by their numbers, or propose all that are due: --due"


def _report(ctx: typer.Context, archive: "Archive", case: "Case", head: str = "") -> None:
    from archivectl import destruction  # noqa: PLC0415 - loads git

    left = destruction.left_out(archive, case)
    lines = [_("Changed since it was proposed, so not destroyed with this list: {records}", records=listed(left))] if left else []
    answers.standing(ctx, archive, case, *lines, head=head, key="list", left_out=left)


@app.command(epilog="archivectl destroy propose 212 640 --reason 保管期满")
def propose(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help="The records' numbers; with --due, conditions as of `list`."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
    due: bool = typer.Option(False, "--due", help="All records that are due and that nothing stands against."),
    ground: str = typer.Option("", "--ground", help="expired, useless, unneeded, asked; which of them, the regime says."),
) -> None:
    """Put records on a destruction list."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    if not numbers and not due:
        raise NothingNamed
    answers.need(reason=reason)
    with context.writing(ctx) as archive:
        if not due:
            _report(ctx, archive, destruction.propose(archive, numbers, reason, ground))
            return
        records, against = destruction.free_to_go(archive, " ".join(numbers or ()), ground)
        for one in against:
            console.note(_("Left out: {reason}", reason=console.told(one, archive.regime.titles)[0]))
        count = len(records)
        if count >= MANY and not console.ask(ctx.obj, _("Put {count} records on a destruction list?", count=count)):
            raise NotConfirmed(count=count)
        _report(ctx, archive, destruction.put_on_list(archive, records, reason, ground))


@app.command(epilog="archivectl destroy due 归口部门=销售部 --until 2026-12-31")
def due(
    ctx: typer.Context,
    words: list[str] = typer.Argument(None, help="Conditions: field=value, field~text, field<date; or, not.", metavar="EXPR"),
    until: str = typer.Option("", "--until", help="Those that are due by that day."),
    steps: bool = typer.Option(False, "--steps", help="How each day is worked out, also of files that are not due."),
) -> None:
    """The files whose time is over, the longest due first, and why."""
    from archivectl import disclosure, retention  # noqa: PLC0415 - loads git
    from archivectl.regime import spans  # noqa: PLC0415

    conditions = " ".join(words or ())
    with context.reading(ctx) as archive:
        day = spans.moment(until).date().isoformat() if until else archive.today
        found = list(retention.judged(archive, conditions, day)) if steps else retention.due(archive, conditions, day)
        names = disclosure.names(archive, [one.row for one in found])
    documents, rows, lines = [], [], []
    for row, verdict in found:
        number, name = row.number or row.uid, row.name if row.name is not None else names.get(row.uid)
        if ctx.obj.json:
            documents.append({"number": number, "uid": row.uid, "name": name, **kept.document(verdict)})
        elif steps:
            lines += [f"{number}  {console.clean(name or MASK)}", *(f"  {line}" for line in kept.explained(verdict))]
        else:
            rows.append((number, name or MASK, verdict.due, kept.reason(verdict)))
    heads = (_("Number"), _("Name"), _("Due since"), _("Why"))
    shown = lines if steps else console.table(rows, heads)
    console.emit(ctx.obj, documents, shown if found else [_("No file is due.")])


@app.command(epilog="archivectl destroy appraise XH-2 --opinion 已无利用价值")
def appraise(
    ctx: typer.Context,
    entry: str = typer.Argument(help=LIST),
    opinion: str = typer.Option("", "--opinion", "--reason", help="What the appraiser found; it is kept encrypted."),
) -> None:
    """Enter the appraiser's opinion that the files on the list are of no value any more."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    answers.need(opinion=opinion)
    with context.writing(ctx) as archive:
        _report(ctx, archive, destruction.appraise(archive, entry, opinion))


@app.command(epilog="archivectl destroy items XH-2")
def items(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """The list item by item: number, name, years, volumes, pages, term, and the day it was due."""
    from archivectl import destruction, ledger  # noqa: PLC0415 - loads git

    with context.reading(ctx) as archive:
        case = archive.case(entry)
        found, reason = destruction.items(archive, case), ledger.columns_of(archive, case).get("reason")
    documents = [{**item._asdict(), "reason": reason} for item in found]
    rows = [
        (
            item.number,
            item.name or MASK,
            "–".join(dict.fromkeys(day[:4] for day in (item.first, item.last) if day)) or None,
            item.volumes,
            item.documents,
            item.pages,
            console.said(item.term) if item.term else None,
            item.kept_since or None,
            item.due,
            pick(fields.known("status").choices.get(item.status, item.status)),
        )
        for item in found
    ]
    reasons = [_("Reason: {reason}", reason=console.clean(reason or MASK))]
    console.emit(ctx.obj, documents, [*console.table(rows, tuple(map(_, HEADS))), *reasons])


@app.command(epilog="archivectl destroy supervise XH-2")
def supervise(
    ctx: typer.Context,
    entry: str = typer.Argument(help=LIST),
    numbers: list[str] = typer.Argument(None, help="The items that were checked; they must be all. None: all were."),
) -> None:
    """Sign, as a supervisor, that the items were checked one by one."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = destruction.supervise(archive, entry, numbers or ())
        _report(ctx, archive, case, answers.partly(case, N_("{entry}: {done} of {total} checked.")))


def _execute(ctx: typer.Context, entry: str, *, resuming: bool = False) -> None:
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        case = archive.case(entry)
        if resuming and case.state == "destroyed":
            line = _("{entry} is carried out already; nothing is left to do.", entry=case.id)
            console.emit(ctx.obj, {"list": case.id, "state": case.state, "awaits": None, "left_out": []}, [line])
            return
        count, ready = len(case.entry.uids), case.at("execute", "complete")
        if ready and count >= MANY and not console.ask(ctx.obj, _("Destroy {count} records for good?", count=count)):
            raise NotConfirmed(count=count)
        case = destruction.execute(archive, entry, resuming=resuming)
        text = N_("{entry}: {count} records would be destroyed for good.")
        _report(ctx, archive, case, _(text, entry=case.id, count=count) if ctx.obj.dry_run else "")


@app.command(epilog="archivectl destroy execute XH-2")
def execute(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Destroy the keys of every record on the list and leave tombstones."""
    _execute(ctx, entry)


@app.command(epilog="archivectl destroy resume XH-2")
def resume(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Go on with a destruction that was interrupted; of one that is finished, nothing is left to do."""
    _execute(ctx, entry, resuming=True)


@app.command(epilog="archivectl destroy attest XH-2")
def attest(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Sign, as one of its supervisors, that the list was destroyed."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, destruction.attest(archive, entry))


@app.command(epilog="archivectl destroy feedback XH-2 --to 总经理 --opinion 已全部销毁并核实")
def feedback(
    ctx: typer.Context,
    entry: str = typer.Argument(help=LIST),
    told: str = typer.Option("", "--to", help="To whom it is reported; it is kept encrypted."),
    opinion: str = typer.Option("", "--opinion", "--reason", help="What is reported; it is kept encrypted."),
) -> None:
    """Enter what was reported of a destruction to whoever is above, once its copies were looked at."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, destruction.report(archive, entry, told, opinion))


def _place(archive: "Archive", copy: "Copy") -> str:
    place, _colon, name = copy.copy.partition(":")
    return f"{pick(archive.kind('key-copy').columns['place'].choices.get(place, place))} {name}"


def _copies(copies: "list[Copy]") -> list[dict[str, str]]:
    return [{"entry": copy.entry, "copy": copy.copy, "status": copy.status} for copy in copies]


@app.command(epilog="archivectl destroy verify XH-2")
def verify(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Look into every copy of the keys that this machine reaches, and enter the result."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        number = archive.case(entry).id
        found = destruction.verify(archive, entry)
        rows = console.table([(copy.entry, _place(archive, copy), _(copy.status)) for copy in found])
    console.emit(ctx.obj, {"list": number, "copies": _copies(found)}, rows)


def _who(name: str) -> str:
    return _(OUTSIDE) if name == OUTSIDE else name


@app.command(epilog="archivectl destroy certificate XH-2")
def certificate(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """What can honestly be said of a destruction: who signed, which copies are gone, what stays readable."""
    from archivectl import destruction  # noqa: PLC0415 - loads git
    from archivectl.reports.items import never_sealed  # noqa: PLC0415
    from archivectl.reports.wording import means  # noqa: PLC0415

    with context.reading(ctx) as archive:
        found = destruction.certificate(archive, entry)
        posts = archive.regime.get("posts", {})
        places = [("", _place(archive, copy), _(copy.status)) for copy in found.copies]
    signed = [
        (
            Word("destruction", line.act),
            _who(line.by),
            pick(posts.get(line.post, line.post)),
            line.date,
            means(line),
        )
        for line in found.signed
    ]
    document = {
        "list": found.list, "state": found.state, "date": found.date, "records": list(found.records),
        "signed": [{name: getattr(line, name) for name in ("act", "by", "post", "date", "means")} for line in found.signed],
        "copies": _copies(list(found.copies)), "clear": list(found.clear),
    }  # fmt: skip
    lines = [
        console.paint(_("Certificate of destruction {list}", list=found.list), "bold"),
        _("Records: {records}", records=listed(found.records)),
        _("Keys destroyed on {date}.", date=found.date),
        *console.table(signed),
        _("Copies of the keys:"),
        *console.table(places),
        _("Whoever kept a copy listed as unverified may still read the sealed fields."),
        _("These fields were never sealed and stay readable in the history:"),
        *console.table(never_sealed(found.clear).rows),
    ]
    console.emit(ctx.obj, document, lines)
