"""``history`` and ``diff``: what happened to a record."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.show import MASK
from archivectl.i18n import _, listed

if TYPE_CHECKING:
    from archivectl.changes import Act, FieldChange

looking_back, comparing = typer.Typer(), typer.Typer()
APPS = {"history": looking_back, "diff": comparing}
SHOWN = 60


def _lines(changes: "tuple[FieldChange, ...]", axes: Mapping[str, Any]) -> list[str]:
    def shown(change: "FieldChange", value: Any, *, sealed: bool) -> object:  # noqa: ANN401 - any value of a record
        return MASK if sealed else console.value(change.path, value, axes)

    return console.table(
        [
            (
                f"  {console.title(change.path)}",
                shown(change, change.before, sealed=change.sealed[0]),
                "→",
                shown(change, change.after, sealed=change.sealed[1]),
            )
            for change in changes
        ]
    )


def _documents(changes: "tuple[FieldChange, ...]") -> list[dict[str, Any]]:
    return [{"path": change.path, "before": change.before, "after": change.after} for change in changes]


def _act(act: "Act", axes: Mapping[str, Any]) -> list[str]:
    did = listed(map(_, act.acts)) or act.subject
    head = "  ".join(filter(None, (act.date, act.commit[:10], act.by, did, act.reason)))
    return [console.paint(console.clean(head), "bold"), *(_lines(act.changes, axes) if len(act.changes) <= SHOWN else [])]


def _document(act: "Act") -> dict[str, Any]:
    first, by, date = act.acts[0] if act.acts else None, act.by, act.date
    known = {"commit": act.commit, "act": first, "acts": list(act.acts), "by": by, "date": date, "reason": act.reason or None}
    return {**known, "changes": _documents(act.changes)}


@looking_back.command(epilog="archivectl history 212")
def history(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    reads: bool = typer.Option(False, "--reads", help="Who opened sealed fields, from the access log."),
) -> None:
    """Every act on a record, newest first, with what it changed."""
    from archivectl import changes  # noqa: PLC0415 - loads git
    from archivectl.encryption import access_log  # noqa: PLC0415

    with context.reading(ctx) as archive:
        record = archive.record(number)
        if reads:
            found = list(access_log.readings(archive.repository, record.uid))
            documents = [{"by": by, **asdict(access)} for by, access in found]
            rows = [(a.at, by, _(a.act), listed(map(console.title, a.paths)), a.purpose) for by, a in found]
            console.emit(ctx.obj, documents, console.table(rows, (_("Time"), _("Who"), _("Act"), _("Fields"), _("Purpose"))))
            return
        acts, axes = list(changes.of(archive, record)), archive.regime.get("axes", {})
    documents = [_document(act) for act in acts]
    console.emit(ctx.obj, documents, [line for act in acts for line in _act(act, axes)])


@comparing.command(epilog="archivectl diff 212 --since main~5")
def diff(
    ctx: typer.Context,
    number: str = typer.Argument(help="The record's number; 212 is SH-000212."),
    since: str = typer.Option("HEAD~1", "--since", help="The commit to compare with."),
) -> None:
    """What changed in a record since a commit, sealed values masked."""
    from archivectl import changes  # noqa: PLC0415 - loads git
    from archivectl.records import text  # noqa: PLC0415

    with context.reading(ctx) as archive:
        record = archive.record(number)
        before = archive.repository.read(archive.repository.resolve(since), record.path)
        old = changes.leaves(text.parse(before, record.path)) if before else {}
        found, axes = tuple(changes.between(old, changes.leaves(record))), archive.regime.get("axes", {})
    console.emit(ctx.obj, _documents(found), _lines(found, axes) or [_("{number}: nothing changed.", number=record.label)])
