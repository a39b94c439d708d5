"""``hold`` and ``release``: stops on files."""

from typing import TYPE_CHECKING

import typer

from archivectl.cli import answers, context
from archivectl.cli.values import chosen
from archivectl.i18n import N_, _

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case

holding, releasing = typer.Typer(), typer.Typer()
sealing, restricting = typer.Typer(), typer.Typer()
APPS = {"hold": holding, "release": releasing, "seal": sealing, "restrict": restricting}
REASON = N_("Why; it is kept encrypted.")
WHERE = N_("Not named files but all that fit, later ones too: subject, file, department, secrecy, axes.")
NUMBERS = N_("The records' numbers.")


def _place(ctx: typer.Context, numbers: list[str] | None, forbid: str, reason: str, where: str) -> None:
    from archivectl import stops  # noqa: PLC0415 - loads git

    answers.need(reason=reason)
    with context.writing(ctx) as archive:
        case = stops.hold(archive, numbers or (), chosen(archive.kind("hold"), "forbid", forbid), reason, where)
        _told(ctx, archive, case)


def _told(ctx: typer.Context, archive: "Archive", case: "Case") -> None:
    from archivectl import stops  # noqa: PLC0415 - loads git

    files, scope = stops.covered(archive, case), case.entry.columns.get("scope")
    told = _("Files it covers now: {count}. Every later one that fits falls under it too.", count=files)
    stands = _("{entry}: {state}.", entry=case.id, state=case.state_word)
    answers.standing(ctx, archive, case, *([told] if scope else []), head=stands, key="hold", files=files)


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


@sealing.command(epilog="archivectl seal 212 --trigger 合作终止 --reason 已结清")
def seal(
    ctx: typer.Context,
    numbers: list[str] = typer.Argument(None, help=NUMBERS),
    where: str = typer.Option("", "--where", help=WHERE, metavar="SCOPE"),
    trigger: str = typer.Option("other", "--trigger", help="ended, asked (by the customer) or other."),
    reason: str = typer.Option("", "--reason", help=REASON),
) -> None:
    """Close files to use and change until they are unsealed: `release TY-…`."""
    from archivectl import stops  # noqa: PLC0415 - loads git

    answers.need(reason=reason)
    with context.writing(ctx) as archive:
        case = stops.seal(archive, numbers or (), chosen(archive.kind("hold"), "trigger", trigger), reason, where)
        _told(ctx, archive, case)


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
    entry: str = typer.Argument(help="The number of the stop or sealing; TY-4 is that of this year."),
    reason: str = typer.Option("", "--reason", help="Why; it is kept encrypted."),
) -> None:
    """Lift a stop, or unseal files."""
    from archivectl import stops  # noqa: PLC0415 - loads git

    answers.need(reason=reason)
    with context.writing(ctx) as archive:
        answers.standing(ctx, archive, stops.release(archive, entry, reason), key="hold")
