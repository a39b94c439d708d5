"""``sync``: take in what others did, and let them have what was done here."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context, remote
from archivectl.errors import WrongUsage
from archivectl.i18n import MASK, N_, _, listed

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.merging.taking import Choices, Undecided
    from archivectl.syncing import Synced

app = typer.Typer(help="Take in what others did, unite keys, let them have what was done here.", invoke_without_command=True)
APPS = {"sync": app}
_SIDES = {"ours": "ours", "theirs": "theirs", "本机": "ours", "远程": "theirs"}
_STANDS = {"ours": N_("what was done here"), "theirs": N_("what the git remote has")}
_SHOWN = 3  # runs of numbers named in one line
_WHOLE = N_("the whole file")


class NoChoice(WrongUsage):
    """Words that choose nothing."""

    message = "“{word}” says of no field which side stands."
    hint = "Like this: archivectl sync resolve 212 phone=theirs 77 note=ours; for all others: --ours or --theirs"


class BothSides(WrongUsage):
    """Everything from both sides."""

    message = "--ours and --theirs exclude each other."
    hint = "Name the fields that differ from the rest: archivectl sync resolve 212 phone=ours --theirs"


@app.callback(epilog="archivectl sync")
def sync(ctx: typer.Context) -> None:
    """Take in what others did, unite keys, let them have what was done here; numbers are leased where few are left."""
    if ctx.invoked_subcommand is None:
        _sync(ctx, lambda _archive: None)


@app.command(epilog="archivectl sync resolve 212 phone=theirs 77 note=ours")
def resolve(
    ctx: typer.Context,
    words: list[str] = typer.Argument(None, help="A record's number, then its fields with ours or theirs.", metavar="WORDS"),
    ours: bool = typer.Option(False, "--ours", help="Everywhere else, what was done here stands."),
    theirs: bool = typer.Option(False, "--theirs", help="Everywhere else, what the git remote has stands."),
) -> None:
    """Say which side stands where both changed something, and go on with sync."""
    if ours and theirs:
        raise BothSides
    _sync(ctx, lambda archive: _choices(archive, words or (), "ours" if ours else "theirs" if theirs else ""))


def _choices(archive: "Archive", words: Iterable[str], rest: str) -> "Choices":
    """The choices that words say: a number, then FIELD=SIDE; a file of rules with its path: members/li.na.yaml=SIDE."""
    from archivectl.cli import values  # noqa: PLC0415 - loads the schema
    from archivectl.merging.taking import Choices  # noqa: PLC0415

    places, path, axes = dict[tuple[str, str], str](), "", archive.regime.get("axes", {})
    for word in words:
        name, equals, side = word.replace("＝", "=").rpartition("=")
        if not equals:
            path = archive.record(word).path
        elif side not in _SIDES or not (path or "/" in name):
            raise NoChoice(word=word)
        else:
            places[(name, "") if "/" in name else (path, values.place(name, axes))] = _SIDES[side]
    return Choices(places, rest)


def _sync(ctx: typer.Context, choose: Any) -> None:  # noqa: ANN401 - from an archive to choices
    from archivectl import syncing  # noqa: PLC0415 - loads git and age
    from archivectl.merging.taking import UNDECIDED, Undecided  # noqa: PLC0415

    with context.writing(ctx, verified=False) as archive:  # what is here may lack what another copy sent
        try:
            done = syncing.sync(archive, choose(archive) or UNDECIDED)
        except Undecided as error:
            if ctx.obj.json:
                console.emit(ctx.obj, {"error": error.code, "disputes": _disputes(error)}, ())
                raise typer.Exit(error.status) from None
            for line in _disputed(error):
                console.note(line)
            raise
        except syncing.NotSent as error:
            for line in remote.lines_of([each for each in error.united if each.problem]):
                console.note(line)
            raise
        lines, document = [*_told(done), *_clashes(archive)], _document(done)
    console.emit(ctx.obj, document, lines)
    raise typer.Exit(remote.status([each for each in done.remotes if each.placed]))  # who only joins has none yet


def _plain(value: object) -> object:
    """A value as it may be shown; None for what is sealed, gone, or more than one value."""
    from archivectl.encryption.envelope import is_sealed  # noqa: PLC0415 - loads age

    return None if isinstance(value, (bytes, dict, list)) or is_sealed(value) else value


def _disputes(found: "Undecided") -> list[dict[str, Any]]:
    """What both sides changed, for scripts."""
    return [
        {
            "number": _number(each.path),
            "path": each.path,
            "place": each.place or None,
            "ours": _plain(each.ours),
            "theirs": _plain(each.theirs),
            "by": dict(zip(("ours", "theirs"), found.authors[each.path], strict=True)),
        }
        for each in found.disputes
    ]


def _clashes(archive: "Archive") -> Iterator[str]:
    """What is legal apart and not together."""
    from archivectl.search.duties import clashing  # noqa: PLC0415 - loads SQLite

    for number, entry in clashing(archive.index.db):
        yield _(
            "{number} is out by two entries at once; find out who has it, and end the other: archivectl {how}",
            number=number,
            how=entry,
        )


def _disputed(found: "Undecided") -> list[str]:
    """What both sides changed, for a person to choose by."""
    from archivectl.encryption.envelope import is_sealed  # noqa: PLC0415 - loads age

    def shown(value: object) -> object:
        if isinstance(value, (bytes, dict, list)):
            return _("changed")
        if value is None:
            return _("taken out")
        return MASK if is_sealed(value) else value

    def told(value: object, author: str) -> str:
        return f"{shown(value)} ({author})" if author else str(shown(value))

    rows = [
        (
            _number(each.path),
            console.title(each.place) if each.place else _(_WHOLE),
            each.place or each.path,
            *map(told, (each.ours, each.theirs), found.authors[each.path]),
        )
        for each in found.disputes
    ]
    return console.table(rows, (_("Number"), _("Field"), _("Field path"), _("Here"), _("There")))


def _number(path: str) -> str:
    """The number of the record at a path, of anything else the path."""
    return path.rpartition("/")[2].removesuffix(".yaml") if path.startswith("customers/") else path


def _told(done: "Synced") -> Iterator[str]:
    """What came of it, for a person."""
    taken = done.taken
    if taken.commits or done.sent:
        yield _("{received} commits received, {sent} sent, all verified.", received=taken.commits, sent=done.sent)
    else:
        yield _("Nothing new on either side.")
    for each in taken.renumbered[:_SHOWN]:
        yield _("{before} is {after} now: another machine had given the number first.", before=each.before, after=each.after)
    if (more := len(taken.renumbered) - _SHOWN) > 0:
        yield _("… and {count} more got another number.", count=more)
    for number in taken.dropped:
        yield _("{number}: one side destroyed or withdrew it; what the other did to it since stands no more.", number=number)
    for dispute, side in taken.decided:
        place = console.title(dispute.place) if dispute.place else _(_WHOLE)
        yield _("{number}, {field}: {side} stands.", number=_number(dispute.path), field=place, side=_(_STANDS[side]))
    yield from remote.lines_of(done.remotes)
    if done.logged:
        yield _(remote.LOGGED)
    if done.numbers:
        runs = [first if first == last else f"{first}–{last}" for first, last in done.numbers]
        shown = listed(runs[:_SHOWN]) + (" …" if len(runs) > _SHOWN else "")
        yield _("Numbers that this machine may give: {numbers}.", numbers=shown)


def _document(done: "Synced") -> dict[str, Any]:
    return {
        "received": done.taken.commits,
        "sent": done.sent,
        "renumbered": [{"uid": each.uid, "before": each.before, "after": each.after} for each in done.taken.renumbered],
        "decided": [{"path": each.path, "place": each.place or None, "side": side} for each, side in done.taken.decided],
        "dropped": list(done.taken.dropped),
        "remotes": remote.documents(done.remotes),
        "log": done.logged,
        "leased": [{"series": each.series, "from": each.first, "to": each.last} for each in done.leased],
        "numbers": [{"from": first, "to": last} for first, last in done.numbers],
    }
