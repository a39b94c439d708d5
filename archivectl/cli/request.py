"""``request``: what a customer asks about their own data, from the day it is received to the answer."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from archivectl.cli import answers, console, context
from archivectl.cli.values import chosen
from archivectl.errors import Conflict, WrongUsage, told_by
from archivectl.i18n import N_, _, listed
from archivectl.records.fields import titled

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.registers.fold import Case
    from archivectl.requests import Answered, CustomersCopy

_ITEM = re.compile(r"\[[^\]]*\]")
ENTRY = N_("The request's number; KQ-3 is that of this year.")
ITEMS = N_("What was confirmed, with commas: name,company,position.")


class GrantOrRefuse(WrongUsage):
    """An answer that is neither or both."""

    message = "An answer grants the request or refuses it."
    hint = "Add --grant, or --refuse with --reason TEXT"


class NoPlace(WrongUsage):
    """A copy for the customer without a file to write it to."""

    message = "The customer's copy needs a file to be written to."
    hint = "Name a file that does not exist yet, outside the archive: --to FILE"


class Occupied(Conflict):
    """A file that exists already, or cannot be made."""

    message = "{file} cannot be written: {problem}."
    hint = "Name a file that does not exist yet; nothing was written."


class _Group(TyperGroup):
    """A first word that is no command of its own is the number of a record: ``request 212`` is ``request open 212``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own
        return super().resolve_command(ctx, args if args[0] in self.commands else ["open", *args])


app = typer.Typer(cls=_Group, help="What a customer asks about their own data.", no_args_is_help=True)
APPS = {"request": app}


def _report(ctx: typer.Context, archive: "Archive", case: "Case", *lines: str, **more: Any) -> None:  # noqa: ANN401 - JSON
    due = case.entry.columns.get("due")
    told = [*lines, _("To be answered by {due}.", due=due)] if case.marked("pending") else lines
    answers.standing(ctx, archive, case, *told, key="request", due=due, **more)


@app.command("open", epilog="archivectl request 212 --mode erase --contact cK3F7Q --by 张三 --method document")
def open_(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    mode: str = typer.Option(..., "--mode", help="access, copy, correct, explain, restrict, withdraw, erase or delete."),
    applicant: str = typer.Option(..., "--by", help="Who asks; it is kept encrypted."),
    contact: str = typer.Option("", "--contact", help="The id of the one contact it is about.", metavar="ID"),
    purpose: str = typer.Option("", "--purpose", help="With withdraw: the purpose; without it, every consent."),
    received: str = typer.Option("", "--received", help="The day it came in; else today.", metavar="DATE"),
    note: str = typer.Option("", "--note", help="What was asked; it is kept encrypted."),
    method: str = typer.Option("", "--method", help="How the applicant was identified: oral, document or electronic."),
    asked: str = typer.Option("", "--asked", help=ITEMS),
) -> None:
    """Enter what a customer asks, and how the applicant was identified."""
    from archivectl import requests  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        kind = archive.kind("request")
        wanted = requests.Asked(chosen(kind, "mode", mode), applicant, received, contact, purpose, note)
        identified = requests.Identified(chosen(kind, "method", method), _items(asked))
        _report(ctx, archive, requests.receive(archive, number, wanted, identified))


def _items(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip())


@app.command(epilog="archivectl request identify KQ-3 --method oral --asked name,company,position")
def identify(
    ctx: typer.Context,
    entry: str = typer.Argument(help=ENTRY),
    method: str = typer.Option(..., "--method", help="oral, document or electronic; the last waits for a reply."),
    asked: str = typer.Option("", "--asked", help=ITEMS),
) -> None:
    """Enter how the applicant was identified; after an electronic question, enter the reply by the same command."""
    from archivectl import requests  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        how = chosen(archive.kind("request"), "method", method)
        _report(ctx, archive, requests.identify(archive, entry, requests.Identified(how, _items(asked))))


@app.command(epilog="archivectl request answer KQ-3 --grant --to 张三.json")
def answer(
    ctx: typer.Context,
    entry: str = typer.Argument(help=ENTRY),
    grant: bool = typer.Option(False, "--grant", help="Carry out what was granted, and enter the answer."),
    refuse: bool = typer.Option(False, "--refuse", help="Refuse it, with the reason that the customer is told."),
    reason: str = typer.Option("", "--reason", help="What the customer is told; it is kept encrypted."),
    to: Path = typer.Option(None, "--to", help="Where to write the customer's copy: .json, else as text."),
) -> None:
    """Answer a request; an erasure that was interrupted goes on where it stopped."""
    from archivectl import requests  # noqa: PLC0415 - loads git
    from archivectl.regime import titles  # noqa: PLC0415

    if grant == refuse:
        raise GrantOrRefuse
    if refuse:
        answers.need(reason=reason)
    with context.writing(ctx) as archive:
        if refuse:
            _report(ctx, archive, requests.decline(archive, entry, reason))
            return
        if to is None and archive.case(entry).entry.columns.get("mode") in requests.COPIED:
            raise NoPlace
        done = requests.answer(archive, entry, reason, lambda copy: _write(copy, to, titles.of_values(archive.regime.values)))
        kept = done.kept
        more = {"stop": done.stop or None, "withheld": list(done.withheld), "unreached": list(done.unreached)}
        more |= {
            "file": str(to) if to else None,
            "keep_until": kept.due if kept else None,
            "gone_by": kept.latest if kept else None,
        }
        number = next((record.label for record in archive.records_of(done.case.entry.uids)), "")
        _report(ctx, archive, done.case, *_lines(done, number), **more)


def _lines(done: "Answered", number: str) -> list[str]:
    """What a person has to know besides the state."""
    lines, kept = [], done.kept
    if done.stop:
        lines.append(_("Everything but storing is stopped by {hold}.", hold=done.stop))
    if done.withheld:
        lines.append(
            _("Not in the copy, for you are not cleared for it: {fields}.", fields=listed(map(console.title, done.withheld)))
        )
    if kept and kept.due:
        lines.append(_("The file must be kept until {due}.", due=kept.due))
    if kept and kept.latest:
        lines.append(_("The file should be gone by {latest}.", latest=kept.latest))
    if done.case.state == "erasing":
        lines.append(_("Put the file on a destruction list: archivectl destroy propose {number} --reason …", number=number))
    if done.unreached:
        lines.append(_("These copies of keys were not reached: {copies}.", copies=listed(done.unreached)))
    return lines


def _write(copy: "CustomersCopy", to: Path, axes: Mapping[str, Any]) -> None:
    """The copy as a file for the owner alone, in words, which never replaces another."""
    rows = [
        {"path": _ITEM.sub("[]", path), "title": titled(path, axes), "value": console.value(path, value, axes)}
        for path, value in copy.values.items()
    ]
    about = {"record": copy.record, "request": copy.request, "date": copy.date}
    if to.suffix == ".json":
        withheld = [titled(path, axes) for path in copy.withheld]
        text = json.dumps({**about, "fields": rows, "withheld": withheld}, ensure_ascii=False, indent=2)
    else:
        lines = console.pairs([(row["title"], row["value"]) for row in rows])
        text = "\n".join([" · ".join(about.values()), "", *lines])
    try:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
    except OSError as error:
        raise Occupied(file=to, problem=told_by(error)) from error
