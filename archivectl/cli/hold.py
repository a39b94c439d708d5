"""``hold`` and ``release``: stops on files."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.values import choice
from archivectl.errors import WrongUsage
from archivectl.i18n import _

if TYPE_CHECKING:
    from archivectl.registers.fold import Case

holding, releasing = typer.Typer(), typer.Typer()
APPS = {"hold": holding, "release": releasing}


class UnknownStop(WrongUsage):
    """Something that no stop forbids."""

    message = "“{forbid}” cannot be forbidden."
    hint = "A stop forbids destroy (销毁), use (利用和变更) or all (保管以外的一切)."


def _report(ctx: typer.Context, case: "Case") -> None:
    document = {"hold": case.id, "state": case.state}
    console.emit(ctx.obj, document, [_("{entry}: {state}.", entry=case.id, state=_(case.state))])


@holding.command(epilog="archivectl hold 212 640 --forbid destroy --reason 诉讼")
def hold(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(help="The records' numbers."),
    forbid: str = typer.Option("destroy", "--forbid", help="destroy, use or all."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Stop files: against destroying, against using and changing, against everything but storing."""
    from archivectl import stops  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        choices = archive.kind("hold").columns["forbid"].choices
        chosen = choice(forbid, choices)
        if chosen not in choices:
            raise UnknownStop(forbid=forbid)
        _report(ctx, stops.hold(archive, numbers, chosen, reason))


@releasing.command(epilog="archivectl release TY-4 --reason 结案")
def release(
    ctx: typer.Context,
    entry: str = typer.Argument(help="The stop's number; TY-4 is that of this year."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Lift a stop."""
    from archivectl import stops  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        _report(ctx, stops.release(archive, entry, reason))
