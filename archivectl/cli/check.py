"""``check`` and ``verify``: the files as they lie here, and the history that led to them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archivectl.cli import console, context
from archivectl.cli.options import Options
from archivectl.cli.progress import Bar
from archivectl.errors import WrongUsage
from archivectl.i18n import N_, _
from archivectl.records.settings import NotSettings
from archivectl.yaml_text import NotYaml

if TYPE_CHECKING:
    from archivectl.archive import Archive
    from archivectl.finding import Finding
    from archivectl.verifying.replay import Outcome

checking, verifying = typer.Typer(), typer.Typer()
APPS = {"check": checking, "verify": verifying}
FOUND = 1


class NoReason(WrongUsage):
    """A ratification that does not say why."""

    message = "Whoever ratifies says why."
    hint = "Say so: --reason TEXT"


class UnknownFormat(WrongUsage):
    """A format of findings that nobody writes."""

    message = "There is no format “{format}”."
    hint = "The formats are: {known}"


def _format(options: Options, name: str) -> "Callable[[Sequence[Finding]], str]":
    """What writes findings in the format asked for; raises UnknownFormat."""
    from archivectl.checking.formats import FORMATS  # noqa: PLC0415 - loads what it writes with

    chosen = name or ("json" if options.json else "text")
    if chosen not in FORMATS:
        raise UnknownFormat(format=chosen, known=", ".join(FORMATS))
    return FORMATS[chosen]


def _print(text: str) -> None:
    """A report, where there is one: some formats say nothing about nothing."""
    if text:
        console.say(text.rstrip("\n"))


@checking.command(epilog="archivectl check --format github")
def check(
    ctx: typer.Context,
    paths: list[Path] = typer.Argument(None, help="Only these files or folders."),
    form: str = typer.Option("", "--format", help="text, json, sarif, junit, github or gitlab."),
    through: bool = typer.Option(
        False, "--deep", help="Open everything that is sealed, too; this is logged, and needs the keys."
    ),
    git: bool = typer.Option(
        False, "--git", help="What git keeps on this machine instead: names, reflogs, caches, replaced commits."
    ),
) -> None:
    """Judge the files of the archive; exit 1 when something is found."""
    from archivectl.checking import run  # noqa: PLC0415 - loads the schema
    from archivectl.store import states  # noqa: PLC0415

    options: Options = ctx.obj
    written = _format(options, form)
    chosen_paths = [str(path.absolute() if path.exists() else path) for path in paths or ()]
    if git:
        from archivectl.cli.hook import user  # noqa: PLC0415
        from archivectl.git_integration import traces  # noqa: PLC0415

        found = list(traces.judge(states.locate(Path(options.folder or ".")), user()))
        _print(written(found))
        raise typer.Exit(FOUND if found else 0)
    with Bar() as bar:
        where = states.locate(Path(options.folder or ".")).work_tree
        report = run.run(where, chosen_paths, progress=lambda done, total: bar.show(N_("Checking"), done, total))
    found = [*report.findings, *(_opened(ctx) if through else ())]
    _print(written([*found, *report.excused]))
    raise typer.Exit(FOUND if found else 0)


def _opened(ctx: typer.Context) -> "list[Finding]":
    """What opening everything shows; entered among the duties."""
    from archivectl.checking import deep  # noqa: PLC0415 - loads git and age

    with context.reading(ctx) as archive:
        depth = deep.opened(archive, partial(archive.progress, N_("Opening")))
    with context.writing(ctx) as archive:
        entry = deep.enter(archive, passed=not depth.findings)
    told = {"values": depth.opened, "files": depth.files, "above": depth.above}
    console.note(_("Opened {values} values of {files} files; above your clearance: {above}.", **told))
    if entry:
        console.note(_("Entered as {entry}.", entry=entry))
    return depth.findings


@verifying.command(epilog="archivectl verify")
def verify(
    ctx: typer.Context,
    words: list[str] = typer.Argument(
        None, help="OLDER..NEWER, its older end taken on trust; with --anchor, a digest.", metavar="RANGE"
    ),
    form: str = typer.Option("", "--format", help="text, json, sarif, junit, github or gitlab."),
    given: str = typer.Option(
        "", "--trust", help="The fingerprint on the recovery sheet, on a machine that does not know it.", metavar="FINGERPRINT"
    ),
    anchored: bool = typer.Option(False, "--anchor", help="Print a digest over every byte, for paper; or find the one given."),
    commit: str = typer.Option("", "--ratify", help="Enter that this commit, which breaks a rule, was looked at and stands."),
    reason: str = typer.Option("", "--reason", help="Why it was ratified."),
    anew: bool = typer.Option(False, "--anew", help="Judge again what this machine has judged before."),
) -> None:
    """Replay the history from the first commit and judge every step; exit 1 when something is found."""
    from archivectl.verifying import trust  # noqa: PLC0415 - loads git

    options, span = ctx.obj, "" if anchored else "".join(words or ())
    written = _format(options, form)
    if given:
        with context.reading(ctx, quiet=True) as archive:
            trust.give(archive, given)
    if commit:
        return _ratify(ctx, commit, reason)
    examined = _examined(ctx, span, "".join(words or ()) if anchored else None, anew=anew)
    if examined is None:
        return None
    outcome, found = examined
    _print(written([*found, *outcome.ratified]))
    if form in {"", "text"} and not options.json:
        told = {"commits": outcome.commits, "now": outcome.commits - outcome.earlier}
        told |= {"signed": outcome.signed, "paper": outcome.on_paper}
        text = N_("Commits judged: {commits}, {now} of them now. Approvals: {signed} signed, {paper} on paper or by message.")
        console.say(_(text, **told))
    raise typer.Exit(FOUND if found else 0)


def _examined(ctx: typer.Context, span: str, digest: str | None, *, anew: bool) -> "tuple[Outcome, list[Finding]] | None":
    """What came of the history, with all that was found; None where its anchor was asked for (``digest``), and shown."""
    from archivectl.git_integration import traces  # noqa: PLC0415 - loads git
    from archivectl.store.repository import Repository  # noqa: PLC0415
    from archivectl.verifying import reads, trust  # noqa: PLC0415

    try:
        with context.reading(ctx, quiet=True) as archive:
            outcome = trust.examine(archive, span, anew=anew)
            found = [*outcome.findings, *reads.verify(archive), *traces.misleading(archive.repository.place)]
            if digest is not None and not found:
                _anchor(ctx, archive, digest)
                return None
            _miss_log(archive)
    except (NotYaml, NotSettings, LookupError, TypeError):  # of what the newest commit leaves; whose it is, the history tells
        options: Options = ctx.obj
        with Repository.open(Path(options.folder or ".")) as repository:
            outcome = trust.past(repository, context.home(options), options.at)
        if not (found := outcome.findings):
            raise
    return outcome, found


def _miss_log(archive: "Archive") -> None:
    """Say so where this clone has no access log, which others may have: then nothing was said about what was opened."""
    from archivectl.encryption.access_log import BRANCH  # noqa: PLC0415
    from archivectl.store import reader  # noqa: PLC0415

    if archive.repository.tip(BRANCH) is None:
        remotes = [name.split("/")[2] for name, _id in reader.refs(archive.repository.place) if name.startswith("refs/remotes/")]
        text = N_(
            "No access log is here, so what was opened was not judged. Where there is one, bring it: "
            "git fetch {remote} access-log:access-log"
        )
        console.note(_(text, remote=remotes[0])) if remotes else None


def _ratify(ctx: typer.Context, commit: str, reason: str) -> None:
    from archivectl.cli import answers  # noqa: PLC0415
    from archivectl.verifying import trust  # noqa: PLC0415 - loads git

    if not reason.strip():
        raise NoReason
    with context.writing(ctx, verified=False) as archive:
        answers.standing(ctx, archive, trust.ratify(archive, commit, reason))


def _anchor(ctx: typer.Context, archive: "Archive", given: str) -> None:
    """Print the digest of the newest commit, or find the one that a digest from paper fits; exit 1 where there is none."""
    from archivectl.verifying import anchor  # noqa: PLC0415 - loads git

    repository, tip = archive.repository, archive.tip
    if not given:
        made = anchor.of(repository, tip)
        lines = console.pairs([(_("commit"), tip), (_("files"), made.files), ("SHA-256", made.grouped)])
        return console.emit(ctx.obj, made._asdict(), lines)
    fits = anchor.find(repository, tip, anchor.read(given), partial(archive.progress, N_("Comparing")))
    if fits is None:
        console.emit(ctx.obj, {"commit": None}, [_("No commit in this history has that digest.")])
        raise typer.Exit(FOUND)
    when = repository.commit(fits.commit).when.strftime("%Y-%m-%d")
    told = _("It is the archive of {date}: commit {commit}, {files} files.", date=when, commit=fits.commit, files=fits.files)
    return console.emit(ctx.obj, fits._asdict(), [told])
