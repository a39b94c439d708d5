"""``key export``: the keys of one record, for reading it without this program."""

import typer

from archivectl.cli import console, context

app = typer.Typer(help="Keys: export a record's.", no_args_is_help=True)
APPS = {"key": app}


@app.callback()
def keys() -> None:
    """Keys of records."""


@app.command(epilog="archivectl key export 212 --purpose 司法调取")
def export(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    purpose: str = typer.Option("", "--purpose", help="What the keys are needed for; it is logged."),
) -> None:
    """Print a record's keys, for stock age; logged, and entered as a copy that a destruction must account for."""
    from archivectl import disclosure  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        found = disclosure.export_keys(archive, archive.record(number), purpose)
    document = {
        "number": number,
        "keys": [{"id": one.id, "level": one.level, "of": one.of, "secret": one.secret} for one in found],
    }
    lines = [line for one in found for line in (f"# {one.id} {one.level} {one.of}", one.secret)]
    console.emit(ctx.obj, document, lines)
