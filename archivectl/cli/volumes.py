"""``volumes``: how the papers of a file lie in volumes, and forming them."""

from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.i18n import MASK, _

if TYPE_CHECKING:
    from archivectl.volumes import Lying

app = typer.Typer()
APPS = {"volumes": app}
_ABOUT = ("number", "archive_number", "title", "from", "until", "items", "pages", "place")


@app.command(epilog="archivectl volumes 640 --form")
def volumes(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    form: bool = typer.Option(False, "--form", help="Lay the papers in volumes as the rules say, number and count them."),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
) -> None:
    """Show the volumes of a file and what lies in them; or form them: papers arranged, counted and numbered."""
    from archivectl import volumes as acts  # noqa: PLC0415 - loads the schema

    changed: tuple[str, ...] = ()
    if form:
        with context.writing(ctx) as archive:
            record, lying, changed = acts.form(archive, number, reason or _("Volumes formed"))
    else:
        with context.reading(ctx) as archive:
            record = archive.record(number)
            lying = acts.lying(record, record.data, archive.regime)
    documents = [_document(each) for each in lying]
    answer = {"number": record.number, "uid": record.uid, "changed": list(changed), "volumes": documents}
    told = [
        _("{number}: volumes formed.", number=record.label) if changed else _("{number}: nothing changed.", number=record.label)
    ]
    lines = [*(told if form else ()), *(line for each in lying for line in _lines(each))]
    console.emit(
        ctx.obj,
        answer,
        lines or [_("{number} has no volumes yet. Form them: archivectl volumes {number} --form", number=record.label)],
    )


def _shown(value: Any) -> Any:  # noqa: ANN401 - any value of a record
    return MASK if isinstance(value, str) and value.startswith("enc:") else value


def _open(value: Any) -> Any:  # noqa: ANN401 - any value of a record
    return None if isinstance(value, str) and value.startswith("enc:") else value


def _document(each: "Lying") -> dict[str, Any]:
    papers = [
        {"id": paper["id"], "sequence": paper.get("sequence"), "archive_number": number or None}
        | {key: _open(paper.get(key)) for key in ("kind", "title", "date", "pages")}
        for paper, number in zip(each.papers, each.numbers, strict=True)
    ]
    return {"id": each.volume["id"], **{key: _open(each.volume.get(key)) for key in _ABOUT}, "documents": papers}


def _lines(each: "Lying") -> list[str]:
    about = [(console.title(f"volumes[].{key}"), _shown(each.volume[key])) for key in _ABOUT if each.volume.get(key) is not None]
    heads = [console.title(f"documents[].{key}") for key in ("sequence", "kind", "title", "date", "pages")]
    rows = [
        [paper.get("sequence"), *(_shown(paper.get(key)) for key in ("kind", "title", "date", "pages"))] for paper in each.papers
    ]
    return [*console.pairs(about), *console.table(rows, [*heads[:1], *(head.rpartition(" · ")[2] for head in heads[1:])]), ""]
