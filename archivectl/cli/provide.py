"""``provide``: tell somebody outside what a file says."""

import typer

from archivectl.cli import answers, context, values
from archivectl.cli.lend import part, report
from archivectl.cli.values import chosen, paths

app = typer.Typer()
APPS = {"provide": app}


@app.command(epilog="archivectl provide 212 --to 税务局 --purpose 协查 --basis law --fields name,identity.uscc")
def provide(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number."),
    to: str = typer.Option("", "--to", help="Who is told."),
    purpose: str = typer.Option("", "--purpose", help="What it is needed for."),
    fields: str = typer.Option("", "--fields", help="The fields that are told, by path or title, separated by commas."),
    use: str = typer.Option("", "--use", help="The permitted purpose of the use, where the regime lists them."),
    basis: str = typer.Option("", "--basis", help="consent, law or cooperation."),
    keeps_secrets: bool = typer.Option(False, "--keeps-secrets", help="The recipient is able to keep secrets."),
    document: str = typer.Option("", "--document", help="Only this document of the file."),
    volume: str = typer.Option("", "--volume", help="Only this volume of the file."),
) -> None:
    """Tell somebody outside what a file says; where approval is needed, this requests it, and `lend JY-…` delivers."""
    from archivectl import loans  # noqa: PLC0415 - loads git

    answers.need(to=to, purpose=purpose)
    with context.writing(ctx) as archive:
        rests = chosen(archive.kind("loan"), "basis", basis)
        told = paths(fields)
        columns = {"borrower": to, "purpose": purpose, "fields": told, "basis": rests, "able": keeps_secrets or None}
        columns["use"] = values.use(archive, use)
        report(ctx, archive, loans.provide(archive, number, columns, part(document, volume)))
