"""``create``: open a customer's file."""

from pathlib import Path

import typer

from archivectl.cli import answers, console, context, update, values
from archivectl.errors import Unreadable, WrongUsage
from archivectl.i18n import _

app = typer.Typer()
APPS = {"create": app}


class NothingGiven(WrongUsage):
    """A new record without a single field."""

    message = "A new record needs at least a name."
    hint = "Give it: --set name=上海示例贸易有限公司"


class NotMended(Unreadable):
    """A file of fields that is not YAML."""

    message = "{name}, line {line}, column {column}: {problem}"
    hint = "Mend that line in a text editor, and repeat the command."


class NoFields(WrongUsage):
    """A file that holds something else than fields."""

    message = "{path} holds no fields of a record."
    hint = "Write one field a line, as in: name: 上海示例贸易有限公司"


class BothBeginnings(WrongUsage):
    """A file that is to begin in two ways."""

    message = "A file begins as a draft or as a stub, not as both."
    hint = "--draft has no number yet; --stub has one, and its papers are still to come."


def given(path: Path) -> dict[str, object]:
    """Typed values by field path from a YAML file of a record's plain fields; raises CannotRead, NotMended, NoFields."""
    from archivectl import yaml_text  # noqa: PLC0415 - only with --from
    from archivectl.records import fields  # noqa: PLC0415

    text = answers.small(path)
    try:
        data = yaml_text.load(text, str(path)) or {}
    except yaml_text.NotYaml as error:
        raise NotMended(**error.values) from error
    if not isinstance(data, dict):
        raise NoFields(path=path)
    return dict(fields.walk(data))


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

    read = given(source) if source else {}
    if not read and not sets:
        raise NothingGiven
    if draft and stub:
        raise BothBeginnings
    with context.writing(ctx) as archive:
        stated = {**read, **values.assignments(sets, archive.regime)}
        status = "draft" if draft else "stub" if stub else "filed"
        saved = intake.create(archive, _subject(subject), stated, office, status)
    update.advise(saved.advice)
    for number in saved.namesakes:
        console.note(_("Another customer has the same name: {number}", number=number))
    document = {"number": None if saved.status == "draft" else saved.number, "uid": saved.uid, "status": saved.status}
    console.emit(ctx.obj, document, [saved.number])


def _subject(text: str) -> str:
    from archivectl.records import fields, typed  # noqa: PLC0415

    return str(typed.typed(fields.known("subject"), text))
