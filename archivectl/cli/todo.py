"""``todo``: what is due for the current member; also what runs without a command."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options, home_folder
from archivectl.i18n import N_, _, listed, pick, several, spoken

if TYPE_CHECKING:
    from archivectl.custody.readers import Owing
    from archivectl.duties import Due, Found
    from archivectl.members.member import Member
    from archivectl.search.agenda import Query

app = typer.Typer()
APPS = {"todo": app}
_MOST = 200  # lines that anybody reads of a morning
_COLOURS = {"overdue": "red", "due": "yellow", "coming": "dim"}
_WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


class Desk(NamedTuple):
    """What lies on a member's desk on a day: what was found, and how the member is called."""

    found: "Found"
    me: "Member"
    now: str
    offices: "dict[str, Any]"
    titles: "dict[str, Any]"


@app.command(epilog="archivectl todo --all")
def todo(
    ctx: typer.Context,
    everyone: bool = typer.Option(False, "--all", help="For every member, not only for you."),
    until: str = typer.Option("", "--until", help="Also what will be due by that day.", metavar="DATE"),
) -> None:
    """What is due, most urgent first."""
    options: Options = ctx.obj
    if until:
        from archivectl.regime import spans  # noqa: PLC0415 - only for a day that was named

        spans.moment(until)
    desk = _glanced(options, everyone, until[:10]) or _opened(ctx, everyone, until[:10])
    rows = desk.found.rows
    told = [console.sentence(one.message.sentence, one.message.values) for one in rows]
    if options.json:
        console.emit(options, [_document(one, text) for one, text in zip(rows, told, strict=True)], ())
        return
    cells = [(_(one.state), one.about, _beside(one), text) for one, text in zip(rows, told, strict=True)]
    lines = [console.paint(line, _COLOURS[one.state]) for line, one in zip(console.table(cells), rows, strict=True)]
    if (left := sum(desk.found.counts.values()) - len(rows)) > 0:
        lines.append(_("… and {count} more: archivectl todo --json", count=left))
    console.emit(options, None, [console.paint(_head(desk), "bold"), *(lines or [_("Nothing is due.")])])


def _glanced(options: Options, everyone: bool, until: str) -> Desk | None:
    """The desk, from the index and two files; None where the index lags behind or does not tell it all, or something is amiss."""
    from archivectl.members import machine_files  # noqa: PLC0415 - not for the help
    from archivectl.members import member as members  # noqa: PLC0415
    from archivectl.records import settings  # noqa: PLC0415
    from archivectl.store import reader, states  # noqa: PLC0415

    place, folder = states.locate(Path(options.folder or ".")), home_folder(options)
    kept = place.work_tree / settings.NAME
    if not kept.exists():
        return None
    config = settings.parse(kept.read_bytes())
    machine = machine_files.settings(folder / "settings.yaml")
    handle = options.member or (machine.get("archives") or {}).get(config["id"], {}).get("member", "")
    top, file = reader.look(place.work_tree, ["", members.path(handle)])
    if not handle or top is None or file is None:
        return None
    me, now = members.parse(file.content, members.path(handle)), settings.evaluated(config, options.at, options.today)

    def ask(query: "Query") -> Desk | None:
        from archivectl import duties  # noqa: PLC0415

        who = duties.asked_at_a_glance(query, me, now, everyone=everyone, until=until)
        if who is None:
            return None
        titles = query("SELECT value FROM meta WHERE key = 'titles'").fetchone()
        keys = _keys(place.work_tree, folder, config["id"], me)
        found = duties.due(query, who, _sheet(folder, config["id"], me), -1 if options.json else _MOST, keys)
        return Desk(found, me, now, config["offices"], json.loads(titles[0]) if titles else {})

    from archivectl.search.index import glance  # noqa: PLC0415 - loads SQLite

    desk = glance(place.git_dir / "archivectl", top.id, ask)
    if desk:
        context.warn(options, place, config["id"])
    return desk


def _opened(ctx: typer.Context, everyone: bool, until: str) -> Desk:
    """The desk, from the archive as a whole."""
    from archivectl import duties  # noqa: PLC0415 - loads git

    options: Options = ctx.obj
    with context.reading(ctx) as archive:
        if archive.look_on() and not everyone:
            console.note(_("Whose duties is not said, so here are everybody's; those of a member: archivectl --as MEMBER todo"))
            everyone = True
        me, who = archive.me, duties.asked(archive, everyone=everyone, until=until)
        sheet = _sheet(home_folder(options), archive.id, me)
        keys = _keys(archive.repository.place.work_tree, home_folder(options), archive.id, me)
        found = duties.due(archive.index.db.execute, who, sheet, -1 if options.json else _MOST, keys)
        titles = {**archive.regime.get("roles", {}), **archive.regime.get("posts", {})}
        return Desk(found, me, archive.now, archive.config["offices"], titles)


def _sheet(folder: Path, archive: str, me: "Member") -> Path | None:
    """The recovery sheet, while it still lies here, for who is to lock it away."""
    path = folder / "recovery" / f"{archive}.txt"
    return path if "admin" in me.titles and path.exists() else None


def _keys(top: Path, folder: Path, archive: str, me: "Member") -> "list[Owing]":
    """What this member, on this machine, is to do about keys; an onlooker nothing."""
    if not me.handle:
        return []
    from archivectl.custody import readers  # noqa: PLC0415 - not for the help
    from archivectl.encryption.wraps import Wraps  # noqa: PLC0415
    from archivectl.members.home import Home  # noqa: PLC0415

    identities = Home(folder).unasked(archive, me.handle)
    return list(readers.owing(top, Wraps(folder / "keyrings" / archive), me, identities))


def _head(desk: Desk) -> str:
    """The day, the place and the member, as a page of a diary begins."""
    day, me = desk.now[:10], desk.me
    weekday = _(_WEEKDAYS[date.fromisoformat(day).weekday()])
    posts = listed(pick(desk.titles.get(post, post)) for post in me.posts or me.roles)
    name = me.name if not posts else f"{me.name}（{posts}）" if spoken() == "zh" else f"{me.name} ({posts})"
    offices = [pick(title) for title in desk.offices.values()]
    late = desk.found.counts["overdue"]
    parts = [f"{day} {weekday}", *(offices if len(offices) == 1 else ()), *([name] if me.handle else ())]
    return console.clean(" · ".join([*parts, *([_("{count} overdue", count=late)] if late else [])]))


def _beside(one: "Due") -> str:
    """The file it is about, and whose it is, where that stands in clear."""
    number = "" if one.records == (one.about,) else several(one.records, one.total)
    return " ".join(part for part in (number, one.name) if part)


def _document(one: "Due", text: str) -> dict[str, Any]:
    keys = ("duty", "about", "due", "state", "clause")
    return {**{key: getattr(one, key) for key in keys}, "message": text, "record": ", ".join(one.records), "how": one.how}
