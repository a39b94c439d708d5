"""``report``: forms, ledgers, cards and labels, as pages to print and sign."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl import i18n
from archivectl.cli import console, context
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, _, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.kinds import Kind
    from archivectl.tables.page import Page

app = typer.Typer()
APPS = {"report": app}
# What is about one file, by the function that makes it; and what is about all of them.
FILE: Mapping[str, dict[str, str]] = {
    "card": {"zh": "档案卡", "en": "card"},
    "contents": {"zh": "卷内目录", "en": "contents"},
    "check_forms": {"zh": "卷内备考表", "en": "check form"},
    "bag_sheet": {"zh": "档案袋信息表", "en": "bag sheet"},
    "labels": {"zh": "标签", "en": "labels"},
}
ALL: Mapping[str, dict[str, str]] = {
    "catalogue": {"zh": "档案目录", "en": "catalogue"},
    "volume_catalogue": {"zh": "案卷目录", "en": "volumes"},
    "reconciliation": {"zh": "总表核对表", "en": "reconciliation"},
    "gaps": {"zh": "漏号表", "en": "gaps"},
}
# What is about one entry besides the form of its register.
ENTRY: Mapping[str, dict[str, str]] = {"certificate": {"zh": "销毁证明", "en": "certificate of destruction"}}


class UnknownReport(WrongUsage):
    """A report that nobody described."""

    message = "There is no report “{name}”."
    hint = "There are: {known}"


class NeedsNumber(WrongUsage):
    """A report about one file or entry, without its number."""

    message = "The report “{name}” is about one file or entry; name it."
    hint = "archivectl report {name} NUMBER"


@app.command(epilog="archivectl report 借阅单 JY-33 -o 借阅单.html")
def report(
    ctx: typer.Context,
    name: str = typer.Argument("list", help="What to print; `list` says what there is."),
    number: str = typer.Argument("", help="The file or entry it is about; without it, the whole register."),
    output: Path = typer.Option(None, "--output", "-o", help="Where the page goes; else standard output.", metavar="FILE"),
) -> None:
    """A page to print: A4, with room to sign, in the archive's own language."""
    with context.reading(ctx) as archive:
        if name in {"list", "列表"}:
            _list(ctx, archive)
            return
        made = _maker(archive, name, number)
        spoken = i18n.spoken()
        i18n.speak(archive.config["languages"][0])  # what is signed is in the language of the office, whoever prints it
        try:
            from archivectl.tables.html import render  # noqa: PLC0415 - loads the templates

            pages = made()
            text = render(pages)
        finally:
            i18n.speak(spoken)
    document = {"report": name, "pages": len(pages), "file": str(output) if output else None, "html": None if output else text}
    if output:
        output.write_text(text, encoding="utf-8")
    console.emit(ctx.obj, document, [_("{count} pages in {file}.", count=len(pages), file=output) if output else text])


def _list(ctx: typer.Context, archive: "Archive") -> None:
    rows = [(pick(title), _("one file")) for title in FILE.values()] + [(pick(title), _("all files")) for title in ALL.values()]
    rows += [(pick(title), _("one entry")) for title in ENTRY.values()]
    names, forms = {kind.name for kind in _kinds(archive)}, archive.regime.get("forms", {})
    rows += [(pick(kind.title), _("one entry, or the whole register")) for kind in _kinds(archive)]
    rows += [(name, archive.kind(of).title["zh"] if of in names else pick({**FILE, **ALL}[of])) for name, of in forms.items()]
    documents = [{"report": title, "about": about} for title, about in rows]
    console.emit(ctx.obj, documents, console.table(rows, (_("Report"), _("About"))))


def _kinds(archive: "Archive") -> "list[Kind]":
    from archivectl.registers import kinds  # noqa: PLC0415 - loads yaml

    return [archive.kind(each) for each in kinds.names(archive.regime) if each != "record"]


def _maker(archive: "Archive", name: str, number: str) -> "Callable[[], Sequence[Page]]":
    """What makes the pages of a report, by its name or title; raises UnknownReport, NeedsNumber."""
    from archivectl.reports import entries, files, holdings  # noqa: PLC0415 - loads age

    called = archive.regime.get("forms", {}).get(name)
    if called:
        return lambda: [page._replace(title=name) for page in _maker(archive, called, number)()]
    if key := _named(FILE, name):
        if not number:
            raise NeedsNumber(name=name)
        record = archive.record(number)
        return lambda: getattr(files, key)(archive, record)
    if key := _named(ENTRY, name):
        if not number:
            raise NeedsNumber(name=name)
        case = archive.case(number)
        return lambda: [getattr(entries, key)(archive, case)]
    if key := _named(ALL, name):
        return lambda: getattr(holdings, key)(archive, _names(archive))
    for kind in _kinds(archive):
        if name in {kind.name, kind.number, *kind.title.values()}:
            if number:
                return lambda: [entries.slip(archive, archive.case(number))]
            return lambda: [entries.register(archive, kind, archive.register(kind.name))]
    known = Titles([*FILE.values(), *ALL.values(), *ENTRY.values(), *(kind.title for kind in _kinds(archive))])
    raise UnknownReport(name=name, known=known)


def _named(reports: Mapping[str, dict[str, str]], name: str) -> str:
    return next((key for key, titles in reports.items() if name in {key, *titles.values()}), "")


def _names(archive: "Archive") -> Mapping[str, str]:
    from archivectl import disclosure  # noqa: PLC0415 - loads age

    return disclosure.names(archive, list(archive.index.records("status <> 'withdrawn'")))
