"""``regime``: the regulations there are, the archive's own rules, and changing them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archivectl.cli import console, context
from archivectl.cli.columns import cut
from archivectl.cli.options import Options
from archivectl.i18n import N_, _, pick

if TYPE_CHECKING:
    from archivectl.regime.model import Regime
    from archivectl.rulebook import Consequences, Difference

app = typer.Typer(help="The archive's own rules: regulations, differences, the calendar.", no_args_is_help=True)
APPS = {"regime": app}
FOUND = 1
_MOST = 20  # findings that are shown one by one
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
    from archivectl.store import states  # noqa: PLC0415 - not for the help
    from archivectl.store.states import NotAnArchive  # noqa: PLC0415

    try:
        folder = states.locate(Path(options.folder or ".")).work_tree / "regime"
    except NotAnArchive:
        return set()
    return {path.stem for path in folder.glob("*.yaml")}


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
    head = [f"{slug} · {pick(data['title'])}", ""]
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
    from archivectl.rulebook import differences  # noqa: PLC0415 - loads git

    found = differences(_values(ctx, one), _values(ctx, two))
    document = [{"path": each.path, one: each.before, two: each.after} for each in found]
    console.emit(ctx.obj, document, _differing(found, (one, two)) if found else [_("They state the same.")])


def _values(ctx: typer.Context, name: str) -> Mapping[str, Any]:
    """The rules in force in this archive, or under a regulation alone."""
    if name in _HERE:
        with context.reading(ctx) as archive:
            return archive.regime.values
    return _alone(name).values


def _alone(slug: str) -> "Regime":
    """The regime of an archive that follows one regulation."""
    from archivectl.regime import load  # noqa: PLC0415 - not for the help

    return load.load(load.texts([] if slug == "base" else [slug]))


def _stated(slug: str) -> dict[str, Any]:
    from archivectl import yaml_text  # noqa: PLC0415 - not for the help
    from archivectl.regime import load  # noqa: PLC0415

    return dict(yaml_text.load(load.text(slug), slug))


def _differing(found: "Sequence[Difference]", heads: tuple[str, str]) -> list[str]:
    rows = [(each.path, _short(each.before), _short(each.after)) for each in found]
    return console.table(rows, (_("Path"), *heads))


def _leaves(value: Any, at: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - values of a regime
    """Every value by its path; titles count as one value."""
    if not isinstance(value, Mapping) or not value or set(value) <= {"zh", "en"}:
        return [(at, value)]
    return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{at}.{key}" if at else str(key))]


def told(value: Any) -> str | None:  # noqa: ANN401 - values of a regime
    """A value of the regime on one line, as it is written there."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if value and set(value) <= {"zh", "en"}:
            return pick(value)
        return "{" + ", ".join(f"{key}: {told(inner)}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(str(told(each)) for each in value) + "]" if isinstance(value, (list, tuple)) else str(value)


@app.command(epilog="archivectl regime lint house.yaml")
def lint(
    ctx: typer.Context,
    files: list[Path] = typer.Argument(None, help="Files of rules; without them, the rules of this archive."),
) -> None:
    """Whether rules hold together: every key, word, post, term and chain; exit 1 when something is found."""
    from archivectl.checking.formats import FORMATS  # noqa: PLC0415 - loads what it writes with
    from archivectl.linting import judge, judge_archive  # noqa: PLC0415

    options: Options = ctx.obj
    if files:
        found = [finding for path in files for finding in judge(str(path), path.read_bytes())]
    else:
        with context.reading(ctx) as archive:
            found = judge_archive(archive)
    sound = not found and not options.json
    console.say(_("The rules hold together.") if sound else FORMATS["json" if options.json else "text"](found).rstrip("\n"))
    raise typer.Exit(FOUND if found else 0)


@app.command(epilog="archivectl regime adopt property-lease house.yaml")
def adopt(
    ctx: typer.Context,
    names: list[str] = typer.Argument(None, help="Regulations that come with the program, or files of your own (.yaml)."),
    drop: list[str] = typer.Option([], "--drop", help="A regulation to give up; may be repeated."),
) -> None:
    """Adopt regulations or the company's own rules, and say what then falls short."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git

    if not names and not drop:
        raise typer.BadParameter(_("Name what is to be adopted: archivectl regime list"))
    with context.writing(ctx) as archive:
        found = rulebook.adopt(archive, names or (), drop)
    _consequences(ctx.obj, found, N_("The rules are adopted: {count} values changed."))


@app.command(epilog="archivectl regime upgrade --dry-run")
def upgrade(ctx: typer.Context) -> None:
    """Bring the archive's rules, registers and schemas to those of this version of the program."""
    from archivectl import rulebook  # noqa: PLC0415 - loads git

    with context.writing(ctx) as archive:
        found = rulebook.upgrade(archive)
    _consequences(ctx.obj, found, N_("The rules are those of this version: {count} values changed."))


def _consequences(options: Options, found: "Consequences", said: str) -> None:
    document = {
        "differences": [each._asdict() for each in found.differences],
        "findings": [{"rule": each.rule, "path": each.path, "line": each.line, "message": each.text} for each in found.findings],
        "duties": found.duties,
    }
    lines = [_(said, count=len(found.differences)), *_differing(found.differences, (_("Before"), _("After")))]
    if found.findings:
        lines += ["", _("What newly falls short ({count}): archivectl check", count=len(found.findings))]
        lines += [f"{each.path}:{each.line} {each.rule}: {each.text}" for each in found.findings[:_MOST]]
    if found.duties:
        lines += ["", _("What is newly asked of files: archivectl todo --all")]
        lines += console.pairs([(_(duty), _("{count} files", count=count)) for duty, count in sorted(found.duties.items())])
    console.emit(options, document, [line for line in lines if found.differences or line])


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
    rows = [(_("Weekdays free"), ", ".join(found.off)), (_("Weekend days worked"), ", ".join(found.work) or None)]
    console.emit(ctx.obj, document, [said.format(year=year, path=found.path), *console.pairs(rows)])
