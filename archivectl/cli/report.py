"""``report``: forms, ledgers, cards and labels, as pages to print and sign."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl import i18n
from archivectl.cli import console, context
from archivectl.errors import WrongUsage
from archivectl.i18n import Titles, _, pick

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.kinds import Kind
    from archivectl.reports.asking import Asked
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
    "running": {"zh": "全程记录", "en": "running record"},
    "service": {"zh": "服务卡", "en": "service card"},
    "investigation": {"zh": "资信调查报告", "en": "credit investigation report"},
}
ALL: Mapping[str, dict[str, str]] = {
    "catalogue": {"zh": "档案目录", "en": "catalogue"},
    "volume_catalogue": {"zh": "案卷目录", "en": "volumes"},
    "master_table": {"zh": "客户档案总表", "en": "master table"},
    "file_list": {"zh": "档案清单", "en": "list of files"},
    "reconciliation": {"zh": "总表核对表", "en": "reconciliation"},
    "gaps": {"zh": "漏号表", "en": "gaps"},
    "access": {"zh": "查阅日志", "en": "access log"},
    "index": {"zh": "档案索引", "en": "index"},
    "shelf_list": {"zh": "排架目录", "en": "shelf list"},
    "cabinets": {"zh": "柜签", "en": "cabinet labels"},
    "completeness": {"zh": "完整情况表", "en": "completeness"},
    "unsigned": {"zh": "未签登记表", "en": "unsigned entries"},
    "quick_card": {"zh": "速查卡", "en": "quick card"},
}
# What is about one entry besides the form of its register.
ENTRY: Mapping[str, dict[str, str]] = {"certificate": {"zh": "销毁证明", "en": "certificate of destruction"}}


class UnknownReport(WrongUsage):
    """A report that nobody described."""

    message = "There is no report “{name}”."
    hint = "The nearest are: {close}. All of them: archivectl report list"


class NeedsNumber(WrongUsage):
    """A report about one file or entry, without its number."""

    message = "The report “{name}” is about one file or entry; name it."
    hint = "archivectl report {name} NUMBER"


FORMATS = ("html", "xlsx", "csv")


class NoSuchFormat(WrongUsage):
    """A format that no report is written in."""

    message = "A report is not written as {format}."
    hint = "Ask for --format html, xlsx or csv."


class AtTerminal(WrongUsage):
    """A page for a browser or a printer, asked for at a terminal."""

    message = "A page is for a browser or a printer, not for a terminal."
    hint = "Name a file for it: archivectl report {name} … -o {name}.html"


class NeedsFile(WrongUsage):
    """A workbook without a file to go into."""

    message = "A report as {format} goes into a file."
    hint = "Name it: -o FILE.{format}"


@app.command(epilog="archivectl report 借阅单 JY-33 -o 借阅单.html\n\narchivectl report 销售构成分析 --year 2026 --purpose 年报")
def report(
    ctx: typer.Context,
    name: str = typer.Argument("list", help="What to print; `list` says what there is."),
    numbers: list[str] = typer.Argument(None, help="The files or entries it is about; without them, all.", metavar="NUMBER"),
    month: str = typer.Option("", "--month", help="What is of this month: 2026-03."),
    year: str = typer.Option("", "--year", help="What is of this year; of a register, its entries."),
    since: str = typer.Option("", "--from", help="What is of this day or later.", metavar="DATE"),
    until: str = typer.Option("", "--until", help="What is of this day or earlier.", metavar="DATE"),
    at: str = typer.Option("", "--at", help="As the archive stood at the end of that day, or at a commit.", metavar="DATE"),
    by: list[str] = typer.Option([], "--by", help="Group figures by this axis, field or column; repeatable.", metavar="LABEL"),
    where: str = typer.Option("", "--where", help="Only files that this condition selects, as for `list`.", metavar="EXPR"),
    purpose: str = typer.Option("", "--purpose", help="What sealed values are opened for; it is logged."),
    format: str = typer.Option("", "--format", help="html, xlsx or csv; without it, as the name of the file ends."),
    output: Path = typer.Option(None, "--output", "-o", help="Where the page goes; else standard output.", metavar="FILE"),
) -> None:
    """A page to print: A4, with room to sign, in the archive's own language; or its tables for a spreadsheet."""
    form = _format(format, output)
    listing = name in {"list", "列表"}
    if form == "html" and not (listing or output or ctx.obj.json) and sys.stdout.isatty():
        raise AtTerminal(name=name)
    with context.writing(ctx) if purpose else context.reading(ctx, anybody=True) as archive:
        from archivectl.reports import asking  # noqa: PLC0415 - loads git

        if listing:
            _list(ctx, archive)
            return
        if output and purpose:
            _refuse_in_archive(archive, output)
        since, until = asking.period(month, year, since, until)
        asked = asking.Asked(tuple(numbers or ()), since, until, tuple(by), where, purpose)
        pages, content = _made(archive, name, asked, at, form)
    if output:
        output.write_bytes(content)
    _tell(ctx, name, pages, None if output else content.decode(), output)


def _made(archive: "Archive", name: str, asked: "Asked", at: str, form: str) -> "tuple[Sequence[Page], bytes]":
    """The pages of a report, and what is written of them: in the language of the office, whoever prints what is to be signed."""
    from archivectl.cli import spoken as spelling  # noqa: PLC0415 - the table of commands is made by then
    from archivectl.reports import past, wording  # noqa: PLC0415 - loads git

    spoken = i18n.spoken()
    i18n.speak(archive.config["languages"][0])
    try:
        with past.as_of(archive, at):
            pages = spelling.on_pages(archive, wording.finished(archive, _maker(archive, name, asked)()))
        return pages, _written(pages, form)
    finally:
        i18n.speak(spoken)


def _tell(ctx: typer.Context, name: str, pages: "Sequence[Page]", content: str | None, output: Path | None) -> None:
    """Show a report, or say where it went."""
    tables = [table for page in pages for table in page.tables]
    document = {
        "report": name,
        "pages": len(pages),
        "file": str(output) if output else None,
        "html": content if content and content.startswith("<!DOCTYPE") else None,
        "tables": [{key: getattr(table, key) for key in ("heading", "heads", "rows")} for table in tables],
        "facts": [{"name": fact, "value": value} for page in pages for fact, value in page.facts],
    }
    told = content if content is not None else _("Written to {file}; forms: {count}.", count=len(pages), file=output)
    console.emit(ctx.obj, document, [told])


def _format(asked: str, output: Path | None) -> str:
    """The format asked for, or meant by the name of the file; raises NoSuchFormat, NeedsFile."""
    form = asked or (output.suffix.lower().removeprefix(".") if output else "html")
    if form not in FORMATS:
        raise NoSuchFormat(format=form)
    if form == "xlsx" and output is None:
        raise NeedsFile(format=form)
    return form


def _refuse_in_archive(archive: "Archive", output: Path) -> None:
    from archivectl.exchange.exporting import InArchive  # noqa: PLC0415 - loads what only few reports need

    if output.resolve().is_relative_to(archive.repository.place.work_tree.resolve()):
        raise InArchive(file=output)


def _written(pages: "Sequence[Page]", form: str) -> bytes:
    """The pages in a format."""
    if form == "html":
        from archivectl.tables.html import render  # noqa: PLC0415 - loads the templates

        return render(pages).encode()
    from archivectl.tables import csv, sheet, xlsx  # noqa: PLC0415

    return csv.written(sheet.rows(pages)) if form == "csv" else xlsx.written(sheet.rows(pages), _("Report"))


def _list(ctx: typer.Context, archive: "Archive") -> None:
    rows = [(pick(title), _("one file")) for title in FILE.values()] + [(pick(title), _("all files")) for title in ALL.values()]
    rows += [(pick(title), _("one entry")) for title in ENTRY.values()]
    from archivectl.reports import figures, forms  # noqa: PLC0415 - loads age

    names, called = {kind.name for kind in _kinds(archive)}, archive.regime.get("forms", {})
    rows += [(pick(kind.title), _("one entry, or the whole register")) for kind in _kinds(archive)]
    stated = figures.described(archive.regime)
    rows += [(pick(spec), _("figures of a time")) for spec in stated.values()]
    named = {**FILE, **ALL, **stated, **{name: archive.kind(name).title for name in names}}
    rows += [(name, _listed(forms.described(archive.regime, name), named)) for name in called]
    documents = [{"report": title, "about": about} for title, about in rows]
    console.emit(ctx.obj, documents, console.table(rows, (_("Report"), _("About"))))


def _listed(form: Any, named: Mapping[str, Any]) -> str:  # noqa: ANN401 - a description, or a name
    """What a form is of, as the list of reports says it."""
    of = form.get("of", "") if isinstance(form, Mapping) else form
    return pick(named[of]) if of in named else of or _("a form to fill in")


def _kinds(archive: "Archive") -> "list[Kind]":
    from archivectl.registers import kinds  # noqa: PLC0415 - loads yaml

    return [archive.kind(each) for each in kinds.kept_by_people(archive.regime)]


def _maker(archive: "Archive", name: str, asked: "Asked") -> "Callable[[], Sequence[Page]]":
    """What makes the pages of a report, by its name or title; raises UnknownReport, NeedsNumber."""
    from archivectl.reports import figures, forms  # noqa: PLC0415 - loads age

    called = forms.described(archive.regime, name)
    if isinstance(called, str) and called != name:
        return lambda: [_under(page, called, name) for page in _maker(archive, called, asked)()]
    if called and forms.is_sheet(called):
        return lambda: forms.sheet(archive, name, called, asked)
    if called:
        return lambda: forms.of_register(archive, archive.kind(called["of"]), {"title": name, **called}, asked)
    if spec := _figures(archive, name):
        return lambda: figures.page(archive, spec, asked)
    return _of_own(archive, name, asked) or _of_register(archive, name, asked)


def _under(page: "Page", called: str, name: str) -> "Page":
    """A page under another name than its own, which copy it is kept."""
    return page._replace(title=name + (page.title.removeprefix(called) if page.title.startswith(called) else ""))


def _figures(archive: "Archive", name: str) -> "Mapping[str, Any] | None":
    """The report of figures of that name or title."""
    from archivectl.reports import figures  # noqa: PLC0415 - loads age

    stated = figures.described(archive.regime)
    return next((spec for key, spec in stated.items() if name in {key, spec.get("zh"), spec.get("en")}), None)


def _of_own(archive: "Archive", name: str, asked: "Asked") -> "Callable[[], Sequence[Page]] | None":
    """A report about files, about an entry, or about all files; raises NeedsNumber."""
    from archivectl.reports import entries, files, holdings, quick, running, shelves, using  # noqa: PLC0415 - loads age

    about = (key, True) if (key := _named(FILE, name)) else (key, False) if (key := _named(ENTRY, name)) else None
    if about and not asked.numbers:
        raise NeedsNumber(name=name)
    if about and (opens := getattr(using, about[0], None)):
        return lambda: [each for number in asked.numbers for each in opens(archive, archive.record(number), asked.purpose)]
    if about and about[1]:
        make = next(getattr(each, about[0]) for each in (files, running) if hasattr(each, about[0]))
        return lambda: [page for number in asked.numbers for page in make(archive, archive.record(number))]
    if about:
        return lambda: [getattr(entries, about[0])(archive, archive.case(number)) for number in asked.numbers]
    if key := _named(ALL, name):
        makes = next(getattr(each, key) for each in (shelves, using, running, quick, holdings) if hasattr(each, key))
        return lambda: makes(archive, _names(archive))
    return None


def _of_register(archive: "Archive", name: str, asked: "Asked") -> "Callable[[], Sequence[Page]]":
    """The form of a register, or some of its entries; raises UnknownReport."""
    from archivectl.reports import forms  # noqa: PLC0415 - loads age

    for kind in _kinds(archive):
        if name in {kind.name, kind.number, *kind.title.values(), kind.form.get("ledger")}:
            return lambda: forms.of_register(archive, kind, kind.form, asked)
    raise UnknownReport(name=name, close=_nearest(archive, name))


def _nearest(archive: "Archive", name: str) -> Titles:
    """The three reports whose names are most like one that there is not."""
    import difflib  # noqa: PLC0415 - needed only once somebody mistyped

    titles = [*FILE.values(), *ALL.values(), *ENTRY.values(), *(kind.title for kind in _kinds(archive))]
    named = {word: title for title in titles for word in title.values()}
    named |= {called: {"zh": called} for called in archive.regime.get("forms", {})}
    named |= {called: {"zh": called} for kind in _kinds(archive) if (called := kind.form.get("ledger"))}
    found = difflib.get_close_matches(name, named, n=5, cutoff=0)
    return Titles(list({id(title): title for title in map(named.__getitem__, found)}.values())[:3])


def _named(reports: Mapping[str, dict[str, str]], name: str) -> str:
    return next((key for key, titles in reports.items() if name in {key, *titles.values()}), "")


def _names(archive: "Archive") -> Mapping[str, str]:
    from archivectl import disclosure  # noqa: PLC0415 - loads age

    return disclosure.names(archive, list(archive.index.records("status <> 'withdrawn'")))
