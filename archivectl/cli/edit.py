"""``edit``: a record in the person's own editor; the text lies in memory, and what was not saved is kept encrypted."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context, editor, sheet
from archivectl.cli.editor import Desk, NoMemory, Stopped
from archivectl.cli.sheet import Sheet
from archivectl.cli.update import report
from archivectl.errors import ArchiveError, Conflict, WrongUsage
from archivectl.i18n import _
from archivectl.records.model import Record

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.drafts import Draft

app = typer.Typer()
APPS = {"edit": app}


class DraftWaiting(Conflict):
    """A draft that an edit left behind, and nobody to ask about it."""

    message = "A draft of {record} is kept here that was never saved."
    hint = "Go on with it: archivectl edit {record} --draft; or give it up: archivectl edit {record} --discard-draft"


class NoDraft(WrongUsage):
    """No draft is kept."""

    message = "No draft of {record} is kept here."
    hint = "Edit the record itself: archivectl edit {record}"


def _sweep(folder: Path) -> None:
    """Keep what killed edits left in memory, encrypted, for who wrote it."""
    from archivectl import drafts  # noqa: PLC0415 - loads git and age

    for about, text in editor.leftovers(folder):
        drafts.keep(*_draft_of(about, text))
        console.note(_("An edit of {record} was cut short; its text is kept: archivectl edit {record} --draft", **about))


def _draft_of(about: Mapping[str, Any], text: bytes) -> "tuple[Any, Draft]":
    from archivectl import drafts  # noqa: PLC0415 - loads git and age

    words, opened = text.decode("utf-8", "surrogateescape"), tuple(about["opened"])
    where = drafts.Desk(about["folder"], tuple(about["recipients"]))
    return where, drafts.Draft(about["uid"], about["blob"], about["at"], words, opened)


def _waiting(ctx: typer.Context, archive: "Archive", record: Record, *, wanted: bool, given_up: bool) -> "Draft | None":
    """The draft to go on with, if any; raises DraftWaiting, NoDraft."""
    from archivectl import drafts  # noqa: PLC0415 - loads git and age

    if given_up:
        drafts.discard(archive, record.uid)
    if not drafts.is_kept(archive, record.uid):
        if wanted:
            raise NoDraft(record=record.label)
        return None
    question = _("A draft of {record} is kept that was never saved. Go on with it?", record=record.label)
    if not wanted and not console.ask(ctx.obj, question):
        raise DraftWaiting(record=record.label)
    return drafts.load(archive, record.uid, record.label)


def _give_up(ctx: typer.Context, number: str) -> None:
    """Remove the draft of a record; raises NoDraft."""
    from archivectl import drafts  # noqa: PLC0415 - loads git and age

    with context.writing(ctx) as archive:
        record = archive.record(number)
        if not drafts.is_kept(archive, record.uid):
            raise NoDraft(record=record.label)
        if not archive.rehearsal:
            drafts.discard(archive, record.uid)
    document: dict[str, Any] = {"number": record.number, "uid": record.uid, "changed": []}
    console.emit(ctx.obj, document, [_("{record}: the draft is given up.", record=record.label)])


def _continued(archive: "Archive", record: Record, kept: "Draft", purpose: str) -> Sheet:
    """The text of a draft, moved to the newest version of the record; what was opened for it is opened and logged again."""
    from archivectl import disclosure  # noqa: PLC0415 - loads git and age
    from archivectl.records import text  # noqa: PLC0415 - loads the schema

    [(_blob, content)] = archive.repository.blobs([kept.blob])
    base, words = text.parse(content, record.path), kept.text.encode("utf-8", "surrogateescape")
    sealed = [(path, value) for path, value in disclosure.sealed_values(base) if path in kept.opened]
    opened = disclosure.opened(archive, base, sealed, purpose) if sealed else {}
    begun = Sheet(base, opened, sheet.body_of(words).decode("utf-8", "surrogateescape"))
    try:
        moved, both = sheet.moved(begun, record, sheet.read(words))
    except (sheet.BadText, sheet.Empty) as error:
        return sheet.with_error(begun, error)
    return sheet.with_error(moved, sheet.changed(record, both)) if both else moved


@dataclass(slots=True)
class _Session:
    """One edit, from the first look at the text to the commit, or to the draft that is kept of it.

    ``about`` is what it takes to keep a draft; ``shown`` the text without comments as the editor got it last, ``first`` as it
    got it first.
    """

    ctx: typer.Context
    reason: str
    sheet: Sheet
    about: dict[str, Any]
    desk: Desk
    shown: bytes = b""
    first: bytes = b""

    def go(self, command: Sequence[str]) -> None:
        """Let the person edit until it is saved or given up; raises what stands against the last text."""
        against: ArchiveError | None = None
        while True:
            self.desk.lay(self.sheet.text, self.about)
            self.shown = self.sheet.body.encode("utf-8", "surrogateescape")
            self.first = self.first or self.shown
            try:
                self.desk.edit(command)
                text = self.desk.read()
                if against and sheet.body_of(text) == self.shown:
                    raise against
                self._save(text)
            except ArchiveError as error:
                if error is against or isinstance(error, editor.NoEditor) or not (sys.stdin.isatty() and sys.stdout.isatty()):
                    raise
                against = error
                self._reopen(error)
            else:
                return

    def _save(self, text: bytes) -> None:
        """Commit what a text states."""
        from archivectl import drafts, intake  # noqa: PLC0415 - loads the schema

        data = sheet.read(text)
        sets, unsets = sheet.changes(self.sheet, data)
        uid = self.sheet.base.uid
        if not sets and not unsets:
            report(self.ctx, intake.Saved(self.sheet.base.label, uid, self.sheet.base.status, ()))
            return
        with context.writing(self.ctx) as archive:
            current = archive.record(uid)
            if current.text != self.sheet.base.text and (both := sheet.moved(self.sheet, current, data)[1]):
                raise sheet.changed(current, both)
            saved = intake.update(archive, uid, sets, unsets, self.reason, self.sheet.opened.values())
            if not archive.rehearsal:
                drafts.discard(archive, uid)
        report(self.ctx, saved)

    def _reopen(self, error: ArchiveError) -> None:
        """Make the text ready to be corrected; one that somebody else's change stands against is moved to what is there now."""
        text = self.desk.read()
        self.keep(quietly=True)
        again = self.sheet._replace(body=sheet.body_of(text).decode("utf-8", "surrogateescape"), wrong=())
        if isinstance(error, sheet.ChangedBelow):
            with context.reading(self.ctx, quiet=True) as archive:
                current = archive.record(again.base.uid)
                again = sheet.moved(again, current, sheet.read(text))[0]
                self.about["blob"] = archive.repository.blob(archive.tip, current.path)
        self.sheet = sheet.with_error(again, error)

    def keep(self, *, quietly: bool = False) -> None:
        """Keep the text as a draft, encrypted, where anything in it was changed."""
        from archivectl import drafts  # noqa: PLC0415 - loads git and age

        try:
            text = self.desk.read()
        except editor.NotATextFile:
            return
        if self.ctx.obj.dry_run or sheet.body_of(text) in {b"", self.first}:
            return
        drafts.keep(*_draft_of(self.about, text))
        if not quietly:
            console.note(_("Your text is kept, encrypted: archivectl edit {record} --draft", **self.about))


@app.command(epilog="EDITOR=nano archivectl edit 212 --reason 更正地址")
def edit(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    reason: str = typer.Option("", "--reason", help="Why; it stands in the history, without anything sensitive."),
    reveal: bool = typer.Option(False, "--reveal", help="Open sealed fields; logged before they are shown."),
    purpose: str = typer.Option("", "--purpose", help="What the values are needed for."),
    draft: bool = typer.Option(False, "--draft", help="Go on with the text that an earlier edit left behind."),
    discard: bool = typer.Option(False, "--discard-draft", help="Give that text up; with a reason, edit the record anew."),
    disk: bool = typer.Option(False, "--allow-disk", help="Edit on the disk where no folder lies in memory."),
) -> None:
    """Change a record in your editor; what stays dots stays as it is."""
    from archivectl import disclosure, drafts  # noqa: PLC0415 - loads git and age

    if reveal and ctx.obj.dry_run:
        raise disclosure.OnlyRehearsed
    if discard and not reason:
        return _give_up(ctx, number)
    command, memory = editor.chosen(), editor.memory()
    folder = memory or Path(tempfile.gettempdir())
    _sweep(folder)
    if not memory and not disk and not console.ask(ctx.obj, _("No folder here lies in memory. Edit on the disk, in clear?")):
        raise NoMemory(number=number)
    if not editor.kind(command):
        console.note(_("Whether {editor} keeps copies of the text elsewhere is not known.", editor=command[0]))
    with context.writing(ctx) as archive:
        record = archive.record(number)
        kept = _waiting(ctx, archive, record, wanted=draft, given_up=discard)
        if kept:
            begun = _continued(archive, record, kept, purpose)
        else:
            begun = sheet.of_record(record, disclosure.reveal(archive, record, [], purpose) if reveal else {})
        where, blob = drafts.desk(archive), archive.repository.blob(archive.tip, begun.base.path)
        if kept and begun.base.text != record.text:
            blob = kept.blob
        told = {"record": record.label, "uid": record.uid, "blob": blob, "at": archive.now, "opened": list(begun.opened)}
        about = {**told, **where._asdict()}
    with editor.laid(folder) as desk:
        return _edited(_Session(ctx, reason, begun, about, desk), command)


def _edited(session: _Session, command: Sequence[str]) -> None:
    """Carry an edit through; whatever ends it, the text is not lost."""
    try:
        session.go(command)
    except Stopped as stopped:
        session.keep()
        raise typer.Exit(128 + stopped.number) from stopped
    except BaseException:
        session.keep()
        raise
