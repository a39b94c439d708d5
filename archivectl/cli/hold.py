"""``hold`` and ``release``: stops on files."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.values import choice
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _

if TYPE_CHECKING:
    from archivectl.registers.fold import Case

holding, releasing = typer.Typer(), typer.Typer()
sealing, restricting = typer.Typer(), typer.Typer()
APPS = {"hold": holding, "release": releasing, "seal": sealing, "restrict": restricting}
REASON = N_("Why; it is kept encrypted.")
WHERE = N_("Not named files but all that fit, later ones too: subject, file, department, secrecy, axes.")
NUMBERS = N_("The records' numbers.")


class UnknownStop(WrongUsage):
    """Something that no stop forbids."""

    message = "“{forbid}” cannot be forbidden."
    hint = "A stop forbids destroy (销毁), use (利用和变更) or all (保管以外的一切)."


def _report(ctx: typer.Context, case: "Case", files: int | None = None) -> None:
    document = {"hold": case.id, "state": case.state, **({"files": files} if files is not None else {})}
    lines = [_("{entry}: {state}.", entry=case.id, state=case.state_word)]
    if case.entry.columns.get("scope") and files is not None:
        lines.append(_("Files it covers now: {count}. Every later one that fits falls under it too.", count=files))
    console.emit(ctx.obj, document, lines)


def _place(ctx: typer.Context, numbers: list[str] | None, forbid: str, reason: str, where: str) -> None:
    from archivectl import stops  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        choices = archive.kind("hold").columns["forbid"].choices
        chosen = choice(forbid, choices)
        if chosen not in choices:
            raise UnknownStop(forbid=forbid)
        case = stops.hold(archive, numbers or (), chosen, reason, where)
        _report(ctx, case, stops.covered(archive, case))


@holding.command(epilog="archivectl hold 212 640 --forbid destroy --reason 诉讼")
def hold(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help=NUMBERS),
    forbid: str = typer.Option("destroy", "--forbid", help="destroy, use or all."),
    where: str = typer.Option("", "--where", help=WHERE, metavar="SCOPE"),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Stop files: against destroying, against using and changing, against everything but storing."""
    _place(ctx, numbers, forbid, reason, where)


@sealing.command(epilog="archivectl seal 212 --reason 合作终止")
def seal(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help=NUMBERS),
    where: str = typer.Option("", "--where", help=WHERE, metavar="SCOPE"),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Close files to use and change: the same as `hold --forbid use`."""
    _place(ctx, numbers, "use", reason, where)


@restricting.command(epilog="archivectl restrict 212 --reason 客户撤回同意，法定期限未满")
def restrict(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help=NUMBERS),
    where: str = typer.Option("", "--where", help=WHERE, metavar="SCOPE"),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Allow nothing but storing files: the same as `hold --forbid all`."""
    _place(ctx, numbers, "all", reason, where)


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
