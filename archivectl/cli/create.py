"""``create``: open a customer's file."""

from pathlib import Path

import typer

from archivectl.cli import console, context, values
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import _

app = typer.Typer()
APPS = {"create": app}


class CannotRead(Unreadable):
    """A file named on the command line that cannot be read."""

    message = "{path} cannot be read: {problem}."
    hint = "Check the name and the permissions of the file."


class NothingGiven(WrongUsage):
    """A new record without a single field."""

    message = "A new record needs at least a name."
    hint = "Give it: --set name=上海示例贸易有限公司"


class BothBeginnings(WrongUsage):
    """A file that is to begin in two ways."""

    message = "A file begins as a draft or as a stub, not as both."
    hint = "--draft has no number yet; --stub has one, and its papers are still to come."


def given(path: Path) -> dict[str, object]:
    """Typed values by field path from a YAML file of a record's plain fields."""
    from archivectl import yaml_text  # noqa: PLC0415 - only with --from
    from archivectl.records import fields  # noqa: PLC0415

    try:
        data = yaml_text.load(path.read_bytes(), str(path))
    except OSError as error:
        raise CannotRead(path=path, problem=error.strerror or "") from error
    return dict(fields.walk(data or {}))


@app.command(
    epilog="archivectl create --subject organisation --set 名称=上海示例贸易有限公司 --set identity.uscc=91350100M000100Y43"
)
def create(
    ctx: typer.Context,
    subject: str = typer.Option(..., "--subject", help="organisation, person or own-company."),
    sets: list[str] = typer.Option([], "--set", help="A field and its value: path=value, or 题名=值.", metavar="PATH=VALUE"),
    source: Path = typer.Option(None, "--from", help="A YAML file with the record's plain fields."),
    office: str = typer.Option("", "--office", help="The office, where there are several."),
    draft: bool = typer.Option(False, "--draft", help="Without a number, until it is submitted and accepted."),
    stub: bool = typer.Option(False, "--stub", help="With a number, its papers still to come."),
) -> None:
    """Open a customer's file; prints its number, or the uid of a draft."""
    from archivectl import intake  # noqa: PLC0415 - loads the schema

    stated = {**(given(source) if source else {}), **values.assignments(sets)}
    if not stated:
        raise NothingGiven
    if draft and stub:
        raise BothBeginnings
    with context.writing(ctx) as archive:
        status = "draft" if draft else "stub" if stub else "filed"
        saved = intake.create(archive, _subject(subject), stated, office, status)
    for number in saved.namesakes:
        console.note(_("Another customer has the same name: {number}", number=number))
    document = {"number": None if saved.status == "draft" else saved.number, "uid": saved.uid, "status": saved.status}
    console.emit(ctx.obj, document, [saved.number])


def _subject(text: str) -> str:
    from archivectl.records import fields, typed  # noqa: PLC0415

    return str(typed.typed(fields.known("subject"), text))
