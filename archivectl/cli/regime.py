"""``regime``: the archive's own rules; its calendar."""

import typer

from archivectl.cli import console, context
from archivectl.i18n import _

app = typer.Typer(help="The archive's own rules: its calendar of working days.", no_args_is_help=True)
APPS = {"regime": app}


@app.callback()
def rules() -> None:
    """The archive's own rules: its calendar of working days."""


@app.command(epilog="archivectl regime calendar 2026")
def calendar(
    ctx: typer.Context,
    year: int = typer.Argument(help="The year whose working days are written or refreshed.", min=1, max=9999),
) -> None:
    """Write the working days of a year into the archive, holidays and worked weekends (调休) as they were announced."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        found, changed = rulebook.write_calendar(archive, year)
    document = {"year": year, "path": found.path, "off": list(found.off), "work": list(found.work), "changed": changed}
    said = _("The calendar of {year} is in {path}.") if changed else _("The calendar of {year} is in {path} already.")
    rows = [(_("Weekdays free"), ", ".join(found.off)), (_("Weekend days worked"), ", ".join(found.work) or None)]
    console.emit(ctx.obj, document, [said.format(year=year, path=found.path), *console.pairs(rows)])
