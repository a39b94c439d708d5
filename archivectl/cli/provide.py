"""``provide``: tell somebody outside what a file says."""

import re

import typer

from archivectl.cli import context
from archivectl.cli.lend import part, report
from archivectl.cli.values import choice, path_of
from archivectl.errors import WrongUsage
from archivectl.i18n import keyed

app = typer.Typer()
APPS = {"provide": app}


class UnknownBasis(WrongUsage):
    """Something that no provision rests on."""

    message = "“{basis}” is nothing that a customer's data may be told for."
    hint = "It is one of: {known}"


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

    with context.writing(ctx) as archive:
        choices = archive.kind("loan").columns["basis"].choices
        chosen = choice(basis, choices)
        if chosen and chosen not in choices:
            raise UnknownBasis(basis=basis, known=keyed(choices))
        told = ", ".join(path_of(name.strip()) for name in re.split("[,，、]", fields) if name.strip())
        columns = {"borrower": to, "purpose": purpose, "use": use, "fields": told, "basis": chosen, "able": keeps_secrets or None}
        report(ctx, archive, loans.provide(archive, number, columns, part(document, volume)))
