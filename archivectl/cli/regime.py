"""``regime``: the regulations there are, the archive's own rules, and changing them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.columns import cut
from archivectl.cli.options import Options
from archivectl.i18n import N_, _, listed, pick

if TYPE_CHECKING:
    from archivectl.regime.model import Regime

app = typer.Typer(help="The archive's own rules: regulations, differences, the calendar.", no_args_is_help=True)
APPS = {"regime": app}
FOUND = 1
_WIDE = 60  # columns of a value
_ABOUT = ("regulation", "title", "clauses")
_HERE = ("archive", "档案馆", "")


@app.callback()
def rules() -> None:
    """The archive's own rules: regulations, differences, the calendar."""


@app.command("list", epilog="archivectl regime list")
def list_(ctx: typer.Context) -> None:
    """The regulations that come with the program, and which of them this archive follows."""
    from archivectl import yaml_text  # noqa: PLC0415 - not for the help
    from archivectl.regime import load  # noqa: PLC0415

    followed = _followed(ctx.obj)
    rows = []
    for slug in load.shipped():
        data = yaml_text.load(load.text(slug), slug)
        rows.append((slug, data["title"], len(data.get("clauses", ())), slug in followed))
    document = [
        {"regulation": slug, "title": pick(title), "clauses": count, "adopted": here} for slug, title, count, here in rows
    ]
    cells = [(slug, pick(title), count, _("adopted") if here else "") for slug, title, count, here in rows]
    console.emit(ctx.obj, document, console.table(cells, (_("Regulation"), _("Title"), _("Clauses"), "")))


def _followed(options: Options) -> set[str]:
    """The regulations of the archive that stands here, if one does."""
    return {Path(path).stem for path in _here(options) if path.count("/") == 1}


def _here(options: Options) -> dict[str, bytes]:
    """The files of rules of the archive that stands here, by path; none where none does."""
    from archivectl.store import states  # noqa: PLC0415 - not for the help
    from archivectl.store.states import NotAnArchive  # noqa: PLC0415

    try:
        tree = states.locate(Path(options.folder or ".")).work_tree
    except NotAnArchive:
        return {}
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in sorted(tree.glob("regime/**/*.yaml"))}


@app.command(epilog="archivectl regime show property-lease")
def show(
    ctx: typer.Context, slug: str = typer.Argument("", help="A regulation; without it, what holds in this archive.")
) -> None:
    """What a regulation states, or what holds in this archive and which file says it."""
    if slug in _HERE:
        with context.reading(ctx) as archive:
            regime = archive.regime
        document: Any = [
            {"path": path, "value": value, "clause": regime.clause(path), "source": regime.origin(path)}
            for path, value in _leaves(regime.values)
        ]
        cells = [(row["path"], _short(row["value"]), row["clause"], row["source"]) for row in document]
        console.emit(ctx.obj, document, console.table(cells, (_("Path"), _("Value"), _("Clause"), _("Stated in"))))
        return
    data = _stated(slug)
    head = [f"{slug} · {pick(data.get('title', ''))}".removesuffix(" · "), ""]
    values = {key: value for key, value in data.items() if key not in _ABOUT}
    regime = _alone(slug)
    said = [(path, _short(value), regime.clause(path)) for path, value in _leaves(values)]
    lines = console.table(said, (_("Path"), _("Value"), _("Clause")))
    clauses = _("Clauses: {clauses}", clauses="、".join(data.get("clauses", ())) or "—")
    console.emit(ctx.obj, data, [*head, *lines, "", clauses])


def _short(value: Any) -> str:  # noqa: ANN401 - values of a regime
    return cut(told(value) or "—", _WIDE)


@app.command(epilog="archivectl regime diff property-lease handbook")
def diff(
    ctx: typer.Context,
    one: str = typer.Argument(help="A regulation, base, or archive for this one's own rules."),
    two: str = typer.Argument(help="What it is compared with."),
) -> None:
    """What two regulations state differently."""
    from archivectl.cli import ruling  # noqa: PLC0415 - loads git
    from archivectl.rulebook import differences  # noqa: PLC0415

    sides = _law(ctx, one), _law(ctx, two)
    found = differences(sides[0].values, sides[1].values)
    document = [{"path": each.path, one: each.before, two: each.after} for each in found]
    console.emit(ctx.obj, document, ruling.differing(found, sides, (one, two)) if found else [_("They state the same.")])


def _law(ctx: typer.Context, name: str) -> "Regime":
    """The rules in force in this archive, or under a regulation, or a file of one's own, alone."""
    if name in _HERE:
        with context.reading(ctx) as archive:
            return archive.regime
    return _alone(name)


def _alone(name: str) -> "Regime":
    """The regime of an archive that follows one regulation."""
    from archivectl.regime import load  # noqa: PLC0415 - not for the help
    from archivectl.registers import kinds  # noqa: PLC0415

    return load.load({**load.texts([] if name == "base" else [name]), **kinds.texts()})


def _stated(slug: str) -> dict[str, Any]:
    from archivectl import yaml_text  # noqa: PLC0415 - not for the help
    from archivectl.regime import load  # noqa: PLC0415

    path, text = load.named(slug)
    return dict(yaml_text.load(text, path))


def _leaves(value: Any, at: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - values of a regime
    """Every value by its path; titles count as one value."""
    if not isinstance(value, Mapping) or not value or set(value) <= {"zh", "en"}:
        return [(at, value)]
    return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{at}.{key}" if at else str(key))]


def told(value: Any) -> str | None:  # noqa: ANN401 - values of a regime
    """A value of the regime as it is written there; titles in the reader's language."""
    from archivectl import yaml_text  # noqa: PLC0415 - not for the help

    if value is None or isinstance(value, str):
        return value
    return pick(value) if isinstance(value, Mapping) and value and set(value) <= {"zh", "en"} else yaml_text.flow(value)


@app.command(epilog="archivectl regime lint house.yaml")
def lint(
    ctx: typer.Context,
    names: list[str] = typer.Argument(
        None, help="Files of rules, or regulations that come with the program; without them, the rules of this archive."
    ),
) -> None:
    """Whether rules hold together: every key, word, post, term and chain; exit 1 when something is found."""
    from archivectl.checking.formats import FORMATS  # noqa: PLC0415 - loads what it writes with
    from archivectl.cli import ruling  # noqa: PLC0415
    from archivectl.linting import judge, judge_archive, loosened_by  # noqa: PLC0415
    from archivectl.regime import load  # noqa: PLC0415

    options: Options = ctx.obj
    here = _here(options)
    if names:
        given = {name: load.content(name) for name in names}
        found = judge(given, here or None)
        own = {} if found else {name: text for name, text in given.items() if name not in load.shipped()}
    else:
        with context.reading(ctx) as archive:
            found = judge_archive(archive)
        own = {path: text for path, text in here.items() if path == load.HOUSE_RULES}
    sound = not found and not options.json
    console.say(_("The rules hold together.") if sound else FORMATS["json" if options.json else "text"](found).rstrip("\n"))
    for warning in ruling.lost(*loosened_by(own, here or None)) if own else ():
        console.warn(warning)
    raise typer.Exit(FOUND if found else 0)


@app.command(epilog="archivectl regime adopt property-lease house.yaml")
def adopt(
    ctx: typer.Context,
    names: list[str] = typer.Argument(None, help="Regulations that come with the program, or files of your own (.yaml)."),
    drop: list[str] = typer.Option([], "--drop", help="A regulation to give up; may be repeated."),
) -> None:
    """Adopt regulations or the company's own rules, and say what then falls short."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git
    from archivectl.cli import ruling  # noqa: PLC0415

    if not names and not drop:
        raise typer.BadParameter(_("Name what is to be adopted: archivectl regime list"))
    with context.writing(ctx) as archive:
        found = rulebook.adopt(archive, names or (), drop)
    ruling.consequences(ctx.obj, found, N_("The rules are adopted: {count} values changed."))


@app.command(epilog="archivectl regime upgrade --dry-run")
def upgrade(ctx: typer.Context) -> None:
    """Bring the archive's rules, registers and schemas to those of this version of the program."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git
    from archivectl.cli import ruling  # noqa: PLC0415

    with context.writing(ctx) as archive:
        found = rulebook.upgrade(archive)
    ruling.consequences(ctx.obj, found, N_("The rules are those of this version: {count} values changed."))


@app.command(epilog="archivectl regime calendar 2026")
def calendar(
    ctx: typer.Context,
    year: int = typer.Argument(help="The year whose working days are written or refreshed.", min=1, max=9999),
) -> None:
    """Write the working days of a year into the archive, holidays and worked weekends (调休) as they were announced."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        found, changed = rulebook.write_calendar(archive, year)
    document = {"year": year, "path": found.path, "off": list(found.off), "work": list(found.work), "changed": changed}
    said = _("The calendar of {year} is in {path}.") if changed else _("The calendar of {year} is in {path} already.")
    rows = [(_("Weekdays free"), listed(found.off)), (_("Weekend days worked"), listed(found.work) or None)]
    console.emit(ctx.obj, document, [said.format(year=year, path=found.path), *console.pairs(rows)])
