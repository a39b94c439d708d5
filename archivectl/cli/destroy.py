"""``destroy``: propose, supervise, execute, resume, verify, certificate."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.values import awaited
from archivectl.errors import Refused
from archivectl.i18n import N_, Word, _, listed, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.destruction import Copy
    from archivectl.registers.fold import Case

app = typer.Typer(help="Propose, supervise, carry out and certify destruction.", no_args_is_help=True)
APPS = {"destroy": app}
MANY = 3
OUTSIDE = N_("outside")  # who signed on paper, to a reader who may not know the name
LIST = N_("The destruction list; XH-2 is that of this year.")


class NotConfirmed(Refused):
    """Many records, and nobody said yes."""

    message = "{count} records would be destroyed for good; that needs a yes."
    hint = "Answer the question at a terminal, or add --yes."


def _report(ctx: typer.Context, archive: "Archive", case: "Case") -> None:
    from archivectl import destruction  # noqa: PLC0415 - loads git

    waits, left = awaited(archive, case), destruction.left_out(archive, case)
    document = {"list": case.id, "state": case.state, "awaits": waits or None, "left_out": left}
    lines = [_("{entry}: {state}.", entry=case.id, state=_(case.state))]
    if left:
        lines.append(_("Changed since it was proposed, so not destroyed with this list: {records}", records=", ".join(left)))
    console.emit(ctx.obj, document, [*lines, *([_("It waits for: {who}", who=waits)] if waits else [])])


@app.command(epilog="archivectl destroy propose 212 640 --reason 保管期满")
def propose(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(help="The records' numbers."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Put records on a destruction list."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, destruction.propose(archive, numbers, reason))


@app.command(epilog="archivectl destroy supervise XH-2")
def supervise(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Sign, as a supervisor, that the items were checked one by one."""
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, archive, destruction.supervise(archive, entry))


def _execute(ctx: typer.Context, entry: str) -> None:
    from archivectl import destruction  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        count = len(archive.case(entry).entry.uids)
        if count >= MANY and not console.ask(ctx.obj, _("Destroy {count} records for good?", count=count)):
            raise NotConfirmed(count=count)
        _report(ctx, archive, destruction.execute(archive, entry))


@app.command(epilog="archivectl destroy execute XH-2")
def execute(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Destroy the keys of every record on the list and leave tombstones."""
    _execute(ctx, entry)


@app.command(epilog="archivectl destroy resume XH-2")
def resume(ctx: typer.Context, entry: str = typer.Argument(help=LIST)) -> None:
    """Go on with a destruction that was interrupted."""
    _execute(ctx, entry)


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
            _(line.means),
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
        _(
            "These fields were never sealed and stay readable in the history: {fields}",
            fields=listed(map(console.title, found.clear)) or "—",
        ),
    ]
    console.emit(ctx.obj, document, lines)
